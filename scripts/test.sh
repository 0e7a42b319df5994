#!/usr/bin/env bash
# Runs all tests under coverage, spawned servers included, and ends with the two lines that matter.
# A file stays with one worker, so that what its tests share is made once.
set -euo pipefail

python=.venv/bin/python
colour=no
[ ! -t 1 ] || colour=yes
mkdir -p build
rm -f build/tests.log build/coverage.log

"$python" -m coverage erase
"$python" -m coverage run -m pytest -n 3 --dist loadfile --color="$colour" | tee build/tests.log
"$python" -m coverage combine --quiet
enough=0
"$python" -m coverage report | tee build/coverage.log || enough=$?
echo
tail -n 1 build/tests.log
grep '^TOTAL' build/coverage.log
exit "$enough"
