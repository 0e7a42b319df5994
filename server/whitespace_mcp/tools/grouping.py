"""Risks in groups, over the lists of several organisations: merged, named, sorted, and cut to the fifty largest.

No two rows look the same: a team's group has its organisation where several are asked, namesakes have something beside
their name, and what is the same to a reader is one group.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Literal, cast

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.leaders import leading_companies
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.risks import RiskGroup, RiskSums, team_names
from whitespace_mcp.documents.identity import MarketDirectory
from whitespace_mcp.mcp_layer.dependencies import InOrganisations
from whitespace_mcp.mcp_layer.tool import OneOrAllOrganisations, Tool, as_list, reading_progress, result, services
from whitespace_mcp.portfolio.filters import Scope, Unit
from whitespace_mcp.portfolio.query import NOT_FIRM, UNREAD, Group, Query, read_filters
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.portfolio.selection import View, readable
from whitespace_mcp.terms.ids import short_id
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.text import NO_VALUE, NOT_READ, between_bars, clean
from whitespace_mcp.tools.filters import with_filters
from whitespace_mcp.tools.risks import UPDATED_NOTE, elsewhere, in_several, near, notes_of, sums_of

MOST_GROUPS: Final = 50
NOT_AT_FIRM_ORDER: Final = "(not at firm order)"
_READ_LATER: Final = frozenset(
    {"inception_month", "owner", "waiting", "placed", "action", "declared_to", "expiry_month", "leader"}
)

_Raw = tuple[Any, ...]
"""The values of a group's keys in one organisation, the organisation's place first."""

GroupName = Literal["organisation", Group]
GroupArgument = Annotated[
    list[GroupName], Field(min_length=1, max_length=2, description="One or two keys."), BeforeValidator(as_list)
]
GroupCountArgument = Annotated[int, Field(ge=0, le=MOST_GROUPS, description="The largest so many.")]


@with_filters(described=False)
async def summarise_risks(
    ctx: Context,
    organisations: InOrganisations,
    group_by: GroupArgument,
    organisation: OneOrAllOrganisations = None,
    unit: Unit = "slip",
    page_size: GroupCountArgument = MOST_GROUPS,
    refresh: bool = False,  # noqa: FBT001  # the SDK passes arguments by name
    **filters: Any,
) -> Annotated[CallToolResult, RiskSums]:
    """Count risks in groups, largest first: slips and documents for each value, or pair, of group_by.

    Filters as in get_risks.
    """
    names = tuple(dict.fromkeys(group_by))
    keys: tuple[Group, ...] = tuple(name for name in names if name != "organisation")
    query = Query(read_filters(filters), Scope(unit), (), keys, organisations=organisations, refresh=refresh)
    service = services(ctx)
    results, market = await service.portfolios.ask(query, reading_progress(ctx))
    views = readable(results)
    sums = [sums_of(each, service.session.clock.now()) for each in results]
    matched = sum(entry.matched for entry in sums)
    named = Names(market)
    notes = notes_of(query, views, named) + await elsewhere(service.session, organisation, matched)
    if "updated_month" in group_by and UPDATED_NOTE not in notes:
        notes.insert(0, UPDATED_NOTE)
    groups, meaning = grouped(views, names, market, page_size)
    several = await in_several(query, views, service.portfolios)
    return result(
        RiskSums(
            organisations=sums,
            matched=matched,
            **several,
            groups=groups,
            near=await near(views, matched, named),
            meaning={**(meaning or {}), **(meanings_of(name for name in several if several[name]) or {})} or None,
            notes=notes or None,
        )
    )


def grouped(
    views: Sequence[View], names: Sequence[Any], market: MarketDirectory, most: int = MOST_GROUPS
) -> tuple[list[RiskGroup], dict[str, str] | None]:
    """Count the matching units by one or two keys; what is beyond the largest groups is summed at the end.

    `names` are one or two keys of groups, `most` is how many of them are told, the largest.

    Returns:
        The groups, and what words in them mean.
    """
    columns: tuple[Group, ...] = tuple(name for name in names if name != "organisation")
    totals: dict[_Raw, tuple[int, int]] = {}
    for place, view in enumerate(views):
        for counted in view.selection.groups():
            if counted.documents:
                totals[(place, *counted.keys)] = counted.slips, counted.documents
    naming = _GroupNaming(views, market)
    labels = naming.labels(totals, names, columns)
    sums: dict[tuple[Any, ...], tuple[int, int]] = {}
    for raw, label in labels.items():
        slips, documents = totals[raw]
        former = sums.get(label, (0, 0))
        sums[label] = former[0] + slips, former[1] + documents
    by_slips = all(view.query.scope.unit == "slip" for view in views)
    ranked = sorted(
        sums, key=lambda label: (-sums[label][0 if by_slips else 1], [(value is None, str(value)) for value in label])
    )
    groups = [_group(label, columns, sums[label], naming) for label in ranked[:most]]
    if rest := set(ranked[most:]):
        slips = 0
        for place, view in enumerate(views):
            if keys := {raw[1:] for raw, label in labels.items() if label in rest and raw[0] == place}:
                slips += view.selection.slips_in(keys)
        documents = sum(sums[label][1] for label in rest)
        groups.append(RiskGroup(other=True, slips=slips, documents=documents, groups=len(rest)))
    return groups, meanings_of(sorted({word for group in groups for word in _words(group)}))


def _words(group: RiskGroup) -> list[str]:
    """The words of a group that are explained where they stand: actions, forms of UMRs, a flag that is set."""
    values = [group.get("action"), group.get("waiting"), group.get("umr_form")]
    words = [word for value in values if value for word in value.split(", ")]
    words += [f"placed: {group['placed']}"] if "placed" in group else []
    return [*words, *(["facility"] if group.get("facility") else [])]


def _group(
    label: tuple[Any, ...], columns: Sequence[Group], sums: tuple[int, int], naming: "_GroupNaming"
) -> RiskGroup:
    organisation, *values = label
    group: dict[str, Any] = {"organisation": organisation} if organisation else {}
    group.update(zip(columns, values, strict=True))
    if spellings := naming.spellings.get(group.get("name")):
        group["spellings"] = spellings
    return cast("RiskGroup", group | {"slips": sums[0], "documents": sums[1]})


class _GroupNaming:
    """What values of groups are called."""

    def __init__(self, views: Sequence[View], market: MarketDirectory) -> None:
        self._views = views
        self._market = market
        self._names: Names = Names(market)
        self._me = {each.id for view in views for each in view.query.organisations}
        self._people: dict[str, str] = {}
        self._companies: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self.spellings: dict[Any, list[str]] = {}
        self._special: dict[str, Callable[[Any, int], str | None]] = {
            "placed": lambda value, _: NOT_AT_FIRM_ORDER if value == NOT_FIRM else value,
            "broker": lambda value, _: market.company_name(value),
            "team": lambda value, _: team_names(value, market.team_name),
            "owner": lambda value, _: ", ".join(dict.fromkeys(map(self._people.__getitem__, between_bars(value)))),
            "leader": lambda value, _: self._leaders(value),
            "name": self._title,
            "declared_to": lambda value, place: ", ".join(self._facility(root, place) for root in between_bars(value)),
        }

    def labels(
        self, totals: dict[_Raw, tuple[int, int]], names: Sequence[str], columns: Sequence[Group]
    ) -> dict[_Raw, tuple[Any, ...]]:
        """What each group is called: the organisation if it has to be told, then each key."""
        tells = "organisation" in names or ("team" in names and len(self._me) > 1)
        self._people = self._called(totals, columns)
        return {
            raw: (
                self._views[int(raw[0])].organisation.company_id if tells else None,
                *(self._label(name, value, raw[0]) for name, value in zip(columns, raw[1:], strict=True)),
            )
            for raw in totals
        }

    def _called(self, totals: dict[_Raw, tuple[int, int]], columns: Sequence[Group]) -> dict[str, str]:
        """How each owner is called: namesakes with their team or else their id, and whoever is not live with that."""
        if "owner" not in columns:
            return {}
        ids = {
            owner
            for raw in totals
            for name, value in zip(columns, raw[1:], strict=True)
            if name == "owner" and value
            for owner in between_bars(str(value))
        }
        by_name: dict[str, list[str]] = {}
        for owner in sorted(ids):
            by_name.setdefault(self._names.own(owner), []).append(owner)
        called: dict[str, str] = {}
        for name, owners in by_name.items():
            others = [owner for owner in owners if owner not in self._me]
            labels = [self._names.apart(owner) for owner in owners]
            alone = len(others) + (len(others) < len(owners)) == 1 and labels == [name] * len(owners)
            teams = Counter(map(self._team_of, others))
            for owner in owners:
                team = "" if owner in self._me else self._team_of(owner)
                beside = "you" if owner in self._me else team if team and teams[team] == 1 else short_id(owner)
                besides = ", ".join(filter(None, ["" if alone else beside, self._names.not_live(owner)]))
                called[owner] = f"{name} ({besides})" if besides else name
        return called

    def _team_of(self, owner: str) -> str:
        member = self._market.member(owner)
        return ", ".join(self._market.team_name(channel) for channel in member[0].teams) if member else ""

    def _label(self, name: Group, value: Any, place: int) -> Any:
        if name == "facility":
            return bool(value)
        if value == UNREAD and name in _READ_LATER:
            return f"({NOT_READ})"
        if not value:
            return "well_formed" if name == "umr_form" else NO_VALUE
        special = self._special.get(name)
        return special(value, place) if special else value

    def _leaders(self, value: str) -> str:
        """The leading companies, each once and without teams; in the spelling of the first that names it."""
        companies = leading_companies(value.split(" / "), self._names)
        return " / ".join(self._companies.setdefault(key, company) for key, company in companies.items())

    def _title(self, key: str, place: int) -> str:
        """A name as the first organisation that has it spells it, beside how it and the others do."""
        ways = self._views[place].book.spellings(key)
        title = self._titles.setdefault(key, ways[0] if ways else key)
        every = list(dict.fromkeys([title, *self.spellings.get(title, []), *ways]))
        if len(every) > 1:
            self.spellings[title] = every
        return title

    def _facility(self, root: str, place: int) -> str:
        """A facility by its id and name, where any of the organisations sees it; their own list goes first."""
        documents = (view.book.slip(root) for view in (self._views[place], *self._views))
        records: list[Record] = next(filter(None, documents), list[Record]())
        if not records:
            return short_id(root)
        return f"{records[0]['slip_short']} {clean(records[0]['name'] or '', 60)}".strip()


SUMMARISE_RISKS: Final = Tool(summarise_risks, title="Risks in groups")
