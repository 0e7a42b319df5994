"""What an answer says of endorsements: what each changes, with whom it lies, and whom nobody asks."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.depth import (
    BROKER,
    LEADER,
    NAMES,
    PARTY,
    ROOT,
    SHORT,
    TOLD,
    activity,
    endorsement,
    follower,
    json_values,
    mangled,
)
from whitespace_mcp.answers.endorsements import EndorsementEntry, entry
from whitespace_mcp.documents.endorsements import amendments, by_state

SHOWN = activity("Showed Endorsement", "2026-03-02 10:00:00")


def shown(
    documents: list[Any], followers: list[Any], history: list[Any], own: str = "acorn", *, whole: bool = False
) -> list[EndorsementEntry]:
    """The entries as an organisation sees them."""
    endorsements = amendments(documents, followers, history, own)
    return [entry(item, NAMES, SHORT, own, whole=whole) for item in endorsements]


def test_an_entry_says_what_changes_and_whom_it_awaits() -> None:
    parts = [
        follower(LEADER, "leader", agreed=True),
        follower(PARTY, "agreementParty"),
        follower(TOLD, "notifyParty"),
    ]
    (row,) = shown([endorsement()], parts, [SHOWN])
    assert row.plain() == {
        "id": f"{SHORT}::SIGNED::EN1",
        "number": "1",
        "type": "standard",
        "state": "awaiting_agreement",
        "status": "Endorsement",
        "effective": "3 April 2026",
        "changes": "The deductible is USD 5,000.",
        "awaiting": ["Cedar (Cargo), agreement party"],
        "agreed": ["Birch (Marine), leader"],
        "told": ["Dogwood (All)"],
        "instruction": "leaderAndAgreementParties",
        "created": "2026-03-01T10:00:00Z",
        "shown": "2026-03-02T10:00:00Z",
    }


def test_one_that_is_asked_for_shows_every_part_and_who_agreed_when() -> None:
    parts = [follower(LEADER, "leader", agreed=True), follower(TOLD, "notifyParty")]
    (row,) = shown([endorsement()], parts, [SHOWN], whole=True)
    assert row.parties is not None
    assert [party.plain() for party in row.parties] == [
        {"carrier": "Birch (Marine)", "role": "leader", "agreed": True, "at": "2026-03-05T09:00:00Z",
         "by": "Jo Bright (Acorn)"},
        {"carrier": "Dogwood (All)", "role": "notify_party"},
    ]  # fmt: skip
    assert (row.agreed, row.told) == (None, None)


def test_a_notify_party_is_never_awaited() -> None:
    (row,) = shown([endorsement()], [follower(TOLD, "notifyParty"), follower(LEADER, "leader", agreed=True)], [SHOWN])
    assert row.state == "agreed"
    assert row.awaiting is None
    assert row.told == ["Dogwood (All)"]


def test_a_carrier_sees_its_own_part_and_is_not_told_that_others_have_agreed() -> None:
    (row,) = shown([endorsement()], [follower(LEADER, "leader", agreed=True)], [SHOWN], own="birch")
    assert row.state == "shown"
    assert row.your_part is not None
    assert row.your_part.agreed is True
    assert row.unseen == ["Cedar (Cargo)", "Dogwood (All)"]


def test_a_carrier_that_has_not_agreed_is_awaited_whatever_it_cannot_see() -> None:
    (row,) = shown([endorsement()], [follower(PARTY, "agreementParty")], [SHOWN], own="cedar")
    assert row.state == "awaiting_agreement"
    assert row.awaiting == ["Cedar (Cargo), agreement party"]


def test_roles_that_the_broker_proposed_count_where_no_follower_says_otherwise() -> None:
    proposed = {LEADER: "leader", PARTY: "agreementParty", TOLD: "notifyParty"}
    document = endorsement(proposedEndorsementFollowers=proposed)
    (row,) = shown([document], [follower(LEADER, "leader", agreed=True)], [SHOWN])
    assert row.awaiting == ["Cedar (Cargo), agreement party"]
    (seen,) = shown([document], [follower(LEADER, "leader", agreed=True)], [SHOWN], own="birch")
    assert seen.unseen == ["Cedar (Cargo), agreement party"]
    assert seen.told == ["Dogwood (All)"]


def test_what_ended_it_has_a_moment_and_a_name() -> None:
    gone = activity("Withdrew Endorsement", "2026-03-04 10:00:00")
    (row,) = shown([endorsement(status="EndorsementWithdrawn")], [], [SHOWN, gone])
    assert (row.state, row.ended, row.ended_by) == ("withdrawn", "2026-03-04T10:00:00Z", "Jo Bright (Acorn)")


def test_changes_of_participants_are_told_with_their_figures_as_written() -> None:
    mtpc = [
        {"type": "modify", "sectionID": "2", "newPercentage": "12.5", "setLeader": True},
        {"type": "add", "guidance": {"minString": "5", "maxString": "10"}},
    ]
    (row,) = shown([endorsement()], [follower(LEADER, "leader", mtpc=mtpc)], [SHOWN])
    assert row.participants is not None
    assert [part.plain() for part in row.participants] == [
        {"carrier": "Birch (Marine)", "change": "modify", "section": "2", "new_percentage": "12.5", "leader": True},
        {"carrier": "Birch (Marine)", "change": "add", "new_percentage": "5 to 10"},
    ]


def test_the_newest_come_first_and_each_once() -> None:
    documents = [endorsement(n) for n in (2, 10, 1)] + [endorsement(2, updatedAt="2026-03-01 10:00:00")]
    assert [item.number for item in shown(documents, [], [])] == ["10", "2", "1"]


def test_text_is_cleaned_and_cut_in_a_list() -> None:
    items = endorsement()["MRCContract"]["lineItems"]
    items[2]["elements"] = [{"text": "\N{RIGHT-TO-LEFT OVERRIDE}" + "word " * 1000}]
    document = endorsement(MRCContract={"lineItems": items})
    (short,), (whole,) = shown([document], [], []), shown([document], [], [], whole=True)
    assert short.changes is not None
    assert whole.changes is not None
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in short.changes
    assert len(short.changes) <= 500 < len(whole.changes) <= 3_000


followers = st.sampled_from(
    [
        follower(LEADER, "leader", agreed=True),
        follower(PARTY, "agreementParty"),
        follower(TOLD, "notifyParty"),
        follower(BROKER, "unchosen", number=2),
    ]
)
documents = st.sampled_from([endorsement(1), endorsement(2, "EndorsementFinalised"), endorsement(3, channels=[])])


@given(
    st.lists(mangled(documents) | st.dictionaries(st.text(), json_values, max_size=3), max_size=4),
    st.lists(mangled(followers), max_size=4),
    st.lists(mangled(st.just(SHOWN)), max_size=3),
    st.sampled_from(["in a list", "whole"]),
)
def test_any_json_at_all_becomes_entries_and_the_states_sum_up(
    documents: list[Any], parts: list[Any], history: list[Any], shown_as: str
) -> None:
    for own in ("acorn", "birch"):
        endorsements = amendments(documents, parts, history, own)
        entries = [entry(item, NAMES, SHORT, own, whole=shown_as == "whole") for item in endorsements]
        assert sum(by_state(endorsements).values()) == len(endorsements) == len({item.id for item in endorsements})
        for element in entries:
            assert len(element.model_dump_json()) < 24_000
            assert all(name in str(element.plain()) for name in element.awaiting or [])


@given(st.lists(documents, max_size=4), st.lists(followers, max_size=5), st.randoms())
def test_order_and_duplicates_change_nothing(result: list[Any], parts: list[Any], luck: Any) -> None:
    expected = shown(result, parts, [SHOWN])
    again, twice = [*result, *result], [*parts, *parts]
    luck.shuffle(again)
    luck.shuffle(twice)
    assert shown(again, twice, [SHOWN]) == expected
    assert all(item.id.startswith(f"{SHORT}::") for item in expected) or not result
    assert ROOT not in str(expected)


def test_states_that_several_have_are_counted() -> None:
    endorsements = amendments([endorsement(1), endorsement(2), endorsement(3, "EndorsementWithdrawn")], [], [], "acorn")
    assert by_state(endorsements) == {"shown": 2, "withdrawn": 1}
