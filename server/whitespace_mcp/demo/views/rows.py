"""The risk list, `GET /api/risks`: one row per contract document, in keys of mixed case (platform.md 5.2)."""

from typing import Any, Final

from whitespace_mcp.demo.http import dump
from whitespace_mcp.demo.market.book import Market, Viewer
from whitespace_mcp.demo.market.documents import Document, when
from whitespace_mcp.demo.market.seeds import revision
from whitespace_mcp.demo.market.slips import Quirk, Slip

_LACKING: Final[dict[Quirk, str]] = {
    "no umr key": "umr",
    "no name": "InsuredName",
    "no status": "Status",
    "no contract type": "ContractType",
    "no updatedAt": "updatedAt",
    "no facility flag": "IsFacility",
    "no channels": "channels",
}
_BLANK: Final[dict[Quirk, tuple[str, str | None]]] = {
    "null umr": ("umr", None),
    "empty umr": ("umr", ""),
    "null name": ("InsuredName", None),
    "null contract type": ("ContractType", None),
}
_LOWER: Final = {
    "Status": "status", "InsuredName": "insuredName", "ContractType": "contractType", "IsFacility": "isFacility",
}  # fmt: skip


def risk_list(market: Market, viewer: Viewer) -> bytes:
    """Every contract document that a viewer sees, as one JSON array."""
    slips = market.slips(viewer.company_id)
    rows = [dump(row(slip, document)) for slip in slips for document in market.documents(viewer, slip)]
    return b"[" + b",".join(rows) + b"]"


def row(slip: Slip, document: Document) -> dict[str, Any]:
    """One document's row."""
    updated = when(document.updated)
    entry: dict[str, Any] = {
        "id": document.id,
        "rev": revision(document.id, updated, 1 + slip.edits),
        "type": "RWPlacing",
        "Status": document.status,
        "InsuredName": slip.title,
        "ContractType": slip.contract_type,
        "IsFacility": slip.is_facility,
        "umr": umr_of(slip, document),
        "placingBrokerChannel": slip.broker.channel,
        "channels": list(document.channels),
        "createdAt": when(document.created),
        "updatedAt": updated,
    }
    for quirk in slip.quirks:
        entry = _spoilt(entry, quirk)
    return entry


def head_from_row(slip: Slip, document: Document) -> dict[str, Any]:
    """What the row has, as other documents spell it: what it lacks, they lack as well."""
    return {key[0].lower() + key[1:]: value for key, value in row(slip, document).items()}


def umr_of(slip: Slip, document: Document) -> str:
    """The UMR of a document, which is not always that of the others of its slip."""
    other = "two umrs" in slip.quirks and "SIGNED" in document.segments
    return f"{slip.umr}A" if other else slip.umr


def _spoilt(entry: dict[str, Any], quirk: Quirk) -> dict[str, Any]:
    if quirk in _LACKING:
        del entry[_LACKING[quirk]]
    elif quirk in _BLANK:
        key, value = _BLANK[quirk]
        entry[key] = value
    elif quirk == "odd status spelling":
        entry["Status"] = _spaced(entry["Status"])
    elif quirk == "lower-case keys":
        return {_LOWER.get(key, key): value for key, value in entry.items()}
    return entry


def _spaced(status: str) -> str:
    """`FirmOrder` as `Firm Order `."""
    return "".join(f" {letter}" if letter.isupper() else letter for letter in status).strip() + " "
