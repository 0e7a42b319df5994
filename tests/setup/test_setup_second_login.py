"""A second login, at another address, with each of its steps failing or interrupted: the first one still works."""

import itertools
import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.keyrings import Shelf
from support.setups import Desk, everything_under, token_in
from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.setup.configuration import configure
from whitespace_mcp.setup.files import remove

LONG = 700
"""Characters of an address path that makes what is kept longer than one entry of a keychain."""


@dataclass(frozen=True)
class Account:
    """A login of one environment."""

    root: str
    bucket: str
    token: str


@pytest.fixture
def here(running: Running) -> Account:
    """The login that comes first."""
    return Account(running.root, running.platform.bucket, running.platform.login.refresh_token)


@pytest.fixture
def there() -> Generator[Account]:
    """One of another environment."""
    with serve(Platform(seed=7, documents=(8, 6))) as served:
        yield Account(served.root, served.platform.bucket, served.platform.logins["single"].refresh_token)


def log_in(desk: Desk, account: Account, *more: str) -> bool:
    """Log in to profile `p` there without a person; whether it says that this was done."""
    line = ("login", "--token-stdin", "--environment", account.root, "--bucket", account.bucket)
    done = desk.run(*line, "--profile", "p", *more, typed=account.token)
    return "Logged in as profile 'p'." in done.output


def settings_of(desk: Desk) -> Settings:
    return configure(desk.places).settings


def belongs_to(desk: Desk, account: Account) -> bool:
    """Whether the login that would be used is whole, and of that environment alone."""
    settings = settings_of(desk)
    addresses = (settings.root, settings.environment.sync_url, settings.environment.api_url)
    return (
        settings.problems == ()
        and addresses == (account.root, f"{account.root}/sync", f"{account.root}/api")
        and token_in(settings) == account.token
    )


class Snapshot:
    """The state of a machine, to begin from again."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk, self._shelf = desk, shelf
        self._kept = dict(shelf.kept)
        self._files = {path: path.read_bytes() for path in desk.places.config.iterdir()}

    def restore(self) -> None:
        self._shelf.kept = dict(self._kept)
        self._shelf.calls, self._shelf.trouble = 0, None
        for path in self._desk.places.config.iterdir():
            path.unlink()
        for path, content in self._files.items():
            path.touch(mode=0o600)
            path.write_bytes(content)


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
def test_each_call_of_the_keychain_in_trouble(
    desk: Desk, shelf: Shelf, here: Account, there: Account, kind: type[BaseException]
) -> None:
    assert log_in(desk, here)
    first = Snapshot(desk, shelf)
    for shelf.late in (False, True):
        try_each_step(desk, shelf, there, here, first, kind)


def try_each_step(
    desk: Desk, shelf: Shelf, there: Account, here: Account, first: Snapshot, kind: type[BaseException]
) -> None:
    """Log in to the second environment again and again, with trouble one call later each time."""
    done: list[bool] = []
    for step in itertools.count(1):
        first.restore()
        shelf.trouble = (step, kind("of the keychain"))
        done.append(log_in(desk, there))
        reached = shelf.calls >= step
        shelf.trouble = None
        assert belongs_to(desk, there if done[-1] else here), (step, done)
        if not reached:
            break
        assert log_in(desk, there)  # once more, with all in order: nothing of the trouble is left
        assert len(shelf.kept) == 1
        assert belongs_to(desk, there)
    assert False in done
    assert done[-1]


def test_each_replaced_file_in_trouble(
    desk: Desk, shelf: Shelf, here: Account, there: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk and Ctrl-C, before and after the file is in its place."""
    really = Path.replace
    assert log_in(desk, here, "--keep", "file")
    first = Snapshot(desk, shelf)
    for kind, late, number in itertools.product((OSError, KeyboardInterrupt), (False, True), (1, 2)):
        first.restore()
        numbers = itertools.count(1)

        def replace(path: Path, target: Path) -> Path:
            trouble = next(numbers) == number  # noqa: B023  # called in this round only
            if trouble and not late:  # noqa: B023  # as above
                raise kind  # noqa: B023  # as above
            done = really(path, target)
            if trouble:
                raise kind  # noqa: B023  # as above
            return done

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            assert not log_in(desk, there, "--keep", "file")
        complete = late and number == 2  # both files are in place, and only the exit code says that something was wrong
        assert belongs_to(desk, there if complete else here), (kind, late, number)
        assert not list(desk.places.config.glob(".*"))


@pytest.mark.usefixtures("shelf")
def test_addresses_set_by_hand_do_not_outlive_their_environment(desk: Desk, here: Account, there: Account) -> None:
    assert log_in(desk, here)
    path = desk.places.config / "p.toml"
    path.write_text(path.read_text() + f'sync_url = "{here.root}/sync"\napi_url = "{here.root}/api"\ntimeout = 20\n')
    assert log_in(desk, there)
    assert belongs_to(desk, there)
    assert settings_of(desk).timeout == 20
    assert here.root not in path.read_text()


@pytest.mark.usefixtures("shelf")
def test_what_was_proved_is_what_is_kept(desk: Desk, here: Account, there: Account) -> None:
    """A login service set by hand is asked at the next login too."""
    assert log_in(desk, here)
    path = desk.places.config / "p.toml"
    before = path.read_text()
    path.write_text(before + f'sync_url = "{there.root}/sync"\n')
    with pytest.raises(NotConfigured, match="its token is for that address only"):
        token_in(settings_of(desk))
    assert not log_in(desk, here)  # the second environment does not know this token
    path.write_text(before + f'sync_url = "{here.root}/sync/"\n')
    assert log_in(desk, here)
    assert belongs_to(desk, here)


def test_a_long_token_leaves_no_piece_that_nobody_finds(desk: Desk, shelf: Shelf, here: Account) -> None:
    assert log_in(desk, here)
    (text,) = shelf.kept.values()
    place = json.loads(text.partition(" ")[2])
    for trouble in itertools.count(1):
        shelf.kept.clear()
        shelf.calls, shelf.trouble = 0, None
        for number in (1, 2, 3):
            entry = "whitespace-mcp/p" if number == 1 else f"whitespace-mcp/p ({number})"
            shelf.kept[entry] = ("3 " if number == 1 else "") + json.dumps(place)[: 10 * number]
        if not (desk.places.config / "p.toml").exists():
            (desk.places.config / "p.toml").write_text('token = "keychain"\n')
        shelf.trouble = (trouble, RuntimeError("of the keychain"))
        code = desk.run("logout", "--profile", "p").exit_code
        if shelf.calls < trouble:
            break
        shelf.trouble = None
        assert code == 1
        desk.says("logout", "--profile", "p")
        assert shelf.kept == {}
        assert remove(desk.places.config / "p.toml") is False


def test_a_link_in_the_place_of_a_tokens_file_takes_its_target_along(desk: Desk, here: Account, tmp_path: Path) -> None:
    assert log_in(desk, here, "--keep", "file")
    elsewhere = tmp_path / "elsewhere"
    (desk.places.config / "p.token").replace(elsewhere)
    (desk.places.config / "p.token").symlink_to(elsewhere)
    desk.says("logout")
    assert not elsewhere.exists()
    assert everything_under(tmp_path) == ""
