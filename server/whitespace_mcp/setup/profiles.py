"""Profiles: one small TOML file each in the person's configuration folder, with everything but the secret.

A key is a variable's name without its `WHITESPACE_`, in lower case; `token` says where the refresh token is kept. A
file for each profile, so that logging in to one never touches what was written by hand into another.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

from whitespace_mcp.config.errors import NotConfigured, listed
from whitespace_mcp.config.placeholders import is_placeholder
from whitespace_mcp.config.settings import given
from whitespace_mcp.config.variables import SECRETS, key_of
from whitespace_mcp.setup.files import read_regular, replace
from whitespace_mcp.setup.machine import Places

PROFILE: Final = "WHITESPACE_PROFILE"
Storage = Literal["keychain", "file", "environment"]
STORAGES: Final[tuple[Storage, ...]] = ("keychain", "file", "environment")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SECRETS: Final = frozenset(map(key_of, SECRETS))
_HEAD: Final = "# Written by whitespace-mcp login. No secrets belong in here.\n"


@dataclass(frozen=True)
class Profile:
    """What is kept of one login: variables with their values, where the refresh token is, and in which of two slots.

    `problems` are keys that cannot be used, a sentence each.
    """

    name: str
    values: Mapping[str, str]
    storage: Storage
    slot: str
    problems: tuple[str, ...] = field(default=())


def profile_name(text: str) -> str:
    """A profile's name as files and the keychain have it.

    Raises:
        NotConfigured: it cannot be one.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise NotConfigured(
            "A profile's name is one word of letters, digits, - and _", do="Example: --profile production."
        )
    return name


def profile_path(places: Places, name: str) -> Path:
    """Where a profile's file is, or would be."""
    return places.config / f"{name}.toml"


def slots(name: str) -> tuple[str, str]:
    """The two names under which a profile's token can be; a profile's own name never has a full stop."""
    return name, f"{name}.2"


def token_path(places: Places, slot: str) -> Path:
    """Where a token is that the person wanted in a file."""
    return places.config / f"{slot}.token"


def chosen_name(places: Places, wish: str | None, *, explicit: bool = False) -> str | None:
    """The profile that is meant: the one that was named, else `default`, else the only one; None if there is none.

    `wish` is what the command line says, else WHITESPACE_PROFILE does; `explicit`: whether `default` has to be named
    too, where there are others.

    Raises:
        NotConfigured: there are several, and none was named; or the variable holds what is no name.
    """
    name = wish or given(places.environ, PROFILE)
    if name and not wish and is_placeholder(name):
        raise NotConfigured(
            f"{PROFILE} holds a placeholder that was not filled in",
            do="Fill in that setting of the host, or leave the variable out.",
        )
    if name:
        return profile_name(name)
    names = profile_names(places)
    if len(names) > 1 and (explicit or "default" not in names):
        raise NotConfigured(
            f"There are several profiles: {listed(names)}",
            do="Say which with --profile NAME, or set WHITESPACE_PROFILE.",
        )
    return "default" if "default" in names else next(iter(names), None)


def profile_names(places: Places) -> list[str]:
    """The profiles that there are."""
    try:
        return sorted(path.stem for path in places.config.glob("*.toml") if _NAME.fullmatch(path.stem))
    except OSError:
        return []


def no_profile(places: Places, name: str, do: str) -> NotConfigured:
    """There is no profile `name`; `do` is what to do, a sentence."""
    names = listed(profile_names(places))
    return NotConfigured(f"There is no profile '{name}'" + (f"; there is {names}" if names else ""), do=do)


def read_profile(places: Places, name: str) -> Profile:
    """Read one.

    Raises:
        NotConfigured: there is none of that name, or its file cannot be read.
    """
    path = profile_path(places, name)
    try:
        document = tomllib.loads(read_regular(path))
    except FileNotFoundError:
        raise no_profile(places, name, do=f"Make it with: whitespace-mcp login --profile {name}.") from None
    except (OSError, ValueError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else type(error).__name__
        raise NotConfigured(
            f"The profile in {path} cannot be read: {reason}",
            do=f"Correct that line, or write the file anew with: whitespace-mcp login --profile {name}.",
        ) from None
    return _profile(name, path, document)


def write_profile(places: Places, profile: Profile) -> None:
    """Write one, in place of an older one; for its owner only.

    Raises:
        NotConfigured: the folder cannot be written.
    """
    lines = [f"{key_of(name)} = {_quoted(value)}" for name, value in sorted(profile.values.items())]
    lines.append(f'token = "{profile.storage}"')
    if profile.slot != profile.name:
        lines.append(f"slot = {_quoted(profile.slot)}")
    replace(profile_path(places, profile.name), "\n".join([_HEAD, *lines, ""]))


def _profile(name: str, path: Path, document: dict[str, Any]) -> Profile:
    values: dict[str, str] = {}
    problems: list[str] = []
    storage = document.pop("token", "environment")
    if storage not in STORAGES:
        problems.append(f"token in {path} must be one of {', '.join(STORAGES)}")
        storage = "environment"
    slot = document.pop("slot", name)
    if slot not in slots(name):
        problems.append(f"slot in {path} must be one of {', '.join(slots(name))}")
        slot = name
    for key, value in document.items():
        text = _text(value)
        if key.lower() in _SECRETS:
            problems.append(f"{key} does not belong in {path}; remove it there and run whitespace-mcp login")
        elif isinstance(value, list) and not all(str(word).strip() for word in cast("list[object]", value) or [""]):
            problems.append(f"{key} in {path} is an empty list; leave the line out, or name something")
        elif text is None:
            problems.append(f"{key} in {path} must be a text, a number, true or false, or a list of texts")
        else:
            values[f"WHITESPACE_{key.upper()}"] = text
    return Profile(name, values, storage, slot, tuple(problems))


def _text(value: object) -> str | None:
    """A value as the environment would have it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in cast("list[object]", value)):
        return ",".join(cast("list[str]", value))
    return None


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, which wants DEL escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
