"""The inbox: what is asked, since when, of whom; and whose risks are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, LEADER, ME, ROOT, json_values, mangled, summary
from whitespace_mcp.answers.desk import ActionSum, in_order, matching, summed
from whitespace_mcp.documents.inbox import InboxRisk, epoch, inbox_risks

OTHER = "IC11111111-0000-4000-8000-00000000000B"
THIRD = "IC22222222-0000-4000-8000-00000000000C"
SOMEBODY = "MU99999999-0000-4000-8000-00000000000B"


def owned(user_id: str, channel: str = BROKER) -> dict[str, Any]:
    """The stub of an owner."""
    return {"type": "RWRiskOwner", "id": f"{ROOT}::OWN", "ownerChannel": channel, "ownerUserID": user_id}


def alert(action: str, **changes: Any) -> dict[str, Any]:
    """The stub of an alert that nobody has cleared."""
    stub = {"type": "RWAttentionWanted", "action": action, "cleared": False, "recipientRole": "broker"}
    return stub | {"updatedAt": "2026-03-01 10:00:00"} | changes


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1640793869.0", "2021-12-29T16:04:29Z"),
        ("0", ""),
        ("", ""),
        ("soon", ""),
        ("NaN", ""),
        ("Infinity", ""),
        ("-5", ""),
        ("9" * 40, ""),
    ],
)
def test_a_moment_is_an_epoch_in_seconds_or_nothing(text: str, moment: str) -> None:
    assert epoch(text) == moment


def test_each_action_is_open_since_a_moment() -> None:
    actions = ["uwFirmOrder:1640793869.0", "uwEndorsement:1640000000.0", "strange", "uwQuery:when"]
    (inbox,) = inbox_risks([summary(actions=actions)], own_prefix="acorn", role="broker")
    assert inbox.asked == {
        "uwFirmOrder": "2021-12-29T16:04:29Z",
        "uwEndorsement": "2021-12-20T11:33:20Z",
        "strange": "",
        "uwQuery": "",
    }
    assert (inbox.oldest, inbox.newest) == ("2021-12-20T11:33:20Z", "2021-12-29T16:04:29Z")


def test_alerts_of_our_side_that_nobody_cleared_are_open_too() -> None:
    docs = [
        alert("wroteNoCoverGivenLine"),
        alert("responedToSubjectivity", recipientRole="underwriter"),
        alert("lineRemoved", cleared=True),
    ]
    (inbox,) = inbox_risks([summary(docs=docs)], own_prefix="acorn", role="broker")
    assert inbox.asked == {"wroteNoCoverGivenLine": "2026-03-01T10:00:00Z"}


def test_a_risk_of_two_teams_is_one_with_the_oldest_moment() -> None:
    inbox = inbox_risks(
        [
            summary(actions=["uwFirmOrder:1640793869.0"]),
            summary(actions=["uwFirmOrder:1640000000.0", "uwQuote:1640000000.0"], channel="acorn_CARGO"),
        ],
        own_prefix="acorn",
        role=None,
    )
    assert [(entry.asked, entry.channels) for entry in inbox] == [
        (
            {"uwFirmOrder": "2021-12-20T11:33:20Z", "uwQuote": "2021-12-20T11:33:20Z"},
            ("acorn_CARGO", "acorn_MARINE"),
        )
    ]
    assert summed(inbox) == {
        "uwFirmOrder": ActionSum(slips=1, oldest="2021-12-20T11:33:20Z"),
        "uwQuote": ActionSum(slips=1, oldest="2021-12-20T11:33:20Z"),
    }


def test_mine_unassigned_and_others_are_told_by_the_owner_on_our_side() -> None:
    inbox = inbox_risks(
        [
            summary(ROOT, docs=[owned(ME), owned(SOMEBODY, LEADER)], actions=["a:1"]),
            summary(OTHER, docs=[owned(SOMEBODY)]),
            summary(THIRD, docs=[owned(SOMEBODY, LEADER)]),
        ],
        own_prefix="acorn",
        role="broker",
    )
    roots = {show: [entry.root for entry in matching(inbox, show, ME)] for show in ("mine", "others", "unassigned")}
    assert roots == {"mine": [ROOT], "others": [OTHER], "unassigned": [THIRD]}
    assert [entry.root for entry in matching(inbox, "actions", ME)] == [ROOT]
    assert len(matching(inbox, "pinned", ME)) == 3


def test_open_actions_are_ordered_by_since_when_they_are_asked() -> None:
    inbox = inbox_risks(
        [
            summary(ROOT, actions=["a:300", "b:10"], updated="2026-03-01 00:00:00"),
            summary(OTHER, actions=["a:200"], updated="2026-03-03 00:00:00"),
            summary(THIRD, actions=["a"], updated="2026-03-02 00:00:00"),
        ],
        own_prefix="acorn",
        role=None,
    )
    assert [entry.root for entry in in_order(inbox, "actions", oldest_first=True)] == [ROOT, OTHER, THIRD]
    assert [entry.root for entry in in_order(inbox, "actions", oldest_first=False)] == [ROOT, OTHER, THIRD]
    assert [entry.root for entry in in_order(inbox, "pinned", oldest_first=False)] == [OTHER, THIRD, ROOT]
    assert [entry.root for entry in in_order(inbox, "mine", oldest_first=False)] == [ROOT, OTHER, THIRD]
    assert [entry.root for entry in in_order(inbox, "mine", oldest_first=True)] == [ROOT, THIRD, OTHER]


def _summary(root: str, actions: list[str], docs: list[Any], channel: str) -> dict[str, Any]:
    return summary(root, actions=actions, docs=docs, channel=channel)


summaries = st.builds(
    _summary,
    st.sampled_from([ROOT, OTHER, THIRD]),
    st.lists(st.sampled_from(["uwFirmOrder:10.0", "uwFirmOrder:20.0", "brReadyForSigning:30", "odd"]), max_size=3),
    st.lists(st.sampled_from([owned(ME), owned(SOMEBODY), owned(SOMEBODY, LEADER), alert("lineRemoved")]), max_size=3),
    st.sampled_from([BROKER, "acorn_CARGO"]),
)


def _root(first: InboxRisk) -> str:
    return first.root


@given(
    st.lists(summaries | mangled(summaries) | st.dictionaries(st.text(), json_values, max_size=3), max_size=6),
    st.randoms(),
)
def test_any_json_at_all_is_an_inbox_whatever_its_order(documents: list[Any], luck: Any) -> None:
    once = inbox_risks(documents, own_prefix="acorn", role="broker")
    twice = [*documents, *documents]
    luck.shuffle(twice)
    again = inbox_risks(twice, own_prefix="acorn", role="broker")
    assert sorted(again, key=_root) == sorted(once, key=_root)
    parts = [matching(once, show, ME) for show in ("mine", "unassigned", "others")]
    assert sorted(item.root for part in parts for item in part) == sorted(entry.root for entry in once)
    assert sum(total.slips for total in summed(once).values()) == sum(len(entry.asked) for entry in once)
