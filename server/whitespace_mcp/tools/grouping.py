"""Groups over the lists of several organisations, merged, sorted, and cut to the fifty largest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from whitespace_mcp.answers.risks import RiskGroup, owner_names, team_names
from whitespace_mcp.mcp_layer.names import names_of
from whitespace_mcp.portfolio.book import UNREAD, Group
from whitespace_mcp.session.directory import MarketDirectory
from whitespace_mcp.terms.text import NO_VALUE
from whitespace_mcp.tools.question import Replies

GroupName = Literal["organisation", Group]

MOST_GROUPS: Final = 50
NOT_READ: Final = "(not read yet)"
_TOLD: Final = ("inception_month", "owner", "waiting")


@dataclass
class _Total:
    slips: int = 0
    documents: int = 0


def as_names(value: Any) -> Any:
    """Accept one name where a list of names is wanted."""
    return [value] if isinstance(value, str) else value


def grouped(replies: Replies, group_by: Sequence[GroupName]) -> list[RiskGroup]:
    """Count the matching units by one or two keys; what is beyond the fifty largest groups is summed at the end."""
    names = tuple(dict.fromkeys(group_by))
    columns: tuple[Group, ...] = tuple(name for name in names if name != "organisation")
    totals: dict[tuple[Any, ...], _Total] = {}
    for reply in replies.each:
        if (shelf := reply.shelf) is None:
            continue
        for counted in shelf.book.groups(shelf.selection, columns):
            values = dict(zip(columns, counted.keys, strict=True))
            key = tuple(reply.organisation.company_id if name == "organisation" else values[name] for name in names)
            total = totals.setdefault(key, _Total())
            total.slips += counted.slips
            total.documents += counted.documents
    by_slips = all(reply.selection.unit == "slip" for reply in replies.each)
    ranked = sorted(
        ((key, total) for key, total in totals.items() if total.documents),
        key=lambda item: (-(item[1].slips if by_slips else item[1].documents), [str(value) for value in item[0]]),
    )
    groups = [
        RiskGroup(
            **{name: _shown(name, value, replies.market) for name, value in zip(names, key, strict=True)},
            slips=total.slips,
            documents=total.documents,
        )
        for key, total in ranked[:MOST_GROUPS]
    ]
    rest = [total for _, total in ranked[MOST_GROUPS:]]
    if rest:
        slips, documents = sum(total.slips for total in rest), sum(total.documents for total in rest)
        groups.append(RiskGroup(other=True, slips=slips, documents=documents, groups=len(rest)))
    return groups


def _shown(name: GroupName, value: Any, market: MarketDirectory) -> Any:
    if name == "facility":
        return bool(value)
    if name == "broker" and value:
        return market.company_name(value)
    if name == "team" and value:
        return team_names(value, market.team_name)
    if value == UNREAD and name in _TOLD:
        return NOT_READ
    if name == "owner" and value:
        return owner_names(value, names_of(market).own)
    return value or NO_VALUE
