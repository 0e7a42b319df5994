#!/usr/bin/env bash
# Runs all tests. Usage: test.sh [COVERAGE]
# With anything in COVERAGE they run under it, spawned servers included, and a second closing line says what they reach.
set -euo pipefail

python=.venv/bin/python
colour=no
[ ! -t 1 ] || colour=yes
mkdir -p build
rm -f build/tests.log build/coverage.log
run=(-m pytest -n 3 --dist loadfile --color="$colour")

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
