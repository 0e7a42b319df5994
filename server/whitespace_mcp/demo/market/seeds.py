"""Chance that repeats itself: the same seed and the same words give the same draw, in any order of asking."""

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(seed: int, *words: str) -> Random:
    """A source of its own for one purpose, named by words."""
    return Random("/".join((str(seed), *words)))  # noqa: S311  # it has to repeat itself


def identifier(prefix: str, source: Random) -> str:
    """A prefix and a random UUID in capitals: `IC...`, `MU...`, `ST...`."""
    digits = f"{source.getrandbits(128):032X}"
    return f"{prefix}{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def named_identifier(prefix: str, name: str) -> str:
    """As `identifier`, but fixed by a name alone."""
    digits = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest().upper()
    return f"{prefix}{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def share_of(name: str) -> float:
    """A number from 0 up to 1 that belongs to a name."""
    return int.from_bytes(hashlib.md5(name.encode(), usedforsecurity=False).digest()[:6]) / (1 << 48)


def pick(name: str, choices: Sequence[T]) -> T:
    """The choice that belongs to a name."""
    return choices[int(share_of(name) * len(choices))]


def revision(document_id: str, updated: str, number: int = 1) -> str:
    """A revision as the platform writes it: `3-` and 32 hexadecimal digits; another one after each change.

    `document_id` and `updated` (ISO 8601) decide the digits, `number` stands before them.
    """
    return f"{number}-{hashlib.md5(f'{document_id} {updated}'.encode(), usedforsecurity=False).hexdigest()}"
