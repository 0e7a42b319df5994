"""Finding the organisations of a login (platform.md 3).

The ways, in order: the configured MU id; `myDetails` without the header, which only a single-organisation login may
call; the person look-up by the token's e-mail; the company directory by exact name, any case. Two people can share a
name, so a name only suggests: every membership but a suspended one is confirmed by calling `myDetails` with its MU id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.api.bearer import TokenProvider
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.identity import my_details, people_with_email
from whitespace_mcp.config.errors import (
    AccessRefused,
    BadAnswer,
    NotFound,
    OrganisationError,
    UserIdRefused,
    WhitespaceError,
    WrongAddress,
)
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.documents.identity import Details, MarketDirectory, Member
from whitespace_mcp.runtime.side_by_side import side_by_side
from whitespace_mcp.session.directory import Directory
from whitespace_mcp.session.organisation import Organisation, is_live
from whitespace_mcp.terms.text import fold

CANDIDATES: Final = 12
"""Namesakes that are tried at most: each costs a request."""


@dataclass(frozen=True)
class Login:
    """What was found.

    Attributes:
        user: the person's name, where anything tells it.
        organisations: the memberships.
        complete: whether every place could be looked at; if not, a later search may find more.
    """

    user: str | None
    organisations: tuple[Organisation, ...]
    complete: bool = True


class Discovery:
    """Finds who the login is. Keeps nothing between searches; `session.organisations` does."""

    def __init__(self, settings: Settings, api: Api, bearer: TokenProvider, directory: Directory) -> None:
        self._settings = settings
        self._api = api
        self._bearer = bearer
        self._directory = directory
        self._complete = True

    async def run(self) -> Login:
        """Look in every place.

        Raises:
            OrganisationError: nothing was found; the message asks for the setting that helps.
            WhitespaceError: the platform could not be asked.
        """
        self._complete = True
        first = await self._first()
        if isinstance(first, Login):
            return first
        token = await self._bearer.current()
        confirmed = {first.user_id: first} if first else {}
        members = await self._by_email(token.email, confirmed)
        if not confirmed or not members:
            confirmed |= await self._namesakes(self._names(token.name, token.email, first), skip=confirmed)
            members = members or (await self._by_email(token.email, confirmed) if confirmed else [])
        if not confirmed:
            raise _nothing_found()
        return await self._login(members, confirmed, token.name)

    async def _by_email(self, email: str | None, confirmed: dict[str, Details]) -> list[Member]:
        """The person's memberships by e-mail; adds the live ones to `confirmed`, under whose first id it asks."""
        first = next(iter(confirmed.values()), None)
        members = await self._members_with_email(email or (first.email if first else None), first and first.user_id)
        live = [m.user_id for m in members if m.user_id not in confirmed and is_live(m.state)]
        confirmed |= await self._confirm(live)
        return members

    async def _first(self) -> Details | Login | None:
        """The configured membership; a whole login if it has one organisation only; or nothing to start from."""
        if self._settings.user_id:
            try:
                return await my_details(self._api, user_id=self._settings.user_id)
            except UserIdRefused:
                raise OrganisationError(
                    f"The platform does not accept the MU id in WHITESPACE_USER_ID at {self._settings.host}",
                    do="Correct it, or remove it to let the server look for this login's organisations.",
                ) from None
            except AccessRefused:
                pass  # that membership may be suspended; the search tells, and finds the others
        try:
            details = await my_details(self._api, user_id=None)
        except UserIdRefused:
            return None
        role, state, name = await self._in_directory(details.user_id)
        token = await self._bearer.current()
        organisation = _organisation(details, role or details.role, state, sends_user_id=False)
        return Login(user=name or token.name, organisations=(organisation,))

    async def _members_with_email(self, email: str | None, user_id: str | None) -> list[Member]:
        """The person's memberships by e-mail; none where the platform does not tell."""
        if email is None:
            return []
        try:
            return await people_with_email(self._api, email, user_id=user_id)
        except BadAnswer:
            self._complete = self._complete and user_id is None  # without the header it may fail in any way
            return []
        except (AccessRefused, NotFound, WrongAddress):
            return []

    def _names(self, claimed: str | None, email: str | None, first: Details | None) -> set[str]:
        """The names, folded, under which the directory may know the person."""
        suggested = (email or (first.email if first else None) or "").partition("@")[0].replace(".", " ")
        return {fold(name) for name in (self._settings.user_name, claimed, suggested.replace("_", " ")) if name}

    async def _namesakes(self, names: set[str], skip: Iterable[str]) -> dict[str, Details]:
        if not names:
            return {}
        market = await self._directory.market()
        candidates = [
            member.user_id
            for company in market.companies.values()
            for member in company.members
            if fold(member.name) in names and is_live(member.state) and member.user_id not in skip
        ]
        return await self._confirm(candidates[:CANDIDATES])

    async def _confirm(self, user_ids: Iterable[str]) -> dict[str, Details]:
        """Those of the MU ids that are this login's, asked side by side, in the order given.

        Raises:
            WhitespaceError: one could not be asked; or the platform refused the login itself and none is confirmed.
        """
        answers: dict[str, Details] = {}
        refusals: list[WhitespaceError] = []
        failures: list[WhitespaceError] = []

        async def ask(user_id: str) -> None:
            try:
                answers[user_id] = await my_details(self._api, user_id=user_id)
            except UserIdRefused:
                return
            except AccessRefused as error:
                refusals.append(error)
            except WhitespaceError as error:
                failures.append(error)

        wanted = list(dict.fromkeys(user_ids))
        await side_by_side(ask, [(user_id,) for user_id in wanted])
        for error in failures or ([] if answers else refusals):
            raise error
        return {user_id: answers[user_id] for user_id in wanted if user_id in answers}

    async def _login(self, members: list[Member], confirmed: dict[str, Details], claimed: str | None) -> Login:
        market = await self._directory.names()
        by_id = {member.user_id: member for member in members}
        organisations: list[Organisation] = []
        user = claimed or self._settings.user_name
        for user_id in dict.fromkeys([*by_id, *confirmed]):
            listed = market.member(user_id)
            member = by_id.get(user_id) or (listed[0] if listed else None)
            user = (member.name if member else None) or user
            state = (member.state if member else None) or (listed[0].state if listed else None)
            details = confirmed.get(user_id)
            if details is not None:
                role = (listed[1].role if listed else None) or details.role
                organisations.append(_organisation(details, role, state))
            elif state and not is_live(state):
                organisations.append(_not_live(user_id, by_id[user_id], state, market))
        return Login(user=user, organisations=tuple(organisations), complete=self._complete)

    async def _in_directory(self, user_id: str) -> tuple[str | None, str | None, str | None]:
        """The company's role, the membership's state and the person's name, where the directory knows them."""
        member = (await self._directory.names()).member(user_id)
        return (member[1].role, member[0].state, member[0].name) if member else (None, None, None)


def _organisation(details: Details, role: str | None, state: str | None, *, sends_user_id: bool = True) -> Organisation:
    return Organisation(
        id=details.user_id,
        company_id=details.company_id,
        name=details.company_name,
        role=role,
        teams=details.teams,
        state=state,
        sends_user_id=sends_user_id,
    )


def _not_live(user_id: str, member: Member, state: str, market: MarketDirectory) -> Organisation:
    listed = market.member(user_id)
    company_id = member.company_id or (listed[1].id if listed else user_id)
    name = listed[1].name if listed else market.company_name(company_id.lower())
    return Organisation(
        id=user_id, company_id=company_id, name=name, role=listed[1].role if listed else None, state=state
    )


def _nothing_found() -> OrganisationError:
    return OrganisationError(
        "The organisations of this login could not be found in the platform's directory",
        retry="Trying again will not help until the configuration says more.",
        do="Set WHITESPACE_USER_NAME to the person's name as the Whitespace directory shows it, or WHITESPACE_USER_ID"
        " to the MU id, and restart the server.",
    )
