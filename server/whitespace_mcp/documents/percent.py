"""Percentages as the platform writes them: `38.9982`, `100%`, ` 45 % `, and `???` for unknown (platform.md 9)."""

import re
from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import Final, Literal

from whitespace_mcp.documents.json import as_text

Basis = Literal["whole", "order"]
"""What a line is a percentage of."""

BASES: Final[tuple[Basis, ...]] = ("whole", "order")
PRECISION: Final = 60
"""Digits in which sums are made: more than any line of a slip can need, so that every sum is exact."""

_PERCENT: Final = re.compile(r"\s*(\d{1,6}(?:\.\d{0,12})?|\.\d{1,12})\s*%?\s*", re.ASCII)
_ORDER: Final = re.compile(
    r"\s*(\d{1,3}(?:\.\d{0,8})?)\s*%?(?:\s+(?:part\s+)?of\s+(?:(?:100(?:\.0+)?\s*%?)|(?:the\s+)?whole))?\s*\.?\s*",
    re.ASCII | re.IGNORECASE,
)
_BASIS_WORDS: Final = re.compile(r"[a-z]+", re.ASCII)
_DOUBTS: Final = frozenset(("not", "unless", "except", "otherwise", "other", "either", "and", "or"))
_LONGEST_BASIS: Final = 8


def percentage(value: object) -> Decimal | None:
    """The percentage that a text or number is, at least 0; None where it is empty, unknown or nonsense."""
    text = as_text(value)
    match = _PERCENT.fullmatch(text) if text else None
    return Decimal(match[1]) if match else None


def order_percentage(text: str) -> Decimal | None:
    """The order that a whole text states: `82.5%`, `100% of 100%`, `50% of whole`; from 0 to 100.

    None where it states none, or one of something that is not the whole, such as `50% of 60%`.
    """
    match = _ORDER.fullmatch(text)
    percent = Decimal(match[1]) if match else None
    return percent if percent is not None and percent <= 100 else None


def basis_word(text: str) -> Basis | None:
    """`whole` or `order`, of a basis of lines such as `Percentage of Whole`; None where it says neither or both."""
    words = _BASIS_WORDS.findall(text.lower())
    if len(words) > _LONGEST_BASIS or _DOUBTS.intersection(words):
        return None
    named: list[Basis] = [basis for basis in BASES if basis in words]
    return named[0] if len(named) == 1 else None


def total(values: Iterable[Decimal]) -> Decimal:
    """An exact sum."""
    with localcontext(prec=PRECISION):
        return sum(values, Decimal(0))


def written(value: Decimal) -> str:
    """A percentage as an answer shows it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
