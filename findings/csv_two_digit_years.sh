#!/usr/bin/env bash
# duckdb 2.0.1 and polars 2.1.0, on a CSV with two-digit years.
#
# The guess: who reads 31/12/2026 day first reads 31/12/26 day first too, as the last day of 2026; or the column stays a text
# because the century is not written.
# What happens: both make dates of it, each others, and nothing warns. DuckDB tries the year first as soon as it has two digits:
# 31/12/26 is 26 December 2031 and 30/06/27 is 27 June 2030, so of two policies the later one expires first; with a time behind
# it ("31/12/26 23:59") it is the year 31. One row more whose year cannot be a day, and the same cells are read day first.
# polars (`try_parse_dates=True`) reads day first, and the year as it stands: 26, as in AD 26. With four
# digits both are right. The way out is a format: `dateformat='%d/%m/%y'`, `str.to_date("%d/%m/%y")`.
# Seen: "duckdb: 2031-12-26 2030-06-27, with a time: 0031-12-26 23:59:00, with a year 32 below: 2026-12-31",
# "polars: 0026-12-31 0027-06-30", "four digits, both: 2026-12-31 2027-06-30".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "polars==2.1.0"
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import duckdb
import polars


def read(*cells: str) -> tuple[list[str], list[str]]:
    """What the two make of a column."""
    Path("risks.csv").write_text("reference,expiry\n" + "".join(f"IC{n},{cell}\n" for n, cell in enumerate(cells)))
    rows = duckdb.read_csv("risks.csv").fetchall()
    table = polars.read_csv("risks.csv", try_parse_dates=True) if " " not in cells[0] else None
    return [str(expiry) for _, expiry in rows], [str(expiry) for expiry in table["expiry"]] if table is not None else []


duck, bear = read("31/12/26", "30/06/27")
moments, _ = read("31/12/26 23:59", "30/06/27 23:59")
below, _ = read("31/12/26", "30/06/27", "30/06/32")
print(f"duckdb: {duck[0]} {duck[1]}, with a time: {moments[0]}, with a year 32 below: {below[0]}")
print("polars:", *bear)
four, too = read("31/12/2026", "30/06/2027")
print("four digits, both:", *four)
right = four == too == ["2026-12-31", "2027-06-30"]
wrong = (duck, bear) == (["2031-12-26", "2030-06-27"], ["0026-12-31", "0027-06-30"])
raise SystemExit(0 if right and wrong and (moments[0], below[0]) == ("0031-12-26 23:59:00", "2026-12-31") else 1)
PYTHON
