"""Slips of the demo market that have what a test needs, found in the platform's own words."""

from collections.abc import Callable
from typing import Any

from support.raw import lowered, raw_list, raw_read
from whitespace_mcp.demo import Running

Doc = dict[str, Any]


def root_of(document_id: str) -> str:
    """The slip that a document belongs to."""
    return document_id.partition("::")[0]


def short_of(document_id: str) -> str:
    """How answers name a slip."""
    return root_of(document_id)[:10]


def contracts(running: Running, organisation: int = 0, status: str = "Signed", most: int = 40) -> list[Doc]:
    """Contract documents with a status, raw."""
    rows = [lowered(row) for row in raw_list(running, organisation)]
    ids = [row["id"] for row in rows if row.get("status") == status and "::EN" not in row["id"]]
    return [raw_read(running, f"/api/risks/{name}", organisation) for name in sorted(ids)[:most]]


def a_contract(running: Running) -> Doc:
    """Whichever contract of the broker the platform lists first."""
    return raw_read(running, f"/api/risks/{raw_list(running)[0]['id']}")


def an_endorsement(running: Running) -> Doc:
    """Whichever endorsement of the broker the platform lists first."""
    name = next(row["id"] for row in raw_list(running) if "::EN" in row["id"])
    return raw_read(running, f"/api/risks/{name}")


def shared_contract(running: Running) -> Doc:
    """The second organisation's copy of a signed contract with several carriers, which the first one placed."""
    broker = {root_of(row["id"]) for row in raw_list(running, 0)}
    rows = [lowered(row) for row in raw_list(running, 1)]
    for row in sorted(rows, key=lambda item: str(item["id"])):
        if row.get("status") == "Signed" and "::EN" not in row["id"] and root_of(row["id"]) in broker:
            sets = raw_read(running, f"/api/lines/{root_of(row['id'])}/combinedSets", 0)
            if len(sets) > 2:
                return raw_read(running, f"/api/risks/{row['id']}", 1)
    raise LookupError("no slip is shared by both organisations")


def first(docs: list[Doc], wanted: Callable[[Doc], bool]) -> Doc:
    """The first document of which something is true; there must be one."""
    return next(doc for doc in docs if wanted(doc))


def items(contract: Doc, **wanted: Any) -> list[Doc]:
    """The line items of a contract whose keys have these values."""
    return [
        line_item
        for line_item in contract["MRCContract"]["lineItems"]
        if all(line_item.get(key) == value for key, value in wanted.items())
    ]


def has_verticals(contract: Doc) -> bool:
    """Whether some of its wording is for certain carriers only."""
    return any("vertical" in item for item in items(contract))
