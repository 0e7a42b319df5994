"""Whose a document is: which documents of a slip an organisation may be shown at all (platform.md 5.3, 9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from whitespace_mcp.config.errors import NotFound
from whitespace_mcp.documents.json import Document, as_object, as_text, id_of, objects_of, wrong_shape
from whitespace_mcp.terms.ids import own_channels, same_slip


@dataclass(frozen=True)
class Side:
    """The organisation on whose behalf is read, as documents name it.

    Its channels begin with the prefix, before the underscore; its MU id may stand among channels too.
    """

    channel_prefix: str
    id: str

    def may_see(self, document: Document) -> bool:
        """Whether a document can belong to the organisation at all."""
        own = own_channels(document.get("channels"), channel_prefix=self.channel_prefix, user_id=self.id)
        return own is not None


@dataclass(frozen=True)
class VisibleDocuments:
    """Documents that can be used, in the platform's order, and how many elements were left out."""

    documents: list[Document] = field(default_factory=list[Document])
    skipped: int = 0


def belonging(elements: Iterable[object], root: str, side: Side) -> VisibleDocuments:
    """The documents of one slip that can belong to an organisation, each id once.

    The platform lists some documents twice (platform.md 9). Of two with the same id the later revision stays, whatever
    their order; a repeated one is not counted as skipped.

    `elements` is what the platform listed; `root` the slip's root id.
    """
    by_id: dict[str, Document] = {}
    skipped = 0
    for element in elements:
        document = as_object(element)
        name = id_of(document)
        if not name or not same_slip(name, root) or not side.may_see(document):
            skipped += 1
        elif name not in by_id or _version(by_id[name]) < _version(document):
            by_id[name] = document
    return VisibleDocuments(list(by_id.values()), skipped)


def own(document: Document, root: str, side: Side) -> Document:
    """A single document, if it is of that slip and can belong to the organisation.

    `root` is the slip's root id.

    Raises:
        NotFound: it is not, so it must not be shown.
    """
    name = (id_of(document) or root).removeprefix("RWRiskSummary::")
    if not same_slip(name, root) or not side.may_see(document):
        raise NotFound(
            "The platform answered with a document that does not belong to this organisation; it was not shown",
            do="Check the id with get_risks in this organisation.",
        )
    return document


def own_contract(document: Document, root: str, side: Side) -> Document:
    """A single contract document of that slip, which has at least something that says it is one.

    `root` is the slip's root id.

    Raises:
        NotFound: it may not be shown.
        BadAnswer: it is some other object.
    """
    own(document, root, side)
    if not {"_id", "id", "type", "MRCContract"} & set(document):
        raise wrong_shape()
    return document


def usable(visible: VisibleDocuments) -> VisibleDocuments:
    """Documents of which at least one can be used, or none at all were there.

    Raises:
        BadAnswer: there is something, and all of it had to be left out: that is not the same as nothing.
    """
    if visible.skipped and not visible.documents:
        raise wrong_shape()
    return visible


def revision_number(document: Document) -> int:
    """The number in front of a revision, `3` of `3-a1df...`; 0 where there is none."""
    number = (as_text(document.get("_rev")) or as_text(document.get("rev")) or "").partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _version(document: Document) -> tuple[int, str, str]:
    """Which of two copies is the later one; the last part decides only between copies that tell nothing."""
    content = repr(sorted(map(repr, document.items())))
    return revision_number(document), as_text(document.get("updatedAt")) or "", content


def own_summaries(entries: Iterable[Document], side: Side) -> tuple[list[Document], int]:
    """Summaries that can belong to the organisation, with the stubs that can, and how many others there were."""
    summaries: list[Document] = []
    skipped = 0
    for entry in entries:
        channels = entry.get("channels") or team_of_summary(entry)
        if as_text(entry.get("rootID")) is None or not side.may_see({"channels": channels}):
            skipped += 1
        else:
            stubs = [stub for stub in objects_of(entry.get("docs")) if side.may_see(stub)]
            summaries.append(entry | {"docs": stubs})
    return summaries, skipped


def team_of_summary(summary: Document) -> list[str]:
    """The team that a summary is for, its channel, from the id: `RWRiskSummary::IC...::acme_MARINE`."""
    return id_of(summary).split("::")[2:3]
