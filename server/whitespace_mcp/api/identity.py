"""Who the login is, and who is in the market: the identity reads (reference 1.3, 3, 5.10)."""

from dataclasses import dataclass, replace
from typing import Final

from whitespace_mcp.api.client import Api, user_id_refused
from whitespace_mcp.api.documents import as_list, as_object, as_text, read_list, read_object, wrong_shape
from whitespace_mcp.api.reads import CORPORATE, MY_DETAILS, PERSON, VERSION
from whitespace_mcp.terms.text import clean, fold

NAME: Final = 100
"""Characters of a name of a company, team or person: they stand in errors too, where there is no room for prose."""


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


async def platform_version(api: Api) -> str | None:
    """The platform's version, `3.7.0` of `30700`; None where it does not tell."""
    number = read_object(await api.fetch_anonymous(VERSION)).get("platformVersion")
    if not isinstance(number, int) or not 0 < number < 10_000_000:  # two digits a part
        return None
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


async def my_details(api: Api, *, user_id: str | None) -> Details:
    """The membership that an MU id stands for; without one, the only membership of a single-organisation login.

    Raises:
        UserIdRefused: the login has several organisations and this is not one of its MU ids.
        AccessRefused: the membership is not Live or ReadOnly.
    """
    document = read_object(await api.fetch(MY_DETAILS, user_id=user_id))
    found = as_text(document.get("uniqueID")) or user_id
    company_id = as_text(document.get("companyId"))
    if found is None or company_id is None:
        raise wrong_shape()
    if user_id is not None and fold(found) != fold(user_id):  # the header was ignored
        raise user_id_refused()
    return Details(
        user_id=found,
        company_id=company_id,
        company_name=clean(as_text(document.get("companyName")) or company_id, NAME),
        role=as_text(document.get("role")),
        teams=_teams(document.get("teams")),
        email=as_text(document.get("username")),
    )


async def people_with_email(api: Api, email: str, *, user_id: str | None) -> list[Member]:
    """Everybody with an e-mail address: several members when one person has several logons."""
    document = read_object(await api.fetch(PERSON, user_id=user_id, ids={"email": email}))
    return [
        replace(member, company_id=as_text(entry.get("companyId")) or as_text(entry.get("companyID")))
        for entry in map(as_object, as_list(document.get("members")))
        if (member := _member(entry))
    ]


async def companies(api: Api) -> list[Company]:
    """The whole market; the one call that needs no MU id. E-mails are not in it."""
    entries = [as_object(entry) for entry in read_list(await api.fetch(CORPORATE, user_id=None))]
    return [company for entry in entries if (company := _company(entry))]


def _company(entry: dict[str, object]) -> Company | None:
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


def _member(entry: dict[str, object]) -> Member | None:
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
    entries = [as_object(entry) for entry in as_list(value)]
    teams: list[Team] = []
    for entry in entries:
        channel = as_text(entry.get("channel"))
        team_id = as_text(entry.get("teamId")) or as_text(entry.get("teamID")) or (channel or "").partition("_")[2]
        if team_id:
            name = clean(as_text(entry.get("name")) or team_id, NAME)
            teams.append(Team(id=team_id, name=name, channel=channel or team_id))
    return tuple(teams)
