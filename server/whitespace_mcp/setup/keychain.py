"""Tokens in the operating system's keychain, and in words what it answers."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from pydantic import SecretStr

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.setup.keychain_entries import EntryFailed, KeychainEntries

Opened = Callable[[float], AbstractContextManager[KeychainEntries]]
"""Opens the entries of a keychain, each call of which ends within so many seconds."""
PATIENCE: Final = 45.0
"""Seconds in which a person can find and type the keychain's password."""
_PIECE: Final = 1_000
"""Characters of one entry: Windows takes 1,280, and what is kept of a token is longer."""


class Keychain:
    """Tokens by name. A long text is kept in several entries, of which the first tells how many.

    The pieces are written in order and removed from the last to the first: whatever is interrupted, those that are left
    can be counted from the first one on, so that none is ever out of sight.
    """

    def __init__(self, entries: Opened, seconds: float = PATIENCE) -> None:
        """Keep them through these entries, opened for each call and closed after it.

        `seconds` is how long it may take to answer.
        """
        self._open_entries = entries
        self._seconds = seconds

    def within(self, seconds: float) -> "Keychain":
        """The same keychain, with as much patience at most."""
        return Keychain(self._open_entries, min(seconds, self._seconds))

    def name(self) -> str:
        """What the operating system's keychain calls itself.

        Raises:
            NotConfigured: there is none to use.
        """
        with self._opened("be opened") as entries:
            return entries.name()

    def problem(self) -> str | None:
        """Why there is no keychain to use, half a sentence; None if there is one."""
        try:
            with self._open_entries(self._seconds) as entries:
                entries.name()
        except EntryFailed as failure:
            return _absence(failure)
        return None

    def get(self, name: str) -> SecretStr | None:
        """The text of that name; None if there is none, or only a part of it.

        Raises:
            NotConfigured: the keychain is locked, refused, or did not answer.
        """
        with self._opened("be read") as entries:
            return _read(entries, name)

    def put(self, name: str, text: SecretStr) -> None:
        """Keep a text, and make sure that it can be read again.

        Raises:
            NotConfigured: the keychain is locked, refused, did not answer or did not keep it.
        """
        whole = text.get_secret_value()
        pieces = [whole[start : start + _PIECE] for start in range(0, len(whole), _PIECE)]
        with self._opened("keep the token") as entries:
            _remove(entries, name)
            for number, piece in enumerate(pieces, 1):
                entries.write(_entry(name, number), f"{len(pieces)} {piece}" if number == 1 else piece)
            again = _read(entries, name)
        if again is None or again.get_secret_value() != whole:
            raise NotConfigured("The keychain took the token but does not give it back")

    def remove(self, name: str) -> bool:
        """Remove a text; whether there was one.

        Raises:
            NotConfigured: the keychain is locked, refused, or did not answer.
        """
        with self._opened("remove the token") as entries:
            return _remove(entries, name)

    @contextmanager
    def _opened(self, purpose: str) -> Generator[KeychainEntries]:
        try:
            with self._open_entries(self._seconds) as entries:
                yield entries
        except EntryFailed as failure:
            raise _refused(failure, purpose) from None


def _read(entries: KeychainEntries, name: str) -> SecretStr | None:
    count, _, text = (entries.read(name) or "").partition(" ")
    if not count.isdecimal():
        return None
    pieces = [text, *(entries.read(_entry(name, number)) or "" for number in range(2, int(count) + 1))]
    return SecretStr("".join(pieces)) if all(pieces) else None


def _remove(entries: KeychainEntries, name: str) -> bool:
    count = 0
    while entries.read(_entry(name, count + 1)) is not None:
        count += 1
    for number in range(count, 0, -1):
        entries.delete(_entry(name, number))
    return count > 0


def _entry(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def _absence(failure: EntryFailed) -> str:
    """Why there is no keychain to use, half a sentence."""
    match failure.kind:
        case "no_package":
            return "the Python package keyring is not installed; it comes with whitespace-mcp[keychain]"
        case "no_backend":
            return f"{failure.detail} names a keychain that is not installed"
        case "no_bus":
            return "this computer offers none that Python can use here, where DBUS_SESSION_BUS_ADDRESS is not set"
        case "none":
            return "this computer offers none that Python can use"
        case "silent":
            return f"the keychain of this computer did not answer within {failure.detail} seconds"
        case _:
            return f"the keychain of this computer cannot be opened ({failure.detail})"


def _refused(failure: EntryFailed, purpose: str) -> NotConfigured:
    """What a failure of the keychain means; its own words may hold anything, so only the type is told."""
    keychain, other = "The keychain of this computer", "or set WHITESPACE_REFRESH_TOKEN and the address instead"
    match failure.kind:
        case "no_package":
            return NotConfigured(
                "The token is in the keychain, and the Python package that reads it is not installed",
                do="Install whitespace-mcp[keychain].",
            )
        case "no_bus":
            return NotConfigured(
                f"{keychain} could not {purpose}: {_absence(failure)}",
                do="Let the host pass DBUS_SESSION_BUS_ADDRESS on to this server, with the env of its entry.",
            )
        case "no_backend" | "none" | "broken":
            return NotConfigured(
                f"{keychain} could not {purpose}: {_absence(failure)}", do=f"Make it available, {other}."
            )
        case "locked":
            return NotConfigured(f"{keychain} is locked, so it could not {purpose}", retry="Unlock it, then try again.")
        case "silent":
            return NotConfigured(
                f"{keychain} could not {purpose}: it did not answer within {failure.detail} seconds",
                retry="Unlock it, or answer the question that it shows, then try again.",
            )
        case _:
            return NotConfigured(
                f"{keychain} could not {purpose} ({failure.detail})",
                do=f"Unlock it or allow the access, then try again; {other}.",
            )
