#!/usr/bin/env bash
# pandera 0.35.0 with pandas 3.1.1 and polars 2.1.0, beside pydantic 2.14.4 on the same values.
#
# The guess: a schema with `coerce=True` makes numbers of what is a whole number in another form, and refuses the rest: a line
# of 12.75 is none, as the text "12.75" is none, and 100.9 is not between 0 and 100. "no" is False, or it is refused. Finding
# bad data is what it is for.
# What happens: it makes the data fit first and finds them good then. 12.75 is cut to 12 and 100.9 to 100, which the check that
# stands there for it takes; "no", "false" and an empty cell are True. `validate` gives that back as the valid table; polars
# does it too for numbers. What it refuses are files that are worse: the same lines as texts, or with one empty cell among them.
# So a clean file is spoiled without a word. "Int64" in place of `int` refuses 12.75, "boolean" in place of `bool` refuses "no".
# Seen: "pandas, int: 12 100 from 12.75 100.9, Int64: SchemaError", "polars, int: 12 100", "texts: SchemaError, one empty:
# SchemaError", "bool of no, false and nothing: True True True, boolean of no: SchemaError", "pydantic: int ValidationError, no
# is False".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "pandera==0.35.0" "pandas==3.1.1" "polars==2.1.0" "pydantic==2.14.4"
cd "$folder"
cat >look.py <<'PYTHON'
import pandas
import pandera.pandas
import pandera.polars
import polars
import pydantic

LINES = [12.75, 100.9]


def validated(library, table, kind, values: list[object], *, between: bool = False) -> str:
    checks = library.Check.in_range(0, 100) if between else None
    schema = library.DataFrameSchema({"line": library.Column(kind, checks, coerce=True)})
    try:
        return " ".join(map(str, schema.validate(table({"line": values}))["line"]))
    except (library.errors.SchemaError, library.errors.SchemaErrors) as error:
        return type(error).__name__.removesuffix("s")


def with_pandas(kind, values: list[object], **checks: bool) -> str:
    return validated(pandera.pandas, pandas.DataFrame, kind, values, **checks)


def with_pydantic(kind, value: object) -> object:
    try:
        return pydantic.TypeAdapter(kind).validate_python(value)
    except pydantic.ValidationError as error:
        return type(error).__name__


print(f"pandas, int: {with_pandas(int, LINES, between=True)} from 12.75 100.9, Int64: {with_pandas('Int64', LINES)}")
print("polars, int:", validated(pandera.polars, polars.DataFrame, int, LINES, between=True))
print(f"texts: {with_pandas(int, ['12.75', '100.9'])}, one empty: {with_pandas(int, [12.75, None])}")
print(f"bool of no, false and nothing: {with_pandas(bool, ['no', 'false', None])}, boolean of no: {with_pandas('boolean', ['no'])}")
print(f"pydantic: int {with_pydantic(int, 12.75)}, no is {with_pydantic(bool, 'no')}")
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
pandas, int: 12 100 from 12.75 100.9, Int64: SchemaError
polars, int: 12 100
texts: SchemaError, one empty: SchemaError
bool of no, false and nothing: True True True, boolean of no: SchemaError
pydantic: int ValidationError, no is False
SEEN
