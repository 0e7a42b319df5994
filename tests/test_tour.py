"""The tour: what a newcomer sees, in a pipe, on a terminal, and when something is wrong."""

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from click.testing import CliRunner

from support.clock import FakeClock
from support.pages import Page
from support.processes import PATIENCE, server
from support.servers import client_of, settings_for
from support.tour import CANARY, WRONG, environment, narrow, take
from whitespace_mcp.cli import main
from whitespace_mcp.demo import Platform, serve
from whitespace_mcp.setup.hosts import our_command
from whitespace_mcp.tour import run
from whitespace_mcp.tour.ending import what_next
from whitespace_mcp.tour.guide import TourFailed, TourGuide
from whitespace_mcp.tour.terminal import Printer
from whitespace_mcp.tour.walk import walk

JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}")
STOPS = (
    "1 of 9  Who am I?",
    "2 of 9  Which organisations?",
    "3 of 9  Both books, side by side",
    "4 of 9  Which organisation is meant?",
    "5 of 9  A page of one book",
    "6 of 9  The whole book in depth",
    "7 of 9  Switching sides",
    "8 of 9  Who brings what",
    "9 of 9  The token expires on the way",
    "A picture and a spreadsheet",
    "Now in your own assistant",
    "And with your own login",
)


def stop(number: int) -> str:
    """What is written at one stop, its wrapping undone."""
    text = narrow().stdout
    part = text[text.index(STOPS[number - 1]) : text.index(STOPS[number])]
    return " ".join(part.replace("│", " ").split())


def figures(row: str) -> list[int]:
    """The numbers of a row of the table at the third stop."""
    match = re.search(rf"^ +{row} +(\d+) +(\d+)$", narrow().stdout, re.MULTILINE)
    assert match, row
    return [int(match[1]), int(match[2])]


def to_paste() -> list[str]:
    """The command that the tour gives for Claude Desktop."""
    text = narrow().stdout
    block = text[text.index("    {\n") : text.index("\n    }\n") + 6]
    server = json.loads(block)["mcpServers"]["whitespace-demo"]
    return [server["command"], *server["args"]]


def test_it_ends_well_after_all_its_stops() -> None:
    tour = narrow()
    assert (tour.returncode, tour.stderr) == (0, "")
    places = [tour.stdout.index(title) for title in STOPS]
    assert places == sorted(places)


def test_it_shows_the_documents_of_both_books() -> None:
    assert figures("documents") == [1528, 439]


def test_the_slips_are_those_that_the_platform_has_and_their_stages_add_up_to_them() -> None:
    platform = Platform()
    slips = [len(platform.roots(membership.user_id)) for membership in platform.login.memberships]
    assert figures("slips") == slips
    table = narrow().stdout.split("slips", 1)[1].split("Why", 1)[0]
    stages = re.findall(r"^ {6}[a-z_]+ +(\d+) +(\d+)$", table, re.MULTILINE)
    assert [sum(int(stage[book]) for stage in stages) for book in (0, 1)] == slips


def test_it_says_who_is_asking_and_for_which_organisations() -> None:
    login = Platform().login
    assert f"user {login.name}" in stop(1)
    assert "credential refresh_token, fresh" in stop(1)
    for membership in login.memberships:
        assert f"{membership.company_id} {membership.company_name} {membership.role} Live" in stop(2)


def test_it_shows_the_words_that_the_assistant_reads_when_the_organisation_is_not_clear() -> None:
    words = stop(4)
    assert "Which organisation? Choices: Calderfinch Partners (organisation=CALDERFINCH)" in words
    assert "Ask the user which one is meant; never take a similar one for it." in words


def test_it_shows_a_page_of_one_book_and_says_how_many_there_are() -> None:
    rows = re.findall(r"IC[0-9A-F]{8} .*? B\d{4}\S+ 20\d\d-\d\d-\d\d \d+", stop(5))
    assert len(rows) == 5
    matched = re.search(r"Calderfinch Partners: 5 of (\d+) slips", stop(5))
    assert matched
    assert int(matched[1]) > 5


def test_firm_orders_are_told_by_how_far_they_are_placed_and_what_was_read_is_not_read_again() -> None:
    states = dict(re.findall(r"\b(nothing|short|full|over|unreadable) (\d+)\b", stop(6)))
    assert {"short", "full", "over"} <= set(states)
    matched = re.search(r"4 of (\d+) slips. Requests to the platform: (\d+) for the first question, 0 for", stop(6))
    assert matched
    assert matched[1] == states["short"]
    assert int(matched[2]) > 2 * int(states["short"])


def test_after_the_switch_a_question_without_an_organisation_is_about_the_other_one() -> None:
    assert "active Marrowgate Underwriting, MU" in stop(7)
    assert "organisation=" not in stop(8)
    assert "Marrowgate Underwriting: " in stop(8)
    assert "Calderfinch Partners " in stop(8)  # now the broker


def test_an_expired_token_is_renewed_once_on_the_way() -> None:
    requests = re.findall(r"GET (\S+) (\d{3})", stop(9))
    renewal = ("/sync/sandboxbucket/_oidc_refresh", "200")
    assert requests[1] == renewal
    assert requests.count(renewal) == 1
    assert requests[0] == (requests[2][0], "401")  # refused, and asked again
    assert {status for _, status in requests[1:]} == {"200"}
    assert ("/api/risks", "200") in requests
    assert "Token renewals: 1 before, 2 after." in stop(9)


def test_a_pipe_gets_plain_text_no_wider_than_its_columns() -> None:
    text = narrow().stdout
    assert all(character.isprintable() or character == "\n" for character in text)
    pasted = [line for line in text.splitlines() if str(Path(sys.executable).parent) in line]
    assert len(pasted) == 4
    assert [line for line in text.splitlines() if len(line) > 80 and line not in pasted] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_no_token_is_written() -> None:
    tour = narrow()
    written = tour.stdout + tour.stderr
    for login in Platform().logins.values():
        assert not login.refresh_token or login.refresh_token not in written
    assert CANARY not in written
    assert not JWT.search(written)
    assert "refresh_token=" not in written


def test_the_tour_in_the_readme_is_the_tour() -> None:
    excerpt = next(text for text in Page("README.md").of("console") if text.startswith("$ make demo\n"))
    lines = [line for line in excerpt.splitlines()[1:] if line and line != "..."]
    tour = iter(narrow().stdout.splitlines())
    assert len(lines) > 10
    assert [line for line in lines if line not in tour] == []  # each one after the one before


def test_the_line_to_paste_is_our_command_and_serves_the_demo() -> None:
    """That this command starts, and so serves, `test_cli_setup.py` and `test_cli.py` show."""
    ours = our_command()
    assert Path(ours.command).is_absolute()
    assert to_paste() == [ours.command, *ours.args, "serve", "--demo"]


def test_claude_code_is_given_the_same_command_as_claude_desktop() -> None:
    line = next(line for line in narrow().stdout.splitlines() if "claude mcp add" in line)
    words = shlex.split(line)
    assert words[: words.index("--")] == ["claude", "mcp", "add", "whitespace-demo", "--scope", "user"]
    assert words[words.index("--") + 1 :] == to_paste()


def test_the_line_for_a_spreadsheet_makes_one_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = our_command()
    words = shlex.split(next(line for line in narrow().stdout.splitlines() if "call export_risks" in line))
    start = [ours.command, *ours.args]
    assert words[: len(start)] == start
    monkeypatch.chdir(tmp_path)
    wrong = {**WRONG, "WHITESPACE_DOWNLOADS": "", "WHITESPACE_CACHE": ""}
    done = CliRunner().invoke(main, words[len(start) :], env=wrong)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert Path(answer["path"]).parent == tmp_path / "demo" / "all", "the same folder each time, whatever the port"
    assert answer["path"].endswith(".xlsx")
    assert answer["rows"] > 100
    assert Path(answer["path"]).stat().st_size == answer["bytes"]


@contextmanager
def guided_in_memory(platform: Platform, printer: Printer) -> Generator[TourGuide]:
    """The guide of a tour whose server is in this process; that of `narrow` is a process of its own."""
    with (
        serve(platform) as running,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(client_of(settings_for(running), clock=FakeClock())) as client,
    ):
        yield TourGuide(portal, client, platform, printer)


def disappointment(platform: Platform, printer: Printer | None = None) -> str:
    """Why a walk on that platform ends."""
    printer = printer or Printer(colour=False, width=80, encoding="utf-8")
    with guided_in_memory(platform, printer) as guide, pytest.raises(TourFailed) as caught:
        walk(guide)
    return str(caught.value)


def test_a_second_renewal_fails_the_tour_and_an_output_without_utf8_gets_plainer_characters(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.faults.gateway("maintenance", skip=1)
    with io.TextIOWrapper(io.BytesIO(), encoding="ascii") as output:
        monkeypatch.setattr(sys, "stdout", output)
        printer = Printer.of_stdout(colour=False)
        why = disappointment(platform, printer)
        what_next(printer)
        text = output.buffer.getvalue().decode("ascii")
    assert why == "an expired token caused 2 renewals where one was expected"
    assert not re.search(r"(?<![\w)])\?|\?(?=\w)", text)  # a question ends a word; what was replaced does not
    assert "-- 9 of 9  The token expires on the way ---" in text
    assert "-- And with your own login ---" in text
    assert max(len(line) for line in text.splitlines() if str(Path(sys.executable).parent) not in line) <= 100


def test_an_error_instead_of_an_answer_fails_the_tour(platform: Platform) -> None:
    for path in ("/api/risks", "/api/summary"):
        platform.faults.add(path, status=400, times=None)
    assert disappointment(platform).startswith("get_risks answered with an error: ")


def test_a_login_that_is_refused_fails_the_tour_with_the_advice(platform: Platform) -> None:
    platform.revoke(platform.login.refresh_token or "")
    assert "copy a new" in disappointment(platform)


def test_wrong_counts_fail_the_tour_and_the_users_cache_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(colour=False, platform=Platform(documents=(30, 12))) == 1
    words = " ".join(capsys.readouterr().out.split())
    assert (
        "Sorry, the tour stopped: the two organisations have 30 and 12 documents, and it should be 1528 and 439."
        in words
    )
    assert not Path(os.environ["XDG_CACHE_HOME"]).exists()


def test_a_server_that_does_not_start_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'serve' in sys.orig_argv:\n    os.write(2, b'no server today')\n    os._exit(3)\n",
        encoding="utf-8",
    )
    tour = take(PYTHONPATH=str(tmp_path), PYTHONIOENCODING="ascii")
    assert tour.returncode == 1
    assert "Sorry, the tour stopped: the server did not answer" in tour.stdout
    assert "Traceback" not in tour.stdout
    assert tour.stderr == "no server today"


def test_a_page_that_cannot_be_written_is_no_fault_of_the_tour(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "whitespace-demo.html").mkdir()
    with_a_short_firm_order = Platform(documents=(40, 10), seed=6)
    assert run(colour=False, platform=with_a_short_firm_order, pictures=True) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert said.endswith(
        "The page cannot be written into this folder (is a directory). Go to a folder of your own and try again."
    )


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo terminal")
def test_a_terminal_gets_colours_and_may_interrupt() -> None:
    import pty  # noqa: PLC0415  # not on Windows

    ours, its = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # our own command
        server("demo"), env=environment(TERM="xterm"), stdin=its, stdout=its, stderr=its
    ) as tour:
        os.close(its)
        written = ""
        while "\x1b[1m" not in written:  # its heading: all calls are still to come
            written += os.read(ours, 4096).decode(errors="replace")
        tour.send_signal(signal.SIGINT)
        try:
            while piece := os.read(ours, 4096):
                written += piece.decode(errors="replace")
        except OSError:  # how a terminal ends whose last user is gone
            pass
        assert tour.wait(timeout=PATIENCE) == 130
    os.close(ours)
    assert "\x1b[1m" in written
    assert "Stopped." in written
    assert "Traceback" not in written


def test_a_reader_that_has_seen_enough_is_no_error_worth_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    pipe = os.fdopen(writing, "w")
    monkeypatch.setattr(sys, "stdout", pipe)
    with pytest.raises(SystemExit) as ended:
        main(["demo"])
    with suppress(BrokenPipeError):  # what could not be written is still in its buffer
        pipe.close()
    assert (ended.value.code, capsys.readouterr().err) == (1, "")
