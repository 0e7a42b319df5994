"""What answers call people, teams and facilities, read back: what is shown can be asked for."""

import re
from typing import Final

_BETWEEN: Final = re.compile(r", (?![^()]*\))")
"""Between two names, not within what stands in brackets behind one."""
_BESIDE: Final = re.compile(r"(.+?) \(([^()]+)\)")
_SHORT_ID: Final = re.compile(r"(IC[0-9A-F]{8,})(?: .*)?", re.IGNORECASE | re.DOTALL)


def names_in(label: str) -> list[str]:
    """The names in `Jo Bright (you), Al Gray`."""
    return [name.strip() for name in _BETWEEN.split(label) if name.strip()]


def beside(name: str) -> tuple[str, list[str]]:
    """A name, and what stands in brackets behind it: `Jo Bright (Marine, Suspended)`."""
    match = _BESIDE.fullmatch(name)
    return (match[1], [part.strip() for part in match[2].split(",")]) if match else (name, [])


def id_in(label: str) -> str:
    """The id in `IC213DA609 Acorn Facility 2026`; the label itself where it begins with none."""
    match = _SHORT_ID.fullmatch(label.strip())
    return match[1] if match else label
