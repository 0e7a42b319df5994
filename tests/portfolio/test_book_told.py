"""Filters and groups of what summaries tell, against the same reckoned by hand in plain Python."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from oracle import (
    ME,
    PREFIX,
    ROOTS,
    good_lists,
    matches,
    plainly,
    selections,
    selections_of_facts,
    summaries,
    told_matches,
)

from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.filters import Scope
from whitespace_mcp.portfolio.intake import read_book
from whitespace_mcp.portfolio.query import UNREAD, Query
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.portfolio.summary_facts import SummaryFacts


def book_of(rows: list[dict[str, Any]], facts: list[SummaryFacts]) -> Book:
    """A book that has learnt what summaries told."""
    body = json.dumps(rows).encode()
    book = read_book(body, Side(PREFIX, ME))
    book.put_summary_facts(facts[:1], 1)
    book.put_summary_facts(facts, 2)
    return book


@given(good_lists, summaries, selections_of_facts)
def test_counts_and_what_is_not_known_are_those_reckoned_by_hand(
    rows: list[dict[str, Any]], facts: list[SummaryFacts], query: Query
) -> None:
    by_root = {entry.root: entry for entry in facts}
    documents = plainly(rows)
    rest = [d for d in documents if matches(d, query, documents)]
    ds = [d for d in rest if told_matches(by_root.get(d.root), query)]
    lacking = {d.id: d.root for d in rest if told_matches(by_root.get(d.root), query) is None}
    book = book_of(rows, facts)
    slip = query.scope.unit == "slip"
    assert Selection(book, query).counts() == Counter(d.slip_stage if slip else d.status for d in ds)
    assert Selection(book, query).not_known().slips == len(set(lacking.values()))
    unknown = replace(query, values={**query.values, "unknown": True})
    assert sorted(record["id"] for record in Selection(book, unknown).page()) == sorted(lacking)
    page = Selection(book, replace(query, show=("owner",), sort="waiting")).page()
    assert Counter(record["id"] for record in page) == Counter(document.id for document in ds)
    for record in page:
        answer = by_root.get(record["root"])
        assert (record.get("inception"), record.get("owners")) == (
            (answer.inception, answer.owners) if answer else (None, None)
        )
    since: list[Any] = [record.get("since") for record in page]
    assert since == [*sorted(entry for entry in since if entry), *[None] * since.count(None)]


@given(good_lists, summaries, selections)
def test_groups_are_those_reckoned_by_hand(rows: list[dict[str, Any]], facts: list[SummaryFacts], query: Query) -> None:
    by_root = {entry.root: entry for entry in facts}
    documents = plainly(rows)
    slips: dict[Any, set[str]] = {}
    for document in documents:
        if matches(document, query, documents):
            answer = by_root.get(document.root)
            key = ((answer.inception or "")[:7] or None, answer.waits) if answer else (UNREAD, UNREAD)
            slips.setdefault(key, set()).add(document.root)
    counted = Selection(book_of(rows, facts), replace(query, group_by=("inception_month", "waiting"))).groups()
    assert {c.keys: c.slips for c in counted if c.documents} == {key: len(roots) for key, roots in slips.items()}


def test_an_owner_that_was_not_read_is_not_known_to_be_another() -> None:
    book = book_of([{"id": ROOTS[0], "channels": [f"{PREFIX}_MARINE"]}], [])
    assert Selection(book, Query({"owner": "mine"}, Scope(person=ME))).not_known().slips == 1
