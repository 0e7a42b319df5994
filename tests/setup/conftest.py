"""A machine, its keychain, and a person at it."""

from collections.abc import Generator
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from support.keyrings import Shelf
from support.setups import Desk, machine
from whitespace_mcp.demo import Platform


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """This machine's own keychain is never touched; without `shelf` there is none, and one that is set was named."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def shelf() -> Shelf:
    """A keychain in memory."""
    drawer = Shelf()
    keyring.set_keyring(drawer)
    return drawer


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A person at an empty machine."""
    return Desk(machine(tmp_path))


@pytest.fixture
def platform() -> Platform:
    """The whole directory, and books of a few documents: who logs in matters here, not what they see."""
    return Platform(documents=(8, 6))
