"""Where a profile's refresh token is kept, and with it the place that it belongs to.

A profile has two slots, in the keychain and as files. A login writes into the one that its profile does not use; the
profile's file, which is replaced in one step, then says which one counts. So the login that worked before goes on
working until the new one is complete, whatever fails, hangs or is interrupted on the way.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Final

from pydantic import SecretStr, StringConstraints, TypeAdapter

from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.errors import NotConfigured, WhitespaceError, explain
from whitespace_mcp.setup.files import read_regular, remove, remove_unfinished, replace
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import Profile, Storage, slots, token_path

_WORDS: Final = TypeAdapter(dict[str, Annotated[str, StringConstraints(min_length=1)]])


def as_text(token: AddressedSecret) -> SecretStr:
    """A token with its environment, as it is kept: one line of JSON."""
    return SecretStr(json.dumps({**asdict(token.environment), "token": token.get_secret_value()}))


def _of_text(text: SecretStr) -> AddressedSecret | None:
    """Read what was kept; None if it is not of that form."""
    try:
        words = _WORDS.validate_json(text.get_secret_value())
        place = Environment(*(words[part.name] for part in fields(Environment)))
        return AddressedSecret(place, SecretStr(words["token"]))
    except (KeyError, ValueError):
        return None


def free_slot(profile: Profile | None, name: str) -> str:
    """The slot into which a login may write without touching the one that counts."""
    used = profile.slot if profile is not None and profile.storage != "environment" else None
    return next(slot for slot in slots(name) if slot != used)


def store_token(places: Places, profile: Profile, token: AddressedSecret) -> None:
    """Put a token where the profile says, and nothing if it says that the environment brings it.

    Raises:
        NotConfigured: the place refused it.
    """
    if profile.storage == "keychain":
        places.keychain.put(profile.slot, as_text(token))
    elif profile.storage == "file":
        replace(token_path(places, profile.slot), as_text(token).get_secret_value() + "\n")


def discard_token(places: Places, storage: Storage, slot: str) -> bool:
    """Remove what is in one slot; whether there was something.

    `slot` names the entry or file of one login.

    Raises:
        NotConfigured: it could not be removed, or not even looked for.
    """
    if storage == "keychain":
        return places.keychain.remove(slot)
    return storage == "file" and _remove_file(token_path(places, slot))


def discard_others(places: Places, profile: Profile, former: Profile | None) -> list[str]:
    """Remove what former logins of a profile have left in the other slots; why something may have stayed.

    `former` is the login before it. A computer without a keychain has nothing in one, unless that says so.
    """
    remove_unfinished(places.config, [token_path(places, slot).name for slot in slots(profile.name)])
    problems: list[str] = []
    kinds: list[Storage] = ["file"]
    absent = places.keychain.problem()
    if absent is None:
        kinds.append("keychain")
    elif former is not None and former.storage == "keychain":
        problems.append(f"It is in the keychain: {absent}.")
    for storage in kinds:
        for slot in slots(profile.name):
            if (storage, slot) == (profile.storage, profile.slot):
                continue
            try:
                discard_token(places, storage, slot)
            except WhitespaceError as error:
                problems.append(explain(error))
                break
    return problems


def stored_token(places: Places, profile: Profile, seconds: float) -> AddressedSecret:
    """The token that is kept for a profile, in the keychain or in a file.

    `seconds` is how long the keychain may take to answer.

    Raises:
        NotConfigured: it is not there, or cannot be read.
    """
    again = f"Log in again: whitespace-mcp login --profile {profile.name}."
    in_keychain = profile.storage == "keychain"
    text = places.keychain.within(seconds).get(profile.slot) if in_keychain else _from_file(places, profile, again)
    if text is None:
        raise NotConfigured(f"The token of profile '{profile.name}' is not in the {profile.storage} any more", do=again)
    token = _of_text(text)
    if token is None:
        raise NotConfigured(
            f"What is kept as the token of profile '{profile.name}' does not say which address it belongs to", do=again
        )
    return token


def _from_file(places: Places, profile: Profile, again: str) -> SecretStr | None:
    path = token_path(places, profile.slot)
    try:
        if not path.exists():
            return None
        text = read_regular(path).strip()
    except (OSError, ValueError) as error:
        raise NotConfigured(f"The token in {path} cannot be read ({type(error).__name__})", do=again) from None
    return SecretStr(text) if text else None


def _remove_file(path: Path) -> bool:
    """Remove a token's file, and where it is a link what it leads to: that is where the token was written."""
    target = path.resolve() if path.is_symlink() else path
    gone = remove(target)
    return (remove(path) if target != path else False) or gone
