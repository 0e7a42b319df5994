"""Whether a team's server could run as it is configured: a verdict, a reason and a remedy for each of its parts."""

from collections.abc import Mapping
from typing import Any, Final

import anyio

from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import SystemClock
from whitespace_mcp.setup.checks import Check
from whitespace_mcp.setup.connectivity import address_checks
from whitespace_mcp.setup.doctor import present
from whitespace_mcp.setup.local_checks import machine_checks
from whitespace_mcp.setup.terminal import progress
from whitespace_mcp.team.configuration import VARIABLES, faults_of, read_team_settings, strangers_in
from whitespace_mcp.team.provider import ProviderKeys
from whitespace_mcp.team.provider_checks import check_client, check_provider, check_public_address
from whitespace_mcp.team.store_checks import check_database, check_keys, check_redis

_PARTS: Final = ("keys", "database", "redis", "provider", "client of /connect", "public address")


def examine_team(environment: Mapping[str, str], *, as_json: bool) -> int:
    """Run the checks and print them.

    `environment` are the variables, `as_json` prints one JSON object instead of the table.

    Returns:
        The exit code: 0 if all is well, 1 if something deserves a look, 2 if something does not work.
    """
    settings = Settings.from_env(environment)
    checks = [*machine_checks(), *_settings_checks(environment, settings)]
    checks += anyio.run(_parts, environment, settings)
    return present(settings.host, checks, _rows(environment), as_json=as_json)


def _settings_checks(environment: Mapping[str, str], settings: Settings) -> list[Check]:
    meanings = {each.full_name: each.meaning for each in VARIABLES}
    faults = [
        Check(name, "failed", text, f"It is the {meanings[name]}.") for name, text in faults_of(environment).items()
    ]
    faults += [
        Check("platform", "failed", text, "docs/configuration.md has each setting.") for text in settings.problems
    ]
    strangers = [
        Check(
            name, "warning", "is no setting", f"Did you mean {like}?" if like else "Remove it, unless it is not ours."
        )
        for name, like in strangers_in(environment).items()
    ]
    return [*(faults or [Check("settings", "ok", "everything that is needed is set")]), *strangers]


async def _parts(environment: Mapping[str, str], settings: Settings) -> list[Check]:
    clock = SystemClock()
    if faults_of(environment):
        return [Check(name, "skipped", "the configuration cannot be used") for name in _PARTS]
    team = read_team_settings(environment)
    progress("Asking the database, Redis and the identity provider")
    keys = ProviderKeys(team.issuer, clock.monotonic)
    try:
        checks = [
            check_keys(team),
            *await check_database(team),
            await check_redis(team),
            await check_provider(team, keys),
            await check_client(team, keys),
            await check_public_address(team),
        ]
    finally:
        await keys.aclose()
    return checks if settings.problems else [*checks, *await address_checks(settings, clock)]


def _rows(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each setting and what it is; of a secret only whether it is set."""
    rows: list[dict[str, Any]] = []
    for each in VARIABLES:
        value = environment.get(each.full_name, "").strip()
        shown = ("set" if value else "not set") if each.secret else value or each.default or ""
        rows.append({"name": each.full_name, "value": shown, "origin": "environment" if value else "default"})
    return rows
