"""Lines: each counts once, per section, exactly; what is no line is in no total."""

from typing import Any

import pytest

from support.depth import BROKER, NAMES, ROOT
from support.lines import Doc, contract, entry, guidance, impression, item, line_set, no_cover, order_items, sections
from support.placing import BIRCH, CEDAR, DOGWOOD, NOW, OF_ORDER, read, rows, sums
from whitespace_mcp.answers.lines.entries import LineContext, apart_entries, asked_entries, line_entries
from whitespace_mcp.answers.lines.sums import measure_facts, measure_problems, section_sums
from whitespace_mcp.documents.placing import of_section


def test_written_lines_are_summed_and_compared_with_the_order() -> None:
    result = sums([line_set(BIRCH, entry("38.9982")), line_set(CEDAR, entry("10", "2.5"))])[None]
    assert result.written
    assert result.written.plain() == {"total": "51.4982", "lines": 2, "against": "100 of order", "short": "48.5018"}
    assert result.signed is None


def test_lines_of_the_whole_are_compared_with_the_order_itself() -> None:
    paper = contract(*order_items("60% of 100%", "Percentage of Whole"))
    result = sums([line_set(BIRCH, entry("50")), line_set(CEDAR, entry("25"))], paper=paper)[None]
    assert result.written
    assert (result.written.against, result.written.over, result.written.short) == ("60 of whole", "15", None)


def test_a_complete_slip_is_short_by_nothing() -> None:
    result = sums([line_set(BIRCH, entry("100"))])[None]
    assert result.written
    assert result.written.short == "0"


@pytest.mark.parametrize(
    ("paper", "problem"),
    [
        (contract(), "order is not in the contract"),
        (contract(*order_items("???", "Percentage of Order")), "order is not filled in yet"),
        (contract(*order_items("50% of 60%", "Percentage of Order")), "order cannot be read with certainty"),
        (contract(*order_items("100%", "As agreed")), "basis of written lines cannot be read with certainty"),
        (contract(*order_items("100%", "Percentage of Order"), *order_items("50%", "Percentage of Order")), "several"),
    ],
)
def test_without_order_or_basis_there_are_sums_only_and_it_says_so(paper: Doc, problem: str) -> None:
    placing = read([line_set(BIRCH, entry("120"))], paper=paper)
    basis = {"of": "order"} if "Percentage of Order" in str(paper) else {}
    assert section_sums(placing)[0].plain() == {"written": {"total": "120", "lines": 1} | basis, "signed": "none"}
    assert problem in str(measure_problems(placing))
    assert section_sums(placing, indicate=True)[0].plain()["signing_indication"] == {
        "refused": "the order or a basis of lines cannot be read"
    }


def test_no_figure_is_called_placed() -> None:
    placing = read([line_set(BIRCH, entry("50")), guidance(CEDAR, "10", "20")])
    assert "placed" not in str([section_sums(placing), measure_facts(placing)]).lower()


def test_signed_figures_exist_only_where_something_is_signed() -> None:
    written = [line_set(BIRCH, entry("80")), line_set(CEDAR, entry("40"))]
    assert sums(written)[None].signed is None
    signed = line_set(BIRCH, entry("80", signed="66.6667"), signed=True)
    result = sums([*written, signed])[None]
    assert result.signed
    assert result.signed.plain() == {"total": "66.6667", "lines": 1, "against": "100 of order", "short": "33.3333"}
    assert [row.signed for row in rows([*written, signed])] == ["66.6667", None]


def test_the_signed_percentage_of_a_written_set_is_no_signed_line() -> None:
    assert sums([line_set(BIRCH, entry("80", signed="60"))])[None].signed is None


def test_written_sets_and_their_copies_count_once() -> None:
    own = line_set(BIRCH, entry("30"))
    copies = [line_set(BIRCH, entry("30"), copy_for=to) for to in (CEDAR, DOGWOOD)]
    for documents in ([own, *copies], copies, [*copies, own, own]):
        written = sums(documents)[None].written
        assert written
        assert (written.total, written.lines) == ("30", 1)


def test_the_plain_set_goes_before_its_copies_even_if_they_are_later() -> None:
    later = line_set(BIRCH, entry("99"), copy_for=CEDAR, updatedAt="2026-09-09 09:09:09")
    assert [row.written for row in rows([line_set(BIRCH, entry("30")), later])] == ["30"]


def test_copies_that_differ_are_flagged_and_the_latest_counts() -> None:
    early = line_set(BIRCH, entry("30"), copy_for=CEDAR)
    late = line_set(BIRCH, entry("35"), copy_for=DOGWOOD, updatedAt="2026-02-04 10:00:00")
    for documents in ([early, late], [late, early]):
        [row] = rows(documents)
        assert (row.written, row.flags) == ("35", ["copies_differ"])


def test_sections_are_never_added_together() -> None:
    documents = [
        sections(s1="Hull", sB1="Buy-back"),
        line_set(BIRCH, entry("60", sections=["1", "B1", "1"])),
        line_set(CEDAR, entry("50", sections=["1"])),
    ]
    totals = sums(documents)
    assert list(totals) == ["1", "B1"]
    assert [(element.name, element.written and element.written.total) for element in totals.values()] == [
        ("Hull", "110"),
        ("Buy-back", "60"),
    ]
    assert [(row.carrier, row.sections) for row in rows(documents)] == [
        ("Birch (Marine)", ["1", "B1"]),
        ("Cedar (Cargo)", ["1"]),
    ]


def test_each_section_is_measured_against_its_own_order() -> None:
    orders = {"1": "50%", "2": "100%"}
    marked = [item("OrderHereon", "{0}", ("Order", order), sections=[section]) for section, order in orders.items()]
    paper = contract(*marked, *order_items("x", "Percentage of Whole")[1:])
    documents = [sections(s1="Hull", s2="War"), line_set(BIRCH, entry("60", sections=["1", "2"]))]
    totals = sums(documents, paper=paper)
    assert [
        (element.written and element.written.over, element.written and element.written.short)
        for element in totals.values()
    ] == [
        ("10", None),
        (None, "40"),
    ]


def test_lines_that_name_no_section_of_a_sectioned_contract_forbid_comparisons() -> None:
    documents = [sections(s1="Hull"), line_set(BIRCH, entry("60", sections=["1"])), line_set(CEDAR, entry("10"))]
    placing = read(documents)
    for section_sum in (*section_sums(placing, indicate=True), *section_sums(of_section(placing, "1"), indicate=True)):
        assert section_sum.written
        assert set(section_sum.written.plain()) == {"total", "lines", "of"}
        assert section_sum.signing_indication
        assert section_sum.signing_indication.refused
    assert "name no section" in str(measure_problems(placing))


def test_a_line_of_nothing_is_shown_and_is_no_participation() -> None:
    documents = [line_set(BIRCH, entry("0")), line_set(CEDAR, entry("25"))]
    written = sums(documents)[None].written
    assert written
    assert (written.total, written.lines) == ("25", 1)
    assert [(row.written, row.flags) for row in rows(documents)] == [("0", ["no_participation"]), ("25", None)]


@pytest.mark.parametrize("bad", ["", "???", None, "forty"])
def test_a_line_that_cannot_be_read_is_counted_as_such_and_forbids_comparisons(bad: Any) -> None:
    documents = [line_set(BIRCH, entry("40", bad)), line_set(CEDAR, entry("25"))]
    written = sums(documents)[None].written
    assert written
    assert written.plain() == {"total": "25", "lines": 1, "of": "order", "unread": 1}
    [birch, _] = rows(documents)
    assert (birch.written, birch.flags) == (None, ["unreadable"])


def test_lines_without_cover_and_quoted_lines_are_in_no_total() -> None:
    refused = entry("15", subjectivityMode="noCoverGiven")
    documents = [
        line_set(BIRCH, entry("40")),
        line_set(CEDAR, refused),
        no_cover(CEDAR, refused),
        {
            "_id": f"{ROOT}::BQ1::DOGWOOD::ALL::BQL",
            "type": "RWQuotedLine",
            "channels": [BROKER],
            "line": [entry("20", mode="quoted", validityPeriod="60 Days")],
        },
    ]
    written = sums(documents)[None].written
    assert written
    assert (written.total, written.lines) == ("40", 1)
    apart = apart_entries(read(documents), LineContext(NAMES, "acorn", {}, NOW))
    assert [(element.kind, element.carrier, element.written, element.valid_for) for element in apart] == [
        ("no_cover_given", "Cedar (Cargo)", "15", None),
        ("quoted", "Dogwood (All)", "20", "60 Days"),
    ]


def test_line_sets_below_ended_firm_orders_count_nowhere() -> None:
    ended = line_set(BIRCH, entry("40"))
    ended["_id"] = ended["_id"].replace("::FO::", "::FOW::")
    placing = read([ended, line_set(CEDAR, entry("10"))])
    assert placing.sets.ended == 1
    assert [section_sum.written and section_sum.written.total for section_sum in section_sums(placing)] == ["10"]


def test_what_marks_a_line_is_flagged() -> None:
    documents = [
        line_set(BIRCH, entry("10", toStand=True)),
        line_set(CEDAR, entry("10", lineConditions=["Line To stand"], conditionsApproved=True)),
        line_set(DOGWOOD, entry("10", lineConditions=["No war"]), isOffline=True),
        line_set("elm_ALL", entry("10"), needsApproving=True),
        line_set("offlinefir_ALL", entry("10")),
        line_set("gorse_ALL", entry("10", conditionsApproved=False)),
    ]
    assert [row.flags for row in rows(documents)] == [
        ["to_stand"],
        ["to_stand"],
        ["off_platform", "not_accepted"],
        ["not_accepted"],
        None,
        ["off_platform"],
    ]


def test_a_carriers_view_is_never_compared_with_the_whole() -> None:
    placing = read([line_set(BIRCH, entry("30"), channels=["birch_MARINE"])], prefix="birch")
    [result] = section_sums(placing, indicate=True)
    assert result.plain() == {
        "written": {"total": "30", "lines": 1, "of": "order"},
        "signed": "none",
        "signing_indication": {"refused": "this organisation does not see every line"},
    }


def test_asked_and_not_written_is_guidance_less_written_less_declined_and_withdrawn() -> None:
    documents = [
        *(guidance(carrier, "10", "20") for carrier in (BIRCH, CEDAR, DOGWOOD, "elm_ALL", "fir_ALL", "gorse_ALL")),
        line_set(BIRCH, entry("30")),
        no_cover("gorse_ALL", entry("0", subjectivityMode="noCoverGiven")),
    ]
    ids = [
        f"{ROOT}::FOD::CEDAR::CARGO",
        f"{ROOT}::FOW::DOGWOOD::ALL1",
        f"{ROOT}::FOD::ELM::ALL",
        f"{ROOT}::FO::ELM::ALL",
    ]
    placing = read(documents, ids=ids)
    assert [(asked_entry.carrier, asked_entry.asked) for asked_entry in asked_entries(placing, NAMES)] == [
        ("Elm (All)", "10 to 20"),
        ("Fir (All)", "10 to 20"),
    ]
    [result] = section_sums(placing)
    assert result.asked_not_written
    assert result.asked_not_written.plain() == {"carriers": 2, "least": "20", "most": "40"}
    assert placing.endings == {"cedar_CARGO": "declined", "dogwood_ALL": "withdrawn"}
    # Of several endings of one carrier the latest counts, and the list gives the latest first.
    for last, ending in (("FOD", "declined"), ("FOW", "withdrawn")):
        ids = [f"{ROOT}::{kind}::CEDAR::CARGO" for kind in sorted({"FOD", "FOW"}, key=lambda kind: kind != last)]
        assert read(documents, ids=ids).endings == {"cedar_CARGO": ending}


def test_who_wrote_one_section_is_still_asked_for_the_other() -> None:
    documents = [guidance(BIRCH, "10", "10", ["1", "2"]), line_set(BIRCH, entry("10", sections=["1"]))]
    assert [(asked_entry.section, asked_entry.asked) for asked_entry in asked_entries(read(documents), NAMES)] == [
        ("2", "10")
    ]


def test_the_indication_signs_down_what_is_over_and_nothing_that_stands() -> None:
    documents = [
        line_set(BIRCH, entry("50")),
        line_set(CEDAR, entry("40")),
        line_set(DOGWOOD, entry("30", toStand=True)),
        line_set("elm_ALL", entry("0")),
    ]
    placing = read(documents)
    [result] = section_sums(placing, indicate=True)
    assert result.signing_indication
    assert result.signing_indication.plain() == {"total": "100"}
    lines = line_entries(placing, LineContext(NAMES, "acorn", {}, NOW), indicate=True)
    assert [line.indicated for line in lines] == ["38.8889", "31.1111", "30", None]
    assert all(line.indicated is None for line in rows(documents))


def test_a_line_of_which_a_part_stands_is_signed_down_in_the_other_part() -> None:
    documents = [line_set(BIRCH, entry("60", toStand=True), entry("40")), line_set(CEDAR, entry("40"))]
    lines = line_entries(read(documents), LineContext(NAMES, "acorn", {}, NOW), indicate=True)
    assert [line.indicated for line in lines] == ["80", "20"]


@pytest.mark.parametrize(
    ("documents", "paper", "reason"),
    [
        ([line_set(BIRCH, entry("120", toStand=True))], contract(*OF_ORDER), "to stand exceed"),
        ([line_set(BIRCH, entry("120", "?"))], contract(*OF_ORDER), "cannot be read"),
        ([line_set(BIRCH, entry("120"))], contract(*order_items("0%", "% of whole", "% of order")), "the order is 0 %"),
        ([line_set(BIRCH, entry("120"), ), line_set(BIRCH, entry("120", signed="100"), signed=True)],
         contract(*OF_ORDER), "signed already"),
    ],
)  # fmt: skip
def test_the_indication_is_refused_with_its_reason(documents: list[Doc], paper: Doc, reason: str) -> None:
    placing = read(documents, paper=paper)
    [result] = section_sums(placing, indicate=True)
    assert result.signing_indication
    assert reason in (result.signing_indication.refused or "")
    assert all(
        line.indicated is None for line in line_entries(placing, LineContext(NAMES, "acorn", {}, NOW), indicate=True)
    )


def test_a_line_of_several_stamps_tells_each() -> None:
    mirror: Doc = {"stamp": {"businessUnit": "Birch Europe"}, "stampIdentifiers": []}
    written = entry("10", "5")
    written["impressions"][1] |= {"mirrorStamps": [mirror], "yearOfAccount": "2026"}
    [row] = rows([line_set(BIRCH, written)])
    assert row.stamps
    assert [stamp.plain() for stamp in row.stamps] == [
        {"stamp": "Birch Syndicate 4471 (BIR)", "line": "10", "refs": ["REF1"], "risk_codes": ["H3"]},
        {
            "stamp": "Birch Syndicate 4471 (BIR)", "line": "5", "refs": ["REF1"], "risk_codes": ["H3"],
            "year": "2026", "mirror": ["Birch Europe"],
        },
    ]  # fmt: skip


def test_mirror_stamps_are_read_in_their_older_form_too() -> None:
    old = impression("10", brexitData=[{"stamp": {"businessUnit": "Birch Europe"}}])
    [row] = rows([line_set(BIRCH, entry() | {"impressions": [old]})])
    assert row.stamps
    assert row.stamps[0].mirror == ["Birch Europe"]


def test_a_stamp_without_names_still_counts() -> None:
    bare = entry("10") | {"impressions": [impression("10", stamp=None, stampIdentifiers="no", uwRefs=None)]}
    [row] = rows([line_set(BIRCH, bare)])
    assert row.written == "10"
    assert row.stamps
    assert row.stamps[0].plain() == {"stamp": "(no name)", "risk_codes": ["H3"]}


def test_stampers_are_named_only_on_request_and_never_by_address() -> None:
    documents = [
        line_set(BIRCH, entry("10", stamperUserID="MU00000000-0000-4000-8000-00000000000A")),
        line_set(CEDAR, entry("10", stamperUserID="MU9", stamperName="sam.alder@birch.example")),
        line_set(DOGWOOD, entry("10", stamperUserID="MU9")),
    ]
    assert all(row.by is None for row in rows(documents))
    named = line_entries(read(documents), LineContext(NAMES, "acorn", {}, NOW, who=True))
    assert [row.by for row in named] == ["Jo Bright (Acorn)", "(e-mail address left out)", "Sam Alder"]


def test_what_of_the_written_lines_is_not_accepted_is_told_beside_their_sum() -> None:
    waiting = entry("60", lineConditions=["No war"], conditionsApproved=False)
    [result] = section_sums(read([line_set(BIRCH, waiting), line_set(CEDAR, entry("40"))]))
    assert result.plain() == {
        "written": {
            "total": "100", "lines": 2, "against": "100 of order", "short": "0",
            "not_accepted": "60", "not_accepted_lines": 1,
        },
        "signed": "none",
    }  # fmt: skip
    assert section_sums(read([]))[0].plain() == {"written": "none", "signed": "none"}


def test_lines_of_another_basis_are_converted_for_signing_down_and_it_says_so() -> None:
    paper = contract(*order_items("60%", "Percentage of Whole", "Percentage of Order"))
    placing = read([line_set(BIRCH, entry("40")), line_set(CEDAR, entry("32", toStand=True))], paper=paper)
    [result] = section_sums(placing, indicate=True)
    assert result.signing_indication
    assert result.signing_indication.plain() == {
        "total": "100",
        "converted": "from per cent of whole to per cent of order",
    }
    lines = line_entries(placing, LineContext(NAMES, "acorn", {}, NOW), indicate=True)
    assert [line.indicated for line in lines] == ["46.6667", "53.3333"]
    short = read([line_set(BIRCH, entry("15")), line_set(CEDAR, entry("30"))], paper=paper)
    assert [line.indicated for line in line_entries(short, LineContext(NAMES, "acorn", {}, NOW), indicate=True)] == [
        "25",
        "50",
    ]


def test_what_is_left_out_of_a_line_is_counted_and_open_subjectivities_come_first() -> None:
    accepted = [{"identifier": f"A{n}", "text": f"Met {n}", "approvedStatus": "accepted"} for n in range(5)]
    waiting = [{"identifier": f"B{n}", "text": f"Open {n}", "approvedStatus": "notYetResponded"} for n in range(5)]
    [row] = rows([line_set(BIRCH, entry("10", subjectivities=[*accepted, *waiting], lineConditions=list("abcdefgh")))])
    assert row.subjectivities
    assert [each.text for each in row.subjectivities] == [*(f"Open {n}" for n in range(5)), "Met 0"]
    assert row.left_out == {"conditions": 2, "subjectivities": 4}
    [row] = rows([line_set(BIRCH, entry("10", subjectivities=waiting))])
    assert row.left_out is None
