"""Filters, counts, groups, order and pages of a book, against the same reckoned by hand in plain Python."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import ME, PREFIX, ROOTS, Plain, good_lists, matches, plainly, selection_of, selections

from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.mcp_layer.paging import Place, read_page
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.intake import read_book
from whitespace_mcp.portfolio.lookup import find_slip
from whitespace_mcp.portfolio.query import Group, Query, Sort
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.portfolio.selection import Selection, View
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.ids import umr_key
from whitespace_mcp.terms.text import fold

sorts = st.sampled_from(["newest", "oldest", "name", "umr"])
groups = st.lists(
    st.sampled_from(["stage", "status", "contract_type", "facility", "broker", "updated_month"]),
    max_size=2,
    unique=True,
).map(tuple)


def book_of(rows: list[dict[str, Any]]) -> Book:
    """A book as it is made of a list over the wire."""
    body = json.dumps(rows).encode()
    return read_book(body, Side(PREFIX, ME))


def view_of(organisation: str, rows: list[dict[str, Any]], query: Query) -> View:
    """An organisation's list as a question sees it."""
    acorn = Organisation(organisation, PREFIX.upper(), "Acorn")
    unread: Any = None  # what stands beside the list, which no question here needs
    return View(acorn, book_of(rows), "2026-11-23T00:00:00Z", unread, unread, query=query)


def matching(rows: list[dict[str, Any]], query: Query) -> list[Plain]:
    """What a query asks for, reckoned by hand."""
    documents = plainly(rows)
    return [document for document in documents if matches(document, query, documents)]


def sort_value(document: Plain, sort: Sort) -> str | None:
    """What an order looks at."""
    text = {"name": document.name, "umr": document.umr}.get(sort, document.updated)
    if text is None:
        return None
    return {"name": fold, "umr": umr_key}.get(sort, str)(text)


def group_value(document: Plain, name: Group, unit: str) -> Any:
    """What a group is called."""
    broker, updated = document.broker, document.updated
    stage = document.slip_stage if unit == "slip" else document.stage
    expected: dict[str, Any] = {
        "stage": stage,
        "status": document.status,
        "contract_type": document.type,
        "facility": int(document.facility),
        "broker": broker.lower().partition("_")[0] if broker else None,
        "updated_month": updated[:7] if updated else None,
    }
    return expected[name]


@given(good_lists, selections)
def test_counts_are_those_reckoned_by_hand(rows: list[dict[str, Any]], query: Query) -> None:
    book = book_of(rows)
    result = matching(rows, query)
    wanted = Counter(d.slip_stage if query.scope.unit == "slip" else d.status for d in result)
    assert Selection(book, query).counts() == wanted
    assert (book.documents, book.slips, book.skipped) == (len(rows), len({d.root for d in plainly(rows)}), 0)


@given(good_lists, selections, sorts)
def test_a_page_is_the_matching_rows_in_order(rows: list[dict[str, Any]], query: Query, sort: Sort) -> None:
    result = matching(rows, query)
    page = Selection(book_of(rows), replace(query, sort=sort)).page()
    assert Counter(record["id"] for record in page) == Counter(document.id for document in result)
    values = {document.id: sort_value(document, sort) for document in result}
    for entry, other in pairwise(record["id"] for record in page):
        before, after = values[entry], values[other]
        assert before is not None or after is None, "what is missing comes last"
        if before == after:
            assert entry < other
        elif before is not None and after is not None:
            assert before > after if sort == "newest" else before < after


@given(good_lists, selections, groups)
def test_groups_are_those_reckoned_by_hand(rows: list[dict[str, Any]], query: Query, by: tuple[Group, ...]) -> None:
    slips: dict[tuple[Any, ...], set[str]] = {}
    documents: Counter[tuple[Any, ...]] = Counter()
    for document in matching(rows, query):
        key = tuple(group_value(document, name, query.scope.unit) for name in by)
        slips.setdefault(key, set()).add(document.root)
        documents[key] += document.documents if query.scope.unit == "slip" else 1
    counted = Selection(book_of(rows), replace(query, group_by=by)).groups()
    assert {c.keys: (c.slips, c.documents) for c in counted if c.documents} == {
        key: (len(slips[key]), documents[key]) for key in slips
    }


@given(st.lists(good_lists, min_size=1, max_size=3), selections, sorts, st.integers(1, 7))
def test_every_page_comes_once_however_many_organisations_are_merged(
    lists: list[list[dict[str, Any]]], query: Query, sort: Sort, size: int
) -> None:
    views = [view_of(f"MU{n}", rows, query) for n, rows in enumerate(lists)]
    everything, nothing = read_page(views, sort, 1000, None)
    assert nothing is None
    wanted = Counter((f"MU{n}", d.id) for n, rows in enumerate(lists) for d in matching(rows, query))
    assert Counter((organisation, record["id"]) for organisation, record in everything) == wanted
    walked: list[Any] = []
    place: Place | None = None
    for _ in range(len(everything) + 1):
        page, place = read_page(views, sort, size, place)
        walked += page
        if place is None:
            break
        assert len(page) == size
    assert walked == everything


@given(st.lists(good_lists, min_size=2, max_size=3), sorts)
def test_the_merged_order_is_that_of_one_list(lists: list[list[dict[str, Any]]], sort: Sort) -> None:
    views = [view_of(f"MU{n}", rows, selection_of("document")) for n, rows in enumerate(lists)]
    page, _ = read_page(views, sort, 1000, None)
    values = [sort_value_of(record, sort) for _, record in page]
    present = [value for value in values if value is not None]
    assert values == [*present, *[None] * (len(values) - len(present))]
    assert present == sorted(present, reverse=sort == "newest")


def sort_value_of(record: Record, sort: Sort) -> str | None:
    """What an order looks at, of a record."""
    return record.get({"name": "name_key", "umr": "umr_key"}.get(sort, "updated"))


def test_ids_that_differ_in_case_alone_are_two_slips() -> None:
    lower = ROOTS[0].lower()
    rows = [{"id": f"{root}::FO", "Status": "FirmOrder", "channels": ["acme_X"]} for root in (ROOTS[0], lower)]
    book = book_of(rows)
    for root in (ROOTS[0], lower):
        assert [record["id"] for record in book.slip(root)] == [f"{root}::FO"]
        assert find_slip(book, root).root == root
    with pytest.raises(WhitespaceError, match="2 risks match"):
        find_slip(book, ROOTS[0].title())
    assert find_slip(book_of(rows[:1]), lower).root == ROOTS[0]


def test_a_umr_selects_a_slip_by_any_of_its_documents() -> None:
    root = "IC00000001-0000-4000-8000-000000000001"
    book = book_of(
        [
            {"id": f"{root}::SIGNED", "Status": "Signed", "umr": "B0999AAA1"},
            {"id": f"{root}::FO", "Status": "FirmOrder", "umr": "B0999BBB2"},
        ]
    )
    for umr in ("0999aaa1", "0999bbb2"):
        assert [record["id"] for record in Selection(book, selection_of(umr=umr)).page(limit=9)] == [f"{root}::SIGNED"]
    assert Selection(book, selection_of(umr="0999ccc3")).page(limit=9) == []


def rows_at(*ids: str) -> list[dict[str, Any]]:
    """Documents of one slip each, the earlier in the alphabet of numbers the newer."""
    return [
        {"id": f"IC{n:0>8}-1", "Status": "Signed", "updatedAt": f"2026-01-01 00:{59 - 'zyx0123456789'.index(n):02}:00"}
        for n in ids
    ]


def walk_on(before: list[dict[str, Any]], after: list[dict[str, Any]], size: int = 3) -> list[str]:
    """The numbers on the second page, of a list that has moved since the first one was read."""
    _, place = read_page([view_of("MU1", before, selection_of())], "newest", size, None)
    assert place is not None
    page, _ = read_page([view_of("MU1", after, selection_of())], "newest", size, place)
    return [record["id"][2:10].lstrip("0") for _, record in page]


@pytest.mark.parametrize(
    ("moved", "expected"),
    {
        "123456789": "456",
        "0123456789": "456",
        "zyx123456789": "456",
        "13456789": "456",
        "3456789": "456",
        "12456789": "567",  # the row before the page is gone: the same distance from the top
        "1": "",
    }.items(),
)
def test_a_list_that_moved_is_continued_behind_the_last_row_shown(moved: str, expected: str) -> None:
    assert walk_on(rows_at(*"123456789"), rows_at(*moved)) == list(expected)


def test_a_last_row_that_was_edited_and_jumped_to_the_top_does_not_begin_the_list_again() -> None:
    moved = rows_at(*"312456789")
    moved[0]["updatedAt"] = "2026-01-02 00:00:00"
    assert walk_on(rows_at(*"123456789"), moved) == ["4", "5", "6"]
