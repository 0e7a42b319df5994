"""The card: what it gathers, what it leaves out to stay small, and that nothing can break it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.checks import assert_nothing_empty
from support.depth import (
    BROKER,
    LEADER,
    ME,
    NAMES,
    PARTY,
    ROOT,
    SHORT,
    activity,
    endorsement,
    follower,
    json_values,
    mangled,
    summary,
)
from support.lines import Doc, contract, entry, guidance, item, line_set, order_items
from support.tokens import tokens
from whitespace_mcp.answers.base import OrganisationKeys
from whitespace_mcp.answers.card.card import NOTE, Card, Material, card_of
from whitespace_mcp.answers.size import answer_tokens
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.placing import read_placing
from whitespace_mcp.documents.visibility import Side, belonging
from whitespace_mcp.portfolio.rows import COLUMNS

NOW = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
PAPER = contract(item("Insured", "{0}", ("Insured_Name", "Acorn Shipping")), *order_items("100%", "% of order"))


def record(tail: str = "::FO", stage: str = "firm_order", **more: Any) -> dict[str, Any]:
    """A row of the list of risks."""
    nothing: dict[str, Any] = dict.fromkeys(COLUMNS)
    expected = {"id": ROOT + tail, "stage": stage, "slip_stage": "firm_order", "slip_short": SHORT, "status": None}
    return nothing | expected | {"current": 1 if tail == "::FO" else 0, "umr_shared": 0, "facility": 0} | more


def material(
    *background: Any,
    paper: Doc = PAPER,
    records: Sequence[dict[str, Any]] | None = None,
    prefix: str = "acorn",
    **more: Any,
) -> Material:
    """What the tool would have read."""
    documents = belonging(background, ROOT, Side(prefix, ME)).documents
    rows = [record(name="Deal 17", umr="B1234X")] if records is None else records
    read = read_contract(paper)
    base: dict[str, Any] = {
        "organisation": OrganisationKeys(id=ME, company_id=prefix.upper(), name=prefix.title()),
        "prefix": prefix,
        "role": "broker",
        "root": ROOT,
        "short": SHORT,
        "document_id": f"{ROOT}::FO",
        "records": rows,
        "contract": read,
        "placing": read_placing(read, documents, [row["id"] for row in rows], prefix),
        "background": documents,
        "owners": [],
        "labels": [],
        "summaries": [summary()],
        "stubs": [],
        "endorsements": [],
        "names": NAMES,
        "linked": lambda _root: None,  # pyright: ignore[reportUnknownLambdaType]
        "now": NOW,
    }
    return Material(**(base | more))


def card(*background: Any, **more: Any) -> dict[str, Any]:
    return card_of(material(*background, **more)).plain()


def test_a_card_says_which_slip_it_is_and_confirms_nothing() -> None:
    view = card()
    assert (view["risk"], view["root"], view["name"], view["umr"]) == (SHORT, ROOT, "Deal 17", "B1234X")
    assert view["contract"]["insured"] == [{"value": "Acorn Shipping", "source": "tag Insured_Name"}]
    assert view["notes"] == [NOTE]
    assert "does not confirm cover" in NOTE


def test_the_current_document_comes_first_then_the_brokers_own_then_copies() -> None:
    tails = ["::FO::BIRCH::MARINE", f"::{ME}::UQ1", "", "::FO"]
    view = card(records=[record(), *(record(tail, "draft") for tail in tails[:3])])
    assert view["documents"] == [
        {"id": f"{SHORT}::FO", "stage": "firm_order", "current": True},
        {"id": f"{SHORT}::MU00000000::UQ1", "full_id": f"{ROOT}::{ME}::UQ1", "stage": "draft"},
        {"id": SHORT, "stage": "draft"},
        {"id": f"{SHORT}::FO::BIRCH::MARINE", "stage": "draft"},
    ]


def test_a_contract_that_is_not_the_current_one_is_named() -> None:
    view = card(document_id=f"{ROOT}::{ME}::UQ1")
    assert view["contract"]["document"] == f"{SHORT}::MU00000000::UQ1"


def test_days_are_counted_from_the_london_day() -> None:
    paper = contract(item("Period", "{0}", ("Inception_Date", "01 Jul 2026")))
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in London, where it is summer
    view = card(paper=paper, now=late)["contract"]["inception"]
    assert (view["days"], view["today"]) == (0, "2026-07-01")


def test_owners_are_the_organisations_own_and_the_carriers() -> None:
    owners = [
        {"ownerChannel": BROKER, "ownerUserID": ME},
        {"ownerChannel": LEADER, "ownerUserID": "MU123456789"},
        {"ownerChannel": "", "ownerUserID": ME},
    ]
    view = card(owners=owners)["parties"]
    assert (view["owner"], view["carriers_owners"]) == ("you (Marine)", ["MU12345678, Birch (Marine)"])


def test_no_owner_is_normal_and_unknown_owners_are_not_told() -> None:
    assert card()["parties"]["owner"] == "nobody on this side"
    assert "owner" not in card(owners=None)["parties"]


def test_the_placing_broker_is_named_by_its_channel() -> None:
    assert card()["parties"]["broker"] == "Acorn (Marine)"
    odd = card(paper=contract(placingBrokerChannel="", placingBroker="Acorn and Sons"))
    assert odd["parties"]["broker"] == "Acorn and Sons"


def test_line_totals_are_those_of_the_lines() -> None:
    view = card(line_set(LEADER, entry("40")), guidance(PARTY, "10", "20"))
    assert view["lines"] == [
        {
            "written": {"total": "40", "lines": 1, "against": "100 of order", "short": "60"},
            "signed": "none",
            "asked_not_written": {"carriers": 1, "least": "10", "most": "20"},
        }
    ]
    assert card()["lines"] == [{"written": "none", "signed": "none"}]


def test_a_line_that_is_not_accepted_and_its_open_subjectivities_are_told_beside_the_total() -> None:
    wanted = {"identifier": "S1", "text": "Survey", "approvedStatus": "notYetResponded", "deadline": ""}
    view = card(line_set(LEADER, entry("100", subjectivities=[wanted])))
    assert view["lines"][0]["written"] | {"short": "0"} == {
        "total": "100", "lines": 1, "against": "100 of order", "short": "0",
        "not_accepted": "100", "not_accepted_lines": 1,
    }  # fmt: skip
    assert view["open_subjectivities"] == 1


def test_every_leader_is_on_the_card_whatever_else_is_left_out() -> None:
    stubs = [
        {"multiSectionId": f"{n}", "leadUnderwriterChannel": f"elm{n}_ALL", "multiSectionName": "x" * 60}
        for n in range(12)
    ]
    sectioned = {"_id": f"{ROOT}::MS", "type": "RWMultiSectionStorer", "channels": [BROKER], "sections": stubs}
    rows = [record(name="Deal" * 40), *(record(f"::DR{n}", "draft") for n in range(40))]
    view = card(sectioned, *(line_set(f"elm{n}_ALL", entry("10", sections=[f"{n}"])) for n in range(12)), records=rows)
    assert {leader["name"] for leader in view["parties"]["leaders"]} == {f"Elm{n} (All)" for n in range(12)}
    assert "leaders" not in view["left_out"]
    sectioned["sections"] = [stub | {"leadUnderwriterChannel": "elm_ALL"} for stub in stubs[:3]]
    leaders = card(sectioned)["parties"]["leaders"]
    assert [(leader["of"], leader["name"]) for leader in leaders] == [("sections 0, 1, 2", "Elm (All)")]


def test_what_is_left_out_says_which_tool_has_it() -> None:
    view = card(records=[record(name="Deal"), *(record(f"::DR{n}", "draft") for n in range(40))])
    assert view["left_out_is_in"] == {"get_risks unit=document umr=...": "documents"}


def test_a_completed_endorsement_that_extends_the_period_is_told_with_it() -> None:
    text = "The period of this contract is extended by thirty days, all other terms unchanged."
    changes = endorsement(1, "EndorsementFinalised")
    changes["MRCContract"]["lineItems"][2] = item("ContractChanges", text, mrcSection="ContractChanges")
    rows = [record(name="Deal"), record("::SIGNED::EN1", "endorsement", status="EndorsementFinalised")]
    paper = contract(item("Period", "{0}", ("Expiry_Date", "04 Sep 2026")))
    agreed, done = follower(LEADER, "leader", agreed=True), activity("Completed Endorsement", "2026-03-03 10:00:00")
    view = card(agreed, done, paper=paper, records=rows, endorsements=[changes])
    entry = {"endorsement": "EN1", "state": "completed", "expiry": "2026-10-04", "text": f"{text[:65]}…"}
    assert view["contract"].items() >= {"expiry": "2026-10-04", "expiry_changed_by": "EN1"}.items()
    assert (view["contract"]["period_changed"], "completed" in view["meaning"]) == ([entry], True)
    shown = [agreed, activity("Showed Endorsement", "2026-03-03 10:00:00")]
    waiting = card(*shown, paper=paper, records=rows, endorsements=[changes])["contract"]
    assert ("period_changed" in waiting, waiting["expiry"]) == (False, "2026-09-04")
    view = card(follower(LEADER, "leader"), done, paper=paper, records=rows, endorsements=[changes])
    assert [changed["state"] for changed in view["contract"]["period_changed"]] == ["contradicted"]
    assert view["contract"]["expiry"].startswith('unreadable ("04 Sep 2026, or as EN1 has it')


def test_a_period_is_never_cut_in_the_middle_of_a_date() -> None:
    rows = [record(name="Deal" * 40), *(record(f"::{ME}::UQ{n}", "draft") for n in range(40))]
    hours = "both days inclusive, local standard time at the principal address of the insured " * 2
    text = f"From 01 September 2026 to 31 December 2027 {hours}"
    facts = [item(f"H{n}", "{0}", ("Insured_Name", f"{n} " + "Acorn " * 40)) for n in range(8)]
    view = card(paper=contract(item("Period", text), *facts), records=rows)
    assert view["contract"]["period"][0]["value"].startswith("From 01 September 2026 to 31 December 2027")


def test_a_carriers_card_says_that_lines_are_not_the_whole_risks() -> None:
    view = card(line_set(LEADER, entry("40")), prefix="birch")
    assert view["lines"] == [{"written": {"total": "40", "lines": 1, "of": "order"}, "signed": "none"}]
    assert any("may not be the whole risk's" in note for note in view["notes"])


def test_endorsements_are_counted_by_what_the_record_shows_and_not_by_their_status() -> None:
    rows = [
        record(name="Deal"),
        record("::SIGNED::EN1", "endorsement", status="EndorsementFinalised"),
        record("::SIGNED::EN2", "endorsement", status="EndorsementInPreparation"),
        record("::SIGNED::EN3", "endorsement", status="Endorsement"),
    ]
    view = card(
        follower(LEADER, "leader", agreed=False),
        follower(LEADER, "leader", number=3, agreed=True),
        activity("Showed Endorsement", "2026-03-01 10:00:00"),
        records=rows,
    )
    assert view["progress"]["endorsements"] == {"agreed": 1, "awaiting_agreement": 1, "in_preparation": 1}


def test_a_carrier_is_not_told_that_everybody_has_agreed() -> None:
    rows = [record(name="Deal"), record("::SIGNED::EN1", "endorsement", status="Endorsement")]
    view = card(follower(LEADER, "leader", agreed=True), records=rows, prefix="birch")
    assert view["progress"]["endorsements"] == {"shown": 1}
    assert endorsement()["control"]["status"] == "Endorsement"


def test_open_actions_are_the_inboxs_and_alerts_that_nobody_cleared_for_this_side() -> None:
    def alert(name: str, role: str, *, cleared: bool) -> Doc:
        return {
            "_id": f"{ROOT}::AW::{name}", "type": "RWAttentionWanted", "channels": [BROKER], "action": name,
            "hasBeenCleared": cleared, "recipientRole": role, "updatedAt": "2026-02-01 10:00:00",
        }  # fmt: skip

    view = card(
        alert("wroteNoCoverGivenLine", "broker", cleared=False),
        alert("lineRemoved", "broker", cleared=True),
        alert("respondedToSubjectivity", "underwriter", cleared=False),
        summaries=[summary(actions=["brReadyForSigning:1769940000.0"])],
    )
    assert view["progress"]["open_actions"] == [
        {
            "action": "brReadyForSigning",
            "meaning": "a firm order ready for signing",
            "since": "2026-02-01T10:00:00Z",
        },
        {
            "action": "wroteNoCoverGivenLine",
            "meaning": "a carrier wrote a line that gives no cover",
            "since": "2026-02-01T10:00:00Z",
        },
    ]


def test_an_inbox_that_cannot_be_read_is_told() -> None:
    assert any("inbox" in note for note in card(summaries=[])["notes"])


def test_an_internal_review_is_a_state_and_nothing_that_was_written_in_it() -> None:
    def review(channel: str) -> Doc:
        return {
            "_id": f"{ROOT}::RiskAuthState::{channel}", "type": "RWRiskAuthorisationState", "channels": [BROKER],
            "currentAuthRequest": {
                "status": "pending", "updatedAt": "2026-02-01 10:00:00", "requesterNotes": "please hurry",
            },
        }  # fmt: skip

    view = card(review(BROKER))
    assert view["progress"]["internal_review"] == "pending since 2026-02-01, internal to this organisation"
    assert "hurry" not in str(view)
    assert "progress" not in card(review(LEADER))


def test_of_several_endings_of_one_carrier_the_latest_counts() -> None:
    channels = [BROKER, PARTY]
    for first, second in (("withdrawn", "declined"), ("declined", "withdrawn")):
        rows = [record(), record("::QR2", first), record("::QR1", second)]
        stubs = [{"id": f"{ROOT}::QR{number}", "channels": channels} for number in (1, 2)]
        view = card(records=rows, stubs=stubs)["parties"]
        assert view[first] == ["Cedar (Cargo): quote request"]
        assert second not in view


def test_who_declined_and_withdrew_is_named() -> None:
    rows = [
        record(name="Deal"),
        record("::FOD::BIRCH::MARINE", "declined"),
        record("::QR1", "declined"),
        record("::QR2", "withdrawn"),
        record("::BQ1::ELM::ALL", "not_taken_up"),
        record(f"::{ME}::UQ1", "not_taken_up"),
    ]
    stubs = [{"id": f"{ROOT}::QR1", "channels": [BROKER, PARTY]}, {"id": f"{ROOT}::QR2", "channels": [BROKER]}]
    view = card(records=rows, stubs=stubs)["parties"]
    assert view["declined"] == ["Birch (Marine)", "Cedar (Cargo): quote request"]
    assert "withdrawn" not in view
    assert view["not_taken_up"] == ["Elm (All): bindable quote", "Jo Bright (Acorn): quote"]


def facility(root: str) -> tuple[str, str | None]:
    """A slip of the list, which holds them all."""
    return root[:10], "Big Facility"


def test_marks_hold_facilities_labels_and_shared_umrs() -> None:
    paper = contract(associatedFacilityIDs=["IC99999999-0000-4000-8000-00000000000A"])
    view = card(
        paper=paper,
        records=[record(name="Deal", umr_shared=1, facility=1)],
        labels=[{"title": "Renewal "}, {"title": "Renewal"}, {"title": None}],
        linked=facility,
    )["marks"]
    assert view == {
        "facility": True,
        "facilities": ["IC99999999 (Big Facility)"],
        "umr_shared": True,
        "labels": ["Renewal"],
    }
    assert card(paper=paper)["marks"] == {"facilities": ["IC99999999"]}


def test_a_slip_that_the_list_does_not_know_yet_has_a_card_too() -> None:
    view = card(records=[], paper=contract(insuredName="New deal", umr=" B1 "))
    assert (view["name"], view["umr"]) == ("New deal", "B1")
    assert "documents" not in view


def test_an_older_list_is_told() -> None:
    assert any("older" in note for note in card(stale="The platform is not available")["notes"])


def test_what_does_not_fit_is_left_out_by_name_and_number() -> None:
    rows = [record(name="Deal"), *(record(f"::DR{n}", "draft") for n in range(40))]
    view = card(records=rows)
    assert view["left_out"]["documents"] == 41 - len(view["documents"])


@pytest.mark.parametrize(
    "filler", ["Acorn ", "Straße ", "保険 ", "\N{GRINNING FACE}", "x9-", "\N{COMBINING ACUTE ACCENT}a"]
)
def test_a_card_full_of_anything_keeps_its_budget(filler: str) -> None:
    text = filler * 60
    items = [
        item(heading, "{0}", (tag, f"{n} {text}"), sections=[str(n)])
        for n in range(8)
        for heading, tag in (("Insured", "Insured_Name"), ("Premium", "Premium_Amount"), ("X", "Coverage_Amount"),
                             ("Y", "Brokerage_%"), ("Z", "Contract_Leader_Name"), ("P", "Inception_Date"))
    ]  # fmt: skip
    rows = [
        record(name=text[:120], umr=text[:60]),
        *(record(f"::FOD::{filler * 4}{n}::ALL", "declined") for n in range(20)),
    ]
    owners = [{"ownerChannel": f"elm_{filler}{n}", "ownerUserID": f"MU{n}"} for n in range(20)]
    labels = [{"title": f"{n}{text}"} for n in range(20)]
    view = card_of(
        material(
            *(line_set(f"elm{n}_ALL", entry("10", sections=[f"{filler}{n}"])) for n in range(20)),
            paper=contract(*items, placingBroker=text, insuranceType=text),
            records=rows, owners=owners, labels=labels, stale=text,
        )
    )  # fmt: skip
    assert tokens(view.plain()) <= 850


anything = st.one_of(
    mangled(st.sampled_from([line_set(LEADER, entry("10")), follower(LEADER, "leader"), guidance(PARTY, "1", "2"),
                             activity("Showed Endorsement", "2026-03-01 10:00:00"), PAPER])),
    json_values,
)  # fmt: skip
papers = st.one_of(mangled(st.just(PAPER)), st.dictionaries(st.text(max_size=8), json_values, max_size=4))
objects = st.lists(st.dictionaries(st.sampled_from(["title", "ownerChannel", "ownerUserID"]), json_values), max_size=3)
stages = st.sampled_from(["draft", "declined", "endorsement", "signed", "other"])
records = st.lists(st.builds(record, st.text(max_size=12).map("::{}".format), stages), max_size=4)


@given(st.lists(anything, max_size=4), papers, objects, records, st.lists(mangled(st.just(summary())), max_size=2))
def test_any_json_at_all_makes_a_card_within_its_size(
    background: list[Any], paper: Doc, more: list[Doc], rows: list[dict[str, Any]], summaries: list[Doc]
) -> None:
    view: Card = card_of(
        material(*background, paper=paper, owners=more, labels=more, records=rows, summaries=summaries, stubs=more)
    )
    assert answer_tokens(view) <= 820
    assert view.notes[0] == NOTE
    assert_nothing_empty(view.plain())


def test_actions_of_either_side_are_explained_in_the_same_words() -> None:
    actions = ["brQuoteReceived:1640793869.0", "respondedToSubjectivity:1640793869.0"]
    view = card(summaries=[summary(actions=actions)])["progress"]["open_actions"]
    assert [entry["meaning"] for entry in view] == ["a quote was received", "the broker has answered a subjectivity"]
