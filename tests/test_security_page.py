"""SECURITY.md: each of its claims names a test, and each of these tests exists."""

import ast
import re
from functools import cache
from pathlib import Path

from support.pages import ROOT, Page

PAGE = Page("SECURITY.md")
NAMED = re.compile(r"(tests/[\w/]+\.py)::(\w+)")


@cache
def functions_of(path: str) -> frozenset[str]:
    """The tests and fixtures of a module."""
    tree = ast.parse((ROOT / Path(path)).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def claims() -> list[list[str]]:
    """The rows of the tables that say by what something is shown."""
    rows = [row for row in PAGE.rows() if len(row) == 2 and row[1] not in {"shown by", ""}]
    return [row for row in rows if not re.fullmatch(r"\**[\d,]+\**", row[1])]


def test_each_claim_names_a_test_that_exists() -> None:
    assert len(claims()) >= 30
    for what, shown in claims():
        named = NAMED.findall(shown)
        assert named, what
        assert len(named) == shown.count("::"), shown
        for path, name in named:
            assert name in functions_of(path), f"{path}::{name}"


def test_the_counts_of_the_races_are_there_and_none_was_wrong() -> None:
    rows = [row for row in PAGE.rows() if len(row) == 2 and re.fullmatch(r"[\d,]+", row[1])]
    counts = {row[0].strip("*"): int(row[1].replace(",", "")) for row in rows}
    assert counts["wrong answers and wrong requests"] == 0
    assert counts["calls (steps), several at a time"] >= 3_000
    assert counts["uses of another organisation's id, cursor or address: all refused"] > 500


def test_it_says_how_to_report_and_gives_nobodys_address() -> None:
    assert "private security advisory" in PAGE.text
    assert "@" not in PAGE.text
