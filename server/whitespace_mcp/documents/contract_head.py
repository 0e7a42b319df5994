"""The head of a contract document: the few fields that the list has of it; the rest, most of 60 KB, is not read."""

from typing import Any, Final

import msgspec

from whitespace_mcp.documents.json import Document, read_object, wrong_shape


class _Head(msgspec.Struct, gc=False):
    id: Any = msgspec.field(name="_id", default=None)
    channels: Any = None
    updated: Any = msgspec.field(name="updatedAt", default=None)
    control: Any = None
    error: Any = None


_DECODER: Final = msgspec.json.Decoder(_Head)


def read_head(body: bytes) -> Document:
    """Id, channels, last edit and `control` of a contract document (platform.md 5.4), None where it has none.

    Raises:
        BadAnswer: the body is not JSON, not an object, or an error that came with status 200.
    """
    try:
        head = _DECODER.decode(body)
    except (ValueError, RecursionError):
        contract = read_object(body)
        return {name: contract.get(name) for name in ("_id", "channels", "updatedAt", "control")}
    if head.error is True:
        raise wrong_shape()
    return {"_id": head.id, "channels": head.channels, "updatedAt": head.updated, "control": head.control}
