"""What tells others of this package: server.json for the MCP registry, and the lists in the bundle's manifest.

The version stands in pyproject.toml and nowhere else by hand.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from mcp import Client
from mcp.types import TextContent

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.config.variables import VARIABLES, Variable

ROOT: Final = Path(__file__).resolve().parents[2]
SCHEMA: Final = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
NAME: Final = "io.github.whitespace-mcp/whitespace-mcp"
"""Whoever publishes owns the part before the slash; README.md has to name it too, as the registry's proof."""
EVERYTHING: Final = {"WHITESPACE_DOWNLOADS": str(ROOT), "WHITESPACE_EXTRA_READS": "on"}
"""Settings with which every tool is offered; nothing is written there."""
_NUMBERS: Final = {"WHITESPACE_FRESH_SECONDS", "WHITESPACE_TIMEOUT", "WHITESPACE_MAX_BODY"}


def server_json() -> str:
    """The entry of the MCP registry, with every variable that can be set."""
    project = _project()
    manifest = _manifest()
    package = {
        "registryType": "pypi",
        "identifier": project["name"],
        "version": project["version"],
        "runtimeHint": "uvx",
        "transport": {"type": "stdio"},
        "packageArguments": [{"type": "positional", "value": "serve"}],
        "environmentVariables": [_variable(variable) for variable in VARIABLES],
    }
    return _text(
        {
            "$schema": SCHEMA,
            "name": NAME,
            "title": manifest["display_name"],
            "description": manifest["description"],
            "version": project["version"],
            "packages": [package],
        }
    )


def _variable(variable: Variable) -> dict[str, Any]:
    """One input of the registry; a default that depends on another value is none that could be filled in."""
    meaning = re.sub(r"\s*\(secret\)", "", variable.meaning)
    kind = "number" if variable.name in _NUMBERS else "filepath" if "Folder" in variable.meaning else "string"
    entry: dict[str, Any] = {"name": variable.name, "description": meaning, "format": kind}
    if variable.default and "{" not in variable.default:
        entry["default"] = variable.default
    return entry | ({"isSecret": True} if variable.secret else {})


async def manifest() -> str:
    """The bundle's manifest, with what the package and the server say of themselves."""
    project, document = _project(), _manifest()
    async with Client(build_server(Settings.from_env(EVERYTHING))) as client:
        tools = (await client.list_tools()).tools
        prompts = (await client.list_prompts()).prompts
        needed = {prompt.name: [a.name for a in prompt.arguments or [] if a.required] for prompt in prompts}
        pages = {name: await _page(client, name, arguments) for name, arguments in needed.items()}
    document["version"] = project["version"]
    document["license"] = project["license"]
    document["compatibility"]["runtimes"]["python"] = project["requires-python"]
    document["tools"] = [{"name": tool.name, "description": _sentence(tool.description or "")} for tool in tools]
    document["prompts"] = [
        {
            "name": prompt.name,
            "description": prompt.description,
            "arguments": needed[prompt.name],
            "text": pages[prompt.name],
        }
        for prompt in prompts
    ]
    return _text(document)


async def _page(client: Client, name: str, needed: list[str]) -> str:
    """A prompt's page with the places that the app fills in.

    An argument that may be left out has none: the app would leave a gap in the sentence.
    """
    page = await client.get_prompt(name, {argument: f"${{arguments.{argument}}}" for argument in needed})
    (message,) = page.messages
    if not isinstance(message.content, TextContent):
        raise SystemExit(f"no page for {name}")
    return message.content.text


def _sentence(text: str) -> str:
    """The first sentence of a description."""
    return re.split(r"(?<=[.?]) ", text, maxsplit=1)[0]


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _manifest() -> dict[str, Any]:
    return json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
