"""The documents in which lines and the guidance for them stand, and who sees which (platform.md 5.6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.lines import Line, lines_of
from whitespace_mcp.demo.market.slips import Part, Slip
from whitespace_mcp.demo.market.terms import visibility_of

_WITH_LINES: Final[tuple[Part, ...]] = ("offered", "written", "signed", "no cover")


@dataclass(frozen=True)
class LineSet:
    """One carrier's written or signed lines, or a copy of them for another carrier."""

    id: str
    type: Literal["RWWrittenLineSet", "RWSignedLineSet"]
    parent: str
    channels: tuple[str, ...]
    team: Team
    lines: tuple[Line, ...]
    updated: int
    is_offline: bool


def line_sets_of(slip: Slip) -> list[LineSet]:
    """Every line set of a slip."""
    by_team: dict[Team, list[Line]] = {}
    for line in lines_of(slip):
        by_team.setdefault(line.share.team, []).append(line)
    return [line_set for team, lines in by_team.items() for line_set in _sets(slip, team, lines)]


def stem_of(slip: Slip, team: Team) -> str:
    """The id of a carrier's copy of the firm order."""
    return f"{slip.root}::FO::{team.segments}"


def _onlookers_of(slip: Slip, team: Team, *, is_leader: bool) -> list[Team]:
    """The other carriers who may see a carrier's line.

    `is_leader`: where only leaders see stamps, it is one.
    """
    visibility = visibility_of(slip)
    if visibility == "OwnStampsOnly" or (visibility == "LeadersStamps" and not is_leader):
        return []
    return [share.team for share in slip.shares if share.team != team and share.part in _WITH_LINES]


def _sets(slip: Slip, team: Team, lines: list[Line]) -> Iterator[LineSet]:
    stem = stem_of(slip, team)
    onlookers = _onlookers_of(slip, team, is_leader=any(line.is_leader for line in lines))
    offline = team.company_id.startswith("OFFLINE")
    stamped = lines[-1].stamped
    own = (slip.broker.channel, team.channel)
    written = tuple(lines)
    yield LineSet(f"{stem}::WRLS", "RWWrittenLineSet", stem, own, team, written, stamped, offline)
    for other in onlookers:
        copy = (other.channel, slip.broker.channel)
        name = f"{stem}::WRLS-{other.channel}"
        yield LineSet(name, "RWWrittenLineSet", stem, copy, team, written, stamped, offline)
    signed = tuple(line for line in lines if line.signed is not None)
    if signed:
        readers = (*own, *(other.channel for other in onlookers))
        yield LineSet(f"{stem}::SILS", "RWSignedLineSet", stem, readers, team, signed, slip.changed, offline)
