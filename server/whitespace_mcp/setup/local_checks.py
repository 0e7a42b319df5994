"""What the doctor can find out without the network."""

import os
import platform
import re
import stat
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from whitespace_mcp.api.connection import named_proxy, proxy_for
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.config.settings import Settings, wants_demo
from whitespace_mcp.setup.checks import Check, failed
from whitespace_mcp.setup.configuration import Configuration
from whitespace_mcp.setup.hosts import (
    DEMO_ENTRY,
    ENTRY,
    HOSTS,
    Host,
    command_of,
    points_at_us,
    read_text,
    secrets_in,
    servers_in,
    starts_demo,
)
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import profile_path, token_path

_PACKAGES: Final = {"whitespace-mcp": "", "mcp": "2.", "httpx2": "2.", "pydantic": "2.", "anyio": "4."}
"""What is needed, and how its version has to begin."""


def local_checks(places: Places, configuration: Configuration, token: WhitespaceError | None) -> list[Check]:
    """All of them.

    `token` is why the token that is kept could not be read, if it could not.
    """
    return [
        *machine_checks(),
        _configuration(places, configuration),
        *_kept_files(places, configuration, token),
        _keychain(places, configuration, token),
        _cache(places),
        _proxy(configuration.settings),
        *_hosts(places),
    ]


def machine_checks() -> list[Check]:
    """Python and the packages."""
    python = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return [Check("python", "ok", python), _packages()]


def only_demo(places: Places, configuration: Configuration) -> bool:
    """Whether the demo answers here; or somebody has no login and a host that starts it: nothing is missing then."""
    settings = configuration.settings
    if wants_demo(places.environ):
        return True
    if settings.problems or settings.has_credential or configuration.profile is not None:
        return False
    return any(starts_demo(entry) for host in HOSTS.values() for entry in _entries(places, host).values())


def _entries(places: Places, host: Host) -> dict[str, Any]:
    try:
        path = host.file(places)
        return servers_in(host, path, read_text(path))
    except WhitespaceError:
        return {}


def _packages() -> Check:
    versions = {name: _version(name) for name in (*_PACKAGES, "keyring")}
    wrong = [name for name, start in _PACKAGES.items() if not (versions[name] or "-").startswith(start)]
    text = ", ".join(f"{name} {number or 'not installed'}" for name, number in versions.items())
    if wrong:
        return Check("packages", "failed", text, f"Install whitespace-mcp anew: {', '.join(wrong)} cannot be used.")
    return Check("packages", "ok", text)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _configuration(places: Places, configuration: Configuration) -> Check:
    settings, profile = configuration.settings, configuration.profile
    if wants_demo(places.environ):
        return Check(
            "configuration", "warning", "WHITESPACE_DEMO is on: the invented market answers, whatever else is set",
            "Remove it to use a login.",
        )  # fmt: skip
    if settings.problems:
        remedy = "Correct that where it is set; the list of settings below says where each value came from."
        return Check("configuration", "failed", "; ".join(settings.problems), remedy)
    place = f"{settings.host}, bucket {settings.environment.bucket}"
    profile = f"profile {profile.name}" if profile else "no profile"
    if only_demo(places, configuration):
        return Check("configuration", "ok", "no login; the demo, which a host here starts, needs none")
    if not settings.has_credential:
        return Check(
            "configuration", "failed", f"{place}, {profile}, no credential",
            "Run whitespace-mcp login, or set WHITESPACE_REFRESH_TOKEN; --demo needs neither.",
        )  # fmt: skip
    return Check("configuration", "ok", f"{place}, {profile}")


def _kept_files(places: Places, configuration: Configuration, token: WhitespaceError | None) -> list[Check]:
    """Whether others can read what login has written."""
    profile = configuration.profile
    if profile is None:
        return []
    if token is not None and profile.storage == "file":
        return [failed("token file", token)]
    paths = [path for path in (profile_path(places, profile.name), token_path(places, profile.slot)) if path.exists()]
    if places.system == "windows":
        return []  # a person's own folders are that person's there; the bits say nothing
    return [_private(path, holds_token=path.suffix == ".token") for path in paths]


def _private(path: Path, *, holds_token: bool) -> Check:
    name = "token file" if holds_token else "profile file"
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Check(
            name, "failed" if holds_token else "warning", f"others on this computer can read {path}",
            f"Run: chmod 600 '{path}'" + (", and copy a new token: this one may be known." if holds_token else ""),
        )  # fmt: skip
    return Check(name, "ok", f"{path}, readable by you only")


def _keychain(places: Places, configuration: Configuration, token: WhitespaceError | None) -> Check:
    """Whether the keychain holds the token, if it should; it was asked for it."""
    profile = configuration.profile
    if profile is None or profile.storage != "keychain":
        problem = places.keychain.problem()
        return Check("keychain", "skipped", problem) if problem else Check("keychain", "ok", "there is one, not used")
    if token is not None:
        return failed("keychain", token)
    if configuration.settings.stored_token is None:
        return Check("keychain", "skipped", "not asked, since the configuration does not use its token")
    return Check("keychain", "ok", f"{places.keychain.name()}, holds the token of profile {profile.name}")


def _cache(places: Places) -> Check:
    folder = places.cache
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Check("cache folder", "ok", str(places.cache))
    return Check(
        "cache folder", "warning", f"{places.cache} cannot be written",
        "Everything works without it; each start searches for your organisations again. Make it writable for you.",
    )  # fmt: skip


def _proxy(settings: Settings) -> Check:
    """The proxy that the environment names; only its host is told, since its address can hold a password."""
    proxy = named_proxy(settings.root)
    if not proxy:
        return Check("proxy", "ok", "none for this address" if proxy is None else "none")
    try:
        proxy_for(settings.root)
    except WhitespaceError as error:
        return failed("proxy", error)
    named = urlsplit(proxy)
    if named.scheme not in {"http", "https"}:
        remedy = "Set HTTPS_PROXY to the http:// address of a proxy, or add the platform's host to NO_PROXY."
        return Check("proxy", "warning", f"a {named.scheme} proxy is set, which is not used", remedy)
    return Check("proxy", "ok", f"through {re.sub('.*@', '', named.netloc)}")


def _hosts(places: Places) -> list[Check]:
    """A row for each app that is configured here, and one for all the others."""
    files = [(host, host.file(places)) for host in HOSTS.values()]
    absent = ", ".join(host.title for host, path in files if not path.exists())
    rows = [_host(places, host, path) for host, path in files if path.exists()]
    return [*rows, Check("other apps", "skipped", f"no configuration of {absent}")] if absent else rows


def _host(places: Places, host: Host, path: Path) -> Check:
    """Whether a host starts us, and whether what it would start is there."""
    try:
        servers = servers_in(host, path, read_text(path))
    except WhitespaceError as error:
        return failed(host.title, error)
    entries = {name: entry for name, entry in servers.items() if name in {ENTRY, DEMO_ENTRY} or points_at_us(entry)}
    install = f"whitespace-mcp install {host.name}"
    if not entries:
        return Check(host.title, "skipped", f"does not start whitespace-mcp ({path})", f"If it should: {install}")
    name, entry = next(iter(entries.items()))
    command = command_of(entry)
    if not (Path(command).is_file() if os.sep in command else command and places.program(command)):
        return Check(
            host.title, "warning", f"its entry '{name}' starts '{command}', which is not there", f"Run: {install}"
        )
    variables = [variable for item in entries.values() for variable in secrets_in(item)]
    if variables:
        return Check(
            host.title, "warning", f"{path} holds {variables[0]} in plain text",
            f"Run whitespace-mcp login, then {install}: the token then stays in the keychain.",
        )  # fmt: skip
    return Check(host.title, "ok", f"starts {command}")
