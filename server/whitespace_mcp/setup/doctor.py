"""Everything that can be wrong, looked at in turn: a verdict, a reason and a remedy each."""

import itertools
import json
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import anyio

from whitespace_mcp.config.environment import AddressedSecret
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.config.variables import SETTINGS
from whitespace_mcp.config.version import VERSION
from whitespace_mcp.runtime.clock import Clock, SystemClock
from whitespace_mcp.setup.checks import Check, CheckOutcome
from whitespace_mcp.setup.configuration import Configuration, configure
from whitespace_mcp.setup.connectivity import platform_checks
from whitespace_mcp.setup.local_checks import local_checks, only_demo
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.terminal import painted, progress, say

_COLOURS: Final[dict[CheckOutcome, str]] = {
    "ok": "green",
    "warning": "yellow",
    "failed": "red",
    "skipped": "bright_black",
}
_NARROWEST: Final = 60
_WIDEST: Final = 110


def examine(places: Places, profile: str | None, *, as_json: bool, clock: Clock | None = None) -> int:
    """Run the checks and print the table, or the same as JSON.

    `profile` is the name that was given, if any; `as_json` prints one JSON object instead of the table.

    Returns:
        The exit code: 0 if all is well, 1 if something deserves a look, 2 if something does not work.
    """
    configuration = configure(places, profile=profile)
    settings, problem = _with_token(configuration.settings)
    checks = local_checks(places, configuration, problem)
    if not only_demo(places, configuration):
        checks += anyio.run(platform_checks, settings, clock or SystemClock())
    return present(configuration.settings.host, checks, _settings(configuration), as_json=as_json)


def present(host: str, checks: Sequence[Check], rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> int:
    """Print what was found as a table, or for a program.

    `host` is the platform's; `checks` stand in the order in which they are shown, `rows` are the settings by name,
    value and origin; `as_json` prints it for a program.

    Returns:
        The exit code.
    """
    code = _exit_code(checks)
    if as_json:
        report = {
            "exit_code": code,
            "environment": host,
            "server_version": VERSION,
            "checks": [check.as_json() for check in checks],
            "settings": rows,
        }
        say(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print(host, checks, rows, code)
    return code


def _with_token(settings: Settings) -> tuple[Settings, WhitespaceError | None]:
    """The settings with the token that is kept, read once for all checks; or why it could not be."""
    stored = settings.stored_token
    if stored is None or settings.problems:
        return settings, None
    progress("Reading the token where it is kept")
    try:
        return settings.model_copy(update={"refresh_token": stored.read(), "stored_token": None}), None
    except WhitespaceError as error:
        problem = error

    def unreadable() -> AddressedSecret:
        raise problem

    return settings.model_copy(update={"stored_token": replace(stored, read=unreadable)}), problem


def _exit_code(checks: Sequence[Check]) -> int:
    verdicts = {check.verdict for check in checks}
    return 2 if "failed" in verdicts else 1 if "warning" in verdicts else 0


def _settings(configuration: Configuration) -> list[dict[str, Any]]:
    """Each setting, what it is and where that came from; of a secret only whether it is set."""
    rows: list[dict[str, Any]] = []
    settings = configuration.settings
    for variable in sorted(SETTINGS):
        name = variable.name
        value: object = getattr(settings, variable.key, getattr(settings.environment, variable.key, None))
        if variable.secret:
            value = "set" if value or name in configuration.origins else "not set"
        elif variable.kind == "megabytes":
            value = settings.max_body / 1_000_000
        rows.append({"name": name, "value": _plain(value), "origin": configuration.origins.get(name, "default")})
    return rows


def _plain(value: object) -> str:
    """A value as the person would write it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]  # texts
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _print(host: str, checks: Sequence[Check], settings: Sequence[Mapping[str, Any]], code: int) -> None:
    say(f"whitespace-mcp {VERSION} at {host}", bold=True)
    say()
    label = max(len(check.name) for check in checks)
    width = max(_NARROWEST, min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST))
    for (verdict, reason), alike in itertools.groupby(checks, key=lambda check: (check.verdict, check.reason)):
        group = list(alike)
        if len(group) > 1 and verdict == "skipped":
            group = [Check(f"{len(group)} more", verdict, f"{', '.join(check.name for check in group)}: {reason}")]
        for check in group:
            _row(check, label, width)
    say()
    say("Settings (the others have their defaults):")
    rows = [row for row in settings if row["origin"] != "default"]
    for row in rows:
        say(f"  {row['name']} = {row['value']}  [{row['origin']}]")
    if not rows:
        say("  none is set")
    say()
    endings = ("All is well.", "It works; something above deserves a look.", "Something does not work; see above.")
    say(endings[code], fg=("green", "yellow", "red")[code])


def _row(check: Check, label: int, width: int) -> None:
    verdict = painted(f"{check.verdict:<8}", fg=_COLOURS[check.verdict])
    margin = " " * (label + 13)
    lines = textwrap.wrap(check.reason, width - len(margin)) or [""]
    say(f"  {verdict} {check.name:<{label}}  {lines[0]}")
    for line in [*lines[1:], *textwrap.wrap(check.remedy and f"-> {check.remedy}", width - len(margin))]:
        say(f"{margin}{line}")
