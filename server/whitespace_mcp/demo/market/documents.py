"""The contract documents of a slip: which exist, in what status, and who may see them (platform.md 4.2 to 4.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.slips import Change, Part, Share, Slip

DAY_S: Final = 86400
_CHANGES: Final[dict[Change, str]] = {
    "draft": "EndorsementInPreparation",
    "shown": "Endorsement",
    "agreed": "Endorsement",
    "finalised": "EndorsementFinalised",
    "withdrawn": "EndorsementWithdrawn",
    "declined": "EndorsementDeclined",
}
_REQUESTS: Final[dict[Part, str]] = {"declined": "QuotationRequestDeclined", "withdrawn": "QuotationRequestWithdrawn"}


@dataclass(frozen=True, slots=True)
class Document:
    """One contract document."""

    id: str
    status: str
    created: int
    updated: int
    channels: tuple[str, ...]
    carrier: Team | None = None
    """Whose copy it is; None for the broker's own."""
    author: str = ""
    endorsement: int = 0
    """Its number; 0 for a contract."""

    @property
    def segments(self) -> list[str]:
        """What follows the root."""
        return self.id.split("::")[1:]


def when(seconds: float) -> str:
    """A moment as the platform's documents write it: `2021-12-29 16:04:30`, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def documents_of(slip: Slip) -> list[Document]:
    """Every contract document of a slip, oldest stage first."""
    return list(_Writer(slip).write())


class _Writer:
    """Draws the documents of one slip; its moments lie between the slip's first and its last change."""

    def __init__(self, slip: Slip) -> None:
        self._slip = slip
        self._span = slip.changed - slip.created

    def write(self) -> Iterator[Document]:
        slip = self._slip
        yield from self._drafts()
        match slip.stage:
            case "marketed":
                yield from self._requests("M", "Marketed Only")
            case "quote_request" | "declined" | "withdrawn":
                yield from self._requests("QR", "QuotationRequest")
            case "quoted" | "not_taken_up":
                yield from self._quotes()
            case "bindable":
                yield from self._quotes()
                yield from self._copies("BQ1", "BindableQuote", 0.9, 1.0)
            case "firm_order" | "signed":
                yield from self._firm()
            case "parked":
                yield from self._requests("QR", "PlacementPaused")
            case "template" | "draft":
                pass
        yield from self._endorsements()

    def _at(self, share: float) -> int:
        if share == 1.0 and self._slip.touched:
            return self._slip.touched
        return self._slip.created + int(self._span * share)

    def _copy(self, tail: str, status: str, share: Share | None, first: float, last: float) -> Document:
        """The broker's own document, or a carrier's copy of it."""
        slip = self._slip
        channels = (slip.broker.channel, share.team.channel) if share else (slip.broker.channel,)
        name = f"{slip.root}::{tail}" if tail else slip.root
        return Document(name, status, self._at(first), self._at(last), channels, share and share.team, slip.author_id)

    def _quote(self, status: str, share: Share, first: float, *, shown: bool) -> Document:
        name = f"{self._slip.root}::{share.user_id}::UQ1"
        channels = (share.team.channel, *([self._slip.broker.channel] if shown else []))
        return Document(name, status, self._at(first), self._at(1.0), channels, share.team, share.user_id)

    def _drafts(self) -> Iterator[Document]:
        slip = self._slip
        status = "Template" if slip.stage == "template" else "NotFinalised"
        last = 1.0 if slip.stage in ("template", "draft") else 0.1
        for number in range(slip.drafts):
            yield self._copy(f"DR{number}" if number else "", status, None, 0.02 * number, last)

    def _requests(self, letter: str, status: str) -> Iterator[Document]:
        for number, share in enumerate(self._slip.shares, 1):
            yield self._copy(f"{letter}{number}", _REQUESTS.get(share.part, status), share, 0.4, 1.0)
            if share.part == "preparing":
                yield self._quote("QuotationInPreparation", share, 0.6, shown=False)

    def _quotes(self) -> Iterator[Document]:
        lapsed = self._slip.stage == "not_taken_up"
        for number, share in enumerate(self._slip.shares, 1):
            if share.part in _REQUESTS or not lapsed:
                yield self._copy(f"QR{number}", _REQUESTS.get(share.part, "QuotationRequest"), share, 0.3, 0.4)
            if share.part in ("quoted", "preparing"):
                shown = share.part == "quoted"
                status = "NotTakenUp" if lapsed else "QuotedByUnderwriter" if shown else "QuotationInPreparation"
                yield self._quote(status, share, 0.5, shown=shown)

    def _copies(self, stem: str, status: str, first: float, last: float) -> Iterator[Document]:
        yield self._copy(stem, status, None, first, last)
        for share in self._slip.shares:
            if share.part not in _REQUESTS:
                yield self._copy(f"{stem}::{share.team.segments}", status, share, first, last)

    def _firm(self) -> Iterator[Document]:
        signed = self._slip.stage == "signed"
        yield from self._copies("FO", "FirmOrder", 0.6, 0.8 if signed else 1.0)
        for share in self._slip.shares:
            if share.part == "declined":
                yield self._copy(f"FOD::{share.team.segments}", "FirmOrderDeclined", share, 0.6, 0.7)
            elif share.part == "withdrawn":
                yield self._copy(f"FOW::{share.team.segments}", "FirmOrderWithdrawn", share, 0.6, 0.7)
        if signed:
            yield self._copy("SIGNED", "Signed", None, 0.9, 1.0)
            for share in self._slip.shares:
                if share.part == "signed":
                    yield self._copy(f"SIGNED::{share.team.segments}", "Signed", share, 0.9, 1.0)

    def _endorsements(self) -> Iterator[Document]:
        slip = self._slip
        stem = "SIGNED" if slip.stage == "signed" else "FO"
        carriers = tuple(s.team.channel for s in slip.shares if s.has_line)
        for number, change in enumerate(slip.endorsements, 1):
            channels = (slip.broker.channel,) if change == "draft" else (slip.broker.channel, *carriers)
            moment = slip.changed - (len(slip.endorsements) - number) * DAY_S
            yield Document(
                f"{slip.root}::{stem}::EN{number}", _CHANGES[change], moment - DAY_S // 2, moment, channels, None,
                slip.author_id, number,
            )  # fmt: skip
