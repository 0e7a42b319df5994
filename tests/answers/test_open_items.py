"""Open items: what is cut short says so."""

from dataclasses import replace
from datetime import date

from support.depth import NAMES
from whitespace_mcp.answers.item_sums import by_carrier
from whitespace_mcp.answers.open_items import ItemContext, items_of
from whitespace_mcp.documents.facts_of_contract import ContractTerms
from whitespace_mcp.documents.slip_facts import EndorsementFact, SlipFacts

CONTEXT = ItemContext("IC0A1B2C3D", "Deal 17", "B1234X", NAMES, "acorn", is_broker=True, today=date(2026, 11, 28))


def test_who_else_has_to_agree_is_counted() -> None:
    awaited = tuple(f"elm{n}_ALL" for n in range(6))
    fact = EndorsementFact("SIGNED::EN1", "awaiting_agreement", awaited)
    (few,) = items_of(CONTEXT, SlipFacts(ContractTerms(), endorsements=(fact,)), {})
    (many,) = items_of(CONTEXT, SlipFacts(ContractTerms(), endorsements=(replace(fact, awaiting_more=3),)), {})
    assert few.carrier is not None
    assert few.carrier.endswith("Elm5 (All)")
    assert many.carrier == f"{few.carrier}, and 3 more"
    assert by_carrier([many], None) == by_carrier([few], None) == {f"Elm{n}": 1 for n in range(6)}
