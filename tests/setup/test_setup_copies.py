"""How many copies of the server run on one login: counted while they live, and never in the way."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr

from support.processes import on_http
from support.servers import settings_for
from support.setups import Desk
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Running
from whitespace_mcp.setup.instances import copies, counted

TOKEN = "canary-of-the-copies"
HOLD = """
import sys
from pathlib import Path
from pydantic import SecretStr
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.setup.instances import counted

secret = AddressedSecret(Environment.at("https://one.example"), SecretStr(sys.argv[1]))
with counted(Settings(environment=secret.environment, refresh_token=secret, cache_folder=Path(sys.argv[2]))):
    print("running", flush=True)
    sys.stdin.read()
"""


def settings(folder: Path | None, token: str = TOKEN) -> Settings:
    secret = AddressedSecret(Environment.at("https://one.example"), SecretStr(token))
    return Settings(environment=secret.environment, refresh_token=secret, cache_folder=folder)


def copy_of(folder: Path) -> "subprocess.Popen[str]":
    """A process that is counted until its input ends or it dies."""
    line = [sys.executable, "-c", HOLD, TOKEN, str(folder)]
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # ours
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    return process


def test_a_copy_counts_while_it_lives_and_not_when_it_was_killed(tmp_path: Path) -> None:
    assert copies(settings(tmp_path)) == 0
    with ExitStack() as processes:
        first, second = (processes.enter_context(copy_of(tmp_path)) for _ in range(2))
        assert copies(settings(tmp_path)) == 2
        assert copies(settings(tmp_path, "another-token")) == 0
        first.kill()
        first.wait(10)
        assert copies(settings(tmp_path)) == 1
        second.communicate("")
        assert copies(settings(tmp_path)) == 0
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert TOKEN not in file.name + file.read_text()


def test_where_nothing_can_be_written_the_server_runs_uncounted(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    for folder in (tmp_path / "a file" / "cache", None):
        with counted(settings(folder)):
            assert copies(settings(folder)) == 0


def test_the_doctor_tells_of_a_second_copy(desk: Desk, running: Running, tmp_path: Path) -> None:
    login = settings_for(running)
    assert login.refresh_token is not None
    environment = {
        "WHITESPACE_ROOT": login.root,
        "WHITESPACE_BUCKET": login.bucket,
        "WHITESPACE_REFRESH_TOKEN": login.refresh_token.get_secret_value(),
    }
    at_desk = desk.with_environment(**environment)
    assert "running copies none on this login here" in at_desk.says("doctor")
    places = {"XDG_CACHE_HOME": str(tmp_path), **environment}
    desk.places.cache.parent.mkdir(exist_ok=True)
    (tmp_path / "whitespace-mcp").symlink_to(desk.places.cache)
    desk.places.cache.mkdir(exist_ok=True)
    with on_http(tmp_path, **places):
        assert "running copies one on this login here" in at_desk.says("doctor")
        with on_http(tmp_path, **places):
            said = at_desk.says("doctor", code=1)
            assert "2 copies of this server run on this login here" in said
            assert environment["WHITESPACE_REFRESH_TOKEN"] not in said
