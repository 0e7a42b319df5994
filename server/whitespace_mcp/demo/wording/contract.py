"""The whole text of a contract document, as one viewer's copy has it."""

from typing import Any

from whitespace_mcp.demo.market.changes import change_text
from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.seeds import named_identifier, share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import Terms, terms_of, written_out
from whitespace_mcp.demo.wording import rest, risk
from whitespace_mcp.demo.wording.pieces import Sheet, Value, tagged


def line_items(slip: Slip, document: Document, directory: Directory, umr: str) -> list[dict[str, Any]]:
    """The line items of a contract or endorsement.

    `umr` is as this document has it.
    """
    terms = terms_of(slip)
    sheet = Sheet(slip.root, terms.tagging)
    if document.endorsement:
        _endorsement(sheet, slip, document, terms, umr)
        return sheet.build()
    # The last carrier that was asked: a leader has its way in the contract itself.
    prefix = slip.shares[-1].team.company_id.lower() if terms.has_verticals else ""
    risk.identity(sheet, slip, document, terms, umr)
    risk.cover(sheet, slip, terms)
    if slip.kind != "declaration":
        risk.conditions(sheet, slip, terms, prefix)
    risk.money(sheet, slip, terms)
    if slip.kind != "declaration":
        rest.information(sheet, slip, terms)
    rest.security(sheet, slip)
    if slip.kind != "declaration":
        rest.subscription(sheet, slip, terms, directory)
        rest.fiscal(sheet, slip, terms)
    rest.remuneration(sheet, slip, terms)
    if share_of(f"inline {slip.root}") < 0.1:
        _inline_file(sheet, slip)
    return [item for item in sheet.build() if _is_shown(item, document, terms)]


def has_verticals(items: list[dict[str, Any]]) -> bool:
    """Whether some of the wording is for certain carriers only."""
    return any("vertical" in item for item in items)


def _is_shown(item: dict[str, Any], document: Document, terms: Terms) -> bool:
    """Whether a document's readers see a line item: a carrier may be shown its own vertical terms only."""
    if "vertical" not in item or document.carrier is None or terms.vertical_visibility == "AllStamps":
        return True
    return document.carrier.company_id.lower() in item["vertical"]["assignedCarrierPrefixes"]


def _inline_file(sheet: Sheet, slip: Slip) -> None:
    name = named_identifier("IA-", f"inline {slip.root}")
    item = sheet.item("CustomMRCHeading", "APPENDIX 1 ")
    item.content["attachment"] = {
        "docID": f"{slip.root}::ATCH::INLINE::{name}",
        "attachmentID": name,
        "attachmentName": "Appendix 1.pdf",
    }


def _endorsement(sheet: Sheet, slip: Slip, document: Document, terms: Terms, umr: str) -> None:
    sheet.section("RiskAndEndorsementIdentificationDetails", "CONTRACT ENDORSEMENT")
    sheet.item("UMR", "UNIQUE MARKET REFERENCE").say(" {umr}", umr=tagged(umr.strip(), "Broker_Reference"))
    sheet.item("Insured", "INSURED").say(slip.insured)
    sheet.item("EndorsementNumber", "ENDORSEMENT NUMBER").say(str(document.endorsement))
    sheet.section("ContractChanges", "CONTRACT CHANGES")
    day = Value(written_out(terms.inception, 1), (), "Date")
    sheet.item("EndorsementEffectiveDate", "ENDORSEMENT EFFECTIVE DATE").say("{day}", day=day)
    changes = sheet.item("ContractChanges", "CONTRACT CHANGES")
    text = change_text(slip, document)
    if slip.plan.extended_to and "{day}" in text:
        changes.say(text, day=tagged(written_out(slip.plan.extended_to), "Expiry_Date", kind="Date"))
    else:
        changes.say(text)
    sheet.item("ParticipantChanges", "PARTICIPANT CHANGES")
    sheet.section("Agreement", "AGREEMENT")
    sheet.item("EndorsementAgreements", "ENDORSEMENT AGREEMENTS")
