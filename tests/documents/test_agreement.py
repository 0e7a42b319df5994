"""How far an endorsement is: followers, roles and history decide, and the status word never alone."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, LEADER, PARTY, ROOT, TOLD, activity, follower, json_values, mangled
from whitespace_mcp.documents.agreement import Standing, followers_of, role_of, standing, steps_of

ID = f"{ROOT}::SIGNED::EN1"
STATUSES = (
    None, "EndorsementInPreparation", "Endorsement", "EndorsementFinalised", "EndorsementWithdrawn",
    "EndorsementDeclined", "Something New",
)  # fmt: skip
KINDS = ("Showed Endorsement", "Declined Endorsement", "Withdrew Endorsement", "Completed Endorsement", "Quoted")


def _follower(channel: str, role: str, number: int, *, agreed: bool) -> dict[str, Any]:
    return follower(channel, role, agreed=agreed, number=number)


def _activity(kind: str, day: int) -> dict[str, Any]:
    return activity(kind, f"2026-03-{day:02} 10:00:00")


ROLES = ("leader", "agreementParty", "notifyParty", "nonNotifyParty", "unchosen", "agreeementParty", "?")
followers = st.builds(
    _follower,
    st.sampled_from([LEADER, PARTY, TOLD, BROKER]),
    st.sampled_from(ROLES),
    st.integers(1, 2),
    agreed=st.booleans(),
)
activities = st.builds(_activity, st.sampled_from(KINDS), st.integers(1, 9))


def stands(status: str | None, parties: list[dict[str, Any]], history: list[dict[str, Any]]) -> Standing:
    """How far the first endorsement is."""
    return standing(status, followers_of(parties).get(ID, []), steps_of(ID, history))


SHOWN = activity("Showed Endorsement", "2026-03-02 10:00:00")
DONE = activity("Completed Endorsement", "2026-03-08 10:00:00")


@pytest.mark.parametrize(
    ("status", "parties", "history", "state"),
    [
        ("EndorsementInPreparation", [follower(LEADER, "unchosen")], [], "in_preparation"),
        ("Endorsement", [follower(LEADER, "leader")], [SHOWN], "awaiting_agreement"),
        ("Endorsement", [follower(LEADER, "leader", agreed=True)], [SHOWN], "agreed"),
        (
            "Endorsement",
            [follower(LEADER, "leader", agreed=True), follower(PARTY, "agreementParty")],
            [SHOWN],
            "awaiting_agreement",
        ),
        (
            "Endorsement",
            [follower(LEADER, "leader", agreed=True), follower(TOLD, "notifyParty")],
            [SHOWN],
            "agreed",
        ),
        ("EndorsementFinalised", [follower(LEADER, "leader", agreed=True)], [SHOWN, DONE], "completed"),
        ("EndorsementWithdrawn", [], [activity("Withdrew Endorsement", "2026-03-04 10:00:00")], "withdrawn"),
        ("EndorsementDeclined", [], [activity("Declined Endorsement", "2026-03-04 10:00:00")], "declined"),
        ("Endorsement", [], [SHOWN], "shown"),
        ("Endorsement", [follower(TOLD, "notifyParty")], [SHOWN], "shown"),
    ],
)
def test_the_usual_ways(status: str, parties: list[Any], history: list[Any], state: str) -> None:
    result = stands(status, parties, history)
    assert result.state == state
    assert result.conflicts == []


def test_a_finalised_document_can_still_await_a_party_and_that_is_a_conflict() -> None:
    # As in the specification's own example: the leader has agreed, an agreement party has not.
    stubs = [
        {"id": f"{ID}::ENF::{PARTY}", "role": "agreementParty", "uwrChannel": PARTY, "agreed": False},
        {"id": f"{ID}::ENF::{LEADER}", "role": "leader", "uwrChannel": LEADER, "agreed": True},
    ]
    state = stands("EndorsementFinalised", stubs, [])
    assert state.state == "awaiting_agreement"
    assert [party.channel for party in state.awaiting] == [PARTY]
    assert len(state.conflicts) == 1
    assert "EndorsementFinalised" in state.conflicts[0]


def test_the_history_says_more_than_the_status() -> None:
    gone = activity("Withdrew Endorsement", "2026-03-09 10:00:00")
    state = stands("Endorsement", [follower(LEADER, "leader")], [SHOWN, gone])
    assert (state.state, len(state.conflicts)) == ("withdrawn", 1)
    assert state.ended == "2026-03-09T10:00:00Z"

    again = activity("Showed Endorsement", "2026-03-10 10:00:00")
    assert stands("Endorsement", [follower(LEADER, "leader")], [gone, again]).state == "awaiting_agreement"


def test_the_status_alone_ends_an_endorsement_but_not_without_saying_so() -> None:
    for status, state in (("EndorsementWithdrawn", "withdrawn"), ("EndorsementDeclined", "declined")):
        result = stands(status, [follower(LEADER, "leader")], [SHOWN])
        assert result.state == state
        assert status in result.conflicts[0]


@pytest.mark.parametrize("parties", [[], [follower(TOLD, "notifyParty")]])
def test_the_status_alone_completes_nothing(parties: list[Any]) -> None:
    state = stands("EndorsementFinalised", parties, [])
    assert state.state == "shown"
    assert "EndorsementFinalised" in state.conflicts[0]
    assert stands("EndorsementFinalised", parties, [SHOWN, DONE]).state == "completed"
    agreed = [*parties, follower(LEADER, "leader", agreed=True)]
    for history in ([], [SHOWN]):
        state = stands("EndorsementFinalised", agreed, history)
        assert state.state == "agreed"
        assert "EndorsementFinalised" in state.conflicts[0]
    unread = standing("EndorsementFinalised", followers_of(agreed)[ID], (), history=False)
    assert unread.state == "completed"


def test_of_two_steps_of_one_moment_the_later_in_the_usual_course_counts() -> None:
    shown = activity("Showed Endorsement", "2026-03-08 10:00:00")
    assert stands("Endorsement", [follower(LEADER, "leader", agreed=True)], [DONE, shown]).state == "completed"


def test_a_decline_that_was_followed_by_an_agreement_is_none() -> None:
    declined = activity("Declined Endorsement", "2026-03-04 10:00:00")
    assert stands("Endorsement", [follower(LEADER, "leader")], [SHOWN, declined]).state == "declined"
    assert stands("Endorsement", [follower(LEADER, "leader", agreed=True)], [SHOWN, declined]).state == "agreed"


def test_of_two_documents_of_one_carrier_the_later_counts() -> None:
    old = follower(LEADER, "leader", updatedAt="2026-03-01 09:00:00")
    new = follower(LEADER, "leader", agreed=True, updatedAt="2026-03-02 09:00:00")
    for order in ([old, new], [new, old]):
        (only,) = followers_of(order)[ID]
        assert only.agreed


@pytest.mark.parametrize("value", ["agreementParty", "agreeementParty", "Agreement Party", "AGREEMENTPARTY"])
def test_a_role_is_known_however_it_is_spelt(value: str) -> None:
    assert role_of(value) == "agreement_party"


def test_a_role_that_is_not_known_or_not_given_asks_nobody() -> None:
    assert [role_of(value) for value in ("something", "", None, 3, ["leader"])] == [
        "other", "unchosen", "unchosen", "other", "unchosen",
    ]  # fmt: skip


@given(st.sampled_from(STATUSES), st.lists(followers, max_size=5), st.lists(activities, max_size=4), st.randoms())
def test_order_and_duplicates_change_nothing(
    status: str | None, parties: list[Any], history: list[Any], luck: Any
) -> None:
    state = stands(status, parties, history)
    twice, again = [*parties, *parties], [*history, *history]
    luck.shuffle(twice)
    luck.shuffle(again)
    assert stands(status, twice, again) == state


@given(st.sampled_from(STATUSES), st.lists(followers, max_size=5), st.lists(activities, max_size=4))
def test_whom_it_awaits_was_asked_and_has_not_agreed(status: Any, parties: list[Any], history: list[Any]) -> None:
    state = stands(status, parties, history)
    assert bool(state.awaiting) == (state.state == "awaiting_agreement")
    assert all(party.role in {"leader", "agreement_party"} and not party.agreed for party in state.awaiting)
    if state.state in {"agreed", "completed"}:
        followers = followers_of(parties).get(ID, [])
        assert all(party.agreed for party in followers if party.role in {"leader", "agreement_party"})


@given(st.sampled_from(STATUSES), st.lists(mangled(followers) | st.dictionaries(st.text(), json_values), max_size=4))
def test_any_json_at_all_is_read(status: str | None, parties: list[Any]) -> None:
    for key, group in followers_of(parties).items():
        assert key
        assert len({party.channel.lower() for party in group}) == len(group)
    stands(status, parties, parties)
    assert isinstance(steps_of(ID, parties), tuple)


def test_each_state_can_be_reached() -> None:
    roles = [[], [follower(LEADER, "leader")], [follower(LEADER, "leader", agreed=True)]]
    histories: list[list[Any]] = [[], [SHOWN], [SHOWN, DONE]]
    reached = {
        stands(status, parties, history).state
        for status, parties, history in itertools.product(STATUSES, roles, histories)
    }
    assert reached == {
        "in_preparation", "shown", "awaiting_agreement", "agreed", "completed", "withdrawn", "declined",
    }  # fmt: skip
