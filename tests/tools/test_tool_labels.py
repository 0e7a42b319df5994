"""What an answer shows can be asked for: labels of groups, and what rows call people and teams."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from mcp import Client

from support.checks import checked
from support.raw import raw_list
from support.servers import client_of, refused, settings_for
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
SAME: Final = ("contract_type", "facility", "broker", "team", "owner", "declared_to", "umr_form", "action", "leader")
"""Keys of groups that are filters as well."""
MONTHS: Final = {"inception_month": "inception", "expiry_month": "expiry"}
MOST: Final = 4

Matched = Callable[..., Awaitable[int]]


@pytest.fixture
def client(small_client: Client) -> Client:
    """An assistant on a market in which most labels stand, and not all slips have to be read for each."""
    return small_client


@pytest.fixture
def matched(client: Client) -> Matched:
    async def count(**arguments: Any) -> int:
        return (await checked(client, "get_risks", page_size=0, **arguments))["matched"]

    return count


def telling(groups: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The largest groups, and those with something unusual in their label."""
    named = [group for group in groups if "other" not in group]
    return named[:MOST] + [group for group in named[MOST:] if set("(,") & set(str(group[key]))][:MOST]


@pytest.mark.parametrize("side", [BROKER, CARRIER])
async def test_the_label_of_a_group_selects_its_slips(client: Client, matched: Matched, side: str) -> None:
    seen: set[str] = set()
    for key in SAME:
        groups = (await checked(client, "summarise_risks", organisation=side, group_by=key))["groups"]
        alone = key not in {"owner", "team", "declared_to", "leader"}  # several can stand together in other groups
        for group in telling(groups, key):
            label = group[key]
            seen |= {"(none)" if label == "(none)" else str(label).rpartition("(")[2]}
            slips = await matched(organisation=side, **{key: label})
            assert slips == group["slips"] if alone or label == "(none)" else slips >= group["slips"], group
    assert {"(none)", "you)"} <= seen


async def test_months_are_periods_and_what_has_no_day_is_said_to_be_listed(client: Client, matched: Matched) -> None:
    for key, name in MONTHS.items():
        groups = (await checked(client, "summarise_risks", organisation=BROKER, group_by=key))["groups"]
        for group in [group for group in groups if group.get(key, "")[:1] == "2"][:4]:
            period = {f"{name}_from": group[key], f"{name}_to": group[key]}
            assert await matched(organisation=BROKER, **period) == group["slips"]
    said = await refused(client, "get_risks", organisation=BROKER, expiry_from="unreadable")
    assert "unknown=true" in said
    whole = {"updated_since": "2026-10", "updated_before": "2026-11"}
    days = {"updated_since": "2026-10-01", "updated_before": "2026-11-01"}
    assert await matched(organisation=BROKER, **whole) == await matched(organisation=BROKER, **days) > 0
    said = await refused(client, "get_risks", organisation=BROKER, updated_since="2026-10", updated_before="2026-10")
    assert "is exclusive" in said


async def test_labels_that_are_no_filter_say_how_what_they_stand_for_is_asked(client: Client, matched: Matched) -> None:
    answer = await checked(client, "summarise_risks", organisation=CARRIER, group_by="placed")
    slips = {group["placed"]: group["slips"] for group in answer["groups"]}
    label = "not every line is visible"
    assert "unknown=true, show=placed" in answer["meaning"][f"placed: {label}"]
    assert await matched(organisation=CARRIER, unknown=True, show="placed") == slips[label] > 0
    assert "unknown=true" in await refused(client, "get_risks", organisation=CARRIER, placed=[label])
    assert "pass stage" in await refused(client, "get_risks", organisation=CARRIER, placed="(not at firm order)")


async def test_a_broker_who_is_not_in_the_directory_is_asked_for_as_shown(market: Running) -> None:
    rows = raw_list(market, 1)[:4]
    rows[0]["placingBrokerChannel"] = "formerly_MARINE"
    with serve(Platform(documents=(40, 20))) as running:
        running.platform.faults.add("/api/risks", status=200, body=json.dumps(rows), times=None)
        async with client_of(settings_for(running)) as client:
            question: dict[str, Any] = {"organisation": CARRIER, "unit": "document"}
            groups = (await checked(client, "summarise_risks", **question, group_by="broker"))["groups"]
            assert {"broker": "FORMERLY", "slips": 1, "documents": 1} in groups
            for called in ("FORMERLY", "formerly_MARINE"):
                assert (await checked(client, "get_risks", **question, broker=called))["matched"] == 1
            assert "no company" in await refused(client, "get_risks", **question, broker="formerl")


async def test_a_facility_is_one_group_whoever_sees_it(clients: dict[str, Client], era: str) -> None:
    groups = (await checked(clients[era], "summarise_risks", organisation="all", group_by="declared_to"))["groups"]
    ids = [group["declared_to"].partition(" ")[0] for group in groups]
    assert len(ids) == len(set(ids)) > 5


async def test_declarations_are_counted_where_their_facility_is_not_seen(client: Client, matched: Matched) -> None:
    groups = (await checked(client, "summarise_risks", organisation=CARRIER, group_by="declared_to"))["groups"]
    both = 0
    for group in groups[1:]:
        facility = group["declared_to"].partition(" ")[0]
        alone = [await matched(organisation=side, declared_to=facility) for side in (BROKER, CARRIER)]
        answer = await checked(client, "get_risks", organisation="all", declared_to=facility, page_size=0)
        assert [each["matched"] for each in answer["organisations"]] == alone, facility
        both += all(alone) and "notes" not in answer
    assert both > 0, "one list has the facility, and both have declarations to it"
