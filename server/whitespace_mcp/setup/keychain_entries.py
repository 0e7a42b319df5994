"""Single entries of the operating system's keychain, through `keyring`; also a program that serves another process.

Nothing of ours is imported here, so that the program starts quickly: it reads one request a line (JSON) on its standard
input and answers each with one. What a backend says comes back as a kind and a detail, never in its own words, which
may hold anything.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SERVICE: Final = "whitespace-mcp"
_LOCKED: Final = frozenset({"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"})
_BUS: Final = "DBUS_SESSION_BUS_ADDRESS"


@dataclass(eq=False)
class EntryFailed(Exception):
    """Why an entry could not be had; the detail is a type's or a setting's name.

    Kinds are `no_package`, `no_backend` (one that is named and not installed), `no_bus`, `none`, `broken`, `locked`,
    `refused`, and `silent` (no answer in time).
    """

    kind: str
    detail: str = ""


class KeychainEntries:
    """The keychain's entries in this process. Each method raises `EntryFailed`."""

    def name(self) -> str:
        """What the keychain calls itself."""
        return str(_backends()[0].name)

    def read(self, entry: str) -> str | None:
        """An entry's text, from the first backend that has it."""
        for backend in _backends():
            text = _tried(backend.get_password, SERVICE, entry)
            if text is not None:
                return str(text)
        return None

    def write(self, entry: str, text: str) -> None:
        """Put an entry into the first backend."""
        _tried(_backends()[0].set_password, SERVICE, entry, text)

    def delete(self, entry: str) -> None:
        """Remove an entry from every backend."""
        for backend in _backends():
            if _tried(backend.get_password, SERVICE, entry) is not None:
                _tried(backend.delete_password, SERVICE, entry)


def _backends() -> list[Any]:
    """The keychains to use, the preferred one first; at least one.

    Those of the operating system count. Another one does if it was named, in PYTHON_KEYRING_BACKEND or in keyring's own
    file; it may be a file that is only called a keychain, and it may ask for a password that nobody can type.
    """
    try:
        import keyring  # noqa: PLC0415  # optional, and not needed by those who use the environment
        import keyring.core  # noqa: PLC0415  # as above
    except ImportError:
        raise EntryFailed("no_package") from None
    _find_bus()
    configured = Path(str(keyring.core._config_path()))  # pyright: ignore[reportPrivateUsage, reportUnknownArgumentType, reportUnknownMemberType]  # noqa: SLF001  # there is no public name for it
    named = "PYTHON_KEYRING_BACKEND" if os.environ.get("PYTHON_KEYRING_BACKEND") else str(configured)
    explicit = named == "PYTHON_KEYRING_BACKEND" or configured.exists()
    try:
        chosen: Any = keyring.get_keyring()
        members = list(chosen.backends) if type(chosen).__module__ == "keyring.backends.chainer" else [chosen]
        usable = [backend for backend in members if float(backend.priority) >= 1]
    except (ImportError, AttributeError):
        raise EntryFailed("no_backend", named) from None
    except Exception as error:  # noqa: BLE001  # backends raise whatever their system does
        raise EntryFailed("broken", type(error).__name__) from None
    # Below one are the backends that keep nothing, or keep secrets in a plain file.
    usable = [backend for backend in usable if explicit or type(backend).__module__.startswith("keyring.backends.")]
    if not usable:
        unreachable = sys.platform == "linux" and not explicit and not os.environ.get(_BUS)
        raise EntryFailed("no_bus" if unreachable else "none")
    return usable


def _find_bus() -> None:
    """The session's bus where it usually is: hosts that filter the environment leave its address out."""
    if sys.platform == "linux" and not os.environ.get(_BUS):
        folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        if (Path(folder) / "bus").is_socket():
            os.environ[_BUS] = f"unix:path={folder}/bus"


def _tried(call: Any, *arguments: str) -> Any:
    try:
        return call(*arguments)
    except Exception as error:  # noqa: BLE001  # backends raise whatever their system does
        name = type(error).__name__
        raise EntryFailed("locked" if name in _LOCKED else "refused", name) from None


def main() -> None:
    """Answer requests until the input ends. The backends get an empty input and a silent output of their own."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    entries = KeychainEntries()
    for line in requests:
        operation, arguments = json.loads(line)
        try:
            answer = {"value": getattr(entries, operation)(*arguments)}
        except EntryFailed as error:
            answer = {"kind": error.kind, "detail": error.detail}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
