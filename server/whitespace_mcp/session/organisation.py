"""One organisation of the login, and finding one by the words a person uses."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.config.errors import OrganisationError, listed
from whitespace_mcp.documents.identity import Team
from whitespace_mcp.terms.text import clean, fold

LIVE: Final = frozenset({"live", "readonly"})


@dataclass(frozen=True)
class Organisation:
    """A membership of the person: one company, one MU id (reference 3).

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

    @property
    def live(self) -> bool:
        """Whether it can be asked about anything."""
        return self.state is None or self.state.lower() in LIVE

    @property
    def channel_prefix(self) -> str:
        """What its channels begin with, before the underscore (reference 4.3)."""
        return self.company_id.lower()


def find(organisations: Sequence[Organisation], asked: str) -> Organisation:
    """The organisation that `asked` names: an MU id, a company id or a name.

    Names match exactly, then in any case, then as a unique prefix.

    Raises:
        OrganisationError: none, several, or only something similar; the message lists what may be passed.
    """
    key = fold(asked)
    exact = [o for o in organisations if asked in (o.id, o.company_id, o.name)]
    found = exact or [o for o in organisations if key in (fold(o.id), fold(o.company_id), fold(o.name))]
    if not found and key:
        found = [o for o in organisations if fold(o.name).startswith(key) or fold(o.company_id).startswith(key)]
    if found:
        return _only(found, asked, organisations)
    raise _unknown(organisations, asked)


def choices(organisations: Sequence[Organisation]) -> str:
    """The organisations as a message lists them: the id to pass, and the state of those that are not live."""
    return listed(f"{o.name} (organisation={o.company_id}{_state(o)})" for o in organisations)


def _state(organisation: Organisation) -> str:
    return "" if organisation.live else f", {clean(organisation.state or '', 40)}"


def needed(organisations: Sequence[Organisation]) -> OrganisationError:
    """There is no default, and the call does not say which."""
    several = "This login has several organisations and the call does not say which one it is about"
    return OrganisationError(
        several if len(organisations) > 1 else "The call does not say which organisation it is about",
        retry="Call again with 'organisation'.",
        do=f"Choices: {choices(organisations)}. If the user has not said which, ask the user.",
    )


def not_live(organisation: Organisation, organisations: Sequence[Organisation] = ()) -> OrganisationError:
    """A membership that is suspended, or otherwise not live; the others may be asked."""
    others = choices([other for other in organisations if other.live])
    return OrganisationError(
        f"The membership in {organisation.name} is {clean(organisation.state or '', 40)}, not live",
        do="Ask that organisation's administrator or Whitespace Support"
        + (f"; meanwhile choose another. Choices: {others}." if others else "."),
    )


def _only(found: list[Organisation], asked: str, organisations: Sequence[Organisation]) -> Organisation:
    if len(found) == 1:
        return found[0]
    several = [o for o in organisations if o in found]
    raise OrganisationError(
        f"'{clean(asked, 60)}' could be any of several organisations",
        retry="Call again with one of their ids.",
        do="Choices: " + listed(f"{o.name} (organisation={o.company_id}, or {o.id})" for o in several) + ".",
    )


def _unknown(organisations: Sequence[Organisation], asked: str) -> OrganisationError:
    key = fold(asked)
    for organisation in organisations:
        for team in organisation.teams:
            if key in {fold(team.id), fold(team.name), fold(team.channel)}:
                return OrganisationError(
                    f"'{clean(asked, 60)}' is a team of {organisation.name}",
                    retry="Call again differently.",
                    do=f"Filter by team: organisation={organisation.company_id}, team={team.id}.",
                )
    names = {fold(name): o for o in organisations for name in (o.name, o.company_id)}
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    suggestion = f"Did you mean {names[near[0]].name} (organisation={names[near[0]].company_id})? " if near else ""
    return OrganisationError(
        f"This login has no organisation '{clean(asked, 60)}'",
        retry="Call again with one it has.",
        do=f"{suggestion}Choices: {choices(organisations)}.",
    )
