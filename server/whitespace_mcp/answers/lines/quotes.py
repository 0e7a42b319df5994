"""Quotes: what an underwriter filled in beside a quote. Any or all of it may be blank (platform.md 5.3)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.json import Document, as_text, texts_of, typed_text
from whitespace_mcp.documents.percent import percentage, written
from whitespace_mcp.terms.ids import segments_of, short_document
from whitespace_mcp.terms.text import typed

TEXT: Final = 200


class Quote(Answer):
    """One quote and its panel; `valid_days` is as the underwriter put it, the platform does not tell from when.

    `line` is in per cent as written; `blank` says that the panel holds nothing.
    """

    id: str
    underwriter: str | None = None
    status: str | None = None
    edited: str | None = None
    line: str | None = None
    valid_days: str | None = None
    reference: str | None = None
    conditions: str | None = None
    notes: str | None = None
    stamps: list[str] | None = None
    blank: bool | None = None


def quote_documents(records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The underwriters' quotations among a slip's documents, whose ids end in `::UQn`."""
    return [record for record in records if _is_quote(record["id"])]


def quote_entry(record: Mapping[str, Any], panel: Document | None, names: Names, short_root: str) -> Quote:
    """A quote as an answer shows it.

    `record` is the quote in the list of risks, `panel` what `getQuoteDetails` tells, if the platform serves it;
    `short_root` is the slip's short id.
    """
    details = panel or {}
    line, validity = as_text(details.get("quotedLineSize")), as_text(details.get("validityPeriod"))
    size = percentage(line)
    quote = Quote(
        id=short_document(record["id"], short_root),
        underwriter=names.person(_author(record["id"])),
        status=record["status"],
        edited=record["updated"],
        line=written(size) if size is not None else typed_text(line, 40),
        valid_days=typed_text(validity, 40),
        reference=typed_text(details.get("reference"), 40),
        conditions=typed_text(details.get("conditions"), TEXT),
        notes=typed_text(details.get("notes"), TEXT),
        stamps=[name for stamp in texts_of(details.get("indicatedStamps"))[:4] if (name := typed(stamp, 60))] or None,
    )
    if panel is not None and not any((quote.line, quote.valid_days, quote.reference, quote.conditions, quote.notes)):
        quote.blank = True
    return quote


def _is_quote(document_id: str) -> bool:
    last = (segments_of(document_id) or [""])[-1]
    return last.startswith("UQ") and last[2:].isdecimal()


def _author(document_id: str) -> str | None:
    """The MU id of the underwriter, which is a segment of the id."""
    return next((segment for segment in segments_of(document_id) if segment[:2].upper() == "MU"), None)
