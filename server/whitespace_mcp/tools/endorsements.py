"""The endorsements of a risk."""

from typing import Annotated, Final

from mcp.types import CallToolResult
from pydantic import Field

from whitespace_mcp.answers.endorsements import Endorsements, entry
from whitespace_mcp.api.slips import EndorsementsReading, read_endorsements
from whitespace_mcp.config.errors import BadArgument, about, listed
from whitespace_mcp.documents.endorsements import Amendment, amendments, by_state
from whitespace_mcp.mcp_layer.dependencies import InRisk
from whitespace_mcp.mcp_layer.paging import text_size
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, RiskArgument, Tool, result
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.text import fold

MOST: Final = 10
NOTE: Final = (
    "'awaiting' are the leaders and agreement parties without an agreement on record; 'told' are notified, not asked."
    " This reports the platform's record and does not confirm agreement."
)
PARTIAL: Final = (
    "This organisation sees its own part; of carriers under 'unseen' neither role nor agreement is certain, so"
    " 'shown' can mean that others have agreed or not."
)
NO_HISTORY: Final = "The history could not be read here, so withdrawals and completion come from the status word alone."

NumberArgument = Annotated[
    str | None, Field(description="One endorsement, by number or id: its whole text and every party.", max_length=120)
]


async def get_endorsements(
    call: InRisk,
    risk: RiskArgument,
    organisation: OneOrganisation = None,
    endorsement: NumberArgument = None,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, Endorsements]:
    """A risk's endorsements, newest first: what each changes, its effective date, how far it is and whom it awaits."""
    owner, slip = call.organisation, call.slip
    with about(owner.name):
        read = await read_endorsements(call.api, slip.root)
    every = amendments(
        read.endorsements.documents,
        read.followers.documents,
        read.history.documents if read.history else None,
        owner.channel_prefix,
    )
    shown = [_asked(every, endorsement, slip.short)] if endorsement else every
    names = await call.names()
    entries = [
        entry(amendment, names, slip.short, owner.channel_prefix, whole=endorsement is not None) for amendment in shown
    ]
    page = call.page(
        entries, "endorsements", endorsement, cursor=cursor, most=MOST, name=lambda each: each.id, size=text_size
    )
    return result(
        Endorsements(
            **call.head(),
            total=len(every),
            by_state=by_state(every) or None,
            meaning=meanings_of(by_state(every)),
            endorsements=page.entries,
            next_cursor=page.next_cursor,
            skipped=(read.endorsements.skipped + read.followers.skipped) or None,
            notes=_notes(every, read),
        )
    )


def _asked(amendments: list[Amendment], words: str, short: str) -> Amendment:
    """The endorsement that a number or an id names.

    Raises:
        BadArgument: none of them, or several with that number.
    """
    key = fold(words)
    number = key.removeprefix("endorsement").removeprefix("en").strip().removeprefix("#")
    matching = [
        amendment for amendment in amendments if fold(amendment.id) == key or fold(_tail(amendment.id)) == _tail(key)
    ]
    matching = matching or [
        amendment for amendment in amendments if amendment.number is not None and fold(amendment.number) == number
    ]
    if len(matching) == 1:
        return matching[0]
    choices = [f"{amendment.number} ({short}::{_tail(amendment.id)})" for amendment in amendments]
    raise BadArgument(
        "endorsement",
        "could be several of this risk's" if matching else "is none of this risk's",
        allowed=f"Endorsements: {listed(choices)}." if choices else "The risk has none that this organisation can see.",
    )


def _tail(document_id: str) -> str:
    return document_id.partition("::")[2]


def _notes(amendments: list[Amendment], read: EndorsementsReading) -> list[str] | None:
    notes = [NOTE] if amendments else []
    if any(party.agreed is None for amendment in amendments for party in amendment.parties):
        notes.append(PARTIAL)
    if amendments and read.history is None:
        notes.append(NO_HISTORY)
    return notes or None


TOOL: Final = Tool(get_endorsements, title="Endorsements")
