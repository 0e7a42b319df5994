"""What the documents say against what is: generated parts, links, commands, variables, and every message."""

import base64
import json
import re
import subprocess
import sys
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import click
import pytest

from support.messages import fragments
from support.pages import ROOT, Page, help_of, pages
from support.processes import PATIENCE
from whitespace_mcp.cli import main
from whitespace_mcp.config.variables import VARIABLES
from whitespace_mcp.team.configuration import PREFIX
from whitespace_mcp.team.configuration import VARIABLES as TEAM_VARIABLES
from whitespace_mcp.terms.stages import STAGES, stage_of

CODE: Final = ("server", "tests", "benchmarks", "scripts")
COMMANDS: Final = main.list_commands(click.Context(main))


def test_what_is_made_is_as_it_would_be_made_today() -> None:
    pytest.importorskip("rs_bpe", reason="has no wheel for this Python")
    command = [sys.executable, "scripts/pages", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


_OURS: Final = re.compile(r"(\.ci|benchmarks|docs|evals|findings|scripts|server|tests)/[\w./-]+")
PAGES: Final = [Page(path) for path in pages()]


def test_what_a_page_links_to_is_there() -> None:
    for page in PAGES:
        for link in page.links():
            path, _, anchor = link.partition("#")
            target = ((ROOT / page.path).parent / path).resolve() if path else ROOT / page.path
            assert target.exists(), link
            if anchor:
                assert anchor in Page(target.relative_to(ROOT).as_posix()).anchors(), link


def options_in(shown: str) -> set[str]:
    """The options that a help page names."""
    return set(re.findall(r"--[a-z-]+", shown))


def test_every_command_of_a_page_exists_with_its_options() -> None:
    for page in PAGES:
        for words in page.our_commands():
            if words[:1] == ["failed"] and f"whitespace-mcp {' '.join(words)}" in fragments():
                continue  # a message that begins with our name
            command = words[0] if words and not words[0].startswith("-") else None
            shown = help_of(command) if command else help_of()
            assert command is None or command in COMMANDS, words
            options = [word.split("=")[0] for word in words if word.startswith("--")]
            assert set(options) <= options_in(shown), words


def test_every_make_target_of_a_page_exists() -> None:
    for page in PAGES:
        matches = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        named = {word for line in page.command_lines() for word in re.findall(r"^make ([a-z-]+)", line)}
        assert named <= set(matches), page.path


def test_every_option_of_a_page_exists() -> None:
    for page in PAGES:
        names = options_in("".join(help_of(*([command] if command else [])) for command in ("", *COMMANDS)))
        assert {span for span in page.code if re.fullmatch(r"--[a-z-]+", span)} <= names, page.path


def test_every_variable_of_a_page_exists() -> None:
    ours = {variable.name for variable in VARIABLES}
    team = {f"{PREFIX}_{variable.name}" for variable in TEAM_VARIABLES} | {PREFIX}
    for page in PAGES:
        assert set(re.findall(r"WHITESPACE_[A-Z_]*[A-Z]", page.text)) <= ours | team, page.path


def test_files_that_a_page_names_are_there() -> None:
    for page in PAGES:
        named = [
            span for span in page.code if re.fullmatch(r"(\.ci|benchmarks|docs|scripts|server|tests)/[\w./-]+", span)
        ]
        assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_message_is_found_with_what_to_do() -> None:
    rows = Page("docs/troubleshooting.md").rows()
    words = " ".join(" ".join(cells) for cells in rows)
    missing = {text: module for text, module in fragments().items() if text not in words}
    assert not missing, f"docs/troubleshooting.md has no row with {missing}"
    assert [cells for cells in rows if not cells[-1]] == []


def test_the_messages_are_really_found_in_the_code() -> None:
    result = fragments()
    assert len(result) > 150
    for module, text in {
        "api/failures.py": "was cut off in transit",
        "session/exchange_failures.py": "The refresh token does not work at",
        "config/reading.py": "must be on or off",
        "setup/connectivity.py": "off the platform's",
        "tools/headings.py": "is no section of this contract",
        "mcp_layer/prompts.py": "There is no prompt",
        "config/errors.py": "whitespace-mcp failed inside; its log says how",
    }.items():
        assert result[text] == module


def test_every_citation_of_the_platforms_page_resolves() -> None:
    """Docstrings say `(platform.md 5.6)`; a stranger has nothing else to look up."""
    sections = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?) ", Page("docs/platform.md").text, re.MULTILINE))
    cited: set[str] = set()
    for path in (path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[Rr]eference \d", text), f"{path} cites something that is not in the house"
        for numbers in re.findall(r"platform\.md (\d[\d.]*(?:(?:,| and| to)\s+\d[\d.]*)*)", text):
            assert not (wrong := {number.rstrip(".") for number in re.findall(r"[\d.]+", numbers)} - sections), (
                path,
                wrong,
            )
            cited.add(numbers)
    assert len(cited) > 40


def test_every_page_is_in_the_index() -> None:
    index = Page("docs/README.md").links()
    assert sorted(path.removeprefix("docs/") for path in pages() if path.startswith("docs/")) == sorted(
        {link for link in index if "/" not in link} | {"README.md"}
    )


def test_the_stages_are_those_that_answers_use_and_each_status_has_the_stage_it_is_told_to_have() -> None:
    table = Page("docs/slips-and-stages.md").table("stage")
    assert sorted(table) == sorted(STAGES)
    for stage, (statuses, meaning) in table.items():
        assert meaning
        for status in filter(None, statuses.split(", ")):
            assert stage_of(status, "IC00000000") == stage, status


def test_the_links_hold_what_hosts_need_and_no_secret() -> None:
    page = Page("README.md")
    held: list[dict[str, Any]] = []
    address: str
    for address in re.findall(r"\]\((https://cursor\.com[^)]+)\)", page.text):
        question = parse_qs(urlsplit(address).query)
        held.append({"name": question["name"][0], **json.loads(base64.b64decode(question["config"][0], validate=True))})
    for address in re.findall(r"\]\((https://insiders\.vscode\.dev[^)]+)\)", page.text):
        own = urlsplit(parse_qs(urlsplit(address).query)["url"][0])
        assert (own.scheme, own.path) == ("vscode", "mcp/install")
        held.append(json.loads(unquote(own.query)))
    assert [server["name"] for server in held] == ["whitespace-demo", "whitespace"] * 2
    for server in held:
        assert server["command"] == "whitespace-mcp"
        assert server["args"] == ["serve", "--demo"] if server["name"] == "whitespace-demo" else ["serve"]
        asks = {f"${{input:{entry['id']}}}" for entry in server.get("inputs", [])}
        assert set(server.get("env", {}).values()) <= asks


def test_contributors_are_told_of_every_target_and_of_what_a_merge_must_pass() -> None:
    page = Page("docs/contributing.md")
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(re.findall(r"make ([a-z-]+)", " ".join(page.table("target"))))) == sorted(targets)
    steps = re.findall(r"for target in (.*); do", (ROOT / ".ci/run").read_text(encoding="utf-8"))[0].split()
    words = page.prose[page.prose.index("`make setup`, `lint`") :].split("in this order")[0]
    assert re.findall(r"`(?:make )?([a-z-]+)`", words) == ["setup", *steps]
