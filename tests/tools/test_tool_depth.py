"""What only contracts, lines and endorsements tell, in `get_risks` and `summarise_risks`."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from mcp import Client

from support.checks import checked
from support.clock import passing
from support.servers import client_of, refused, settings_for
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
ENDS_APART = "IC54EB9B18"
"""A slip of the whole market whose sections end on three days."""
DEEP = ["expiry", "period", "premium", "order", "placed", "leader", "subjectivities"]


def requests(running: Running) -> int:
    """Requests in depth."""
    return sum(
        s.path.startswith(("/api/risks/", "/api/overview", "/api/endorsements")) for s in running.platform.requests
    )


async def test_expiries_are_found_by_day_and_what_cannot_be_read_is_listed(
    small_client: Client, small: Running
) -> None:
    question: dict[str, Any] = {"organisation": BROKER, "expiry_from": "2026-11-01", "expiry_to": "2027-03-31"}
    answer = await checked(small_client, "get_risks", **question, show="expiry", page_size=40)
    days = [date.fromisoformat(row["expiry"]) for row in answer["risks"]]
    assert answer["matched"] > 10
    assert all(date(2026, 11, 1) <= day <= date(2027, 3, 31) for day in days)
    entry = answer["organisations"][0]
    assert "unreadable" in entry["not_known"]["facts"]["expiry"]
    before = requests(small)
    unknown = await checked(small_client, "get_risks", **question, unknown=True, page_size=40)
    assert unknown["matched"] == entry["not_known"]["slips"]
    assert not any(row["expiry"][:1] == "2" for row in unknown["risks"])
    groups = await checked(small_client, "summarise_risks", organisation=BROKER, group_by="expiry_month")
    assert sum(group["slips"] for group in groups["groups"]) == groups["matched"]
    groups = await checked(small_client, "summarise_risks", **question, group_by="expiry_month")
    months = {group["expiry_month"]: group["slips"] for group in groups["groups"]}
    assert sum(months.values()) == answer["matched"]
    assert set(months) <= {"2026-11", "2026-12", "2027-01", "2027-02", "2027-03"}
    assert requests(small) == before, "what was read is not read again"
    rows = (await checked(small_client, "get_risks", **question, page_size=40))["risks"]
    assert [row["expiry"] for row in rows] == [day.isoformat() for day in days], "the rows show what was looked at"


async def test_the_soonest_expiry_comes_first_over_all_pages(client: Client) -> None:
    question: dict[str, Any] = {"organisation": "all", "stage": "signed", "sort": "expiry", "page_size": 60}
    answer = await checked(client, "get_risks", **question)
    rows: list[dict[str, Any]] = answer["risks"]
    while "next_cursor" in answer:
        answer = await checked(client, "get_risks", **question, cursor=answer["next_cursor"])
        rows += answer["risks"]
    assert len({(row["organisation"], row["id"]) for row in rows}) == len(rows) == answer["matched"]
    days = [re.findall(r"(?:^|section \w+: )(\d{4}-\d\d-\d\d)", row["expiry"]) for row in rows]
    flags = [bool(ends) for ends in days]
    assert flags == sorted(flags, reverse=True), "what cannot be read comes last"
    first = [min(ends) for ends in days if ends]
    assert first == sorted(first), "sections that end on several days stand by the first"
    assert len(first) > 100
    assert any(len(set(ends)) > 1 for ends in days)


async def test_sections_that_end_on_several_days_are_decided_unless_they_straddle(client: Client) -> None:
    several = await checked(client, "get_risk", organisation=BROKER, risk=ENDS_APART)
    ends = sorted(re.findall(r": (\d{4}-\d\d-\d\d)", several["contract"]["expiry"]))
    assert len(set(ends)) > 1
    first, last = date.fromisoformat(ends[0]), date.fromisoformat(ends[-1])
    day = timedelta(days=1)
    for start, end, matched, unknown in (
        (first, last, 1, 0),
        (first + day, last, 0, 1),
        (first, last - day, 0, 1),
        (last + day, last + day, 0, 0),
        (first - day, first - day, 0, 0),
    ):
        answer = await checked(
            client, "get_risks", organisation=BROKER, umr=several["umr"], page_size=0,
            expiry_from=start.isoformat(), expiry_to=end.isoformat(),
        )  # fmt: skip
        lacking = answer["organisations"][0].get("not_known", {"slips": 0})["slips"]
        assert (answer["matched"], lacking) == (matched, unknown), (start, end)


async def test_firm_orders_are_found_by_how_far_they_are_placed(small_client: Client) -> None:
    groups = await checked(small_client, "summarise_risks", organisation=BROKER, group_by="placed", stage="firm_order")
    by_state = {group["placed"]: group["slips"] for group in groups["groups"]}
    assert sum(by_state.values()) == groups["matched"]
    assert by_state["unreadable"] > 0
    assert "cannot be read" in groups["meaning"]["placed: unreadable"]
    for state in ("nothing", "short", "full", "over", "unreadable"):
        answer = await checked(
            small_client, "get_risks", organisation=BROKER, placed=state, show=["placed"], page_size=40
        )
        assert answer["matched"] == by_state.get(state, 0)
        assert {row["stage"] for row in answer["risks"]} <= {"firm_order"}
        assert all(state in row["placed"] for row in answer["risks"])
        assert ("placed: unreadable" in answer.get("meaning", {})) == (state == "unreadable")
    short = await checked(small_client, "get_risks", organisation=BROKER, placed=["short"], page_size=1)
    lines = await checked(small_client, "get_lines", organisation=BROKER, risk=short["risks"][0]["id"])
    assert any(float(section["written"].get("short", 0)) > 0 for section in lines["sections"] if "written" in section)
    answer = await checked(small_client, "get_risks", organisation=CARRIER, placed="short", page_size=0)
    assert "not every line is visible" in answer["organisations"][0]["not_known"]["facts"]["placed"]


async def test_columns_in_depth_are_read_for_the_rows_that_are_shown_only(small: Running) -> None:
    async with client_of(settings_for(small)) as client:
        before = requests(small)
        answer = await checked(client, "get_risks", organisation=BROKER, stage="signed", show=DEEP, page_size=5)
        assert 10 <= requests(small) - before <= 15
    assert "not_known" not in answer["organisations"][0]
    for row in answer["risks"]:
        assert {"expiry", "period", "premium", "order", "placed", "leader", "subjectivities"} <= set(row)
        assert row["subjectivities"]["open"] >= 0


async def test_subjectivities_are_found_by_their_state(client: Client) -> None:
    for state in ("open", "overdue", "answered"):
        answer = await checked(
            client, "get_risks", organisation=CARRIER, team="Marine", subjectivity=state,
            show=["subjectivities"], page_size=40,
        )  # fmt: skip
        assert answer["matched"] > 0
        assert all(row["subjectivities"][state] > 0 for row in answer["risks"])
        today = answer["organisations"][0]["as_of"][:10]
        nexts = [row["subjectivities"]["next_due"] for row in answer["risks"] if "next_due" in row["subjectivities"]]
        assert nexts
        assert all(due >= today for due in nexts), "what is overdue is not what is due next"


async def test_what_has_no_sense_is_refused(client: Client) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, placed="short", unit="document")
    assert "Argument 'unit' has no placed: that is told of slips" in said
    said = await refused(client, "get_risks", organisation=BROKER, expiry_from="2027-01-01", expiry_to="2026-01-01")
    assert "is later than 'expiry_to'" in said
    assert "nothing, short" in await refused(client, "get_risks", organisation=BROKER, placed="half")
    for question in ({"expiry_from": "2026-01-01"}, {"subjectivity": "open"}, {"show": ["premium"]}):
        said = await refused(client, "get_risks", organisation=BROKER, unit="document", **question)
        assert said.endswith("Leave it out, or pass slip.")
    said = await refused(client, "summarise_risks", organisation=BROKER, unit="document", group_by="expiry_month")
    assert "Argument 'unit' has no expiry: that is told of slips" in said


async def test_who_and_what_cannot_be_told_apart_is_asked_back(client: Client) -> None:
    """People of one name, somebody from elsewhere, a facility that is none or not there: each says what to pass."""
    for tool in ("get_risks", "get_open_items"):
        said = await refused(client, tool, organisation=BROKER, owner="Rafe Dovecote")
        assert "Argument 'owner' could be several people" in said
        assert said.count("Rafe Dovecote (MU") == 2
        assert "Did you mean Rafe Dovecote" in await refused(client, tool, organisation=BROKER, owner="Rafe Dovecot")
        said = await refused(client, tool, organisation=BROKER, owner="Zebedee Nobody")
        assert "or a colleague's name" in said
    said = await refused(client, "get_risks", organisation=BROKER, declared_to="B9999NOTHING")
    assert "There is no risk 'B9999NOTHING'" in said


async def test_what_could_not_be_read_in_time_is_said_and_the_next_question_goes_on() -> None:
    with serve(Platform(documents=(120, 20))) as running:
        async with client_of(settings_for(running)) as client:
            hold = running.platform.faults.hold("/api/overview", skip=3, times=None)
            question: dict[str, Any] = {"organisation": BROKER, "placed": ["short"], "page_size": 0}
            async with passing(55, at=lambda: min(hold.hits, 1)):  # when one waits, as many as the pace allows will
                answer = await checked(client, "get_risks", **question)
            not_known = answer["organisations"][0]["not_known"]
            assert not_known["facts"]["placed"]["not read yet"] == not_known["slips"] > 3
            assert not_known["seconds"] >= 1
            assert any("still being read" in note for note in answer["notes"])
            hold.release()
            running.platform.faults.clear()
            answer = await checked(client, "get_risks", **question)
            assert "not_known" not in answer["organisations"][0]


async def test_a_leader_named_with_and_without_its_team_is_one_company(client: Client) -> None:
    answer = await checked(
        client, "get_risks", organisation=BROKER, team="Marine", stage="firm_order", show=["leader"], page_size=100
    )
    rows = [row["leader"] for row in answer["risks"]]
    assert not any(f"; {text.partition(' (')[0]}" in text for text in rows)
    groups = await checked(
        client, "summarise_risks", organisation=BROKER, team="Marine", stage="firm_order", group_by="leader"
    )
    counted = {group["leader"]: group["slips"] for group in groups["groups"]}
    named = Counter(text.partition("; ")[0].partition(" (")[0] for text in rows)
    assert sum(counted.values()) == answer["matched"] == len(rows)
    largest, slips = max(((name, count) for name, count in counted.items() if name != "(none)"), key=lambda x: x[1])
    assert slips == named[largest] > 1
