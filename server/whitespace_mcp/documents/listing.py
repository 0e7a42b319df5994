"""The platform's array of contract documents, read in pieces: the usual elements fast, any others as they always were.

A piece begins before the first key of an element and ends before that of a later one. Between brackets it is valid JSON
if, and only if, the cut was right, so the same bytes inside a text do no harm: the piece then grows to the next place.
A piece that the fast reader refuses (keys in odd cases, half characters, `NaN`, an element that is no object) is read
by `read_json`; where the two read one document differently is told in `tests/documents/test_list_in_pieces.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Final, cast

import msgspec
from msgspec import UNSET

from whitespace_mcp.config.errors import BadAnswer
from whitespace_mcp.documents.json import Document, read_json, wrong_shape

FIELDS: Final = (
    "id", "Status", "InsuredName", "umr", "ContractType", "IsFacility", "placingBrokerChannel", "channels", "updatedAt",
)  # fmt: skip
"""What we use of an element, in the platform's spelling (platform.md 5.2)."""
PIECE: Final = 65_536
"""Bytes of a piece, at least: enough to make its own cost small, few enough that a slow one costs little."""
MOST_KEYS: Final = 64
_LOWER: Final = tuple(map(str.lower, FIELDS))
SMALL: Final = {small: field for field in FIELDS if (small := field[0].lower() + field[1:]) != field}
"""The other spelling that the platform uses, which begins with a small letter, and the field that it stands for."""
_FIRST: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*(\{\s*"[^"\\]{1,64}")')
_UNKNOWN: Final = re.compile(r"unknown field `([^`]+)`")
_BLANK: Final = b" \t\r\n"
_COMMA: Final = ord(",")
_MARGIN: Final = 128
"""Bytes at the end in which an opening can be cut off."""

Values = tuple[Sequence[Any], ...]
"""The values of each of `FIELDS` in the elements of one piece; None where an element has none.

Channels can be `msgspec.Raw`, the JSON of an array that was not read yet.
"""
NOTHING: Final[Values] = ((),) * len(FIELDS)


class Elements:
    """Elements that are there already, as one piece; `listed` is how many were read so far, readable or not."""

    def __init__(self, elements: Sequence[object]) -> None:
        self.listed = 0
        self._elements = elements

    def __iter__(self) -> Iterator[Values]:
        """The values of those that are objects."""
        self.listed = len(self._elements)
        yield _values(_narrowed(self._elements))


class Pieces:
    """A list as the platform sends it, read piece by piece as its bytes come in.

    A piece has so many bytes at least; `listed` is how many elements were read so far, readable or not.
    """

    def __init__(self, piece: int = PIECE) -> None:
        self.listed = 0
        self._size = piece
        self._buffer = bytearray()
        self._opening: bytes | None = None
        self._least = piece
        """Bytes that there must be before a cut is looked for, which is from there on."""
        self._others = frozenset({"rev", "type", "createdAt"})

    def feed(self, chunk: bytes) -> Iterator[Values]:
        """Take bytes in; the values of the elements that are objects, of each piece that is whole now."""
        self._buffer += chunk
        while len(self._buffer) > self._least + _MARGIN and (self._opening or self._begin()):
            cut = _cut(self._buffer, self._least, self._opening or b"")
            if cut is None:
                self._least = len(self._buffer) - _MARGIN
                return
            values = self._values(self._text(cut[0], b"]"), last=False)
            if values is None:
                self._least = 2 * cut[1]
                continue
            del self._buffer[: cut[1]]
            self._least = self._size
            yield values

    def end(self) -> Iterator[Values]:
        """The last piece.

        Raises:
            BadAnswer: what came is not JSON, or not an array.
        """
        if self._opening is None and not self._begin():
            yield self._tolerant(read_json(bytes(self._buffer)))
        else:
            values = self._values(self._text(len(self._buffer), b""), last=True)
            self._buffer = bytearray()
            if values is not None:
                yield values

    def _begin(self) -> bool:
        """Find out how elements open, and drop what is before the first."""
        first = _FIRST.match(self._buffer)
        if first is None:
            self._least = max(self._least, 2 * len(self._buffer))
            return False
        self._opening = bytes(first[1])
        start = first.start(1)
        del first
        del self._buffer[:start]
        return True

    def _text(self, end: int, close: bytes) -> bytes:
        """What is in the buffer up to a place, as an array."""
        with memoryview(self._buffer) as view, view[:end] as part:
            return b"".join((b"[", part, close))

    def _values(self, text: bytes, *, last: bool) -> Values | None:
        """What a piece holds; None if the cut was wrong."""
        values = self._fast(text)
        if values is not None:
            return values
        try:
            return self._tolerant(read_json(text))
        except BadAnswer:
            if last:
                raise
            return None

    def _fast(self, text: bytes) -> Values | None:
        """The piece by the fast reader; None if it cannot be read by it. Keys that are new are learnt."""
        decode, take = _reader(self._others)
        while True:
            try:
                elements = decode(text)
            except msgspec.ValidationError as error:
                unknown = _UNKNOWN.search(str(error))
                key = unknown[1] if unknown else ""
                if key not in SMALL and not self._learns(key):
                    return None
                decode, take = _reader(self._others.union(SMALL if key in SMALL else ()))
            except (ValueError, RecursionError):
                return None
            else:
                values = _values(map(take, elements))
                values = values if len(values) == len(FIELDS) else _united(values)
                self.listed += len(elements) if values else 0
                return values

    def _learns(self, key: str) -> bool:
        """Whether a key that stopped the reader is one that we do not use, which it knows from now on."""
        odd = not key or not key.isascii() or key.lower() in _LOWER
        if odd or key in self._others or len(self._others) > MOST_KEYS:
            return False
        self._others |= {key}
        return True

    def _tolerant(self, elements: object) -> Values:
        """The same of elements of whatever kind, with keys in any case."""
        if not isinstance(elements, list):
            raise wrong_shape()
        objects = cast("list[object]", elements)
        self.listed += len(objects)
        return _values(_narrowed(objects))


def _values(narrow: Iterable[tuple[Any, ...]]) -> Values:
    """The same by field."""
    return tuple(zip(*narrow, strict=True)) or NOTHING


def _cut(buffer: bytearray, least: int, opening: bytes) -> tuple[int, int] | None:
    """Where a piece could end, before a comma, and the next one begin; None if nowhere so far."""
    place = least
    while (place := buffer.find(opening, place)) >= 0:
        end = place
        while end and buffer[end - 1] in _BLANK:
            end -= 1
        if end and buffer[end - 1] == _COMMA:
            return end - 1, place
        place += 1
    return None


@lru_cache(maxsize=32)
def _reader(others: frozenset[str]) -> tuple[Callable[[bytes], list[Any]], Callable[[Any], tuple[Any, ...]]]:
    """A decoder of elements with our fields and these others, and what takes our fields out of one.

    If the other spellings are among these, they are taken too, after the fields and in the order of `SMALL`.
    """
    small = [name for name in SMALL if name in others]
    twofold = {*small, *map(SMALL.get, small)}
    taken = (*FIELDS, *small)
    names = {name: f"f{place}" for place, name in enumerate((*taken, *sorted(others.difference(small))))}
    kinds = {name: msgspec.Raw if name == "channels" or name not in taken else Any for name in names}
    absent = {name: msgspec.Raw(b"null") if kinds[name] is msgspec.Raw else None for name in names}
    absent |= dict.fromkeys(twofold, UNSET)
    element = msgspec.defstruct(
        "Element",
        [(names[name], kinds[name], absent[name]) for name in names],
        gc=False,
        forbid_unknown_fields=True,
        rename={field: name for name, field in names.items()},
    )
    return msgspec.json.Decoder(list[element]).decode, attrgetter(*map(names.__getitem__, taken))


def _united(values: Values) -> Values | None:
    """The values of the fields alone, each by whichever of its spellings; None if an element has both."""
    fields = list(values[: len(FIELDS)])
    for name, small in zip(SMALL.values(), values[len(FIELDS) :], strict=True):
        place = FIELDS.index(name)
        column = list(fields[place])
        for at, value in enumerate(small):
            if value is not UNSET:
                if column[at] is not UNSET:
                    return None
                column[at] = value
        fields[place] = [None if value is UNSET else value for value in column]
    return tuple(fields)


def _narrowed(elements: Iterable[object]) -> Iterator[tuple[Any, ...]]:
    """The fields that we use of each object; of keys that differ in case only the first counts."""
    shapes: dict[tuple[str, ...], Callable[[Document], tuple[Any, ...]]] = {}
    for element in elements:
        if isinstance(element, dict):
            document = cast("Document", element)
            keys = tuple(document)
            narrow = shapes.get(keys)
            if narrow is None:
                narrow = shapes[keys] = _narrowing(keys)
            yield narrow(document)


def _narrowing(keys: tuple[str, ...]) -> Callable[[Document], tuple[Any, ...]]:
    """How to take our fields out of an object with these keys; a missing one is None."""
    spelt = {key.lower(): key for key in reversed(keys)}
    spellings = [spelt.get(name) for name in _LOWER]
    if None not in spellings:
        return itemgetter(*spellings)
    return lambda document: tuple([None if key is None else document[key] for key in spellings])
