#!/usr/bin/env bash
# Django 5.2.19 and SQLAlchemy 2.1.9, each on SQLite (that of Python's sqlite3).
#
# The guess: a column of decimals, `DecimalField(max_digits=5, decimal_places=2)` or `Numeric(5, 2)`, is divided as decimals
# are: 25.00 / 100 is 0.25 in PostgreSQL, in Python, and with every value of the column alike. SQLite has floats for it, so at
# worst the last digit is off.
# What happens: SQLite keeps a decimal that happens to be whole as an integer, one cell at a time, and divides integers as such.
# Django hands the expression on as it is: the share of a line of 25 % is 0 and that of 12.5 % is right, in the same column and
# the same query, so a sum over a slip is short by its rounder lines. No error and no warning. Multiplied first (`premium * line
# / 100`) it is right where nothing is left over. SQLAlchemy divides rightly and then cuts the quotient down to the places of
# the column: 12.5 % becomes 0.12 and the shares of a whole slip add up to 0.99. Nothing warns here either. Both are right on
# PostgreSQL, so tests on SQLite and the server disagree. `Cast(..., FloatField())` keeps the fraction.
# Seen: "Django, line / 100: 25.00 -> 0, 12.50 -> 0.125, 62.50 -> 0.625", "Django, premium of all shares: 750000", "Django,
# multiplied first: 1000000", "SQLAlchemy, line / 100: 25.00 -> 0.25, 12.50 -> 0.12, 62.50 -> 0.62, together 0.99".
# Our server: its figures are computed with Python's decimals; no column that it keeps in SQLite has a type of numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "Django==5.2.19" "SQLAlchemy==2.1.9"
cd "$folder"
cat >in_django.py <<'PYTHON'
from decimal import Decimal

import django
from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()

from django.db import connection, models  # noqa: E402 - the settings come first
from django.db.models import F, Sum  # noqa: E402


class Line(models.Model):
    written = models.DecimalField(max_digits=5, decimal_places=2)
    premium = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        app_label = "slips"


with connection.schema_editor() as editor:
    editor.create_model(Line)
for written in ("25.00", "12.50", "62.50"):
    Line.objects.create(written=Decimal(written), premium=Decimal("1000000.00"))
rows = Line.objects.annotate(share=F("written") / 100).order_by("id")
print("Django, line / 100:", ", ".join(f"{row.written} -> {row.share.normalize():f}" for row in rows))
total = Line.objects.aggregate(all=Sum(F("written") / 100 * F("premium")))["all"]
print("Django, premium of all shares:", total)
total = Line.objects.aggregate(all=Sum(F("premium") * F("written") / 100))["all"]
print("Django, multiplied first:", total)
PYTHON
cat >in_sqlalchemy.py <<'PYTHON'
from decimal import Decimal

from sqlalchemy import Column, MetaData, Numeric, Table, create_engine, select

engine, schema = create_engine("sqlite://"), MetaData()
line = Table("line", schema, Column("written", Numeric(5, 2)))
with engine.begin() as connection:
    schema.create_all(connection)
    connection.execute(line.insert(), [{"written": Decimal(text)} for text in ("25.00", "12.50", "62.50")])
    rows = connection.execute(select(line.c.written, line.c.written / 100)).all()
shares = ", ".join(f"{written} -> {share}" for written, share in rows)
print(f"SQLAlchemy, line / 100: {shares}, together {sum(share for _, share in rows)}")
PYTHON
{ venv/bin/python -W error in_django.py; venv/bin/python -W error in_sqlalchemy.py; } | tee said
diff said - <<'SEEN'
Django, line / 100: 25.00 -> 0, 12.50 -> 0.125, 62.50 -> 0.625
Django, premium of all shares: 750000
Django, multiplied first: 1000000
SQLAlchemy, line / 100: 25.00 -> 0.25, 12.50 -> 0.12, 62.50 -> 0.62, together 0.99
SEEN
