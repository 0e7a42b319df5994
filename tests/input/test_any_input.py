"""No argument, cursor, address, prompt or completion breaks the server, hangs it, or makes it say too much.

`FUZZ_EXAMPLES=2000 pytest tests/input/test_any_input.py` looks further than the suite has time for.
"""

import json
import os
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar, cast

import anyio
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from input.junk import LONG, addresses, arguments, changed, pages, texts
from support.servers import client_of, settings_for, text_of
from whitespace_mcp.demo import Login, Platform, Running, serve

T = TypeVar("T")

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))
PATIENCE = 60.0
MOST_BYTES = 60_000
"""Of an answer; a page of a hundred rows of a hundred bytes is the largest that can be asked for."""
MOST_OF_A_RESOURCE, MOST_OF_A_PROMPT, MOST_OF_A_COMPLETION = 1_000_000, 12_000, 20_000
MOST_ERROR = 3_000
"""Characters of an error, all its lists of choices included."""
LOOK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
TOOLS = (
    "whoami", "list_organisations", "switch_org", "compare_risks", "get_risks", "summarise_risks", "get_risk",
    "get_lines",
    "get_wording", "get_data", "get_documents", "get_endorsements", "get_history", "get_messages", "my_desk",
    "find_people", "read_platform", "get_open_items", "show_placement", "show_book",
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    """A small market."""
    with serve(Platform(documents=(40, 15))) as served:
        yield served


class Caller:
    """A client of a server of its own that lives in another thread: hypothesis wants tests that do not wait."""

    def __init__(self, portal: BlockingPortal, client: Client, login: Login) -> None:
        self._portal = portal
        self._client = client
        tools = self.ask(client.list_tools).tools
        self.schemas = {tool.name: tool.input_schema for tool in tools}
        self.prompts = self.ask(client.list_prompts).prompts
        page = json.loads(self.call("get_risks", {"organisation": BROKER, "page_size": 12})[1])
        self.cursor: str = page["next_cursor"]
        self.organisations = [BROKER, CARRIER, login.memberships[0].user_id, login.memberships[1].company_name]
        self.risks = [text for row in page["risks"] for text in (row["id"], row.get("umr")) if text]

    def ask(self, method: Callable[..., Awaitable[T]], *given_: Any) -> T:
        """Anything that a client does, in twenty seconds at most."""

        async def attempt() -> T:
            with anyio.fail_after(PATIENCE):
                return await method(*given_)

        return self._portal.call(attempt)

    def call(self, tool: str, arguments_: dict[str, Any]) -> tuple[bool, str]:
        """Whether a tool failed, and what it said; its answer is of some size. The client has checked its schema."""
        result = self.ask(self._client.call_tool, tool, arguments_)
        said = text_of(result)
        if not result.is_error:
            assert json.loads(said) == result.structured_content
            assert len(said.encode()) < MOST_BYTES
        return bool(result.is_error), said

    def content_of(self, given_: Any, method: str, *more: Any) -> Any:
        """What another method brings; None if it is an error, which must be one of ours."""
        try:
            return self.ask(getattr(self._client, method), *more)
        except MCPError as error:
            fit_for_an_error(error.message, given_)
            return None


@pytest.fixture(scope="module")
def caller(running: Running) -> Generator[Caller]:
    """One server for everything; one that is broken by an example fails the next."""
    client = client_of(settings_for(running, extra_reads=True, fresh_seconds=3600))
    with start_blocking_portal("asyncio") as portal, portal.wrap_async_context_manager(client) as connected:
        yield Caller(portal, connected, running.platform.login)


def test_every_tool_is_among_them(caller: Caller) -> None:
    assert sorted(caller.schemas) == sorted(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_no_arguments_break_a_tool(caller: Caller, tool: str) -> None:
    @LOOK
    @given(arguments(caller.schemas[tool], caller.organisations, [*caller.risks, caller.cursor]))
    def look(given_: dict[str, Any]) -> None:
        failed, said = caller.call(tool, given_)
        if failed:
            fit_for_an_error(said, given_)

    look()


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_long_is_repeated_in_an_error(caller: Caller, tool: str) -> None:
    usual = {"organisation": BROKER, "risk": caller.risks[0]}
    properties = caller.schemas[tool].get("properties", {})
    base = {name: value for name, value in usual.items() if name in properties}
    for name in (*properties, "x" * 5_000):
        for long in ("y" * 150, "canary " * 700, ["canary " * 700], {"canary " * 700: 1}, "9" * 5_000, [[["x" * 200]]]):
            failed, said = caller.call(tool, base | {name: long})
            if failed:
                fit_for_an_error(said, {name: long})


def test_no_name_is_a_tool_by_accident(caller: Caller) -> None:
    @LOOK
    @given(texts)
    def look(name: str) -> None:
        failed, said = caller.call(name, {})
        assert failed
        fit_for_an_error(said, name)

    look()


def test_no_cursor_breaks_a_page(caller: Caller) -> None:
    good = caller.cursor

    @LOOK
    @given(changed(good) | texts | st.just(good), st.sampled_from([BROKER, CARRIER]))
    def look(cursor: str, company: str) -> None:
        failed, said = caller.call("get_risks", {"organisation": company, "page_size": 12, "cursor": cursor})
        if failed:
            fit_for_an_error(said, cursor)
        else:
            assert {entry["company_id"] for entry in json.loads(said)["organisations"]} == {company}
            assert company == BROKER or cursor != good

    look()


def test_no_address_breaks_a_resource(caller: Caller) -> None:
    @LOOK
    @given(addresses(caller.organisations, caller.risks))
    def look(address: str) -> None:
        result = caller.content_of(address, "read_resource", address)
        if result is not None:
            assert sum(len(part.model_dump_json()) for part in result.contents) < MOST_OF_A_RESOURCE

    look()


def test_no_arguments_break_a_prompt(caller: Caller) -> None:
    names = {prompt.name: [entry.name for entry in prompt.arguments or []] for prompt in caller.prompts}

    @LOOK
    @given(st.sampled_from(sorted(names)).flatmap(lambda name: st.tuples(st.just(name) | texts, pages(names[name]))))
    def look(wish: tuple[str, dict[str, str]]) -> None:
        page = caller.content_of(wish, "get_prompt", *wish)
        if page is not None:
            assert len(page.model_dump_json()) < MOST_OF_A_PROMPT

    look()


def test_no_completion_breaks(caller: Caller) -> None:
    names = st.sampled_from(["organisation", "organisations", "risk", "umr", "heading", "stage"]) | texts
    about = st.dictionaries(st.just("organisation") | texts, st.sampled_from(caller.organisations) | texts, max_size=2)
    references = texts.map(lambda ref: PromptReference(name=ref)) | texts.map(
        lambda ref: ResourceTemplateReference(uri=ref)
    )

    @LOOK
    @given(references, names, texts, about)
    def look(reference: Any, name: str, value: str, about_: dict[str, str]) -> None:
        given_ = [name, value, about_]
        result = caller.content_of(given_, "complete", reference, {"name": name, "value": value}, about_)
        if result is not None:
            assert len(result.completion.values) <= 100
            assert len(result.model_dump_json()) < MOST_OF_A_COMPLETION

    look()


def fit_for_an_error(said: str, given_: Any) -> None:
    """An error of ours, of some length, that does not repeat what the caller wrote at length."""
    assert said
    assert "failed inside" not in said, given_
    assert "Traceback" not in said
    assert "validation error" not in said.lower()
    assert "pydantic" not in said.lower()
    assert len(said) < MOST_ERROR
    assert [long for long in long_texts(given_) if long in said] == []


def long_texts(value: Any) -> list[str]:
    """Every long text in what a caller sent, keys included."""
    if isinstance(value, str):
        return [value] if len(value) >= LONG else []
    if isinstance(value, dict):
        parts = cast("dict[Any, Any]", value)
        return [text for key, part in parts.items() for text in [*long_texts(key), *long_texts(part)]]
    if isinstance(value, list | tuple):
        entries = cast("list[Any] | tuple[Any, ...]", value)
        return [text for part in entries for text in long_texts(part)]
    return []
