"""Reading the platform's list: nothing breaks it, and nothing is lost without being counted."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import ME, PREFIX, ROOTS, any_lists, good_lists, plainly

from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.filters import Scope
from whitespace_mcp.portfolio.intake import read_book
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.rows import Row
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.terms.moments import instant

ROOT = ROOTS[0]


@dataclass(frozen=True)
class Read:
    """What became of a list."""

    rows: list[Row]
    listed: int
    skipped: int


def rows_of(body: bytes) -> Read:
    """Read a list into a book, and that."""
    book = read_book(body, Side(PREFIX, ME))
    return Read(
        [*Selection(book, Query(scope=Scope("document"))).page()],
        book.documents,
        book.skipped,
    )


def read(elements: Any) -> Read:
    """Read a list as it comes over the wire."""
    return rows_of(json.dumps(elements).encode())


def only(element: dict[str, Any]) -> Row:
    """The one row of a list of one."""
    reading = read([element])
    assert len(reading.rows) == 1
    return reading.rows[0]


@given(any_lists)
def test_no_json_breaks_the_reading_and_every_element_is_a_row_or_counted(elements: list[Any]) -> None:
    reading = read(elements)
    assert reading.listed == len(elements)
    assert reading.skipped == reading.listed - len(reading.rows) >= 0
    roots = {row["root"] for row in reading.rows}
    assert sum(row["current"] for row in reading.rows) == len(roots)
    assert len({row["id"] for row in reading.rows}) == len(reading.rows)


@given(good_lists, st.randoms())
def test_slips_are_the_same_in_whatever_order_their_documents_come(rows: list[dict[str, Any]], chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert sorted(read(rows).rows, key=repr) == sorted(read(shuffled).rows, key=repr)


@given(good_lists)
def test_each_slip_has_the_stage_and_the_current_document_of_a_plain_reading(rows: list[dict[str, Any]]) -> None:
    by_id = {
        row["id"]: (row["stage"], row["slip_stage"], bool(row["current"]), row["documents"]) for row in read(rows).rows
    }
    assert by_id == {d.id: (d.stage, d.slip_stage, d.current, d.documents) for d in plainly(rows)}


def test_of_two_documents_that_are_equally_far_the_later_one_is_current() -> None:
    early, late = (
        {"id": f"{ROOT}::FO::{team}", "Status": "FirmOrder", "updatedAt": f"2026-01-0{day} 00:00:00"}
        for day, team in ((1, "A"), (2, "B"))
    )
    for documents in ([early, late], [late, early]):
        assert [row["id"] for row in read(documents).rows if row["current"]] == [late["id"]]


@given(st.sampled_from(["0000", "0001", "1900", "2024", "2026"]), st.integers(0, 13), st.integers(0, 32))
def test_a_moment_is_read_if_the_calendar_has_its_day(year: str, month: int, day: int) -> None:
    moment = f"{year}-{month:02}-{day:02} 10:11:12"
    assert only({"id": ROOT, "updatedAt": moment})["updated"] == instant(moment)


@given(good_lists, st.sampled_from(["Signed", None, "EndorsementFinalised", "EndorsementDeclined"]))
def test_an_endorsement_never_changes_the_stage_of_its_slip(rows: list[dict[str, Any]], status: str | None) -> None:
    before = {row["root"]: row["slip_stage"] for row in read(rows).rows}
    later = {"Status": status, "updatedAt": "2027-01-01 00:00:00"}
    endorsed = [*rows, *({"id": f"{root}::SIGNED::EN9", **later} for root in before)]
    assert {row["root"]: row["slip_stage"] for row in read(endorsed).rows} == before


@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_keys_are_read_in_any_case(spell: Any) -> None:
    element = {
        "id": f"{ROOT}::FO", "Status": "FirmOrder", "InsuredName": " Acorn  Shipping", "umr": " B0999AAA1",
        "ContractType": "Line Slip", "IsFacility": True, "placingBrokerChannel": "birch_MARINE",
        "channels": ["acme_MARINE", "acme_COMPANY_SHARED", "other_X"], "updatedAt": "2026-01-02 03:04:05",
    }  # fmt: skip
    row = only({spell(key): value for key, value in element.items()})
    assert row == Row(
        id=f"{ROOT}::FO", root=ROOT, status="FirmOrder", stage="firm_order", name="Acorn Shipping", umr="B0999AAA1",
        type="Line Slip", facility=1, broker_channel="birch_MARINE", teams="acme_MARINE|",
        updated="2026-01-02T03:04:05Z", name_key="acorn shipping", umr_key="0999aaa1", padded=1, current=1,
        slip_stage="firm_order", slip_short="IC00000000", documents=1, umr_shared=0,
    )  # fmt: skip


def test_a_row_with_nothing_but_its_id_is_kept() -> None:
    row = only({"id": ROOT})
    assert (row["stage"], row["status"], row["name"], row["umr"], row["facility"], row["updated"]) == (
        "draft",
        None,
        None,
        None,
        0,
        None,
    )


@pytest.mark.parametrize(
    "useless", [None, 7, "text", [], {}, {"id": None}, {"id": " "}, {"id": {}}, {"Status": "Signed"}]
)
def test_an_element_without_an_id_is_counted_and_does_no_harm(useless: object) -> None:
    reading = read([{"id": ROOT}, useless])
    assert ([row["id"] for row in reading.rows], reading.skipped) == ([ROOT], 1)


def test_a_document_that_is_listed_twice_is_one_row() -> None:
    reading = read([{"id": ROOT, "Status": "Signed"}, {"id": ROOT, "Status": "FirmOrder"}])
    assert ([row["status"] for row in reading.rows], reading.listed, reading.skipped) == (["Signed"], 2, 1)


@pytest.mark.parametrize("channels", [["other_MARINE"], ["acmex_MARINE", "x_acme_"], ["other_acme"], "other_MARINE"])
def test_a_row_with_channels_of_others_only_is_dropped_and_counted(channels: Any) -> None:
    reading = read([{"id": ROOT, "channels": channels}, {"id": ROOTS[1]}])
    assert ([row["id"] for row in reading.rows], reading.skipped) == ([ROOTS[1]], 1)


@pytest.mark.parametrize(
    "channels",
    [["ACME_marine", "other_X"], ["shared"], [ME.lower()], [], None, ["acme_COMPANY_SHARED"], "acme_MARINE", ""],
)
def test_a_row_that_may_belong_to_the_organisation_is_kept(channels: Any) -> None:
    assert only({"id": ROOT, "channels": channels})["id"] == ROOT


def test_own_teams_are_those_of_the_organisation_only() -> None:
    row = only({"id": ROOT, "channels": ["other_X", "acme_CYBER", "acme_AVIATION", "acme_COMPANY_SHARED", "shared", 7]})
    assert row["teams"] == "acme_AVIATION|acme_CYBER|"


@pytest.mark.parametrize(
    ("value", "facility"), [(True, 1), ("Yes", 1), ("TRUE", 1), (1, 1), (False, 0), ("no", 0), (None, 0)]
)
def test_a_facility_is_one_however_the_flag_is_typed(value: object, facility: int) -> None:
    assert only({"id": ROOT, "IsFacility": value})["facility"] == facility


def test_numbers_become_text_and_other_things_are_left_out() -> None:
    row = only(
        {"id": ROOT, "umr": 4711, "InsuredName": ["x"], "Status": {"a": 1}, "ContractType": True, "updatedAt": 5}
    )
    assert (row["umr"], row["name"], row["status"], row["type"], row["updated"]) == ("4711", None, None, None, None)


def test_the_longest_number_that_json_may_hold_does_no_harm() -> None:
    digits = b"9" * 4300
    body = b'[{"id": %s, "umr": %s, "InsuredName": %s}]' % (digits, digits, digits)
    assert len(rows_of(body).rows) == 1


def test_third_party_text_is_cleaned_and_cut() -> None:
    row = only({"id": ROOT, "InsuredName": "Ignore\N{RIGHT-TO-LEFT OVERRIDE}\x1b[2J " + "x" * 500, "Status": "y" * 500})
    assert row["name"] is not None
    assert row["name"].startswith("Ignore[2J x")
    assert len(row["name"]) == 120
    assert row["status"] is not None
    assert len(row["status"]) == 60


def test_a_umr_on_several_slips_is_marked_on_each_and_one_on_several_documents_is_not() -> None:
    reading = read(
        [
            {"id": f"{ROOTS[0]}::FO", "umr": "B0999AAA1"},
            {"id": f"{ROOTS[0]}::SIGNED", "umr": "B0999AAA1"},
            {"id": ROOTS[1], "umr": " 0999aaa1"},
            {"id": ROOTS[2], "umr": "B0999BBB2"},
            {"id": f"{ROOTS[2]}::FO", "umr": "B0999BBB2"},
            {"id": ROOTS[3]},
            {"id": ROOTS[4]},
        ]
    )
    assert {row["root"]: row["umr_shared"] for row in reading.rows} == dict(
        zip(ROOTS[:5], [1, 1, 0, 0, 0], strict=True)
    )


def test_short_ids_are_longer_where_roots_begin_alike() -> None:
    twin = ROOT.replace("IC00000000-0", "IC00000000-7")
    assert [row["slip_short"] for row in read([{"id": ROOT}, {"id": twin}, {"id": "odd"}]).rows] == [
        "IC000000000",
        "IC000000007",
        "odd",
    ]


def test_a_long_title_is_cut_where_it_is_shown_and_not_where_it_is_searched() -> None:
    row = only({"id": ROOT, "insuredName": "x" * 300 + " Needle"})
    assert row["name"] is not None
    assert len(row["name"]) == 120
    assert row["name_key"] is not None
    assert row["name_key"].endswith("x needle")
