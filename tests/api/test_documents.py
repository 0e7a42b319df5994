"""Contract documents and what stands behind them: only what belongs to the slip and the organisation is kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import json_values
from support.raw import raw_list
from support.sessions import error_of, session_of
from whitespace_mcp.api.documents import placing, summary, where_served
from whitespace_mcp.api.reads import LABELS, OVERVIEW, OWNERS, RELATED, SLIP_DOCUMENTS
from whitespace_mcp.api.slips import current_document, quote_panels, read_card, read_lines
from whitespace_mcp.config.errors import BadAnswer, NotFound, Unavailable, WhitespaceError, WrongAddress, explain
from whitespace_mcp.demo import Platform, Running
from whitespace_mcp.documents.visibility import Side, belonging, own
from whitespace_mcp.terms.ids import root_of

ROOT = "IC0A1B2C3D-0000-4000-8000-00000000000A"
SIDE = Side("acorn", "MU1")


def test_what_cannot_be_the_organisations_is_dropped_and_counted() -> None:
    mine = {"_id": f"{ROOT}::FO", "channels": ["birch_ALL", "Acorn_MARINE"]}
    shared = {"_id": f"{ROOT}::MS", "channels": ["shared"]}
    untold = {"id": f"{ROOT}::DR1"}
    person = {"_id": f"{ROOT}::AW::1", "channels": ["MU1"]}
    foreign = {"_id": f"{ROOT}::WRLS", "channels": ["birch_ALL"]}
    elsewhere = {"_id": "IC9::FO", "channels": ["acorn_MARINE"]}
    visible = belonging([mine, shared, untold, person, foreign, elsewhere, 7, {}, None], ROOT, SIDE)
    assert visible.documents == [mine, shared, untold, person]
    assert visible.skipped == 5


@given(st.permutations(["9-a", "10-b", "2-c"]))
def test_of_two_copies_the_later_revision_stays_whatever_the_order(revisions: list[str]) -> None:
    visible = belonging([{"_id": f"{ROOT}::FO", "_rev": revision} for revision in revisions], ROOT, SIDE)
    assert [entry["_rev"] for entry in visible.documents] == ["10-b"]
    assert visible.skipped == 0


@given(st.lists(json_values, max_size=6))
def test_anything_can_be_in_the_list(elements: list[Any]) -> None:
    visible = belonging(elements, ROOT, SIDE)
    assert len(visible.documents) + visible.skipped <= len(elements)


@pytest.mark.parametrize(
    "document",
    [{"_id": f"{ROOT}::FO", "channels": ["birch_ALL"]}, {"_id": "IC9::FO"}, {"_id": "RWRiskSummary::IC9::acorn_ALL"}],
)
def test_a_single_document_of_others_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(NotFound) as caught:
        own(document, ROOT, SIDE)
    assert "was not shown" in explain(caught.value)


def test_a_single_document_of_ones_own_is_passed_on() -> None:
    for result in ({"_id": f"{ROOT.lower()}::FO"}, {"_id": f"RWRiskSummary::{ROOT}::acorn_ALL"}, {}):
        assert own(result, ROOT, SIDE) is result


@pytest.mark.parametrize("error", [NotFound("x"), BadAnswer("x"), WrongAddress("x")])
async def test_what_only_completes_an_answer_may_be_missing(error: WhitespaceError) -> None:
    async def fails() -> int:
        raise error

    assert await where_served(fails, None) is None


async def test_what_may_pass_is_a_failure_all_the_same() -> None:
    async def fails() -> int:
        raise Unavailable("x")

    assert isinstance(await error_of(lambda: where_served(fails, None)), Unavailable)


@pytest.fixture
def platform() -> Platform:
    """A book with slips in it."""
    return Platform(documents=(300, 80))


def signed_root(running: Running) -> str:
    """A slip that the demo person's first organisation has signed."""
    return next(root_of(row["id"]) for row in raw_list(running) if "::SIGNED" in row["id"])


async def test_every_part_of_a_slip_can_be_read(running: Running) -> None:
    root = signed_root(running)
    async with session_of(running) as session:
        [mine, *_] = await session.organisations.all()
        api = session.api_for(mine)
        contract = await placing(api, f"{root}::SIGNED")
        assert contract["_id"] == f"{root}::SIGNED"
        channel = contract["control"]["placingBrokerChannel"]
        assert (await summary(api, root, channel))["rootID"] == root
        assert len((await api.visible(SLIP_DOCUMENTS, root)).documents) > 1
        everything = await api.visible(OVERVIEW, root)
        assert everything.skipped == 0
        lines = await api.visible(RELATED, root, type="RWWrittenLineSet")
        assert [entry for entry in everything.documents if entry["type"] == "RWWrittenLineSet"] == lines.documents
        assert {entry["type"] for entry in (await api.visible(OWNERS, root)).documents} <= {"RWRiskOwner"}
        assert (await api.visible(LABELS, root)).skipped == 0


async def test_lines_are_read_in_two_requests_and_a_card_in_five(running: Running) -> None:
    root = signed_root(running)
    async with session_of(running) as session:
        [mine, *_] = await session.organisations.all()
        api = session.api_for(mine)
        running.platform.requests.clear()
        lines = await read_lines(api, f"{root}::SIGNED")
        assert len(running.platform.requests) == 2
        assert lines.contract["_id"] == f"{root}::SIGNED"
        running.platform.requests.clear()
        channel = lines.contract["control"]["placingBrokerChannel"]
        card = await read_card(api, f"{root}::SIGNED", [channel])
        assert len(running.platform.requests) == 5
        assert card.contract == lines.contract
        assert card.background == lines.background
        assert {stub["id"] for stub in card.stubs(mine.side)} == {
            row["id"] for row in raw_list(running) if row["id"].startswith(root)
        }


async def test_a_card_does_without_what_only_completes_it(running: Running) -> None:
    root = signed_root(running)
    for path in ("/api/owner/", "/api/labels/", "/api/documents/RWRiskSummary"):
        running.platform.faults.add(path, status=400, times=None)
    async with session_of(running) as session:
        [mine, *_] = await session.organisations.all()
        api = session.api_for(mine)
        card = await read_card(api, f"{root}::SIGNED", ["calderfinch_MARINE"])
        assert (card.owners, card.labels, card.summaries, card.skipped) == (None, None, [], 0)
        running.platform.faults.add("/api/overview/", status=400)
        error = await error_of(lambda: read_card(api, f"{root}::SIGNED", []))
    assert isinstance(error, NotFound)


async def test_the_furthest_document_is_current_where_the_list_does_not_tell(running: Running) -> None:
    root = signed_root(running)
    async with session_of(running) as session:
        [mine, *_] = await session.organisations.all()
        api = session.api_for(mine)
        ids = await current_document(api, root)
        assert ids[0] == f"{root}::SIGNED"
        running.platform.faults.add("/api/risks/root/", status=200, body="[]")
        assert await current_document(api, root) == [root]


async def test_a_quote_panel_that_is_not_served_is_missing_alone(running: Running) -> None:
    quotes = [row["id"] for row in raw_list(running) if row["id"].endswith("::UQ1")][:3]
    running.platform.faults.add(f"/api/risks/{quotes[1]}", status=400)
    async with session_of(running) as session:
        [mine, *_] = await session.organisations.all()
        panels = await quote_panels(session.api_for(mine), quotes)
    assert [panel is None for panel in panels] == [False, True, False]
    assert "quotedLineSize" in (panels[0] or {})
