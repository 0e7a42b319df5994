"""Logging out: everything that logging in and serving have kept goes, and each thing is named."""

from typing import Final

from whitespace_mcp.config.errors import NotConfigured, WhitespaceError, explain, listed
from whitespace_mcp.config.settings import given
from whitespace_mcp.setup.configuration import PROFILE, TOKEN
from whitespace_mcp.setup.files import remove
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import (
    profile_name,
    profile_names,
    profile_path,
    read_profile,
    remove_profile,
    token_path,
)
from whitespace_mcp.setup.terminal import say

_REMEMBERED: Final = ("organisations-*.json", "running-*", "risks-*.list", ".organisations-*", ".risks-*")
"""What serving keeps in the cache folder, and what a process that was killed while writing left there."""


def log_out(places: Places, asked: str | None) -> None:
    """Remove a profile with all that belongs to it, and say what was removed.

    Raises:
        NotConfigured: several profiles and none was named; or something could not be removed, the rest was.
    """
    name = _which(places, asked)
    if name is None:
        say("There is no profile; nothing was removed.")
        return
    removed: list[str] = []
    failures: list[WhitespaceError] = []
    kept = [path for kind in _REMEMBERED for path in sorted(places.cache.glob(kind))] if places.cache.is_dir() else []
    steps = [
        (f"the token of profile '{name}' in the keychain", lambda: _from_keychain(places, name)),
        (str(token_path(places, name)), lambda: remove(token_path(places, name))),
        (str(profile_path(places, name)), lambda: remove_profile(places, name)),
        *((str(path), lambda path=path: remove(path)) for path in kept),
    ]
    for what, step in steps:
        try:
            if step():
                removed.append(what)
        except WhitespaceError as error:
            failures.append(error)
    for what in removed:
        say(f"Removed {what}")
    if not removed and not failures:
        say(f"Nothing of profile '{name}' was there.")
    if given(places.environ, TOKEN):
        say(f"{TOKEN} is still set in this environment.", fg="yellow")
    if failures:
        raise NotConfigured(
            " ".join(explain(error) for error in failures).rstrip("."),
            retry="",
            do=f"Then run: whitespace-mcp logout --profile {name}.",
        )
    say("The token itself is not revoked by this: it works until Whitespace withdraws it.")


def _which(places: Places, asked: str | None) -> str | None:
    named = asked or given(places.environ, PROFILE)
    if named:
        return profile_name(named)
    names = profile_names(places)
    if len(names) > 1:
        raise NotConfigured(
            f"There are several profiles: {listed(names)}", retry="", do="Say which with --profile NAME."
        )
    return names[0] if names else None


def _from_keychain(places: Places, name: str) -> bool:
    problem = places.keychain.problem()
    if problem is None:
        return places.keychain.remove(name)
    if name in profile_names(places) and _in_keychain(places, name):
        raise NotConfigured(f"The token of profile '{name}' is still in the keychain: {problem}", retry="")
    return False


def _in_keychain(places: Places, name: str) -> bool:
    """Whether a profile keeps its token there; one that cannot be read, if there is any word of it."""
    try:
        return read_profile(places, name).token == "keychain"  # noqa: S105  # a place
    except NotConfigured:
        path = profile_path(places, name)
        return path.is_file() and "keychain" in path.read_text(encoding="utf-8", errors="replace")
