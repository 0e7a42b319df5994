"""Subjectivities: what a carrier wants, how that stands, until when, and with whom it lies (platform.md 5.6)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text
from whitespace_mcp.documents.line_sets import StampedLine, carrier_of
from whitespace_mcp.terms.london import epoch_moment, london_day
from whitespace_mcp.terms.moments import instant, iso
from whitespace_mcp.terms.text import clean, squeeze, typed

TEXT: Final = 120

_RESPONSE: Final = "RWSubjectivityResponse"
_ACCEPTED: Final = "accepted"
_WAITING: Final = "notyetresponded"
_REJECTED: Final = "rejected"
_ANSWERED: Final = frozenset({_ACCEPTED, _REJECTED})

Responses = dict[tuple[str, str], Document]
"""The broker's latest valid answer by carrier (lower case) and subjectivity."""


class Subjectivity(Answer):
    """One subjectivity as the carrier typed it; `due` is a London date, `due_at` the instant.

    `state` is the platform's word; `lies_with` is left out where nothing is open or the platform does not tell.
    """

    text: str
    state: str | None = None
    lies_with: Literal["broker", "carrier"] | None = None
    due: str | None = None
    due_at: str | None = None
    overdue: Literal[True] | None = None


def responses_of(documents: Iterable[Document]) -> Responses:
    """The broker's answers to subjectivities; those that were overtaken are not valid any more."""
    found: Responses = {}
    for document in documents:
        if document.get("type") == _RESPONSE and document.get("isValid") is not False:
            origin = as_text(document.get("associatedSetDocID")) or as_text(document.get("_id")) or ""
            about = _key(as_object(document.get("subjectivity")))
            carrier = carrier_of(origin) or carrier_of(as_text(document.get("_id")) or "")
            if carrier and about:
                key = (carrier.lower(), about)
                if key not in found or _lateness(document) > _lateness(found[key]):
                    found[key] = document
    return found


def subjectivities_of(entries: Iterable[StampedLine], responses: Responses, now: datetime) -> list[Subjectivity]:
    """The subjectivities of one carrier's line, each once."""
    found: dict[str, Subjectivity] = {}
    for entry in entries:
        for document in map(as_object, as_list(entry.document.get("subjectivities"))):
            key = _key(document)
            if key:
                response = responses.get((entry.carrier.lower(), key))
                found[key] = _subjectivity(document, response, now)
    return [found[key] for key in sorted(found)]


def is_open(subjectivity: Subjectivity) -> bool:
    """Whether it is not accepted yet, or no more: rejected and expired ones stay open."""
    return squeeze(subjectivity.state or "") != _ACCEPTED


def _subjectivity(document: Document, response: Document | None, now: datetime) -> Subjectivity:
    state = as_text(document.get("approvedStatus"))
    due = epoch_moment(document.get("deadline"))
    word = squeeze(state or "")
    return Subjectivity(
        text=typed(as_text(document.get("text")) or "", TEXT) or "(no text)",
        state=clean(state, 40) or None if state else None,
        lies_with=_lies_with(word, response),
        due=london_day(due).isoformat() if due else None,
        due_at=iso(due) if due else None,
        overdue=True if due and due < now and word == _WAITING else None,
    )


def _lies_with(word: str, response: Document | None) -> Literal["broker", "carrier"] | None:
    """The broker has to answer, or the carrier to accept the answer; an expired deadline tells neither."""
    if word == _REJECTED:
        return "broker"
    if word != _WAITING:
        return None
    answered = response is not None and squeeze(as_text(response.get("status")) or "") not in _ANSWERED
    return "carrier" if answered else "broker"


def _key(document: Document) -> str:
    return as_text(document.get("identifier")) or as_text(document.get("text")) or ""


def _lateness(document: Document) -> tuple[str, str]:
    return instant(document.get("updatedAt")) or instant(document.get("createdAt")) or "", repr(document)
