"""Finding the risk that a caller names: by short or full id of the slip or of a document, or by UMR."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.config.errors import BadArgument, NotFound, WhitespaceError, listed
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.terms.ids import (
    SHORT_DIGITS,
    is_contract,
    is_root,
    kind_of,
    root_of,
    segments_of,
    short_document,
    umr_key,
)
from whitespace_mcp.terms.text import clean, fold, plain

_LONG_ENOUGH: Final = 4
"""Characters of a title that are worth looking for."""


@dataclass(frozen=True)
class Slip:
    """A slip of one organisation, as the list knows it.

    Attributes:
        root: the full root id; `short`: its short form.
        documents: its records (columns of `Row`), the current one first; empty where the list does not know it yet.
        document_id: the document that the caller named, or the current one; the root where nothing is known.
    """

    root: str
    short: str
    documents: tuple[Record, ...]
    document_id: str

    @property
    def current(self) -> Record | None:
        """The record of the current document."""
        return self.documents[0] if self.documents else None

    @property
    def name(self) -> str | None:
        """The contract's title."""
        return self.current["name"] if self.current else None


def find_slip(book: Book, words: str) -> Slip:
    """The slip that `asked` names in one organisation's list.

    A full root or document id that the list does not hold is passed on: the list can be a minute old.

    Raises:
        NotFound: nothing there has that id or UMR.
        BadArgument: it is an id of another kind.
        WhitespaceError: several slips do; the message lists them.
    """
    text = plain(words)
    root = root_of(text)
    by_id = root[:2].upper() == "IC" and len(root) >= 2 + SHORT_DIGITS
    roots = book.roots_beginning(root) if by_id else []
    if not roots and umr_key(text):
        roots = book.roots_of_umr(umr_key(text))
    roots = [root] if root in roots else roots
    if len(roots) > 1:
        raise _several(book, roots)
    if roots:
        return _slip(book, roots[0], text if by_id else roots[0])
    if is_root(root):
        return Slip(root=root.upper(), short=root[: 2 + SHORT_DIGITS].upper(), documents=(), document_id=text)
    if kind := kind_of(text):
        raise BadArgument(
            "risk",
            f"is the id of {kind}",
            allowed="It takes an id of a risk or of one of its documents, which begins with IC, or a UMR.",
            example="IC213DA609",
        )
    if titles := titled(book, text):
        raise no_id(text, titles)
    raise NotFound(
        f"There is no risk '{clean(text, 60)}' in this organisation's list, or it is not visible to it",
        retry="Trying again will not help, unless with refresh=true on get_risks for a risk of the last minute.",
        do="Another organisation of the user may see it: look for it with get_risks (name, umr, organisation='all').",
    )


def titled(book: Book, words: str) -> list[str]:
    """The latest slips in whose title some words stand, as a message lists them."""
    text = fold(words)
    return [_candidate(book.slip(root)[0]) for root in book.titled(text)] if len(text) >= _LONG_ENOUGH else []


def no_id(words: str, candidates: Sequence[str]) -> NotFound:
    """A title was passed where an id is needed; `words` is what was passed."""
    return NotFound(
        f"'{clean(words, 60)}' is neither an id nor a UMR",
        retry="Call again with the id of the one that is meant.",
        do=f"With that in the title: {listed(candidates)}.",
    )


def _slip(book: Book, root: str, words: str) -> Slip:
    documents = tuple(book.slip(root))
    short = documents[0]["slip_short"]
    if not segments_of(words):
        return Slip(root, short, documents, documents[0]["id"])
    wanted = {words.upper(), "::".join([short, *segments_of(words)]).upper()}
    for document in documents:
        if wanted & {document["id"].upper(), short_document(document["id"], short).upper()}:
            return Slip(root, short, documents, document["id"])
    if is_root(root_of(words)) and is_contract(words):
        return Slip(root, short, documents, words)
    raise NotFound(
        f"Risk {short} has no such contract document in this organisation's list",
        do="Its documents: " + listed(short_document(document["id"], short) for document in documents) + ".",
    )


def _several(book: Book, roots: list[str]) -> WhitespaceError:
    slips = [book.slip(root)[0] for root in roots[:12]]
    return WhitespaceError(
        f"{len(roots)} risks match",
        retry="Call again with one of their ids.",
        do=f"Candidates: {listed(map(_candidate, slips))}.",
    )


def _candidate(record: Record) -> str:
    """A slip as a message lists it."""
    name = clean(record["name"] or "no name", 60)
    return f"{record['slip_short']} ({name}, {record['slip_stage']}, {(record['updated'] or '')[:10]})"
