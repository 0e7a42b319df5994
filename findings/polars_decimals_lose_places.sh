#!/usr/bin/env bash
# polars 2.1.0, beside duckdb 2.0.1 with the same numbers.
#
# The guess: decimals are there to be exact, so the product of two columns with two places has four, as in Python's `decimal`, in
# SQL and in DuckDB; what does not fit is an error.
# What happens: the product has as many places as the longer of the two and is rounded to them at once. 5 % of 5 % is 0.00, and
# a share of a share of a premium is 6,250.00 or 6,000.00 according to the order in which it is multiplied, though every number
# in it is exact. The precision is raised to 38, so nothing is short of room. A quotient is rounded in the same way. Casting to
# more places first (`cast(Decimal(38, 6))`) keeps them.
# Seen: "0.05 * 0.05: polars 0.00, duckdb 0.0025", "100000 * 0.25 * 0.25: 6250.00, 0.25 * 0.25 * 100000: 6000.00",
# "cast first: 0.002500".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "polars==2.1.0" "duckdb==2.0.1"
"$folder/venv/bin/python" - <<'PYTHON'
from decimal import Decimal

import duckdb
import polars
from polars import col

table = polars.DataFrame(
    {"rate": [Decimal("0.05")], "share": [Decimal("0.25")], "premium": [Decimal("100000.00")]},
    schema=dict.fromkeys(("rate", "share", "premium"), polars.Decimal(18, 2)),
)


def made(expression: polars.Expr) -> Decimal:
    return table.select(expression).item()


square = made(col("rate") * col("rate"))
other = duckdb.sql("select 0.05::decimal(18, 2) * 0.05::decimal(18, 2)").fetchall()[0][0]
print(f"0.05 * 0.05: polars {square}, duckdb {other}")
last = made(col("premium") * col("share") * col("share"))
first = made(col("share") * col("share") * col("premium"))
print(f"100000 * 0.25 * 0.25: {last}, 0.25 * 0.25 * 100000: {first}")
wide = made(col("rate").cast(polars.Decimal(38, 6)) * col("rate"))
print("cast first:", wide)
right = other == wide == Decimal("0.0025")
raise SystemExit(0 if right and (str(square), str(last), str(first)) == ("0.00", "6250.00", "6000.00") else 1)
PYTHON
