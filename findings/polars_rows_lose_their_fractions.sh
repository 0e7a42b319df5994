#!/usr/bin/env bash
# polars 2.1.0.
#
# The guess: a table made of rows (`DataFrame(rows)`, `from_dicts`, `read_json`) keeps the numbers of the rows. `strict` is on,
# which the documentation explains as an error for data that does not fit the column's type; and a text that comes late in a
# column of numbers is such an error. Decimals least of all lose anything.
# What happens: the first hundred rows decide the type, and a later number is brought to it without a word. A line of 12.75 %
# below a hundred whole ones is 12 (cut off, not rounded); as Decimal it is 13 (rounded, with no places left), and a
# Decimal("12.555") below those with one place is 12.6: the exact type is rounded to as many places as were seen first. The same
# values given as columns (`DataFrame({"line": [...]})`) are an error for floats and right for decimals, and `read_ndjson` of
# the same rows is an error. `infer_schema_length=None` keeps everything.
# Seen: "DataFrame of rows: 12, from_dicts: 12, read_json: 12", "the same with texts: ComputeError", "Decimals: 13, with one
# place first: 12.6", "given as columns: TypeError, Decimals: 12.75", "read_ndjson: ComputeError", "infer_schema_length=None:
# 12.75".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "polars==2.1.0"
cd "$folder"
cat >look.py <<'PYTHON'
import json
from decimal import Decimal

import polars


def rows(first, last):
    return [{"umr": f"B0999IC{number}", "line": first} for number in range(150)] + [{"umr": "B0999LAST", "line": last}]


def last(make, *values, **more):
    """The line of the last row, or the name of the error."""
    try:
        return make(*values, **more)["line"][-1]
    except (TypeError, polars.exceptions.ComputeError) as error:
        return type(error).__name__


floats, decimals = rows(10, 12.75), rows(Decimal("10"), Decimal("12.75"))
with open("rows.json", "w") as file:
    json.dump(floats, file)
with open("rows.ndjson", "w") as file:
    file.writelines(json.dumps(row) + "\n" for row in floats)
frame, dicts, read = last(polars.DataFrame, floats), last(polars.from_dicts, floats), last(polars.read_json, "rows.json")
print(f"DataFrame of rows: {frame}, from_dicts: {dicts}, read_json: {read}")
print("the same with texts:", last(polars.DataFrame, rows(10, "TBA")))
places = last(polars.DataFrame, rows(Decimal("10.1"), Decimal("12.555")))
print(f"Decimals: {last(polars.DataFrame, decimals)}, with one place first: {places}")
columns = last(polars.DataFrame, {"line": [row["line"] for row in floats]})
exact = last(polars.DataFrame, {"line": [row["line"] for row in decimals]})
print(f"given as columns: {columns}, Decimals: {exact}")
print("read_ndjson:", last(polars.read_ndjson, "rows.ndjson"))
print("infer_schema_length=None:", last(polars.DataFrame, floats, infer_schema_length=None))
PYTHON
venv/bin/python -W error look.py | tee said
diff said - <<'SEEN'
DataFrame of rows: 12, from_dicts: 12, read_json: 12
the same with texts: ComputeError
Decimals: 13, with one place first: 12.6
given as columns: TypeError, Decimals: 12.75
read_ndjson: ComputeError
infer_schema_length=None: 12.75
SEEN
