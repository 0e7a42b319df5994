"""Rows and their keys: what is left out, what always stays."""

from typing import Any

import pytest
from pydantic import ValidationError

from whitespace_mcp.answers.base import OrganisationKeys
from whitespace_mcp.answers.risks import OrganisationCounts, RiskList, risk_row, risk_values, team_names

ROOT = "IC213DA609-0000-4000-8000-000000000001"
MU = "MU3D3BBD37-0000-4000-8000-000000000002"
RECORD: dict[str, Any] = {
    "id": f"{ROOT}::{MU}::UQ1", "root": ROOT, "slip_short": "IC213DA609", "name": "Acorn Hull", "umr": "B0999AAA1",
    "slip_stage": "signed", "stage": "quoted", "status": "QuotedByUnderwriter", "type": "Open Market", "facility": 1,
    "broker_channel": "Birch_MARINE", "teams": "acme_MARINE|acme_CYBER|", "updated": "2026-01-02T03:04:05Z",
    "documents": 3, "umr_shared": 1, "current": 0,
}  # fmt: skip


def row(*, as_slip: bool, organisation: str | None = None, own_prefix: str = "acme", **changes: Any) -> dict[str, Any]:
    """A row as plain data."""
    values = risk_values(
        RECORD | changes,
        as_slip=as_slip,
        own_prefix=own_prefix,
        company_names={"acme": "Acme", "birch": "Birch"},
        team_name=lambda channel: channel.partition("_")[2].title(),
        organisation=organisation,
        facts={},
    )
    return dict(risk_row(values))


def test_a_slips_row_holds_all_that_is_known() -> None:
    assert row(as_slip=True, organisation="ACME") == {
        "id": "IC213DA609", "name": "Acorn Hull", "umr": "B0999AAA1", "stage": "signed",
        "status": "QuotedByUnderwriter", "contract_type": "Open Market", "facility": True, "broker": "Birch",
        "team": "Marine, Cyber", "updated": "2026-01-02T03:04:05Z", "documents": 3, "umr_shared": True,
        "organisation": "ACME",
    }  # fmt: skip


def test_a_documents_row_has_its_own_id_and_stage_and_says_that_it_is_not_current() -> None:
    result = row(as_slip=False)
    assert (result["id"], result["stage"], result["current"]) == ("IC213DA609::MU3D3BBD37::UQ1", "quoted", False)
    assert not {"documents", "umr_shared", "organisation"} & set(result)
    assert "current" not in row(as_slip=False, current=1)


def test_a_row_of_which_nothing_is_known_has_its_id_and_stage_only() -> None:
    nothing = dict.fromkeys(("name", "umr", "status", "type", "broker_channel", "updated"))
    result = row(as_slip=True, facility=0, teams="", documents=1, umr_shared=0, **nothing)
    assert result == {"id": "IC213DA609", "stage": "signed"}


@pytest.mark.parametrize(
    ("stage", "status", "shown"),
    [
        ("firm_order", "FirmOrder", False), ("signed", " signed", False), ("template", "Template", False),
        ("draft", "NotFinalised", False), ("marketed", "Marketed Only", False),
        ("quote_request", "QuotationRequest", False),
        ("quoted", "QuotedByUnderwriter", False), ("bindable", "BindableQuote", False),
        ("quote_request", "QuotationInPreparation", True), ("signed", "QuotedByUnderwriter", True),
        ("declined", "FirmOrderDeclined", True), ("other", "Rumoured", True),
    ],
)  # fmt: skip
def test_a_status_that_says_no_more_than_its_stage_is_left_out(stage: str, status: str, *, shown: bool) -> None:
    assert ("status" in row(as_slip=True, slip_stage=stage, status=status)) == shown


@pytest.mark.parametrize("channel", ["birch_MARINE", "Birch_CYBER", "birch"])
def test_the_asking_organisation_as_broker_is_left_out(channel: str) -> None:
    assert "broker" not in row(as_slip=True, own_prefix="birch", broker_channel=channel)
    assert row(as_slip=True, own_prefix="birchwood", broker_channel=channel)["broker"] == "Birch"


def test_teams_are_named_in_their_order() -> None:
    assert team_names("b_X|a_Y|", str.upper) == "B_X, A_Y"
    assert team_names("", str.upper) is None


def test_what_is_always_present_stays_when_it_holds_nothing() -> None:
    assert RiskList(organisations=[], matched=0, risks=[]).plain() == {"organisations": [], "matched": 0, "risks": []}
    counts = OrganisationCounts(
        id="MU1", company_id="A", name="A", documents=0, slips=0, matched=0, as_of="2026-01-01T00:00:00Z", by_stage={}
    )
    assert counts.plain()["by_stage"] == {}
    assert "by_status" not in counts.plain()


def test_an_answer_takes_no_key_that_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        OrganisationKeys.model_validate({"id": "MU1", "company_id": "A", "name": "A", "colour": "red"})
