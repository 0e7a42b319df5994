"""The keychain: long tokens, and every way in which it says no."""

import sys
from typing import Any

import keyring
import keyring.errors
import pytest
from pydantic import SecretStr

from support.keyrings import Shelf
from support.setups import direct_keychain
from whitespace_mcp.config.errors import NotConfigured, explain


@pytest.mark.parametrize("length", [1, 999, 1_000, 1_001, 3_500])
def test_a_token_longer_than_an_entry_is_kept_in_several(shelf: Shelf, length: int) -> None:
    token = ("abcdefghij" * 400)[:length]
    direct_keychain().put("x", SecretStr(token))
    secret = direct_keychain().get("x")
    assert secret
    assert secret.get_secret_value() == token
    assert len(shelf.kept) == (length + 999) // 1_000


def test_a_shorter_token_leaves_nothing_of_a_longer_one(shelf: Shelf) -> None:
    direct_keychain().put("x", SecretStr("a" * 2_500))
    direct_keychain().put("x", SecretStr("b"))
    assert shelf.kept == {"whitespace-mcp/x": "1 b"}
    assert direct_keychain().remove("x")
    assert not direct_keychain().remove("x")


def test_a_token_of_which_a_part_is_missing_is_none(shelf: Shelf) -> None:
    direct_keychain().put("x", SecretStr("a" * 2_500))
    del shelf.kept["whitespace-mcp/x (2)"]
    assert direct_keychain().get("x") is None
    shelf.kept["whitespace-mcp/x"] = "written by hand"
    assert direct_keychain().get("x") is None


def test_a_locked_one_says_so(shelf: Shelf) -> None:
    shelf.locked = True
    for call in (lambda: direct_keychain().get("x"), lambda: direct_keychain().remove("x")):
        with pytest.raises(NotConfigured, match="is locked") as caught:
            call()
        assert explain(caught.value).endswith("Unlock it, then try again.")


def test_one_that_will_not_delete_says_so() -> None:
    class Stubborn(Shelf):
        def delete_password(self, service: str, username: str) -> None:
            raise keyring.errors.PasswordDeleteError(service + username)

    stubborn = Stubborn()
    stubborn.kept["whitespace-mcp/x"] = "1 canary"
    keyring.set_keyring(stubborn)
    with pytest.raises(NotConfigured, match=r"could not remove the token \(PasswordDeleteError\)") as caught:
        direct_keychain().remove("x")
    assert "canary" not in explain(caught.value)


def test_none_at_all_is_told() -> None:
    assert direct_keychain().problem() == "this computer offers none that Python can use"


def test_one_that_cannot_be_opened_is_told() -> None:
    class Broken(Shelf):
        @property
        def priority(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]  # what a real one does
            raise RuntimeError("no bus")

    keyring.set_keyring(Broken())
    assert direct_keychain().problem() == "the keychain of this computer cannot be opened (RuntimeError)"


def test_the_package_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "it comes with whitespace-mcp[keychain]" in (direct_keychain().problem() or "")
    with pytest.raises(NotConfigured, match="is not installed") as caught:
        direct_keychain().get("x")
    assert "Install whitespace-mcp[keychain]." in explain(caught.value)
