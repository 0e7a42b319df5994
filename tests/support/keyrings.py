"""Keychains of the tests' own, through keyring's own way of having others."""

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
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
        trouble: raised by the call of this number, counted from 1, after it has done its work (`late`) or before.
    """

    priority: Any = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}
        self.locked = False
        self.longest = 1_280
        self.forgetful = False
        self.calls = 0
        self.trouble: tuple[int, BaseException] | None = None
        self.late = False

    def get_password(self, service: str, username: str) -> str | None:
        with self._call():
            return self.kept.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        with self._call():
            if len(password) > self.longest:
                raise OSError(1783, "The stub received bad data")
            if not self.forgetful:
                self.kept[f"{service}/{username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        with self._call():
            del self.kept[f"{service}/{username}"]

    @contextmanager
    def _call(self) -> Generator[None]:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        self.calls += 1
        trouble = self.trouble[1] if self.trouble and self.trouble[0] == self.calls else None
        if trouble and not self.late:
            raise trouble
        yield
        if trouble:
            raise trouble


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
