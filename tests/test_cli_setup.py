"""The commands around serving as processes of their own: a terminal, a keychain, a host that starts the server."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from support.processes import PATIENCE, server
from support.servers import ask, client_of, refused
from whitespace_mcp.cli import main
from whitespace_mcp.cli.options import settings_of
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.setup.hosts import our_command

TESTS = Path(__file__).parent


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A home of its own, and a keychain in a file."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WHITESPACE_", "XDG_"))}
    keychain = {
        "PYTHON_KEYRING_BACKEND": "support.keyrings.Drawer",
        "PYTHONPATH": str(TESTS),
        "TEST_DRAWER": str(folder / "drawer.json"),
    }
    return {**clean, "HOME": str(folder), "NO_PROXY": "127.0.0.1", "TERM": "xterm", **keychain, **more}


def login_line(running: Running) -> list[str]:
    return ["login", "--environment", running.root, "--bucket", running.platform.bucket, "--profile", "demo"]


class Terminal:
    """A command on a terminal."""

    def __init__(self, folder: Path, *words: str, **more: str) -> None:
        ours, theirs = pty.openpty()
        self._screen = ours
        self.shown = ""
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            server(*words), env=environment(folder, **more), stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)

    def wait_for(self, text: str, times: int = 1) -> None:
        end = time.monotonic() + PATIENCE
        while self.shown.count(text) < times:
            assert self._read(end - time.monotonic()), self.shown

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def end(self) -> int:
        end = time.monotonic() + PATIENCE
        while self._read(end - time.monotonic()):
            pass
        os.close(self._screen)
        return self._process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Read on; False at the end, or when nothing came in time."""
        if not select.select([self._screen], [], [], max(0.0, seconds))[0]:
            return False
        try:
            read = os.read(self._screen, 65_536)
        except OSError:  # how Linux tells that nobody is left
            return False
        self.shown += read.decode(errors="replace")
        return bool(read)


def test_a_token_is_never_shown_while_it_is_pasted(running: Running, tmp_path: Path) -> None:
    token = running.platform.login.refresh_token
    terminal = Terminal(tmp_path, *login_line(running))
    terminal.wait_for("then Enter): ")
    terminal.type(f"x\x7f{token[:30]}\r\n  {token[30:]}\n")
    terminal.wait_for("asks you each time: ")
    terminal.type("1\n")
    assert terminal.end() == 0
    assert "Logged in as profile 'demo'." in terminal.shown
    assert "\x1b[32m" in terminal.shown
    assert token[:30] not in terminal.shown
    assert token[30:] not in terminal.shown
    assert token in (tmp_path / "drawer.json").read_text()


def test_a_very_long_paste_arrives_whole_and_the_end_of_input_stops_it(running: Running, tmp_path: Path) -> None:
    before = len(running.platform.requests)
    terminal = Terminal(tmp_path, *login_line(running), NO_COLOR="1")
    terminal.wait_for("then Enter): ")
    terminal.type("canary" * 800)
    terminal.type("\n")
    terminal.wait_for("The refresh token does not work")
    terminal.wait_for("then Enter): ", times=2)
    terminal.type("\x04")
    assert terminal.end() == 1
    assert "Aborted!" in terminal.shown
    assert any("_oidc_refresh" in seen.path for seen in running.platform.requests[before:])
    assert "canary" not in terminal.shown
    assert "\x1b[" not in terminal.shown


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    """One platform for all of them: a profile names its address."""
    with serve(Platform(documents=(40, 10))) as served:
        yield served


@pytest.fixture(scope="module")
def home(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who is logged in, to be copied; `test_from_login_to_logout` logs in for itself."""
    folder = tmp_path_factory.mktemp("home")
    words = [*login_line(running), "--token-stdin"]
    done = CliRunner().invoke(main, words, input=running.platform.login.refresh_token, env=at_home(folder))
    assert done.exit_code == 0, done.output
    return folder


def at_home(folder: Path, **more: str) -> dict[str, str | None]:
    """The same environment for a command in this process."""
    return {**dict.fromkeys(("XDG_CONFIG_HOME", "XDG_CACHE_HOME")), **environment(folder, **more)}


@pytest.fixture
def logged_in(home: Path, tmp_path: Path) -> Path:
    """Such a home of the test's own."""
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return tmp_path


async def test_a_host_starts_the_server_with_the_profile(logged_in: Path, running: Running) -> None:
    first, *rest = server("serve", "--profile", "demo")
    parameters = StdioServerParameters(command=first, args=rest, env=environment(logged_in))
    async with Client(parameters) as client:
        assert client.protocol_version == "2026-07-28", "a discover alone is answered"
        answer = await ask(client, "whoami")
    assert answer["environment"] == running.root.removeprefix("http://")
    assert answer["user"] == "Rosalind Quenby"
    assert answer["credential"]["state"] == "fresh"


async def test_a_keychain_that_never_answers_holds_up_neither_the_start_nor_the_tools(
    logged_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists are answered at once, and the first call says what to unlock."""
    silent = {"PYTHON_KEYRING_BACKEND": "support.odd_keyrings.Silent", "WHITESPACE_TIMEOUT": "2"}
    for name, text in at_home(logged_in, **silent).items():
        monkeypatch.delenv(name, raising=False) if text is None else monkeypatch.setenv(name, text)
    with settings_of(click.Context(main), {}, demo=False, profile="demo") as settings:
        async with client_of(settings) as client:
            assert (await client.list_tools()).tools
            said = await refused(client, "list_organisations")
    assert "could not be read: it did not answer within 1 seconds" in said
    assert "Unlock it" in said


def test_from_login_to_logout(running: Running, tmp_path: Path) -> None:
    token = running.platform.login.refresh_token

    def give(*words: str, typed: str | None = None) -> str:
        done = CliRunner().invoke(main, words, input=typed, env=at_home(tmp_path))
        assert done.exit_code == 0, done.output
        return done.stdout

    give(*login_line(running), "--token-stdin", typed=token)
    give("install", "claude-desktop")
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "drawer.json"]
    assert any(path.name == "claude_desktop_config.json" and "demo" in path.read_text() for path in files)
    assert not [path for path in files if token in path.read_text()]
    verdict = give("doctor")
    assert " starts /" in verdict
    assert "All is well." in verdict
    assert give("logout").count("Removed") == 3
    assert (tmp_path / "drawer.json").read_text() == "{}"


def test_what_the_output_cannot_show_is_replaced(tmp_path: Path) -> None:
    env = at_home(tmp_path, WHITESPACE_DEMO="on", WHITESPACE_USER_NAME="Zoë")
    done = CliRunner(charset="ascii").invoke(main, ["doctor", "--json"], env=env)
    assert {"name": "WHITESPACE_USER_NAME", "value": "Zo?", "origin": "environment"} in json.loads(done.stdout)[
        "settings"
    ]


@pytest.mark.parametrize("name", ["login", "logout", "doctor", "install", "completion"])
def test_help_teaches_with_an_example(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert f"\n    whitespace-mcp {name}" in done.output.partition("Example")[2] or name == "completion"
    assert "\\b" not in done.output


def test_the_list_of_commands_says_in_a_line_what_each_is_for() -> None:
    output = CliRunner().invoke(main, ["--help"], terminal_width=80).output
    commands = re.findall(r"^  (\w+) {2,}(.+)$", output.partition("Commands:")[2], re.MULTILINE)
    assert {"demo", "serve", "login", "logout", "doctor", "install", "completion"} <= {name for name, _ in commands}
    assert [line for _, line in commands if not line.endswith(".") or line.endswith("...")] == []
    assert "\n    whitespace-mcp demo  " in output  # each line of the examples on its own


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell: str) -> None:
    done = CliRunner().invoke(main, ["completion", shell])
    assert done.exit_code == 0
    assert "_WHITESPACE_MCP_COMPLETE" in done.output


def test_profiles_are_completed(logged_in: Path) -> None:
    typed = {"COMP_WORDS": "whitespace-mcp doctor --profile d", "COMP_CWORD": "3"}
    env = at_home(logged_in, _WHITESPACE_MCP_COMPLETE="bash_complete", **typed)
    assert CliRunner().invoke(main, [], env=env, prog_name="whitespace-mcp").output == "plain,demo\n"


def test_the_command_that_is_installed_starts() -> None:
    ours = our_command()
    done = subprocess.run(  # noqa: S603  # our own command
        [ours.command, *ours.args, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout == f"whitespace-mcp {version('whitespace-mcp')}\n"


def test_a_file_nested_too_deeply_is_left_as_it_is(tmp_path: Path) -> None:
    # In a process of its own: running out of stack switches coverage off.
    path = tmp_path / ".cursor" / "mcp.json"
    path.parent.mkdir()
    path.write_text("[" * 200_000)
    done = subprocess.run(  # noqa: S603  # our own command
        server("install", "cursor", "--demo"),
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "it is nested too deeply" in done.stderr
