"""Undo one defence after the other and say which test goes red: `python scripts/breaks [WORDS OF A TITLE]`.

Each defence is undone in a copy of the package that is put before the installed one; the working tree stays as it is.
A defence for which no test goes red, or whose words or tests are not there any more, makes the exit code 1. Not part of
the suite: it takes some minutes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server"
LIST = Path(__file__).with_name("defences.toml")
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/\S+)", re.MULTILINE)
ALL_PASSED = 0
PATIENCE = 240


@dataclass(frozen=True)
class Break:
    """One defence, undone on purpose: words of the code, what replaces them, and the tests that are to notice."""

    title: str
    old: str
    new: str
    tests: list[str]


def breaks() -> list[Break]:
    """The whole list."""
    return [Break(**entry) for entry in tomllib.loads(LIST.read_text(encoding="utf-8"))["break"]]


def module_with(words: str) -> Path | None:
    """The one module that has these words, once; None if none or several do."""
    places = [path for path in sorted((SERVER / "whitespace_mcp").rglob("*.py")) if path.read_text().count(words) == 1]
    return places[0] if len(places) == 1 else None


def node_ids(tests: list[str]) -> list[str]:
    """Where the tests of these names are."""
    return [
        f"{path.relative_to(ROOT)}::{name}"
        for name in tests
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if f"def {name}(" in path.read_text()
    ]


def first_red(change: Break, module: Path) -> str:
    """The first test that fails once the defence is undone; empty if none does."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "server"
        shutil.copytree(SERVER, copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / module.relative_to(SERVER)).write_text(module.read_text().replace(change.old, change.new))
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *node_ids(change.tests)]
        try:
            run = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return f"NOTHING ENDS: no test was red within {PATIENCE} seconds"
    failed = FAILED.search(run.stdout)
    if failed:
        return failed[1]
    return "" if run.returncode == ALL_PASSED else f"PYTEST ITSELF FAILED: {run.stdout.strip().splitlines()[-1:]}"


def verdict(change: Break) -> tuple[bool, str]:
    """Whether the defence is guarded, and what to print."""
    module = module_with(change.old)
    if module is None:
        return False, "ITS WORDS ARE NOT IN THE CODE, OR SEVERAL TIMES"
    if not node_ids(change.tests):
        return False, "ITS TESTS ARE NOT THERE"
    red = first_red(change, module)
    return red.startswith("tests/"), red or "NOTHING GOES RED"


def main() -> int:
    """Run the list, or the part of it whose titles have the words."""
    words = " ".join(sys.argv[1:]).lower()
    unguarded = 0
    for change in (change for change in breaks() if words in change.title.lower()):
        started = time.monotonic()
        guarded, text = verdict(change)
        unguarded += not guarded
        print(f"{change.title}: {text} [{time.monotonic() - started:.0f} s]", flush=True)
    print(f"{unguarded} without a test that goes red")
    return 1 if unguarded else 0


if __name__ == "__main__":
    sys.exit(main())
