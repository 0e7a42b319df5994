"""Names that callers use for brokers, teams, people and facilities, and what they stand for in an organisation."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from whitespace_mcp.config.errors import BadArgument, NotFound, WhitespaceError, listed
from whitespace_mcp.documents.identity import Company, Member, Team
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.lookup import Slip, find_slip
from whitespace_mcp.portfolio.values import NEAR
from whitespace_mcp.session.directory import MarketDirectory
from whitespace_mcp.session.organisation import LIVE, Organisation
from whitespace_mcp.terms.text import NO_VALUE, clean, fold

INACTIVE: Final = "inactive"
"""As `owner`: everybody whose account is neither live nor for reading only."""
WHOSE = frozenset({"mine", "unassigned", "other"})
"""Values of `owner` that are no person."""

Broker = tuple[tuple[str, ...], tuple[str, ...]]
"""Channel prefixes, or channels; lower case."""


def is_channel(word: str) -> bool:
    """Whether a word looks like a channel, `acme_MARINE`, rather than like a company's name."""
    return "_" in word and " " not in word.strip()


def broker_named(words: str, market: MarketDirectory) -> Broker:
    """The channel prefixes of the brokers that a name stands for, or the one channel that it is.

    Raises:
        BadArgument: no company of the directory has that name, or several begin with it.
    """
    key = fold(words)
    company = market.company_of(key)
    if company is not None and (key == company.channel_prefix or key.startswith(f"{company.channel_prefix}_")):
        return ((key,), ()) if key == company.channel_prefix else ((), (key,))
    names = {prefix: fold(company.name) for prefix, company in market.companies.items()}
    among = [p for p, name in names.items() if name == key] or [p for p, name in names.items() if name.startswith(key)]
    if len(among) == 1:
        return tuple(among), ()
    if among:
        raise BadArgument(
            "broker",
            "could be several companies",
            allowed=f"Pass one of: {listed(market.company_name(prefix) for prefix in sorted(among))}.",
        )
    if is_channel(key):
        return (), (key,)
    near = difflib.get_close_matches(key, list(names.values()), n=3, cutoff=NEAR)
    suggested = [company.name for prefix, company in market.companies.items() if names[prefix] in near]
    hint = f"Did you mean {listed(suggested)}?" if suggested else "Pass a company's name as the market knows it."
    raise BadArgument("broker", "names no company of the directory", allowed=hint)


def teams_named(
    words: str, organisations: Sequence[Organisation], market: MarketDirectory | None = None
) -> dict[str, str]:
    """The channel, lower case, of the team of that id, name or channel, by the MU id of the organisation that has it.

    Args:
        words: the team's id, name or channel.
        organisations: whose teams: those of the login there.
        market: the directory, for the organisations' other teams; with it there has to be such a team.

    Raises:
        BadArgument: no organisation asked has such a team; the message lists those there are.
    """
    key = fold(words)
    channels = {
        organisation.id: team.channel.lower()
        for organisation in organisations
        for team in _teams(organisation, market)
        if key in {fold(team.id), fold(team.name), fold(team.channel)}
    }
    if channels or market is None:
        return channels
    teams = [f"{team.name} ({team.id})" for organisation in organisations for team in _teams(organisation, market)]
    raise BadArgument(
        "team",
        "names no team of the organisation",
        allowed=f"Teams: {listed(dict.fromkeys(teams), most=20)}." if teams else "No teams are known.",
    )


def people_named(
    words: str, organisations: Sequence[Organisation], market: MarketDirectory
) -> dict[str, tuple[str, ...]]:
    """The MU ids of the colleague that a name or an MU id stands for, by the MU id of the organisation.

    "inactive" stands for everybody whose account is not live: those who left, above all.

    `words` is what was typed.

    Raises:
        BadArgument: nobody of these organisations, or several people of one of them.
    """
    key = fold(words)
    houses = {o.id: market.companies.get(o.channel_prefix) for o in organisations}
    if key == INACTIVE:
        return {mu: _inactive(house) for mu, house in houses.items()}
    meant = {mu: _people(key, house) for mu, house in houses.items() if house is not None}
    for mu, people in meant.items():
        if len(people) > 1:
            house = houses[mu]
            raise BadArgument(
                "owner",
                "could be several people",
                allowed=f"Pass the MU id of one of: {listed(_described(person, house) for person in people)}.",
            )
    if any(meant.values()):
        return {mu: tuple(person.user_id for person in people) for mu, people in meant.items()}
    if key.startswith("mu") and len(key) >= 10 and " " not in key:
        return {organisation.id: (words.strip().upper(),) for organisation in organisations}
    everybody = {fold(member.name): member.name for house in houses.values() if house for member in house.members}
    near = [everybody[name] for name in difflib.get_close_matches(key, everybody, n=3, cutoff=NEAR)]
    raise BadArgument(
        "owner",
        "is no colleague of this organisation",
        allowed=f"Did you mean {listed(near)}?"
        if near
        else "mine, unassigned, other, inactive, or a colleague's name.",
    )


def leaders_named(words: str, market: MarketDirectory) -> list[list[str]]:
    """For each company in `Kestrel / Birch` the texts of which a leader's key has one; nothing for `(none)`.

    A company's whole name stands for that company alone, with its team for that team; anything else is a part of names.

    Args:
        words: what was typed, folded.
        market: the directory.
    """
    parties = [part.strip() for part in words.split(" / ") if part.strip() and words != NO_VALUE]
    return [_leader_marks(party, market) for party in parties]


def _leader_marks(party: str, market: MarketDirectory) -> list[str]:
    exact: list[str] = []
    part = [party]
    for prefix, company in market.companies.items():
        name = fold(company.name)
        if party in {name, prefix, fold(company.id), name.partition(" (")[0]}:
            exact += [f"|@{prefix}|", f"|{name}|", f"|{party}|"]
        elif party.startswith(f"{name} ("):
            exact += [f"|@{fold(team.channel)}|" for team in company.teams if party == f"{name} ({fold(team.name)})"]
        elif party in name:
            part.append(f"|@{prefix}|")
    return exact or part


def facility_named(words: str, books: Mapping[str, Book]) -> dict[str, str]:
    """The root of the facility that an id or a UMR stands for, by the MU id of the organisation that sees it.

    Raises:
        BadArgument: it is a risk, and no facility.
        WhitespaceError: nothing is meant in any of the lists, or several risks.
    """
    facilities: dict[str, str] = {}
    others: list[Slip] = []
    errors: list[WhitespaceError] = []
    for mu, book in books.items():
        try:
            slip = find_slip(book, words)
        except NotFound as error:
            errors.append(error)
            continue
        if any(record["facility"] for record in slip.documents):
            facilities[mu] = slip.root
        elif slip.documents:
            others.append(slip)
    if facilities:
        return facilities
    if others:
        raise BadArgument(
            "declared_to",
            f"names {others[0].short} ({clean(others[0].name or 'no name', 60)}), which is no facility",
            allowed="A facility's risk id or UMR; get_risks with facility='only' lists them.",
        )
    raise errors[0] if errors else BadArgument("declared_to", "names no facility of these lists")


def _teams(organisation: Organisation, market: MarketDirectory | None) -> list[Team]:
    """The teams of an organisation: those that the directory knows, and those of the login there."""
    company = market.companies.get(organisation.channel_prefix) if market else None
    return list(
        {team.channel.lower(): team for team in (*organisation.teams, *(company.teams if company else ()))}.values()
    )


def _inactive(house: Company | None) -> tuple[str, ...]:
    members = house.members if house else ()
    return tuple(member.user_id for member in members if member.state and fold(member.state) not in LIVE)


def _people(key: str, house: Company) -> list[Member]:
    if key.startswith("mu"):
        by_id = [member for member in house.members if fold(member.user_id).startswith(key) and len(key) >= 10]
        if by_id:
            return by_id
    names = [(member, fold(member.name)) for member in house.members]
    exact = [member for member, name in names if name == key]
    words = key.split(" ")
    return exact or [member for member, name in names if key and all(word in name.split(" ") for word in words)]


def _described(member: Member, house: Company | None) -> str:
    teams = {team.channel.lower(): team.name for team in house.teams} if house else {}
    own: Iterable[str] = (teams.get(channel.lower(), "") for channel in member.teams)
    about = ", ".join(filter(None, [*own, member.state if member.state and member.state.lower() != "live" else ""]))
    return f"{member.name} ({member.user_id[:10]}{f', {about}' if about else ''})"
