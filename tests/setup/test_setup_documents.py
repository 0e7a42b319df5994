"""What the documents show of the commands around serving, done on a machine of the test's own."""

from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from support.keyrings import Shelf
from support.pages import Page, pages
from support.setups import Desk, machine
from whitespace_mcp.demo import Platform, Running, serve

HARMLESS: Final = {"install", "completion", "logout", "--version", "--help"}


@pytest.fixture(scope="module")
def served() -> Generator[Running]:
    """A demo platform for the module."""
    with serve(Platform(documents=(8, 6))) as running:
        yield running


def test_the_login_in_it_is_what_login_says(served: Running, tmp_path: Path, shelf: Shelf) -> None:
    command, *lines = Page("docs/token.md").of("console")[0].splitlines()
    token = served.platform.login.refresh_token
    desk = Desk(machine(tmp_path))
    typed = "\n".join([served.root, served.platform.bucket, token, "0", ""])
    said = desk.run(*command.split()[2:], "--profile", "sandbox", typed=typed).output
    assert shelf.kept
    host, folder = served.root.removeprefix("http://"), str(tmp_path / "config")
    said = said.replace(served.root, "sandbox").replace(host, "sandbox.whitespace.co.uk")
    said = said.replace(folder, "~/.config/whitespace-mcp").replace(
        ": sandboxbucket", " [sandboxbucket]: sandboxbucket"
    )
    assert [line.rstrip() for line in said.splitlines()] == lines


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("path", pages())
def test_commands_that_need_no_platform_can_be_given_as_they_stand(path: str, desk: Desk) -> None:
    for words in Page(path).our_commands():
        if words and words[0] in HARMLESS and not any(word.isupper() for word in words):
            desk.says(*(word.replace("…", "sandbox") for word in words), code=expected(words))


def expected(words: list[str]) -> int:
    """The exit code on an empty machine: a profile that is named is not there."""
    return 1 if "--profile" in words and words[0] == "install" else 2 if words == ["install"] else 0
