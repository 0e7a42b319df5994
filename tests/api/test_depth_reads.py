"""The reads behind one risk and its inbox: what is asked, what is dropped, and where a walk ends."""

import json
from typing import Any

import pytest

from support.depth import activity, summary
from support.sessions import BOTH_LOOPS, error_of, session_of
from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import activities_of_kind
from whitespace_mcp.api.raw_read import OPERATIONS, read_extra
from whitespace_mcp.api.reads import ACTIVITIES, READS
from whitespace_mcp.api.risks import INBOX_PAGES, Walk, newest, pinned, selected
from whitespace_mcp.api.slips import conversation, read_endorsements
from whitespace_mcp.config.errors import AccessRefused, BadArgument, NotFound
from whitespace_mcp.demo import Platform, Running
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.session.session import Session

ROOT = "IC0A1B2C3D-0000-4000-8000-00000000000A"


def me(running: Running, organisation: int = 0) -> str:
    """The demo person's MU id."""
    return running.platform.login.memberships[organisation].user_id


def api_of(session: Session, running: Running) -> OrganisationApi:
    """The reads of the demo person's first organisation."""
    return OrganisationApi(session.api, Side("calderfinch", me(running)), me(running))


def never(_found: list[Document]) -> bool:
    """A walk that is never satisfied."""
    return False


def served(platform: Platform, path: str, documents: list[Any], times: int | None = None) -> None:
    """Let the platform answer a path with these documents."""
    platform.faults.add(path, status=200, body=json.dumps(documents), times=times)


def after_two_pages(rows: list[Document]) -> bool:
    """A walk that two pages satisfy."""
    return len(rows) > 60


def page(number: int, rows: int = 60) -> list[dict[str, Any]]:
    """A page of summaries of our own, unlike any other page's."""
    return [
        summary(f"IC{number:04}{row:04}-0000-4000-8000-00000000000A", channel="calderfinch_MARINE")
        for row in range(rows)
    ]


async def walked(session: Session, running: Running, **changes: Any) -> Walk:
    """The newest summaries."""
    arguments: dict[str, Any] = {"enough": never} | changes
    return await newest(api_of(session, running), **arguments)


@BOTH_LOOPS
async def test_a_walk_ends_with_a_short_page(running: Running) -> None:
    for number, rows in ((1, 60), (2, 60), (3, 7)):
        served(running.platform, "/api/summary", page(number, rows), times=1)
    async with session_of(running) as session:
        walk = await walked(session, running)
    assert (len(walk.summaries), walk.ended, walk.filtered) == (127, "all", False)


@BOTH_LOOPS
async def test_a_walk_ends_when_it_is_enough(running: Running) -> None:
    for number in (1, 2):
        served(running.platform, "/api/summary", page(number), times=1)
    async with session_of(running) as session:
        walk = await walked(session, running, enough=after_two_pages)
    assert (len(walk.summaries), walk.ended) == (120, "enough")
    assert sum(seen.path == "/api/summary" for seen in running.platform.requests) == 2


async def test_a_walk_ends_at_its_limit_and_says_so(running: Running) -> None:
    for number in range(INBOX_PAGES + 2):
        served(running.platform, "/api/summary", page(number), times=1)
    async with session_of(running) as session:
        walk = await walked(session, running)
    assert (len(walk.summaries), walk.ended) == (60 * INBOX_PAGES, "limit")


async def test_summaries_and_stubs_of_another_organisation_are_dropped_and_counted(running: Running) -> None:
    theirs = summary("IC11111111-0000-4000-8000-00000000000B", channel="oakmount_MARINE")
    stubs = [{"id": "a", "channels": ["oakmount_MARINE"]}, {"id": "b", "channels": ["calderfinch_MARINE"]}, {"id": "c"}]
    ours = summary(channel="calderfinch_MARINE", docs=stubs)
    served(running.platform, "/api/summary", [theirs, ours, {"_id": "x"}, 5])
    async with session_of(running) as session:
        walk = await walked(session, running)
        rows = await pinned(api_of(session, running))
    assert walk.skipped == rows.skipped == 3
    assert walk.summaries == rows.summaries
    assert [stub["id"] for stub in walk.summaries[0]["docs"]] == ["b", "c"]


@pytest.mark.parametrize("may_post", [True, False])
async def test_a_read_only_membership_is_read_by_pages(running: Running, may_post: bool) -> None:  # noqa: FBT001  # a parameter
    login = running.platform.logins["readonly"]
    (membership,) = [entry for entry in login.memberships if entry.state == "ReadOnly"]
    side = Side(membership.company_id.lower(), membership.user_id)
    async with session_of(running, login=login) as session:
        api = OrganisationApi(session.api, side, membership.user_id)
        walk = await selected(api, {"withActions": True}, may_post=may_post, enough=never)
    assert not walk.filtered
    methods = {seen.method for seen in running.platform.requests if seen.path == "/api/summary"}
    assert methods == ({"GET", "POST"} if may_post else {"GET"})


async def test_a_live_membership_lets_the_platform_filter(running: Running) -> None:
    async with session_of(running) as session:
        walk = await selected(api_of(session, running), {"withActions": True}, may_post=True, enough=never)
    assert walk.filtered
    assert {seen.method for seen in running.platform.requests if seen.path == "/api/summary"} == {"POST"}


async def test_one_kind_of_activity_is_kept_once_each_and_only_ours(running: Running) -> None:
    ours = activity("Quoted", "2026-03-01 09:00:00", channels=["calderfinch_MARINE"])
    theirs = activity("Quoted", "2026-03-02 09:00:00", channels=["oakmount_MARINE"])
    served(running.platform, "/api/activities/filter", [ours, theirs, ours, {}, None])
    async with session_of(running) as session:
        rows = await activities_of_kind(
            api_of(session, running), "Quoted", since="2026-01-31T00:00:00Z", before="2026-02-01T12:30:00Z"
        )
    assert (rows.documents, rows.skipped) == ([ours], 3)


async def test_a_search_that_is_refused_says_what_a_read_only_login_can_do(running: Running) -> None:
    login = running.platform.logins["readonly"]
    (membership,) = [entry for entry in login.memberships if entry.state == "ReadOnly"]
    side = Side(membership.company_id.lower(), membership.user_id)
    async with session_of(running, login=login) as session:
        api = OrganisationApi(session.api, side, membership.user_id)
        error = await error_of(lambda: activities_of_kind(api, "Quoted", since="2026-01-31T00:00:00Z", before=None))
    assert isinstance(error, AccessRefused)
    assert error.do.startswith("A read-only membership may not be allowed this search")


async def test_a_history_is_of_its_own_slip_and_organisation(running: Running) -> None:
    ours = activity("Quoted", "2026-03-01 09:00:00", parent=ROOT, channels=["calderfinch_MARINE"])
    theirs = activity("Quoted", "2026-03-02 09:00:00", parent=ROOT, channels=["oakmount_MARINE"])
    foreign = activity("Quoted", "2026-03-02 09:00:00", parent=ROOT.replace("A", "B"), channels=["calderfinch_MARINE"])
    served(running.platform, "/api/activities/", [ours, theirs, foreign])
    async with session_of(running) as session:
        rows = await api_of(session, running).visible(ACTIVITIES, ROOT)
    assert (rows.documents, rows.skipped) == ([ours], 2)


async def test_endorsements_are_told_apart_from_a_history_that_is_not_served(running: Running) -> None:
    for path in ("/api/endorsements/", f"/api/risks/{ROOT}/related/"):
        served(running.platform, path, [])
    async with session_of(running) as session:
        read = await read_endorsements(api_of(session, running), ROOT)
    assert read.history is None
    assert read.endorsements.documents == []


async def test_without_followers_there_is_no_answer_about_endorsements(running: Running) -> None:
    served(running.platform, "/api/endorsements/", [])
    async with session_of(running) as session:
        error = await error_of(lambda: read_endorsements(api_of(session, running), ROOT))
    assert isinstance(error, NotFound)


async def test_a_conversation_without_broker_messages_says_so(running: Running) -> None:
    served(running.platform, f"/api/risks/{ROOT}/related/RWComment", [])
    async with session_of(running) as session:
        result = await conversation(api_of(session, running), ROOT, internal=False)
    assert not result.broker_messages


def test_every_operation_is_a_documented_get_on_the_allow_list_and_none_is_personal() -> None:
    for operation in OPERATIONS.values():
        assert operation.read in READS
        assert operation.read.method == "GET"
        assert operation.read.below == "api"
        words = operation.read.template.lower()
        assert not any(word in words for word in ("person", "colleagues", "mireport", "mydetails", "compressed"))
        assert not words.endswith(("/corporate", "/comments"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document", "../../x"),
        ("document", "MS/../../user/colleagues"),
        ("related", "Corporate-ACORN"),
        ("line_item", "a/b"),
        ("customer_data", "MARINE"),
        ("customer_data", "MARINE/a/b"),
        ("heading_check", ""),
        ("heading_check", None),
        ("headings", "x"),
    ],
)
def test_a_value_that_could_lead_elsewhere_is_refused(name: str, value: str | None) -> None:
    with pytest.raises(BadArgument):
        OPERATIONS[name].ids(root=ROOT, document=ROOT, value=value)


def test_what_fills_a_path_comes_from_the_slip_or_the_value() -> None:
    fo = f"{ROOT}::FO"
    assert OPERATIONS["contract"].ids(root=ROOT, document=fo, value=None) == {"document": fo}
    assert OPERATIONS["document"].ids(root=ROOT, document=fo, value="MS") == {"document": f"{ROOT}::MS"}
    assert OPERATIONS["related"].ids(root=ROOT, document=fo, value="RWComment") == {"root": ROOT, "type": "RWComment"}
    assert OPERATIONS["customer_data"].ids(root="", document="", value="A/B-1") == {"team": "A", "reference": "B-1"}
    assert OPERATIONS["defined_tags"].ids(root="", document="", value=None) == {"document": "RWDefinedData"}
    assert OPERATIONS["version"].ids(root="", document="", value=None) == {}


async def test_an_operation_that_the_platform_does_not_have_is_not_a_wrong_address(running: Running) -> None:
    running.platform.faults.add("/api/labels/suggested", status=200, body="<!doctype html>", content_type="text/html")
    async with session_of(running) as session:
        error = await error_of(lambda: read_extra(api_of(session, running), OPERATIONS["suggested_labels"], {}))
    assert isinstance(error, NotFound)
    assert "does not serve that operation" in error.what
