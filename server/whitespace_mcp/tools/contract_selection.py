"""What the tools about one risk in depth have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from whitespace_mcp.api.slips import current_document
from whitespace_mcp.mcp_layer.dependencies import RiskCall
from whitespace_mcp.portfolio.rows import COLUMNS
from whitespace_mcp.terms.ids import segments_of
from whitespace_mcp.terms.stages import Stage, slip_rank, stage_of


@dataclass(frozen=True)
class ContractChoice:
    """Which contract document a question is about, the ids of all of the slip's in the list, and the slip's stage.

    `asked` is the one that the caller named, unless it is an endorsement; else the current one.
    """

    asked: str
    ids: tuple[str, ...]
    stage: Stage

    def records(self) -> tuple[Mapping[str, Any], ...]:
        """What ids alone tell of the documents, in the columns of `portfolio.rows.Row`."""
        stages = [stage_of(None, name) for name in self.ids]
        return tuple(
            dict.fromkeys(COLUMNS)
            | {"id": name, "stage": stage, "slip_stage": self.stage, "current": name == self.ids[0]}
            for name, stage in zip(self.ids, stages, strict=True)
        )


async def documents_of(call: RiskCall) -> ContractChoice:
    """The documents of a slip from the list, or asked of the platform for one that the list does not know yet."""
    slip = call.slip
    if slip.documents:
        ids = tuple(record["id"] for record in slip.documents)
        document_id = slip.document_id if _is_contract(slip.document_id) else ids[0]
        return ContractChoice(document_id, ids, slip.documents[0]["slip_stage"])
    document = await current_document(call.api, slip.root)
    named = bool(segments_of(slip.document_id)) and _is_contract(slip.document_id)
    return ContractChoice(slip.document_id if named else document[0], tuple(document), stage_of(None, document[0]))


def without_gaps(notes: Iterable[str | None]) -> list[str] | None:
    """The notes that there are."""
    return [note for note in notes if note] or None


def _is_contract(document_id: str) -> bool:
    """Whether it is a contract: an endorsement holds the changes only (platform.md 4.2)."""
    return slip_rank("signed", document_id) == 0


def is_endorsement(document_id: str) -> bool:
    """Whether an id of a contract document is an endorsement's."""
    return not _is_contract(document_id)


def own_team_channels(call: RiskCall) -> list[str]:
    """The organisation's own teams that the slip is with, the current document's first."""
    channels = [channel for record in call.slip.documents for channel in record["teams"].split("|") if channel]
    return list(dict.fromkeys(channels))
