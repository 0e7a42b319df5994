"""What the conformance suite may find missing: single checks, each with its reason."""

import re
from pathlib import Path

import pytest
from repository import ROOT

BASELINES = sorted((ROOT / "scripts/compat/baseline").glob("*.yml"))
_ENTRY = re.compile(r"  - (?P<check>[a-z0-9-]+:[a-z0-9-]+)  # (?P<reason>\S.{4,})")


def test_there_is_one_for_each_revision_that_is_spoken() -> None:
    assert [path.stem for path in BASELINES] == ["2025-11-25", "2026-07-28"]


@pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.stem)
def test_each_line_excuses_one_check_and_says_why(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.lstrip().startswith("-")]
    matches = [_ENTRY.fullmatch(line) for line in entries]
    assert [line for line, match in zip(entries, matches, strict=True) if match is None] == []
    checks = [match["check"] for match in matches if match]
    assert len(checks) == len(set(checks)) > 0
