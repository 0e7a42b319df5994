"""What has changed in a list since it was read, as the newest page of the summaries tells it.

Every change to a contract document makes its slip's summary new, so a page that reaches back beyond the newest edit of
the list names all slips that may have changed. Of these, a document is asked for that the list does not have, or has
with another last edit, status or teams, or that was edited in the very second of the newest edit. Where the page does
not reach so far, or something does not fit, nothing is said: then the list is read whole. What no summary shows (a
document that is deleted or hidden without a trace) is found when the list is read whole the next time.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import placing_head
from whitespace_mcp.api.reads import SLIP_DOCUMENTS
from whitespace_mcp.config.errors import BadAnswer, Unavailable, WhitespaceError
from whitespace_mcp.documents.json import Document, as_object, as_text, read_list
from whitespace_mcp.documents.newest import NewestPage, Stub, Summary, contract_stubs
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.list_reader import teams_of
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.runtime.side_by_side import together
from whitespace_mcp.terms.ids import root_of
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import squeeze

MOST: Final = 24
"""Contract documents beyond which the whole list is asked for; or fewer, where that is shorter."""
LISTED_BYTES, CONTRACT_BYTES = 450, 60_000
"""About how long a document is in the list, and by itself."""


class UnclearError(Exception):
    """The summaries do not tell what has changed."""


@dataclass(frozen=True)
class Changes:
    """What has changed: documents as elements of the list, and ids that are in it no more."""

    elements: list[Document] = field(default_factory=list[Document])
    gone: frozenset[str] = frozenset()


Baseline = Mapping[str, tuple[str, int]]
"""What a list is known to agree with: the newest summaries when it was right, by name, with moment and hash."""


async def changes_of(api: OrganisationApi, page: NewestPage, book: Book, baseline: Baseline) -> Changes:
    """What has changed since a list was read.

    Args:
        api: the reads of the organisation whose list it is.
        page: the newest page of the summaries.
        book: the list as it is known.
        baseline: what of earlier pages it agrees with.

    Raises:
        UnclearError: the list has to be read whole.
        WhitespaceError: the platform cannot be reached, or not now.
    """
    if book.source != "list" or not book.newest or page.newest < book.newest or not page.reaches(book.newest):
        raise UnclearError
    if page.lacks(baseline) or len(page.seen) < len(page.summaries):
        raise UnclearError
    new = [summary for summary in page.summaries if baseline.get(summary.name) != page.seen[summary.name]]
    if any(summary.name in baseline and summary.moment < book.newest for summary in new):
        raise UnclearError
    stubs: dict[str, dict[str, Stub]] = {}
    for summary in new:
        if summary.moment >= book.newest:
            stubs.setdefault(summary.root, {}).update({stub.id: stub for stub in _stubs(summary)})
    names: list[str] = []
    gone: set[str] = set()
    for root, by_id in stubs.items():
        records = {record["id"]: record for record in book.slip(root)}
        visible = set(by_id) if by_id.keys() >= records.keys() else await _visible(api, root)
        gone |= records.keys() - visible
        names += [
            name
            for name in visible
            if name not in records or (name in by_id and _differs(records[name], by_id[name], book.newest, api.side))
        ]
    if len(names) > max(4, min(MOST, book.documents * LISTED_BYTES // CONTRACT_BYTES)):
        raise UnclearError
    return Changes(await _elements(api, names), frozenset(gone))


def _stubs(summary: Summary) -> Iterable[Stub]:
    try:
        stubs = contract_stubs(summary)
    except BadAnswer:
        raise UnclearError from None
    if not summary.root or any(root_of(stub.id) != summary.root for stub in stubs):
        raise UnclearError
    return stubs


def _differs(record: Record, stub: Stub, newest: str, side: Side) -> bool:
    """Whether a document may be another than the list has; the second of the newest edit may have had a later one."""
    teams = teams_of(stub.channels, side)
    same_status = squeeze(record["status"] or "") == squeeze(stub.status or "")
    return record["updated"] != stub.updated or record["teams"] != teams or not same_status or stub.is_since(newest)


async def _visible(api: OrganisationApi, root: str) -> set[str]:
    """The contract documents of a slip that the organisation sees."""
    with _clear():
        listed = read_list(await api.fetch(SLIP_DOCUMENTS, {"root": root}))
    names = {as_text(as_object(instance).get("id")) or "" for instance in listed}
    if "" in names:
        raise UnclearError
    return names


async def _elements(api: OrganisationApi, names: list[str]) -> list[Document]:
    """Documents as elements of the list."""
    with _clear():
        contracts = await together([partial(placing_head, api, name) for name in names])
    elements = list(map(_element, contracts))
    if [element["id"] for element in elements] != names or not all(instant(e["updatedAt"]) for e in elements):
        raise UnclearError
    return elements


@contextmanager
def _clear() -> Generator[None]:
    """What the platform does not give now is an outage; what it does not give at all leaves things unclear."""
    try:
        yield
    except Unavailable:
        raise
    except WhitespaceError:
        raise UnclearError from None


def _element(contract: Document) -> Document:
    """A contract document as the list shows it: the head of a contract has the same fields (platform.md 5.2, 5.4)."""
    head = as_object(contract.get("control"))
    whole = {"id": as_text(contract.get("_id")), "channels": contract.get("channels")}
    return {**head, **whole, "updatedAt": contract.get("updatedAt")}


def agrees(page: NewestPage | None, book: Book) -> bool:
    """Whether the newest page of the summaries can be that of a list: not older, and not empty beside it."""
    return page is not None and bool(page.summaries) == bool(book.slips) and page.newest >= book.newest


def mark_for(page: NewestPage | None, book: Book) -> bytes | None:
    """What the newest page must still be for a list that was read after it to be right; None if it tells nothing."""
    return page.mark if page is not None and agrees(page, book) else None
