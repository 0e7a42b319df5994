"""`compare_risks`: two contracts of one organisation, in pages, and errors that say what to pass."""

from typing import Any

from mcp import Client

from support.checks import checked
from support.servers import refused
from support.tokens import tokens
from whitespace_mcp.terms.stages import STAGES

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
ONE, OTHER = "IC0180A779", "ICB325698C"
"""Two signed slips of the broker."""


async def pages(client: Client, **arguments: Any) -> list[dict[str, Any]]:
    """Every page of a comparison."""
    results = [await checked(client, "compare_risks", organisation=BROKER, **arguments)]
    while cursor := results[-1].get("next_cursor"):
        results.append(await checked(client, "compare_risks", organisation=BROKER, cursor=cursor, **arguments))
    return results


async def test_a_contract_against_itself_differs_in_nothing(client: Client) -> None:
    (answer,) = await pages(client, risk=ONE, other=ONE)
    assert not {"counts", "values", "changed", "moved", "only_risk", "only_other"} & set(answer)
    assert answer["equal"] > 20
    assert answer["notes"] == ["Nothing differs in values, headings or wording."]


async def test_two_contracts_differ_in_values_first_each_difference_once_within_its_budget(client: Client) -> None:
    parts = await pages(client, risk=ONE, other=OTHER)
    assert [entry["what"] for entry in parts[0]["values"]][:3] == ["insured", "period", "limit"]
    assert parts[0]["other"]["risk"] == OTHER
    assert {parts[0]["stage"], parts[0]["other"]["stage"]} <= set(STAGES)
    for answer in parts:
        assert tokens(answer) <= 1_700
        assert answer["counts"] == parts[0]["counts"]
    shown = [tuple(entry["index"]) for answer in parts for entry in answer.get("changed", [])]
    assert len(set(shown)) == parts[0]["counts"]["changed"]
    assert sum(len(answer.get("values", [])) for answer in parts) == parts[0]["counts"]["values"]


async def test_one_heading_can_be_asked_for(client: Client) -> None:
    (answer,) = await pages(client, risk=ONE, other=OTHER, heading="Interest")
    assert {entry["heading"] for entry in answer["changed"]} == {"Interest"}
    said = await refused(client, "compare_risks", organisation=BROKER, risk=ONE, other=OTHER, heading="Nonsense")
    assert "is a heading of neither contract" in said
    assert "Interest" in said


async def test_both_sides_must_be_visible_to_the_organisation(client: Client) -> None:
    said = await refused(client, "compare_risks", organisation=CARRIER, risk="IC06BE06E8", other=ONE)
    assert "There is no risk 'IC0180A779'" in said


async def test_an_endorsement_does_not_take_away_what_it_does_not_mention(client: Client) -> None:
    (answer,) = await pages(client, risk=OTHER, other=f"{OTHER}::SIGNED::EN1")
    assert answer["unmentioned"] > 20
    assert not {"values", "only_risk"} & set(answer)
    assert "ContractChanges" in {entry["heading"] for entry in answer["only_other"]}
    assert "states its changes only" in answer["notes"][0]
    (turned,) = await pages(client, risk=f"{OTHER}::SIGNED::EN1", other=OTHER)
    assert turned["only_risk"] == answer["only_other"]
