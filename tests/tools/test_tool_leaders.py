"""Who leads, what is shortest of lines, and what several organisations see."""

import re
from fractions import Fraction
from typing import Any

from mcp import Client

from support.checks import checked
from support.servers import client_of, refused, settings_for
from whitespace_mcp.demo import Platform, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
FIRM: dict[str, Any] = {"organisation": BROKER, "stage": "firm_order"}


async def pages(client: Client, **arguments: Any) -> list[dict[str, Any]]:
    """The rows of every page."""
    answer = await checked(client, "get_risks", **arguments, page_size=60)
    rows: list[dict[str, Any]] = answer["risks"]
    while "next_cursor" in answer:
        answer = await checked(client, "get_risks", **arguments, page_size=60, cursor=answer["next_cursor"])
        rows += answer["risks"]
    return rows


async def test_the_slips_that_a_company_leads_are_those_of_its_group_and_say_so(small_client: Client) -> None:
    groups = (await checked(small_client, "summarise_risks", **FIRM, group_by="leader"))["groups"]
    alone = {group["leader"]: group["slips"] for group in groups if " / " not in group["leader"]}
    assert {"(none)", *list(alone)[:3]} <= set(alone)
    for leader in ["(none)", *list(alone)[:3]]:
        joint = sum(group["slips"] for group in groups if leader in group["leader"].split(" / "))
        answer = await checked(small_client, "get_risks", **FIRM, leader=leader, page_size=100)
        assert answer["matched"] == joint, leader
        for row in answer["risks"]:
            assert leader in row["leader"] or leader == "(none)"
            if leader != "(none)":
                by_row = await checked(small_client, "get_risks", **FIRM, leader=row["leader"], page_size=0)
                assert 1 <= by_row["matched"] <= joint, "what a row shows is accepted"
    for group in groups:
        answer = await checked(small_client, "get_risks", **FIRM, leader=group["leader"].upper(), page_size=0)
        assert answer["matched"] >= group["slips"], group


async def test_a_leader_whom_nobody_has_is_answered_with_those_there_are(small_client: Client) -> None:
    answer = await checked(small_client, "get_risks", **FIRM, leader="Marrowgat Underwritin", page_size=0)
    assert answer["matched"] == 0
    assert "Marrowgate Underwriting" in answer["near"]["leader"]


async def test_the_firm_orders_that_lack_most_of_their_order_come_first(client: Client) -> None:
    rows = await pages(client, **FIRM, sort="shortfall")
    lacking: list[Fraction] = []
    for row in rows:
        sums = re.findall(r"written ([\d.]+) of ([\d.]+) \(% of (?:order|whole)\)", row["placed"])
        states = re.findall(r"nothing|short|full|over", row["placed"])
        if "nothing" in states:
            lacking.append(Fraction(100))
        elif sums and "unreadable" not in row["placed"]:
            lacking.append(max(100 * (1 - Fraction(written) / Fraction(full)) for written, full in sums))
    assert len(lacking) > 40
    assert lacking == sorted(lacking, reverse=True)
    assert any(0 < lack < 100 for lack in lacking)
    assert any("(% of whole)" in row["placed"] for row in rows), "another basis, and its full line beside it"
    answer = await checked(client, "get_risks", organisation=BROKER, sort="shortfall", page_size=1)
    assert "All that match are counted" in answer["notes"][0], "the order alone leaves nothing out"


async def test_what_several_organisations_see_is_counted_once_in_distinct(client: Client, raw: list[list[Any]]) -> None:
    roots = [{row["id"].partition("::")[0] for row in rows} for rows in raw]
    both = roots[0] & roots[1]
    answer = await checked(client, "get_risks", organisation="all", page_size=0)
    assert (answer["distinct"], answer["in_several"]) == (len(roots[0] | roots[1]), len(both))
    sums = await checked(client, "summarise_risks", organisation="all", group_by="stage")
    assert (sums["distinct"], sums["in_several"]) == (answer["distinct"], answer["in_several"])
    rows = await pages(client, organisation="all", in_several=True)
    assert {row["id"] for row in rows} == {root[:10] for root in both}
    assert len(rows) == 2 * len(both)
    rest = await checked(client, "get_risks", organisation="all", in_several=False, page_size=0)
    assert (rest["matched"], rest["distinct"]) == (len(roots[0] ^ roots[1]), len(roots[0] ^ roots[1]))
    assert "in_several" not in rest
    assert "distinct" not in await checked(client, "get_risks", organisation=BROKER, page_size=0)
    assert "organisation='all'" in await refused(client, "get_risks", organisation=BROKER, in_several=True)


async def test_what_they_see_is_reckoned_anew_once_a_list_has_changed() -> None:
    with serve(Platform(documents=(40, 20))) as running:
        async with client_of(settings_for(running)) as client:
            first = await checked(client, "get_risks", organisation="all", page_size=0)
            again = await checked(client, "get_risks", organisation="all", page_size=0)
            running.platform.add_slip(running.platform.login.memberships[0].user_id)
            then = await checked(client, "get_risks", organisation="all", page_size=0, refresh=True)
    assert (first["distinct"], again["distinct"], then["distinct"]) == (n := first["distinct"], n, n + 1)


async def test_what_a_list_that_cannot_be_read_shares_is_not_told() -> None:
    with serve(Platform(documents=(40, 20))) as running:
        second = running.platform.login.memberships[1].user_id
        running.platform.faults.add("/api/risks", status=500, user_id=second, times=None)
        async with client_of(settings_for(running)) as client:
            answer = await checked(client, "get_risks", organisation="all", page_size=0)
            words = await refused(client, "get_risks", organisation="all", in_several=False, page_size=0)
    assert "error" in answer["organisations"][1]
    assert not {"distinct", "in_several"} & set(answer)
    assert words.startswith("The platform failed on this request (500)")
    assert words.endswith("For in_several every list has to be read.")
