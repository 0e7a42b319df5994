#!/usr/bin/env bash
# pyarrow 26.0.1, beside duckdb 2.0.1, polars 2.1.0 and Python with the same format.
#
# The guess: a date that does not exist, as "31/04/2026" or "30/02/2026" in a cell that somebody typed, is an error with a
# format given, or nothing where errors were said to be nothing, as it is in the other libraries. "32/04/2026" and "31/13/2026"
# are.
# What happens: it becomes a day of the next month: 31 April is 1 May, 30 February is 2 March, and 29 February of a year that
# has none 1 March. `strptime` with `error_is_null=True`, which was asked for what cannot be read, says the same, and a column
# of a CSV with `timestamp_parsers` becomes a column of dates with that day in it, which goes on into Parquet. So of two readers
# of one file the one has a premium due on 1 May and the other asks what was meant. Nobody sees it afterwards: 1 May is a day
# like others. The same day as ISO (2026-04-31), without a format, is refused.
# Seen: "pyarrow: 2026-05-01 2026-03-02 2026-03-01", "error_is_null: 2026-05-01, 32/04/2026: None", "a CSV: 2026-05-01 of
# timestamp[s]", "ISO, without a format: refused", "duckdb: None, polars: None, Python: ValueError".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pyarrow==26.0.1" "duckdb==2.0.1" "polars==2.1.0"
cd "$folder"
cat >look.py <<'PYTHON'
import datetime
import io

import duckdb
import polars
import pyarrow
from pyarrow import compute, csv

FORMAT = "%d/%m/%Y"


def read(*texts: str, **options: bool) -> list[str]:
    moments = compute.strptime(pyarrow.array(texts), format=FORMAT, unit="s", **options).to_pylist()
    return [str(moment and moment.date()) for moment in moments]


print("pyarrow:", *read("31/04/2026", "30/02/2026", "29/02/2026"))
first, second = read("31/04/2026", "32/04/2026", error_is_null=True)
print(f"error_is_null: {first}, 32/04/2026: {second}")
options = csv.ConvertOptions(timestamp_parsers=[FORMAT])
due = csv.read_csv(io.BytesIO(b"due,premium\n31/04/2026,100\n"), convert_options=options)["due"]
print(f"a CSV: {due[0].as_py().date()} of {due.type}")
try:
    print("ISO, without a format:", pyarrow.array(["2026-04-31"]).cast(pyarrow.date32())[0])
except pyarrow.ArrowInvalid:
    print("ISO, without a format: refused")
(other,) = duckdb.execute("select try_strptime('31/04/2026', ?)", [FORMAT]).fetchone()
another = polars.Series(["31/04/2026"]).str.to_date(FORMAT, strict=False)[0]
try:
    python = datetime.datetime.strptime("31/04/2026", FORMAT)
except ValueError as error:
    python = type(error).__name__
print(f"duckdb: {other}, polars: {another}, Python: {python}")
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
pyarrow: 2026-05-01 2026-03-02 2026-03-01
error_is_null: 2026-05-01, 32/04/2026: None
a CSV: 2026-05-01 of timestamp[s]
ISO, without a format: refused
duckdb: None, polars: None, Python: ValueError
SEEN
