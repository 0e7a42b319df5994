#!/usr/bin/env bash
# duckdb 2.0.1, beside PostgreSQL 18.7 (npm @electric-sql/pglite 0.5.17) and polars 2.1.0.
#
# The guess: a text and a whole number are compared as texts, or as numbers, or are refused: `section > 2` of a text is refused,
# with a word about a cast. Whichever it is, "4.2" is not 4.
# What happens: for `=`, `in` and a join, the text is made a whole number first, and rounded. A column of clauses or sections
# that are texts ("4", "4.2", "4.7") joined to a table with whole numbers matches 4.2 with 4 and 4.7 with 5: rows come twice,
# under the wrong heading, and a premium that is added up behind the join is too large. A bound parameter does it too. The other
# way about, `id > '11.6'` of a whole number is false for 12, since 11.6 is 12 by then. No error and no warning, unless some
# text in the column is no number at all. PostgreSQL and polars refuse the join. `id::varchar`, or `section::decimal(9, 2)`, is
# right.
# Seen: "sections of clause 4: 4 4.2, of 5: 4.7, premium of 1000: 1500", "section = 4: 4 4.2", "as a parameter: 12 for '12.4'",
# "12 > '11.6': False", "section > 2: BinderException", "as texts: 4", "polars: SchemaError", "PostgreSQL: refused".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "polars==2.1.0"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock @electric-sql/pglite@0.5.17
cat >look.py <<'PYTHON'
import duckdb
import polars

database = duckdb.connect()
database.execute("create table sections as select * from (values ('4', 1000), ('4.2', 500), ('4.7', 250)) t(section, premium)")
database.execute("create table clauses as select * from (values (4), (5)) t(clause)")


def asked(query: str, *parameters: str) -> list[object]:
    return [value for (value,) in database.execute(query, parameters).fetchall()]


def joined(clause: int) -> str:
    return " ".join(asked(f"select section from sections join clauses on section = clause where clause = {clause} order by 1"))


premium = asked("select sum(premium) from sections join clauses on section = clause where clause = 4")[0]
print(f"sections of clause 4: {joined(4)}, of 5: {joined(5)}, premium of 1000: {premium}")
print("section = 4:", *asked("select section from sections where section = 4 order by 1"))
print("as a parameter:", *asked("select n from (select 12 as n) where n = ?", "12.4"), "for '12.4'")
print("12 > '11.6':", *asked("select n > '11.6' from (select 12 as n)"))
try:
    print("section > 2:", *asked("select section from sections where section > 2"))
except duckdb.BinderException as error:
    print("section > 2:", type(error).__name__)
print("as texts:", *asked("select section from sections join clauses on section = clause::varchar"))
try:
    sections, clauses = polars.DataFrame({"section": ["4", "4.2"]}), polars.DataFrame({"section": [4, 5]})
    print("polars:", sections.join(clauses, on="section").height)
except polars.exceptions.SchemaError as error:
    print("polars:", type(error).__name__)
PYTHON
cat >look.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";

const database = new PGlite();
const join = "select * from (select '4.2'::varchar as section) s join (select 4 as clause) c on section = clause";
const said = await database.query(join).then(
  ({ rows }) => rows.length,
  () => "refused",
);
console.log(`PostgreSQL: ${said}`);
await database.close();
JS
{ venv/bin/python look.py && node look.mjs; } | tee said
diff said - <<'SEEN'
sections of clause 4: 4 4.2, of 5: 4.7, premium of 1000: 1500
section = 4: 4 4.2
as a parameter: 12 for '12.4'
12 > '11.6': False
section > 2: BinderException
as texts: 4
polars: SchemaError
PostgreSQL: refused
SEEN
