"""Tools asked from the terminal: the answers and errors of an assistant, over real HTTP to the demo platform."""

import csv
import io
import json
import os
import pty
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp.types import CallToolResult

from support.servers import settings_for, text_of
from support.setups import Desk, machine
from whitespace_mcp.app import build_server
from whitespace_mcp.cli import main
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.shell.output import as_csv, as_json, as_table, remarks

DOCUMENTS = (300, 80)


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    """One small market for all of them."""
    with serve(Platform(documents=DOCUMENTS)) as served:
        yield served


@pytest.fixture
def desk(running: Running, tmp_path: Path) -> Desk:
    """Somebody whose environment brings the token and its address."""
    environ = {
        "WHITESPACE_REFRESH_TOKEN": running.platform.login.refresh_token,
        "WHITESPACE_ROOT": running.root,
        "WHITESPACE_BUCKET": running.platform.bucket,
    }
    return Desk(machine(tmp_path, "linux", **environ))


def call(desk: Desk, *words: str) -> Result:
    done = desk.run("call", *words)
    assert done.exit_code == 0, done.output
    return done


def asked_by_an_assistant(running: Running, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    async def ask() -> CallToolResult:
        async with Client(build_server(settings_for(running))) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(ask)


def test_a_call_answers_what_an_assistant_reads(desk: Desk, running: Running) -> None:
    words = ["stage=firm_order,signed", "stage=draft", "page_size=2", "organisation=CALDERFINCH", "refresh=true"]
    done = call(desk, "get_risks", *words)
    arguments: dict[str, Any] = {
        "stage": ["firm_order", "signed", "draft"], "page_size": 2, "organisation": "CALDERFINCH", "refresh": True,
    }  # fmt: skip
    expected = asked_by_an_assistant(running, "get_risks", arguments).structured_content
    answer = json.loads(done.stdout)
    assert expected is not None
    assert answer["risks"] == expected["risks"]
    assert answer["matched"] == expected["matched"]
    assert done.stderr.startswith("Calderfinch Partners (CALDERFINCH) at 127.0.0.1:")


def test_an_error_has_the_words_and_a_code(desk: Desk, running: Running) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("get_risks", {"organisaton": "x"}), ("get_risks", {"page_size": "many"}), ("nope", {}),
    ]  # fmt: skip
    for tool, arguments in wrong:
        expected = text_of(asked_by_an_assistant(running, tool, arguments))
        done = desk.run("call", tool, *(f"{key}={value}" for key, value in arguments.items()))
        assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"Error: {expected}\n")
    assert desk.run("call", "get_risks", "broken").exit_code == 2
    assert "write KEY=VALUE" in desk.run("call", "get_risks", "broken").stderr
    assert "There is no such tool." in desk.run("call", "g\udcffet_risks").stderr


def test_what_takes_one_value_is_not_chosen_from_two(desk: Desk) -> None:
    twice = desk.run("call", "get_risks", "organisation=CALDERFINCH", "organisation=MARROWGATE")
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "'organisation' takes one value." in twice.stderr


def test_counts_of_organisations_stand_side_by_side(desk: Desk) -> None:
    table = call(desk, "get_risks", "organisation=all", "page_size=0", "--table").stdout.splitlines()
    lines = {line.split()[0]: line.split()[1:] for line in table}
    assert lines["company_id"] == ["CALDERFINCH", "MARROWGATE"]
    assert len(lines["by_stage.firm_order"]) == 2
    assert max(map(len, table)) < 140


def test_rows_come_as_a_table_as_csv_and_into_a_file(desk: Desk, tmp_path: Path) -> None:
    words = ("get_risks", "organisation=all", "stage=firm_order", "page_size=3")
    rows = json.loads(call(desk, *words).stdout)["risks"]
    table = call(desk, *words, "--table").stdout.splitlines()
    assert [line.split()[0] for line in table] == ["id", *(row["id"] for row in rows)]
    parsed = list(csv.DictReader(io.StringIO(call(desk, *words, "--csv").stdout)))
    assert [(row["id"], row["name"], row["organisation"]) for row in parsed] == [
        (row["id"], row["name"], row["organisation"]) for row in rows
    ]
    counts = list(
        csv.DictReader(io.StringIO(call(desk, "get_risks", "organisation=all", "page_size=0", "--csv").stdout))
    )
    expected = list(zip(("CALDERFINCH", "MARROWGATE"), map(str, DOCUMENTS), strict=True))
    assert [(row["company_id"], row["documents"]) for row in counts] == expected
    path = tmp_path / "risks.csv"
    assert call(desk, *words, "-o", str(path)).stdout == ""
    assert list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) == parsed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lost = desk.run("call", *words, "-o", str(path / "x.csv"))
    assert (lost.exit_code, lost.stdout) == (1, "")
    assert "cannot be changed" in lost.stderr
    assert desk.run("call", *words, "-o", str(tmp_path / "risks.xlsx")).exit_code == 2


def test_a_pipe_or_a_device_is_written_to_and_stays(desk: Desk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    call(desk, "whoami", "-o", str(pipe))
    written, said = os.read(reading, 1 << 16), call(desk, "whoami", "-o", "-").stdout
    assert json.loads(written) | {"as_of": ""} == json.loads(said) | {"as_of": ""}
    os.close(reading)
    assert pipe.is_fifo()


def test_a_token_is_printed_when_it_is_asked_for_by_name(desk: Desk, running: Running) -> None:
    plain = desk.run("token")
    assert plain.exit_code == 0
    token = plain.stdout.strip()
    assert token.count(".") == 2
    assert "ends in" in plain.stderr
    assert token not in plain.stderr
    assert desk.run("token", "--header").stdout.startswith("Authorization: Bearer ey")
    assert "'Acorn'. Name one with --organisation: CALDERFINCH" in desk.run("token", "--organisation", "Acorn").stderr
    curl = desk.run("token", "--curl", "--organisation", "marrowgate")
    user_id = running.platform.login.memberships[1].user_id
    assert f"-H 'UserID: {user_id}'" in curl.stdout
    assert curl.stdout.strip().endswith(f"'{running.root}/api/risks'")
    assert "for Marrowgate Underwriting (MARROWGATE)" in curl.stderr
    unclear = desk.run("token", "--curl")
    assert unclear.exit_code == 1
    assert "Name one with --organisation: CALDERFINCH, MARROWGATE." in unclear.stderr
    nobody = desk.with_environment(WHITESPACE_REFRESH_TOKEN="").run("token")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "No Whitespace credential is configured" in nobody.stderr


def test_what_a_token_prints_works_on_the_wire(desk: Desk, running: Running) -> None:
    name, _, value = desk.run("token", "--header").stdout.strip().partition(": ")
    mine = running.platform.login.memberships[0].user_id
    details = httpx2.get(f"{running.root}/api/user/myDetails", headers={name: value, "UserID": mine})
    assert (details.status_code, mine in details.text) == (200, True)
    program, *words = shlex.split(desk.run("token", "--curl", "--organisation", "CALDERFINCH").stdout)
    assert program == "curl"
    curl = shutil.which(program)
    if curl is None:
        assert not os.environ.get("CI"), "curl has to be here"
        pytest.skip("curl is not here")
    said = subprocess.run([curl, *words], capture_output=True, check=True, timeout=60).stdout  # noqa: S603  # as printed
    assert len(json.loads(said)) == DOCUMENTS[0]


def test_the_tools_are_those_that_are_offered(desk: Desk) -> None:
    listed = desk.run("tools").stdout
    assert "export_risks is offered where WHITESPACE_DOWNLOADS names" in desk.run("tools", "export_risks").stderr
    assert listed.startswith("whoami ")
    assert "read_platform" not in listed
    assert "read_platform" in desk.with_environment(WHITESPACE_EXTRA_READS="on").run("tools").stdout
    description = desk.run("tools", "get_risks").stdout
    assert "\npage_size=" in description
    assert "one of slip, document." in description
    schemas = json.loads(desk.run("tools", "--json").stdout)
    assert {"name", "inputSchema"} <= set(schemas[0])
    assert desk.run("tools", "nope").exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_names_of_tools_and_arguments_are_completed(shell: str) -> None:
    def completed(words: str, last: str) -> str:
        count = str(len(words.split()) - 1)
        typed = {"COMP_WORDS": words, "COMP_CWORD": last if shell == "fish" else count}
        environ = {**os.environ, "_WHITESPACE_MCP_COMPLETE": f"{shell}_complete", **typed}
        return CliRunner().invoke(main, [], env=environ, prog_name="whitespace-mcp").output

    assert "get_risks" in completed("whitespace-mcp call get_r", "get_r")
    assert "export_risks" in completed("whitespace-mcp call --downloads /tmp exp", "exp")
    assert "page_size=" in completed("whitespace-mcp call get_risks page", "page")
    assert "unit=document" in completed("whitespace-mcp call get_risks unit=d", "unit=d")
    assert "whoami" in completed("whitespace-mcp tools who", "who")


def test_to_complete_a_word_nothing_of_the_sdk_is_imported() -> None:
    program = (
        "import sys; from whitespace_mcp.cli import main\n"
        "try: main([], prog_name='whitespace-mcp')\n"
        "finally: print('mcp' in sys.modules)"
    )
    typed = {"COMP_WORDS": "whitespace-mcp call get_risks page", "COMP_CWORD": "3"}
    env = {**os.environ, "_WHITESPACE_MCP_COMPLETE": "bash_complete", **typed}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert done.stdout == "plain,page_size=\nFalse\n"


def completed_in_bash(line: str, folder: Path) -> str:
    """What a line has become after the Tab key in a real bash."""
    start = folder / "bashrc"
    script = CliRunner().invoke(main, ["completion", "bash"]).output
    start.write_text(f"PATH={Path(sys.executable).parent}:$PATH\nbind 'set enable-bracketed-paste off'\n{script}")
    ours, theirs = pty.openpty()
    words = [shutil.which("bash") or "bash", "--noprofile", "--rcfile", str(start), "-i"]
    env = {**os.environ, "TERM": "dumb", "COLUMNS": "500"}
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True) as bash:  # noqa: S603  # a person's own shell
        try:
            os.write(ours, f"{line}\t\x01echo [\x05]; echo end$((1 + 1))\n".encode())
            seen = b""
            while b"end2" not in seen:
                seen += os.read(ours, 10_000)
        finally:
            bash.kill()
            os.close(ours)
            os.close(theirs)
    return seen.decode().replace("\r", "").rpartition("\n[")[2].partition("]\n")[0]


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("whitespace-mcp call get_risks page", "whitespace-mcp call get_risks page_size="),
        ("whitespace-mcp call get_risks unit=d", "whitespace-mcp call get_risks unit=document "),
    ],
)
def test_bash_itself_completes_what_is_typed(line: str, whole: str, tmp_path: Path) -> None:
    """A word that is whole gets a blank, a key waits for its value, and what stands before `=` is not repeated."""
    assert completed_in_bash(line, tmp_path) == whole


def test_a_table_fits_the_terminal_and_says_what_it_does_not_show(desk: Desk) -> None:
    words = ("get_risks", "organisation=all", "stage=firm_order", "page_size=8", "show=placed,leader")
    answer = json.loads(call(desk, *words).stdout)
    whole = as_table(answer).splitlines()
    assert max(map(len, whole)) > 160
    assert not any("No room" in remark for remark in remarks(answer))
    for width in (80, 120, 160):
        lines = as_table(answer, width).splitlines()
        head = lines[0].split()
        assert max(map(len, lines)) <= width
        assert [line.split()[0] for line in lines[1:]] == [row["id"] for row in answer["risks"]]
        said = "\n".join(remarks(answer, width))
        assert all(name in head or name in said for name in whole[0].split()), width
        assert f"8 of {answer['matched']}." in said
        assert f"cursor={answer['next_cursor']}" in said
        assert "stage firm_order" in said
    done = call(desk, *words, "--table")
    assert done.stdout.splitlines() == whole, "what is no terminal gets all of it"
    assert "For the next ones" in done.stderr
    row = answer["risks"][0]
    card = json.loads(call(desk, "get_risk", f"risk={row['id']}", f"organisation={row['organisation']}").stdout)
    upright = as_table(card, 100).splitlines()
    assert max(map(len, upright)) <= 100
    assert any(line.split() == ["contract.expiry", card["contract"]["expiry"]] for line in upright)


def test_text_of_others_neither_steers_the_terminal_nor_becomes_a_formula() -> None:
    answer = {
        "risks": [
            {"id": "A", "name": "=cmd|x\u202e\x1b[2J\x9b", "limit": "-5.00", "line": {"written": "10"}, "of": [1]}
        ]
    }
    assert "\x1b" not in as_table(answer) + as_json(answer)
    assert "\u202e" not in as_table(answer) + as_json(answer)
    (cells,) = csv.DictReader(io.StringIO(as_csv(answer)))
    assert (cells["name"][:2], cells["limit"], cells["line.written"], cells["of"]) == ("'=", "-5.00", "10", "1")
    assert as_csv({"matched": 0, "risks": []}) == ""
    assert as_table({"state": "fresh", "read_only": True}).split() == ["state", "read_only", "fresh", "true"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    )
)
def test_any_answer_can_be_shown(answer: Any) -> None:
    assert json.loads(as_json(answer)) == answer
    assert isinstance(as_table(answer), str)
    assert isinstance(as_table(answer, 60), str)
    assert isinstance(remarks(answer, 60), list)
    assert isinstance(as_csv(answer), str)
