"""Keychains that behave badly, for the process that asks them: found by name, or by an entry point of their package."""

import getpass
import sys
import threading
from typing import Any

import keyring.backend

from support.keyrings import Drawer


class Silent(keyring.backend.KeyringBackend):
    """Never answers, as one whose question nobody sees."""

    priority: Any = 1

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait()
        raise AssertionError(service + username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username + password)

    def delete_password(self, service: str, username: str) -> None:
        self.get_password(service, username)


class Asking(Drawer):
    """Asks for its password on the terminal, or on the standard input, and talks on the standard output."""

    priority: Any = 9

    def get_password(self, service: str, username: str) -> str | None:
        sys.stdout.write("a password is wanted\n")
        getpass.getpass()
        return super().get_password(service, username)


class Ending(Drawer):
    """Takes its process down."""

    def get_password(self, service: str, username: str) -> str | None:
        sys.exit(service + username)
