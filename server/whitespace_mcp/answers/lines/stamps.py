"""Stamps as people name them: the business unit and its numbers, with references and risk codes (platform.md 5.6)."""

from collections.abc import Iterable, Sequence
from typing import Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, texts_of, typed_text
from whitespace_mcp.documents.line_sets import Impression, StampedLine
from whitespace_mcp.documents.percent import written
from whitespace_mcp.terms.text import typed

MOST_STAMPS: Final = 4
MOST_CODES: Final = 4
_WHOLE: Final = "100%"
_NAME: Final = 60
_CODE: Final = 24


class Stamp(Answer):
    """One stamp; `line` is its percentage where a line has several stamps, `year` stands on a leader's stamp only."""

    stamp: str
    line: str | None = None
    refs: list[str] | None = None
    risk_codes: list[str] | None = None
    year: str | None = None
    mirror: list[str] | None = None


def stamps_of(entries: Sequence[StampedLine]) -> list[Stamp]:
    """The stamps of one carrier's line, at most `MOST_STAMPS`."""
    impressions = [impression for entry in entries for impression in entry.impressions]
    return [_stamp(impression, several=len(impressions) > 1) for impression in impressions[:MOST_STAMPS]]


def _stamp(impression: Impression, *, several: bool) -> Stamp:
    document = impression.document
    codes = [as_text(as_object(code).get("code")) for code in as_list(document.get("riskCodes"))]
    mirrored = as_list(document.get("mirrorStamps")) or as_list(document.get("brexitData"))  # its form before 2.18
    mirrors = [as_object(as_object(impression).get("stamp")) for impression in mirrored]
    line = impression.percent
    return Stamp(
        stamp=_name(as_object(document.get("stamp")), as_list(document.get("stampIdentifiers"))),
        line=(written(line) if line is not None else "unreadable") if several else None,
        refs=_codes(texts_of(document.get("uwRefs"))),
        risk_codes=_codes(code for code in codes if code),
        year=_word(document.get("yearOfAccount")),
        mirror=_codes(_name(mirror, []) for mirror in mirrors if mirror),
    )


def _name(stamp: Document, identifiers: Sequence[object]) -> str:
    unit = typed(as_text(stamp.get("businessUnit")) or "", _NAME)
    parts = [as_object(identifier) for identifier in identifiers]
    codes = [_identifier(part, unit) for part in parts[:MOST_CODES]] or [_word(stamp.get("bureauMarketCode")) or ""]
    numbers = " + ".join(dict.fromkeys(filter(None, codes)))
    return f"{unit} ({numbers})" if unit and numbers else unit or numbers or "(no name)"


def _identifier(part: Document, unit: str) -> str:
    """`1887 KES 82%`: the number, the pseudonym, and the split where it is not the whole."""
    number = _word(part.get("categoryNumber"))
    pseudonym = _word(part.get("pseudonymn")) or _word(part.get("pseudonym")) or _word(part.get("categoryExtra"))
    split = _word(part.get("splitPercentage"))
    return " ".join(
        filter(None, [number if number not in unit.split() else None, pseudonym, split if split != _WHOLE else None])
    )


def _codes(values: Iterable[str]) -> list[str] | None:
    codes = dict.fromkeys(typed(value, _CODE if " " not in value else _NAME) for value in values)
    return [code for code in codes if code][:MOST_CODES] or None


def _word(value: object) -> str | None:
    return typed_text(value, _CODE)
