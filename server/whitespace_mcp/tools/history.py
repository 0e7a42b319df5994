"""What happened: one risk's history, one kind of activity in a period, and what changed since a moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final

from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.history.answer import History, HistoryEntry
from whitespace_mcp.answers.history.changes import (
    CHANGES_NOTE,
    ChangedSlip,
    behind_change,
    changed_entry,
    changed_slips,
    counted_changes,
)
from whitespace_mcp.answers.history.happenings import Happening, counted, folded, happened, happenings, shortened
from whitespace_mcp.answers.people import Names
from whitespace_mcp.api.documents import activities_of_kind, where_served
from whitespace_mcp.api.reads import ACTIVITIES
from whitespace_mcp.api.risks import INBOX_PAGES, newest
from whitespace_mcp.config.errors import BadArgument, WhitespaceError, about, listed
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.newest import PAGE
from whitespace_mcp.documents.visibility import VisibleDocuments
from whitespace_mcp.mcp_layer.dependencies import InOwner, OrganisationCall, RiskCall
from whitespace_mcp.mcp_layer.paging import text_size
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, OptionalRiskArgument, Tool, as_list, result
from whitespace_mcp.portfolio.selection import View
from whitespace_mcp.runtime.side_by_side import together
from whitespace_mcp.terms.activities import activities_like, activity_named
from whitespace_mcp.terms.ids import short_id
from whitespace_mcp.terms.moments import asked_instant, instant, iso
from whitespace_mcp.terms.text import clean

MOST: Final = 25
MOST_CHANGED: Final = 10
"""Slips of a page of changes: each asks for its history."""
HAPPENED_SIZE: Final = 345
"""Bytes that what happened to a slip takes of a page, mostly: four lines, each of a moment, a kind and a person."""
USUAL_DAYS: Final = 7
"""How far back one kind of activity is searched when the call does not say; without any date it would be for ever."""


ActivityArgument = Annotated[
    list[Annotated[str, Field(max_length=100)]] | None,
    Field(description="Up to 3 kinds.", max_length=3),
    BeforeValidator(as_list),
]
PeriodSinceArgument = Annotated[str | None, Field(description="ISO 8601, UTC.", max_length=40)]
BeforeArgument = Annotated[str | None, Field(max_length=40)]


@dataclass(frozen=True)
class _Period:
    """What is asked for, as it was understood."""

    kinds: tuple[str, ...]
    since: str | None
    before: str | None
    cursor: str | None

    def question(self) -> Sequence[Any]:
        """As plain data, for a cursor."""
        return ["history", list(self.kinds), self.since, self.before]


async def get_history(
    call: InOwner,
    organisation: OneOrganisation = None,
    risk: OptionalRiskArgument = None,
    activity: ActivityArgument = None,
    since: PeriodSinceArgument = None,
    before: BeforeArgument = None,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, History]:
    """What happened, newest first: on one risk, or kinds of activity on all (7 days, or since).

    With since alone: every risk that changed, and what did.
    """
    period = _Period(
        kinds=tuple(dict.fromkeys(_kind(word) for word in activity or [])),
        since=asked_instant("since", since) if since else None,
        before=asked_instant("before", before) if before else None,
        cursor=cursor,
    )
    if risk:
        return result(await _of_risk(await call.risk(risk), period))
    if period.kinds:
        return result(await _of_kinds(call, period))
    if period.since is None:
        raise WhitespaceError(
            "The call does not say what history is wanted",
            retry="Call again with one of these.",
            do="risk=<id> for one risk's history; activity='Line Written' with since=<date> for all risks; or"
            " since=<date> alone for what changed.",
        )
    if period.before is not None:
        raise BadArgument("before", "goes with risk or activity only: what changed is known up to now")
    return result(await _of_changes(call, period.since, period))


async def _of_risk(call: RiskCall, period: _Period) -> History:
    owner, slip = call.organisation, call.slip
    with about(owner.name):
        visible = await call.api.visible(ACTIVITIES, slip.root)
    events = happenings(visible.documents, kinds=period.kinds, since=period.since, before=period.before)
    names = await call.names()
    page = call.page(
        folded(events), *period.question(), cursor=period.cursor, most=MOST, name=lambda event: event.id,
        size=lambda event: text_size(happened(event, names, short_root=slip.short)),
    )  # fmt: skip
    there = counted(happenings(visible.documents))
    return History(
        **call.head(),
        shows="risk",
        since=period.since,
        before=period.before,
        total=len(events),
        counts=shortened(counted(events)) or None,
        entries=[happened(event, names, short_root=slip.short) for event in page.entries],
        next_cursor=page.next_cursor,
        skipped=visible.skipped or None,
        notes=[f"What this risk's history holds: {listed(there, most=20)}."] if there and not events else None,
    )


async def _of_kinds(call: OrganisationCall, period: _Period) -> History:
    session, owner = call.session, call.organisation
    since = period.since or iso(session.clock.now() - timedelta(days=USUAL_DAYS))
    with about(owner.name):
        view = await call.risks()
        span = partial(activities_of_kind, since=since, before=period.before)
        answers = await together([partial(span, call.api, kind) for kind in period.kinds])
    documents = [document for answer in answers for document in answer.documents]
    events = happenings(documents, kinds=period.kinds, since=since, before=period.before)
    names = await call.names()

    def entry(event: Happening) -> HistoryEntry:
        return happened(event, names).model_copy(update=_slip_keys(view, event.root))

    page = call.page(
        folded(events), *period.question(), cursor=period.cursor, most=MOST, name=lambda event: event.id,
        size=lambda event: text_size(entry(event)),
    )  # fmt: skip
    return History(
        **call.head(),
        shows="activity",
        since=since,
        before=period.before,
        total=len(events),
        risks=len({event.root for event in events}),
        counts=dict.fromkeys(period.kinds, 0) | counted(events),
        entries=[entry(event) for event in page.entries],
        next_cursor=page.next_cursor,
        skipped=sum(answer.skipped for answer in answers) or None,
        notes=_kind_notes(period.kinds) or None,
    )


async def _of_changes(call: OrganisationCall, since: str, period: _Period) -> History:
    owner = call.organisation
    with about(owner.name):
        view = await call.risks()
        walk = await newest(call.api, enough=_older_than(since))
    slips = changed_slips(walk.summaries, since)

    names = await call.names()

    def entry(slip: ChangedSlip) -> HistoryEntry:
        return changed_entry(slip, names).model_copy(update=_slip_keys(view, slip.root, stage=True))

    page = call.page(
        slips, *period.question(), cursor=period.cursor, most=MOST_CHANGED, name=lambda slip: slip.root,
        size=lambda slip: text_size(entry(slip)) + HAPPENED_SIZE,
    )  # fmt: skip
    with about(owner.name):
        details = await together([partial(_background, call, slip.root) for slip in page.entries])
    entries = [
        entry(slip).model_copy(update=_happened(documents, since, names))
        for slip, documents in zip(page.entries, details, strict=True)
    ]
    cut = f"Only the {PAGE * INBOX_PAGES} risks that changed last were looked at; pass a later 'since'."
    return History(
        **call.head(),
        shows="changes",
        since=since,
        total=len(slips),
        counts=dict(counted_changes(slips)) or None,
        entries=entries,
        next_cursor=page.next_cursor,
        skipped=walk.skipped or None,
        notes=[CHANGES_NOTE, *([cut] if walk.ended == "limit" else [])],
    )


async def _background(call: OrganisationCall, root: str) -> list[Document]:
    """The activities of a slip; none where the platform does not serve them."""
    return (await where_served(partial(call.api.visible, ACTIVITIES, root), VisibleDocuments())).documents


def _happened(documents: list[Document], since: str, names: Names) -> dict[str, Any]:
    shown, more = behind_change(documents, since, names)
    return {"happened": shown or None, "more": more or None}


def _kind(word: str) -> str:
    """The platform's name of a kind of activity; a word that resembles none is passed on, since clients add kinds.

    Raises:
        BadArgument: it resembles some and is none; the message lists them.
    """
    kind = activity_named(word)
    if kind is not None:
        return kind
    near = activities_like(word)
    if near or not word.strip():
        hint = f"Did you mean: {listed(near)}?" if near else ""
        raise BadArgument("activity", "is not a kind of activity", allowed=hint, example="Line Written")
    return clean(word, 100)


def _kind_notes(kinds: tuple[str, ...]) -> list[str]:
    """Kinds that were not asked for but resemble those that were, and words that are no published kind."""
    related = dict.fromkeys(near for kind in kinds for near in activities_like(kind) if near not in kinds)
    notes = [f"Kinds of their own, not counted here: {listed(related)}."] if related else []
    unknown = [kind for kind in kinds if activity_named(kind) is None]
    return notes + [f"'{kind}' is no published kind of activity; it was searched as written." for kind in unknown]


def _older_than(since: str) -> Callable[[list[Document]], bool]:
    """Whether the walk has come to summaries that have not changed since; newest change first."""
    return lambda summaries: bool(summaries) and (instant(summaries[-1].get("updatedAt")) or since) < since


def _slip_keys(view: View, root: str, *, stage: bool = False) -> dict[str, Any]:
    """How a slip is named; one that is newer than the list has only its id."""
    records = view.book.slip(root)
    if not records:
        return {"risk": short_id(root).upper()}
    keys = {"risk": records[0]["slip_short"], "name": records[0]["name"]}
    return keys | ({"stage": records[0]["slip_stage"]} if stage else {})


TOOL: Final = Tool(get_history, title="History and changes")
