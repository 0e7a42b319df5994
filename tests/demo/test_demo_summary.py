"""The summary: pages, cursors, stubs and filters (platform.md 5.1)."""

from collections import Counter
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from demo_caller import Caller

from whitespace_mcp.demo import Options, Platform, Running, serve

Summaries = list[dict[str, Any]]


@pytest.fixture(scope="module")
def ours(broker: Caller) -> Summaries:
    return [summary for page in broker.pages() for summary in page]


@pytest.fixture(scope="module")
def theirs(underwriter: Caller) -> Summaries:
    return [summary for page in underwriter.pages() for summary in page]


def roots(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"].partition("::")[0] for row in rows}


def test_a_page_has_sixty_and_only_the_last_has_fewer(broker: Caller) -> None:
    sizes = [len(page) for page in broker.pages()]
    assert len(sizes) > 3
    assert set(sizes[:-1]) == {60}
    assert sizes[-1] < 60


def test_the_pages_hold_every_slip_of_the_list_exactly_once(
    broker: Caller, underwriter: Caller, ours: Summaries, theirs: Summaries
) -> None:
    for caller, summaries in ((broker, ours), (underwriter, theirs)):
        roots_listed = [summary["rootID"] for summary in summaries]
        assert len(roots_listed) == len(set(roots_listed))
        assert set(roots_listed) == roots(caller.get("/api/risks"))


def test_the_newest_come_first(ours: Summaries) -> None:
    moments = [summary["updatedAt"] for summary in ours]
    assert moments == sorted(moments, reverse=True)


def test_a_page_ends_within_a_group_that_shares_a_second(broker: Caller) -> None:
    pages = broker.pages()
    cuts = [(page[-1]["updatedAt"], after[0]["updatedAt"]) for page, after in pairwise(pages)]
    assert any(last == first for last, first in cuts)


def test_a_summary_names_every_document_of_the_list(broker: Caller, ours: Summaries) -> None:
    rows = {row["id"]: row for row in broker.get("/api/risks")}
    stubs = {stub["id"]: stub for summary in ours for stub in summary["docs"] if stub["type"] == "RWPlacing"}
    assert stubs.keys() == rows.keys()
    for name, stub in stubs.items():
        row = {key[0].lower() + key[1:]: value for key, value in rows[name].items()}
        shared = {"rev", "status", "umr", "insuredName", "channels", "createdAt", "updatedAt", "isFacility"}
        assert {k: stub[k] for k in shared & stub.keys()} == {k: row[k] for k in shared & row.keys()}


def test_a_summary_has_the_keys_of_one(ours: Summaries) -> None:
    for summary in ours:
        assert set(summary) == {"_id", "_rev", "actions", "docs", "filters", "rootID", "updatedAt"}
        kind, root, channel = summary["_id"].split("::")
        assert (kind, root) == ("RWRiskSummary", summary["rootID"])
        assert channel.startswith("calderfinch_")
    kinds = Counter(stub["type"] for summary in ours for stub in summary["docs"])
    assert {"RWPlacing", "RWWrittenLineSet", "RWSignedLineSet", "RWRiskOwner"} <= set(kinds)


def test_a_carrier_sees_the_others_lines_as_copies_for_its_own_channel(theirs: Summaries) -> None:
    names = [stub["id"] for summary in theirs for stub in summary["docs"] if stub["type"] == "RWWrittenLineSet"]
    own = [name for name in names if name.endswith("::WRLS")]
    assert own
    assert all("::MARROWGATE::" in name for name in own)
    others = [name for name in names if not name.endswith("::WRLS")]
    assert others
    assert all("::WRLS-marrowgate_" in name for name in others)


def test_both_cursors_each_alone_and_nonsense(broker: Caller) -> None:
    first, second = broker.pages()[:2]
    last = first[-1]
    assert broker.get(f"/api/summary?last={last['rootID']}") == second
    older = broker.get(f"/api/summary?from={quote(last['updatedAt'])}")
    assert all(summary["updatedAt"] < last["updatedAt"] for summary in older)
    for bad in ("last=IC-nothing", "from=yesterday", f"last={last['rootID']}&from=x"):
        reply = broker.ask(f"/api/summary?{bad}")
        assert (reply.status, reply.body) == (400, b"")


def test_after_the_last_summary_there_is_an_empty_page(broker: Caller, ours: Summaries) -> None:
    last = ours[-1]
    assert broker.get(f"/api/summary?last={last['rootID']}&from={quote(last['updatedAt'])}") == []


def test_a_changed_slip_jumps_to_the_front_while_one_pages(caller: Caller, small: Running) -> None:
    whole = caller.get("/api/summary")
    root = whole[-1]["rootID"]
    small.platform.touch(root)
    assert caller.get("/api/summary")[0]["rootID"] == root
    cursor = f"last={whole[0]['rootID']}&from={quote(whole[0]['updatedAt'])}"
    assert root not in {summary["rootID"] for summary in caller.get(f"/api/summary?{cursor}")}


def matching(caller: Caller, **filters: Any) -> set[str]:
    return {summary["rootID"] for page in caller.pages(**filters) for summary in page}


def test_a_umr_is_found_in_any_case_and_as_a_whole(broker: Caller, ours: Summaries) -> None:
    summary = ours[5]
    umr = next(stub["umr"] for stub in summary["docs"] if stub.get("umr"))
    assert summary["rootID"] in matching(broker, umrSearch=umr.lower())
    assert matching(broker, umrSearch=umr[:-3]) == set()


def test_a_name_is_found_from_the_start_of_a_word(broker: Caller) -> None:
    roots_matched = matching(broker, nameSearch="sHIPPING i")
    rows = broker.get("/api/risks")
    expected = roots([row for row in rows if "shipping i" in str(row.get("InsuredName", "")).lower()])
    assert roots_matched
    assert roots_matched == expected
    assert matching(broker, nameSearch="hipping") == set()


def test_statuses_are_alternatives_and_the_pending_ones_are_virtual(underwriter: Caller, theirs: Summaries) -> None:
    pending = matching(underwriter, statuses=["FirmOrderPending"])
    assert pending
    assert pending < matching(underwriter, statuses=["FirmOrder"])
    assert all(summary["actions"] for summary in theirs if summary["rootID"] in pending)
    both = matching(underwriter, statuses=["FirmOrder", "MarketedOnly"])
    assert both == matching(underwriter, statuses=["FirmOrder"]) | matching(underwriter, statuses=["MarketedOnly"])
    assert matching(underwriter, statuses=["EndorsementPending"])
    statuses = {
        stub["status"] for s in theirs for stub in s["docs"] if stub["type"] == "RWPlacing" and "status" in stub
    }
    assert "FirmOrderPending" not in statuses


def test_the_kinds_of_slip_divide_the_book(broker: Caller, ours: Summaries) -> None:
    kinds = [matching(broker, types=[kind]) for kind in ("Open Market", "Facilities", "Declarations")]
    assert all(kinds)
    assert sum(len(kind) for kind in kinds) == len(ours)
    facilities = {f for s in ours for stub in s["docs"] for f in stub.get("associatedFacilityIDs", [])}
    assert facilities
    assert matching(broker, facilities=sorted(facilities)) == kinds[2]
    assert facilities <= kinds[1]


def test_owners_divide_the_book(broker: Caller, ours: Summaries) -> None:
    sides = [matching(broker, owner=[side]) for side in ("My Risks", "Unassigned Risks", "Other Risks")]
    assert all(sides)
    assert sum(len(side) for side in sides) == len(ours)
    mine = [stub for s in ours if s["rootID"] in sides[0] for stub in s["docs"] if stub["type"] == "RWRiskOwner"]
    assert broker.user_id in {stub["ownerUserID"] for stub in mine}


def test_the_inbox_the_labels_and_roots_can_be_asked_for(broker: Caller, ours: Summaries) -> None:
    waiting = {summary["rootID"] for summary in ours if summary["actions"]}
    assert waiting
    assert matching(broker, withActions=True) == waiting
    assert len(matching(broker, withActions=False)) == len(ours) - len(waiting)
    labelled = matching(broker, labels=["Renewal", "Chase"])
    assert 0 < len(labelled) < len(ours)
    few = [ours[0]["rootID"], ours[70]["rootID"]]
    assert matching(broker, rootIDs=few) == set(few)
    assert matching(broker, rootIDs=few, withActions=not ours[0]["actions"]) <= set(few)
    assert matching(broker, rootIDs=[*few, *(f"IC-{number:060d}" for number in range(3_000))]) == set(few), (
        "a long body"
    )


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"statuses":"Signed"}', b'{"umrSearch":1}', b'{"withActions":"x"}'])
def test_a_filter_that_is_none_is_refused_without_a_word(body: bytes, broker: Caller) -> None:
    reply = broker.ask("/api/summary", "POST", body=body)
    assert (reply.status, reply.body) == (400, b"")


def test_a_few_slips_are_pinned(broker: Caller, ours: Summaries) -> None:
    pinned = broker.get("/api/summary/pinned")
    assert 0 < len(pinned) <= 12
    assert all(summary in ours for summary in pinned)


def test_a_person_in_two_teams_can_meet_a_slip_twice() -> None:
    platform = Platform(documents=(0, 600), options=Options(summary_per_team=True))
    with serve(platform) as running:
        caller = Caller(running, platform.login, 1)
        counts = Counter(summary["rootID"] for page in caller.pages() for summary in page)
    assert set(counts.values()) == {1, 2}


def test_an_environment_can_be_without_summaries() -> None:
    with serve(Platform(documents=(1, 1), options=Options(serves_summary=False))) as running:
        caller = Caller(running, running.platform.login)
        assert caller.ask("/api/summary").content_type == "text/html"
        assert caller.ask("/api/summary/pinned").content_type == "text/html"
        assert caller.ask("/api/summary", "POST", body={}).status == 405
