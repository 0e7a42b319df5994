"""The head of a contract document is the same whether the rest of the document is read or not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.config.errors import BadAnswer
from whitespace_mcp.documents.contract_head import read_head
from whitespace_mcp.documents.json import read_object

HEAD = ("_id", "channels", "updatedAt", "control")
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Status", "a"]), inner, max_size=2),
    max_leaves=4,
)
_contracts = st.dictionaries(st.sampled_from([*HEAD, "mrc", "é", "error"]), _values, max_size=6)


def plainly(body: bytes) -> dict[str, Any]:
    """The same by the reader of whole documents."""
    contract = read_object(body)
    return {name: contract.get(name) for name in HEAD}


@given(_contracts)
def test_the_head_is_that_of_the_whole_document(contract: dict[str, Any]) -> None:
    body = json.dumps(contract).encode()
    if contract.get("error") is True:
        with pytest.raises(BadAnswer):
            read_head(body)
    else:
        assert repr(read_head(body)) == repr(plainly(body))


@pytest.mark.parametrize("odd", [b'{"_id": "IC1", "mrc": "half \\ud83d"}', b'{"_id": "IC1", "_id": "IC2", "mrc": NaN}'])
def test_what_json_readers_disagree_about_is_read_as_before(odd: bytes) -> None:
    assert read_head(odd) == plainly(odd)


@pytest.mark.parametrize("body", [b"[]", b"null", b"", b'{"_id": "IC1"', b'{"_id": "IC1"}}'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_head(body)
