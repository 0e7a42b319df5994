"""The front door: what `make` says it can do is what it can do, and the README tells the two commands that matter."""

import re
import shutil
import subprocess

import pytest
from repository import ROOT, text

_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def help_text() -> str:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    done = subprocess.run([make, "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603  # fixed
    return done.stdout


def test_help_has_a_line_for_every_target() -> None:
    explained = re.findall(r"^  make (\S+) +\S", help_text(), re.MULTILINE)
    assert sorted(explained) == sorted(_TARGET.findall(text("Makefile")))


def test_the_targets_are_those_that_the_documents_speak_of() -> None:
    expected = {
        "help", "setup", "demo", "test", "lint", "format", "bench", "races", "bundle", "dist", "compat", "hosts",
        "firm", "chart", "views", "pictures", "docs", "lock", "clean",
    }  # fmt: skip
    assert set(_TARGET.findall(text("Makefile"))) == expected


def test_no_target_can_be_hidden_by_a_file_of_the_same_name() -> None:
    phony = re.findall(r"^\.PHONY:(.*)$", text("Makefile"), re.MULTILINE)
    assert set(_TARGET.findall(text("Makefile"))) <= set(" ".join(phony).split())


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_tells_the_two_commands(command: str) -> None:
    assert command in text("README.md")
