"""The operating system's keychain, through `keyring`, which is optional and imported only when it is needed."""

from typing import Final, Protocol, cast

from pydantic import SecretStr

from whitespace_mcp.config.errors import NotConfigured

SERVICE: Final = "whitespace-mcp"
_PIECE: Final = 1_000
"""Characters of one entry: Windows takes 1,280, and refresh tokens can be longer."""


class _Backend(Protocol):
    """What is used of a keyring backend."""

    name: str
    priority: float

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Keychain:
    """Refresh tokens by profile. A long one is kept in several entries, of which the first tells how many."""

    def name(self) -> str:
        """What the operating system's keychain calls itself."""
        return _backend().name

    def problem(self) -> str | None:
        """Why there is no keychain to use, half a sentence; None if there is one."""
        try:
            backend = _backend()
            trusted = float(backend.priority) >= 1
        except ImportError:
            return "the Python package keyring is not installed; it comes with whitespace-mcp[keychain]"
        except Exception as error:  # noqa: BLE001  # backends raise whatever their system does
            return f"the keychain of this computer cannot be opened ({type(error).__name__})"
        # Below one are the backends that keep nothing, or keep secrets in a plain file.
        return None if trusted else "this computer offers none that Python can use"

    def get(self, profile: str) -> SecretStr | None:
        """The token of a profile; None if there is none, or only a part of it.

        Raises:
            NotConfigured: the keychain is locked, or refused.
        """
        first = self._read(profile)
        count, _, text = (first or "").partition(" ")
        if not count.isdecimal():
            return None
        pieces = [text, *(self._read(_entry(profile, number)) or "" for number in range(2, int(count) + 1))]
        return SecretStr("".join(pieces)) if all(pieces) else None

    def put(self, profile: str, token: SecretStr) -> None:
        """Keep the token of a profile, and make sure that it can be read again.

        Raises:
            NotConfigured: the keychain is locked, refused, or did not keep it.
        """
        self.remove(profile)
        text = token.get_secret_value()
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        for number, piece in enumerate(pieces, 1):
            entry = _entry(profile, number)
            try:
                _backend().set_password(SERVICE, entry, f"{len(pieces)} {piece}" if number == 1 else piece)
            except Exception as error:  # noqa: BLE001  # backends raise whatever their system does
                raise _refused(error, "keep the token") from None
        kept = self.get(profile)
        if kept is None or kept.get_secret_value() != text:
            raise NotConfigured("The keychain took the token but does not give it back", retry="")

    def remove(self, profile: str) -> bool:
        """Remove the token of a profile; whether there was one.

        Raises:
            NotConfigured: the keychain is locked, or refused.
        """
        count = 0
        while self._read(_entry(profile, count + 1)) is not None:
            count += 1
        for number in range(count, 0, -1):  # backwards, so that what is left can be counted again
            try:
                _backend().delete_password(SERVICE, _entry(profile, number))
            except Exception as error:  # noqa: BLE001  # backends raise whatever their system does
                raise _refused(error, "remove the token") from None
        return count > 0

    def _read(self, entry: str) -> str | None:
        try:
            return _backend().get_password(SERVICE, entry)
        except ImportError:
            raise NotConfigured(
                "The token is in the keychain, and the Python package that reads it is not installed", retry="",
                do="Install whitespace-mcp[keychain].",
            ) from None  # fmt: skip
        except Exception as error:  # noqa: BLE001  # backends raise whatever their system does
            raise _refused(error, "be read") from None


def _entry(profile: str, number: int) -> str:
    return profile if number == 1 else f"{profile} ({number})"


def _backend() -> _Backend:
    import keyring  # noqa: PLC0415  # optional, and not needed by those who use the environment

    return cast("_Backend", cast("object", keyring.get_keyring()))


def _refused(error: Exception, what: str) -> NotConfigured:
    """What a failure of the keychain means; its own words may hold anything, so only the type is told."""
    if type(error).__name__ in {"KeyringLocked", "InitError"}:
        return NotConfigured(
            f"The keychain of this computer is locked, so it could not {what}", retry="Unlock it, then try again."
        )
    return NotConfigured(
        f"The keychain of this computer could not {what} ({type(error).__name__})",
        retry="",
        do="Unlock it or allow the access, then try again; or set WHITESPACE_REFRESH_TOKEN instead.",
    )
