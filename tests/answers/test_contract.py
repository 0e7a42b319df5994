"""Facts of a contract: each as written and with where it stands, never guessed."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import NAMES, json_values, mangled
from support.lines import Doc, contract, item, line_set, order_items, sections
from whitespace_mcp.answers.card.budget import CardBudget
from whitespace_mcp.answers.card.facts import contract_facts, inception
from whitespace_mcp.answers.leaders import leaders_in_row, leaders_of, leading_companies
from whitespace_mcp.documents.contract import Fact, read_contract
from whitespace_mcp.documents.contract_values import (
    brokerage,
    insured,
    kinds,
    limits,
    premiums,
    reinsured,
    settlement_due,
)
from whitespace_mcp.documents.json import as_object
from whitespace_mcp.documents.leaders import LeaderMention
from whitespace_mcp.documents.order import measure
from whitespace_mcp.documents.periods import periods

TODAY = date(2026, 3, 1)


def triples(facts: list[Fact]) -> list[tuple[str, str, str | None]]:
    return [(fact.value, fact.source, fact.section) for fact in facts]


def of(*items: Doc, **control: Any) -> Any:
    return read_contract(contract(*items, **control))


def test_the_insured_is_what_the_contract_names_and_not_its_title() -> None:
    paper = of(item("Insured", "{0} and subsidiaries", ("Insured_Name", "Acorn Shipping Ltd ")), insuredName="Deal 17")
    assert triples(insured(paper)) == [("Acorn Shipping Ltd", "tag Insured_Name", None)]


def test_an_untagged_insured_is_read_from_its_heading_with_the_values_filled_in() -> None:
    paper = of(item("Insured", "{0} and subsidiaries", ("Other_Tag", "Acorn Shipping Ltd")))
    assert triples(insured(paper)) == [("Acorn Shipping Ltd and subsidiaries", "heading Insured", None)]


def test_a_display_name_is_never_taken_for_the_insured() -> None:
    assert insured(of(insuredName="Deal 17")) == []


def test_a_reinsurance_names_both() -> None:
    paper = of(item("OriginalInsured", "Acorn Shipping"), item("Reinsured", "Birch Mutual"))
    assert triples(insured(paper)) == [("Acorn Shipping", "heading OriginalInsured", None)]
    assert triples(reinsured(paper)) == [("Birch Mutual", "heading Reinsured", None)]


@pytest.mark.parametrize("unknown", ["???", "", "  ", "? ?"])
def test_a_value_that_is_not_known_is_no_fact(unknown: str) -> None:
    paper = of(item("Insured", "{0}", ("Insured_Name", unknown)), item("Premium", "{0}", ("Premium_Amount", unknown)))
    assert insured(paper) == premiums(paper) == []
    sentence = of(item("Insured", "The insured is {0}", ("Other_Tag", unknown)))
    assert insured(sentence) == []


def test_each_limit_has_what_it_is_for_and_its_basis() -> None:
    values = (("Coverage", "Hull"), ("Coverage_Amount", "USD 20,000,000"), ("Coverage_Basis", "any one vessel"))
    paper = of(item("LimitOfLiability", "{0} {1} {2}", *values, sections=["1"]), limitSummary="USD 1")
    assert triples(limits(paper)) == [("Hull: USD 20,000,000 any one vessel", "tag Coverage_Amount", "1")]


def test_amounts_that_share_a_page_are_not_told_what_they_are_for_where_that_is_open() -> None:
    values = (
        ("Coverage", "Hull"), ("Coverage_Amount", "USD 20"), ("Coverage", "Liability"), ("Coverage_Amount", "USD 100"),
        ("Coverage_Basis", "any one occurrence"),
    )  # fmt: skip
    assert [fact.value for fact in limits(of(item("LimitOfLiability", "{0} {1} {2} {3} {4}", *values)))] == [
        "USD 20 any one occurrence",
        "USD 100 any one occurrence",
    ]


def test_the_one_figure_of_the_control_block_is_the_last_resort() -> None:
    assert triples(limits(of(item("LimitOfLiability", "USD 5 each"), limitSummary="USD 1"))) == [
        ("USD 5 each", "heading LimitOfLiability", None)
    ]
    assert triples(limits(of(limitSummary="USD 1"))) == [("USD 1", "control limitSummary", None)]
    assert limits(of(limitSummary="")) == []


def test_a_premium_comes_with_its_basis_as_written() -> None:
    paper = of(
        item(
            "Premium", "{0}  (100%), {1} for the period", ("Premium_Amount", "USD 324,324"), ("Premium_Type", "Deposit")
        )
    )
    assert triples(premiums(paper)) == [("USD 324,324 (100%), Deposit for the period", "tag Premium_Amount", None)]
    assert triples(premiums(of(item("Premium", "To be agreed")))) == [("To be agreed", "heading Premium", None)]


def test_premiums_of_sections_stay_apart() -> None:
    paper = of(
        item("Premium", "{0}", ("Premium_Amount", "USD 1"), sections=["1"]),
        item("Premium", "{0}", ("Premium_Amount", "USD 1"), sections=["2"]),
    )
    assert [fact.section for fact in premiums(paper)] == ["1", "2"]


def test_total_brokerage_goes_before_other_brokerage() -> None:
    paper = of(
        item("RetailBrokerage", "{0}", ("Brokerage_%", "5%")), item("TotalBrokerage", "{0}", ("Brokerage_%", "35.5%"))
    )
    assert triples(brokerage(paper)) == [("35.5%", "tag Brokerage_%", None), ("5%", "heading RetailBrokerage", None)]
    parts = of(
        item("RetailBrokerage", "{0}", ("Brokerage_%", "5%")), item("WholesaleBrokerage", "{0}", ("Brokerage_%", "7%"))
    )
    assert triples(brokerage(parts)) == [
        ("5%", "tag Brokerage_% under RetailBrokerage", None),
        ("7%", "tag Brokerage_% under WholesaleBrokerage", None),
    ]
    assert triples(brokerage(of(item("TotalBrokerage", "20%")))) == [("20%", "heading TotalBrokerage", None)]
    assert triples(settlement_due(of(item("SettlementDueDate", "1 April 2026")))) == [
        ("1 April 2026", "heading SettlementDueDate", None)
    ]


def test_a_type_that_several_places_give_stands_once_with_all_of_them() -> None:
    paper = of(item("ContractType", "Marine Hull"), contractType="Hull Insurance", insuranceType="Insurance")
    assert triples(kinds(paper, "HULL insurance")) == [
        ("HULL insurance", "list ContractType, control contractType", None),
        ("Insurance", "control insuranceType", None),
        ("Marine Hull", "heading ContractType", None),
    ]


def test_wording_for_certain_carriers_says_nothing_about_the_contract() -> None:
    own = item("Premium", "{0}", ("Premium_Amount", "USD 9"), vertical={"assignedCarrierPrefixes": ["birch"]})
    paper = of(item("Premium", "{0}", ("Premium_Amount", "USD 1")), own, item("Insured", "X", vertical={"id": "V1"}))
    assert paper.has_verticals
    assert triples(premiums(paper)) == [("USD 1", "tag Premium_Amount", None)]
    assert insured(paper) == []


def test_texts_hold_no_addresses_no_hidden_characters_and_are_short() -> None:
    paper = of(item("Insured", "Ask jo.bright@acorn.example \N{RIGHT-TO-LEFT OVERRIDE}now " + "x" * 500))
    [fact] = insured(paper)
    assert "@" not in fact.value
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in fact.value
    assert len(fact.value) <= 160


def _period(start: str, end: str = "4 March 2027", *, section: str = "") -> Doc:
    values = (("Inception_Date", start), ("Expiry_Date", end), ("Inception_Time", "00.01 am"))
    return item("Period", "From {0} to {1} at {2}", *values, sections=[section] if section else [])


def test_a_period_is_read_from_its_tags() -> None:
    assert triples(periods(of(_period("05 Mar 2026")))) == [
        ("05 Mar 2026 to 4 March 2027, 00.01 am", "tag Inception_Date, tag Expiry_Date", None)
    ]


def test_sections_can_have_their_own_periods() -> None:
    paper = of(_period("05 Mar 2026", section="1"), _period("06 Mar 2026", section="2"))
    assert [(fact.value[:11], fact.section) for fact in periods(paper)] == [("05 Mar 2026", "1"), ("06 Mar 2026", "2")]


def test_hours_that_differ_are_both_told() -> None:
    hours = (("Inception_Time", "00.01 am"), ("Expiry_Time", "12.00 noon"), ("Time_Qualifier", "GMT"))
    days = (("Inception_Date", "5 March 2026"), ("Expiry_Date", "4 March 2027"))
    paper = of(item("Period", "{0} {1} {2} {3} {4}", *days, *hours))
    assert periods(paper)[0].value == "5 March 2026 to 4 March 2027, 00.01 am to 12.00 noon GMT"
    same = of(item("Period", "{0} {1} {2}", *days, ("Expiry_Time", "12.00 noon")))
    assert periods(same)[0].value == "5 March 2026 to 4 March 2027, 12.00 noon"


def test_an_end_that_is_not_known_is_said_so() -> None:
    assert periods(of(_period("05 Mar 2026", "???")))[0].value == "05 Mar 2026 to (not known), 00.01 am"


def test_a_period_without_tags_is_its_heading() -> None:
    assert triples(periods(of(item("Period", "12 months at noon")))) == [("12 months at noon", "heading Period", None)]
    facility = of(item("PeriodFromDate", "5 March 2026"), item("PeriodToDate", "4 March 2027"))
    assert periods(facility)[0].value == "5 March 2026 to 4 March 2027"
    day = inception(facility, [], TODAY)
    assert day
    assert (day.date, day.source) == ("2026-03-05", "heading PeriodFromDate")


def test_days_to_inception_are_counted_from_the_london_day() -> None:
    day = inception(of(_period("05 Mar 2026")), [], TODAY)
    assert day
    assert (day.date, day.days, day.today, day.source) == ("2026-03-05", 4, "2026-03-01", "tag Inception_Date")
    begun = inception(of(_period("27 February 2026")), [], TODAY)
    assert begun
    assert begun.days == -2


def test_an_inception_of_the_summary_is_its_utc_date() -> None:
    day = inception(of(), [{"inceptionDate": 1_772_668_800}, {"inceptionDate": None}, {}], TODAY)
    assert day
    assert (day.date, day.source, day.differs) == ("2026-03-05", "summary inceptionDate", None)


def test_inceptions_that_differ_are_both_shown() -> None:
    day = inception(of(_period("06 Mar 2026")), [{"inceptionDate": 1_772_668_800}], TODAY)
    assert day
    assert (day.date, day.differs) == ("2026-03-06", ["2026-03-05 (summary inceptionDate)"])


@pytest.mark.parametrize("nonsense", ["41 August 2022", "soon", "2026-02-30"])
def test_a_date_that_is_none_gives_no_inception(nonsense: str) -> None:
    assert inception(of(_period(nonsense)), [], TODAY) is None


def test_the_order_and_the_bases_come_from_tags_else_from_headings() -> None:
    tagged = measure(of(*order_items("82.5%", "Percentage of Whole")), None)
    assert (str(tagged.order), tagged.written, tagged.signed, tagged.problems) == ("82.5", "whole", "whole", ())
    plain = [item("OrderHereon", "82.5% of 100%"), item("BasisOfWrittenLines", "Percentage of Order")]
    headed = measure(of(*plain), None)
    assert (str(headed.order), headed.written) == ("82.5", "order")
    assert [fact.source for fact in headed.facts.values()] == [
        "heading OrderHereon",
        "heading BasisOfWrittenLines",
        "contract",
    ]
    assert headed.facts["signed_basis"].value == "none"
    assert headed.problems == ("basis of signed lines is not in the contract",)


def test_an_order_tagged_inside_a_part_of_a_part_is_not_certain() -> None:
    against = measure(of(item("OrderHereon", "{0} of 60%", ("Order", "50%"))), None)
    assert against.order is None
    assert against.facts["order"].value == 'unreadable ("50% of 60%")'


def test_an_order_that_waits_to_be_filled_in_is_told_as_that_and_not_as_missing() -> None:
    for value, shown in (("???", "???"), ("", "blank")):
        against = measure(of(item("OrderHereon", "{0}", ("Order", value))), None)
        assert against.facts["order"] == Fact(f'unreadable ("{shown}")', "tag Order")
        assert against.problems[0] == "order is not filled in yet"


def test_orders_that_contradict_each_other_are_not_certain() -> None:
    against = measure(
        of(item("OrderHereon", "{0}", ("Order", "50%")), item("OrderHereon", "{0}", ("Order", "60%"))), None
    )
    assert against.order is None
    assert "several ways" in against.problems[0]


def test_the_same_order_twice_is_no_contradiction() -> None:
    paper = of(item("OrderHereon", "{0}", ("Order", "50%")), item("Panel", "{0}", ("Order", "50.0 %")))
    assert str(measure(paper, None).order) in {"50", "50.0"}


def test_a_sections_own_order_goes_before_the_contracts() -> None:
    paper = of(
        *order_items("100%", "Percentage of Order"), item("OrderHereon", "{0}", ("Order", "40%"), sections=["2"])
    )
    assert (str(measure(paper, "1").order), str(measure(paper, "2").order)) == ("100", "40")


def test_leaders_come_with_their_sources_and_equal_names_once() -> None:
    paper = of(
        item("SlipLeader", "{0}", ("Contract_Leader_Name", "Birch  ")), item("BureauLeader", "Cedar Syndicate"),
        leadUnderwriterChannel="birch_MARINE",
    )  # fmt: skip
    results = [leader.plain() for leader in leaders_of(paper, [], NAMES)]
    assert results == [
        {"of": "slip", "name": "Birch", "source": "tag Contract_Leader_Name, control leadUnderwriterChannel"},
        {"of": "bureau", "name": "Cedar Syndicate", "source": "heading BureauLeader"},
    ]


def test_leaders_that_differ_are_both_shown_as_a_conflict() -> None:
    paper = of(item("SlipLeader", "Birch"), leadUnderwriterChannel="cedar_CARGO")
    assert [(leader.name, leader.source, leader.conflict) for leader in leaders_of(paper, [], NAMES)] == [
        ("Birch", "heading SlipLeader", True),
        ("Cedar (Cargo)", "control leadUnderwriterChannel", True),
    ]


@pytest.mark.parametrize(
    ("slip", "sections_led", "row"),
    [
        ("birch_MARINE", ["birch_CARGO"], ["Birch (Marine)", "section 1: Birch (Cargo)"]),
        ("Birch", ["birch_CARGO", "birch_MARINE"],
         ["Birch", "section 1: Birch (Cargo)", "section 2: Birch (Marine)"]),
        ("", ["birch_CARGO", "birch_MARINE", "birch_CARGO"],
         ["sections 1, 3: Birch (Cargo)", "section 2: Birch (Marine)"]),
        ("Birch", ["birch_CARGO", "cedar_CARGO"], ["Birch (Cargo)", "section 2: Cedar (Cargo)"]),
        ("birch_MARINE", ["BIRCH", "birch_marine"], ["Birch (Marine)"]),
    ],
)  # fmt: skip
def test_in_a_row_no_team_stands_in_place_of_another_of_its_company(
    slip: str, sections_led: list[str], row: list[str]
) -> None:
    mentions = [LeaderMention("section", f"{n}", party, "") for n, party in enumerate(sections_led, 1)]
    whole = [LeaderMention("slip", None, slip, "")] if slip else list[LeaderMention]()
    assert leaders_in_row([*whole, *mentions], NAMES) == row


def test_companies_that_lead_are_the_same_in_either_order_and_without_their_teams() -> None:
    names = ["Zinnia Re", "birch_MARINE", NAMES.company("birch")]
    companies = list(leading_companies(names, NAMES).values())
    assert companies == list(leading_companies(names[::-1], NAMES).values())
    assert companies == sorted([NAMES.company("birch"), "Zinnia Re"])


def test_each_section_has_the_leader_that_its_definition_names() -> None:
    stubs = [
        {"multiSectionId": "1", "leadUnderwriterChannel": "birch_MARINE"},
        {"multiSectionId": "2", "leadUnderwriterChannel": "cedar_CARGO"},
        {"multiSectionId": "3", "leadUnderwriterChannel": ""},
        {"multiSectionId": "4", "leadUnderwriterChannel": "", "leadUnderwriter": "Elm  Re"},
    ]
    leaders = leaders_of(of(), [sections() | {"sections": stubs}], NAMES)
    assert [(entry.of, entry.name, entry.source, entry.conflict) for entry in leaders] == [
        ("section 1", "Birch (Marine)", "section definitions", None),
        ("section 2", "Cedar (Cargo)", "section definitions", None),
        ("section 4", "Elm Re", "section definitions", None),
    ]


def test_nobody_leads_because_of_a_line() -> None:
    big = {"sectionIdentifiers": [], "impressions": [{"writtenLinePercentageString": "90", "yearOfAccount": "2026"}]}
    assert leaders_of(of(), [line_set("birch_MARINE", big)], NAMES) == []


full = contract(
    item("Insured", "{0}", ("Insured_Name", "Acorn")),
    _period("05 Mar 2026"),
    item("Premium", "{0} (100%)", ("Premium_Amount", "USD 1")),
    *order_items("100%", "Percentage of Order"),
)


def papers() -> st.SearchStrategy[Any]:
    """Contracts with nonsense at every depth."""
    items = st.lists(st.one_of(mangled(st.sampled_from(full["MRCContract"]["lineItems"])), json_values), max_size=5)
    deep = items.map(lambda candidate: full | {"MRCContract": {"lineItems": candidate}})
    return st.one_of(deep, mangled(st.just(full)), st.dictionaries(st.text(max_size=5), json_values, max_size=3))


@given(papers(), st.lists(json_values, max_size=3))
def test_any_json_at_all_is_read_without_a_fault(paper: Doc, stubs: list[Any]) -> None:
    read = read_contract(paper)
    facts = contract_facts(read, "Hull", [], CardBudget(4, 3, 3, 3, 80, 1))
    for part in facts.plain().values():
        assert part not in (None, "", [])
    assert measure(read, "1").problems is not None
    objects = [as_object(stub) for stub in stubs]
    assert leaders_of(read, objects, NAMES) is not None
    day = inception(read, objects, TODAY)
    assert day is None or date.fromisoformat(day.date)
