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
_FINEST: Final = Decimal("0.00000001")


@dataclass(frozen=True)
class WrittenLine:
    """One written line: its percentage, and whether it is to stand, which means it may not be signed down."""

    written: Decimal
    to_stand: bool = False


@dataclass(frozen=True)
class NoIndication:
    """Why there is no indication."""

    reason: str


def sign_down(
    lines: Sequence[WrittenLine], full: Decimal, signed_full: Decimal | None = None
) -> list[Decimal] | NoIndication:
    """What each line would be signed at so that all of them make up what is full exactly.

    Lines that do not exceed `full` together stay as written. Otherwise lines to stand stay, and the rest is reduced
    in proportion, rounded down to four decimals; what that leaves over goes, one ten-thousandth each, to the lines
    that lost the largest remainders. Only where `full` or a line to stand has more than four decimals are more used.

    Args:
        lines: those of one section, on the basis of written lines; none is below 0.
        full: what written lines make up when the slip is complete, on the same basis; above 0 if `signed_full` is.
        signed_full: the same of signed lines where those are on another basis. Lines are converted to it: per cent of
            order are per cent of whole / order. What four decimals cannot hold is rounded, the sums stay exact.

    Returns:
        The indications in the order of `lines`, or why there is none.
    """
    with localcontext(prec=PRECISION):
        total = sum((line.written for line in lines), Decimal(0))
        standing = sum((line.written for line in lines if line.to_stand), Decimal(0))
        if total > full and standing > full:
            return NoIndication("lines to stand exceed the order")
        if signed_full is None or signed_full == full:
            if total <= full:
                return [line.written for line in lines]
            shares = iter(_apportioned([line.written for line in lines if not line.to_stand], full - standing))
            return [line.written if line.to_stand else next(shares) for line in lines]
        factor = (signed_full, full)
        fixed = _rounded(_converted(standing, factor))
        rest = signed_full - fixed if total > full else _rounded(_converted(total, factor)) - fixed
        converted = [(line.to_stand, _converted(line.written, factor)) for line in lines]
        parts = {
            stands: iter(_apportioned([line for mark, line in converted if mark is stands], amount))
            for stands, amount in ((True, fixed), (False, rest))
        }
        return [next(parts[line.to_stand]) for line in lines]


def _converted(line: Decimal, factor: tuple[Decimal, Decimal]) -> Decimal:
    return line * factor[0] / factor[1]


def _rounded(value: Decimal) -> Decimal:
    """To four decimals, unless it has few more and is exact so."""
    exact = value.quantize(_FINEST)
    return exact.normalize() if exact == value else value.quantize(QUANTUM)


def _apportioned(written: list[Decimal], available: Decimal) -> list[Decimal]:
    """Parts of `available` in proportion to the lines, by largest remainder; their sum is exact."""
    total = sum(written, Decimal(0))
    if not total:
        return [Decimal(0)] * len(written)
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
