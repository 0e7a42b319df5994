"""The stage of a document and of a slip, in plain words (product contract; statuses from platform.md 4.4)."""

import re
from typing import Final, Literal, cast, get_args

from whitespace_mcp.terms.ids import segments_of
from whitespace_mcp.terms.text import squeeze

Stage = Literal[
    "signed",
    "firm_order",
    "bindable",
    "quoted",
    "quote_request",
    "marketed",
    "draft",
    "template",
    "declined",
    "withdrawn",
    "not_taken_up",
    "endorsement",
    "other",
]
STAGES: Final = cast("tuple[Stage, ...]", get_args(Stage))
WITH_LINES: Final[frozenset[Stage]] = frozenset({"quote_request", "quoted", "bindable", "firm_order", "signed"})
"""Stages of a slip at which carriers may have put something down."""

PENDING_FILTERS: Final = {"firmorderpending": "firm_order", "endorsementpending": "endorsement"}
"""Filters of the platform's inbox that look like statuses; no document ever has them."""

_BY_STATUS: Final[dict[str, Stage]] = {
    "notfinalised": "draft",
    "template": "template",
    "marketedonly": "marketed",
    "quotationrequest": "quote_request",
    "quotationinpreparation": "quote_request",
    "quotedbyunderwriter": "quoted",
    "bindablequote": "bindable",
    "firmorder": "firm_order",
    "signed": "signed",
}
_PLAIN_WORDS: Final = {squeeze(stage): stage for stage in STAGES} | {
    key: stage for key, stage in _BY_STATUS.items() if key != "quotationinpreparation"
}
_BY_ENDING: Final[tuple[tuple[str, Stage], ...]] = (
    ("nottakenup", "not_taken_up"),
    ("declined", "declined"),
    ("rejected", "declined"),
    ("withdrawn", "withdrawn"),
)
_BY_SEGMENT: Final[tuple[tuple[re.Pattern[str], Stage], ...]] = (
    (re.compile(r"EN\d*"), "endorsement"),
    (re.compile(r"SIGNED"), "signed"),
    (re.compile(r"FOD"), "declined"),
    (re.compile(r"FOW"), "withdrawn"),
    (re.compile(r"FO"), "firm_order"),
    (re.compile(r"BQ\d*"), "bindable"),
    (re.compile(r"UQ\d*"), "quoted"),
    (re.compile(r"QR\d*"), "quote_request"),
    (re.compile(r"M\d*"), "marketed"),
    (re.compile(r"DR\d*"), "draft"),
)
_WORDS: Final = dict[str, Stage]((squeeze(stage), stage) for stage in STAGES)
_WORDS.update(
    {
        "drafts": "draft",
        "templates": "template",
        "quoterequests": "quote_request",
        "requested": "quote_request",
        "quote": "quoted",
        "quotes": "quoted",
        "bindablequotes": "bindable",
        "firm": "firm_order",
        "firmorders": "firm_order",
        "order": "firm_order",
        "ntu": "not_taken_up",
        "rejected": "declined",
        "endorsements": "endorsement",
    }
)

_ENDORSEMENT = re.compile(r"EN\d+")
_RANK: Final[dict[Stage, int]] = {stage: rank for rank, stage in enumerate(STAGES[:8])}
_ENDED: Final = 8
_NONE: Final = 9


def stage_of(status: str | None, document_id: str) -> Stage:
    """The stage of one document: from its status, or from the segments of its id when it has none."""
    return _stage_of_status(squeeze(status)) if status else _stage_of_id(document_id)


def says_no_more(status: str, stage: str) -> bool:
    """Whether a status is the one word that the platform has for a stage: `FirmOrder`, `NotFinalised`."""
    return _PLAIN_WORDS.get(squeeze(status)) == stage


def is_endorsement(document_id: str) -> bool:
    """Whether an id is an endorsement's, which holds changes of a contract only (platform.md 4.2)."""
    return "::EN" in document_id and any(map(_ENDORSEMENT.fullmatch, segments_of(document_id)))


def slip_rank(stage: Stage, document_id: str) -> int:
    """How far a document carries its slip; the lowest rank of a slip's documents decides its stage.

    0 is signed, 7 a template, 8 one that ended (declined, withdrawn, not taken up), 9 one that says nothing about
    the slip: an endorsement, whatever its status, or an unknown status.
    """
    if is_endorsement(document_id):
        return _NONE
    return _RANK.get(stage, _ENDED if stage in ("declined", "withdrawn", "not_taken_up") else _NONE)


def slip_stage(rank: int, stage: Stage) -> Stage:
    """The stage of a slip whose furthest document has that rank and stage."""
    return stage if rank < _NONE else "other"


def stage_named(word: str) -> Stage | None:
    """The stage that a person means: `firm order`, `Draft`, `FirmOrder` or `firm_order`; None if it is no stage."""
    key = squeeze(word)
    return _WORDS.get(key) or _BY_STATUS.get(key)


def _stage_of_status(key: str) -> Stage:
    if key.startswith("endorsement"):
        return "endorsement"
    if key in _BY_STATUS:
        return _BY_STATUS[key]
    for ending, stage in _BY_ENDING:
        if key.endswith(ending):
            return stage
    return "other"


def _stage_of_id(document_id: str) -> Stage:
    segments = segments_of(document_id)
    if not segments:
        return "draft"
    for pattern, stage in _BY_SEGMENT:
        if any(pattern.fullmatch(segment) for segment in segments):
            return stage
    return "other"
