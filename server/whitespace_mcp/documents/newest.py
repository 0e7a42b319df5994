"""The newest page of summaries, narrow: which slips something happened to, and what of it was seen before.

Of each summary its id, slip and moment are read; its stubs stay bytes until somebody has to look into them
(platform.md 5.1).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
from pydantic_core import to_json

from whitespace_mcp.documents.json import as_object, as_text, objects_of, read_json, read_list
from whitespace_mcp.terms.moments import instant

PAGE: Final = 60
"""Summaries on a page; a shorter one is the last."""


class Summary(NamedTuple):
    """One summary.

    Attributes:
        name: its own id; `root`: the slip's; empty where it tells none.
        moment: the newest change to anything of the slip, an instant; empty where it tells none.
        stubs: the JSON of its documents' stubs.
    """

    name: str
    root: str
    moment: str
    stubs: bytes

    @property
    def look(self) -> int:
        """Stands for all that it tells, in this process only: a keyed hash, in a fifth of the time of a `mark`."""
        return hash(self)

    @property
    def mark(self) -> bytes:
        """Stands for all that it tells, in any process."""
        words = "\0".join((self.name, self.root, self.moment)).encode("utf-8", "replace")
        return hashlib.blake2b(words + b"\0" + self.stubs, digest_size=16).digest()


class Stub(NamedTuple):
    """What a summary tells of a contract document; the last edit is an instant, or None."""

    id: str
    updated: str | None
    status: str | None
    channels: object

    def is_since(self, moment: str) -> bool:
        """Whether the last edit is at or after an instant, or is not told."""
        return self.updated is None or self.updated >= moment


@dataclass(frozen=True)
class NewestPage:
    """The newest page of the summaries, the newest change first."""

    summaries: tuple[Summary, ...]

    @property
    def is_all(self) -> bool:
        """Whether there are no further pages."""
        return len(self.summaries) < PAGE

    @property
    def newest(self) -> str:
        """The instant of the newest change on it; empty if it tells none."""
        return max((summary.moment for summary in self.summaries), default="")

    @cached_property
    def seen(self) -> dict[str, tuple[str, int]]:
        """When and what of each summary, by name: enough to know it again in this process."""
        return {summary.name: (summary.moment, summary.look) for summary in self.summaries}

    def lacks(self, seen: Mapping[str, tuple[str, int]]) -> bool:
        """Whether a summary that was seen before is gone, though nothing newer can have pushed it off."""
        last = "" if self.is_all else min(summary.moment for summary in self.summaries)
        names = {summary.name for summary in self.summaries}
        return any(moment > last for name, (moment, _) in seen.items() if name not in names)

    @property
    def mark(self) -> bytes:
        """Sixteen bytes that stand for all that it tells, in any process."""
        return hashlib.blake2b(b"".join(summary.mark for summary in self.summaries), digest_size=16).digest()

    def reaches(self, moment: str) -> bool:
        """Whether every slip that something happened to at or after an instant is on it."""
        moments = [summary.moment for summary in self.summaries]
        ordered = moments == sorted(moments, reverse=True)
        return "" not in moments and ordered and (self.is_all or moments[-1] < moment)


class _Narrow(msgspec.Struct, gc=False):
    name: Any = msgspec.field(name="_id", default=None)
    root: Any = msgspec.field(name="rootID", default=None)
    updated: Any = msgspec.field(name="updatedAt", default=None)
    docs: msgspec.Raw = msgspec.Raw(b"[]")


_DECODER: Final = msgspec.json.Decoder(list[_Narrow])


def read_newest(body: bytes) -> NewestPage:
    """A page of summaries.

    Raises:
        BadAnswer: the body is not JSON, or not an array, or one that holds things and not one object.
    """
    try:
        entries = [(entry.name, entry.root, entry.updated, bytes(entry.docs)) for entry in _DECODER.decode(body)]
    except (ValueError, RecursionError):
        entries = [_plain(as_object(entry)) for entry in read_list(body)]
    return NewestPage(
        tuple(
            Summary(as_text(name) or "", as_text(root) or "", instant(updated) or "", stubs)
            for name, root, updated, stubs in entries
        )
    )


def _plain(entry: dict[str, Any]) -> tuple[Any, Any, Any, bytes]:
    stubs = to_json(entry.get("docs"), inf_nan_mode="null")
    return entry.get("_id"), entry.get("rootID"), entry.get("updatedAt"), stubs


def contract_stubs(summary: Summary) -> list[Stub]:
    """The contract documents that a summary names.

    Raises:
        BadAnswer: its stubs are not JSON, as may be in what was only skipped so far.
    """
    return [
        Stub(name, instant(stub.get("updatedAt")), as_text(stub.get("status")), stub.get("channels"))
        for stub in objects_of(read_json(summary.stubs))
        if stub.get("type") == "RWPlacing" and (name := as_text(stub.get("id")))
    ]
