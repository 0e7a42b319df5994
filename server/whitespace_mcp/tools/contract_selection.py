"""What the tools about one risk in depth have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from whitespace_mcp.api.slips import CardReading, current_document, read_card
from whitespace_mcp.mcp_layer.dependencies import RiskCall
from whitespace_mcp.portfolio.rows import COLUMNS, Record
from whitespace_mcp.terms.ids import segments_of
from whitespace_mcp.terms.stages import Stage, is_endorsement, stage_of
from whitespace_mcp.terms.text import between_bars


@dataclass(frozen=True)
class ContractChoice:
    """Which contract document a question is about, and all of the slip's documents, the current one first.

    It is the one that the caller named, unless that is an endorsement; else the current one. Of a slip that the list of
    risks does not know yet the records hold what ids alone tell.
    """

    document_id: str
    records: Sequence[Record]

    @property
    def ids(self) -> tuple[str, ...]:
        """The documents' ids."""
        return tuple(record["id"] for record in self.records)

    @property
    def stage(self) -> Stage:
        """The slip's stage."""
        return self.records[0]["slip_stage"]


async def documents_of(call: RiskCall) -> ContractChoice:
    """The documents of a slip from the list, or asked of the platform for one that the list does not know yet."""
    slip = call.slip
    if slip.documents:
        named = not is_endorsement(slip.document_id)
        return ContractChoice(slip.document_id if named else slip.documents[0]["id"], slip.documents)
    ids = await current_document(call.api, slip.root)
    records = [
        cast("Record", dict.fromkeys(COLUMNS) | {
            "id": name, "stage": stage_of(None, name), "slip_stage": stage_of(None, ids[0]), "current": name == ids[0],
        })
        for name in ids
    ]  # fmt: skip
    named = bool(segments_of(slip.document_id)) and not is_endorsement(slip.document_id)
    return ContractChoice(slip.document_id if named else ids[0], records)


async def read_slip(call: RiskCall, *, owned: bool = True) -> tuple[ContractChoice, CardReading]:
    """The contract that a call is about with everything behind its slip.

    `owned`: whether owners and labels are wanted.
    """
    documents = await documents_of(call)
    teams = [channel for record in call.slip.documents for channel in between_bars(record["teams"])]
    endorsed = any(map(is_endorsement, documents.ids))
    channels = list(dict.fromkeys(teams))
    return documents, await read_card(call.api, documents.document_id, channels, endorsed=endorsed, owned=owned)


def without_gaps(notes: Iterable[str | None]) -> list[str] | None:
    """The notes that there are."""
    return [note for note in notes if note] or None
