"""Tokens that an assistant reads: the list of tools, and typical answers."""

import json
from importlib import import_module
from typing import Any, cast

from mcp import Client
from mcp.types import TextContent

from benchmarks.bench import Bench
from benchmarks.measure import Figure
from whitespace_mcp.app import INSTRUCTIONS, build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, serve


def count(text: str) -> int:
    """o200k tokens; the package has no types."""
    encoding: Any = cast("Any", import_module("rs_bpe.bpe")).openai.o200k_base()
    return encoding.count(text)


async def figures(bench: Bench) -> list[Figure]:  # noqa: ARG001  # as the others
    platform = Platform()
    with serve(platform) as running:
        settings = Settings.for_demo(running.root, platform.bucket, platform.login.refresh_token, {})
        async with Client(build_server(settings)) as client:
            tools = (await client.list_tools()).tools
            published = [
                json.dumps(tool.model_dump(mode="json", by_alias=True, exclude_none=True), separators=(",", ":"))
                for tool in tools
            ]
            listed = sum(count(text) for text in published)
            measured = [
                Figure("tokens: instructions", count(INSTRUCTIONS), "o200k tokens"),
                Figure(f"tokens: `tools/list`, {len(tools)} tools", listed, "o200k tokens", budget=6_000),
                Figure("tokens: a tool on average", listed / len(tools), "o200k tokens", budget=300),
            ]
            for name, tool, arguments, budget in [*_questions(platform), *await _in_depth(client, platform)]:
                result = await client.call_tool(tool, arguments)
                assert not result.is_error
                content = result.content[0]
                assert isinstance(content, TextContent)
                measured.append(Figure(f"tokens: {name}", count(content.text), "o200k tokens", budget=budget))
    return measured


def _questions(platform: Platform) -> list[tuple[str, str, dict[str, Any], float | None]]:
    first, second = (membership.company_id for membership in platform.login.memberships)
    return [
        ("`whoami`", "whoami", {}, None),
        ("`list_organisations`", "list_organisations", {}, None),
        ("how many, by stage, in each organisation", "get_risks", {"organisation": "all", "page_size": 0}, 350),
        ("a page of 20 slips", "get_risks", {"organisation": first}, 1_700),
        ("a page of 20 slips of a carrier", "get_risks", {"organisation": second}, 1_700),
        (
            "by stage, side by side",
            "summarise_risks",
            {"organisation": "all", "group_by": ["organisation", "stage"]},
            None,
        ),
        (
            "inception, limit, owner and what waits of 20 slips",
            "get_risks",
            {"organisation": first, "show": ["inception", "limit", "owner", "waiting"]},
            None,
        ),
        ("by month of inception", "summarise_risks", {"organisation": first, "group_by": ["inception_month"]}, None),
        ("`my_desk`", "my_desk", {"organisation": first}, None),
        ("`find_people`, a company", "find_people", {"organisation": first, "company": "Marrowgate"}, None),
        ("by broker", "summarise_risks", {"organisation": "all", "group_by": ["broker"]}, None),
    ]


async def _in_depth(client: Client, platform: Platform) -> list[tuple[str, str, dict[str, Any], float | None]]:
    """The tools about one risk, asked about the newest signed one."""
    own: dict[str, Any] = {"organisation": platform.login.memberships[0].company_id}
    answer = await client.call_tool("get_risks", own | {"stage": ["signed"], "page_size": 1})
    own["risk"] = answer.structured_content["risks"][0]["id"]
    tools = ("get_risk", "get_lines", "get_wording", "get_data", "get_documents", "get_endorsements", "get_history")
    return [(f"`{tool}`", tool, own, 800 if tool == "get_risk" else None) for tool in (*tools, "get_messages")]
