"""Looking again after a change: what changed is asked for, and the list is what a fresh reading of it would be."""

import json
import random
from typing import Any, Final

import pytest
from hypothesis import given
from oracle import ME, PREFIX, good_lists

from support.clock import FakeClock
from support.servers import settings_for
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.filters import Scope
from whitespace_mcp.portfolio.intake import read_book
from whitespace_mcp.portfolio.list_reader import ListReader
from whitespace_mcp.portfolio.portfolio import Portfolios
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.session.session import open_session

SMALL: Final = (40, 20)
STAGES: Final = ("quote_request", "quoted", "bindable", "firm_order", "signed", "withdrawn", "declined", "not_taken_up")


@pytest.fixture
def platform() -> Platform:
    """A market of a few slips."""
    return Platform(documents=SMALL)


def content_of(book: Book) -> dict[str, Any]:
    """All that a book says of its documents."""
    documents = Selection(book, Query(scope=Scope("document"))).page()
    slips = Selection(book, Query(sort="name")).page()
    return {
        "documents": documents,
        "slips": slips,
        "counts": (book.documents, book.slips, book.skipped),
        "alone": [book.slip(record["root"]) for record in slips],
    }


def change(platform: Platform, user_id: str, chance: random.Random) -> str:
    """Let something happen to a book: created, edited, staged on, withdrawn, deleted, moved, in the same second."""
    root = chance.choice(platform.roots(user_id))
    kind = chance.choice(
        ["touch", "touch", "stage", "stage", "new", "twin", "team", "remove", "same second", "nothing"]
    )
    match kind:
        case "touch":
            platform.touch(root)
        case "stage":
            platform.move_on(root, stage=chance.choice(STAGES))
        case "new":
            platform.add_slip(user_id, name=f"Newcomer {chance.random()} Hull", stage=chance.choice(STAGES))
        case "twin":
            platform.add_slip(user_id, umr="B0999SHARED1")
        case "team":
            platform.move_on(root, team=chance.choice(["calderfinch_PROPERTY", "calderfinch_AVIATION"]))
        case "remove":
            platform.remove_slip(root)
        case "same second":
            platform.touch(root, at="2027-01-01 00:00:00")
            platform.move_on(chance.choice(platform.roots(user_id)), stage="signed", at="2027-01-01 00:00:00")
        case _:
            pass
    return kind


@pytest.mark.parametrize("seed", range(3))
async def test_after_any_history_a_list_is_what_a_fresh_reading_of_it_is(seed: int, clock: FakeClock) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same histories each time
    whole: dict[str, list[bool]] = {}
    with serve(platform := Platform(documents=SMALL)) as running:
        user_id = platform.login.memberships[0].user_id
        async with open_session(settings_for(running), clock) as session:
            organisation = await session.organisations.chosen(user_id)
            portfolio = Portfolios(session).of(organisation)
            await portfolio.view()
            for _ in range(20):
                kinds = {change(platform, user_id, chance) for _ in range(chance.choice([1, 1, 2]))}
                clock.advance(61)
                platform.requests.clear()
                book = (await portfolio.view()).book
                for kind in kinds:
                    whole.setdefault(kind, []).append("/api/risks" in [seen.path for seen in platform.requests])
                fresh = (await Portfolios(session).of(organisation).view()).book
                if "remove" not in kinds:
                    assert content_of(book) == content_of(fresh), kinds
                elif content_of(book) != content_of(fresh):
                    await portfolio.view(refresh=True)
    assert not all(whole["touch"]), "some changes were not worth reading the list whole"


@given(good_lists, good_lists)
def test_documents_in_place_of_others_tell_what_a_whole_reading_tells(
    former: list[dict[str, Any]], new: list[dict[str, Any]]
) -> None:
    changed = {row["id"]: row for row in new}
    gone = {row["id"] for row in former} - changed.keys()
    book = book_of(former)
    book.amend(new, gone, ListReader(Side(PREFIX, ME)))
    assert content_of(book) == content_of(book_of(new))


def book_of(rows: list[dict[str, Any]]) -> Book:
    """A list as it comes."""
    return read_book(json.dumps(rows).encode(), Side(PREFIX, ME))


async def test_one_changed_document_is_all_that_is_asked_for(running: Running, clock: FakeClock) -> None:
    platform = running.platform
    user_id = platform.login.memberships[0].user_id
    async with open_session(settings_for(running), clock) as session:
        portfolio = Portfolios(session).of(await session.organisations.chosen(user_id))
        await portfolio.view()
        root = platform.add_slip(user_id, stage="draft", name="Newcomer Shipping Hull 2026")
        clock.advance(61)
        before = (await portfolio.view()).book.slips
        platform.requests.clear()
        platform.touch(root)
        clock.advance(61)
        view = await portfolio.view()
        paths = [seen.path for seen in platform.requests]
        assert (paths[0], "/api/risks" in paths, len(paths)) == ("/api/summary", False, 2)
        assert view.book.slips == before
        assert view.book.slip(root)[0]["updated"] == view.book.newest


async def test_a_long_reading_sees_one_moment_though_the_list_is_amended_meanwhile(
    running: Running, clock: FakeClock
) -> None:
    platform = running.platform
    user_id = platform.login.memberships[0].user_id
    query = Query(scope=Scope("document"))
    async with open_session(settings_for(running), clock) as session:
        portfolio = Portfolios(session).of(await session.organisations.chosen(user_id))
        await portfolio.view()
        root = platform.add_slip(user_id, stage="draft", name="Newcomer Shipping Hull 2026")
        clock.advance(61)
        book = (await portfolio.view()).book
        before = Selection(book, query).page()
        pages = Selection(book, query).pages(10)
        read = next(pages)
        platform.touch(root)
        clock.advance(61)
        assert (await portfolio.view()).book is book, "the same list with a document changed"
        read += [record for page in pages for record in page]
    assert read == before
    assert Selection(book, query).page() != before


def test_a_umr_of_which_nothing_is_left_to_compare_is_shared_with_none() -> None:
    rows = [
        {"id": f"IC0000000{n}-1::FO", "Status": "FirmOrder", "umr": umr, "channels": [f"{PREFIX}_MARINE"]}
        for n, umr in enumerate(["-", "UMR:", "- -"])
    ]
    book = book_of(rows)
    assert [slip["umr_shared"] for slip in content_of(book)["slips"]] == [0, 0, 0]
    book.amend([rows[0] | {"umr": "--"}], [], ListReader(Side(PREFIX, ME)))
    assert [slip["umr_shared"] for slip in content_of(book)["slips"]] == [0, 0, 0]
