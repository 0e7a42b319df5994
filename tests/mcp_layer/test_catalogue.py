"""The lists that a start reads from a file: those of the tools themselves, and nothing else is imported for them."""

import json
import subprocess
import sys
from typing import Any

from mcp.server.mcpserver import MCPServer

from support.servers import ask, client_of, settings_for
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Running
from whitespace_mcp.mcp_layer.catalogue import catalogue
from whitespace_mcp.mcp_layer.conditions import tools_offered
from whitespace_mcp.mcp_layer.prompts import GUIDES, sdk_prompt
from whitespace_mcp.mcp_layer.tool import listed_tool, sdk_tool
from whitespace_mcp.tools.registry import TOOLS
from whitespace_mcp.tools.resources import PARTS

REMAKE = "the catalogue is old: make docs"
LATER = ("answers", "portfolio", "tools")


async def test_tools_are_listed_as_they_are() -> None:
    whole = MCPServer("whole", tools=[sdk_tool(tool, only_reads=True) for tool in TOOLS])
    entries = catalogue().tools
    listed = MCPServer("listed", tools=[listed_tool(e.tool, lambda: NotImplemented, only_reads=True) for e in entries])
    assert await listed.list_tools() == await whole.list_tools(), REMAKE
    conditions = [(entry.needs, entry.changes_default, entry.saves_files) for entry in entries]
    assert conditions == [(tool.needs, tool.changes_default, tool.saves_files) for tool in TOOLS], REMAKE


async def test_what_is_completed_is_what_is_offered() -> None:
    for settings in ({}, {"WHITESPACE_EXTRA_READS": "on"}, {"WHITESPACE_REQUIRE_ORGANISATION": "on"}):
        configured = Settings.from_env(settings)
        served = {tool.name: tool.input_schema for tool in await build_server(configured).list_tools()}
        assert tools_offered(configured) == served, settings


async def test_prompts_and_resource_templates_are_listed_as_they_are() -> None:
    whole: MCPServer[Any] = MCPServer("whole")
    for guide in GUIDES:
        whole.add_prompt(sdk_prompt(guide))
    server = build_server(Settings())
    assert await server.list_prompts() == await whole.list_prompts(), REMAKE
    rows = [(part.uri, part.make.__name__, part.title, part.media) for part in PARTS]
    listed = await server.list_resource_templates()
    assert [(each.uri_template, each.name, each.title, each.mime_type) for each in listed] == rows, REMAKE
    assert [each.description for each in listed] == [" ".join((part.make.__doc__ or "").split()) for part in PARTS]


def test_a_start_imports_nothing_that_only_answers_need_and_opens_no_keychain() -> None:
    program = (
        "import gc; gc.disable();"
        "import sys, json, whitespace_mcp.cli, whitespace_mcp.mcp_layer.stdio, whitespace_mcp.setup.configuration;"
        "from whitespace_mcp.app import build_server; from whitespace_mcp.config.settings import Settings;"
        "build_server(Settings()); print(json.dumps([*sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    names = json.loads(done.stdout)
    rooms = {name.split(".")[1] for name in names if name.startswith("whitespace_mcp.")}
    assert not rooms.intersection(LATER)
    assert "keyring" not in names


async def test_a_tool_that_was_only_listed_answers_its_first_call(running: Running) -> None:
    async with client_of(settings_for(running)) as client:
        assert (await ask(client, "get_risks", organisation="CALDERFINCH", page_size=0))["matched"] > 0
