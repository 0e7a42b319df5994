"""What every call goes through: names of tools and arguments, masked faults, and how tools are registered."""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
from mcp import Client
from mcp.types import CallToolResult
from pydantic import BaseModel, Field

from support.servers import BOTH_ERAS, ask, client_of, refused, settings_for, text_of
from whitespace_mcp.answers.base import Answer
from whitespace_mcp.config.errors import NotFound
from whitespace_mcp.demo import Running
from whitespace_mcp.mcp_layer.server import Server
from whitespace_mcp.mcp_layer.tool import Tool, result, sdk_tool

CANARY = "canary-5f2c"
BROKER = "CALDERFINCH"


class Number(Answer):
    number: int
    words: list[str] | None = None


class Strict(BaseModel):
    colour: Annotated[str, Field(pattern="^(red|blue)$")]


async def well(
    number: Annotated[int, Field(ge=1, le=9)], colour: Strict | None = None
) -> Annotated[CallToolResult, Number]:
    """Count something.

    Anything.
    """
    return result(Number(number=number, words=[colour.colour] if colour else None))


async def crash() -> Annotated[CallToolResult, Number]:
    """Fall over."""
    raise RuntimeError(CANARY)


async def ours() -> Annotated[CallToolResult, Number]:
    """Say why not."""
    raise NotFound("There is nothing there", do="Look elsewhere.")


@pytest.fixture
async def client(era: str) -> AsyncGenerator[Client]:
    """A client of a server with tools that misbehave."""

    @asynccontextmanager
    async def lifespan(_server: Any) -> AsyncGenerator[Any]:
        yield None

    tools = [
        sdk_tool(Tool(function, title=function.__name__.capitalize()), only_reads=True)
        for function in (well, crash, ours)
    ]
    server = Server("test", version="0", lifespan=lifespan, tools=tools)
    async with Client(server, mode=era) as connected:
        yield connected


@BOTH_ERAS
async def test_a_fault_of_ours_is_masked_and_logged_with_its_cause(client: Client, written: list[str]) -> None:
    said = await refused(client, "crash")
    assert said.startswith("whitespace-mcp failed inside; its log says how.")
    assert CANARY not in said
    line = next(line for line in written if "Tool 'crash' failed" in line and "Traceback" in line)
    assert f"RuntimeError: {CANARY}" in line


@BOTH_ERAS
async def test_an_error_of_ours_is_put_into_words_and_not_logged_as_a_fault(client: Client, written: list[str]) -> None:
    assert await refused(client, "ours") == "There is nothing there. Trying again will not help. Look elsewhere."
    assert not any("Traceback" in line for line in written)


@pytest.mark.parametrize(("tool", "meant"), [("wel", "well"), ("get_crash", "crash"), ("zzzzzz", None)])
async def test_a_tool_that_does_not_exist_is_answered_with_the_right_one(client: Client, tool: str, meant: str) -> None:
    said = await refused(client, tool)
    assert said.startswith("There is no such tool.")
    assert (f"Did you mean {meant}?" in said) == (meant is not None)
    assert "Tools: well, crash, ours." in said
    assert "zzz" not in said


async def test_a_misspelt_argument_is_refused_with_the_right_one(client: Client) -> None:
    said = await refused(client, "well", numbr=CANARY)
    assert "Argument 'numbr' does not exist" in said
    assert "Did you mean 'number'? Arguments: number, colour." in said
    assert CANARY not in said
    assert "Argument 'x' does not exist" in await refused(client, "ours", x=1)
    assert "This tool takes none." in await refused(client, "ours", x=1)


async def test_a_long_argument_name_is_cut(client: Client) -> None:
    assert len(await refused(client, "ours", **{CANARY * 500: 1})) < 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "Argument 'number' is missing. Call again with that corrected. It takes a whole number from 1 to 9."),
        ({"number": CANARY}, "Argument 'number' has a value that cannot be used. Call again with that corrected."),
        ({"number": 10}, "It takes a whole number from 1 to 9."),
        ({"number": 1, "colour": {"colour": CANARY}}, "Argument 'colour' has a value that cannot be used."),
    ],
)
async def test_an_argument_that_cannot_be_used_is_told_by_its_schema(
    client: Client, arguments: dict[str, Any], words: str
) -> None:
    said = await refused(client, "well", **arguments)
    assert words in said
    assert CANARY not in said


@BOTH_ERAS
async def test_a_good_call_answers_with_the_same_object_twice(client: Client) -> None:
    assert await ask(client, "well", number=3) == {"number": 3}
    assert await ask(client, "well", number=3, colour={"colour": "red"}) == {"number": 3, "words": ["red"]}


async def test_tools_are_described_by_their_docstrings_and_annotated(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert tools["well"].description == "Count something. Anything."
    assert tools["well"].title == "Well"


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [("org", "organisation"), ("organization", "organisation"), ("company", None), ("stages", "stage"),
     ("limit", None), ("pagesize", "page_size"), ("Stage", "stage"), ("organisations", "organisation")],
)  # fmt: skip
async def test_the_names_that_assistants_guess_lead_to_the_right_ones(
    running: Running, misspelt: str, right: str | None
) -> None:
    async with client_of(settings_for(running)) as client:
        said = await refused(client, "get_risks", **{misspelt: "x"})
    assert f"Argument '{misspelt}' does not exist" in said
    assert right is None or f"Did you mean '{right}'?" in said
    assert "organisation, unit, stage" in said
    assert running.platform.requests == []


async def test_libraries_that_log_requests_stay_quiet(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    async with client_of(settings_for(running, log_level="DEBUG")) as client:
        await ask(client, "list_organisations")
    assert {name: logging.getLogger(name).level for name in ("httpx2", "httpcore2")} == {
        "httpx2": logging.WARNING,
        "httpcore2": logging.WARNING,
    }
    assert not [record for record in caplog.records if record.name.startswith("http")]


async def test_empty_optional_arguments_say_nothing_and_what_hosts_add_is_ignored(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        whole = await ask(client, "get_risks", organisation=BROKER, page_size=2)
        empty = dict.fromkeys(("name", "umr", "broker", "team", "owner", "limit_over", "sort", "cursor"), "")
        lists = {"stage": [], "status": [""], "show": ""}
        added = {"wait_for_previous": True, "tool_call_id": "call_1", "toolCallId": "call_1"}
        again = await ask(client, "get_risks", organisation=BROKER, page_size=2, **empty, **lists, **added)
        assert again["risks"] == whole["risks"]
        assert "Argument 'risk' is missing" in await refused(client, "get_risk", organisation=BROKER, risk="")


async def test_all_faults_of_a_call_are_in_one_message(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        said = await refused(
            client, "get_risks", organisation=BROKER, page_size="many", sort="upwards", nme=CANARY, wait_for_previous=1
        )
        missing = await refused(client, "summarise_risks", organisation=BROKER, unit="thing")
    for fault in ("'nme' does not exist", "'page_size' has a value that", "'sort' has a value that"):
        assert f"rgument {fault}" in said
    assert "Did you mean 'name'?" in said
    assert said.count("Call again") == 1
    assert CANARY not in said
    assert "'group_by' is missing" in missing
    assert "'unit' has a value that cannot be used" in missing


async def test_with_answers_as_text_nothing_is_shown_twice(running: Running, era: str) -> None:
    async with client_of(settings_for(running, answers="text"), era) as client:
        assert all(tool.output_schema is None for tool in (await client.list_tools()).tools)
        answer = await client.call_tool("get_risks", {"organisation": BROKER, "page_size": 1})
        assert answer.structured_content is None
        assert json.loads(text_of(answer))["matched"] > 0
