#!/usr/bin/env bash
# hypothesis 6.170.15, with pytest 9.2.0 as the runner.
#
# The guess: with `derandomize=True` a test meets the same examples in every run, until Hypothesis, Python or the test's own
# function changes; its page says so. What is green here is green in CI, which Hypothesis derandomizes by itself.
# What happens: a part of the examples is drawn from the constants in the project's own modules, in those that are imported by
# then. A module that another test imports, or a function when it is first called, changes the examples of tests that have
# nothing to do with it. A test that passes by itself every time fails behind another one, on a number that it never met before;
# run alone to look into it, it passes again. Files in another order, or spread over workers in another way, are enough. What
# such a run shows is kept only by writing it down (`@example`), or by importing all modules before the first test.
# Seen: "alone: 1 passed, 100 examples", "again: 1 passed, the same examples: True", "behind a test that imports a module: 1
# failed, 1 passed, the same examples: False, failed for 48611".
# Our server: its tests met this; tests/conftest.py now imports all of the server before the first one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "hypothesis==6.170.15" "pytest==9.2.0"
mkdir "$folder/shares" && cd "$folder/shares"
echo "LARGEST_SHARE = 48_611" >rates.py
cat >test_other.py <<'PYTHON'
def test_other():
    import rates

    assert rates.LARGEST_SHARE > 0
PYTHON
cat >test_share.py <<'PYTHON'
import json
import pathlib

from hypothesis import given, settings
from hypothesis import strategies as st

drawn = []


@settings(derandomize=True, database=None)
@given(st.integers(0, 10_000_000))
def test_share(amount):
    drawn.append(amount)
    assert amount != 48_611


def teardown_module():
    pathlib.Path("drawn.json").write_text(json.dumps(drawn))
PYTHON
cat >look.py <<'PYTHON'
import json
import pathlib
import re
import subprocess
import sys


def run(*files: str) -> tuple[str, list[int]]:
    said = subprocess.run([sys.executable, "-m", "pytest", "-q", *files], capture_output=True, text=True).stdout
    return re.search(r"(.*) in [\d.]+s", said.splitlines()[-1])[1], json.loads(pathlib.Path("drawn.json").read_text())


alone, first = run("test_share.py")
again, second = run("test_share.py")
behind, third = run("test_other.py", "test_share.py")
print(f"alone: {alone}, {len(first)} examples")
print(f"again: {again}, the same examples: {second == first}")
same = third[: len(first)] == first[: len(third)]
print(f"behind a test that imports a module: {behind}, the same examples: {same}, failed for {third[-1]}")
expected = (alone, again, second == first, behind, same, third[-1])
raise SystemExit(0 if expected == ("1 passed", "1 passed", True, "1 failed, 1 passed", False, 48_611) else 1)
PYTHON
"$folder/venv/bin/python" look.py
