"""Spans: what was asked, whether it failed and how much it was; never a word that somebody typed."""

from collections.abc import Generator

import pytest
from mcp import Client, MCPError

from support.raw import raw_list
from support.servers import BOTH_ERAS, ask, client_of, refused, settings_for
from support.slips import root_of
from support.spans import SPANS, RecordedSpan
from whitespace_mcp.demo import Platform, Running, serve

BROKER = "CALDERFINCH"


@pytest.fixture(scope="module")
def small() -> Generator[Running]:
    """A small market."""
    with serve(Platform(documents=(60, 30))) as running:
        yield running


def of_the_server() -> list[RecordedSpan]:
    """Our spans of calls; clients in the same process make their own."""
    calls = ("tools/call", "resources/read", "prompts/get")
    return [span for span in SPANS if span.tracer == "whitespace-mcp" and span.name.startswith(calls)]


@BOTH_ERAS
async def test_a_call_has_one_span_with_figures(small: Running, era: str) -> None:
    async with client_of(settings_for(small), era) as client:
        SPANS.clear()
        answer = await ask(client, "get_risks", organisation="all", page_size=5)
        (span,) = of_the_server()
    assert span.name == "tools/call get_risks"
    assert span.attributes.pop("whitespace.answer_bytes") > 500
    assert span.attributes.pop("whitespace.platform_bytes") > 5_000
    assert span.attributes.pop("whitespace.requests") >= 2
    assert span.attributes.pop("mcp.protocol.version")
    assert span.attributes == {
        "mcp.method.name": "tools/call",
        "gen_ai.tool.name": "get_risks",
        "whitespace.outcome": "ok",
        "whitespace.organisations": 2,
        "whitespace.risks": len({row["id"] for row in answer["risks"]}),
    }
    assert not span.failed


async def test_the_sdk_makes_no_span_of_its_own_on_our_server(small: Running, era: str) -> None:
    async with client_of(settings_for(small), era) as client:
        SPANS.clear()
        await ask(client, "whoami")
    names = [span.name for span in SPANS if span.tracer == "mcp-python-sdk"]
    assert all(name.startswith(("MCP send", "tools/call")) for name in names), names
    kinds = [
        span for span in SPANS if "jsonrpc.request.id" in span.attributes and "gen_ai.tool.name" in span.attributes
    ]
    assert kinds == [], "the SDK's own server span has both"


async def test_failures_are_marked_without_their_words(small: Running, era: str) -> None:
    async with client_of(settings_for(small), era) as client:
        SPANS.clear()
        await fail_in_every_way(client, root_of(raw_list(small)[0]["id"]))
        spans = of_the_server()
    assert len(spans) == 7
    assert all(span.failed and span.attributes["error.type"] for span in spans)
    said = repr(spans).lower()
    assert "canary" not in said
    assert root_of(raw_list(small)[0]["id"]).lower() not in said
    assert "calderfinch" not in said
    assert all(description is None for span in spans for _, description in span.status)
    assert all(span.events == [] for span in spans)


async def fail_in_every_way(client: Client, root: str) -> None:
    """Calls that fail, each with the caller's own words in it."""
    await refused(client, "canary_tool")
    await refused(client, "get_risk", organisation=BROKER, risk="canary")
    await refused(client, "get_risk", organisation="canary", risk=root)
    await refused(client, "get_risk", organisation=BROKER, risk=root, canary=1)
    for uri in (f"whitespace://canary/risks/{root}", "whitespace://canary"):
        with pytest.raises(MCPError):
            await client.read_resource(uri)
    with pytest.raises(MCPError):
        await client.get_prompt("canary", {})


async def test_a_trace_that_the_client_is_in_goes_on(small: Running, era: str) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with client_of(settings_for(small), era) as client:
        for sent, continues in ((trace, True), ("canary", False), (None, False)):
            SPANS.clear()
            await client.call_tool(
                "whoami", {}, meta={"traceparent": sent, "baggage": "token=canary"} if sent else None
            )
            (span,) = of_the_server()
            assert "canary" not in repr(span)
            if continues:
                assert span.get_span_context().trace_id != span.number
