"""What the doctor of a team's server finds out about the identity provider, its own client there, and its address."""

import secrets
from typing import Any, Final, cast

import anyio
import httpx2

from whitespace_mcp.api.connection import open_client
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.setup.checks import Check, failed
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.login import LoginFailed, ProviderLogin
from whitespace_mcp.team.provider import LEEWAY, ProviderKeys

_PATIENCE: Final = 10.0
_CLIENT: Final = "client of /connect"
_ADDRESS: Final = "public address"


async def check_provider(settings: TeamSettings, keys: ProviderKeys) -> Check:
    """Whether metadata and signing keys can be read, and are the issuer's."""
    try:
        await keys.read()
    except WhitespaceError as error:
        remedy = "Check WHITESPACE_TEAM_ISSUER, letter by letter, and whether this machine may connect to it."
        return Check("provider", "failed", error.what, remedy)
    if keys.clock_words:
        return Check("provider", "warning", keys.clock_words, f"Set the clocks: {LEEWAY} seconds are let be.")
    return Check("provider", "ok", f"{settings.issuer}; signing keys: {len(keys)}")


async def check_client(settings: TeamSettings, keys: ProviderKeys) -> Check:
    """Whether the provider knows the page's client, its address to come back to, and its secret.

    A login is begun and not gone on with, and an invented code is offered: a provider looks at the client first.
    """
    if not keys.seen:
        return Check(_CLIENT, "skipped", "the provider's metadata was not read")
    login = ProviderLogin(settings, keys)
    try:
        begun = await login.begin(secrets.token_urlsafe(32))
        status = await _status(settings.issuer, begun)
        said = await login.offer(secrets.token_urlsafe(16), secrets.token_urlsafe(32))
    except WhitespaceError as error:
        return failed(_CLIENT, error)
    except (httpx2.HTTPError, TimeoutError, LoginFailed):
        return Check(_CLIENT, "failed", "the provider did not answer", "Try again in a minute.")
    finally:
        await login.aclose()
    if status >= 400:
        return Check(
            _CLIENT, "failed", f"the provider refuses to begin a login ({status})",
            f"Register {login.callback} as the redirect address of WHITESPACE_TEAM_CLIENT_ID, letter by letter.",
        )  # fmt: skip
    return _secret(settings.client_id, said)


def _secret(client_id: str, said: str) -> Check:
    """Whether the client's secret is right, by what the provider said against an invented code."""
    if said == "invalid_grant":
        return Check(_CLIENT, "ok", f"{client_id}; the provider knows it and its redirect address")
    if said in {"invalid_client", "unauthorized_client"}:
        return Check(
            _CLIENT, "failed", "the provider does not accept its id and secret",
            "Correct WHITESPACE_TEAM_CLIENT_ID and WHITESPACE_TEAM_CLIENT_SECRET; the client must be confidential.",
        )  # fmt: skip
    return Check(_CLIENT, "warning", "the provider does not tell whether its secret is right", "Try /connect once.")


async def check_public_address(settings: TeamSettings) -> Check:
    """Whether what answers at the public address is this server. It need not be running yet."""
    where = f"{settings.origin}/.well-known/oauth-protected-resource/mcp"
    try:
        async with open_client(settings.origin, timeout=_PATIENCE) as http:
            with anyio.fail_after(_PATIENCE):
                response = await http.get(where)
    except WhitespaceError as error:
        return failed(_ADDRESS, error)
    except (httpx2.HTTPError, TimeoutError):
        return Check(_ADDRESS, "warning", f"{settings.origin} does not answer", "That is right while no replica runs.")
    try:
        page: object = response.json()
    except ValueError:
        page = None
    resource = cast("dict[str, Any]", page).get("resource") if isinstance(page, dict) else None
    if resource == settings.url:
        return Check(_ADDRESS, "ok", settings.url)
    if resource is not None:
        return Check(
            _ADDRESS, "failed", f"the server there was told another address: {str(resource)[:200]}",
            "WHITESPACE_TEAM_URL has to be the same in all replicas.",
        )  # fmt: skip
    return Check(
        _ADDRESS, "warning", f"what answers at {settings.origin} is not this server",
        "That may be right while no replica is ready; else let the balancer pass /mcp, /connect and /.well-known on.",
    )  # fmt: skip


async def _status(issuer: str, address: str) -> int:
    async with open_client(issuer, timeout=_PATIENCE) as http:
        with anyio.fail_after(_PATIENCE):
            return (await http.get(address)).status_code
