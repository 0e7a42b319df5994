"""The untidiness of real data (platform.md 9), spread over both demo organisations' slips."""

from random import Random
from typing import Final

from whitespace_mcp.demo.market.slips import Quirk, Slip

_QUIRKS: Final[tuple[tuple[Quirk, int], ...]] = (
    ("no umr key", 3), ("null umr", 2), ("empty umr", 2), ("no name", 1), ("null name", 1), ("no status", 3),
    ("odd status spelling", 2), ("lower-case keys", 3), ("no contract type", 2), ("null contract type", 1),
    ("no updatedAt", 2), ("no facility flag", 2), ("no channels", 1),
)  # fmt: skip


def make_untidy(source: Random, slips: list[Slip], companies: tuple[str, str]) -> None:
    """Make some slips of each company untidy, each in one way.

    `companies` are the brokers' company ids.
    """
    for company in companies:
        book = [slip for slip in slips if not slip.quirks and company in slip.company_ids]
        source.shuffle(book)
        book = book[: max(len(book) // 5, min(len(book), 60))]
        _spoil_umrs(source, book)
        for quirk, many in _QUIRKS:
            for _ in range(many):
                if book:
                    book.pop().quirks = (quirk,)


def _spoil_umrs(source: Random, book: list[Slip]) -> None:
    """UMRs with a leading space, without their B, in mixed case, provisional, or on several slips."""
    for index, slip in enumerate(book[: min(12, len(book) // 2)]):
        match index % 4:
            case 0:
                slip.umr = f" {slip.umr}"
            case 1:
                slip.umr = slip.umr[1:]
            case 2:
                slip.umr = slip.umr.replace(slip.line.code, slip.line.code.title() + "a")
            case _:
                slip.umr = f"{slip.umr[:5]}TBA"
    del book[: min(12, len(book) // 2)]
    for many in (2, 3):
        alike = [book.pop() for _ in range(many) if book]
        for slip in alike[1:]:
            slip.umr = alike[0].umr
    signed = [slip for slip in book if slip.stage == "signed"]
    for slip in source.sample(signed, min(2, len(signed))):
        slip.quirks = ("two umrs",)
        book.remove(slip)
    waiting = [slip for slip in book if slip.stage in ("quote_request", "marketed")]
    for slip in waiting[:2]:
        slip.stage = "parked"
        book.remove(slip)
