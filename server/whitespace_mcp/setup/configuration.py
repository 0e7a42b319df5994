"""The configuration of one run, and where each value came from.

Options win over the environment, the environment over the profile, the profile over the defaults. These rules keep a
token at the address it belongs to:

- a profile that nobody named is not used where the environment brings a credential of its own, wherever that profile
  keeps its token (a Claude Desktop extension for the sandbox must not turn to production because the person has logged
  in there as well);
- an address comes whole from one place: where a token of the environment comes with a `WHITESPACE_ROOT` that is not the
  profile's, neither bucket nor another address nor the MU id of the profile goes with it;
- a token of the environment without an address is not used beside a profile that keeps a token of its own: nothing
  says which of the two addresses it is for;
- the token that is kept for a profile is not sent to another address or bucket than the profile's.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, fields

from whitespace_mcp.config.errors import NotConfigured, WhitespaceError, explain, listed
from whitespace_mcp.config.settings import Settings, given
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import Profile, key_of, profile_name, profile_names, profile_path, read_profile
from whitespace_mcp.setup.token_store import stored_token

TOKEN = "WHITESPACE_REFRESH_TOKEN"  # noqa: S105  # the variable's name
SERVICE_TOKEN = "WHITESPACE_SERVICE_TOKEN"  # noqa: S105  # the variable's name
PROFILE = "WHITESPACE_PROFILE"
_ROOT = "WHITESPACE_ROOT"
_PLACE = ("WHITESPACE_ROOT", "WHITESPACE_BUCKET", "WHITESPACE_SYNC_URL", "WHITESPACE_API_URL", "WHITESPACE_USER_ID")
"""What belongs together: the four parts of an environment, and the MU id, which means nothing in another."""


@dataclass(frozen=True)
class Configuration:
    """What this run is configured with.

    Attributes:
        values: the variables, merged.
        origins: where each of them came from: `option --root`, `environment`, `profile sandbox`, ...
        profile: the profile that is used.
        problems: what is wrong with it, beyond what the settings find themselves.
        settings: the result.
    """

    values: Mapping[str, str]
    origins: Mapping[str, str]
    profile: Profile | None
    problems: tuple[str, ...]
    settings: Settings


def configure(
    places: Places, options: Mapping[str, str | None] | None = None, profile: str | None = None
) -> Configuration:
    """Put the configuration together. Never raises: what is wrong is among the settings' problems.

    Args:
        places: where to look.
        options: variables from the command line.
        profile: the one that was asked for on the command line.
    """
    said = {name: value for name, value in (options or {}).items() if value is not None}
    chosen, problems = _chosen(places, profile, said)
    brought = {name: (value, "environment") for name, value in _set_in(places.environ).items()}
    brought |= {name: (value, f"option --{key_of(name).replace('_', '-')}") for name, value in _set_in(said).items()}
    brings_token = TOKEN in brought or SERVICE_TOKEN in brought
    profile_values = dict(chosen.values) if chosen else {}
    if brings_token and _ROOT in brought and _root_of(profile_values) != _root_of({_ROOT: brought[_ROOT][0]}):
        profile_values = {name: value for name, value in profile_values.items() if name not in _PLACE}
    values = profile_values | {name: value for name, (value, _) in brought.items()}
    origins = dict.fromkeys(profile_values, f"profile {chosen.name}" if chosen else "")
    origins |= {name: origin for name, (_, origin) in brought.items()}
    if chosen is not None:
        problems += chosen.problems + _unknown(places, chosen)
        try:
            token = _beside(chosen, brought) if brings_token else _token_for(places, chosen, values)
        except WhitespaceError as error:
            problems += (explain(error).rstrip("."),)
        else:
            if token is not None:
                values[TOKEN], origins[TOKEN] = token, f"{chosen.token} of profile {chosen.name}"
    settings = Settings.from_env(values)
    known = known_variables()
    changes = {
        "problems": (*problems, *settings.problems),
        "cache_folder": places.cache,
        "origins": {name: origin for name, origin in sorted(origins.items()) if name in known},
    }
    return Configuration(values, origins, chosen, problems, settings.model_copy(update=changes))


def _set_in(values: Mapping[str, str]) -> dict[str, str]:
    """Our variables that have a value."""
    return {name: values[name] for name in values if name.startswith("WHITESPACE_") and given(values, name)}


def _root_of(values: Mapping[str, str]) -> str:
    return Settings.from_env(values).root


def _beside(profile: Profile, brought: Container[str]) -> None:
    """Check that a token of the environment may be used together with a profile that was named.

    Raises:
        NotConfigured: nothing says which address that token is for.
    """
    if profile.token != "environment" and _ROOT not in brought:  # noqa: S105  # a place
        name = TOKEN if TOKEN in brought else SERVICE_TOKEN
        raise NotConfigured(
            f"{name} is set, and profile '{profile.name}' has a token of its own: nothing says which address the one"
            " that is set is for",
            retry="",
            do=f"Remove {name}, or set {_ROOT} beside it.",
        )


def known_variables() -> set[str]:
    """Every variable that the settings read."""
    asked = _Asked()
    Settings.from_env(asked)
    return asked.names


class _Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _chosen(places: Places, asked: str | None, said: Mapping[str, str]) -> tuple[Profile | None, tuple[str, ...]]:
    """The profile to use, and why the one that was asked for cannot be."""
    name = asked or given(places.environ, PROFILE)
    try:
        if name:
            return read_profile(places, profile_name(name)), ()
        if not any(given(where, token) for where in (places.environ, said) for token in (TOKEN, SERVICE_TOKEN)):
            return _usual(places), ()
    except WhitespaceError as error:
        return None, (explain(error).rstrip("."),)
    return None, ()  # nobody asked for one, and it is not needed


def _usual(places: Places) -> Profile | None:
    """The profile of somebody who names none: `default`, or the only one."""
    names = profile_names(places)
    if "default" in names or len(names) == 1:
        return read_profile(places, "default" if "default" in names else names[0])
    if names:
        raise NotConfigured(
            f"There are several profiles ({listed(names)}) and none was chosen",
            retry="",
            do="Choose with --profile NAME, or set WHITESPACE_PROFILE.",
        )
    return None


def _unknown(places: Places, profile: Profile) -> tuple[str, ...]:
    known = known_variables()
    return tuple(
        f"{profile_path(places, profile.name)} has a key that does not exist: {key_of(name)}"
        for name in sorted(set(profile.values) - known)
    )


def _token_for(places: Places, profile: Profile, values: Mapping[str, str]) -> str | None:
    """The token that is kept for a profile, provided that it goes where the profile says.

    Raises:
        NotConfigured: it would go elsewhere, or is not to be had.
    """
    if profile.token == "environment":  # noqa: S105  # a place
        return None
    own, actual = (Settings.from_env(where).environment for where in (profile.values, values))
    moved = [f"WHITESPACE_{part.name.upper()}" for part in fields(own)
             if getattr(own, part.name) != getattr(actual, part.name)]  # fmt: skip
    if moved:
        raise NotConfigured(
            f"{moved[0]} is not what profile '{profile.name}' has, and its token is for the profile's address only",
            retry="",
            do=f"Remove {moved[0]}, use another profile, or set {_ROOT} and {TOKEN} as well.",
        )
    token = stored_token(places, profile)
    return token.get_secret_value() if token else None
