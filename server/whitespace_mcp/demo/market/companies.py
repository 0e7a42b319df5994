"""The directory: companies, their teams and their people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from whitespace_mcp.demo.market.classes import TEAM_NAMES
from whitespace_mcp.demo.market.seeds import chance, identifier
from whitespace_mcp.demo.market.words import BROKERS, CARRIERS, FIRST_NAMES, LAST_NAMES, OFFLINE
from whitespace_mcp.demo.people import Role, State

PEOPLE: Final = 1500
_ODD_STATES: Final[tuple[State, ...]] = ("Draft", "Suspended", "Digitiser", "ReadOnly")
_GENERAL: Final = ("MARINE", "PROPERTY", "CYBER", "ENERGY", "AVIATION", "FINPRO", "SPECIALTY")
_TEAMS: Final[dict[str, tuple[str, ...]]] = {
    "CALDERFINCH": (*_GENERAL, "FACILITIES"), "MARROWGATE": _GENERAL, "KITTIWELL": ("MARINE",),
    "MOSSGRAVE": ("AVIATION",), "GREYFATHOM": ("MARINE",), "KESTRELMOOR": ("AVIATION",), "STONEPETREL": ("ENERGY",),
    "VELMOOR": ("CYBER",), "ZEPHYRINE": ("AVIATION",), "HALEWORTHY": ("FINPRO",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a company; its channel is what documents are shown to."""

    company_id: str
    team_id: str
    name: str
    classes: tuple[str, ...] = ()
    is_inactive: bool = False

    @property
    def channel(self) -> str:
        """`calderfinch_MARINE`."""
        return f"{self.company_id.lower()}_{self.team_id}"

    @property
    def segments(self) -> str:
        """`CALDERFINCH::MARINE`, as ids of its documents have it."""
        return f"{self.company_id}::{self.team_id}"


@dataclass(slots=True)
class Member:
    """A person in one company."""

    user_id: str
    name: str
    email: str
    state: State
    teams: tuple[Team, ...]


@dataclass(slots=True)
class Company:
    """A broker or a carrier."""

    company_id: str
    name: str
    role: Role
    is_offline: bool
    teams: list[Team]
    members: list[Member] = field(default_factory=list[Member])

    def team_for(self, team_id: str) -> Team | None:
        """Its team that writes or places a class, or the one for everything."""
        return next((team for team in self.teams if team.team_id in (team_id, "ALL")), None)


class Directory:
    """Every company and person."""

    def __init__(self, companies: Iterable[Company]) -> None:
        self.companies = {company.company_id: company for company in companies}
        self._members = {m.user_id: (company.company_id, m) for company in self for m in company.members}
        self.teams = {team.channel: team for company in self for team in company.teams}

    def __iter__(self) -> Iterator[Company]:
        return iter(self.companies.values())

    def member(self, user_id: str) -> tuple[Company, Member] | None:
        """A person's company and entry."""
        company_id, member = self._members.get(user_id, ("", None))
        return (self.companies[company_id], member) if member else None

    def people_of(self, channel: str) -> list[Member]:
        """The people of a team who work."""
        team = self.teams[channel]
        return [m for m in self.companies[team.company_id].members if team in m.teams and m.state == "Live"]

    def copy(self) -> "Directory":
        """One of its own: people may be added to it and change their state; what does not change is shared."""
        directory = Directory(())
        directory.companies = {c.company_id: replace(c, members=list(c.members)) for c in self}
        directory.teams = dict(self.teams)
        directory._members = dict(self._members)
        return directory

    def set_state(self, user_id: str, state: State) -> None:
        """Put another entry in the place of a person's.

        Raises:
            KeyError: there is no such person.
        """
        company_id, member = self._members[user_id]
        changed = replace(member, state=state)
        members = self.companies[company_id].members
        members[members.index(member)] = changed
        self._members[user_id] = (company_id, changed)

    def enrol(self, company_id: str, name: str, email: str, state: State, teams: tuple[Team, ...], mu: str) -> Member:
        """Add a person to a company.

        `company_id` is the company, `name` and `email` the person's, `mu` the MU id.
        """
        company = self.companies[company_id]
        member = Member(mu, name, email, state, teams)
        company.members.append(member)
        self._members[mu] = (company_id, member)
        return member


def make_directory(seed: int) -> Directory:
    """The same sixty companies for every seed, with other people in them."""
    source = chance(seed, "directory")
    kinds: tuple[tuple[Role, bool, tuple[tuple[str, str], ...]], ...] = (
        ("broker", False, BROKERS),
        ("underwriter", False, CARRIERS),
        ("underwriter", True, OFFLINE),
    )
    companies = [
        Company(company_id, name, role, offline, _teams(company_id, source, offline=offline))
        for role, offline, names in kinds
        for company_id, name in names
    ]
    online = [company for company in companies if not company.is_offline]
    weights = [
        6.0 if company.company_id in ("CALDERFINCH", "MARROWGATE") else 1.0 + source.random() for company in online
    ]
    for company in source.choices(online, weights, k=PEOPLE):
        company.members.append(_person(company, source))
    for company in companies:
        _staff(company, source)
    return Directory(companies)


def _staff(company: Company, source: Random) -> None:
    """See that every team that works has somebody in it."""
    manned = {team for member in company.members if member.state == "Live" for team in member.teams}
    for team in company.teams:
        if team not in manned and not team.is_inactive:
            company.members.append(replace(_person(company, source), state="Live", teams=(team,)))


def _teams(company_id: str, source: Random, *, offline: bool) -> list[Team]:
    if offline:
        return [_team(company_id, "ALL")]
    ids = _TEAMS.get(company_id)
    if ids is None:
        ids = ("ALL",) if source.random() < 0.3 else tuple(t for t in _GENERAL if source.random() < 0.7) or ("ALL",)
    teams = [_team(company_id, team_id) for team_id in ids]
    if company_id == "CALDERFINCH":
        # A book that was bought, under its former owner's name, which is still an organisation of its own.
        teams.append(Team(company_id, "WRENLOCKCARGO", "Wrenlock Broking", ("Marine Cargo",)))
        teams.append(Team(company_id, "MOTOR2019", "Motor (closed)", (), is_inactive=True))
    return teams


def _team(company_id: str, team_id: str) -> Team:
    name, classes = TEAM_NAMES[team_id]
    return Team(company_id, team_id, name, classes)


def _person(company: Company, source: Random) -> Member:
    first, last = source.choice(FIRST_NAMES), source.choice(LAST_NAMES)
    state: State = source.choice(_ODD_STATES) if source.random() < 0.06 else "Live"
    working = [team for team in company.teams if not team.is_inactive]
    teams = tuple(source.sample(working, min(len(working), 1 if source.random() < 0.8 else 2)))
    name = f"{first} {last}"
    email = f"{first}.{last}@{company.company_id.lower()}.example".lower()
    return Member(identifier("MU", source), name, email, state, teams)
