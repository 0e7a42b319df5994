"""What only summaries tell of a slip, as narrow rows (platform.md 5.1).

A person in two teams may get two summaries of one slip: each is one `SummaryFacts`, and they are merged when they are
used.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from whitespace_mcp.documents.inbox import all_actions, inbox_risks
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text
from whitespace_mcp.terms.ids import root_of, segments_of
from whitespace_mcp.terms.moments import epoch_moment, instant
from whitespace_mcp.terms.stages import slip_rank, stage_of
from whitespace_mcp.terms.text import clean

_LIMIT: Final = re.compile(r"([A-Z]{3})\s?(\d{1,3}(?:,\d{3})+|\d{1,18})(\.\d{1,6})?(?:\s*\(100\s?%\))?", re.ASCII)
_WHOLE_DIGITS: Final = 24
NO_LINES: Final = "[]"
"""Where nothing is written, or signed."""


class SummaryFacts(NamedTuple):
    """What one summary tells.

    Attributes:
        root: the slip.
        activity: the newest change to anything of the slip, chat and attachments included; an instant.
        inception: the UTC date on which cover begins, by the furthest of the slip's documents that tells it.
        limit_text: the limit in the platform's words; `currency` and `amount` what they mean, the latter in the form of
            `amount_key`.
        owners: MU ids of the own teams' owners, each between bars; "" where nobody has taken it.
        asked: open actions of the own teams, JSON: since when by action.
        written, signed: percentages as written, JSON: a list for each carrier, `[]` where there are none; None for a
            contract of several sections, whose lines must not be added.
        facilities: roots of the facilities that it is declared to, each followed by a bar.
    """

    root: str
    activity: str
    inception: str | None = None
    limit_text: str | None = None
    currency: str | None = None
    amount: str | None = None
    owners: str = ""
    asked: str = "{}"
    written: str | None = None
    signed: str | None = None
    facilities: str = ""

    @property
    def waits(self) -> str:
        """The names of the open actions, in one text; "" where there are none."""
        return ", ".join(sorted(json.loads(self.asked)))

    @property
    def since(self) -> str | None:
        """Since when the first of the open actions is; None where none tells."""
        moments: dict[str, str] = json.loads(self.asked)
        return min(filter(None, moments.values()), default=None)


FIELDS: Final = SummaryFacts._fields
SUMMARY_COLUMNS: Final = (*(name for name in FIELDS if name != "root"), "waits", "since")
"""What a book knows of each slip's summaries, beside its root."""


def summary_facts(summary: Document, *, own_prefix: str, role: str | None) -> SummaryFacts | None:
    """Read one summary; None if it does not say which slip it is about.

    Args:
        summary: an `RWRiskSummary` with stubs that the organisation may see.
        own_prefix: the organisation's channel prefix.
        role: its role; alerts for the other side are left out.
    """
    inbox = inbox_risks([summary], own_prefix=own_prefix, role=role)
    if not inbox:
        return None
    desk = inbox[0]
    stubs = [as_object(stub) for stub in as_list(summary.get("docs"))]
    placings = sorted((stub for stub in stubs if stub.get("type") == "RWPlacing"), key=_furthest_first)
    inceptions = (epoch_moment(stub.get("inceptionDate")) for stub in placings)
    inception = next((moment.date().isoformat() for moment in inceptions if moment), None)
    limits = (clean(as_text(stub.get("limitSummary")) or "", 60) for stub in placings)
    limit = next(filter(None, limits), None)
    currency, amount = money(limit or "") or (None, None)
    sections = {as_text(as_object(s).get("multiSectionId")) for stub in stubs for s in as_list(stub.get("sections"))}
    linked = {root_of(i) for stub in placings for i in map(as_text, as_list(stub.get("associatedFacilityIDs"))) if i}
    return SummaryFacts(
        root=desk.root,
        activity=desk.updated,
        inception=inception,
        limit_text=limit,
        currency=currency,
        amount=amount,
        owners="".join(f"|{owner}|" for owner in desk.owners),
        asked=json.dumps(desk.asked, sort_keys=True),
        written=_lines(stubs, "RWWrittenLineSet") if len(sections) < 2 else None,
        signed=_lines(stubs, "RWSignedLineSet") if len(sections) < 2 else None,
        facilities="".join(f"{clean(root, 60)}|" for root in sorted(linked - {desk.root})),
    )


def merged(summaries: Iterable[SummaryFacts]) -> SummaryFacts:
    """What several summaries of one slip tell together; where they differ, the newest change goes first."""
    first, *others = sorted(summaries, key=lambda summary: summary.activity, reverse=True)
    for other in others:
        owners = {owner for summary in (first, other) for owner in summary.owners.split("|") if owner}
        actions = all_actions(json.loads(first.asked), json.loads(other.asked))
        links = {root for summary in (first, other) for root in summary.facilities.split("|") if root}
        has_limit = first if first.limit_text else other
        first = first._replace(
            inception=first.inception or other.inception,
            limit_text=has_limit.limit_text,
            currency=has_limit.currency,
            amount=has_limit.amount,
            owners="".join(f"|{owner}|" for owner in sorted(owners)),
            asked=json.dumps(actions, sort_keys=True),
            written=_fuller(first.written, other.written),
            signed=_fuller(first.signed, other.signed),
            facilities="".join(f"{root}|" for root in sorted(links)),
        )
    return first


def money(text: str) -> tuple[str, str] | None:
    """The currency and the amount (in the form of `amount_key`) of `USD 20,000,000`; None for anything else."""
    match = _LIMIT.fullmatch(text.strip())
    return (match[1], amount_key(match[2].replace(",", ""), match[3] or "")) if match else None


def amount_key(whole: str, fraction: str = "") -> str:
    """An exact amount as a text that sorts by size: the digits before the point filled up, no zeros at the end."""
    return f"{whole.zfill(_WHOLE_DIGITS)}{fraction.rstrip('0').rstrip('.')}"


def _furthest_first(stub: Document) -> tuple[int, int, str]:
    """The order in which a slip's documents are asked: the furthest stage, then the one nearest to the master."""
    document_id = as_text(stub.get("id")) or ""
    rank = slip_rank(stage_of(as_text(stub.get("status")), document_id), document_id)
    return rank, len(document_id), document_id


def _lines(stubs: Iterable[Document], kind: str) -> str:
    """Each carrier's percentages: from its own set, or where that is not visible from the latest copy of it."""
    best: dict[str, tuple[tuple[bool, str], list[Any]]] = {}
    for stub in stubs:
        if stub.get("type") == kind:
            plain = not (segments_of(as_text(stub.get("id")) or "") or [""])[-1].startswith("WRLS-")
            standing = (plain, instant(stub.get("updatedAt")) or "")
            for channel, lines in as_object(stub.get("carriers")).items():
                key = channel.lower()
                if key not in best or best[key][0] < standing:
                    best[key] = (standing, [as_text(line) for line in as_list(lines)])
    return json.dumps([lines for _, lines in best.values()])


def _fuller(first: str | None, other: str | None) -> str | None:
    """Of two summaries the lines of the first that has any; None where one of them tells of sections."""
    lines = next((lines for lines in (first, other) if lines and lines != NO_LINES), None)
    return lines or (NO_LINES if first == other == NO_LINES else None)
