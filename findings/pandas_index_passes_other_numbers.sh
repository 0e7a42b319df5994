#!/usr/bin/env bash
# pandas 3.1.1, its `pandas.testing`.
#
# The guess: `assert_frame_equal` allows fractions a little (`rtol=1e-5`) and compares whole numbers exactly, as its page says
# of `check_exact`. A policy number that differs in a digit, or a premium in whole pounds that is 9 out, fails the test.
# What happens: that is so in a column of whole numbers, and nowhere else. In the index, where a number stands after `set_index`
# or `groupby`, 20441001 equals 20441099. In a column that also holds a text or nothing ("TBA", None), as one from a spreadsheet
# does, 5,000,000 equals 5,000,049, and so does a number in a list or a dictionary of a cell. The test that was written so that
# such a mistake cannot pass is green. `check_exact=True` compares all of these exactly.
# Seen: "column of numbers: differ", "index: equal", "after groupby: equal", "beside TBA: equal", "beside None: equal", "in a
# list: equal", and with check_exact=True "differ" for all of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pandas==3.1.1"
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON' | tee said
from pandas import DataFrame
from pandas.testing import assert_frame_equal


def frames(number: int, premium: int) -> dict[str, DataFrame]:
    rows = DataFrame({"policy": [number, number], "premium": [10, 20]})
    return {
        "column of numbers": DataFrame({"policy": [number]}),
        "index": DataFrame({"premium": [10]}, index=[number]),
        "after groupby": rows.groupby("policy").sum(),
        "beside TBA": DataFrame({"premium": [premium, "TBA"]}),
        "beside None": DataFrame({"premium": [premium, None]}, dtype=object),
        "in a list": DataFrame({"shares": [[premium, 12]]}),
    }


def said(**options: bool) -> None:
    for (name, left), right in zip(frames(20441001, 5_000_000).items(), frames(20441099, 5_000_049).values(), strict=True):
        try:
            assert_frame_equal(left, right, **options)
            print(f"{name}: equal")
        except AssertionError:
            print(f"{name}: differ")


said()
print("check_exact=True")
said(check_exact=True)
PYTHON
diff said - <<'SEEN'
column of numbers: differ
index: equal
after groupby: equal
beside TBA: equal
beside None: equal
in a list: equal
check_exact=True
column of numbers: differ
index: differ
after groupby: differ
beside TBA: differ
beside None: differ
in a list: differ
SEEN
