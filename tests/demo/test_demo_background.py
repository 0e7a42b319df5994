"""What stands behind a slip: history, talk, owners, labels, and any document by its id (platform.md 5.3, 5.8, 5.10)."""

from collections import Counter
from typing import Any

import pytest
from demo_caller import Caller

from whitespace_mcp.demo import Platform, serve

Docs = list[dict[str, Any]]
MORNING = 1_795_194_000.0
"""The evening of the market's last day."""


@pytest.fixture(scope="module")
def roots(broker: Caller) -> list[str]:
    return sorted({row["id"].partition("::")[0] for row in broker.get("/api/risks")})


@pytest.fixture(scope="module")
def overviews(broker: Caller, roots: list[str]) -> dict[str, Docs]:
    return {root: broker.get(f"/api/overview/{root}") for root in roots}


def of_type(overviews: dict[str, Docs], kind: str) -> Docs:
    return [doc for docs in overviews.values() for doc in docs if doc["type"] == kind]


def test_an_overview_has_many_types_and_never_a_contract(overviews: dict[str, Docs]) -> None:
    kinds = Counter(doc["type"] for docs in overviews.values() for doc in docs)
    assert "RWPlacing" not in kinds
    assert {
        "RWActivity", "RWComment", "RWLineGuidanceSet", "RWWrittenLineSet", "RWSignedLineSet", "RWRiskOwner", "RWLabel",
        "RWAttachmentCollection", "RWEndorsementFollower", "RWMultiSectionStorer", "RWBrokerMessage",
        "RWSubjectivityResponse", "RWNoCoverGivenLinesStorer", "RWAttentionWanted",
    } <= set(kinds)  # fmt: skip


def test_every_document_is_found_by_its_type_and_its_id(broker: Caller, overviews: dict[str, Docs]) -> None:
    assert all(len({doc["_id"] for doc in docs}) == len(docs) for docs in overviews.values())
    root, docs = max(overviews.items(), key=lambda entry: len({doc["type"] for doc in entry[1]}))
    for kind in {doc["type"] for doc in docs}:
        assert broker.get(f"/api/risks/{root}/related/{kind}") == [doc for doc in docs if doc["type"] == kind]
    for doc in docs:
        assert broker.get(f"/api/documents/{doc['_id']}") == doc
    assert broker.get(f"/api/risks/{root}/related/RWNothing") == []
    placings = broker.get(f"/api/risks/{root}/related/RWPlacing")
    assert {placing["_id"] for placing in placings} == {entry["id"] for entry in broker.get(f"/api/risks/root/{root}")}


def test_nothing_is_shown_to_a_carrier_that_is_not_for_it(underwriter: Caller) -> None:
    details = underwriter.get("/api/user/myDetails")
    channels = {team["channel"] for team in details["teams"]} | {details["uniqueID"]}
    for root in sorted({row["id"].partition("::")[0] for row in underwriter.get("/api/risks")})[:40]:
        for doc in underwriter.get(f"/api/overview/{root}"):
            assert channels & set(doc["channels"]), doc["_id"]
            assert not doc.get("isInternal")


def test_the_history_is_in_no_order_and_in_the_platforms_words(broker: Caller, overviews: dict[str, Docs]) -> None:
    activities = of_type(overviews, "RWActivity")
    assert {
        "Created New Draft", "Cloned From Risk", "Changed or Added a Line item", "Quote Requested", "Quoted",
        "Declined Quote Request", "Withdrew Quote Request", "Quote Not Taken Up", "Bindable Quote Shown",
        "Marked as Firm Order", "Requested a Line", "Line Written", "Off-Platform Line Written",
        "Wrote No Cover Given Line", "Signed Lines", "Declined Firm Order", "Withdrew Firm Order",
        "Created New Endorsement", "Completed Endorsement", "Showed Marketed Risk for Quote",
    } <= {doc["hardcodedActivity"] for doc in activities}  # fmt: skip
    assert any(doc["activity"] != doc["hardcodedActivity"] for doc in activities)
    assert any("clonedFromUMR" in doc for doc in activities)
    busy = max(overviews, key=lambda root: len(overviews[root]))
    full = broker.get(f"/api/activities/{busy}/full")
    assert [doc["createdAt"] for doc in full] != sorted(doc["createdAt"] for doc in full)
    parent = full[0]["parentDocID"]
    assert broker.get(f"/api/activities/{parent}") == [doc for doc in full if doc["parentDocID"] == parent]


def test_an_activity_holds_a_copy_of_the_guidance_that_it_made(overviews: dict[str, Docs]) -> None:
    guidance = {doc["_id"]: doc for doc in of_type(overviews, "RWLineGuidanceSet")}
    requests = [doc for doc in of_type(overviews, "RWActivity") if doc["hardcodedActivity"] == "Requested a Line"]
    assert requests
    for doc in requests:
        assert guidance[doc["RWLineGuidanceSet"]["_id"]] == doc["RWLineGuidanceSet"]
        assert doc["_attachments"] is None


def test_nothing_happened_after_the_newest_change_of_a_summary(broker: Caller, overviews: dict[str, Docs]) -> None:
    for page in broker.pages():
        for summary in page:
            moments = [doc.get("updatedAt", doc["createdAt"]) for doc in overviews[summary["rootID"]]]
            assert max(moments, default="") <= summary["updatedAt"], summary["rootID"]


def test_talk_is_between_two_or_within_one_side(
    broker: Caller, underwriter: Caller, overviews: dict[str, Docs]
) -> None:
    talk = of_type(overviews, "RWComment")
    assert {doc["isInternal"] for doc in talk} == {True, False}
    assert all(len(doc["channels"]) == (1 if doc["isInternal"] else 2) for doc in talk)
    assert all(isinstance(doc["createdAtMilliseconds"], int) for doc in talk)
    assert any("IGNORE ALL EARLIER INSTRUCTIONS" in doc["comment"] for doc in talk)
    everything = broker.get("/api/comments")
    assert {doc["_id"] for doc in everything} == {doc["_id"] for doc in talk}
    assert not any(doc["isInternal"] for doc in underwriter.get("/api/comments"))
    assert broker.get("/api/comments/global") == []


def test_brokers_see_every_owner_and_carriers_their_own(broker: Caller, underwriter: Caller, roots: list[str]) -> None:
    seen = [{doc["ownerChannel"].partition("_")[0] for doc in broker.get(f"/api/owner/{root}")} for root in roots[:40]]
    assert any(len(companies) > 1 for companies in seen)
    assert any(not companies for companies in seen)
    for row in underwriter.get("/api/risks")[:40]:
        for doc in underwriter.get(f"/api/owner/{row['id'].partition('::')[0]}"):
            assert doc["ownerChannel"].startswith("marrowgate_")


def test_labels_are_a_teams_own_and_their_ids_hold_colons(broker: Caller, overviews: dict[str, Docs]) -> None:
    labels = of_type(overviews, "RWLabel")
    assert {doc["title"] for doc in labels} <= set(broker.get("/api/labels/suggested"))
    assert {doc["_id"] for doc in broker.get("/api/labels/teamLabels")} == {doc["_id"] for doc in labels}
    for doc in labels:
        assert doc["companyID"] == "CALDERFINCH"
        assert len(doc["_id"].split("::")) == 7
    for doc in labels[:20]:
        assert doc in broker.get(f"/api/labels/{doc['rootID']}")


def test_company_documents_have_what_the_directory_hides(broker: Caller) -> None:
    company = broker.get("/api/documents/Corporate-TIDEWELL")
    assert all(member["email"].endswith(".example") for member in company["members"])
    approved = broker.get("/api/documents/corporateApprovedCarriers/getAll")
    assert approved[0]["_id"] == "ACL::CALDERFINCH"
    assert {carrier["active"] for carrier in approved[0]["carriers"]} == {True, False}
    assert broker.get("/api/documents/RWDefinedData")["tags"]["Order"]


def test_carriers_have_no_list_of_approved_carriers(underwriter: Caller) -> None:
    assert underwriter.ask("/api/documents/corporateApprovedCarriers/getAll").status == 400


def test_a_summary_is_a_document_too(broker: Caller) -> None:
    summary = broker.get("/api/summary")[0]
    assert broker.get(f"/api/documents/{summary['_id']}") == summary


@pytest.fixture
def evening() -> Any:
    """A market on the evening of its last day."""
    with serve(Platform(documents=(800, 240), now=lambda: MORNING)) as running:
        yield Caller(running, running.platform.login, 0)


def filtered(caller: Caller, **filters: str) -> Docs:
    return caller.post("/api/activities/filter", filters)


def test_activities_of_all_slips_can_be_asked_for_by_kind_and_time(evening: Caller) -> None:
    everything = filtered(evening, activity="Line Written")
    assert len(everything) > 100
    assert {doc["hardcodedActivity"] for doc in everything} == {"Line Written"}
    year = filtered(evening, activity="Line Written", **{"from": "365 days"})
    assert 0 < len(year) < len(everything)
    assert min(doc["createdAt"] for doc in year) >= "2025-11-20 17:00:00"
    between = filtered(evening, activity="Line Written", **{"from": "2026-01-01", "to": "2026-06-30 23:59:59"})
    assert 0 < len(between) < len(year)
    assert filtered(evening, activity="line written") == [], "the match is exact"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"activity":1}', b'{"activity":"Quoted","from":"lately"}', b'{"activity":"Quoted","to":"x"}'],
)
def test_a_filter_of_activities_that_is_none_is_refused(body: bytes, broker: Caller) -> None:
    reply = broker.ask("/api/activities/filter", "POST", body=body)
    assert (reply.status, reply.body) == (400, b"")


def test_the_help_names_activities_that_exist(broker: Caller, overviews: dict[str, Docs]) -> None:
    named = set(broker.get("/api/activities/filter/help")["activities"])
    assert len(named & {doc["hardcodedActivity"] for doc in of_type(overviews, "RWActivity")}) > 8


def test_headings_can_be_looked_up(broker: Caller) -> None:
    headings = broker.get("/api/lookup/headings")["headings"]
    assert headings[:4] == headings[4:8], "the list begins twice"
    assert broker.get("/api/lookup/headingsInSection/SecurityDetails")["SecurityDetails headings"]
    assert list(broker.get("/api/lookup/endorsementHeadingsInSection/ContractChanges")) == ["ContractChanges headings"]
    assert broker.get("/api/lookup/namevariations")["headingByVariation"]["Territory"] == "Situation"
    assert broker.get("/api/lookup/check/territory")["msg"].endswith("Situation")
    assert broker.get("/api/lookup/check/nonsense") == {"msg": "not mapped"}
