"""Where things are on a machine, also for somebody who has no home on it."""

import pwd
from pathlib import Path

import pytest

from support.setups import Desk
from whitespace_mcp.setup.configuration import configure, mark_in_use
from whitespace_mcp.setup.machine import Places

LOGIN = {"WHITESPACE_REFRESH_TOKEN": "canary", "WHITESPACE_ROOT": "https://acme.example"}


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A process of a user whom the system does not know, as containers have, in a folder of its own."""

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_home_the_environment_alone_is_enough(homeless: Path) -> None:
    settings = configure(Places.of_this_machine()).settings
    mark_in_use(settings)
    assert settings.problems == ()
    assert settings.has_credential
    assert not list(homeless.iterdir())


def test_without_a_home_nothing_is_kept_where_the_process_happens_to_be(homeless: Path) -> None:
    places = Places.of_this_machine()
    said = Desk(places).run("doctor", "--json").stdout
    assert f"{places.cache} cannot be written" in said
    said = Desk(places).says("login", "--token-stdin", "--keep", "file", "--bucket", "b", typed="canary", code=1)
    assert "canary" not in said
    assert not list(homeless.iterdir())
