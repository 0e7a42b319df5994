"""The commands as processes of their own: help, stdio, HTTP, options, and what is never written."""

import os
import pty
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client

from support.canaries import CHILDREN
from support.processes import MODULE, PATIENCE, environment, on_http, on_stdio
from support.servers import ERAS, ask, client_of, refused
from support.web import TLS
from whitespace_mcp.cli import main
from whitespace_mcp.cli.options import settings_of
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Running

MAIN = Path(__file__).parent.parent / "server" / "main.py"
ELSEWHERE = "https://nowhere.example"
JSON = {"Accept": "application/json, text/event-stream"}
SECRET = re.compile(r"eyJ[\w-]{8,}|refresh_token=")


@pytest.mark.parametrize("start", [MODULE, (str(MAIN),)])
def test_every_way_to_start_tells_the_same_version(start: tuple[str, ...], tmp_path: Path) -> None:
    ended = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, *start, "--version"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert ended.stdout == f"whitespace-mcp {version('whitespace-mcp')}\n"
    assert ended.stderr == ""


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_the_commands_and_where_the_token_goes(option: str) -> None:
    shown = CliRunner().invoke(main, [option])
    assert shown.exit_code == 0
    assert {"serve", "demo"} <= set(re.findall(r"^  (\w+) ", shown.output, re.MULTILINE))
    assert "read from WHITESPACE_REFRESH_TOKEN" in " ".join(shown.output.split())
    assert "never from the command line" in shown.output


@pytest.mark.parametrize("command", ["", *main.list_commands(click.Context(main))])
def test_help_keeps_each_example_on_a_line_of_its_own(command: str) -> None:
    lines = CliRunner().invoke(main, [*command.split(), "--help"]).output.splitlines()
    assert not [line for line in lines if "\\b" in line or "\b" in line]
    if any(line.lstrip().startswith(("Example", "A way to begin")) for line in lines):
        assert [line for line in lines if "whitespace-mcp " in line and line.startswith("    ")]


def test_without_the_packages_of_a_firms_server_all_other_commands_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whitespace_mcp.team.commands", None)
    listed = CliRunner().invoke(main, ["--help"])
    assert listed.exit_code == 0
    assert re.search(r"team +Run a server for the whole firm; needs more packages", listed.output)
    assert "doctor" in listed.output
    for words in (["team"], ["team", "--help"], ["team", "status"]):
        text = CliRunner().invoke(main, words)
        assert text.exit_code == 2
        assert "install whitespace-mcp[team]" in text.output
        assert "Did you mean" not in text.output


def test_a_mistyped_command_is_told_the_right_one() -> None:
    said = CliRunner().invoke(main, ["instal"])
    assert said.exit_code == 2
    assert "No such command 'instal'. Did you mean 'install'?" in said.output
    assert "Did you mean" not in CliRunner().invoke(main, ["xyz"]).output


def test_help_of_serve_names_each_option_with_its_variable_and_no_secret() -> None:
    shown = " ".join(CliRunner().invoke(main, ["serve", "--help"]).output.split())
    for option in (
        "root", "bucket", "sync-url", "api-url", "user-id", "user-name", "organisations", "require-organisation",
        "fresh-seconds", "timeout", "max-body", "log-level", "audit",
    ):  # fmt: skip
        assert f"--{option} VALUE" in shown
        assert f"[WHITESPACE_{option.upper().replace('-', '_')}]" in shown
    assert "--demo" in shown
    assert "token" not in shown.lower().replace("whitespace_http_token", "")


@pytest.mark.parametrize("words", ["serv", "serve --colour red", "serve --transport pigeon", "serve --port 70000"])
def test_what_does_not_exist_is_refused(words: str) -> None:
    assert CliRunner().invoke(main, words.split()).exit_code == 2


async def test_the_demo_answers_over_stdio_whatever_is_configured(era: str, tmp_path: Path) -> None:
    wrong = {
        "WHITESPACE_REFRESH_TOKEN": "canary", "WHITESPACE_SERVICE_TOKEN": "canary", "WHITESPACE_USER_ID": "nonsense",
        "WHITESPACE_ROOT": ELSEWHERE, "WHITESPACE_ORGANISATIONS": "NOWHERE",
    }  # fmt: skip
    env, trail = environment(tmp_path, **wrong), tmp_path / "trail"
    with (tmp_path / "errors").open("w+", encoding="utf-8") as errors:
        async with on_stdio(env, "--demo", "--audit", str(trail), era=era, errors=errors) as client:
            assert (await ask(client, "whoami"))["environment"].startswith("127.0.0.1:")
            assert len((await ask(client, "list_organisations"))["organisations"]) == 2
            answer = await ask(client, "get_risks", organisation="all", page_size=0)
        errors.seek(0)
        assert errors.read() == "", "nothing to say at WARNING"
    assert [entry["documents"] for entry in answer["organisations"]] == [1528, 439]
    assert "organisations-" not in kept_in(tmp_path)
    shown = CliRunner().invoke(main, ["audit", "verify", str(trail)])
    assert (shown.exit_code, "The trail is intact: 4 lines in 1 files." in shown.output) == (0, True)


async def test_a_wrong_configuration_is_told_by_the_first_call_and_not_at_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What `serve` makes of its options; that it serves then is seen below, with others."""
    monkeypatch.setenv("WHITESPACE_ROOT", "http://nowhere.example")
    monkeypatch.setenv("WHITESPACE_LOG_LEVEL", "LOUD")
    options = {"WHITESPACE_TIMEOUT": "soon"}
    with settings_of(click.Context(main), options, demo=False, profile="gone") as settings:
        async with client_of(settings) as client:
            assert (await client.list_tools()).tools
            said = await refused(client, "whoami")
    for words in ("WHITESPACE_ROOT", "WHITESPACE_LOG_LEVEL", "WHITESPACE_TIMEOUT", "There is no profile 'gone'"):
        assert words in said


async def test_nothing_configured_is_told_by_the_first_call() -> None:
    unset = Settings.from_env({"WHITESPACE_REFRESH_TOKEN": "${user_config.refresh_token}"})
    async with client_of(unset) as client:
        assert "--demo" in await refused(client, "get_risks")


async def test_options_win_and_no_secret_is_written_at_debug_whatever_goes_wrong(
    running: Running, era: str, tmp_path: Path
) -> None:
    platform = running.platform
    secret = platform.login.refresh_token
    words = ["--root", running.root, "--require-organisation", "on", "--organisations", "MARROWGATE"]
    variables = {"WHITESPACE_REFRESH_TOKEN": secret, "WHITESPACE_LOG_LEVEL": "DEBUG", "WHITESPACE_ROOT": ELSEWHERE}
    said: list[str] = []
    with (tmp_path / "errors").open("w+", encoding="utf-8") as errors:
        async with on_stdio(environment(tmp_path, **variables), *words, era=era, errors=errors) as client:
            assert "switch_org" not in {tool.name for tool in (await client.list_tools()).tools}
            assert (await ask(client, "whoami"))["environment"] == running.root.removeprefix("http://")
            answer = await ask(client, "get_risks", organisation="all", page_size=0)
            assert [entry["company_id"] for entry in answer["organisations"]] == ["MARROWGATE"]
            said.append(await refused(client, "get_risks", organisation="nowhere", nme="canary"))
            platform.faults.add("/api/risks", status=500, body={"reason": secret, "error": True})
            said.append(await refused(client, "get_risks", organisation="MARROWGATE", refresh=True))
            platform.faults.drop("/sync/", times=1)
            platform.faults.gateway("verification", times=None)
            platform.expire_tokens()
            said.append(await refused(client, "get_risks", organisation="MARROWGATE", refresh=True))
        errors.seek(0)
        written = errors.read()
    files = kept_in(tmp_path)
    assert "organisations-" in files
    assert "failed" in written, "something was written at all"
    for text in (written, files, *said):
        assert secret not in text
        assert "%2B" not in text
        assert not SECRET.search(text)
        assert "canary" not in text


def kept_in(folder: Path) -> str:
    """Every file that was left behind, with its name."""
    return "".join(f"{path}\n{path.read_text()}\n" for path in folder.rglob("*.json"))


async def test_the_demo_answers_over_http_and_at_debug_no_answer_and_no_session_id_is_logged(tmp_path: Path) -> None:
    """Nor a request: of libraries only what is wrong is written, whatever our own level."""
    with on_http(tmp_path, "--demo", WHITESPACE_LOG_LEVEL="DEBUG") as address:
        for era in ERAS:
            async with Client(address, mode=era) as client:
                answer = await ask(client, "get_risks", organisation="all", page_size=0)
            assert [entry["documents"] for entry in answer["organisations"]] == [1528, 439]
        async with httpx2.AsyncClient(headers=JSON, timeout=60, verify=TLS) as http:
            for header, status in (("Host", 421), ("Origin", 403)):
                reply = await http.post(address, json={}, headers={header: "evil.example"})
                assert reply.status_code == status
            hello = {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "canary", "version": "1"},
            }
            begun = await http.post(address, json=request("initialize", **hello))
            session = begun.headers["mcp-session-id"]
            http.headers["mcp-session-id"] = session
            arguments = {"organisation": "CALDERFINCH", "page_size": 3}
            rows = await http.post(address, json=request("tools/call", name="get_risks", arguments=arguments))
            assert "by_stage" in rows.text
            wrong = {"organisation": "nowhere"}
            await http.post(address, json=request("tools/call", name="get_risks", arguments=wrong))
            await http.delete(address)
    log = CHILDREN[-1]
    assert "Tool 'get_risks' failed" in log, "what is ours is written"
    for word in (session, "matched", "canary", "by_stage", "jsonrpc"):
        assert word not in log


def request(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is Linux's /dev/full")
def test_an_output_that_is_full_or_closed_is_told_in_a_sentence(tmp_path: Path) -> None:
    for line, words in (("--version >/dev/full", "No room is left"), ("serve <&- >&-", "Standard input or output")):
        done = subprocess.run(  # noqa: S603  # our own command
            ["/bin/sh", "-c", f'exec "$0" -m whitespace_mcp {line}', sys.executable],
            env=environment(tmp_path), capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode in {1, 2}
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_that_is_in_use_is_told_before_anything_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        words = ["serve", "--demo", "--transport", "streamable-http", "--port", str(other.getsockname()[1])]
        done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "Error: Nothing can listen on 127.0.0.1, port" in done.stderr
    assert "it is in use. Choose another with --port or --host." in done.stderr
    assert "Listening" not in done.stderr


def test_who_starts_the_server_in_a_terminal_is_told_what_it_waits_for(tmp_path: Path) -> None:
    terminal, stdin = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, *MODULE, "serve"], env=environment(tmp_path), stdin=stdin, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Waiting for a host to speak MCP; Ctrl-C ends it.")
        process.terminate()
    os.close(terminal)
    os.close(stdin)


def test_a_folder_that_is_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    line = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" -m whitespace_mcp call whoami --downloads .'
    done = subprocess.run(  # noqa: S603  # our own command
        ["/bin/sh", "-c", line, sys.executable],
        cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "Error: The folder that you are in is gone.\n")


def test_the_help_shows_how_to_begin_line_by_line() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    assert "\\b" not in shown
    assert re.search(r"^ +whitespace-mcp doctor +find out what is wrong$", shown, re.MULTILINE)
