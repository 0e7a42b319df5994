"""Names for channels and MU ids, and the directory as answers show it (platform.md 5.10). No e-mail addresses."""

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.documents.identity import Company, MarketDirectory, Member, Team, person_name
from whitespace_mcp.terms.ids import SHORT_DIGITS, channel_company, short_id
from whitespace_mcp.terms.text import clean, few, fold, ranked, without_addresses

MOST_TEAMS: Final = 12
LIVE: Final = "live"
UNLISTED: Final = "not in the directory"


@dataclass(frozen=True)
class Names:
    """The names of the directory as answers show them; each person is looked up once."""

    market: MarketDirectory
    _people: dict[str, tuple[Member, Company] | None] = field(
        default_factory=dict[str, tuple[Member, Company] | None], init=False, repr=False, compare=False
    )

    def company(self, prefix: str) -> str:
        """A company's name by channel prefix (lower case), or what stands for it."""
        return self.market.company_name(prefix)

    def team(self, channel: str) -> str:
        """A team's name by channel."""
        return self.market.team_name(channel)

    def member(self, user_id: str) -> tuple[str, str] | None:
        """A person's name and company's name by MU id; None if the directory does not know them."""
        entry = self._entry(user_id)
        return (entry[0].name or short_id(user_id), entry[1].name) if entry else None

    def state(self, user_id: str) -> str | None:
        """Whether a person is Live, in the platform's word; None where it is not told."""
        entry = self._entry(user_id)
        return entry[0].state if entry else UNLISTED if self.market.companies else None

    def _entry(self, user_id: str) -> tuple[Member, Company] | None:
        if user_id not in self._people:
            self._people[user_id] = self.market.member(user_id)
        return self._people[user_id]

    def party(self, channel: str) -> str:
        """A company's team by its channel: `Kestrel Syndicate 1887 (Marine)`."""
        channel = clean(channel, 100)
        company = self.company(channel_company(channel))
        return f"{company} ({self.team(channel)})" if "_" in channel else company

    def own(self, user_id: str) -> str:
        """A person of the organisation that asks, which need not be named: `Jo Bright`."""
        member = self.member(user_id)
        return person_name(member[0]) if member else short_id(clean(without_addresses(user_id)))

    def apart(self, user_id: str, me: str = "") -> str:
        """The same, told from namesakes of the same company by a team, or else by the id: `Jo Bright (Marine)`.

        `me` is the MU id of who asks: `Jo Bright (you)`.
        """
        entry, name = self._entry(user_id), self.own(user_id)
        if entry is None:
            return name
        namesakes = [member for member in entry[1].members if fold(person_name(member.name)) == fold(name)]
        teams = [self.teams(member) for member in namesakes]
        own = self.teams(entry[0])
        beside = own if own and teams.count(own) == 1 and len(entry[0].teams) == 1 else short_id(user_id)
        beside = "you" if user_id == me else beside
        return f"{name} ({beside})" if len(namesakes) > 1 else name

    def teams(self, member: Member) -> str:
        """The names of somebody's teams."""
        return ", ".join(map(self.team, member.teams))

    def not_live(self, user_id: str) -> str | None:
        """The state of a person who is not Live, such as `Suspended`; None of everybody else."""
        state = clean(self.state(user_id) or "", 20)
        return state if state and fold(state) != LIVE else None

    def person(self, user_id: str | None) -> str | None:
        """A person by MU id: `Jo Bright (Kestrel Syndicate 1887)`; the beginning of the id where nobody is known."""
        if not user_id:
            return None
        member = self.member(user_id)
        return f"{self.own(user_id)} ({member[1]})" if member else self.own(user_id)


class CompanyEntry(Answer):
    """A company: `teams` are those that match, or all; `people` is how many it has, by state."""

    company_id: str
    name: str
    role: str | None = None
    own: Literal[True] | None = None
    off_platform: Literal[True] | None = None
    teams: list[str]
    people: dict[str, int]


class PersonEntry(Answer):
    """A person in one company; `id` is how an MU id begins, where others of the company are called the same."""

    name: str
    id: str | None = None
    company: str
    teams: list[str] | None = None
    state: str | None = None


class MarketPeople(Answer):
    """Answer of `find_people`; `matched` counts companies and people, who are listed only where they were asked for."""

    organisation: OrganisationKeys
    matched: dict[str, int]
    as_of: str
    companies: list[CompanyEntry] | None = None
    people: list[PersonEntry] | None = None
    next_cursor: str | None = None
    notes: list[str] | None = None


@dataclass(frozen=True)
class PeopleSearch:
    """Who is looked for: parts of names, any case; a company or team also by its id."""

    company: str | None = None
    team: str | None = None
    person: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class CompanyMatch:
    """A company that matches, with the teams and people of it that do."""

    company: Company
    teams: tuple[Team, ...]
    people: tuple[Member, ...]


def search(companies: Iterable[Company], wanted: PeopleSearch) -> list[CompanyMatch]:
    """The companies that match everything that is wanted, by name."""
    entries = [entry for entry in companies if wanted.role is None or fold(entry.role or "") == fold(wanted.role)]
    if wanted.company:
        key = fold(wanted.company)
        entries = [e for e in entries if key in {fold(e.id), e.channel_prefix} or key in fold(e.name)]
    matches = [_matching(entry, wanted) for entry in entries]
    return sorted((match for match in matches if match), key=lambda match: (fold(match.company.name), match.company.id))


def company_entry(match: CompanyMatch, own_prefix: str) -> CompanyEntry:
    """A company as an answer shows it."""
    return CompanyEntry(
        company_id=match.company.id,
        name=match.company.name,
        role=match.company.role,
        own=True if match.company.channel_prefix == own_prefix else None,
        off_platform=True if match.company.offline else None,
        teams=few([team.name for team in match.teams], MOST_TEAMS),
        people=ranked(Counter(clean(member.state or "unknown", 20) for member in match.people)),
    )


def person_entry(member: Member, company: Company) -> PersonEntry:
    """A person as an answer shows them."""
    teams = {team.channel.lower(): team.name for team in company.teams}
    name = person_name(member.name)
    namesakes = [other for other in company.members if fold(person_name(other.name)) == fold(name)]
    return PersonEntry(
        name=name or short_id(clean(member.user_id)),
        id=short_id(clean(member.user_id)) if name and len(namesakes) > 1 else None,
        company=company.name,
        teams=few([teams.get(channel.lower()) or clean(channel, 60) for channel in member.teams], MOST_TEAMS) or None,
        state=clean(member.state, 20) if member.state else None,
    )


def suggestions(companies: Iterable[Company], wanted: PeopleSearch) -> list[str]:
    """Names that resemble what was looked for, since nothing matches."""
    entries = list(companies)
    if wanted.person:
        names = {fold(member.name): person_name(member.name) for entry in entries for member in entry.members}
        text = wanted.person
    elif wanted.team:
        names, text = {fold(team.name): team.name for entry in entries for team in entry.teams}, wanted.team
    else:
        names, text = {fold(entry.name): entry.name for entry in entries}, wanted.company or ""
    return [names[name] for name in difflib.get_close_matches(fold(text), names, n=3, cutoff=0.6)]


def _matching(company: Company, wanted: PeopleSearch) -> CompanyMatch | None:
    teams, people = company.teams, company.members
    if wanted.team:
        key = fold(wanted.team)
        exact = tuple(team for team in teams if key in {fold(team.id), fold(team.channel), fold(team.name)})
        teams = exact or tuple(team for team in teams if key in fold(team.name))
        channels = {team.channel.lower() for team in teams}
        people = tuple(member for member in people if any(channel.lower() in channels for channel in member.teams))
        if not teams:
            return None
    if wanted.person:
        words = fold(wanted.person).split(" ")
        people = tuple(member for member in people if _is_meant(member, words))
        if not people:
            return None
    return CompanyMatch(company, teams, people)


def _is_meant(member: Member, words: list[str]) -> bool:
    """Whether all the words are in a person's name, or the one word begins the person's MU id."""
    name, word = fold(member.name), words[0]
    is_id = len(words) == 1 and word.startswith("mu") and len(word) >= 2 + SHORT_DIGITS
    return all(word in name for word in words) or (is_id and fold(member.user_id).startswith(word))
