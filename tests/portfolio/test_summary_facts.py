"""What a summary tells of its slip: by which document, in which words, and nothing where it tells nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, LEADER, ME, ROOT, json_values, mangled, summary
from whitespace_mcp.documents.inbox import inbox_risks
from whitespace_mcp.portfolio.summary_facts import SummaryFacts, merged, money, summary_facts

FACILITY = "IC11111111-0000-4000-8000-00000000000B"


def placing(tail: str = "FO", status: str = "FirmOrder", **changes: Any) -> dict[str, Any]:
    """The stub of a contract document."""
    stub: dict[str, Any] = {"id": f"{ROOT}::{tail}", "type": "RWPlacing", "status": status}
    return stub | {"limitSummary": "USD 20,000,000", "inceptionDate": 1_561_939_200} | changes


def lines(tail: str, carrier: str, *percentages: str, **changes: Any) -> dict[str, Any]:
    """The stub of a written line set."""
    stub: dict[str, Any] = {"id": f"{ROOT}::FO::BIRCH::MARINE::{tail}", "type": "RWWrittenLineSet"}
    return stub | {"written": list(percentages), "carriers": {carrier: list(percentages)}} | changes


def facts_from(*docs: dict[str, Any], **changes: Any) -> SummaryFacts:
    """What a summary with these stubs tells."""
    result = summary_facts(summary(docs=list(docs), **changes), own_prefix="acorn", role="broker")
    assert result is not None
    return result


def test_inception_is_a_utc_date_and_the_limit_is_understood() -> None:
    entry = facts_from(placing(), actions=["brReadyForSigning:1640793869.0"])
    assert (entry.root, entry.activity, entry.inception) == (ROOT, "2026-03-05T09:00:00Z", "2019-07-01")
    assert (entry.limit_text, entry.currency, entry.amount) == ("USD 20,000,000", "USD", "20000000".zfill(24))
    assert (json.loads(entry.asked), entry.waits) == (
        {"brReadyForSigning": "2021-12-29T16:04:29Z"},
        "brReadyForSigning",
    )


def test_the_furthest_document_that_tells_something_tells_it() -> None:
    entry = facts_from(
        placing("SIGNED::EN1", "Endorsement", limitSummary="USD 9", inceptionDate=86_400),
        placing("DR1", "NotFinalised", limitSummary="USD 1", inceptionDate=2 * 86_400),
        placing("FO", "FirmOrder", limitSummary="USD 2", inceptionDate=3 * 86_400),
        placing("SIGNED", "Signed", limitSummary="", inceptionDate=None),
    )
    assert (entry.limit_text, entry.inception) == ("USD 2", "1970-01-04")


@pytest.mark.parametrize("docs", [[], [{"type": "RWPlacing"}], [placing(limitSummary=" ", inceptionDate="soon")]])
def test_what_is_not_told_is_not_known(docs: list[dict[str, Any]]) -> None:
    entry = facts_from(*docs)
    assert (entry.inception, entry.limit_text, entry.currency, entry.amount) == (None, None, None, None)
    assert (entry.owners, entry.asked, entry.written, entry.signed, entry.facilities) == ("", "{}", "[]", "[]", "")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("USD 20,000,000", ("USD", "20000000")),
        ("GBP 1,000,000", ("GBP", "1000000")),
        ("USD 324,324  (100%)", ("USD", "324324")),
        (" EUR 5 ", ("EUR", "5")),
        ("EUR 5.50", ("EUR", "5.5")),
        ("EUR 5.00", ("EUR", "5")),
        ("JPY5000000", ("JPY", "5000000")),
        ("", None), ("nil", None), ("5,000,000", None), ("USD 5m", None), ("USD 1,00", None), ("USD -5", None),
        ("USD \N{ARABIC-INDIC DIGIT FIVE}", None), ("USD 5 any one occurrence", None), ("us 5", None),
    ],
)  # fmt: skip
def test_an_amount_needs_its_currency_and_nothing_else(text: str, amount: tuple[str, str] | None) -> None:
    result = money(text)
    assert result == (None if amount is None else (amount[0], amount[1].zfill(24 + (".5" in amount[1]) * 2)))


def test_amounts_sort_by_size_as_texts() -> None:
    sizes = ["USD 0.5", "USD 1", "USD 1.05", "USD 1.5", "USD 9", "USD 10", "USD 1,000,000", "USD 20,000,000.01"]
    keys = [result[1] for size in sizes if (result := money(size))]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(sizes)


def test_owners_are_those_of_the_own_side() -> None:
    stubs: list[dict[str, Any]] = [
        {"type": "RWRiskOwner", "ownerChannel": channel, "ownerUserID": user}
        for channel, user in ((BROKER, ME), (LEADER, "MU2"))
    ]
    assert facts_from(*stubs).owners == f"|{ME}|"


def test_a_carriers_copy_counts_only_where_its_own_lines_are_not_visible() -> None:
    own, copy = lines("WRLS", "birch_MARINE", "40"), lines("WRLS-acorn_MARINE", "birch_MARINE", "30")
    other = lines("WRLS-acorn_MARINE", "cedar_CARGO", "7.5", "2.5")
    later = lines("WRLS-x_Y", "cedar_CARGO", "9", updatedAt="2026-03-05 09:00:00")
    assert sorted(json.loads(facts_from(copy, own, other).written or "")) == [["40"], ["7.5", "2.5"]]
    assert json.loads(facts_from(other, later).written or "") == [["9"]]


def test_lines_of_a_contract_with_several_sections_are_not_added() -> None:
    sections = [{"multiSectionId": "1"}, {"multiSectionId": "2"}]
    guidance = {"type": "RWLineGuidanceSet", "sections": sections}
    assert facts_from(lines("WRLS", "birch_MARINE", "100"), guidance).written is None
    assert (
        facts_from(lines("WRLS", "birch_MARINE", "100"), guidance | {"sections": sections[:1]}).written == '[["100"]]'
    )


def test_a_declaration_names_its_facilities_and_never_itself() -> None:
    assert facts_from(placing(associatedFacilityIDs=[f"{FACILITY}::FO", ROOT, None])).facilities == f"{FACILITY}|"


def test_the_summaries_of_two_teams_are_one() -> None:
    marine = facts_from(placing(limitSummary=""), actions=["a:86400.0", "b:86400"], updated="2026-03-05 09:00:00")
    cargo = facts_from(
        placing(inceptionDate=None),
        {"type": "RWRiskOwner", "ownerChannel": BROKER, "ownerUserID": ME},
        actions=["a:1", "c:x"],
        updated="2026-03-05 08:00:00",
    )
    for both in ([marine, cargo], [cargo, marine]):
        entry = merged(both)
        assert (entry.activity, entry.inception, entry.currency, entry.owners) == (
            "2026-03-05T09:00:00Z", "2019-07-01", "USD", f"|{ME}|",
        )  # fmt: skip
        assert json.loads(entry.asked) == {"a": "1970-01-01T00:00:01Z", "b": "1970-01-02T00:00:00Z", "c": ""}


SOME_ACTIONS = st.lists(st.sampled_from(["a:86400.0", "a:0", "b:1640793869.0", "b:x", "c"]), max_size=4)
SOME_OWNERS = st.lists(st.sampled_from([ME, "MU2"]), max_size=2)


@given(st.lists(st.tuples(SOME_ACTIONS, SOME_OWNERS), min_size=1, max_size=3))
def test_lists_and_the_inbox_say_the_same_of_what_several_teams_have_open(teams: list[Any]) -> None:
    documents = [
        summary(
            actions=actions,
            docs=[{"type": "RWRiskOwner", "ownerChannel": BROKER, "ownerUserID": owner} for owner in owners],
        )
        for actions, owners in teams
    ]
    (slip,) = inbox_risks(documents, own_prefix="acorn", role="broker")
    facts = [summary_facts(document, own_prefix="acorn", role="broker") for document in documents]
    row = merged(filter(None, facts))
    assert json.loads(row.asked) == slip.asked
    assert row.owners == "".join(f"|{owner}|" for owner in slip.owners)


@given(mangled(st.just(summary(docs=[placing(), lines("WRLS", "birch_MARINE", "5")], actions=["a:1"]))), json_values)
def test_whatever_a_summary_holds_it_is_read_or_left_out(expected: dict[str, Any], anything: Any) -> None:
    for document in (expected, expected | {"docs": [anything, {"type": "RWPlacing", "sections": anything}]}):
        entry = summary_facts(document, own_prefix="acorn", role=None)
        if entry is not None:
            assert isinstance(entry.waits, str)
            assert merged([entry, entry])._replace(written=entry.written) == entry
