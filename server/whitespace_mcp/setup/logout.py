"""Logging out: everything that logging in and serving have kept goes, and each thing is named."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from whitespace_mcp.config.errors import NotConfigured, WhitespaceError, explain
from whitespace_mcp.config.settings import given
from whitespace_mcp.setup.configuration import TOKEN
from whitespace_mcp.setup.files import remove, remove_unfinished
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import (
    chosen_name,
    no_profile,
    profile_names,
    profile_path,
    read_profile,
    slots,
    token_path,
)
from whitespace_mcp.setup.terminal import say
from whitespace_mcp.setup.token_store import discard_token

_REMEMBERED: Final = ("organisations-*.json", "running-*", "risks-*.list", ".organisations-*", ".risks-*")
"""What serving keeps in the cache folder, and what a process that was killed while writing left there."""

_Step = tuple[str, Callable[[], bool]]


def log_out(places: Places, wish: str | None) -> None:
    """Remove a profile with all that belongs to it, and say what was removed.

    The profile's own file goes last, and only when its token has gone: until then it says where the token is.

    Raises:
        NotConfigured: several profiles and none was named, or none of that name; or something could not be removed,
            the rest was.
    """
    name = chosen_name(places, wish, explicit=True)
    removed, token_failures = _forget_token(places, name) if name is not None else ([], [])
    there = removed or token_failures or name is None or profile_path(places, name).is_file()
    if name is not None and not there and profile_names(places):
        raise no_profile(places, name, do="Nothing was removed.")
    rest, failures = _take([(str(path), partial(remove, path)) for path in _remembered(places)])
    removed, failures = removed + rest, token_failures + failures
    if name is not None and (not token_failures or not _in_keychain(places, name)):
        path = profile_path(places, name)
        gone, more = _take([(str(path), partial(remove, path))])
        removed, failures = removed + gone, failures + more
    for what in removed:
        say(f"Removed {what}")
    if not removed and not failures:
        say(f"Nothing of profile '{name}' was there." if name else "There is no profile; nothing was removed.")
    if given(places.environ, TOKEN):
        say(f"{TOKEN} is still set in this environment.", fg="yellow")
    if failures:
        raise NotConfigured(
            " ".join(explain(error) for error in failures).rstrip("."),
            do=f"Then run: whitespace-mcp logout{f' --profile {name}' if name else ''}.",
        )
    if name is not None:
        say("The token itself is not revoked by this: it works until Whitespace withdraws it.")


def _remembered(places: Places) -> list[Path]:
    if not places.cache.is_dir():
        return []
    return [path for kind in _REMEMBERED for path in sorted(places.cache.glob(kind))]


def _take(steps: Sequence[_Step]) -> tuple[list[str], list[WhitespaceError]]:
    """Take each step: the names of those that removed something, and why others failed."""
    removed: list[str] = []
    failures: list[WhitespaceError] = []
    for what, step in steps:
        try:
            if step():
                removed.append(what)
        except WhitespaceError as error:
            failures.append(error)
    return removed, failures


def _forget_token(places: Places, name: str) -> tuple[list[str], list[WhitespaceError]]:
    """The token of a profile, wherever this or an earlier login may have put it."""
    remove_unfinished(places.config, [token_path(places, slot).name for slot in slots(name)])
    return _take(
        [
            (f"the token of profile '{name}' in the keychain", partial(_from_keychain, places, name)),
            *((str(token_path(places, slot)), partial(discard_token, places, "file", slot)) for slot in slots(name)),
        ]
    )


def _from_keychain(places: Places, name: str) -> bool:
    problem = places.keychain.problem()
    if problem is None:
        try:
            gone = [discard_token(places, "keychain", slot) for slot in slots(name)]
            return any(gone)
        except WhitespaceError as error:
            raise NotConfigured(
                f"A token of profile '{name}' may still be in the keychain: {error.what}",
                retry=error.retry,
                do=error.do,
            ) from None
    if _in_keychain(places, name):
        raise NotConfigured(
            f"The token of profile '{name}' is still in the keychain: {problem}",
            do=f"Make the keychain available; or delete {profile_path(places, name)} and leave the token where it is.",
        )
    return False


def _in_keychain(places: Places, name: str) -> bool:
    """Whether a profile keeps its token there; one that cannot be read, if there is any word of it."""
    try:
        return read_profile(places, name).storage == "keychain"
    except NotConfigured:
        path = profile_path(places, name)
        return path.is_file() and "keychain" in path.read_text(encoding="utf-8", errors="replace")
