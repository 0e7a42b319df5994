"""Looking for thousands of secrets in megabytes of text at once."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

PIECE: Final = 12
"""Characters of a secret that are looked for; no part of it of that length may be anywhere."""
_RUN: Final = re.compile(r"[A-Za-z0-9]{12,}")


class Trace(NamedTuple):
    """Where a secret was found; only its beginning is told."""

    place: str
    begins: str


def found_in(texts: Mapping[str, str], secrets: Iterable[str]) -> list[Trace]:
    """The secrets of which a part stands in some text, as it is, percent-encoded or in hexadecimal digits.

    Args:
        texts: by the name of the place.
        secrets: whole; parts of them that have nothing but letters and digits are looked for.
    """
    pieces: dict[str, str] = {}
    for secret in secrets:
        for form in (secret, secret.encode().hex()):
            for run in _RUN.findall(form):
                pieces |= {run[at : at + PIECE]: secret for at in range(0, len(run) - PIECE + 1, PIECE)}
                pieces[run[-PIECE:]] = secret
    traces: set[Trace] = set()
    for place, text in texts.items():
        for run in set(_RUN.findall(text)):
            for at in range(len(run) - PIECE + 1):
                if (secret := pieces.get(run[at : at + PIECE])) is not None:
                    traces.add(Trace(place, secret[:8]))
    return sorted(traces)
