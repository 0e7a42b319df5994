"""Filters and groups of what contracts and lines tell, against the same reckoned by hand in plain Python."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st
from oracle import ME, PREFIX, ROOTS, Plain, good_lists, matches, plainly, told_of

from whitespace_mcp.documents.identity import MarketDirectory
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth_facts import DEPTH_COLUMNS
from whitespace_mcp.portfolio.filters import Scope
from whitespace_mcp.portfolio.intake import read_book
from whitespace_mcp.portfolio.names import leaders_named
from whitespace_mcp.portfolio.query import NOT_FIRM, UNREAD, Query
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.terms.text import NOT_READ

TODAY: Final = "2026-11-28"
DAYS: Final = ("2026-11-27", "2026-11-28", "2026-12-31")
LEADERS: Final = ("", "birch", "birch elm", "elm")
"""Who leads, by their keys."""
LIVING: Final = {"quote_request", "quoted", "bindable", "firm_order", "signed"}

Deep = dict[str, Any]


def _deep(
    root: str,
    parts: list[str],
    expiry: str,
    placed: str | None,
    counts: tuple[int, int, int],
    due: Any,
    begins: str | None = None,
    led: str = "birch",
) -> Deep:
    expected = {"terms", *parts}
    first, _, last = expiry.partition(" ")
    dated = first[:1] == "2"
    rest: Deep = {
        "expiry": first if dated else None,
        "expiry_last": (last or first) if dated else None,
        "expiry_state": expiry if not dated else "several, by section" if last else "date",
        "begins": begins if not dated else None,
        "leader": " / ".join(led.split()) or None,
        "leader_key": f"|{'|'.join(led.split())}|",
    }
    if "lines" in expected:
        rest |= {"placed": placed, "not_accepted": counts[0], "open": counts[1], "answered": counts[2], "due": due}
    flags = {part: 1 if part in expected else None for part in ("terms", "lines", "endorsements")}
    return {"root": root, "trouble": None, **flags, **rest}


facts = st.lists(
    st.builds(
        _deep,
        st.sampled_from(ROOTS),
        st.lists(st.sampled_from(["lines", "endorsements"]), unique=True),
        st.sampled_from([*DAYS, f"{DAYS[0]} {DAYS[1]}", f"{DAYS[0]} {DAYS[2]}", f"{DAYS[1]} {DAYS[2]}", "unreadable"]),
        st.sampled_from([None, "nothing", "short", "full", "over", "unreadable"]),
        st.tuples(*[st.integers(0, 1)] * 3),
        st.sampled_from([None, *DAYS]),
        st.sampled_from([None, *DAYS]),
        st.sampled_from(LEADERS),
    ),
    max_size=6,
    unique_by=lambda build: build["root"],
)
questions = st.fixed_dictionaries(
    {
        "stage": st.sampled_from([None, None, ["firm_order", "signed"]]),
        "expiry_from": st.sampled_from([None, *DAYS]),
        "expiry_to": st.sampled_from([None, *DAYS]),
        "placed": st.sampled_from(
            [None, None, ["short"], ["full", "nothing"], ["not_accepted"], ["over", "not_accepted"]]
        ),
        "subjectivity": st.sampled_from([None, None, "open", "overdue", "answered"]),
        "leader": st.sampled_from([None, None, "birch", "birch / elm", "(none)"]),
    }
).map(lambda values: {name: value for name, value in values.items() if value})


def _alike(verdicts: Iterable[bool]) -> bool | None:
    """What all sections say; None where they differ or none says anything."""
    said = set(verdicts)
    return said.pop() if len(said) == 1 else None


def _leads(asked_for: str, leaders: str | None) -> bool:
    """Whether each company asked for leads; `(none)` asks for contracts without a leader."""
    if asked_for == "(none)":
        return leaders is None
    return set(asked_for.split(" / ")) <= set((leaders or "").split(" / "))


def _expires(depth: Deep, values: dict[str, Any]) -> list[bool | None]:
    """Whether all sections end as asked; no section ends before the first one begins."""
    days = [depth["expiry"], depth["expiry_last"]] if depth["expiry"] else []
    tests: list[bool | None] = []
    if "expiry_from" in values:
        tests.append(_alike(day >= values["expiry_from"] for day in days))
    if "expiry_to" in values:
        begun_later = not days and (depth["begins"] or "") > values["expiry_to"]
        tests.append(False if begun_later else _alike(day <= values["expiry_to"] for day in days))
    return tests


def deep_matches(document: Plain, depth: Deep | None, values: dict[str, Any]) -> bool | None:
    """Whether a slip is asked for, as far as is known of it; spelt out."""
    tests: list[bool | None] = []
    detail = depth or {}
    dated = bool(detail.get("terms") and detail.get("endorsements"))
    tests += _expires(detail, values) if dated else [None for name in values if name.startswith("expiry")]
    if "leader" in values:
        tests.append(_leads(values["leader"], detail["leader"]) if detail.get("terms") else None)
    if "placed" in values:
        if document.slip_stage != "firm_order":
            tests.append(False)
        elif not detail.get("lines"):
            tests.append(None)
        else:
            states = [state for state in values["placed"] if state != "not_accepted"]
            beside = "not_accepted" in values["placed"] and detail["not_accepted"] > 0
            by_state = None if detail["placed"] is None and states else detail["placed"] in states
            tests.append(True if beside else by_state)
    if "subjectivity" in values:
        if document.slip_stage not in LIVING:
            tests.append(False)
        elif not detail.get("lines"):
            tests.append(None)
        else:
            overdue = detail["due"] is not None and detail["due"] < TODAY
            held = {
                "open": detail["open"] > 0,
                "answered": detail["answered"] > 0,
                "overdue": overdue,
            }
            tests.append(held[values["subjectivity"]])
    if False in tests:
        return False
    return None if None in tests else True


def book_of(rows: list[dict[str, Any]], deep: list[Deep]) -> Book:
    """A book that has learnt what was read in depth."""
    book = read_book(json.dumps(rows).encode(), Side(PREFIX, ME))
    book.put_depth_facts([(entry["root"], *(entry.get(name) for name in DEPTH_COLUMNS)) for entry in deep])
    return book


@given(good_lists, facts, questions)
def test_counts_and_what_is_not_known_are_those_reckoned_by_hand(
    rows: list[dict[str, Any]], deep: list[Deep], values: dict[str, Any]
) -> None:
    led = leaders_named(values.get("leader", ""), MarketDirectory([]), "")
    query = Query(values, Scope("slip", person=ME, names={"leader": led, "subjectivity": TODAY}))
    by_root = {entry["root"]: entry for entry in deep}
    documents = plainly(rows)
    rest = [document for document in documents if matches(document, query, documents)]
    verdicts = {document.id: deep_matches(document, by_root.get(document.root), values) for document in rest}
    stages = Counter(document.slip_stage for document in rest if verdicts[document.id])
    book = book_of(rows, deep)
    assert Selection(book, query).counts() == stages
    lacking = sorted(name for name, verdict in verdicts.items() if verdict is None)
    not_known = Selection(book, query).not_known()
    assert not_known.slips == len(lacking)
    assert all(sum(reasons.values()) <= not_known.slips for reasons in not_known.facts.values())
    assert bool(not_known.facts) == bool(lacking)
    unknown = replace(query, values={**values, "unknown": True})
    assert sorted(record["id"] for record in Selection(book, unknown).page()) == lacking
    wanted = {entry.root for entry in Selection(book, query).wanted(query.facts)}
    assert wanted >= {d.root for d in rest if verdicts[d.id] is None}, "all that is not known is worth reading"


@given(good_lists, facts)
def test_groups_sum_and_name_what_was_not_read(rows: list[dict[str, Any]], deep: list[Deep]) -> None:
    by_root = {entry["root"]: entry for entry in deep}
    wanted: Counter[tuple[Any, ...]] = Counter()
    for document in plainly(rows):
        if document.current:
            answer = by_root.get(document.root, {})
            alone = answer.get("expiry") if answer.get("expiry") == answer.get("expiry_last") else None
            month = (alone or answer["expiry_state"]) if answer.get("endorsements") else UNREAD
            placed = (answer["placed"] or "not every line is visible") if answer.get("lines") else UNREAD
            firm = document.slip_stage == "firm_order"
            wanted[(month[:7] if month[:1] == "2" else month, placed if firm else NOT_FIRM)] += 1
    counted = Selection(book_of(rows, deep), Query(group_by=("expiry_month", "placed"))).groups()
    assert {c.keys: c.slips for c in counted if c.documents} == wanted


def test_why_a_slip_is_not_known_is_told() -> None:
    rows = [{"id": f"{root}::FO", "Status": "FirmOrder", "channels": ["acme_X"]} for root in ROOTS[:3]]
    book = book_of(
        rows, [_deep(ROOTS[0], ["lines"], DAYS[0], None, (0, 0, 0), None), {"root": ROOTS[1], "trouble": "refused"}]
    )
    assert Selection(book, Query({"placed": ["short"]})).not_known().facts == {
        "placed": {"not every line is visible": 1, "refused": 1, NOT_READ: 1}
    }


def test_a_period_that_cannot_be_read_has_not_ended_before_it_begins() -> None:
    rows = [{"id": f"{root}::FO", "Status": "FirmOrder", "channels": ["acme_X"]} for root in ROOTS[:3]]
    read = [
        _deep(root, ["endorsements"], "unreadable", None, (0, 0, 0), None, begins)
        for root, begins in zip(ROOTS, (None, *DAYS[1:]), strict=False)
    ]
    book = book_of(rows, read)
    for day, lacking in (("2026-11-27", 1), (DAYS[1], 2), ("2026-12-30", 2), (DAYS[2], 3)):
        query = Query({"expiry_to": day})
        selection = Selection(book, query)
        assert (selection.counts(), selection.not_known().slips) == ({}, lacking), day
    book.put_summary_facts([told_of(ROOTS[2], DAYS[0], None, [], [], [])], 1)
    first = Selection(book, Query({"expiry_to": DAYS[0]}))
    assert first.not_known().slips == 2, "the summary says that it begins earlier"


def test_what_is_read_later_changes_the_answer_to_the_same_question() -> None:
    rows = [{"id": f"{root}::FO", "Status": "FirmOrder", "channels": ["acme_X"]} for root in ROOTS[:2]]
    book, short = book_of(rows, []), Query({"placed": ["short"]})
    selection = Selection(book, short)
    assert (selection.counts(), selection.not_known().slips) == ({}, 2)
    for names, root in enumerate(ROOTS[:2], start=1):
        read = _deep(root, ["lines"], DAYS[0], "short", (0, 0, 0), None)
        book.put_depth_facts([(root, *(read.get(name) for name in DEPTH_COLUMNS))])
        selection = Selection(book, short)
        assert (selection.counts(), selection.not_known().slips) == ({"firm_order": names}, 2 - names)
