"""One risk's summary for one viewer: stubs of its documents, inbox actions, and tokens to filter by."""

from typing import Any, Final

from whitespace_mcp.demo.market.book import Viewer
from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.documents import Document, when
from whitespace_mcp.demo.market.seeds import revision
from whitespace_mcp.demo.market.slips import Kind, Share, Slip
from whitespace_mcp.demo.views.rows import umr_of
from whitespace_mcp.demo.views.stubs import stubs_of

_CTYPE: Final[dict[Kind, str]] = {
    "open market": "Open Market", "facility": "Facilities", "declaration": "Declarations",
}  # fmt: skip


def summary_of(slip: Slip, documents: list[Document], viewer: Viewer, channel: str) -> dict[str, Any]:
    """The summary as `/api/summary` has it.

    `documents` are those that the viewer sees, `channel` is that of one of the viewer's teams.
    """
    name = f"RWRiskSummary::{slip.root}::{channel}"
    updated = when(slip.stirred)
    return {
        "_id": name,
        "_rev": revision(name, updated, 1 + slip.edits),
        "actions": [f"{action}:{slip.stirred}.0" for action in actions_of(slip, viewer)],
        "docs": stubs_of(slip, documents, viewer),
        "filters": tokens_of(slip, documents, viewer),
        "rootID": slip.root,
        "updatedAt": updated,
    }


def actions_of(slip: Slip, viewer: Viewer) -> list[str]:
    """What waits in the viewer's inbox."""
    if viewer.company_id == slip.broker.company_id:
        live = [share for share in slip.shares if share.part in ("offered", "written")]
        ready = slip.stage == "firm_order" and live and all(share.part == "written" for share in live)
        return ["brReadyForSigning"] if ready else []
    mine = _shares_of(slip, viewer)
    actions: list[str] = []
    if slip.stage == "firm_order" and any(share.part == "offered" for share in mine):
        actions.append("uwFirmOrder")
    if slip.stage == "quote_request" and any(share.part == "asked" for share in mine):
        actions.append("uwRequestToQuote")
    if "shown" in slip.endorsements and any(share.has_line for share in mine):
        actions.append("uwEndorsement")
    return actions


def tokens_of(slip: Slip, documents: list[Document], viewer: Viewer) -> list[str]:
    """What the filters of `POST /api/summary` match."""
    actions = actions_of(slip, viewer)
    tokens = {f"status:{document.status.replace(' ', '')}" for document in documents}
    if "SIGNED" in {segment for document in documents for segment in document.segments}:
        tokens.discard("status:FirmOrder")
    if {"uwFirmOrder", "brReadyForSigning"} & set(actions):
        tokens.add("status:FirmOrderPending")
    if "uwEndorsement" in actions:
        tokens.add("status:EndorsementPending")
    words = slip.title.lower().split()
    tokens |= {f"name:{' '.join(words[start:])}" for start in range(len(words))}
    tokens |= {f"umr:{umr_of(slip, document).strip().lower()}" for document in documents}
    tokens |= {f"action:{action}" for action in actions}
    tokens.add(f"ctype:{_CTYPE[slip.kind]}")
    tokens.add(f"ptype:{'Template' if slip.stage == 'template' else 'FullContract'}")
    if slip.facility:
        tokens.add(f"facility:{slip.facility}")
    for team in _sides_of(slip, viewer):
        tokens |= {f"label:{label.lower()}" for label in slip.labels_of(team)}
        owner = slip.owner_of(team)
        tokens |= {f"owner:{owner}"} if owner else set()
    return sorted(tokens)


def _sides_of(slip: Slip, viewer: Viewer) -> list[Team]:
    """The viewer's own teams on a slip."""
    if viewer.company_id == slip.broker.company_id:
        return [slip.broker]
    return [share.team for share in _shares_of(slip, viewer)]


def _shares_of(slip: Slip, viewer: Viewer) -> list[Share]:
    return [share for share in slip.shares if share.team.channel in viewer.channels]
