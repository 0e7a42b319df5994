"""Subjectivities: what a carrier wants, how that stands, until when, and who has to act (platform.md 4.4, 5.6).

The platform's word stands in the line set; the broker's answer is a document of its own. `notYetResponded` beside an
answer that waits is an answered one: the carrier has to act.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from whitespace_mcp.documents.json import Document, as_object, as_text, id_of, objects_of, of_type, typed_text
from whitespace_mcp.documents.line_sets import LineSets, StampedLine, carrier_of
from whitespace_mcp.terms.moments import deadline_of, epoch_moment, instant, written_day
from whitespace_mcp.terms.text import squeeze

TEXT: Final = 120
_ACCEPTED: Final = "accepted"
_REJECTED: Final = "rejected"
_ANSWERED: Final = frozenset({_ACCEPTED, _REJECTED})

Party = Literal["broker", "carrier"]
SubjectivityState = Literal["open", "answered", "rejected", "expired", "accepted", "other"]
Responses = dict[tuple[str, str], Document]
"""The broker's latest valid answer by carrier (lower case) and subjectivity."""

_STATES: Final[dict[str, SubjectivityState]] = {
    "notyetresponded": "open",
    _ACCEPTED: "accepted",
    _REJECTED: "rejected",
    "deadlineexpired": "expired",
}
_COVER: Final = {"holdingcover": "holdingCover", "nocovergiven": "noCoverGiven"}


@dataclass(frozen=True)
class SubjectivityRecord:
    """One subjectivity of one carrier's line.

    Attributes:
        carrier: its team's channel.
        text: as the carrier typed it.
        state: `open` waits for the broker, `answered` for the carrier; `other` is a word that is not known here.
        word: the platform's own; None where it has none.
        lies_with: who has to act; None where nothing is open or the record does not tell.
        due: the London date; `due_at`: the instant where it is another hour than London midnight.
        due_unreadable: what stands where a deadline should, if no day can be read from it.
        cover: `holdingCover` or `noCoverGiven`: whether the line gives cover until then.
        answer: what the broker wrote, where that waits for the carrier.
        in_total: whether its line is one that totals count.
        since: when the line was stamped, or the answer given, ISO 8601 in UTC.
    """

    carrier: str
    text: str
    state: SubjectivityState
    word: str | None = None
    lies_with: Party | None = None
    due: date | None = None
    due_at: str | None = None
    due_unreadable: str | None = None
    cover: str | None = None
    answer: str | None = None
    in_total: bool = True
    since: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still has to be met: neither accepted nor run out."""
        return self.state not in {"accepted", "expired"}

    def is_overdue(self, today: date) -> bool:
        """Whether it was not accepted by its London date; from the day after."""
        return self.state != "accepted" and self.due is not None and self.due < today


def responses_of(documents: Iterable[Document]) -> Responses:
    """The broker's answers to subjectivities; those that were overtaken are not valid any more."""
    latest: Responses = {}
    for document in sorted(of_type(documents, "RWSubjectivityResponse"), key=_lateness):
        if document.get("isValid") is not False:
            origin = as_text(document.get("associatedSetDocID")) or id_of(document)
            about = _key(as_object(document.get("subjectivity")))
            carrier = carrier_of(origin) or carrier_of(id_of(document))
            if carrier and about:
                latest[carrier.lower(), about] = document
    return latest


def read_subjectivities(
    entries: Iterable[StampedLine], responses: Responses, *, in_total: bool = True
) -> list[SubjectivityRecord]:
    """The subjectivities of lines, each once a carrier, in the order of their ids.

    `in_total`: whether these lines are counted in totals.
    """
    records: dict[tuple[str, str], SubjectivityRecord] = {}
    for entry in entries:
        for document in objects_of(entry.document.get("subjectivities")):
            name = _key(document)
            if name:
                key = (entry.carrier.lower(), name)
                records[key] = _record(entry, document, responses.get(key), in_total=in_total)
    return [records[key] for key in sorted(records)]


def all_subjectivities(sets: LineSets, responses: Responses) -> list[SubjectivityRecord]:
    """Those of every line of a slip; one that stands on a line and apart from it counts with the line."""
    writers = {entry.carrier.lower() for entry in sets.written}
    signed_only = [entry for entry in sets.signed if entry.carrier.lower() not in writers]
    counted = read_subjectivities([*sets.written, *signed_only], responses)
    seen = {(record.carrier.lower(), record.text) for record in counted}
    apart = read_subjectivities(sets.apart, responses, in_total=False)
    return [*counted, *(record for record in apart if (record.carrier.lower(), record.text) not in seen)]


def _record(entry: StampedLine, document: Document, response: Document | None, *, in_total: bool) -> SubjectivityRecord:
    word = as_text(document.get("approvedStatus"))
    waiting = response is not None and squeeze(as_text(response.get("status")) or "") not in _ANSWERED
    state: SubjectivityState = _STATES.get(squeeze(word), "other") if word else "other"
    if waiting and state in {"open", "rejected"}:
        state = "answered"
    due, due_at = _deadline(document.get("deadline"))
    mode = squeeze(as_text(entry.document.get("subjectivityMode")) or "")
    message = response.get("message") if response and waiting else None
    answered_at = instant((response or {}).get("updatedAt")) if waiting else None
    return SubjectivityRecord(
        carrier=entry.carrier,
        text=typed_text(document.get("text"), TEXT) or "(no text)",
        state=state,
        word=typed_text(word, 40),
        lies_with=_lies_with(state, waiting=waiting),
        due=due,
        due_at=due_at,
        due_unreadable=None if due else _unreadable(document.get("deadline")),
        cover=_COVER.get(mode),
        answer=typed_text(message, TEXT),
        in_total=in_total,
        since=answered_at or entry.stamped_at,
    )


def _deadline(value: object) -> tuple[date | None, str | None]:
    """The deadline that seconds since 1970 name, as the platform has them, or another of its styles."""
    if moment := epoch_moment(value):
        return deadline_of(moment)
    if at := instant(value):
        return deadline_of(datetime.fromisoformat(at))
    return written_day(as_text(value) or ""), None


def _unreadable(value: object) -> str | None:
    """The words of a deadline that names no day; nothing where none is set, which is "" or 0."""
    text = typed_text(value, 40)
    return text if text and text.strip("0.") else None


def _lies_with(state: SubjectivityState, *, waiting: bool) -> Party | None:
    """The broker has to answer, again after a refusal or a missed date; the carrier has to accept an answer."""
    if state in {"accepted", "other"}:
        return None
    return "carrier" if waiting else "broker"


def _key(document: Document) -> str:
    return as_text(document.get("identifier")) or as_text(document.get("text")) or ""


def _lateness(document: Document) -> tuple[str, str]:
    return instant(document.get("updatedAt")) or instant(document.get("createdAt")) or "", repr(document)
