"""A contract document in full: RWPlacing, and its extended form (platform.md 5.3, 5.4)."""

import hashlib
from typing import Any

from whitespace_mcp.demo.market.changes import followers_of, kind_of
from whitespace_mcp.demo.market.companies import Directory, Team
from whitespace_mcp.demo.market.documents import Document, when
from whitespace_mcp.demo.market.lines import leader_in_head
from whitespace_mcp.demo.market.seeds import named_identifier, revision, share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import limit_summary_of, terms_of, visibility_of
from whitespace_mcp.demo.views.rows import head_from_row, umr_of
from whitespace_mcp.demo.wording.contract import has_verticals, line_items


def placing(slip: Slip, document: Document, directory: Directory) -> dict[str, Any]:
    """A contract document."""
    updated = when(document.updated)
    items = line_items(slip, document, directory, umr_of(slip, document))
    return {
        "_id": document.id,
        "_rev": revision(document.id, updated, 1 + slip.edits),
        "type": "RWPlacing",
        "channels": list(document.channels),
        "createdAt": when(document.created),
        "updatedAt": updated,
        "accountDocID": None,
        "control": _control(slip, document, directory, with_verticals=has_verticals(items)),
        "MRCContract": {"lineItems": items},
        "proposedEndorsementFollowers": _proposed(slip, document),
        "provenance": provenance(document.id, document.author, document.updated),
    }


def _control(slip: Slip, document: Document, directory: Directory, *, with_verticals: bool) -> dict[str, Any]:
    """The head of a contract."""
    listed = head_from_row(slip, document)
    leader = leader_in_head(slip)
    control: dict[str, Any] = {
        **{key: listed[key] for key in ("status", "umr", "insuredName", "contractType", "isFacility") if key in listed},
        "insuranceType": _insurance_type(slip),
        "limitSummary": limit_summary_of(slip),
        "placingBroker": _team_name(slip.broker, directory),
        "placingBrokerChannel": slip.broker.channel,
        "leadUnderwriter": _team_name(leader, directory) if leader else "",
        "leadUnderwriterChannel": leader.channel if leader else "",
        "placementType": "Template" if slip.stage == "template" else "FullContract",
        "originalDocID": _original(slip, document),
        "shownToUnderwriter": "",
        "createdInVersion": 30700,
        "stampVisibility": visibility_of(slip),
    }
    if with_verticals:
        control["verticalVisibility"] = terms_of(slip).vertical_visibility
    if slip.facility:
        control["associatedFacilityIDs"] = [slip.facility]
    if "UQ1" in document.segments:
        control["isIndicative"] = share_of(f"indicative {document.id}") < 0.2
    if document.endorsement:
        control |= {"endorsementNumber": str(document.endorsement), "endorsementType": kind_of(document)}
    return control


def head_of(
    name: str, kind: str, channels: tuple[str, ...], moment: int, user_id: str, *, updated: bool = False
) -> dict[str, Any]:
    """What documents begin with; `updated` for those that say when they were changed last.

    `name` is the id, `kind` the type, `channels` who may see it, `moment` when it was made (epoch seconds), `user_id`
    who made it.
    """
    return {
        "_id": name,
        "_rev": revision(name, when(moment)),
        "type": kind,
        "channels": list(channels),
        "createdAt": when(moment),
        **({"updatedAt": when(moment)} if updated else {}),
        "provenance": provenance(name, user_id, moment),
    }


def provenance(document_id: str, user_id: str, moment: int) -> dict[str, Any]:
    """The audit trail that every document carries.

    `document_id` is the document, `user_id` the MU id, `moment` ISO 8601 in UTC.
    """
    digest = hashlib.sha256(f"{document_id} {moment}".encode()).hexdigest()
    return {
        "dataHash": digest,
        "provHash": digest[::-1],
        "system": "LaVAPI" if share_of(f"system {document_id}") < 0.8 else "LavAPI",
        "userID": user_id,
        "version": "2026-11-12@06:40:07",
        "writtenAt": when(moment),
    }


def _team_name(team: Team, directory: Directory) -> str:
    return f"{directory.companies[team.company_id].name.strip()} {team.name}"


def _insurance_type(slip: Slip) -> str:
    if not slip.contract_type.endswith("Reinsurance"):
        return "Insurance"
    return "ReInsurance" if share_of(f"spelt {slip.root}") < 0.5 else "Reinsurance"


def _original(slip: Slip, document: Document) -> str:
    """What a document was made from."""
    if document.endorsement:
        return document.id.rpartition("::")[0]
    if "SIGNED" in document.segments:
        return document.id.replace("::SIGNED", "::FO")
    if slip.plan.renews:
        return f"{slip.plan.renews}::SIGNED"
    return named_identifier("IC", f"origin {slip.root}") if share_of(f"begun {slip.root}") < 0.3 else ""


def _proposed(slip: Slip, document: Document) -> dict[str, str]:
    if not document.endorsement:
        return {}
    return {follower.share.team.channel: follower.role for follower in followers_of(slip, document)}
