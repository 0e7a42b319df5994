"""Proving a login: a refresh token is tried on the platform before anything of it is kept."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import anyio
import click

from whitespace_mcp.config.environment import AddressedSecret
from whitespace_mcp.config.errors import CredentialRefused, NotConfigured, OrganisationError, WhitespaceError, explain
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import open_session
from whitespace_mcp.setup.configuration import TOKEN
from whitespace_mcp.setup.terminal import ask_secret, progress, say

_TRIES: Final = 3


@dataclass(frozen=True)
class Proof:
    """A token that the platform accepted, with the settings that it was proved with and what the login is.

    `user` is None where the platform does not tell.
    """

    token: AddressedSecret
    values: Mapping[str, str]
    user: str | None
    organisations: tuple[Organisation, ...]


def checked(values: Mapping[str, str]) -> Settings:
    """Settings from these values.

    Raises:
        NotConfigured: one of them cannot be used.
    """
    settings = Settings.from_env(values)
    if settings.problems:
        raise NotConfigured("That cannot be used: " + "; ".join(settings.problems), retry="Nothing was kept.")
    return settings


def _token(root: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.read()
    return ask_secret(f"Refresh token from User Profile at {urlsplit(root).netloc} (stays hidden; paste, then Enter)")


def prove(values: Mapping[str, str], *, from_stdin: bool) -> Proof:
    """The token, once the platform has accepted it; a person may paste it again.

    `from_stdin`: it comes on standard input, and nobody is there to answer.

    Raises:
        WhitespaceError: it was not accepted.
    """
    for left in reversed(range(1 if from_stdin else _TRIES)):
        try:
            return _with_name(values, _token(values["WHITESPACE_ROOT"], from_stdin=from_stdin), from_stdin=from_stdin)
        except (CredentialRefused, _NoToken) as error:
            if not left:
                raise
            say(explain(error))
    raise AssertionError  # pragma: no cover  # the last try returns or raises


def _with_name(values: Mapping[str, str], token: str, *, from_stdin: bool) -> Proof:
    """The proof; where the platform does not tell who the login is, the person says it."""
    settings = checked({**values, TOKEN: token})
    if settings.refresh_token is None:
        raise _NoToken("There was no token in that", retry="Nothing was kept.", do="Paste it again.")
    try:
        user, organisations = _ask_platform(settings)
    except OrganisationError as error:
        if from_stdin:
            raise
        say(f"{error.what}.")
        called = click.prompt("Your name as the Whitespace directory shows it")
        values = {**values, "WHITESPACE_USER_NAME": str(called)}
        user, organisations = _ask_platform(checked({**values, TOKEN: token}))
    return Proof(settings.refresh_token, values, user, organisations)


class _NoToken(NotConfigured):
    """Nothing was pasted."""


def _ask_platform(settings: Settings) -> tuple[str | None, tuple[Organisation, ...]]:
    """Who the login is and which organisations it has; nothing of it is remembered, in case nothing is kept."""
    outcome = anyio.run(_ask, settings.model_copy(update={"cache_folder": None}))
    if isinstance(outcome, WhitespaceError):
        raise _in_login_words(outcome)
    return outcome


async def _ask(settings: Settings) -> tuple[str | None, tuple[Organisation, ...]] | WhitespaceError:
    """Use the token once. An error is given, not raised: the session's task group would wrap it."""
    async with open_session(settings) as session:
        try:
            progress(f"Trying the token at {settings.host}")
            await session.token_cache.current()
            progress("Looking for your organisations")
            memberships = await session.organisations.all(refresh=True)
        except WhitespaceError as error:
            return error
        return session.organisations.user, memberships


def _in_login_words(error: WhitespaceError) -> WhitespaceError:
    """The error as somebody reads it who is logging in and has set no variable."""
    if isinstance(error, CredentialRefused) and "does not work" in error.what:
        return error.replaced(
            retry="A production token does not work on sandbox, nor the other way round.",
            do="Log in to Whitespace at that address, copy the whole token from User Profile straight after logging in,"
            " and paste it again. If a new one fails too, the login service has an outage.",
        )
    if isinstance(error, NotConfigured) and "WHITESPACE_BUCKET" in error.what:
        return error.replaced(
            what=error.what.replace("that WHITESPACE_BUCKET names ", "that you named "),
            retry="Nothing was kept.",
            do="On sandbox it is sandboxbucket; elsewhere Whitespace Support can tell. Then log in again.",
        )
    if isinstance(error, NotConfigured):
        return error.replaced(retry="Nothing was kept.", do="Check the address and the bucket, then log in again.")
    return error
