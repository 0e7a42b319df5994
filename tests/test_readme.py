"""The README against what it describes: commands, options, variables, tools, and the output that it shows."""

import ast
import json
import re
import shlex
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from support.servers import ask, client_of, settings_for
from support.tour import narrow
from whitespace_mcp.cli import main
from whitespace_mcp.demo import Running
from whitespace_mcp.terms.stages import STAGES
from whitespace_mcp.variables import VARIABLES

ROOT: Final = Path(__file__).resolve().parents[1]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
CODE: Final = [
    " ".join(span.split()) for span in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
]
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
CHANGES_EACH_TIME: Final = {"as_of", "next_cursor"}


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def table(first_column: str) -> dict[str, list[str]]:
    """The table whose first column has that heading: further cells by the first."""
    lines = README[README.index(f"| {first_column} |") :].split("\n\n", 1)[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in rows}


def command_lines() -> list[str]:
    """Every command line in the README, those in the hosts' configurations too."""
    lines = [line.removeprefix("$ ") for text in blocks("console") for line in text.splitlines() if line[:2] == "$ "]
    for text in blocks("json"):
        for servers in (json.loads(text).get(key, {}) for key in ("mcpServers", "servers")):
            lines += [shlex.join([server["command"], *server["args"]]) for server in servers.values()]
    lines += [line.split(" -- ", 1)[1] for line in blocks("sh")[0].splitlines() if " -- " in line]
    return [*lines, *CODE]


def help_of(*command: str) -> str:
    done = CliRunner().invoke(main, [*command, "--help"])
    assert done.exit_code == 0, done.output
    return done.output


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) < 200
    assert max(len(line) for line in README.splitlines() if line[:10] != "claude mcp") <= 120


def test_every_make_target_in_it_exists() -> None:
    targets = {word for line in command_lines() for word in re.findall(r"^make ([a-z-]+)$", line)}
    assert {"demo", "test", "lint", "bundle", "help"} <= targets
    known = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(targets - set(known)) == []


def test_every_command_in_it_exists_with_its_options() -> None:
    lines = [shlex.split(line) for line in command_lines() if re.match(r"\S*whitespace-mcp( |$)", line)]
    given = [(words[1], [word for word in words[2:] if word[:2] == "--"]) for words in lines if len(words) > 1]
    assert {"demo", "serve"} <= {command for command, _ in given}
    assert {"--demo", "--transport"} <= {option for _, options in given for option in options}
    for command, options in given:
        assert [option for option in options if option not in help_of(command)] == []


def test_options_named_alone_exist() -> None:
    alone = {span for span in CODE if re.fullmatch(r"--[a-z-]+", span)}
    assert "--version" in alone
    assert [option for option in sorted(alone) if option not in help_of() + help_of("serve")] == []


def test_every_variable_in_it_exists() -> None:
    assert set(re.findall(r"WHITESPACE_[A-Z_]+", README)) <= {variable.name for variable in VARIABLES}


async def test_the_tools_are_those_that_the_server_has(running: Running) -> None:
    async with client_of(settings_for(running)) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
    assert set(re.findall(r"[a-z_]+", " ".join(table("tool")))) == tools


async def test_the_example_is_what_the_server_answers(running: Running) -> None:
    call = next(ast.parse(span, mode="eval").body for span in CODE if span.startswith("get_risks("))
    assert isinstance(call, ast.Call)
    arguments = {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
    shown = next(text for text in blocks("json") if "organisations" in json.loads(text))
    async with client_of(settings_for(running)) as client:
        given = await ask(client, "get_risks", **arguments)
    assert lasting(shown) == lasting(json.dumps(given))


def lasting(answer: str) -> Any:
    """An answer with all its keys, without the values that are different each time."""
    return json.loads(answer, object_pairs_hook=lambda pairs: {k: k in CHANGES_EACH_TIME or v for k, v in pairs})


def test_the_stages_are_those_that_answers_use() -> None:
    assert sorted(re.findall(r"[a-z_]+", " ".join(table("stage")))) == sorted(STAGES)


def test_the_tour_in_it_is_the_tour() -> None:
    excerpt = next(text for text in blocks("console") if text.startswith("$ make demo\n"))
    lines = [line for line in excerpt.splitlines()[1:] if line and line != "..."]
    tour = iter(narrow().stdout.splitlines())
    assert len(lines) > 10
    assert [line for line in lines if line not in tour] == []  # each one after the one before


def test_what_it_says_of_the_tests_is_how_they_end() -> None:
    assert "`make test`" in README
    ending = (ROOT / "scripts/test.sh").read_text(encoding="utf-8").rstrip().splitlines()[-3:]
    assert [line.split()[0] for line in ending] == ["tail", "grep", "exit"]


def test_what_it_points_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    files = [
        span for span in CODE if re.fullmatch(r"\.?[\w/]+/[\w.]+", span) and not span.startswith((".venv", ".vscode"))
    ]
    assert ".ci/run" in files
    assert [name for name in [*links, *files] if not (ROOT / name).exists()] == []
