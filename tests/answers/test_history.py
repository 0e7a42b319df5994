"""What happened, and what changed: newest first, each once, and sums that stay sums."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, LEADER, ME, NAMES, ROOT, SHORT, activity, json_values, mangled, summary
from whitespace_mcp.answers.history.changes import behind_change, changed_entry, changed_slips, counted_changes
from whitespace_mcp.answers.history.happenings import OTHER_KINDS, counted, folded, happened, happenings, shortened

FO = f"{ROOT}::FO"
OTHER = "IC11111111-0000-4000-8000-00000000000B"


def _activity(kind: str, day: int, hour: int, parent: str, user: str) -> dict[str, Any]:
    return activity(kind, f"2026-03-{day:02} {hour:02}:00:00", parent=parent, userID=user)


activities = st.builds(
    _activity,
    st.sampled_from(["Line Written", "Quoted", "Signed Lines"]),
    st.integers(1, 3),
    st.integers(0, 23),
    st.sampled_from([ROOT, FO]),
    st.sampled_from([ME, "MU-another"]),
)


def test_the_newest_comes_first_with_who_did_what_to_which_document() -> None:
    events = happenings([_activity("Line Written", 1, 9, FO, ME), _activity("Quoted", 2, 9, ROOT, "MU99999999-0000")])
    assert [happened(entry, NAMES, short_root=SHORT).plain() for entry in events] == [
        {"at": "2026-03-02T09:00:00Z", "activity": "Quoted", "by": "MU99999999"},
        {"at": "2026-03-01T09:00:00Z", "activity": "Line Written", "by": "Jo Bright (Acorn)",
         "document": f"{SHORT}::FO"},
    ]  # fmt: skip


def test_a_longer_display_text_is_shown_beside_its_kind() -> None:
    (events,) = happenings([activity("Quoted", "2026-03-01 09:00:00", activity="Quoted by the desk")])
    entry = happened(events, NAMES)
    assert (entry.activity, entry.text) == ("Quoted", "Quoted by the desk")


def test_a_kind_is_found_in_any_case_and_a_period_has_its_first_moment_but_not_its_last() -> None:
    results = [_activity("Quoted", day, 0, FO, ME) for day in (1, 2, 3)] + [_activity("Line Written", 2, 0, FO, ME)]
    events = happenings(results, kinds=["QUOTED"], since="2026-03-01T00:00:00Z", before="2026-03-03T00:00:00Z")
    assert [entry.at[:10] for entry in events] == ["2026-03-02", "2026-03-01"]


def test_neighbours_of_one_day_that_are_alike_become_one() -> None:
    events = happenings([_activity("Changed or Added a Line item", 1, hour, FO, ME) for hour in (9, 10, 11)])
    (entry,) = folded(events)
    assert (entry.times, entry.at) == (3, "2026-03-01T11:00:00Z")
    assert happened(entry, NAMES).times == 3


def test_rare_kinds_are_summed_so_that_the_total_stays() -> None:
    counts = {f"kind {n}": 20 - n for n in range(20)}
    short = shortened(counts)
    assert len(short) == 12
    assert sum(short.values()) == sum(counts.values())
    assert list(short)[-1] == OTHER_KINDS
    assert shortened({"a": 1}) == {"a": 1}


@given(st.lists(activities, max_size=12), st.randoms())
def test_order_and_duplicates_change_nothing_and_nothing_is_lost_by_folding(documents: list[Any], luck: Any) -> None:
    once = happenings(documents)
    twice = [*documents, *documents]
    luck.shuffle(twice)
    assert happenings(twice) == once
    assert [item.at for item in once] == sorted((entry.at for entry in once), reverse=True)
    assert sum(entry.times for entry in folded(once)) == len(once) == sum(counted(once).values())
    assert counted(folded(once)) == counted(once)
    assert sum(shortened(counted(once), most=2).values()) == len(once)


@given(st.lists(mangled(activities) | st.dictionaries(st.text(), json_values, max_size=3), max_size=6))
def test_any_json_at_all_is_a_history(documents: list[Any]) -> None:
    for entry in folded(happenings(documents)):
        assert len(happened(entry, NAMES, short_root=SHORT).model_dump_json()) < 24_000
    happenings(documents, kinds=["Quoted"], since="2026-01-01T00:00:00Z", before="2027-01-01T00:00:00Z")


DOCS = [
    {"type": "RWPlacing", "id": FO, "updatedAt": "2026-03-02 10:00:00"},
    {"type": "RWPlacing", "id": f"{FO}::EN1", "updatedAt": "2026-03-03 10:00:00"},
    {"type": "RWWrittenLineSet", "id": f"{FO}::WRLS", "updatedAt": "2026-03-04 10:00:00"},
    {"type": "RWComment", "id": f"{ROOT}::CHAT::1", "updatedAt": "2026-03-05 10:00:00"},
    {"type": "RWAttachmentCollection", "id": f"{ROOT}::ATCH", "updatedAt": "2026-01-05 10:00:00"},
    {"type": "RWEndorsementFollower", "id": f"{FO}::EN1::ENF::{LEADER}"},
]


def test_what_changed_is_told_by_what_it_is_and_only_since_then() -> None:
    changes = changed_slips([summary(updated="2026-03-05 10:00:00", docs=DOCS)], "2026-03-03T00:00:00Z")
    assert [(entry.root, entry.at, set(entry.kinds)) for entry in changes] == [
        (ROOT, "2026-03-05T10:00:00Z", {"endorsements", "lines", "chat"})
    ]


def test_an_owner_that_came_with_the_slip_has_not_changed_and_a_new_slip_is_told_as_one() -> None:
    since = "2026-03-03T00:00:00Z"
    placing = {"type": "RWPlacing", "id": FO, "createdAt": "2026-03-04 09:00:00", "updatedAt": "2026-03-04 09:00:00"}
    owner = {"type": "RWRiskOwner", "id": f"{ROOT}::OWN::ACORN::MARINE", "updatedAt": "2026-03-04 09:00:00"}
    files = {"type": "RWAttachmentCollection", "id": f"{ROOT}::ATCH", "updatedAt": "2026-03-04 10:00:00"}

    def kinds(*docs: Any) -> set[str]:
        (changes,) = changed_slips([summary(updated="2026-03-05 10:00:00", docs=list(docs))], since)
        return set(changes.kinds)

    assert kinds(placing, owner, files) == {"created", "contract", "attachments"}
    assert kinds(placing, owner | {"updatedAt": "2026-03-05 09:00:00"}) == {"created", "contract", "owner"}
    old = placing | {"createdAt": "2026-01-04 09:00:00"}
    assert kinds(old, owner) == {"contract", "owner"}


def test_a_line_that_changed_is_told_with_its_percentage() -> None:
    sets = {
        "type": "RWWrittenLineSet", "id": f"{FO}::WRLS", "updatedAt": "2026-03-04 10:00:00",
        "carriers": {LEADER: ["12.5"], "cedar_CARGO": ["5", "2.5"]},
    }  # fmt: skip
    (changes,) = changed_slips([summary(updated="2026-03-05 10:00:00", docs=[sets])], "2026-03-03T00:00:00Z")
    assert changed_entry(changes, NAMES).lines == ["Birch (Marine): written 12.5%", "Cedar (Cargo): written 5% + 2.5%"]
    (changes,) = changed_slips([summary(updated="2026-03-05 10:00:00", docs=[sets])], "2026-03-05T00:00:00Z")
    assert changed_entry(changes, NAMES).lines is None


def test_what_happened_since_comes_newest_first_and_the_rest_is_counted() -> None:
    results = [activity("Quoted", f"2026-03-{day:02} 10:00:00") for day in range(1, 10)]
    shown, more = behind_change(results, "2026-03-03T00:00:00Z", NAMES)
    assert [line[:27] for line in shown] == [f"2026-03-0{day}T10:00:00Z Quoted" for day in (9, 8, 7, 6)]
    assert more == 3


def test_a_change_that_no_document_tells_of_is_other() -> None:
    (changes,) = changed_slips([summary(updated="2026-03-09 10:00:00", docs=DOCS)], "2026-03-08T00:00:00Z")
    assert changes.kinds == ("other",)


def test_a_slip_of_two_teams_is_one_slip_with_what_either_saw() -> None:
    chat, lines = [DOCS[3]], [DOCS[2]]
    changes = changed_slips(
        [
            summary(updated="2026-03-05 10:00:00", docs=chat),
            summary(updated="2026-03-04 10:00:00", docs=lines, channel="acorn_CARGO"),
            summary(OTHER, updated="2026-03-04 11:00:00", docs=[DOCS[0]]),
            summary("IC22222222-0000-4000-8000-00000000000C", updated="2026-02-04 11:00:00"),
        ],
        "2026-03-01T00:00:00Z",
    )
    assert [(entry.root, set(entry.kinds)) for entry in changes] == [(ROOT, {"chat", "lines"}), (OTHER, {"contract"})]
    assert counted_changes(changes) == {"chat": 1, "contract": 1, "lines": 1}


@given(
    st.lists(mangled(st.just(summary(docs=DOCS))) | st.dictionaries(st.text(), json_values, max_size=3), max_size=5),
    st.randoms(),
)
def test_any_json_at_all_is_a_list_of_changes_whatever_its_order(documents: list[Any], luck: Any) -> None:
    slips = changed_slips(documents, "2026-03-03T00:00:00Z")
    assert len({slip.root for slip in slips}) == len(slips)
    assert all(slip.kinds for slip in slips)
    assert sum(counted_changes(slips).values()) >= len(slips)
    twice = [*documents, *documents]
    luck.shuffle(twice)
    assert changed_slips(twice, "2026-03-03T00:00:00Z") == slips


def test_only_channels_name_a_team() -> None:
    assert NAMES.party(BROKER) == "Acorn (Marine)"
    assert NAMES.party("acorn") == "Acorn"
    assert NAMES.person(None) is None
