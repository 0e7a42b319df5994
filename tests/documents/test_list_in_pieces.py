"""The list read in pieces: the fast reader and the tolerant one tell the same, wherever a piece ends."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.config.errors import BadAnswer
from whitespace_mcp.documents.json import read_json, read_list
from whitespace_mcp.documents.listing import FIELDS, SMALL, Elements, Pieces, Values

OPENING = '"},{"id":"IC1'
"""What a cut is looked for by, inside a text."""
_texts = st.one_of(st.text(max_size=8), st.just(OPENING), st.just('\\"},{"id"'))
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a"]), inner, max_size=2),
    max_leaves=4,
)
_keys = st.sampled_from(
    [*FIELDS, *SMALL, *map(str.lower, FIELDS), *map(str.upper, FIELDS), "rev", "createdAt", "newField", "é"]
)
_rows = st.dictionaries(_keys, _values, max_size=6).map(lambda more: {"id": "IC1", **more})
_lists = st.lists(st.one_of(_rows, _rows, _rows, _values), max_size=8)


def fields_of(listing: Iterable[Values]) -> list[tuple[Any, ...]]:
    """The fields of each element, as they compare: channels read, and a number told from an equal one."""
    rows = [row for values in listing for row in zip(*values, strict=True)]
    return [tuple(repr(read_json(bytes(v)) if isinstance(v, msgspec.Raw) else v) for v in row) for row in rows]


def read(body: bytes, piece: int, chunk: int = 7) -> tuple[list[Values], int]:
    """The pieces of a list that comes in chunks, and how many elements there were."""
    pieces = Pieces(piece)
    chunks = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    values = [part for bytes_ in chunks for part in pieces.feed(bytes_)]
    return [*values, *pieces.end()], pieces.listed


@given(_lists, st.integers(1, 200), st.integers(1, 300), st.sampled_from([None, 1]))
def test_both_readers_tell_the_same_wherever_the_list_is_cut(
    rows: list[Any], piece: int, chunk: int, indent: int | None
) -> None:
    body = json.dumps(rows, indent=indent).encode()
    values, listed = read(body, piece, chunk)
    assert fields_of(values) == fields_of(Elements(read_list(body) if any(isinstance(r, dict) for r in rows) else rows))
    assert listed == len(rows)


@given(_lists, st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_a_list_that_was_cut_off_is_never_taken_for_a_shorter_one(rows: list[Any], piece: int, part: float) -> None:
    body = json.dumps(rows).encode()
    with pytest.raises(BadAnswer):
        read(body[: int(part * len(body))], piece)


@pytest.mark.parametrize(
    "odd",
    [
        '"umr": 1e400', '"umr": -1e400', f'"umr": {"9" * 4_000}', '"umr": NaN', '"rev": Infinity', '"umr": 1.0',
        '"InsuredName": "half \\ud83d"', '"rev": "half \\ude00 of it"', '"umr": "B1", "umr": "B2"',
        '"UMR": "B1", "umr": "B2"', '"\\u0075mr": "B1"', f'"rev": {"[" * 150}{"]" * 150}', '"umr": "\\u0000"',
        '"new": [{"id": 1}, {"id": "},{\\"id\\":2"}]', '"channels": "acme_MARINE"', '"channels": ["\\ud83d", 7, null]',
        '"Status": ["Signed"]', '"Status": null, "status": "Signed"', '"status": "Signed", "Status": null',
    ],
)  # fmt: skip
def test_what_json_readers_disagree_about_is_read_as_before_and_costs_no_other_row(odd: str) -> None:
    body = f'[{{"id": "IC0"}}, {{"id": "IC1", {odd}}}, {{"id": "IC2", "umr": "B3"}}]'.encode()
    for piece in (1, 1_000):
        assert fields_of(read(body, piece)[0]) == fields_of(Elements(read_list(body)))


@pytest.mark.parametrize("odd", [b'"\xff"', b"9" * 4_301], ids=["no UTF-8", "a number too long"])
def test_what_is_no_value_is_refused_in_a_field_that_is_read_and_passes_in_one_that_is_not(odd: bytes) -> None:
    refused, passed = (b'[{"id": "IC1", "%s": %s}]' % (key, odd) for key in (b"umr", b"rev"))
    with pytest.raises(BadAnswer):
        read(refused, 1)
    assert [row[0] for row in fields_of(read(passed, 1)[0])] == ["'IC1'"]


@pytest.mark.parametrize(
    "body", [b"{}", b"null", b'"[]"', b"", b"[", b"[]]", b'[{"id": "IC1"}],', b'[{"id": 1},,{"id": 2}]']
)
def test_what_is_no_array_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read(body, 1)


def test_neither_a_later_field_nor_the_other_spelling_makes_reading_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [{"id": f"IC{n}", "newField": {"deep": [n]}, "another": n} for n in range(50)]
    rows += [{"id": "IC50", "status": "Signed"}, {"id": "IC51", "Status": "Signed", "insuredName": "Acme"}]
    body = json.dumps(rows).encode()

    expected = fields_of(Elements(rows))

    def tolerant(_: bytes) -> object:
        pytest.fail("the tolerant reader was used")

    monkeypatch.setattr("whitespace_mcp.documents.listing.read_json", tolerant)
    assert fields_of(read(body, 100)[0]) == expected
