"""The protocol's own conformance suite: all that a revision requires of a server, over HTTP.

It speaks to a server of any purpose, and most of its scenarios call tools that only its own example server has. What
fails for that reason stands in `baseline/REVISION.yml`, check by check. A failure that is not there is wrong, a line
that is not true any more too, and so is a line about a check that does not exist.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import node

PROGRAM: Final = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
BASELINE: Final = Path(__file__).resolve().parent / "baseline"
SECONDS: Final = 120
_ENTRY = re.compile(r"^ +- (\S+)", re.MULTILINE)
_HEADING = re.compile(r"^(Expected failures|Stale baseline entries|Unexpected failures) \(", re.MULTILINE)
_LINE = re.compile(r"^ +[~✓✗] (\S+)", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[\d+m")


def complaint(packages: Path, address: str, revision: str) -> str:
    """What the suite finds wrong with the server at an address; empty when nothing is."""
    baseline = BASELINE / f"{revision}.yml"
    with tempfile.TemporaryDirectory() as home:
        arguments = ["--url", address, "--requirements", revision, "--expected-failures", str(baseline)]
        line = [*node.command("node"), str(packages / PROGRAM), "server", *arguments, "-o", f"{home}/results"]
        environment = {**node.environment(), "HOME": home}
        try:
            done = subprocess.run(
                line, cwd=home, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no end in {SECONDS} s"
    said = _COLOUR.sub("", done.stdout)
    outcome = _found(said)
    never = set(_ENTRY.findall(baseline.read_text(encoding="utf-8"))) - outcome["Expected failures"]
    wrong = [
        *(f"fails: {check}" for check in sorted(outcome["Unexpected failures"])),
        *(f"in {baseline.name}, but not failing: {entry}" for entry in sorted(never)),
    ]
    if wrong or done.returncode == 0:
        return "\n".join(wrong)
    return f"exit code {done.returncode}: {(done.stderr or said)[-2000:]}"


def _found(said: str) -> dict[str, set[str]]:
    """The lists at the end of the suite's report, by their headings."""
    outcome: dict[str, set[str]] = {
        "Expected failures": set(),
        "Stale baseline entries": set(),
        "Unexpected failures": set(),
    }
    _, *parts = _HEADING.split(said)
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        outcome[heading] |= set(_LINE.findall(text))
    return outcome
