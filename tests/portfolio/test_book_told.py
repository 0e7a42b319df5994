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

from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.filters import Terms
from whitespace_mcp.portfolio.intake import read_book
from whitespace_mcp.portfolio.query import UNREAD, Query
from whitespace_mcp.portfolio.summary_facts import SummaryFacts


def book_of(rows: list[dict[str, Any]], facts: list[SummaryFacts]) -> Book:
    """A book that has learnt what summaries told."""
    body = json.dumps(rows).encode()
    book = read_book(body, channel_prefix=PREFIX, user_id=ME)
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
    slip = query.terms.unit == "slip"
    assert book.counts(query) == Counter(d.slip_stage if slip else d.status for d in ds)
    assert book.not_known(query).slips == len(set(lacking.values()))
    unknown = replace(query, values={**query.values, "unknown": True})
    assert sorted(record["id"] for record in book.page(unknown, "newest", limit=-1)) == sorted(lacking)
    page = book.page(replace(query, show=("owner",)), "waiting", limit=-1)
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
    counted = book_of(rows, facts).groups(query, ("inception_month", "waiting"))
    assert {c.keys: c.slips for c in counted if c.documents} == {key: len(roots) for key, roots in slips.items()}


def test_an_owner_that_was_not_read_is_not_known_to_be_another() -> None:
    book = book_of([{"id": ROOTS[0], "channels": [f"{PREFIX}_MARINE"]}], [])
    assert book.not_known(Query({"owner": "mine"}, Terms(person=ME))).slips == 1
