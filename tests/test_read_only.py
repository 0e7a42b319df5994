"""It can look, not touch: every tool with generated arguments, and what the platform saw of it."""

import json
import re
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final, cast

import pytest
from mcp import Client, MCPError
from mcp.types import Tool

from support.canaries import everything_in, secrets_in
from support.races import ids_in
from support.raw import raw_list
from support.servers import client_of, settings_for, text_of
from support.slips import root_of, short_of
from whitespace_mcp.api.reads import READS
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.telemetry.audit.verify import verify

COMPANIES: Final = ("CALDERFINCH", "MARROWGATE")
VARIANTS: Final = 4
"""Calls of each tool in each organisation."""
POSTED: Final = frozenset({"/summary", "/activities/filter", "/export/pdf/{document}"})
"""The documented reads that ask by POST: two searches, and the export of a contract."""


def test_the_allow_list_has_no_method_that_writes() -> None:
    assert {read.method for read in READS} == {"GET", "POST"}
    assert {read.template for read in READS if read.method == "POST"} == POSTED
    assert len(READS) == len(set(READS))


async def test_no_tool_asks_for_anything_but_documented_reads(era: str, tmp_path: Path) -> None:
    platform = Platform(documents=(60, 30))
    with serve(platform) as running:
        before = [raw_list(running, number) for number in (0, 1)]
        begin = len(platform.requests)
        settings = settings_for(running, extra_reads=True, downloads=tmp_path / "saved", audit=tmp_path / "trail")
        async with client_of(settings, era) as client:
            calls = await walk(client, running, Random(7))  # noqa: S311  # reproducible
        seen = platform.requests[begin:]
        after = [raw_list(running, number) for number in (0, 1)]
    assert calls["made"] >= 15 * VARIANTS * 2
    assert calls["answered"] >= calls["made"] / 3, calls
    templates = {(read.method, read.below, read.template): pattern_of(read.template) for read in READS}
    used: set[str] = set()
    for request in seen:
        if re.fullmatch(rf"/sync/{platform.bucket}/_oidc_refresh", request.path):
            assert request.method == "GET"
            continue
        below, path = ("api", request.path[4:]) if request.path.startswith("/api/") else ("root", request.path)
        keys = [
            key for key, pattern in templates.items() if key[:2] == (request.method, below) and pattern.fullmatch(path)
        ]
        assert keys, f"{request.method} {request.path} is not a documented read"
        used.update(key[2] for key in keys)
    assert len(used) > 20, "it is about most of what can be read"
    assert {request.method for request in seen if request.method != "GET"} <= {"POST"}
    assert after == before, "the market is as it was"
    assert_trail(tmp_path / "trail", calls["answers"])
    assert secrets_in(everything_in([tmp_path])) == []


async def walk(client: Client, running: Running, draw: Random) -> dict[str, Any]:
    """Call every tool, and read every resource, in both organisations with arguments made from the schemas."""
    tools = (await client.list_tools()).tools
    roots = [[root_of(row["id"]) for row in raw_list(running, number)] for number in (0, 1)]
    calls: dict[str, Any] = {"made": 0, "answered": 0, "answers": []}
    for tool in tools:
        for number in [0, 1] * VARIANTS:
            result = await client.call_tool(tool.name, arguments_for(tool, number, roots[number], draw))
            calls["made"] += 1
            calls["answered"] += not result.is_error
            calls["answers"].append(None if result.is_error else result.structured_content)
            assert secrets_in(text_of(result)) == []
    for template in (await client.list_resource_templates()).resource_templates:
        for number in (0, 1):
            values = {"organisation": COMPANIES[number], "risk": draw.choice(roots[number]), "heading": "1"}
            uri = re.sub(r"\{(\w+)\}", lambda match, values=values: values.get(match[1], "x"), template.uri_template)
            calls["answers"].append(None)
            with suppress(MCPError):
                await client.read_resource(uri)
    return calls


def arguments_for(tool: Tool, number: int, roots: list[str], draw: Random) -> dict[str, Any]:
    """What is required and some of the rest, likely and unlikely."""
    properties = cast("dict[str, Any]", tool.input_schema.get("properties", {}))
    required = cast("list[str]", tool.input_schema.get("required", []))
    chosen = [name for name in properties if name in required or draw.random() < 0.3]
    arguments = {name: value_for(name, properties[name], roots, draw) for name in chosen}
    if "organisation" in properties:
        arguments["organisation"] = COMPANIES[number]
    if "save" in properties:
        arguments["save"] = draw.random() < 0.5
    arguments.pop("cursor", None) if draw.random() < 0.9 else None
    return arguments


def value_for(name: str, schema: dict[str, Any], roots: list[str], draw: Random) -> Any:
    root = draw.choice(roots)
    if name == "risk":
        return draw.choice([root, short_of(root), root, short_of(root), "IC00000000", "../../sync"])
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if schema.get("type") == "array":
        items = cast("dict[str, Any]", schema.get("items", {}))
        return [value_for(name, items, roots, draw) for _ in range(draw.randint(1, 2))]
    if name.startswith(("since", "until", "updated", "before", "from", "to")):
        return draw.choice(["2026-11-01", "2026-11-20T08:00:00Z"])
    rows = {
        "boolean": draw.random() < 0.5,
        "integer": draw.randint(schema.get("minimum", 0), schema.get("maximum", 50)),
    }
    words = ["marine", "1", "insured", "a", "Marine Hull Insurance", "nothing/../such"]
    return rows.get(str(schema.get("type")), draw.choice(words))


def pattern_of(template: str) -> re.Pattern[str]:
    """A path as the platform decodes it: the last id may hold a slash, which was sent encoded."""
    parts = re.split(r"\{\w+\}", template)
    return re.compile(".+".join(map(re.escape, parts)))


def assert_trail(folder: Path, answers: list[Any]) -> None:
    """One line for each call, in order; each answer's slips and organisations are in its line."""
    assert verify(folder).intact
    (path,) = folder.glob("*.jsonl")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert len(lines) == len(answers)
    for line, answer in zip(lines, answers, strict=True):
        if answer is None:
            continue
        shown = {short_of(root_of(result)) for result in ids_in(answer)}
        assert shown <= {root[:10] for root in line["roots"]}, line
        whole = 10 if line.get("tool") == "read_platform" else 30  # raw: it can name slips that no list has
        assert all(re.fullmatch(rf"IC[0-9A-F-]{{{whole - 2},}}", root) for root in line["roots"]), line
        words = answer.get("organisation") or answer.get("active")
        if words and "tool" in line and line["tool"] != "whoami":
            assert line["organisations"] == [{"id": words["id"], "company_id": words["company_id"]}]


def test_each_read_is_frozen() -> None:
    reads: tuple[Any, ...] = READS
    for read in reads:
        with pytest.raises(AttributeError):
            read.method = "DELETE"
