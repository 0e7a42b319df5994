"""A fresh id token, and the organisation that a request of one's own would be for."""

from collections.abc import Sequence
from dataclasses import dataclass

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.errors import OrganisationError, WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.session.organisation import Organisation, find
from whitespace_mcp.session.session import open_session


@dataclass(frozen=True)
class PlatformAccess:
    """What a request to the platform needs: the id token, just renewed, the address, and whose data is asked for.

    `organisation` is None where none was wanted or a login has no UserID.
    """

    token: Token
    api_url: str
    host: str
    organisation: Organisation | None

    def header(self) -> str:
        """The header that carries the token."""
        return f"Authorization: Bearer {self.token.value.get_secret_value()}"

    def curl(self) -> str:
        """A whole command for the list of risks."""
        user_id = self.organisation.user_id if self.organisation else None
        headers = [self.header(), *([f"UserID: {user_id}"] if user_id else []), "Accept: application/json"]
        return " ".join(["curl -sS", *(f"-H '{header}'" for header in headers), f"'{self.api_url}/risks'"])


async def obtain(
    settings: Settings, organisation: str | None, *, for_request: bool
) -> PlatformAccess | WhitespaceError:
    """Renew the token, and find the organisation if a request is to be made; an error is given, not raised.

    `for_request` asks for the UserID too: that of the `organisation` named, else of the default one.
    """
    async with open_session(settings) as session:
        try:
            token = await session.token_cache.current()
            chosen = None
            if organisation is not None:
                chosen = _named(await session.organisations.all(), organisation)
            elif for_request:
                chosen = await session.organisations.default()
                if chosen is None:
                    raise OrganisationError(
                        "A request is about one organisation, and none is the default", retry="",
                        do=_name_one(await session.organisations.all()),
                    )  # fmt: skip
        except WhitespaceError as error:
            return error
        return PlatformAccess(token, session.environment.api_url, session.environment.host, chosen)


def _named(organisations: Sequence[Organisation], words: str) -> Organisation:
    try:
        return find(organisations, words)
    except OrganisationError as error:
        raise error.replaced(retry="", do=_name_one(organisations)) from None


def _name_one(organisations: Sequence[Organisation]) -> str:
    return f"Name one with --organisation: {', '.join(each.company_id for each in organisations)}."
