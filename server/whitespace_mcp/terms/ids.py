"""The grammar of ids: roots, documents, MU ids, UMRs, their short forms, and channels (platform.md 4.1 to 4.3)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, cast

from whitespace_mcp.terms.text import fold

SHORT_DIGITS = 8
SHARED: Final = "shared"
"""The channel that everybody sees."""
_MU_SEGMENT = re.compile(r"^MU[0-9A-F]{8}-[0-9A-F-]+$", re.IGNORECASE)
_KINDS = (
    (re.compile(r"MU[0-9A-F]{8}", re.IGNORECASE), "a person or organisation"),
    (re.compile(r"(ST|BTN-)[0-9A-F]{8}-", re.IGNORECASE), "a stamp"),
    (re.compile(r"I?A-[0-9A-F]{8}-", re.IGNORECASE), "an attachment"),
    (re.compile(r"V[0-9A-F]{8}-", re.IGNORECASE), "a vertical term"),
    (re.compile(r"Page:", re.IGNORECASE), "a fact of a contract"),
    (re.compile(r"[a-z0-9]+_[A-Z0-9_]+"), "a team (its channel)"),
    (re.compile(r"RWRiskSummary::|Corporate-|RWDefinedData"), "another document of the platform"),
)
_BEHIND = re.compile(
    r"WRLS.*|SILS|LGUS|BQL|BQGS|FGUI|OWN|ATCH|CHAT|ACTI|ARCH|LARC|AW|SUBJR|LBL|MS|ENF|CCD|BrokerMessage|RiskAuthState"
    r"|MRCValidation|MIREP|NoCoverGivenLines|RWResignedLines"
)
"""Segments of documents that stand behind a slip and are no contracts (platform.md 4.2)."""
_CARRIERS_FOLLOW = re.compile(r"FO[DW]?|SIGNED|BQ\d*|QR\d*|M\d*")
_UMR_WORD = re.compile(r"^(?:umr|unique market reference)(?: ?(?:no|number)\b\.?)?(?: ?[:.#=-] ?| )+")
_UUID_ROOT = re.compile(r"^IC[0-9A-F]{8}[0-9A-F-]*$", re.IGNORECASE)


def root_of(document_id: str) -> str:
    """The slip that a document belongs to: all before the first `::`."""
    return document_id.partition("::")[0]


def same_slip(first: str, second: str) -> bool:
    """Whether two ids, of slips or of documents, belong to the same slip."""
    return root_of(first).upper() == root_of(second).upper()


def short_id(text: str) -> str:
    """The short form of a root or an MU id for which nothing else is known: its kind and the first eight digits."""
    return text[: 2 + SHORT_DIGITS]


def is_root(text: str) -> bool:
    """Whether a text is a whole root: `IC` and a UUID, give or take a character (samples are malformed)."""
    return bool(_UUID_ROOT.match(text)) and 36 <= len(text) <= 42


def is_contract(document_id: str) -> bool:
    """Whether an id can be a contract document's or an endorsement's, by its segments.

    What follows a contract in capitals is a company, whatever it is called.
    """
    segments = segments_of(document_id)
    return not any(
        _BEHIND.fullmatch(segment) and not (_CARRIERS_FOLLOW.fullmatch(before) and segment.isupper())
        for before, segment in zip(["", *segments], segments, strict=False)
    )


def kind_of(text: str) -> str | None:
    """What an id that is no risk's belongs to, in words; None if it does not look like one (platform.md 4.1, 4.3)."""
    return next((kind for pattern, kind in _KINDS if pattern.match(text)), None)


def names_slip(text: str) -> bool:
    """Whether a text is shaped like a root or its short form."""
    return bool(_UUID_ROOT.match(text))


def segments_of(document_id: str) -> list[str]:
    """What follows the root: `["FO", "ACME", "MARINE"]`; empty for a bare root, which is the first draft."""
    return document_id.split("::")[1:]


def short_roots(roots: Iterable[str]) -> dict[str, str]:
    """Give each root its short form, unique among `roots`.

    `IC` and the first eight hexadecimal digits; more of them where two roots begin alike. A root that is not `IC`
    and a UUID stays as it is.
    """
    by_start: dict[str, list[str]] = {}
    for root in roots:
        by_start.setdefault(short_id(_digits(root)) if _UUID_ROOT.match(root) else root, []).append(root)
    short: dict[str, str] = {}
    for start, alike in by_start.items():
        if len(alike) == 1:
            short[alike[0]] = start
        else:
            short.update(_lengthened(alike))
    return short


def short_document(document_id: str, short_root: str) -> str:
    """A document's id with its root, and an MU id among its segments, in short form."""
    segments = [short_id(s) if _MU_SEGMENT.match(s) else s for s in segments_of(document_id)]
    return "::".join([short_root, *segments])


def umr_key(umr: str) -> str:
    """The form in which two UMRs are the same: folded, without `UMR:` before it, blanks, hyphens and the leading B."""
    key = _UMR_WORD.sub("", fold(umr)).replace(" ", "").replace("-", "")
    if not key.isascii():
        key = fold(key)  # an accent that stood alone joins its letter when the blank between them goes
    return key[1:] if key[:1] == "b" and key[1:2].isdigit() else key


@lru_cache(maxsize=1024)
def channel_company(channel: str) -> str:
    """The company's part of a channel, lower case: `blackpool` of `blackpool_MARINE`; channels are few."""
    return channel.partition("_")[0].lower()


def own_channels(channels: object, *, channel_prefix: str, user_id: str) -> list[str] | None:
    """Who may see a document: the organisation's own team channels among a document's channels, sorted.

    A text in place of an array of `channels` is one channel; the organisation's begin with `channel_prefix`, before the
    underscore, and its MU id (`user_id`) may stand among them too.

    Returns:
        None if there are channels and none of them is the organisation's, `shared` or its MU id: then the document
        cannot belong to it and must not be shown. An empty list where no channels are told.
    """
    if isinstance(channels, str):
        channels = (channels,) if channels else ()
    if not isinstance(channels, list | tuple) or not channels:
        return []
    prefix = f"{channel_prefix.lower()}_"
    named = [channel for channel in _texts(cast("Iterable[object]", channels)) if channel]
    own = sorted({channel for channel in named if channel.lower().startswith(prefix)})
    if not own and not any(channel.lower() in (SHARED, user_id.lower()) for channel in named):
        return None
    return own


def _texts(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _digits(root: str) -> str:
    return root.replace("-", "").upper()


def _lengthened(alike: list[str]) -> dict[str, str]:
    for digits in range(SHORT_DIGITS + 1, 33):
        short = {root: _digits(root)[: 2 + digits] for root in alike}
        if len(set(short.values())) == len(alike):
            return short
    return {root: root for root in alike}
