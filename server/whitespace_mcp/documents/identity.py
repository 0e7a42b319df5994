"""Memberships of the login, and companies, teams and people of the market (platform.md 3, 5.10)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, objects_of
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import clean, fold, without_addresses

NAME: Final = 100
"""Characters of a name of a company, team or person: they stand in errors too, where there is no room for prose."""
PERSON_BYTES: Final = 600
"""What one person of the directory takes in memory, with what their company and teams take."""
SERVICE: Final = "wssvc_"
"""Service logins are called so, with their contact's e-mail address behind it (platform.md 2.3)."""


def person_name(name: str) -> str:
    """A person's name without what is no name: service logins carry an e-mail address."""
    return "service login" if name.lower().startswith(SERVICE) else without_addresses(name)


@dataclass(frozen=True)
class Team:
    """A team of a company: its id (`MARINE`), name, and channel (`acme_MARINE`)."""

    id: str
    name: str
    channel: str


@dataclass(frozen=True)
class Details:
    """`GET /user/myDetails`: the membership that the call was made under."""

    user_id: str
    company_id: str
    company_name: str
    role: str | None
    teams: tuple[Team, ...]
    email: str | None


@dataclass(frozen=True)
class Member:
    """A person in one company; `company_id` is None where the source does not say, `teams` are channels."""

    user_id: str
    name: str
    state: str | None
    company_id: str | None = None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Company:
    """A company of the directory, without its stamps, settings and administrators; `offline`: not on the platform."""

    id: str
    name: str
    role: str | None
    channel_prefix: str
    teams: tuple[Team, ...]
    members: tuple[Member, ...]
    offline: bool = False


class CompanyNames(dict[str, str]):
    """Names of companies by channel prefix; of one that is not there, the company id that the prefix comes from."""

    def __missing__(self, prefix: str) -> str:
        """What stands for an unknown company."""
        return prefix.upper()


class MarketDirectory:
    """The directory as it was read: companies by channel prefix, people by MU id.

    Attributes:
        weight: about how many bytes of memory it takes.
    """

    def __init__(self, entries: list[Company]) -> None:
        self.weight = PERSON_BYTES * sum(len(company.members) for company in entries)
        self.companies: Mapping[str, Company] = MappingProxyType({c.channel_prefix: c for c in entries})
        self.company_names = CompanyNames({c.channel_prefix: c.name for c in entries})
        self._team_names = {team.channel.lower(): team.name for company in entries for team in company.teams}

    def company_name(self, prefix: str) -> str:
        """The name of the company with that channel prefix, or the company id that the prefix comes from."""
        return self.company_names[prefix]

    def team_name(self, channel: str) -> str:
        """The name of the team with that channel, or the team id in it."""
        return self._team_names.get(channel.lower()) or channel.partition("_")[2] or channel

    def company_of(self, channel: str) -> Company | None:
        """The company that a channel belongs to."""
        return self.companies.get(channel_company(channel))

    def company_named(self, words: str) -> Company | None:
        """The company of exactly that name or id, as it looks."""
        key = fold(words)
        return next((c for c in self.companies.values() if key in (fold(c.name), fold(c.id))), None) if key else None

    def member(self, user_id: str) -> tuple[Member, Company] | None:
        """The person in a company that an MU id stands for."""
        for company in self.companies.values():
            for member in company.members:
                if member.user_id == user_id:
                    return member, company
        return None


def read_details(document: Document, asked_for: str | None) -> Details | None:
    """The membership that `myDetails` tells of; None where it does not name the person or the company.

    The MU id that was sent stands where the answer leaves its own out.
    """
    user_id = as_text(document.get("uniqueID")) or asked_for
    company_id = as_text(document.get("companyId"))
    if user_id is None or company_id is None:
        return None
    return Details(
        user_id=user_id,
        company_id=company_id,
        company_name=clean(as_text(document.get("companyName")) or company_id, NAME),
        role=as_text(document.get("role")),
        teams=_teams(document.get("teams")),
        email=as_text(document.get("username")),
    )


def read_people(document: Document) -> list[Member]:
    """The members of a person look-up, each with its company where told."""
    return [
        replace(member, company_id=as_text(entry.get("companyId")) or as_text(entry.get("companyID")))
        for entry in objects_of(document.get("members"))
        if (member := _member(entry))
    ]


def read_companies(elements: list[object]) -> list[Company]:
    """The companies of the directory; elements without an id are left out. E-mails are not read."""
    return [company for entry in map(as_object, elements) if (company := _company(entry))]


def _company(entry: Document) -> Company | None:
    company_id = as_text(entry.get("companyId"))
    if company_id is None:
        return None
    members = [_member(as_object(member)) for member in as_list(entry.get("members"))]
    return Company(
        id=company_id,
        name=clean(as_text(entry.get("name")) or company_id, NAME),
        role=as_text(entry.get("role")),
        channel_prefix=(as_text(entry.get("channelPrefix")) or company_id).lower(),
        teams=_teams(entry.get("teams")),
        members=tuple(member for member in members if member),
        offline=entry.get("isOffline") is True,
    )


def _member(entry: Document) -> Member | None:
    user_id = as_text(entry.get("uniqueID"))
    if user_id is None:
        return None
    return Member(
        user_id=user_id,
        name=clean(as_text(entry.get("name")) or "", NAME),
        state=as_text(entry.get("currentState")),
        teams=tuple([channel for channel in as_list(entry.get("teams")) if isinstance(channel, str)]),
    )


def _teams(value: object) -> tuple[Team, ...]:
    teams: list[Team] = []
    for entry in objects_of(value):
        channel = as_text(entry.get("channel"))
        team_id = as_text(entry.get("teamId")) or as_text(entry.get("teamID")) or (channel or "").partition("_")[2]
        if team_id:
            name = clean(as_text(entry.get("name")) or team_id, NAME)
            teams.append(Team(id=team_id, name=name, channel=channel or team_id))
    return tuple(teams)
