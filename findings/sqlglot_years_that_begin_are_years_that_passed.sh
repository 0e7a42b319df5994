#!/usr/bin/env bash
# sqlglot 30.30.0, its statements run on PostgreSQL 18.7 (npm @electric-sql/pglite 0.5.17) and duckdb 2.0.1.
#
# The guess: `DATEDIFF(year, a, b)` of SQL Server counts the turns of the year between two days, 1 from 31 December to 1
# January, and so does what sqlglot makes of it for another engine: it knows that, since it is just what it writes for DuckDB's
# function of that meaning.
# What happens: read as DuckDB's, it is right in PostgreSQL. Read as SQL Server's, PostgreSQL counts years that have passed: 0
# for the same two days, with months likewise, and a day counts when half of it has passed. Written for DuckDB it is right
# again. So the ages of claims and the months on cover come out one less for many rows of a report that was moved, and right for
# pairs like 1 January to 1 January, with which one tries it. No warning, at the level that fails what is unsupported too.
# Seen: "year 2025-12-31 2026-01-01: SQL Server to duckdb 1, to PostgreSQL 0, duckdb to PostgreSQL 1", "month 2026-01-31
# 2026-02-01: 1, 0, 1", "day 2026-01-01 23:00 2026-01-02 01:00: 1, 0, 1", "year 2025-01-01 2026-01-01: 1, 1, 1".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "sqlglot==30.30.0" "duckdb==2.0.1"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock @electric-sql/pglite@0.5.17
cat >ask.mjs <<'JS'
import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";

const database = new PGlite();
const answers = [];
for (const statement of JSON.parse(readFileSync(0, "utf8"))) answers.push(Number((await database.query(statement)).rows[0].n));
console.log(JSON.stringify(answers));
await database.close();
JS
cat >look.py <<'PYTHON'
import json
import subprocess

import duckdb
from sqlglot import ErrorLevel, transpile

PAIRS = [
    ("year", "2025-12-31", "2026-01-01"),
    ("month", "2026-01-31", "2026-02-01"),
    ("day", "2026-01-01 23:00", "2026-01-02 01:00"),
    ("year", "2025-01-01", "2026-01-01"),
]


def made(statement: str, read: str, write: str) -> str:
    return transpile(statement, read=read, write=write, unsupported_level=ErrorLevel.RAISE)[0]


def statements(unit: str, first: str, second: str) -> tuple[str, str, str]:
    days = f"CAST('{first}' AS DATETIME2), CAST('{second}' AS DATETIME2)"
    here = f"SELECT DATEDIFF({unit}, {days}) AS n"
    there = f"SELECT DATE_DIFF('{unit}', TIMESTAMP '{first}', TIMESTAMP '{second}') AS n"
    return made(here, "tsql", "duckdb"), made(here, "tsql", "postgres"), made(there, "duckdb", "postgres")


rows = [statements(*pair) for pair in PAIRS]
asked = json.dumps([statement for row in rows for statement in row[1:]])
answers = iter(json.loads(subprocess.run(["node", "ask.mjs"], input=asked, capture_output=True, text=True, check=True).stdout))
for pair, row in zip(PAIRS, rows, strict=True):
    here = duckdb.sql(row[0]).fetchall()[0][0]
    print(f"{' '.join(pair)}: SQL Server to duckdb {here}, to PostgreSQL {next(answers)}, duckdb to PostgreSQL {next(answers)}")
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
year 2025-12-31 2026-01-01: SQL Server to duckdb 1, to PostgreSQL 0, duckdb to PostgreSQL 1
month 2026-01-31 2026-02-01: SQL Server to duckdb 1, to PostgreSQL 0, duckdb to PostgreSQL 1
day 2026-01-01 23:00 2026-01-02 01:00: SQL Server to duckdb 1, to PostgreSQL 0, duckdb to PostgreSQL 1
year 2025-01-01 2026-01-01: SQL Server to duckdb 1, to PostgreSQL 1, duckdb to PostgreSQL 1
SEEN
