"""The keychain asked through a process of its own: it can be silent, ask questions, or be no keychain at all."""

import os
import time
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from whitespace_mcp.config.errors import NotConfigured, explain
from whitespace_mcp.setup.keychain import Keychain
from whitespace_mcp.setup.keychain_process import entries_of_process

TESTS = Path(__file__).parents[1]


def keychain(folder: Path, backend: str = "", seconds: float = 20, **more: str) -> Keychain:
    """The keychain of a machine where that backend was named, or none was."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON_KEYRING", "XDG_", "DBUS"))}
    environ = {**clean, "HOME": str(folder), "PYTHONPATH": str(TESTS), "TEST_DRAWER": str(folder / "drawer.json")}
    if backend:
        environ["PYTHON_KEYRING_BACKEND"] = backend
    return Keychain(partial(entries_of_process, {**environ, **more}), seconds)


def test_a_token_comes_back_and_goes(tmp_path: Path) -> None:
    store = keychain(tmp_path, "support.keyrings.Drawer")
    text = "ä" * 2_500
    store.put("x", SecretStr(text))
    again = store.get("x")
    assert again is not None
    assert again.get_secret_value() == text
    assert store.remove("x")
    assert not store.remove("x")
    assert (tmp_path / "drawer.json").read_text() == "{}"


def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(NotConfigured) as caught:
        keychain(tmp_path, "support.odd_keyrings.Silent").within(0.7).get("x")
    assert "did not answer within 0.7 seconds. Unlock it, or answer the question" in explain(caught.value)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("backend", ["Asking", "Ending"])
def test_one_that_asks_or_ends_takes_nothing_along(tmp_path: Path, backend: str) -> None:
    """It finds no terminal and an empty input, and what it says reaches nobody."""
    with pytest.raises(NotConfigured, match="could not be read"):
        keychain(tmp_path, f"support.odd_keyrings.{backend}").get("x")


def test_what_is_named_and_not_installed_is_told(tmp_path: Path) -> None:
    store = keychain(tmp_path, "keyrings.gone.Keyring")
    assert store.problem() == "PYTHON_KEYRING_BACKEND names a keychain that is not installed"
    with pytest.raises(NotConfigured, match="names a keychain that is not installed"):
        store.get("x")
    configured = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
    configured.parent.mkdir(parents=True)
    configured.write_text("[backend]\ndefault-keyring=keyrings.gone.Keyring\n")
    assert keychain(tmp_path).problem() == f"{configured} names a keychain that is not installed"


def test_a_file_that_another_package_calls_a_keychain_is_none_unless_it_was_named(tmp_path: Path) -> None:
    """Keyring puts every backend that is installed into one chain, the file with the highest priority first."""
    package = tmp_path / "packages" / "odd-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[keyring.backends]\nodd = support.odd_keyrings\n")
    path = os.pathsep.join([str(TESTS), str(package.parent)])
    there = keychain(tmp_path, PYTHONPATH=path)
    assert "this computer offers none that Python can use" in (there.problem() or "")
    with pytest.raises(NotConfigured):
        there.put("x", SecretStr("canary"))
    assert not (tmp_path / "drawer.json").exists()
    assert keychain(tmp_path, "support.keyrings.Drawer", PYTHONPATH=path).name() == "keyrings Drawer"


def test_the_bus_is_looked_for_where_it_usually_is(tmp_path: Path) -> None:
    assert keychain(tmp_path, XDG_RUNTIME_DIR=str(tmp_path)).problem() == (
        "this computer offers none that Python can use here, where DBUS_SESSION_BUS_ADDRESS is not set"
    )
