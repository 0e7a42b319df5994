"""The configuration of one run, and where each value came from.

Options win over the environment, the environment over the profile, the profile over the defaults. These rules keep a
token at the address it belongs to:

- a profile that nobody named is not used where the environment brings a credential of its own, wherever that profile
  keeps its token (a Claude Desktop extension for the sandbox must not turn to production because the person has logged
  in there as well);
- an address comes whole from one place: a layer that says another root than the one below takes neither bucket nor
  another address nor the MU id from there;
- a token of the environment without an address is not used beside a profile that keeps a token of its own: nothing
  says which of the two addresses it is for;
- a token that is kept is kept with the environment that has accepted it, and is not sent to another.
"""

from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass

from whitespace_mcp.config.environment import AddressedSecret, Environment, StoredSecret
from whitespace_mcp.config.errors import NotConfigured, WhitespaceError, explain
from whitespace_mcp.config.settings import Settings, given, unfilled
from whitespace_mcp.config.variables import SETTINGS, key_of
from whitespace_mcp.runtime.files import make_private_folder
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.place import ROOT, difference, environment_of, layered
from whitespace_mcp.setup.profiles import PROFILE, Profile, chosen_name, profile_path, read_profile
from whitespace_mcp.setup.token_store import stored_token

TOKEN = "WHITESPACE_REFRESH_TOKEN"  # noqa: S105  # the variable's name
SERVICE_TOKEN = "WHITESPACE_SERVICE_TOKEN"  # noqa: S105  # the variable's name
_READABLE = frozenset(variable.name for variable in SETTINGS)
PATIENCE = 15.0
"""Seconds that a call waits for the keychain at most: a question that it shows is read by somebody, or by nobody."""


@dataclass(frozen=True)
class Configuration:
    """What this run is configured with: the origin of each variable that is set, the profile, problems, the result.

    Origins are `option --root`, `environment`, `profile sandbox`; problems those that the settings do not find
    themselves.
    """

    origins: Mapping[str, str]
    profile: Profile | None
    problems: tuple[str, ...]
    settings: Settings


def configure(
    places: Places, options: Mapping[str, str | None] | None = None, profile: str | None = None
) -> Configuration:
    """Put the configuration together. Never raises: what is wrong is among the settings' problems.

    `options` are variables from the command line, `profile` is the one that was named there.
    """
    from_options = {name: value for name, value in (options or {}).items() if value is not None}
    chosen, problems = _chosen(places, profile, from_options)
    stored: StoredSecret | None = None
    environment, options_set = _set_in(places.environ), _set_in(from_options)
    brought = environment | options_set
    brings_token = TOKEN in brought or SERVICE_TOKEN in brought
    values = layered(layered(chosen.values if chosen else {}, environment), options_set)
    origins = {name: _origin(name, chosen, environment, options_set) for name in values}
    if chosen is not None:
        problems += chosen.problems + _unknown(places, chosen)
        try:
            if brings_token:
                _refuse_two_tokens(chosen, brought)
            else:
                stored = _token_of(places, chosen, values)
        except WhitespaceError as error:
            problems += (explain(error).rstrip("."),)
        else:
            if stored is not None:
                origins[TOKEN] = f"{chosen.storage} of profile {chosen.name}"
    settings = Settings.from_env(values)
    if settings.secret is None and stored is None:
        problems += _not_filled_in(places.environ)
    changes = {
        "problems": (*problems, *settings.problems),
        "stored_token": stored,
        "cache_folder": places.cache,
        "origins": {name: origin for name, origin in sorted(origins.items()) if name in _READABLE},
    }
    return Configuration(origins, chosen, problems, settings.model_copy(update=changes))


def mark_in_use(settings: Settings) -> None:
    """Leave the mark of a login that is served here; without one, in a read-only home for example, nothing ends."""
    if settings.running_file is not None:
        with suppress(OSError):
            make_private_folder(settings.running_file.parent)
            settings.running_file.touch(0o600)


def _not_filled_in(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Which secret a host should have filled in, where there is no other; a problem each."""
    return tuple(
        f"{name} holds a placeholder that was not filled in, which is no token and is not sent; fill in that setting of"
        " the host, or run whitespace-mcp login and leave the variable out"
        for name in (TOKEN, SERVICE_TOKEN)
        if unfilled(environ, name)
    )


def _set_in(values: Mapping[str, str]) -> dict[str, str]:
    """Our variables that have a value."""
    return {name: values[name] for name in values if name.startswith("WHITESPACE_") and given(values, name)}


def _origin(name: str, profile: Profile | None, environment: Container[str], options: Container[str]) -> str:
    if name in options:
        return f"option --{key_of(name).replace('_', '-')}"
    return "environment" if name in environment or profile is None else f"profile {profile.name}"


def _refuse_two_tokens(profile: Profile, brought: Container[str]) -> None:
    """Refuse a token of the environment beside one of the profile, unless the environment names its address too.

    Raises:
        NotConfigured: nothing says which address that token is for.
    """
    if profile.storage != "environment" and ROOT not in brought:
        name = TOKEN if TOKEN in brought else SERVICE_TOKEN
        raise NotConfigured(
            f"{name} is set, and profile '{profile.name}' has a token of its own: nothing says which address the one"
            " that is set is for",
            do=f"Remove {name}, or set {ROOT} beside it.",
        )


def _chosen(
    places: Places, wish: str | None, from_options: Mapping[str, str]
) -> tuple[Profile | None, tuple[str, ...]]:
    """The profile to use, and why the one that was asked for cannot be."""
    named = wish or given(places.environ, PROFILE)
    brought = [given(where, token) for where in (places.environ, from_options) for token in (TOKEN, SERVICE_TOKEN)]
    if any(brought) and not named:
        return None, ()  # nobody asked for one, and it is not needed
    try:
        name = chosen_name(places, wish)
        return (read_profile(places, name) if name else None), ()
    except WhitespaceError as error:
        return None, (explain(error).rstrip("."),)


def _unknown(places: Places, profile: Profile) -> tuple[str, ...]:
    return tuple(
        f"{profile_path(places, profile.name)} has a key that does not exist: {key_of(name)}"
        for name in sorted(set(profile.values) - _READABLE)
    )


def _token_of(places: Places, profile: Profile, values: Mapping[str, str]) -> StoredSecret | None:
    """The token that is kept for a profile, provided that it goes where the profile says; it is not read yet.

    Raises:
        NotConfigured: it would go elsewhere.
    """
    if profile.storage == "environment":
        return None
    settings = Settings.from_env(values)
    actual = settings.environment
    _same_place(profile, environment_of(profile.values), actual)

    def read() -> AddressedSecret:
        token = stored_token(places, profile, min(PATIENCE, settings.timeout / 2))
        _same_place(profile, token.environment, actual)
        return token

    return StoredSecret(actual, f"{profile.storage} {profile.slot}", read)


def _same_place(profile: Profile, own: Environment, actual: Environment) -> None:
    """Refuse to send a token elsewhere.

    Raises:
        NotConfigured: the two are not the same.
    """
    moved = difference(own, actual)
    if moved:
        raise NotConfigured(
            f"{moved} is not what the login of profile '{profile.name}' has, and its token is for that address only",
            do=f"Remove {moved}, use another profile, or log in there: whitespace-mcp login --profile {profile.name}.",
        )
