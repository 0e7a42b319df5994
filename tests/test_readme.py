"""The README against what it describes: commands, tools, stages, and the output that it shows."""

import ast
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from support.pages import ROOT, Page
from support.servers import ask, client_of, settings_for
from whitespace_mcp.demo import Running

README: Final = Page("README.md")
CHANGES_EACH_TIME: Final = {"as_of", "next_cursor"}


def test_it_is_short_enough_to_be_read() -> None:
    lines = README.text.splitlines()
    assert len(lines) < 200
    assert max(len(line) for line in lines if not line.startswith(("claude mcp", "- [Cursor", "- [VS Code"))) <= 120


def test_it_says_in_three_sentences_what_it_is() -> None:
    first = " ".join(README.text.split("\n\n")[1].split())
    assert len(re.findall(r"\.( |$)", first)) == 3


def test_it_tells_how_to_begin_and_how_to_go_on() -> None:
    targets = {word for line in README.command_lines() for word in re.findall(r"^make ([a-z-]+)$", line)}
    assert {"demo", "test", "lint", "bundle", "help"} <= targets
    assert {"demo", "serve", "login", "install", "doctor"} <= {words[0] for words in README.our_commands() if words}


@pytest.mark.parametrize(
    "words", ["User Profile", "compliance", "**Write.**", "**Confirm cover.**", "bureau signing", "docs/token.md"]
)
def test_it_says_what_one_has_to_know_first(words: str) -> None:
    assert words in README.text


async def test_the_tools_are_those_that_the_server_has(running: Running, tmp_path: Path) -> None:
    async with client_of(settings_for(running, downloads=tmp_path)) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
    assert set(re.findall(r"[a-z_]+", " ".join(README.table("tool")))) == tools


async def test_the_example_is_what_the_server_answers(running: Running) -> None:
    call = next(ast.parse(span, mode="eval").body for span in README.code if span.startswith("get_risks("))
    assert isinstance(call, ast.Call)
    arguments = {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
    shown = next(text for text in README.of("json") if "organisations" in json.loads(text))
    async with client_of(settings_for(running)) as client:
        answer = await ask(client, "get_risks", **arguments)
    assert lasting(shown) == lasting(json.dumps(answer))


def lasting(answer: str) -> Any:
    """An answer with all its keys, without the values that are different each time."""
    return json.loads(answer, object_pairs_hook=lambda pairs: {k: k in CHANGES_EACH_TIME or v for k, v in pairs})


def test_what_it_says_of_the_tests_is_how_they_end() -> None:
    assert "`make test`" in README.text
    assert "(`COVERAGE=1` measures" in README.text
    plain, measured = (ROOT / "scripts/test.sh").read_text(encoding="utf-8").rstrip().split("\nfi\n")
    assert [line.split()[-1] for line in plain.splitlines()[-2:]] == ["build/tests.log", "exit"]
    assert [line.split()[0] for line in measured.splitlines()[-3:]] == ["tail", "grep", "exit"]


def test_a_merge_needs_what_everybody_runs_and_its_coverage() -> None:
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "export CI=true COVERAGE=1\n" in run
    assert re.search(r"^for target in .*\btest; do$", run, re.MULTILINE)
    assert "scripts/test.sh $(COVERAGE)" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_picture_has_no_error_and_names_both_organisations() -> None:
    drawn = (ROOT / "docs/conversation.svg").read_text(encoding="utf-8")
    assert "(docs/conversation.svg)" in README.text
    assert "Calderfinch Partners" in drawn
    assert "Marrowgate Underwriting" in drawn
    assert "prefers-color-scheme: dark" in drawn
