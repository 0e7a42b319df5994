"""Keychains of the tests' own, through keyring's own way of having others."""

import json
import os
from pathlib import Path
from typing import Any

import keyring.backend
import keyring.errors


class Shelf(keyring.backend.KeyringBackend):
    """Keeps everything in memory.

    Attributes:
        kept: passwords by entry.
        locked: whether it refuses everything, as a locked keychain does.
        longest: characters that an entry may have.
        forgetful: whether it takes passwords and does not keep them.
    """

    priority: Any = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}
        self.locked = False
        self.longest = 1_280
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        if len(password) > self.longest:
            raise OSError(1783, "The stub received bad data")
        if not self.forgetful:
            self.kept[f"{service}/{username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        del self.kept[f"{service}/{username}"]

    def _open(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")


class Drawer(keyring.backend.KeyringBackend):
    """Keeps everything in the file that `TEST_DRAWER` names: for processes that come after one another."""

    priority: Any = 1

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._write({entry: text for entry, text in self._read().items() if entry != f"{service}/{username}"})

    def _read(self) -> dict[str, str]:
        path = Path(os.environ["TEST_DRAWER"])
        return json.loads(path.read_text()) if path.exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        Path(os.environ["TEST_DRAWER"]).write_text(json.dumps(entries))
