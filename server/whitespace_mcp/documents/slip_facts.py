"""All facts of the depth of one slip together, and how they are kept: compressed JSON, at most `MOST_BYTES` a slip."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pydantic import TypeAdapter

from whitespace_mcp.documents.agreement import TO_AGREE, EndorsementState
from whitespace_mcp.documents.endorsements import Amendment, in_few_words
from whitespace_mcp.documents.facts_of_contract import ContractTerms
from whitespace_mcp.documents.facts_of_lines import LineFacts
from whitespace_mcp.documents.period_changes import PeriodChange, changed_expiry, period_change
from whitespace_mcp.documents.periods import DayState, SectionDay, day_state, single_day
from whitespace_mcp.terms.ids import segments_of

MOST_BYTES: Final = 1_500
_MOST_UNPACKED: Final = 200_000
MOST_ENDORSEMENTS: Final = 12
MOST_AWAITED: Final = 6
_SHORTENED: Final = ((60, 24), (30, 16), (12, 8), (0, 4))
"""Characters of a text, and entries of a list, that are tried in turn until the facts fit."""

_UNDER_WAY: Final[frozenset[EndorsementState]] = frozenset({"in_preparation", "shown", "awaiting_agreement", "agreed"})


@dataclass(frozen=True)
class EndorsementFact:
    """How far one endorsement is.

    Attributes:
        id: its document's id after the root: `SIGNED::EN2`; `name`: its last segment.
        state: as `get_endorsements` tells it.
        awaiting: channels of those who are asked and have not agreed.
        since: when it was shown, else made, ISO 8601 in UTC.
        change: what it says about the period, whatever its state.
        contradicted: whether it is recorded as completed without the agreement of all who are asked.
        about: what it changes, in few words; "" where that is not told, or nothing is to happen to it any more.
        agreed: channels of those who are asked and have agreed, likewise.
        awaiting_more: how many are awaited besides those in `awaiting`.
    """

    id: str
    state: EndorsementState
    awaiting: tuple[str, ...] = ()
    since: str | None = None
    change: PeriodChange | None = None
    contradicted: bool = False
    about: str = ""
    agreed: tuple[str, ...] = ()
    awaiting_more: int = 0

    @property
    def name(self) -> str:
        """`EN2`."""
        return self.id.rpartition("::")[2]

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to happen to it."""
        return self.state in _UNDER_WAY


@dataclass(frozen=True)
class SlipFacts:
    """What is known of one slip.

    Attributes:
        terms: of its current contract.
        lines: None where the documents behind the slip were not read.
        endorsements: every one, newest first; empty where the slip has none.
        cut: how many entries were left out to keep the facts small.
    """

    terms: ContractTerms
    lines: LineFacts | None = None
    endorsements: tuple[EndorsementFact, ...] = ()
    cut: int = 0

    @property
    def expiry(self) -> tuple[SectionDay, ...]:
        """When cover ends, completed endorsements included; no day where the record contradicts itself about one."""
        return self._expiry[0]

    @property
    def expiry_changed_by(self) -> tuple[str, ...]:
        """The completed endorsements that changed it, oldest first: `EN2`."""
        return self._expiry[1]

    @property
    def expiry_state(self) -> DayState:
        """Whether it is one day, several by section, unreadable, or not told."""
        return day_state(self.expiry)

    @property
    def expiry_day(self) -> date | None:
        """The day that all sections share; None in every other state."""
        return single_day(self.expiry)

    @property
    def expiry_span(self) -> tuple[date | None, date | None]:
        """The days on which the first and the last section end; None both where any cannot be read, or none is told."""
        days = [section.day for section in self.expiry if section.day]
        return (min(days), max(days)) if self.expiry_state in {"date", "several"} else (None, None)

    @property
    def expiry_text(self) -> str | None:
        """Where it is not one day: `unreadable ("???")`, or each section's, `section 1: 2026-09-04, section 2: ...`."""
        if self.expiry_state == "unreadable":
            return f'unreadable ("{" / ".join(dict.fromkeys(day.text for day in self.expiry))}")'
        if self.expiry_state == "several":
            return ", ".join(f"section {end.section}: {end.day or end.text}" for end in self.expiry)
        return None

    @property
    def _expiry(self) -> tuple[tuple[SectionDay, ...], tuple[str, ...]]:
        completed = [endorsement for endorsement in reversed(self.endorsements) if endorsement.state == "completed"]
        expiry, by = changed_expiry(
            self.terms.expiry,
            [(endorsement.name, endorsement.change) for endorsement in completed if endorsement.change],
        )
        open_to_doubt = [
            endorsement for endorsement in self.endorsements if endorsement.contradicted and endorsement.change
        ]
        if not open_to_doubt:
            return expiry, by
        days = " / ".join(dict.fromkeys(day.text for day in expiry))
        names = ", ".join(endorsement.name for endorsement in open_to_doubt)
        return (SectionDay(None, None, f"{days}, or as {names} has it: completed, yet not agreed by all"),), by


_ADAPTER: Final = TypeAdapter(SlipFacts)


def endorsement_facts(amendments: Iterable[Amendment]) -> tuple[EndorsementFact, ...]:
    """The facts of endorsements, from what `documents.endorsements.amendments` made of them: newest first."""
    return tuple(map(_fact, amendments))[:MOST_ENDORSEMENTS]


def _fact(amendment: Amendment) -> EndorsementFact:
    standing = amendment.standing
    fact = EndorsementFact(
        id="::".join(segments_of(amendment.id)),
        state=standing.state,
        awaiting=tuple(party.channel for party in standing.awaiting)[:MOST_AWAITED],
        since=standing.shown or amendment.created,
        change=period_change(amendment.document),
        contradicted=standing.contradicted,
        awaiting_more=max(0, len(standing.awaiting) - MOST_AWAITED),
    )
    if not fact.is_under_way:
        return fact
    agreed = (party.channel for party in amendment.parties if party.role in TO_AGREE and party.agreed)
    return replace(fact, about=in_few_words(amendment.document), agreed=tuple(agreed)[:MOST_AWAITED])


def packed(facts: SlipFacts) -> bytes:
    """The facts in at most `MOST_BYTES`: texts are cut first, then lists; `cut` counts what that left out."""
    body = _dump(facts)
    for text, entries in _SHORTENED:
        if len(body) <= MOST_BYTES:
            break
        body = _dump(_shortened(facts, text, entries))
    return body


def unpacked(body: bytes) -> SlipFacts:
    """The facts again.

    Raises:
        ValueError: the bytes are not such facts, as those of another version may not be.
    """
    try:
        text = zlib.decompressobj().decompress(body, _MOST_UNPACKED)
    except zlib.error:
        raise ValueError("not compressed") from None
    return _ADAPTER.validate_json(text)


def _dump(facts: SlipFacts) -> bytes:
    return zlib.compress(_ADAPTER.dump_json(facts, exclude_defaults=True))


def _shortened(facts: SlipFacts, text: int, entries: int) -> SlipFacts:
    terms, lines = facts.terms, facts.lines
    lists: list[Sequence[object]] = [terms.leaders, facts.endorsements]
    lists += [lines.sections, lines.not_accepted, lines.subjectivities, lines.asked] if lines else []
    return replace(
        facts,
        terms=replace(
            terms,
            period=tuple(entry[: text * 2] for entry in terms.period[:entries]),
            premium=tuple(entry[: text * 2] for entry in terms.premium[:entries]),
            leaders=terms.leaders[:entries],
        ),
        lines=lines
        and replace(
            lines,
            sections=lines.sections[:entries],
            not_accepted=lines.not_accepted[:entries],
            asked=lines.asked[:entries],
            subjectivities=tuple(
                replace(entry, text=entry.text[:text], answer=entry.answer[:text] if entry.answer else None)
                for entry in lines.subjectivities[:entries]
            ),
        ),
        endorsements=tuple(replace(fact, about=fact.about[:text]) for fact in facts.endorsements[:entries]),
        cut=sum(max(0, len(entries_of) - entries) for entries_of in lists),
    )
