"""What a list of risks comes to: the columns of a document's row, and what many documents have in common."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypedDict

from whitespace_mcp.terms.stages import Stage


class Row(TypedDict):
    """One contract document of the list, and what is known of its slip: the columns of the view `documents`.

    Attributes:
        id: the full document id; `root`: its slip's; `slip_short`: the slip's short id.
        status: in the platform's own words; `stage`: what it means.
        name: the contract's title; `umr`: as written, trimmed; `type`: the list's ContractType.
        broker_channel: the placing broker's channel.
        teams: own teams' channels, each followed by a bar.
        updated: the contract document's last edit, ISO 8601 in UTC.
        name_key, umr_key: the forms in which names and UMRs are compared.
        padded: whether the UMR had blanks around it, or characters in it that nobody sees.
        current: whether it gives its slip's stage.
        slip_stage, documents, umr_shared: the slip's stage, how many documents it has, and whether another slip has
            the UMR of one of them.
    """

    id: str
    root: str
    status: str | None
    stage: Stage
    name: str | None
    umr: str | None
    type: str | None
    facility: int
    broker_channel: str | None
    teams: str
    updated: str | None
    name_key: str | None
    umr_key: str | None
    padded: int
    current: int
    slip_stage: Stage
    slip_short: str
    documents: int
    umr_shared: int


COLUMNS: Final = tuple(Row.__annotations__)


class Record(Row, total=False):
    """A row as a question gives it: with what summaries told of its slip, and its expiry, where it needs them.

    The columns that summaries tell are those of `SummaryFacts`; `waits` and `since` say what is asked, and since when.
    `umr_form` is there where that is asked: what is unusual about its UMR.
    """

    activity: str | None
    inception: str | None
    limit_text: str | None
    currency: str | None
    amount: str | None
    owners: str | None
    asked: str | None
    written: str | None
    signed: str | None
    facilities: str | None
    waits: str | None
    since: str | None
    expiry: str | None
    umr_form: str


class Documents(NamedTuple):
    """Columns of some documents; `slip`, `kind` and `title` are numbers of theirs, `updated` is that of `Row`.

    Attributes:
        tail: what follows the slip's root in the document's id.
    """

    slip: Sequence[int]
    kind: Sequence[int]
    title: Sequence[int]
    tail: Sequence[str]
    updated: Sequence[str | None]


class Title(NamedTuple):
    """A name and a UMR, which most documents of a slip have in common, and how they are compared.

    Attributes:
        name_key: None where it is the name in small letters; `umr_key`: where it is the UMR so, without its B.
        padded: as of `Row`.
    """

    name: str | None
    umr: str | None
    name_key: str | None
    umr_key: str | None
    padded: int


NumberedTitle = tuple[int, str | None, str | None, str | None, str | None, int]
"""A title's number, then the fields of `Title`."""


class Kind(NamedTuple):
    """What many documents have in common; the fields are those of `Row`."""

    status: str | None
    stage: Stage
    type: str | None
    facility: int
    broker_channel: str | None
    teams: str


class SlipColumns(NamedTuple):
    """Columns of what all documents of a slip have in common; `stage`, `documents` and `umr_shared` as of `Row`.

    Attributes:
        doc: the number of its current document, in the order of reading.
        short: its short id; None where that is how the root begins.
    """

    root: Sequence[str]
    doc: Sequence[int]
    stage: Sequence[Stage]
    documents: Sequence[int]
    umr_shared: Sequence[int]
    short: Sequence[str | None]
