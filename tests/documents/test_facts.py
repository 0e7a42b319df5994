"""Facts of the depth: each reader against the plainest code, and against any JSON at all."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha512
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import ROOT, activity, endorsement, follower, json_values, mangled
from support.lines import Doc, contract, entry, guidance, item, line_set, no_cover, order_items, sections
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.endorsements import amendments
from whitespace_mcp.documents.facts_of_contract import ContractTerms, contract_terms
from whitespace_mcp.documents.facts_of_lines import LineFacts, line_facts
from whitespace_mcp.documents.obstacles import obstacles
from whitespace_mcp.documents.period_changes import period_change
from whitespace_mcp.documents.periods import SectionDay, day_state, single_day
from whitespace_mcp.documents.slip_facts import MOST_BYTES, SlipFacts, endorsement_facts, packed, unpacked

BIRCH, CEDAR = "birch_MARINE", "cedar_CARGO"
OF_ORDER: Final = order_items("100%", "Percentage of Order")


def terms_of(*items: Doc, **control: Any) -> ContractTerms:
    return contract_terms(read_contract(contract(*items, **control)))


def facts_of(background: Sequence[Any], *items: Doc, prefix: str = "acorn", **control: Any) -> LineFacts:
    return line_facts(read_contract(contract(*(items or OF_ORDER), **control)), background, [f"{ROOT}::FO"], prefix)


def test_an_expiry_is_a_day_or_says_why_not() -> None:
    def expiry(*values: tuple[str, Sequence[str]]) -> ContractTerms:
        return terms_of(*(item("Period", "{0}", ("Expiry_Date", text), sections=ids) for text, ids in values))

    cases: dict[str, tuple[tuple[str, Sequence[str]], ...]] = {
        "date": (("04 Sep 2027", []),),
        "several": (("04 Sep 2027", ["1"]), ("05 Sep 2027", ["2"])),
        "unreadable": (("04 Sep 2027", ["1"]), ("???", ["2"])),
    }
    for state, values in cases.items():
        assert day_state(expiry(*values).expiry) == state
    assert single_day(expiry(("04 Sep 2027", ["1", "2"])).expiry) == date(2027, 9, 4)
    assert expiry(("???", [])).expiry == (SectionDay(None, None, "???"),)
    assert expiry(("", [])).expiry == (SectionDay(None, None, "blank"),)
    assert day_state(terms_of().expiry) == "none"
    prose = terms_of(item("Period", "From 1 January 2026 to 31 December 2026, both days inclusive"))
    assert (single_day(prose.inception), single_day(prose.expiry)) == (date(2026, 1, 1), date(2026, 12, 31))
    assert prose.period == ("From 1 January 2026 to 31 December 2026, both days inclusive",)
    for unclear in (
        "Twelve months from 1 January 2026",
        "From 1 January 2026 to 31 December 2026 or 31 March 2027 as may be agreed",
        "From 1 January 2026 to be agreed, not later than 31 December 2026",
    ):
        assert day_state(terms_of(item("Period", unclear)).expiry) == "unreadable", unclear
    for ways in (
        "1 January 2026 \N{EN DASH} 31 December 2026",
        "January 1, 2026 to December 31, 2026",
        "Inception: 01-Jan-2026 Expiry: 31-Dec-2026",
        "From 1st January, 2026 until 31st December, 2026, 12.01 a.m.",
    ):
        terms = terms_of(item("Period", ways))
        assert (single_day(terms.inception), single_day(terms.expiry)) == (date(2026, 1, 1), date(2026, 12, 31)), ways
    assert single_day(terms_of(item("PeriodToDate", "31 December 2026")).expiry) == date(2026, 12, 31)


def test_a_leader_in_a_sentence_is_its_name_and_nobody_yet_is_no_leader() -> None:
    def leaders(text: str) -> list[str]:
        return [mention.party for mention in terms_of(item("SlipLeader", text)).leaders]

    assert leaders("The Slip Leader is Birch Syndicate 4471.") == ["Birch Syndicate 4471"]
    assert leaders("Leader: Cedar Ltd.") == ["Cedar Ltd"]
    assert leaders("Cedar Ltd.") == ["Cedar Ltd."]
    for nobody in ("TBA", "To be advised", "n/a", "None"):
        assert leaders(nobody) == [], nobody


def test_premium_and_order_are_as_worded_by_section() -> None:
    terms = terms_of(
        item("Premium", "{0} (100%) for the period", ("Premium_Amount", "USD 5,000")),
        item("Premium", "{0}", ("Premium_Amount", "USD 1"), sections=["2"]),
        item("OrderHereon", "{0}", ("Order", "50%"), sections=["1"]),
        item("OrderHereon", "{0}", ("Order", "???"), sections=["2"]),
        item("BasisOfWrittenLines", "{0}", ("Basis_Of_Written_Lines", "Percentage of Whole")),
    )
    assert terms.premium == ("USD 5,000 (100%) for the period", "section 2: USD 1")
    assert [
        (
            order_of_section.section,
            order_of_section.percent,
            order_of_section.text,
            order_of_section.written_basis,
            order_of_section.signed_basis,
        )
        for order_of_section in terms.order
    ] == [
        ("1", Decimal(50), "50%", "whole", None),
        ("2", None, 'unreadable ("???")', "whole", None),
    ]


def test_a_name_that_waits_to_be_filled_in_is_no_leader() -> None:
    for value in ("???", ""):
        paper = item("SlipLeader", "The Slip Leader is {0}", ("Contract_Leader_Name", value))
        assert terms_of(paper, leadUnderwriterChannel=BIRCH).leaders[0].party == BIRCH
        assert len(terms_of(paper, leadUnderwriter="???").leaders) == 0


percents = st.one_of(st.sampled_from(["0", "25", "50", "100", "33.3333"]), st.sampled_from(["???", ""]))
lines = st.lists(st.tuples(st.sampled_from([BIRCH, CEDAR]), st.sampled_from(["1", "2"]), percents), max_size=5)


def placed_by_hand(put_down: Sequence[tuple[str, str, str]], order: Fraction | None, basis: str | None) -> str:
    """The worst of both sections, in the plainest code."""
    states: list[str] = []
    for section in ("1", "2"):
        texts = [text for _, of, text in put_down if of == section]
        numbers = [Fraction(text) for text in texts if text[:1].isdigit()]
        full = None if order is None or basis is None else order if basis == "whole" else Fraction(100)
        if len(numbers) == len(texts) and not sum(numbers):
            states.append("nothing")
        elif len(numbers) < len(texts) or full is None:
            states.append("unreadable")
        else:
            total = sum(numbers)
            states.append("short" if total < full else "over" if total > full else "full")
    return next(state for state in ("nothing", "short", "unreadable", "over", "full") if state in states)


@given(lines, st.sampled_from(["100%", "50% of 100%", "???", "50% of 60%"]), st.sampled_from(["whole", "order", "?"]))
def test_placed_is_the_worst_section_by_hand_too(put_down: list[tuple[str, str, str]], order: str, basis: str) -> None:
    by_carrier: dict[str, list[Doc]] = {}
    for carrier, section, text in put_down:
        by_carrier.setdefault(carrier, []).append(entry(text, sections=[section]))
    documents = [sections(s1="Hull", s2="War"), *(line_set(carrier, *lines) for carrier, lines in by_carrier.items())]
    facts = facts_of(documents, *order_items(order, f"Percentage of {basis}"))
    percent = {"100%": Fraction(100), "50% of 100%": Fraction(50)}.get(order)
    assert facts.placed == placed_by_hand(put_down, percent, basis if basis != "?" else None)


def test_a_carrier_is_told_how_far_a_slip_is_placed_only_where_it_sees_every_stamp() -> None:
    documents = [line_set(BIRCH, entry("40"), channels=[BIRCH])]
    assert facts_of(documents, prefix="birch", stampVisibility="OwnStampsOnly").placed is None
    assert facts_of(documents, prefix="birch").placed is None
    assert facts_of(documents, prefix="birch", stampVisibility="AllStamps").placed == "short"
    assert facts_of([]).placed == "nothing"


def subjectivity(name: str, status: str, deadline: str = "1784156400.0") -> Doc:
    return {"identifier": name, "text": f"Survey {name}", "approvedStatus": status, "deadline": deadline}


def response(name: str, status: str, message: str = "Attached", carrier: str = "BIRCH::MARINE") -> Doc:
    return {
        "_id": f"{ROOT}::FO::{carrier}::WRLS::SUBJR::{name}", "type": "RWSubjectivityResponse",
        "associatedSetDocID": f"{ROOT}::FO::{carrier}::WRLS", "status": status, "message": message,
        "subjectivity": subjectivity(name, status), "updatedAt": "2026-02-05 10:00:00",
    }  # fmt: skip


def test_a_subjectivity_says_how_it_stands_who_has_to_act_until_when_and_what_was_answered() -> None:
    wanted = [
        subjectivity("A", "notYetResponded"),
        subjectivity("B", "notYetResponded", "1784160000.0"),
        subjectivity("C", "rejected", ""),
        subjectivity("D", "deadlineExpired"),
        subjectivity("E", "accepted"),
        subjectivity("F", "laterWord"),
    ]
    written = entry("40", subjectivities=wanted, subjectivityMode="holdingCover")
    refused = entry("10", subjectivities=[subjectivity("G", "notYetResponded")], subjectivityMode="noCoverGiven")
    documents = [
        line_set(BIRCH, written), no_cover(CEDAR, refused), response("B", "awaiting"), response("C", "rejected"),
    ]  # fmt: skip
    facts = facts_of(documents)
    assert [
        (subjectivity.text[-1], subjectivity.state, subjectivity.lies_with, subjectivity.answer, subjectivity.in_total)
        for subjectivity in facts.subjectivities
    ] == [
        ("A", "open", "broker", None, True),
        ("B", "answered", "carrier", "Attached", True),
        ("C", "rejected", "broker", None, True),
        ("D", "expired", "broker", None, True),
        ("F", "other", None, None, True),
        ("G", "open", "broker", None, False),
    ]
    first, second, third, *_ = facts.subjectivities
    assert (first.due, first.due_at, first.cover) == (date(2026, 7, 16), None, "holdingCover")
    assert (second.due, second.due_at) == (date(2026, 7, 16), "2026-07-16T00:00:00Z")
    assert third.due is None
    assert [subjectivity.text[-1] for subjectivity in facts.open_subjectivities()] == ["A", "B", "C", "F"]
    assert facts.overdue_subjectivities(date(2026, 7, 16)) == []
    assert [subjectivity.text[-1] for subjectivity in facts.overdue_subjectivities(date(2026, 7, 17))] == [
        "A",
        "B",
        "D",
        "F",
    ]
    assert [(line.carrier, line.written) for line in facts.not_accepted] == [(BIRCH, Decimal(40))]


def amended(text: str, number: int = 1, **more: Any) -> Doc:
    """An endorsement that changes something in prose."""
    paper = endorsement(number, **more)
    paper["MRCContract"]["lineItems"][2] = item("ContractChanges", text, mrcSection="ContractChanges")
    return paper


@pytest.mark.parametrize(
    ("text", "day", "expiry"),
    [
        ("The period of this contract is extended by thirty days, all other terms unchanged.", None, "2026-10-04"),
        ("The period is extended by 6 months.", None, "2027-03-04"),
        ("The expiry date is amended to read 31 December 2026.", "2026-12-31", "2026-12-31"),
        ("It is agreed. The period is extended until 30th June 2027, pro rata.", "2027-06-30", "2027-06-30"),
        (
            "It is agreed that this contract expires on 20 Jul 2026 and not before, pro rata.",
            "2026-07-20",
            "2026-07-20",
        ),
        ("New expiry date: 31 December 2026", "2026-12-31", "2026-12-31"),
        ("This insurance shall remain in force until 1 March 2027.", "2027-03-01", "2027-03-01"),
        ("Cover hereunder terminates at noon on 3 April 2026.", "2026-04-03", "2026-04-03"),
        ("The period is changed as in the attached schedule.", None, None),
        ("The period from 1 May 2026 to 30 June 2026 is amended.", None, None),
        ("This contract is cancelled with effect from 3 April 2026.", None, None),
    ],
)
def test_a_change_of_the_period_is_a_day_only_where_its_words_leave_no_doubt(
    text: str, day: str | None, expiry: str | None
) -> None:
    change = period_change(amended(text))
    assert change is not None
    assert (change.day.isoformat() if change.day else None) == day
    result = change.applied_to(date(2026, 9, 4))
    assert (result.isoformat() if result else None) == expiry


def test_what_does_not_change_the_period_is_no_change_of_it() -> None:
    for text in (
        "The vessel sold during the period is deleted, the return premium being pro rata.",
        "All other terms as expiring, save as amended above.",
        "The deductible is increased as from the effective date, the premium unchanged.",
        "The indemnity period is changed to 12 months.",
        "The reporting of declarations continues as before until further notice of the slip leader.",
    ):
        assert period_change(amended(text)) is None, text


def whole_facts(state: str, text: str, *, agreed: bool = True) -> SlipFacts:
    """A slip that expires on 4 September 2026, with one endorsement that was completed or only shown."""
    steps = [activity("Showed Endorsement", "2026-03-02 10:00:00")]
    steps += [activity("Completed Endorsement", "2026-03-03 10:00:00")] if state == "completed" else []
    endorsements = amendments([amended(text)], [follower(BIRCH, "leader", agreed=agreed)], steps, "acorn")
    terms = terms_of(item("Period", "{0}", ("Expiry_Date", "04 Sep 2026")))
    return SlipFacts(terms, None, endorsement_facts(endorsements))


def test_only_a_completed_endorsement_moves_the_expiry_and_is_named() -> None:
    text = "The expiry date is amended to read 31 December 2026."
    moved, waiting = whole_facts("completed", text), whole_facts("shown", text)
    assert (moved.expiry_day, moved.expiry_state, moved.expiry_changed_by) == (date(2026, 12, 31), "date", ("EN1",))
    assert (waiting.expiry_day, waiting.expiry_changed_by) == (date(2026, 9, 4), ())
    assert waiting.endorsements[0].is_under_way
    assert (waiting.endorsements[0].about, waiting.endorsements[0].agreed) == (text, (BIRCH,))
    formal = whole_facts("shown", f"It is hereby noted and agreed that {text.lower()} " + "All other terms apply. " * 9)
    assert formal.endorsements[0].about.startswith("the expiry date is amended")
    assert len(formal.endorsements[0].about) <= 80
    assert unpacked(packed(formal)) == formal
    unclear = whole_facts("completed", "The period is amended as attached.")
    assert (unclear.expiry_state, unclear.expiry_changed_by) == ("unreadable", ("EN1",))
    assert unclear.expiry_text == 'unreadable ("The period is amended as attached.")'
    contradicted = whole_facts("completed", text, agreed=False)
    assert (contradicted.expiry_day, contradicted.expiry_state) == (None, "unreadable")
    assert contradicted.expiry_text == (
        'unreadable ("04 Sep 2026, or as EN1 has it: completed, yet not agreed by all")'
    )
    assert unpacked(packed(contradicted)) == contradicted


def test_facts_survive_being_kept_and_stay_small() -> None:
    few = SlipFacts(terms_of(*OF_ORDER), facts_of([line_set(BIRCH, entry("38.9982"))]))
    assert unpacked(packed(few)) == few
    assert len(packed(few)) < 500
    wanted = [
        subjectivity(f"N{n:03}", "notYetResponded") | {"text": sha512(bytes([n])).hexdigest()[:110]} for n in range(62)
    ]
    many = SlipFacts(
        terms_of(*OF_ORDER),
        facts_of([line_set(f"elm{n}_ALL", entry("10", subjectivities=wanted[n : n + 3])) for n in range(60)]),
    )
    body = packed(many)
    assert len(body) <= MOST_BYTES
    copy = unpacked(body)
    assert copy.cut > 0
    assert copy.lines
    assert copy.lines.placed == "over"
    for junk in (b"", b"{}", b"\x78\x9c", body[:-9], packed(few)[::-1]):
        with pytest.raises(ValueError, match=r".*"):
            unpacked(junk)


anything = st.one_of(
    mangled(st.sampled_from([
        line_set(BIRCH, entry("10", subjectivities=[subjectivity("A", "rejected")])), guidance(CEDAR, "1", "2"),
        no_cover(CEDAR, entry("0")), sections(s1="Hull"), response("A", "awaiting"), follower(BIRCH, "leader"),
        activity("Showed Endorsement", "2026-03-01 10:00:00"),
    ])),
    st.dictionaries(st.sampled_from(["_id", "type", "contents", "line", "sections"]), json_values, max_size=4),
)  # fmt: skip
papers = mangled(st.just(contract(item("Period", "{0}", ("Expiry_Date", "04 Sep 2026")), *OF_ORDER)))


@given(
    st.lists(anything, max_size=5), papers, st.lists(mangled(st.just(amended("The period is amended."))), max_size=2)
)
def test_any_json_at_all_makes_facts_that_can_be_kept(background: list[Doc], paper: Doc, changes: list[Doc]) -> None:
    read = read_contract(paper)
    facts = SlipFacts(
        contract_terms(read),
        line_facts(read, background, [], "acorn"),
        endorsement_facts(amendments(changes, [], [], "acorn")),
    )
    body = packed(facts)
    assert len(body) <= MOST_BYTES
    copy = unpacked(body)
    assert copy == facts or copy.cut
    assert facts.expiry_state in {"date", "several", "unreadable", "none"}


def test_what_stands_in_the_way_of_signing_is_each_thing_that_the_record_shows() -> None:
    def ways(*items: Doc, background: Sequence[Any] = (), umr: str | None = "B1234ABC") -> list[tuple[str, str | None]]:
        read = read_contract(contract(*items))
        facts = line_facts(read, background, [f"{ROOT}::FO"], "acorn")
        return [(obstacle.what, obstacle.section) for obstacle in obstacles(read, contract_terms(read), facts, umr)]

    whole = [line_set(BIRCH, entry("100"))]
    assert ways(*OF_ORDER, background=whole) == []
    assert ways(*OF_ORDER) == [("no line is written", None)]
    waiting = line_set(BIRCH, entry("40", lineConditions=["No war"], conditionsApproved=False))
    assert ways(*OF_ORDER, background=[waiting]) == [
        ("short by 60: written 40 of 100 (% of order)", None),
        ("lines not accepted: 1", None),
    ]
    assert ways(*OF_ORDER, background=[line_set(BIRCH, entry("120"))]) == [
        ("over by 20: written 120 of 100 (% of order)", None)
    ]
    unread = [line_set(BIRCH, entry("100")), line_set(CEDAR, entry("12,5"))]
    assert ways(*OF_ORDER, background=unread) == [("a line that cannot be read, or names no section", None)]
    over = [line_set(BIRCH, entry("120")), line_set(BIRCH, entry("120", signed="100"), signed=True)]
    read = read_contract(contract(*OF_ORDER))
    facts = line_facts(read, over, [f"{ROOT}::FO"], "acorn")
    assert obstacles(read, contract_terms(read), facts, "B1234ABC", signed=True) == [], "it was signed down"
    assert ways(*order_items("???", "Percentage of Order"), background=whole) == [
        ('order: unreadable ("???")', None),
        ("not filled in", None),
    ]
    for umr, what in ((None, "no UMR"), ("1234ABC", "UMR without its leading B: 1234ABC"), ("X", "malformed UMR: X")):
        assert ways(*OF_ORDER, background=whole, umr=umr) == [(what, None)]
    period = item("Period", "{0} {1}", ("Inception_Date", "05 Sep 2026"), ("Expiry_Date", "04 Sep 2026"))
    settled = item("SettlementDueDate", "{0}", ("Settlement_Due_Date", "01 Aug 2026"))
    assert ways(*OF_ORDER, period, settled, background=whole) == [
        ("expiry 04 Sep 2026 before inception 05 Sep 2026", None),
        ("settlement due 01 Aug 2026 before inception 05 Sep 2026", None),
    ]
    unfilled = [item("Conditions", "Subject to [[Nothing1]]."), item("Interest", "Hull of {0}", ("Other_Tag", ""))]
    assert ways(*OF_ORDER, *unfilled, background=whole) == [("not filled in", None)] * 2
