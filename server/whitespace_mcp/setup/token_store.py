"""Where a profile's refresh token is kept, behind three functions."""

from pydantic import SecretStr

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.setup.files import remove, replace
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import Kept, Profile, token_path


def keep_token(places: Places, name: str, token: SecretStr, kept: Kept) -> None:
    """Keep a token in one place, and in no other.

    Raises:
        NotConfigured: the place refused it.
    """
    path = token_path(places, name)
    if kept == "keychain":
        places.keychain.put(name, token)
    elif places.keychain.problem() is None:
        places.keychain.remove(name)
    if kept == "file":
        replace(path, token.get_secret_value() + "\n")
    else:
        remove(path)


def stored_token(places: Places, profile: Profile) -> SecretStr | None:
    """The token that is kept for a profile; None if it is for the environment to bring.

    Raises:
        NotConfigured: it should be there and is not, or cannot be read.
    """
    if profile.token == "environment":  # noqa: S105  # where it is, not what it is
        return None
    token = places.keychain.get(profile.name) if profile.token == "keychain" else _from_file(places, profile)  # noqa: S105  # as above
    if token is None:
        raise NotConfigured(
            f"The token of profile '{profile.name}' is not in the {profile.token} any more",
            retry="",
            do=f"Log in again: whitespace-mcp login --profile {profile.name}.",
        )
    return token


def _from_file(places: Places, profile: Profile) -> SecretStr | None:
    path = token_path(places, profile.name)
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise NotConfigured(
            f"The token in {path} cannot be read ({type(error).__name__})",
            retry="",
            do=f"Log in again: whitespace-mcp login --profile {profile.name}.",
        ) from None
    return SecretStr(text) if text else None
