"""The page of the tools, made from the server itself: what each takes, asks of the platform, costs, and answers."""

import json
import re
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final, cast

from mcp import Client
from mcp.types import TextContent, Tool

from whitespace_mcp.app import build_server
from whitespace_mcp.clock import SystemClock
from whitespace_mcp.demo import Platform, serve
from whitespace_mcp.settings import Settings

NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
CURSOR: Final = re.compile(r'("next_cursor": ?)"[^"]+"')
HEAD: Final = """\
# The tools

Made by `make docs` from the server and the demo platform; a test compares it. *In the list* is what the tool's entry in
`tools/list` costs every conversation, *this answer* what the answer shown costs, both in o200k tokens. *Requests* are
those that this call made of the platform, in a process that knew its organisations and their lists already.

Every tool about risks takes `organisation` (company id, name or MU id). Without it the default is used, and where there
is none the user is asked or the call is refused with the choices. Tools that show contents of a risk take exactly one.
Ids in answers can be passed back as they are.
"""


class NoonClock(SystemClock):
    """The same moment for everybody who makes this page."""

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return NOON


def examples(broker: str, carrier: str, signed: str, open_order: str) -> list[tuple[str, dict[str, Any]]]:
    """The calls that are shown, a tool's first one first."""
    return [
        ("whoami", {}),
        ("list_organisations", {}),
        ("switch_org", {"organisation": carrier}),
        ("get_risks", {"organisation": "all", "page_size": 0}),
        ("get_risks", {"organisation": broker, "stage": ["firm_order"], "name": "hull", "page_size": 2}),
        ("summarise_risks", {"organisation": carrier, "group_by": ["broker"], "stage": ["signed"], "facility": "only"}),
        ("get_risk", {"organisation": broker, "risk": signed}),
        ("get_lines", {"organisation": broker, "risk": open_order}),
        ("get_lines", {"organisation": carrier, "risk": signed}),
        ("get_wording", {"organisation": broker, "risk": signed, "search": "premium"}),
        ("get_endorsements", {"organisation": broker, "risk": signed}),
        ("get_history", {"organisation": broker, "risk": signed}),
        ("get_messages", {"organisation": broker, "risk": signed}),
        ("get_documents", {"organisation": broker, "risk": signed}),
        ("get_data", {"organisation": broker, "risk": signed}),
        ("my_desk", {"organisation": carrier, "show": "mine"}),
        ("find_people", {"organisation": broker, "company": "Marrowgate", "team": "Marine"}),
    ]


async def tools() -> str:
    """The whole page."""
    platform = Platform(now=NOON.timestamp)
    with serve(platform) as running:
        settings = Settings.for_demo(running.root, platform.bucket, platform.login.refresh_token, {})
        async with Client(build_server(settings, NoonClock())) as client:
            broker, carrier = (membership.company_id for membership in platform.login.memberships)
            offered = {tool.name: tool for tool in (await client.list_tools()).tools}
            signed, open_order = await _risks(client, broker, carrier)
            await _ask(client, "get_risks", {"organisation": "all", "page_size": 0})
            parts: list[str] = []
            told: set[str] = set()
            for name, arguments in examples(broker, carrier, signed, open_order):
                if name not in told:
                    parts.append(_described(offered[name]))
                    told.add(name)
                before = len(platform.requests)
                answer = await _ask(client, name, arguments)
                requests = len(platform.requests) - before
                shown = answer.replace(running.root.removeprefix("http://"), "demo.example")
                parts.append(_shown(name, arguments, CURSOR.sub(r'\1"5AvrZalcm5HRkwI"', shown), requests))
            untold = sorted(set(offered) - told)
            if untold:
                raise SystemExit(f"no example of {', '.join(untold)}")
    return HEAD + "".join(parts)


async def _risks(client: Client, broker: str, carrier: str) -> tuple[str, str]:
    """A signed slip with an endorsement and messages that both organisations see, and a firm order still open."""
    books: list[list[str]] = []
    for company in (broker, carrier):
        found = await _ask(client, "get_risks", {"organisation": company, "stage": ["signed"], "page_size": 100})
        books.append([row["id"] for row in json.loads(found)["risks"]])
    both = [risk for risk in books[0] if risk in books[1]]
    signed = both[0]
    for risk in both:
        seen = [
            json.loads(await _ask(client, tool, {"organisation": broker, "risk": risk}))["total"]
            for tool in ("get_endorsements", "get_messages")
        ]
        if all(0 < total < 5 for total in seen):
            signed = risk
            break
    arguments = {"organisation": broker, "stage": ["firm_order"], "sort": "name", "page_size": 1}
    found = await _ask(client, "get_risks", arguments)
    return signed, json.loads(found)["risks"][0]["id"]


async def _ask(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    result = await client.call_tool(tool, arguments)
    content = result.content[0]
    if result.is_error or not isinstance(content, TextContent):
        raise SystemExit(f"{tool} {arguments}: {content}")
    return content.text


def _described(tool: Tool) -> str:
    entry = tool.model_dump(mode="json", by_alias=True, exclude_none=True)
    rows = [
        f"| `{name}` | {_kind(part)} | {part.get('description', '')} |" for name, part in _properties(tool.input_schema)
    ]
    table = ["| argument | takes | |", "|---|---|---|", *rows] if rows else ["It takes no arguments."]
    listed = count(json.dumps(entry, separators=(",", ":")))
    return f"\n## `{tool.name}`\n\n{tool.description}\n\nIn the list: {listed} tokens.\n\n" + "\n".join(table) + "\n"


def _properties(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(cast("dict[str, dict[str, Any]]", schema.get("properties", {})).items())


def _kind(part: dict[str, Any]) -> str:
    items = cast("dict[str, Any]", part.get("items", {}))
    values = cast("list[Any] | None", part.get("enum") or items.get("enum"))
    kind = "one of " + ", ".join(f"`{value}`" for value in values) if values else str(part.get("type", "value"))
    if part.get("type") == "array":
        kind = f"list of {kind.removeprefix('one of ')}" if values else f"list of {items.get('type', 'values')}s"
    default = part.get("default")
    return f"{kind} (`{json.dumps(default)}`)" if default not in (None, "") else kind


def _shown(name: str, arguments: dict[str, Any], answer: str, requests: int) -> str:
    lines = json.dumps(json.loads(answer), ensure_ascii=False, indent=1).splitlines()
    most = 90
    cut = [*lines[:most], f"... {len(lines) - most} more lines"] if len(lines) > most else lines
    call = f"{name} {json.dumps(arguments, ensure_ascii=False)}"
    plural = "" if requests == 1 else "s"
    return (
        f"\n<details><summary><code>{call}</code>: {count(answer)} tokens, {requests} request{plural}</summary>\n\n"
        "```text\n" + "\n".join(cut) + "\n```\n\n</details>\n"
    )


def count(text: str) -> int:
    """o200k tokens; the package has no types."""
    encoding: Any = cast("Any", import_module("rs_bpe.bpe")).openai.o200k_base()
    return encoding.count(text)
