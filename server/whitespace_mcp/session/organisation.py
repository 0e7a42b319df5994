"""One organisation of the login, and finding one by the words a person uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from whitespace_mcp.config.errors import OrganisationError, listed
from whitespace_mcp.documents.identity import Company, Team
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.terms.text import clean, fold

_LIVE: Final = frozenset({"live", "readonly"})
_ASK: Final = "Call again with what the user says. Ask the user which one is meant; never take a similar one for it."


@dataclass(frozen=True)
class Organisation:
    """A membership of the person: one company, one MU id (platform.md 3).

    Attributes:
        id: the MU id; permanent.
        company_id: such as `BLACKPOOL`; `name`: the company's.
        role: `broker` or `underwriter`, where known.
        state: the membership's, such as `Live`, `ReadOnly` or `Suspended`, where known.
        sends_user_id: whether requests carry the `UserID` header; a single-organisation login needs none.
    """

    id: str
    company_id: str
    name: str
    role: str | None = None
    teams: tuple[Team, ...] = ()
    state: str | None = None
    sends_user_id: bool = True

    @property
    def user_id(self) -> str | None:
        """The MU id to send with each request on its behalf."""
        return self.id if self.sends_user_id else None

    @cached_property
    def live(self) -> bool:
        """Whether it can be asked about anything."""
        return is_live(self.state)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Its MU id, company id and name, and how messages and sheets call it, with the id behind its name."""
        name, company_id = self.name, self.company_id
        labels = (f"{name} ({company_id})", f"{name} (organisation={company_id})")
        return frozenset((self.id, company_id, name, *labels))

    @cached_property
    def team_names(self) -> Mapping[str, str]:
        """Its teams' names by channel, in lower case."""
        return {team.channel.lower(): team.name for team in self.teams}

    @cached_property
    def side(self) -> Side:
        """The organisation as documents name it."""
        return Side(self.channel_prefix, self.id)

    @cached_property
    def channel_prefix(self) -> str:
        """What its channels begin with, before the underscore (platform.md 4.3)."""
        return self.company_id.lower()


def is_live(state: str | None) -> bool:
    """Whether a membership of that state can be asked about anything; one that tells none can."""
    return not state or state.lower() in _LIVE


def find(organisations: Sequence[Organisation], words: str) -> Organisation:
    """The organisation that `words` name: an MU id as it is, a company id or a name.

    Company ids and names match exactly, then as they look, then as a unique prefix.

    Raises:
        OrganisationError: none, several, or only something similar; the message lists what may be passed.
    """
    return named(organisations, words) or beginning(organisations, words)


def named(organisations: Sequence[Organisation], words: str) -> Organisation | None:
    """The organisation of exactly that MU id, company id or name; two that differ in case only are told apart by it.

    Raises:
        OrganisationError: several have that name.
    """
    matches = [o for o in organisations if words in o.spellings]
    if not matches:
        key = fold(words)
        matches = [o for o in organisations if key in (fold(o.company_id), fold(o.name))]
    return _only(matches, words) if matches else None


def beginning(organisations: Sequence[Organisation], words: str) -> Organisation:
    """The only organisation whose name or company id begins like that.

    Raises:
        OrganisationError: none, or several.
    """
    key = fold(words)
    matches = [o for o in organisations if key and (fold(o.name).startswith(key) or fold(o.company_id).startswith(key))]
    if matches:
        return _only(matches, words)
    raise team_of(organisations, words) or _unknown(organisations, words)


def choices(organisations: Sequence[Organisation]) -> str:
    """The organisations as a message lists them: the id to pass, and the state of those that are not live."""
    return listed(f"{o.name} (organisation={o.company_id}{_state(o)})" for o in organisations)


def _state(organisation: Organisation) -> str:
    return "" if organisation.live else f", {clean(organisation.state or '', 40)}"


def needed(organisations: Sequence[Organisation], lost: str = "") -> OrganisationError:
    """There is no default, and the call does not say which. The choices come first: some hosts cut errors short.

    Args:
        organisations: the choices.
        lost: what the default was, where there should be one.
    """
    which = "Which organisation?" if len(organisations) > 1 else "The call names no organisation."
    return OrganisationError(
        f"{which} Choices: {choices(organisations)}",
        retry="Call again with 'organisation'.",
        do="If the user has not said which, ask the user." + (f" {lost} is none of these." if lost else ""),
    )


def not_live(organisation: Organisation, organisations: Sequence[Organisation] = ()) -> OrganisationError:
    """A membership that is suspended, or otherwise not live; the others may be asked."""
    others = choices([other for other in organisations if other.live])
    return OrganisationError(
        f"The membership in {organisation.name} is {clean(organisation.state or '', 40)}, not live",
        do="Ask that organisation's administrator or Whitespace Support"
        + (f"; meanwhile choose another. Choices: {others}." if others else "."),
    )


def another_company(organisations: Sequence[Organisation], company: Company) -> OrganisationError:
    """The name is that of a company of the market that the login does not belong to, however similar another is."""
    return OrganisationError(
        f"{company.name} is another company of the market; this login has no membership there",
        retry=_ASK,
        do=f"Choices: {choices(organisations)}.",
    )


def _only(matches: list[Organisation], words: str) -> Organisation:
    if len(matches) == 1:
        return matches[0]
    raise OrganisationError(
        f"'{clean(words, 60)}' could be any of several organisations",
        retry=_ASK,
        do="Choices: " + listed(f"{o.name} (organisation={o.company_id}, or {o.id})" for o in matches) + ".",
    )


def team_of(organisations: Sequence[Organisation], words: str) -> OrganisationError | None:
    """What to say where the words are the name of a team; None where they are not."""
    key = fold(words)
    for organisation in organisations:
        for team in organisation.teams:
            if key in {fold(team.id), fold(team.name), fold(team.channel)}:
                return OrganisationError(
                    f"'{clean(words, 60)}' is a team of {organisation.name}",
                    retry="Call again differently.",
                    do=f"Filter by team: organisation={organisation.company_id}, team={team.id}.",
                )
    return None


def _unknown(organisations: Sequence[Organisation], words: str) -> OrganisationError:
    return OrganisationError(
        f"This login has no organisation '{clean(words, 60)}'", retry=_ASK, do=f"Choices: {choices(organisations)}."
    )
