"""What only summaries tell, in `get_risks` and `summarise_risks`: against the same reckoned from the raw summaries."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from mcp import Client

from support.checks import checked
from support.clock import FakeClock, passing
from support.raw import raw_read
from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.demo import Options, Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture
def client(small_client: Client) -> Client:
    """What summaries tell is walked through in the small market."""
    return small_client


@pytest.fixture(scope="module")
def summaries(small: Running) -> list[list[dict[str, Any]]]:
    """Every summary of the demo person's two organisations, read by hand."""
    return [all_of(small, organisation) for organisation in (0, 1)]


def all_of(small: Running, organisation: int) -> list[dict[str, Any]]:
    raw: list[dict[str, Any]] = raw_read(small, "/api/summary", organisation)
    page = raw
    while len(page) == 60:
        last, moment = page[-1]["rootID"], page[-1]["updatedAt"].replace(" ", "%20")
        page = raw_read(small, f"/api/summary?last={last}&from={moment}", organisation)
        raw = raw + page
    return raw


def day(summary: dict[str, Any]) -> str | None:
    """The inception that any of its documents tells; in the demo market they all tell the same."""
    seconds = {stub["inceptionDate"] for stub in summary["docs"] if "inceptionDate" in stub}
    assert len(seconds) <= 1
    return datetime.fromtimestamp(seconds.pop(), UTC).date().isoformat() if seconds else None


def amount(summary: dict[str, Any], currency: str) -> int:
    """The limit in that currency, 0 where there is none."""
    limits = {stub["limitSummary"] for stub in summary["docs"] if stub.get("limitSummary")}
    assert len(limits) <= 1
    name, _, number = (limits.pop() if limits else "").partition(" ")
    return int(number.replace(",", "")) if name == currency else 0


def owners(summary: dict[str, Any], company: str) -> set[str]:
    """The owners on the organisation's side."""
    own = [stub for stub in summary["docs"] if stub["type"] == "RWRiskOwner"]
    return {stub["ownerUserID"] for stub in own if stub["ownerChannel"].upper().startswith(f"{company}_")}


async def matched(client: Client, organisation: str, **filters: Any) -> tuple[int, int]:
    """How many match, and of how many it is not known."""
    answer = await checked(client, "get_risks", organisation=organisation, page_size=0, **filters)
    entry = answer["organisations"][0]
    assert answer["matched"] == sum(entry["by_stage"].values())
    return answer["matched"], entry.get("not_known", {"slips": 0})["slips"]


async def test_inception_is_filtered_by_day_both_ends_included(client: Client, summaries: list[list[Any]]) -> None:
    days = [day(summary) for summary in summaries[0]]
    first, last = sorted(filter(None, days))[5], sorted(filter(None, days))[40]
    wanted = sum(first <= (entry or "") <= last for entry in days)
    lacking = sum(entry is None for entry in days)
    assert await matched(client, BROKER, inception_from=first, inception_to=last) == (wanted, lacking)
    answer = await checked(client, "get_risks", organisation=BROKER, inception_from=first, show=["inception"])
    assert all(row["inception"] >= first for row in answer["risks"])
    assert any("not_known" in note for note in answer["notes"])


async def test_limits_are_compared_in_their_currency_only(client: Client, summaries: list[list[Any]]) -> None:
    wanted = sum(amount(summary, "USD") > 5_000_000 for summary in summaries[1])
    lacking = sum(not any(stub.get("limitSummary") for stub in summary["docs"]) for summary in summaries[1])
    assert await matched(client, CARRIER, limit_over="usd 5,000,000") == (wanted, lacking)
    assert 0 < wanted < sum(amount(summary, "USD") > 0 for summary in summaries[1])


@pytest.mark.parametrize(("position", "company"), [(0, BROKER), (1, CARRIER)])
async def test_owners_and_what_waits_are_known_of_every_slip(
    client: Client, small: Running, summaries: list[list[Any]], position: int, company: str
) -> None:
    me = small.platform.login.memberships[position].user_id
    each = [owners(summary, company) for summary in summaries[position]]
    assert await matched(client, company, owner="mine") == (sum(me in entry for entry in each), 0)
    assert await matched(client, company, owner="unassigned") == (sum(not entry for entry in each), 0)
    assert await matched(client, company, owner="other") == (sum(bool(entry) and me not in entry for entry in each), 0)
    waits = sum(bool(summary["actions"]) for summary in summaries[position])
    assert await matched(client, company, waiting=True) == (waits, 0)
    assert await matched(client, company, waiting=False) == (len(each) - waits, 0)


async def test_a_rows_owner_has_a_state_where_it_is_not_live(
    client: Client, small: Running, summaries: list[list[Any]]
) -> None:
    companies = raw_read(small, "/api/shared/corporate")
    state = {each["uniqueID"]: each["currentState"] for company in companies for each in company["members"]}
    answer = await checked(client, "get_risks", organisation=BROKER, show=["owner"], owner="other", page_size=100)
    left = [row for row in answer["risks"] if isinstance(row["owner"], dict)]
    shorts = {s["rootID"][:10]: owners(s, BROKER) for s in summaries[0]}
    for row in answer["risks"]:
        states = {state[mu] for mu in shorts[row["id"]]}
        assert (states != {"Live"}) == isinstance(row["owner"], dict)
    assert left
    assert all(row["owner"]["state"] != "Live" and row["owner"]["name"] for row in left)


async def test_open_actions_are_found_by_kind_and_the_row_says_since_when_and_whose(
    client: Client, summaries: list[list[Any]]
) -> None:
    kinds = [{action.partition(":")[0] for action in summary["actions"]} for summary in summaries[1]]
    for words, name in (
        ("firm orders", "uwFirmOrder"),
        ("UWFirmOrder", "uwFirmOrder"),
        ("quote request", "uwRequestToQuote"),
    ):
        assert await matched(client, CARRIER, action=words) == (sum(name in kind for kind in kinds), 0)
    answer = await checked(
        client, "get_risks", organisation=CARRIER, action=["firm order", "endorsement"], sort="waiting", page_size=40
    )
    since = [min(row["asked"].values()) for row in answer["risks"]]
    assert since == sorted(since)
    assert {row["whose"] for row in answer["risks"]} == {"you", "your team"}
    assert answer["meaning"]["uwFirmOrder"].startswith("a firm order")
    answer = await checked(client, "get_risks", organisation=CARRIER, action="no such thing")
    assert (answer["matched"], "uwFirmOrder" in answer["near"]["action"]) == (0, True)


async def test_an_owner_may_be_a_person_and_namesakes_are_asked_back(
    client: Client, small: Running, summaries: list[list[Any]]
) -> None:
    me = small.platform.login.memberships[1].user_id
    each = [owners(summary, CARRIER) for summary in summaries[1]]
    someone = next(entry for owned in each for entry in sorted(owned) if entry != me)
    house = next(c for c in raw_read(small, "/api/shared/corporate", 1) if c["companyId"] == CARRIER)
    name = next(p["name"] for p in house["members"] if p["uniqueID"] == someone)
    namesakes = {p["uniqueID"] for p in house["members"] if p["name"] == name}
    if len(namesakes) == 1:
        assert await matched(client, CARRIER, owner=name.upper()) == (sum(someone in entry for entry in each), 0)
    assert await matched(client, CARRIER, owner=someone) == (sum(someone in entry for entry in each), 0)
    said = await checked(client, "get_risks", organisation=CARRIER, owner=someone, page_size=0)
    assert f"owner '{someone.lower()}' is {name}." in said["notes"]
    assert "is no colleague" in await refused(client, "get_risks", organisation=CARRIER, owner="Nobody Anywhere")


async def test_declarations_to_a_facility_are_found_by_its_id_and_its_umr(
    client: Client, summaries: list[list[Any]]
) -> None:
    links = Counter(
        root
        for summary in summaries[0]
        for root in {r.partition("::")[0] for d in summary["docs"] for r in d.get("associatedFacilityIDs", ())}
        if root != summary["rootID"]
    )
    for root, declared in links.most_common(2):
        assert await matched(client, BROKER, declared_to=root[:10]) == (declared, 0)
        assert await matched(client, BROKER, declared_to=root) == (declared, 0)
    grouped = await checked(client, "summarise_risks", organisation=BROKER, group_by="declared_to")
    assert sum(group["slips"] for group in grouped["groups"]) == grouped["matched"]
    plain = (await checked(client, "get_risks", organisation=BROKER, facility="exclude", page_size=1))["risks"][0]
    said = await refused(client, "get_risks", organisation=BROKER, declared_to=plain["id"])
    assert "which is no facility" in said


async def test_what_has_another_currency_or_no_limit_is_counted(client: Client, summaries: list[list[Any]]) -> None:
    answer = await checked(client, "get_risks", organisation=CARRIER, limit_over="USD 5,000,000", page_size=0)
    entry = answer["organisations"][0]
    rows = [{stub["limitSummary"] for stub in s["docs"] if stub.get("limitSummary")} for s in summaries[1]]
    assert entry["no_limit"] == sum(not item for item in rows)
    assert entry["other_currency"] == sum(bool(item) and not min(item).startswith("USD") for item in rows)


async def test_dates_the_wrong_way_round_are_refused(client: Client) -> None:
    said = await refused(
        client, "get_risks", organisation=BROKER, inception_from="2026-02-01", inception_to="2026-01-01"
    )
    assert "Argument 'inception_from' is later than 'inception_to'" in said


@pytest.mark.parametrize("unit", ["slip", "document"])
@pytest.mark.parametrize("key", ["inception_month", "owner", "waiting", "action", "name", "umr_form", "declared_to"])
async def test_groups_sum_to_what_matched(client: Client, key: str, unit: str) -> None:
    answer = await checked(client, "summarise_risks", organisation="all", group_by=[key, "organisation"], unit=unit)
    assert answer["matched"] == sum(group[f"{unit}s"] for group in answer["groups"])
    assert not any("not_known" in entry for entry in answer["organisations"])


async def test_groups_are_those_of_the_summaries(client: Client, summaries: list[list[Any]]) -> None:
    answer = await checked(client, "summarise_risks", organisation=BROKER, group_by="inception_month")
    months = Counter((day(summary) or "(none)")[:7] for summary in summaries[0])
    assert {group["inception_month"]: group["slips"] for group in answer["groups"]} == months
    answer = await checked(client, "summarise_risks", organisation=CARRIER, group_by="waiting")
    words = Counter(
        ", ".join(sorted(action.partition(":")[0] for action in summary["actions"])) or "(none)"
        for summary in summaries[1]
    )
    assert {group["waiting"]: group["slips"] for group in answer["groups"]} == words


async def test_columns_are_shown_only_when_asked_for(client: Client, summaries: list[list[Any]]) -> None:
    columns = ["inception", "limit", "owner", "waiting", "written", "signed", "facilities", "activity"]
    plain = await checked(client, "get_risks", organisation=CARRIER, page_size=40)
    full = await checked(client, "get_risks", organisation=CARRIER, page_size=40, show=columns)
    assert [{k: v for k, v in row.items() if k not in columns} for row in full["risks"]] == plain["risks"]
    assert {column for row in full["risks"] for column in row} >= set(columns)
    by_key = {summary["rootID"].replace("-", "")[:10]: summary for summary in summaries[1]}
    seen: set[str] = set()
    for row in full["risks"]:
        summary = by_key[row["id"][:10]]
        assert row["activity"] == summary["updatedAt"].replace(" ", "T") + "Z"
        assert row.get("inception") == day(summary)
        assert set(row.get("waiting", {})) == {action.partition(":")[0] for action in summary["actions"]}
        assert "@" not in row.get("owner", ""), "people by name, with their team where two have it"
        for kind, name in (("RWWrittenLineSet", "written"), ("RWSignedLineSet", "signed")):
            lines = [line for doc in summary["docs"] if doc["type"] == kind for line in doc[name]]
            assert row[name] == "by section, in get_lines" or (row[name] == "none") == (not lines)
            seen.add(row[name])
    assert {"none", "by section, in get_lines"} <= seen


async def test_a_page_of_several_organisations_shows_each_its_own(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation="all", owner="mine", show="owner", page_size=50)
    assert {row["owner"] for row in answer["risks"]} == {answer["risks"][0]["owner"]}, "one person, two organisations"
    assert {row["organisation"] for row in answer["risks"]} == {BROKER, CARRIER}


async def test_risks_of_owners_who_left_are_found_and_groups_say_that_they_did(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, owner="inactive", page_size=0)
    people = await ask(client, "find_people", organisation=BROKER, company=BROKER, who=True)
    left: set[str] = set()
    while True:
        left |= {person["name"] for person in people["people"] if person["state"] not in {"Live", "ReadOnly"}}
        if "next_cursor" not in people:
            break
        people = await ask(
            client, "find_people", organisation=BROKER, company=BROKER, who=True, cursor=people["next_cursor"]
        )
    groups = (await checked(client, "summarise_risks", organisation=BROKER, owner="inactive", group_by="owner"))[
        "groups"
    ]
    assert sum(group["slips"] for group in groups) == answer["matched"] > 0
    for group in groups:
        name, _, state = group["owner"].partition(" (")
        assert name in left
        assert state.endswith(("Suspended)", "Draft)", "Digitiser)"))


async def test_a_page_goes_on_behind_its_last_row(client: Client) -> None:
    question: dict[str, Any] = {"organisation": BROKER, "waiting": False, "page_size": 30, "show": ["activity"]}
    answer = await checked(client, "get_risks", **question)
    two = await checked(client, "get_risks", **question, cursor=answer["next_cursor"])
    assert not {row["id"] for row in answer["risks"]} & {row["id"] for row in two["risks"]}
    assert "belongs to another question" in await refused(
        client, "get_risks", **(question | {"waiting": True}), cursor=answer["next_cursor"]
    )


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("inception_from", "next month", "Example: inception_from=2026-01-31."),
        ("inception_to", "2026-02-30", "Example: inception_to=2026-01-31."),
        ("limit_over", "5,000,000", "Example: limit_over=USD 5,000,000."),
        ("limit_over", "5m USD", "Example: limit_over=USD 5,000,000."),
        ("owner", "whoever", "mine, unassigned, other"),
        ("show", ["broker"], "a list of: inception, limit"),
        ("declared_to", "IC0000", "There is no risk 'IC0000'"),
        ("umr_form", "short", "a list of: none, no_b"),
        ("unknown", True, "such as show=expiry"),
    ],
)
async def test_what_cannot_be_understood_is_refused(client: Client, argument: str, value: Any, said: str) -> None:
    assert said in await refused(client, "get_risks", organisation=BROKER, **{argument: value})


async def test_declarations_to_a_facility_that_no_list_has_are_looked_for_and_its_spelling_is_doubted(
    client: Client,
) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, declared_to="IC00000000")
    assert answer["matched"] == 0
    assert any("check how it is spelt" in note for note in answer["notes"])
    facility = (await checked(client, "get_risks", organisation=BROKER, facility="only", page_size=1))["risks"][0]["id"]
    answer = await checked(client, "get_risks", organisation=BROKER, declared_to=facility)
    assert not any("spelt" in note for note in answer.get("notes", []))


async def test_without_summaries_a_question_about_them_is_an_error_and_others_are_answered() -> None:
    with serve(Platform(documents=(40, 20), options=Options(serves_summary=False))) as running:
        async with client_of(settings_for(running)) as client:
            said = await refused(client, "get_risks", organisation=BROKER, waiting=True)
            assert said.startswith(
                "The platform does not serve summaries here, and only they tell what is asked (Calderfinch"
            )
            assert (await checked(client, "get_risks", organisation=BROKER))["matched"] > 0


async def test_progress_is_told_and_what_could_not_be_read_in_time_is_said(era: str) -> None:
    with serve(Platform(documents=(400, 20))) as running:
        rows: list[tuple[float, float | None]] = []

        async def progress_told(progress: float, total: float | None, message: str | None) -> None:
            assert message
            rows.append((progress, total))

        async with client_of(settings_for(running), era, clock=FakeClock()) as client:
            await checked(client, "get_risks", organisation=BROKER, page_size=0)
            hold = running.platform.faults.hold("/api/summary", skip=1, times=None)
            question: dict[str, Any] = {"organisation": BROKER, "page_size": 0, "waiting": False}
            answers: list[Any] = []
            groups: list[dict[str, Any]] = []

            async def group() -> None:
                answer_by_group = await checked(client, "summarise_risks", organisation=BROKER, group_by="waiting")
                groups.extend(answer_by_group["groups"])

            async with passing(55, at=lambda: hold.hits), anyio.create_task_group() as tasks:
                tasks.start_soon(group)
                result = await client.call_tool("get_risks", question, progress_callback=progress_told)
                answers.append(result.structured_content)
            (answer,) = answers
            slips = answer["organisations"][0]["slips"]
            assert answer["organisations"][0]["not_known"]["slips"] == slips - 60
            assert any("still being read, 60 so far" in note for note in answer["notes"])
            assert rows == [(60, slips)]
            unread = [entry["slips"] for entry in groups if entry["waiting"] == "(not read yet)"]
            assert unread == [slips - 60]
            hold.release()
            answer = await checked(client, "get_risks", **question)
            assert "not_known" not in answer["organisations"][0]
