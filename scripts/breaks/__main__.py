"""Undo one defence after the other and say which test goes red: `python scripts/breaks [WORDS OF A TITLE]`.

Each defence is undone in a copy of the package that is put before the installed one; the working tree stays as it is.
A defence for which no test goes red, or whose words are not there any more, makes the exit code 1. Not part of the
suite: it takes some minutes.
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


@dataclass(frozen=True)
class Break:
    """One defence, undone on purpose: words of the code, what replaces them, and where a test is expected to go red."""

    title: str
    old: str
    new: str
    tests: tuple[str, ...]


def breaks() -> list[Break]:
    """The whole list."""
    groups = tomllib.loads(LIST.read_text(encoding="utf-8"))["group"]
    return [Break(**entry, tests=tuple(group["tests"])) for group in groups for entry in group["break"]]


def module_with(old: str) -> Path | None:
    """The one module that has these words, once; None if none or several do."""
    places = [path for path in sorted((SERVER / "whitespace_mcp").rglob("*.py")) if path.read_text().count(old) == 1]
    return places[0] if len(places) == 1 else None


def first_red(change: Break, module: Path) -> str | None:
    """The first test that fails once the defence is undone."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "server"
        shutil.copytree(SERVER, copy, ignore=shutil.ignore_patterns("__pycache__"))
        target = copy / module.relative_to(SERVER)
        target.write_text(module.read_text().replace(change.old, change.new))
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        for tests in change.tests:
            if not (ROOT / "tests" / tests).exists():
                continue
            command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{tests}"]
            run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            failed = FAILED.search(run.stdout)
            if failed:
                return failed[1]
            if run.returncode not in (0, 5):
                return f"nothing could be collected: {run.stdout.strip().splitlines()[-1:]}"
    return None


def main() -> int:
    """Run the list, or the part of it whose titles have the words."""
    words = " ".join(sys.argv[1:]).lower()
    unguarded = 0
    for change in breaks():
        if words in change.title:
            module = module_with(change.old)
            started = time.monotonic()
            red = first_red(change, module) if module else "its words are not in the code (once)"
            unguarded += red is None or module is None
            print(f"{change.title}: {red or 'NOTHING GOES RED'} [{time.monotonic() - started:.0f} s]", flush=True)
    return 1 if unguarded else 0


if __name__ == "__main__":
    sys.exit(main())
