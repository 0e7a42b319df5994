"""Signing down: what oversubscribed lines would come to, in exact decimals. An indication, never a record.

The broker signs, under the contract's signing provisions, and may sign unequally; nothing here predicts that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final

from whitespace_mcp.documents.percent import PRECISION

QUANTUM: Final = Decimal("0.0001")
"""Lines are signed to four decimals (platform.md 5.6)."""


@dataclass(frozen=True)
class Stake:
    """One written line: its percentage, and whether it is to stand, which means it may not be signed down."""

    written: Decimal
    to_stand: bool = False


@dataclass(frozen=True)
class Refused:
    """Why there is no indication."""

    reason: str


def sign_down(stakes: Sequence[Stake], full: Decimal) -> list[Decimal] | Refused:
    """What each line would be signed at so that all of them make up `full` exactly.

    Lines that do not exceed `full` together stay as written. Otherwise lines to stand stay, and the rest is reduced
    in proportion, rounded down to four decimals; what that leaves over goes, one ten-thousandth each, to the lines
    that lost the largest remainders. Only where `full` or a line to stand has more than four decimals are more used.

    Args:
        stakes: the lines of one section, on one basis; none is below 0.
        full: what signed lines make up when the slip is complete, on the same basis.

    Returns:
        The indications in the order of `stakes`, or why there is none.
    """
    with localcontext(prec=PRECISION):
        total = sum((stake.written for stake in stakes), Decimal(0))
        if total <= full:
            return [stake.written for stake in stakes]
        standing = sum((stake.written for stake in stakes if stake.to_stand), Decimal(0))
        if standing > full:
            return Refused("lines to stand exceed the order")
        reduced = [stake.written for stake in stakes if not stake.to_stand]
        shares = iter(_apportioned(reduced, full - standing))
        return [stake.written if stake.to_stand else next(shares) for stake in stakes]


def _apportioned(written: list[Decimal], available: Decimal) -> list[Decimal]:
    """Parts of `available` in proportion to the lines, by largest remainder; their sum is exact."""
    total = sum(written, Decimal(0))
    quantum = min(QUANTUM, _unit(available))
    exact = [line * available / total for line in written]
    parts = [share.quantize(quantum, ROUND_FLOOR) for share in exact]
    left = int((available - sum(parts, Decimal(0))) / quantum)

    def claim(place: int) -> tuple[bool, Decimal, Decimal, int]:
        """Lines that stay within what was written go first, then the largest remainder, then the largest line."""
        above = parts[place] + quantum > written[place]
        return (above, parts[place] - exact[place], -written[place], place)

    for place in sorted(range(len(parts)), key=claim)[:left]:
        parts[place] += quantum
    return parts


def _unit(value: Decimal) -> Decimal:
    """The value of its last decimal place: 0.01 of 12.34."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(1)
