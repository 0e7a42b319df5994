"""Names that callers use for brokers, teams, people and facilities, and what they stand for in an organisation.

What answers call them is read back: what is shown can be asked for.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from whitespace_mcp.config.errors import BadArgument, NotFound, WhitespaceError, listed
from whitespace_mcp.documents.identity import Company, MarketDirectory, Member, Team, person_name
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.lookup import Slip, find_slip
from whitespace_mcp.portfolio.values import NEAR
from whitespace_mcp.session.organisation import Organisation, is_live
from whitespace_mcp.terms.text import NO_VALUE, clean, fold

_BETWEEN: Final = re.compile(r", (?![^()]*\))")
"""Between two names, not within what stands in brackets behind one."""
_BESIDE: Final = re.compile(r"(.+?) \(([^()]+)\)")
_SHORT_ID: Final = re.compile(r"(IC[0-9A-F]{8,})(?: .*)?", re.IGNORECASE | re.DOTALL)
INACTIVE: Final = "inactive"
"""As `owner`: everybody whose account is neither live nor for reading only."""
WHOSE = frozenset({"mine", "unassigned", "other"})
"""Values of `owner` that are no person."""

US: Final = frozenset({"us", "we", "ours", "our own"})
"""Words for the organisation that asks."""
SHORT_MU: Final = len("MU00000000")
"""Characters of an MU id by which answers call somebody whom the directory does not know."""

Broker = tuple[tuple[str, ...], tuple[str, ...]]
"""Channel prefixes, or channels; lower case."""


def is_channel(word: str) -> bool:
    """Whether a word looks like a channel, `acme_MARINE`, rather than like a company's name."""
    return "_" in word and " " not in word.strip()


def broker_named(words: str, market: MarketDirectory, books: Iterable[Book]) -> Broker:
    """The channel prefixes of the brokers that a name stands for, or the one channel that it is.

    Args:
        words: what was typed.
        market: the directory.
        books: lists, whose brokers count although the directory does not have them: they are called by their prefix.

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
    if any(key in book.brokers() for book in books):
        return (key,), ()
    near = difflib.get_close_matches(key, list(names.values()), n=3, cutoff=NEAR)
    suggested = [company.name for prefix, company in market.companies.items() if names[prefix] in near]
    hint = f"Did you mean {listed(suggested)}?" if suggested else "Pass a company's name as the market knows it."
    raise BadArgument("broker", "names no company of the directory", allowed=hint)


def teams_named(
    words: str, organisations: Sequence[Organisation], market: MarketDirectory | None = None
) -> dict[str, tuple[str, ...]]:
    """The channels, lower case, of the teams that are meant, by the MU id of the organisation that has them all.

    Args:
        words: the team's id, name or channel; several with a comma between them, as a row shows them; `(none)`.
        organisations: whose teams: those of the login there.
        market: the directory, for the organisations' other teams; with it there has to be such a team.

    Raises:
        BadArgument: no organisation asked has such a team; the message lists those there are.
    """
    if words == NO_VALUE:
        return {organisation.id: () for organisation in organisations}
    channels: dict[str, tuple[str, ...]] = {}
    for organisation in organisations:
        teams = {
            fold(name): team.channel.lower()
            for team in _teams(organisation, market)
            for name in (team.channel, team.id, team.name)
        }
        for keys in ([fold(words)], _names_in(fold(words))):
            if all(key in teams for key in keys):
                channels[organisation.id] = tuple(teams[key] for key in keys)
    if channels or market is None:
        return channels
    choices = [f"{team.name} ({team.id})" for organisation in organisations for team in _teams(organisation, market)]
    raise BadArgument(
        "team",
        "names no team of the organisation",
        allowed=f"Teams: {listed(dict.fromkeys(choices), most=20)}." if choices else "No teams are known.",
    )


def people_named(
    words: str, organisations: Sequence[Organisation], market: MarketDirectory
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """For each owner that is named the MU ids that stand for them, by the MU id of the organisation.

    One owner is the rule; `Jo Bright (you), Al Gray` is a slip of both. "inactive" stands for everybody whose account
    is not live: those who left, above all.

    `words` is what was typed, or how an answer calls somebody: `Jo Bright (Marine)`, `Jo Bright (Suspended)`.

    Raises:
        BadArgument: nobody of these organisations, or several people of one of them.
    """
    companies = {o.id: market.companies.get(o.channel_prefix) for o in organisations}
    if fold(words) == INACTIVE:
        return {user_id: (_inactive(company),) for user_id, company in companies.items()}
    parties = _names_in(fold(words))
    meant: dict[str, tuple[tuple[str, ...], ...]] = {}
    for user_id, company in companies.items():
        people = [_one_person(party, user_id, company) for party in parties] if company else []
        if people and all(people):
            meant[user_id] = tuple(people)
    if meant:
        return meant
    everybody = {
        fold(member.name): member.name for company in companies.values() if company for member in company.members
    }
    near = [everybody[name] for name in difflib.get_close_matches(fold(words), everybody, n=3, cutoff=NEAR)]
    raise BadArgument(
        "owner",
        "is no colleague of this organisation",
        allowed=f"Did you mean {listed(near)}?"
        if near
        else "mine, unassigned, other, inactive, or a colleague's name.",
    )


def _one_person(party: str, own: str, company: Company) -> tuple[str, ...]:
    """The MU id of the one member who is called so; nothing where nobody is.

    `party` is a folded name or MU id, with or without brackets behind it; `own` the MU id of who asks.

    Raises:
        BadArgument: several members are called so.
    """
    name, besides = _beside(party)
    people = _people(party, company) or [m for m in _people(name, company) if _is_so(m, besides, own, company)]
    if len(people) > 1 and besides:
        people = [person for person in people if person.user_id != own] or people
    if len(people) > 1:
        raise BadArgument(
            "owner",
            "could be several people",
            allowed=f"Pass the MU id of one of: {listed(_described(person, company, own) for person in people)}.",
        )
    is_id = name.startswith("mu") and len(name) >= SHORT_MU and " " not in name
    return tuple(person.user_id for person in people) or ((name.upper(),) if is_id else ())


def _is_so(member: Member, besides: Iterable[str], own: str, company: Company) -> bool:
    """Whether all that stands in brackets is so of somebody: `you`, a team, a state, the beginning of an MU id."""
    teams = {team.channel.lower(): fold(team.name) for team in company.teams}
    facts = {fold(member.state or ""), *(teams.get(channel.lower(), "") for channel in member.teams)}
    facts |= {fold(company.name), "you"} if member.user_id == own else {fold(company.name)}
    return all(word in facts or (word[:2] == "mu" and fold(member.user_id).startswith(word)) for word in besides)


def leaders_named(words: str, market: MarketDirectory, own: str) -> list[list[str]]:
    """For each company in `Kestrel / Birch` the texts of which a leader's key has one; nothing for `(none)`.

    A company's whole name stands for that company alone, with its team for that team; anything else is a part of names.

    Args:
        words: what was typed, folded.
        market: the directory.
        own: the channel prefix of the organisation that `us` stands for.
    """
    parties = [part.strip() for part in re.split(r" / |; ", words) if part.strip() and words != NO_VALUE]
    parties = [re.sub(r"^sections? [^:]+: ", "", party) for party in parties]
    return [_leader_marks(own if party in US else party, market) for party in parties]


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

    A short id that no list has is passed on: carriers see declarations to facilities that they do not see.
    `words` can have the facility's name behind the id, as groups show it.

    Raises:
        BadArgument: it is a risk, and no facility.
        WhitespaceError: nothing is meant in any of the lists, or several risks.
    """
    if fold(words) == NO_VALUE:
        return dict.fromkeys(books, "")
    words = _id_in(words)
    facilities: dict[str, str] = {}
    others: list[Slip] = []
    errors: list[WhitespaceError] = []
    for user_id, book in books.items():
        try:
            slip = find_slip(book, words)
        except NotFound as error:
            errors.append(error)
            continue
        if any(record["facility"] for record in slip.documents):
            facilities[user_id] = slip.root
        elif slip.documents:
            others.append(slip)
    if facilities:  # others can see declarations to it, though not the facility
        same = set(facilities.values())
        return (dict.fromkeys(books, *same) if len(same) == 1 else {}) | facilities
    if others:
        raise BadArgument(
            "declared_to",
            f"names {others[0].short} ({clean(others[0].name or 'no name', 60)}), which is no facility",
            allowed="A facility's risk id or UMR; get_risks with facility='only' lists them.",
        )
    if re.fullmatch(r"IC[0-9A-F]{8}", words.strip(), re.IGNORECASE):
        return dict.fromkeys(books, words.strip().upper())
    raise errors[0] if errors else BadArgument("declared_to", "names no facility of these lists")


def _teams(organisation: Organisation, market: MarketDirectory | None) -> list[Team]:
    """The teams of an organisation: those that the directory knows, and those of the login there."""
    company = market.companies.get(organisation.channel_prefix) if market else None
    return list(
        {team.channel.lower(): team for team in (*organisation.teams, *(company.teams if company else ()))}.values()
    )


def _inactive(company: Company | None) -> tuple[str, ...]:
    members = company.members if company else ()
    return tuple(member.user_id for member in members if not is_live(member.state))


def _people(key: str, company: Company) -> list[Member]:
    if key.startswith("mu"):
        by_id = [member for member in company.members if fold(member.user_id).startswith(key) and len(key) >= 10]
        if by_id:
            return by_id
    names = [(member, fold(person_name(member.name))) for member in company.members]
    exact = [member for member, name in names if name == key]
    words = key.split(" ")
    return exact or [member for member, name in names if key and all(word in name.split(" ") for word in words)]


def _described(member: Member, company: Company, own: str) -> str:
    if member.user_id == own:
        return f"{member.name} ({member.user_id[:SHORT_MU]}, the user: pass mine)"
    names = {team.channel.lower(): team.name for team in company.teams}
    teams: Iterable[str] = (names.get(channel.lower(), "") for channel in member.teams)
    about = ", ".join(filter(None, [*teams, member.state if member.state and member.state.lower() != "live" else ""]))
    return f"{member.name} ({member.user_id[:10]}{f', {about}' if about else ''})"


def _names_in(label: str) -> list[str]:
    """The names in `Jo Bright (you), Al Gray`."""
    return [name.strip() for name in _BETWEEN.split(label) if name.strip()]


def _beside(name: str) -> tuple[str, list[str]]:
    """A name, and what stands in brackets behind it: `Jo Bright (Marine, Suspended)`."""
    match = _BESIDE.fullmatch(name)
    return (match[1], [part.strip() for part in match[2].split(",")]) if match else (name, [])


def _id_in(label: str) -> str:
    """The id in `IC213DA609 Acorn Facility 2026`; the label itself where it begins with none."""
    match = _SHORT_ID.fullmatch(label.strip())
    return match[1] if match else label
