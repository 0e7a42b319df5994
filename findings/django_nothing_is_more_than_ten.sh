#!/usr/bin/env bash
# Django 5.2.19, its JSONField on SQLite (that of Python's sqlite3) and on PostgreSQL 18.6 (npm @electric-sql/pglite 0.5.14
# behind @electric-sql/pglite-socket 0.2.17, psycopg 3.3.9).
#
# The guess: `filter(slip__line__gt=10)` finds the slips whose line is a number above 10. Where the line is null, or a text as
# "9.5", it is not found, as a column that is NULL is not; and it is the same on both databases, as a lookup of Django's.
# What happens: on SQLite every text and every null is more than any number: the slips without a line are found, and those of
# "9.5". On PostgreSQL they are less than any number: `lt` finds them there, and `gt` leaves out "12.5". So the open slips that
# have no line yet are counted among the large lines where the tests run and among the small ones where the firm works, and
# `exclude` the other way about. No error on either. `Cast(KT("slip__line"), FloatField())` reads the texts on both, but on
# SQLite a null is 0 by it; with `exclude(slip__line=None)` before it the two agree.
# Seen: "SQLite, gt: null "12.5" "9.5" 12.5, lt: 9.5", "PostgreSQL, gt: 12.5, lt: null "12.5" "9.5" 9.5", "cast, lt" on SQLite:
# null "9.5" 9.5, on PostgreSQL: "9.5" 9.5, and "cast, not null, lt: "9.5" 9.5" on both.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "Django==5.2.19" "psycopg[binary]==3.3.9"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock --legacy-peer-deps \
  @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17
cat >serve.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

const server = new PGLiteSocketServer({ db: await PGlite.create(), host: "127.0.0.1", port: 0 });
server.addEventListener("listening", ({ detail }) => console.log(detail.port));
await server.start();
JS
mkfifo port
node serve.mjs >port &
server=$!
read -r number <port
cat >look.py <<'PYTHON'
import json
import sys

import django
from django.conf import settings

PLACE = {"NAME": "postgres", "USER": "postgres", "PASSWORD": "none", "HOST": "127.0.0.1", "PORT": sys.argv[1]}
settings.configure(
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "there": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"sslmode": "disable"}, **PLACE},
    },
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.db import connections, models
from django.db.models.fields.json import KT
from django.db.models.functions import Cast


class Risk(models.Model):
    slip = models.JSONField()

    class Meta:
        app_label = "risks"


SLIPS = [{"line": None}, {"line": "12.5"}, {"line": "9.5"}, {"line": 9.5}, {"line": 12.5}, {}]
for name, database in [("SQLite", "default"), ("PostgreSQL", "there")]:
    with connections[database].schema_editor() as editor:
        editor.create_model(Risk)
    risks = Risk.objects.using(database)
    risks.bulk_create([Risk(slip=slip) for slip in SLIPS])
    number = risks.annotate(number=Cast(KT("slip__line"), models.FloatField()))
    questions = {
        "gt": risks.filter(slip__line__gt=10),
        "lt": risks.filter(slip__line__lt=10),
        "cast, gt": number.filter(number__gt=10),
        "cast, lt": number.filter(number__lt=10),
        "cast, not null, lt": number.exclude(slip__line=None).filter(number__lt=10),
    }
    for words, answer in questions.items():
        print(f"{name}, {words}:", *(json.dumps(risk.slip.get("line", "-")) for risk in answer.order_by("id")))
PYTHON
venv/bin/python look.py "$number" | tee said
diff said - <<'SEEN'
SQLite, gt: null "12.5" "9.5" 12.5
SQLite, lt: 9.5
SQLite, cast, gt: "12.5" 12.5
SQLite, cast, lt: null "9.5" 9.5
SQLite, cast, not null, lt: "9.5" 9.5
PostgreSQL, gt: 12.5
PostgreSQL, lt: null "12.5" "9.5" 9.5
PostgreSQL, cast, gt: "12.5" 12.5
PostgreSQL, cast, lt: "9.5" 9.5
PostgreSQL, cast, not null, lt: "9.5" 9.5
SEEN
