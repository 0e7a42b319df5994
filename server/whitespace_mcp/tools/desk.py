"""What waits for the organisation's teams, and whose risks are."""

from typing import Annotated, Final, Literal

from mcp.types import CallToolResult
from pydantic import Field

from whitespace_mcp.answers.desk import Desk, DeskRow, Show, in_order, matching, summed
from whitespace_mcp.answers.people import Names
from whitespace_mcp.api.risks import INBOX_PAGES, Enough, Walk, pinned, selected
from whitespace_mcp.config.errors import about
from whitespace_mcp.documents.inbox import InboxRisk, inbox_risks
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.newest import PAGE
from whitespace_mcp.mcp_layer.dependencies import InOrganisation, OrganisationCall
from whitespace_mcp.mcp_layer.paging import USUAL, budget_of, page_of, read_cursor, text_size
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, Tool, result
from whitespace_mcp.portfolio.selection import View
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.ids import short_id
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.text import fold

NOTE: Final = (
    "Open actions belong to a team: say 'your team', and 'you' only where whose is 'you', because you own that risk."
)
UNFILTERED: Final = "This membership may not filter on the platform, so its risks were read page by page."
_FILTERS: Final[dict[Show, dict[str, object]]] = {
    "actions": {"withActions": True},
    "mine": {"owner": ["My Risks"]},
    "unassigned": {"owner": ["Unassigned Risks"]},
    "others": {"owner": ["Other Risks"]},
}

DeskShowArgument = Annotated[
    Show, Field(description="actions: what is open; pinned; mine, unassigned, others: by owner on our side.")
]
DeskCountArgument = Annotated[int, Field(ge=0, le=100)]
SortArgument = Annotated[Literal["newest", "oldest"], Field(description="By since when it is asked.")]


async def my_desk(
    call: InOrganisation,
    organisation: OneOrganisation = None,
    show: DeskShowArgument = "actions",
    sort: SortArgument = "newest",
    page_size: DeskCountArgument = USUAL,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, Desk]:
    """The inbox: risks with open actions, what is asked and since when; or pinned ones, or risks by owner."""
    owner = call.organisation
    question = call.question("desk", show, sort)
    wanted = (read_cursor(question, cursor).offset if cursor else 0) + page_size
    by_page = page_size > 0 and sort == "newest" and show != "actions"

    def enough(summaries: list[Document]) -> bool:
        """Open actions are read to the end, for they are counted; risks by owner as far as the page needs."""
        return by_page and len(_matching(summaries, owner, show)) > wanted

    with about(owner.name):
        view = await call.risks()
        walk = await _walk(call, show, enough)
    slips = in_order(_matching(walk.summaries, owner, show), show, oldest_first=sort == "oldest")
    names = await call.names()

    def row(slip: InboxRisk) -> DeskRow:
        return _row(slip, owner, view, names)

    page = page_of(
        slips if page_size else [], question=question, cursor=cursor, most=page_size or 1,
        name=lambda slip: slip.root, size=lambda slip: text_size(row(slip)), budget=budget_of(page_size),
    )  # fmt: skip
    open_ones = [slip for slip in slips if slip.asked]
    by_action = summed(open_ones)
    return result(
        Desk(
            **call.head(),
            show=show,
            slips=len(slips),
            at_least=None if walk.ended == "all" else True,
            yours=sum(owner.id in slip.owners for slip in open_ones) if show == "actions" else None,
            by_action=by_action or None,
            meaning=meanings_of(by_action),
            risks=[row(slip) for slip in page.entries],
            next_cursor=page.next_cursor,
            skipped=walk.skipped or None,
            notes=[*_notes(walk, show, by_action=bool(by_action)), *page.notes(page_size)] or None,
        )
    )


async def _walk(call: OrganisationCall, show: Show, enough: Enough) -> Walk:
    if show == "pinned":
        return await pinned(call.api)
    may_post = fold(call.organisation.state or "") != "readonly"
    return await selected(call.api, _FILTERS[show], may_post=may_post, enough=enough)


def _matching(summaries: list[Document], owner: Organisation, show: Show) -> list[InboxRisk]:
    return matching(inbox_risks(summaries, own_prefix=owner.channel_prefix, role=owner.role), show, owner.id)


def _row(slip: InboxRisk, owner: Organisation, view: View, names: Names) -> DeskRow:
    records = view.book.slip(slip.root)
    current = records[0] if records else None
    mine = owner.id in slip.owners
    return DeskRow(
        risk=current["slip_short"] if current else short_id(slip.root).upper(),
        name=current["name"] if current else None,
        umr=current["umr"] if current else None,
        stage=current["slip_stage"] if current else None,
        asked=slip.asked or None,
        whose=None if not slip.asked else "you" if mine else "your team",
        team=", ".join(names.team(channel) for channel in slip.channels) or None,
        owner=names.person(slip.owners[0]) if slip.owners and not mine else None,
        activity=slip.updated or None,
    )


def _notes(walk: Walk, show: Show, *, by_action: bool) -> list[str]:
    notes = [NOTE] if by_action else []
    if show != "pinned" and not walk.filtered:
        notes.append(UNFILTERED)
    if walk.ended == "limit":
        notes.append(f"Only the {PAGE * INBOX_PAGES} risks that changed last were looked at.")
    return notes


TOOL: Final = Tool(my_desk, title="My desk")
