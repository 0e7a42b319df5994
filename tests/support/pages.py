"""README.md and the pages of docs/ as a reader finds them: commands, code, tables, links."""

import json
import re
import shlex
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from click.testing import CliRunner

from whitespace_mcp.cli import main

ROOT: Final = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_OUR_COMMAND = re.compile(r"\S*whitespace-mcp( |$)")


@dataclass
class Page:
    """One page.

    Attributes:
        path: from the root of the repository.
        text: all of it.
        blocks: language and text of each block of code.
        code: what stands in backticks elsewhere.
    """

    path: str
    text: str = field(init=False)
    blocks: list[tuple[str, str]] = field(init=False)
    code: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.text = (ROOT / self.path).read_text(encoding="utf-8")
        self.blocks = _BLOCK.findall(self.text)
        self.code = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", self.prose)]

    @property
    def prose(self) -> str:
        """The page without its blocks of code."""
        return _BLOCK.sub("", self.text)

    def of(self, language: str) -> list[str]:
        """The blocks in a language."""
        return [text for name, text in self.blocks if name == language]

    def table(self, first_column: str) -> dict[str, list[str]]:
        """The table whose first column has that heading: further cells by the first."""
        lines = self.text[self.text.index(f"| {first_column} |") :].split("\n\n", 1)[0].splitlines()[2:]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return {row[0].strip("`"): row[1:] for row in rows}

    def rows(self) -> list[list[str]]:
        """The cells of every table's rows, their headings left out."""
        rows = [line for line in self.prose.splitlines() if line.startswith("|") and not line.startswith("|--")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]

    def command_lines(self) -> list[str]:
        """Every command line on the page, those in the hosts' configurations too."""
        shells = [text for language in ("console", "sh") for text in self.of(language)]
        lines = [line.removeprefix("$ ").split(" -- ")[-1] for text in shells for line in text.splitlines()]
        for text in self.of("json"):
            document = cast("dict[str, Any]", json.loads(text))
            for servers in (document.get(key, {}) for key in ("mcpServers", "servers")):
                lines += [shlex.join([server["command"], *server["args"]]) for server in servers.values()]
        return [*lines, *self.code]

    def our_commands(self) -> list[list[str]]:
        """The words behind our own command's name, wherever it stands."""
        lines = [line for line in self.command_lines() if _OUR_COMMAND.match(line)]
        return [shlex.split(line)[1:] for line in lines]

    def anchors(self) -> set[str]:
        """What a link to a part of the page can name."""
        return {slug(line.lstrip("#").strip()) for line in self.prose.splitlines() if re.match(r"#+ ", line)}

    def links(self) -> list[str]:
        """What it links to in this repository; addresses elsewhere are left out."""
        matches = re.findall(r"\]\(([^)\s]+)\)", self.prose)
        return [link for link in matches if "://" not in link and not link.startswith("mailto:")]


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def pages() -> list[str]:
    """Every page that people read."""
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in files)


@cache
def help_of(*command: str) -> str:
    """What `--help` says of a command."""
    done = CliRunner().invoke(main, [*command, "--help"])
    assert done.exit_code == 0, done.output
    return done.output
