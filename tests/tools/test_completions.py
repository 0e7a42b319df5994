"""Completions of organisations, stages, headings, risks and UMRs."""

from typing import Any

import pytest
from mcp import Client
from mcp.types import PromptReference, ResourceTemplateReference

from support.raw import lowered, raw_list, raw_read
from support.servers import BOTH_ERAS, client_of, settings_for
from support.sessions import requests_to
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
WORDING = ResourceTemplateReference(uri="whitespace://{organisation}/risks/{risk}/wording/{heading}")
PROMPT = PromptReference(name="morning_briefing")


async def completed(
    client: Client, name: str, typed: str = "", organisation: str | None = BROKER, ref: Any = WORDING
) -> Any:
    """What a client offers to its user."""
    values = {"organisation": organisation} if organisation else {}
    return (await client.complete(ref, {"name": name, "value": typed}, values)).completion


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", [BROKER, CARRIER]), ("mar", [CARRIER]), ("calderfinch p", [BROKER]), ("xyz", [])],
)
@pytest.mark.parametrize("ref", [WORDING, PROMPT], ids=["resource", "prompt"])
async def test_organisations_are_found_by_id_and_name(client: Client, typed: str, offered: list[str], ref: Any) -> None:
    assert (await completed(client, "organisation", typed, None, ref)).values == offered


@BOTH_ERAS
async def test_stages_are_known_without_asking_anybody(client: Client) -> None:
    assert (await completed(client, "stage", "firm o", None)).values == ["firm_order"]
    assert "signed" in (await completed(client, "stage", "", None)).values


async def test_headings_are_the_platforms_those_that_begin_so_first(client: Client, market: Running) -> None:
    result = await completed(client, "heading", "premium")
    assert result.values[0] == "Premium"
    assert "GrossPremiumIncomeLimit" in result.values[1:]
    everything = await completed(client, "heading")
    assert set(everything.values) == set(raw_read(market, "/api/lookup/headings")["headings"])


async def test_headings_are_read_once(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        async with client_of(settings_for(running), era) as client:
            for typed in ("p", "pe", "per"):
                assert "Period" in (await completed(client, "heading", typed)).values
        assert requests_to(running.platform, "/api/lookup/headings") == 1


@pytest.mark.parametrize(("side", "organisation"), [(0, BROKER), (1, CARRIER)])
async def test_risks_and_umrs_are_those_of_the_organisation_that_was_chosen(
    client: Client, market: Running, side: int, organisation: str
) -> None:
    rows = [lowered(row) for row in raw_list(market, side)]
    umrs = {" ".join((row.get("umr") or "").split()) for row in rows} - {""}
    result = await completed(client, "umr", "", organisation)
    assert (len(set(result.values)), result.has_more, result.total) == (100, True, None)
    assert set(result.values) <= umrs
    entry = result.values[7]
    assert entry in (await completed(client, "umr", entry[:10].lower(), organisation)).values
    assert entry in (await completed(client, "umr", entry.removeprefix("B")[:8], organisation)).values
    risks = await completed(client, "risk", "ic", organisation)
    roots = {row["id"][:10] for row in rows}
    assert set(risks.values) <= roots
    assert risks.values
    whole = risks.values[3]
    assert (await completed(client, "risk", whole.lower(), organisation)).values == [whole]
    assert entry in (await completed(client, "risk", entry, organisation)).values, "a risk may be named by its UMR"


async def test_where_nothing_can_be_offered_nothing_is(client: Client) -> None:
    for name, organisation in (("cursor", BROKER), ("umr", "NOBODY"), ("risk", None), ("heading", None)):
        assert (await completed(client, name, "x", organisation)).values == []


async def test_a_platform_that_is_down_is_no_error_here(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        running.platform.faults.add("/api/lookup/", status=400, times=None)
        async with client_of(settings_for(running), era) as client:
            assert (await completed(client, "heading", "p")).values == []
