"""What is open on the book or on one risk, one row an item: the list that people chase by and work down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.answers.export import SavedTable, as_written, cell
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import section_label
from whitespace_mcp.documents.facts_of_lines import LineFacts
from whitespace_mcp.documents.obstacles import Obstacle
from whitespace_mcp.documents.percent import written
from whitespace_mcp.documents.slip_facts import EndorsementFact, SlipFacts
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold, typed

ItemKind = Literal["subjectivity", "line", "endorsement", "asked"]
LiesWith = Literal["us", "broker", "carrier"]

_ABOUT: Final = (
    "matched",
    "by_kind",
    "by_lies_with",
    "by_carrier",
    "overdue",
    "not_known",
    "stale_reason",
    "in_the_way",
    "notes",
)
_NAME: Final = 80


class OpenItem(Answer):
    """One open thing; `due` is a London date, overdue from the day after; without `lies_with` the record does not tell.

    `line` is a line that waits to be accepted, or was asked for and is not written; `asked` an action of the inbox.
    Of an endorsement `carrier` is who has still to agree, `agreed` who has.
    """

    risk: str
    name: str | None = None
    umr: str | None = None
    kind: ItemKind
    state: str | None = None
    lies_with: LiesWith | None = None
    due: str | None = None
    due_at: str | None = None
    due_unreadable: str | None = None
    overdue: Literal[True] | None = None
    since: str | None = None
    carrier: str | None = None
    agreed: str | None = None
    section: str | None = None
    text: str | None = None
    answer: str | None = None


COLUMNS: Final = tuple(OpenItem.model_fields)
"""Of an export, in order."""


class OpenItems(Answer):
    """Answer of `get_open_items`; `by_kind` and `by_lies_with` each sum to `matched`, which `slips` hold.

    `by_carrier` is there where a carrier is asked for, or counts only: the items of each company that is counted, one
    that awaits several with each. `stage` is the slip's, where the answer is about one.
    """

    organisation: OrganisationKeys
    as_of: str
    stale: Literal[True] | None = None
    stale_reason: str | None = None
    risk: str | None = None
    name: str | None = None
    umr: str | None = None
    stage: str | None = None
    found_in: int | None = None
    today: str
    matched: int
    slips: int
    by_kind: dict[str, int]
    by_lies_with: dict[str, int]
    by_carrier: dict[str, int] | None = None
    overdue: int
    items: list[OpenItem]
    in_the_way: list[Obstacle] | None = None
    near: dict[str, list[str]] | None = None
    not_known: dict[str, Any] | None = None
    meaning: dict[str, str] | None = None
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


class SavedOpenItems(SavedTable, OpenItems):
    """The same where every item was saved."""


@dataclass(frozen=True)
class ItemFilter:
    """Which items are asked for; what is None, or no kind at all, is not asked.

    Days are London dates, inclusive as `since`, an instant or day; `carrier` is part of the carrier's name, folded.
    """

    kinds: tuple[ItemKind, ...] = ()
    lies_with: LiesWith | None = None
    due_from: str | None = None
    due_to: str | None = None
    since: str | None = None
    carrier: str | None = None

    def matches(self, item: OpenItem) -> bool:
        """Whether an item is asked for."""
        return (
            (not self.kinds or item.kind in self.kinds)
            and self.lies_with in {None, item.lies_with}
            and (self.due_from is None or (item.due is not None and item.due >= self.due_from))
            and (self.due_to is None or (item.due is not None and item.due <= self.due_to))
            and (self.since is None or (item.since is not None and item.since >= self.since))
            and (self.carrier is None or self.carrier in fold(item.carrier or ""))
        )

    def plain(self) -> list[Any]:
        """What is asked as plain data, for a cursor."""
        return [self.kinds, self.lies_with, self.due_from, self.due_to, self.since, self.carrier]


@dataclass(frozen=True)
class ItemContext:
    """Of which slip items are told, and from whose side.

    Attributes:
        risk: its short id; `name`, `umr`: as the list has them, or None where the answer is about this slip only.
        names: the directory.
        prefix: the asking organisation's channel prefix.
        is_broker: whether the asking organisation places this slip.
        today: the day in London.
    """

    risk: str
    name: str | None
    umr: str | None
    names: Names
    prefix: str
    is_broker: bool
    today: date

    def item(self, kind: ItemKind, **parts: Any) -> OpenItem:
        """An item of this slip."""
        return OpenItem(risk=self.risk, name=self.name, umr=self.umr, kind=kind, **parts)

    def broker(self) -> LiesWith:
        """The broker's side, as the asking organisation calls it."""
        return "us" if self.is_broker else "broker"

    def carrier(self, channel: str) -> LiesWith:
        """A carrier's side, likewise."""
        return "us" if channel_company(channel) == self.prefix and not self.is_broker else "carrier"

    def party(self, channel: str) -> str:
        """A carrier's team by name."""
        return typed(self.names.party(channel), _NAME) or "(carrier not told)"


def items_of(context: ItemContext, facts: SlipFacts, actions: Mapping[str, str]) -> list[OpenItem]:
    """Everything that is open on one slip.

    `actions` are open ones of the inbox by the platform's name, and since when; "" where that is not told.
    """
    return [
        *(_line_items(context, facts.lines) if facts.lines else []),
        *(_endorsement(context, endorsement) for endorsement in facts.endorsements if endorsement.is_under_way),
        *(
            context.item("asked", state=action, lies_with="us", since=since or None)
            for action, since in sorted(actions.items())
        ),
    ]


def _line_items(context: ItemContext, lines: LineFacts) -> list[OpenItem]:
    bases = {section.section: f" of {section.written_basis}" for section in lines.sections if section.written_basis}
    items = [
        context.item(
            "subjectivity",
            state="answered" if record.state == "answered" else record.word,
            lies_with=_side(context, record.lies_with, record.carrier),
            due=record.due.isoformat() if record.due else None,
            due_at=record.due_at,
            due_unreadable=record.due_unreadable,
            overdue=True if record.is_overdue(context.today) else None,
            since=record.since,
            carrier=context.party(record.carrier),
            text=record.text,
            answer=record.answer,
        )
        for record in lines.subjectivities
    ]
    items += [
        context.item(
            "line",
            state="not_accepted",
            lies_with=context.broker(),
            since=line.since,
            carrier=context.party(line.carrier),
            section=section_label(line.section),
            text="unreadable"
            if line.written is None
            else f"written {written(line.written)} %{bases.get(line.section, '')}",
        )
        for line in lines.not_accepted
    ]
    items += [
        context.item(
            "line",
            state="not_written",
            lies_with=context.carrier(line.carrier),
            carrier=context.party(line.carrier),
            section=section_label(line.section),
            text=f"asked for {line.range} %{bases.get(line.section, '')}" if line.range else "asked for a line",
        )
        for line in lines.asked
    ]
    return items


def _endorsement(context: ItemContext, endorsement: EndorsementFact) -> OpenItem:
    sides = {context.carrier(channel) for channel in endorsement.awaiting}
    side: LiesWith | None = "us" if "us" in sides else "carrier" if sides else None
    if endorsement.state in {"agreed", "in_preparation"}:
        side = context.broker()
    return context.item(
        "endorsement",
        state="contradicted" if endorsement.contradicted else endorsement.state,
        lies_with=side,
        since=endorsement.since,
        carrier=_awaited(context, endorsement),
        agreed=", ".join(map(context.party, endorsement.agreed)) or None,
        text=": ".join(filter(None, (endorsement.name, endorsement.about))),
    )


def _awaited(context: ItemContext, endorsement: EndorsementFact) -> str | None:
    """Who has to agree: names, and how many more."""
    more = [f"and {endorsement.awaiting_more} more"] if endorsement.awaiting_more else []
    return ", ".join([*(context.party(channel) for channel in endorsement.awaiting), *more]) or None


def item_cells(item: OpenItem) -> list[Any]:
    """The cells of one item, in the order of `COLUMNS`."""
    values = item.plain()
    values.setdefault("overdue", False)
    return [cell(name, values.get(name)) for name in COLUMNS]


def about_items(head: Mapping[str, Any], answer: OpenItems) -> Iterator[tuple[str, str]]:
    """What was asked, when, and what is not known, a line each."""
    keys = answer.plain()
    owner = {"organisation": f"{answer.organisation.name} ({answer.organisation.company_id})"}
    named = {name: keys[name] for name in ("risk", "name", "umr", "as_of") if name in keys}
    sums = {name: keys[name] for name in _ABOUT if name in keys}
    for name, value in (dict(head) | owner | named | {"today (London)": answer.today} | sums).items():
        yield name, as_written(value)


def _side(context: ItemContext, party: str | None, channel: str) -> LiesWith | None:
    if party == "carrier":
        return context.carrier(channel)
    return context.broker() if party == "broker" else None
