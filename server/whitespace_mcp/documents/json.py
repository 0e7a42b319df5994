"""Reading JSON of the platform: narrow, and tolerant of what it omits, mistypes or invents (platform.md 9)."""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from pydantic_core import from_json

from whitespace_mcp.config.errors import BadAnswer
from whitespace_mcp.terms.text import typed

Document = dict[str, Any]

_CACHED: Final = "keys"
"""Values of a large list, if kept in the parser's cache, would hold on to a third of the memory that reading took."""
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"", "false", "no", "0", "none"})
_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


def read_json(body: bytes) -> object:
    """Any JSON document; half a character, as a text that was cut in a browser ends, is replaced.

    Raises:
        BadAnswer: the body is not JSON.
    """
    try:
        return from_json(body, cache_strings=_CACHED)
    except ValueError:
        pass
    try:
        return from_json(_ESCAPE.sub(_whole, body), cache_strings=_CACHED)
    except ValueError:
        raise BadAnswer(
            "The platform's answer is not valid JSON; it may have been cut off in transit",
            retry="Trying again may help.",
            do="If it happens again, ask a narrower question.",
        ) from None


def _whole(escape: re.Match[bytes]) -> bytes:
    """A lone surrogate becomes the replacement character; every other escape stays."""
    return escape[0] if escape["half"] is None else b"\\ufffd"


def read_object(body: bytes) -> Document:
    """A JSON object.

    Raises:
        BadAnswer: the body is not JSON, not an object, or an error that came with status 200.
    """
    document = read_json(body)
    if not isinstance(document, dict):
        raise wrong_shape()
    properties = cast("Document", document)
    if properties.get("error") is True:
        raise wrong_shape()
    return properties


def read_list(body: bytes) -> list[object]:
    """A JSON array of documents, of which some may be anything else.

    Raises:
        BadAnswer: the body is not JSON, or not an array, or one that holds things and not one object.
    """
    document = read_json(body)
    if not isinstance(document, list):
        raise wrong_shape()
    elements = cast("list[object]", document)
    if elements and not any(isinstance(element, dict) for element in elements):
        raise wrong_shape()
    return elements


def as_object(value: object) -> Document:
    """The object itself, or an empty one in place of anything else."""
    return cast("Document", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The array itself, or an empty one in place of anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_text(value: object) -> str | None:
    """A text with something in it, trimmed; numbers become text; None in place of anything else."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def objects_of(value: object) -> list[Document]:
    """The elements of an array as objects, empty ones in place of anything else."""
    return [as_object(element) for element in as_list(value)]


def line_items(document: Document) -> list[Document]:
    """The headings of a contract document (platform.md 5.4)."""
    return objects_of(as_object(document.get("MRCContract")).get("lineItems"))


def texts_of(value: object) -> list[str]:
    """The texts in an array that may hold anything."""
    return [text for part in as_list(value) if (text := as_text(part))]


def typed_text(value: object, limit: int = 60) -> str | None:
    """A text that somebody typed, made safe to show (`terms.text.typed`); None where nothing is left of it."""
    return typed(as_text(value) or "", limit) or None


def is_yes(value: object) -> bool:
    """Whether a flag is set, as a boolean or in words."""
    return value is True or (as_text(value) or "").lower() in _YES


def may_be_yes(value: object) -> bool:
    """Whether a flag is set, or holds anything else than a plain no: of what must not be shown by mistake."""
    return value is True or isinstance(value, dict | list) or (as_text(value) or "").lower() not in _NO


def id_of(document: Document) -> str:
    """A document's id, also as lists and summaries spell it; empty where it has none."""
    return as_text(document.get("_id")) or as_text(document.get("id")) or ""


def type_of(document: Document) -> str:
    """A document's type; empty where it has none."""
    return as_text(document.get("type")) or ""


def of_type(documents: Iterable[Document], kind: str) -> list[Document]:
    """The documents of one type."""
    return [document for document in documents if document.get("type") == kind]


def wrong_shape() -> BadAnswer:
    """A valid JSON document that is not what the operation returns."""
    return BadAnswer(
        "The platform's answer has an unexpected shape",
        retry="Trying again may help.",
        do="If it happens again, this server may need an update for a new version of the platform.",
    )
