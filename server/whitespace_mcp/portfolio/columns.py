"""Columns of values that the platform sent: mostly plain, which is seen of all at once; else each value is cleaned.

A form for comparison is told only where it is not what SQL makes of what is shown: small letters, for UMRs without B.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from whitespace_mcp.terms.ids import umr_key
from whitespace_mcp.terms.text import clean, fold

_TRUE: Final = frozenset({"true", "yes", "1"})
NAME_LIMIT: Final = 120
SEARCHED_LIMIT: Final = 2_000
"""Of a title: what is shown is cut, what is searched hardly."""
WORD_LIMIT: Final = 60
_PLAIN_UMR: Final = re.compile(r"B?[0-9][A-Z0-9]{1,56}")
"""A UMR whose form for comparison is the same in small letters without the B."""
_VISIBLE: Final = bytes(range(33, 127))
_HASHABLE: Final = frozenset({str, bool, type(None)})

T = TypeVar("T")


class Memo(dict[Any, T]):
    """What values mean, each reckoned once."""

    def __init__(self, reckon: Callable[[Any], T]) -> None:
        super().__init__()
        self._reckon = reckon

    def __missing__(self, value: Any) -> T:
        meaning = self[value] = self._reckon(value)
        return meaning


def lines_of(values: Sequence[Any]) -> str | None:
    """Texts in one, each ended by a line feed; None if there is anything else among them, or in them."""
    try:
        lines = "\n".join((*values, ""))
    except TypeError:
        return None
    return lines if lines.count("\n") == len(values) else None


def title(name: object) -> tuple[str | None, str | None]:
    """A name as it is shown, and its form for comparison where that is not the same in small letters."""
    if isinstance(name, str) and 0 < len(name) <= NAME_LIMIT and _is_plain(name):
        return name, None
    shown = as_shown(name)
    whole = shown if isinstance(name, str) and len(name) <= NAME_LIMIT else as_shown(name, SEARCHED_LIMIT)
    key = fold(whole) if whole else None
    return shown, None if shown is not None and shown.isascii() and key == shown.lower() else key


def _is_plain(name: str) -> bool:
    """Whether a name is shown as it is, and compared in small letters."""
    plain = name.isascii() and name.isprintable() and "`" not in name
    return plain and "  " not in name and name == name.strip()


def reference(umr: object) -> tuple[str | None, str | None]:
    """A UMR as it is shown, and its form for comparison where that is not the same in small letters without the B."""
    if isinstance(umr, str) and _PLAIN_UMR.fullmatch(umr):
        return umr, None
    shown = as_words(umr)
    return shown, umr_key(shown) if shown and not _PLAIN_UMR.fullmatch(shown) else None


def document_ids(values: Sequence[Any]) -> list[str | None]:
    """Document ids, cleaned where they need it, as hardly any does."""
    try:
        joined = "".join(values)
    except TypeError:
        joined = " "
    plain = joined.isascii() and not joined.encode().translate(None, _VISIBLE) and all(values)
    return list(values if plain and max(map(len, values)) <= NAME_LIMIT else map(as_shown, values))


def lookup_channels(values: Sequence[Any]) -> list[Any]:
    """Channels as something that can be looked up: bytes where they were not read yet."""
    return [bytes(value) if value.__class__ is msgspec.Raw else comparable(value) for value in values]


def comparables(values: Sequence[Any]) -> Sequence[Any]:
    """Values that can be looked up, mostly as they are."""
    return values if _HASHABLE.issuperset(map(type, values)) else list(map(comparable, values))


def comparable(value: Any) -> Any:
    """A value that can be looked up: arrays become tuples of their texts, objects say nothing to us."""
    kind = value.__class__
    if kind is str or value is None or kind is bool:
        return value
    if kind is list or kind is tuple:
        return tuple([item if item.__class__ is str else None for item in value])
    return str(value) if kind is int or kind is float else None


def as_shown(value: object, limit: int = NAME_LIMIT) -> str | None:
    """Text that can be shown, numbers included; None in place of anything else."""
    if isinstance(value, str):
        return clean(value, limit) or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_words(value: object) -> str | None:
    """Text that can be shown, cut to the length of a word: a status, a type."""
    return as_shown(value, WORD_LIMIT)


def is_true(value: object) -> int:
    """1 if a flag is set, however it is typed; else 0."""
    return int(value is True or (as_shown(value) or "").lower() in _TRUE)
