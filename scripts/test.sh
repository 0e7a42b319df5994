#!/usr/bin/env bash
# Runs all tests. Usage: test.sh [COVERAGE]
# With anything in COVERAGE they run under it, spawned servers included, and a second closing line says what they reach.
set -euo pipefail

python=.venv/bin/python
colour=no
[ ! -t 1 ] || colour=yes
# Compiled once, not by every worker and every server that a test starts, whatever the environment says.
export PYTHONDONTWRITEBYTECODE=
mkdir -p build
rm -f build/tests.log build/coverage.log
# A file stays with one worker, so that what its tests share is made once; tests/support/order.py puts the longest first.
# Many wait, so there are more workers than processors; under coverage, where they reckon longer, one less.
[ -z "${1:-}" ] && workers=4 || workers=3
run=(-m pytest -n "${WORKERS:-$workers}" --dist loadfile --no-loadscope-reorder --color="$colour")

if [ -z "${1:-}" ]; then
  "$python" "${run[@]}" | tee build/tests.log
  exit
fi
"$python" -m coverage erase
"$python" -m coverage run "${run[@]}" | tee build/tests.log
"$python" -m coverage combine --quiet
enough=0
"$python" -m coverage report | tee build/coverage.log || enough=$?
echo
tail -n 1 build/tests.log
grep '^TOTAL' build/coverage.log
exit "$enough"
