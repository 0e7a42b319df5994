"""`summarise_risks`: groups that sum to what matched, whatever they are grouped by."""

from collections import Counter
from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.raw import lowered
from support.servers import client_of, refused, settings_for
from whitespace_mcp.demo import Platform, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
KEYS = ["organisation", "stage", "status", "contract_type", "facility", "broker", "team", "updated_month"]
UNITS = {"slips", "documents"}
SUMS = {"id", "company_id", "name", "documents", "slips", "matched", "as_of"}


def total(answer: dict[str, Any], unit: str) -> int:
    """All groups together."""
    return sum(group[unit] for group in answer["groups"])


@pytest.mark.parametrize("unit", ["slip", "document"])
@pytest.mark.parametrize("key", KEYS)
async def test_groups_by_any_key_sum_to_what_matched(client: Client, key: str, unit: str) -> None:
    answer = await checked(client, "summarise_risks", organisation="all", group_by=[key], unit=unit)
    assert all(set(entry) == SUMS for entry in answer["organisations"])
    assert answer["matched"] == sum(entry["matched"] for entry in answer["organisations"])
    assert total(answer, f"{unit}s") == answer["matched"]
    if unit == "slip":
        assert total(answer, "documents") == 1528 + 439
    groups = [group for group in answer["groups"] if "other" not in group]
    own = {"organisation"} if key == "team" else set[str]()
    assert all(set(group) == {key, "slips", "documents"} | own for group in groups)
    assert len({tuple(value for name, value in group.items() if name not in UNITS) for group in groups}) == len(groups)
    sizes = [group[f"{unit}s"] for group in groups]
    assert sizes == sorted(sizes, reverse=True)
    assert len(groups) <= 50


async def test_groups_by_stage_are_the_counts_of_get_risks(client: Client) -> None:
    for organisation in (BROKER, CARRIER):
        counted = await checked(client, "get_risks", organisation=organisation, page_size=0, facility="only")
        grouped = await checked(client, "summarise_risks", organisation=organisation, group_by="stage", facility="only")
        assert {group["stage"]: group["slips"] for group in grouped["groups"]} == counted["organisations"][0][
            "by_stage"
        ]


async def test_groups_by_status_are_in_the_platforms_own_words(client: Client, raw: list[list[Any]]) -> None:
    answer = await checked(client, "summarise_risks", organisation=BROKER, group_by="status", unit="document")
    said = Counter(" ".join(str(lowered(row).get("status") or "(none)").split()) for row in raw[0])
    assert {group["status"]: group["documents"] for group in answer["groups"]} == said


async def test_an_organisation_as_a_group_is_its_company_id(client: Client) -> None:
    answer = await checked(client, "summarise_risks", organisation="all", group_by="organisation")
    assert {group["organisation"]: group["documents"] for group in answer["groups"]} == {BROKER: 1528, CARRIER: 439}


async def test_companies_and_teams_are_named_and_facilities_are_true_or_false(client: Client) -> None:
    answer = await checked(client, "summarise_risks", organisation=CARRIER, group_by=["broker", "facility"])
    assert {"Calderfinch Partners", "Hexworthy Placing"} <= {group.get("broker") for group in answer["groups"]}
    assert {group.get("facility") for group in answer["groups"]} >= {True, False}
    answer = await checked(client, "summarise_risks", organisation=CARRIER, group_by="team")
    assert {"Marine", "Aviation"} <= {group["team"] for group in answer["groups"]}


async def test_months_are_those_of_the_last_edit_and_the_answer_says_so(client: Client, raw: list[list[Any]]) -> None:
    answer = await checked(client, "summarise_risks", organisation=CARRIER, group_by="updated_month", unit="document")
    months = Counter((lowered(row).get("updatedat") or "(none)")[:7] for row in raw[1])
    assert {group["updated_month"]: group["documents"] for group in answer["groups"]} == months
    assert sum("last edit" in note for note in answer["notes"]) == 1
    answer = await checked(
        client, "summarise_risks", organisation=CARRIER, group_by="updated_month", updated_since="2026-01-01"
    )
    assert sum("last edit" in note for note in answer["notes"]) == 1


@pytest.mark.parametrize("unit", ["slip", "document"])
async def test_beyond_fifty_groups_the_rest_is_summed_at_the_end(client: Client, unit: str) -> None:
    answer = await checked(
        client, "summarise_risks", organisation="all", group_by=["broker", "updated_month"], unit=unit
    )
    other = answer["groups"][-1]
    assert len(answer["groups"]) == 51
    assert set(other) == {"other", "slips", "documents", "groups"}
    assert other["other"] is True
    assert other["groups"] > 1
    assert other[f"{unit}s"] >= other["groups"]
    assert total(answer, f"{unit}s") == answer["matched"]


async def test_two_keys_make_one_group_for_each_pair(client: Client) -> None:
    pairs = await checked(client, "summarise_risks", organisation="all", group_by=["organisation", "stage"])
    result = Counter({(g["organisation"], g["stage"]): g["slips"] for g in pairs["groups"]})
    counts = await checked(client, "get_risks", organisation="all", page_size=0)
    assert pairs["meaning"]["in_several"] == "seen by several of them, and counted in each"
    assert result == {
        (entry["company_id"], stage): n for entry in counts["organisations"] for stage, n in entry["by_stage"].items()
    }


async def test_filters_apply_to_groups_and_nothing_gives_no_groups(client: Client) -> None:
    answer = await checked(client, "summarise_risks", organisation=BROKER, group_by="stage", stage="signed")
    assert [group["stage"] for group in answer["groups"]] == ["signed"]
    answer = await checked(
        client, "summarise_risks", organisation=BROKER, group_by="organisation", name="no such title"
    )
    assert (answer["matched"], answer["groups"]) == (0, [])


async def test_the_same_key_twice_is_one_key(client: Client) -> None:
    once = await checked(client, "summarise_risks", organisation=BROKER, group_by="stage")
    assert (await checked(client, "summarise_risks", organisation=BROKER, group_by=["stage", "stage"])) == once


@pytest.mark.parametrize("group_by", [[], ["stage", "status", "team"], ["colour"], "colour", [["stage"]], 7])
async def test_keys_that_do_not_exist_or_are_too_many_are_refused(client: Client, group_by: object) -> None:
    said = await refused(client, "summarise_risks", organisation=BROKER, group_by=group_by)
    assert "Argument 'group_by'" in said
    assert "colour" not in said


async def test_a_missing_key_is_told_with_what_is_allowed(client: Client) -> None:
    said = await refused(client, "summarise_risks", organisation=BROKER)
    assert "Argument 'group_by' is missing" in said
    assert "updated_month" in said


async def test_a_book_of_three_thousand_documents_sums_up_as_well() -> None:
    with serve(Platform(documents=(3000, 500))) as running:
        async with client_of(settings_for(running)) as client:
            answer = await checked(client, "summarise_risks", organisation="all", group_by=["broker", "contract_type"])
    assert total(answer, "documents") == 3500
    assert total(answer, "slips") == answer["matched"]
    assert answer["groups"][-1]["other"] is True


async def test_no_two_rows_look_the_same_and_a_teams_row_has_its_organisation(client: Client) -> None:
    for keys in ("team", "owner", ["broker", "team"], ["owner", "stage"]):
        answer = await checked(client, "summarise_risks", organisation="all", group_by=keys)
        groups = [group for group in answer["groups"] if "other" not in group]
        looks = [tuple(sorted((k, v) for k, v in group.items() if k not in UNITS)) for group in groups]
        assert len(set(looks)) == len(looks)
        if "team" in keys:
            assert all(group["organisation"] in {BROKER, CARRIER} for group in groups)


async def test_the_rest_counts_a_slip_once(client: Client) -> None:
    answer = await checked(client, "summarise_risks", organisation=BROKER, group_by=["name", "status"], unit="document")
    rest = answer["groups"][-1]
    assert rest["other"]
    assert rest["slips"] <= answer["organisations"][0]["slips"]


async def test_the_largest_few_are_asked_for_and_the_rest_is_one_row(client: Client) -> None:
    question: dict[str, Any] = {"organisation": BROKER, "group_by": "contract_type"}
    whole = await checked(client, "summarise_risks", **question)
    assert len(whole["groups"]) > 3
    for most in (0, 3):
        few = await checked(client, "summarise_risks", **question, page_size=most)
        assert few["groups"][:most] == whole["groups"][:most]
        (rest,) = few["groups"][most:]
        assert (rest["other"], rest["groups"]) == (True, len(whole["groups"]) - most)
        assert sum(group["slips"] for group in few["groups"]) == few["matched"] == whole["matched"]


async def test_a_name_that_two_organisations_spell_otherwise_is_one_group() -> None:
    with serve(platform := Platform(documents=(30, 20))) as running:
        broker, carrier = (membership.user_id for membership in platform.login.memberships)
        platform.add_slip(broker, name="Quillon Hull 2027", stage="draft")
        platform.add_slip(carrier, name="QUILLON  Hull 2027")
        async with client_of(settings_for(running)) as own:
            answer = await checked(own, "summarise_risks", organisation="all", group_by="name", name="quillon")
    (group,) = answer["groups"]
    assert (group["slips"], answer["matched"]) == (2, 2)
    assert group["spellings"] == [group["name"], "QUILLON Hull 2027"] == ["Quillon Hull 2027", "QUILLON Hull 2027"]
