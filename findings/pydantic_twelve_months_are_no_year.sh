#!/usr/bin/env bash
# pydantic 2.14.4, beside msgspec 0.22.0 and isodate 0.7.2 on the same texts.
#
# The guess: a `timedelta` is a number of days and seconds, so a duration in months or years, which has none, is refused, and
# what is written as JSON is in days. ISO 8601 has twelve months for a year in any case.
# What happens: pydantic takes a month for 30 days and a year for 365, without a word: a period of "P12M" is five days shorter
# than one of "P1Y", and a policy of 1 January ends on 27 December. Writing, it makes years out of days: 365 days become "P1Y",
# 400 days "P1Y35D", in a JSON schema whose format is "duration". A reader that keeps to the calendar adds a year to that: from
# a 1 January of a leap year it comes out a day later than was meant; msgspec refuses it, and so cannot read what pydantic has
# written of a period longer than a year. Below 365 days all three agree, and so do their tests.
# Seen: "P12M: 360 days, P1Y: 365 days", "365 days are written as P1Y, 400 days as P1Y35D",
# "365 days from 2028-01-01: 2028-12-31, as isodate reads it: 2029-01-01", "msgspec reads P1Y: ValidationError",
# "msgspec writes 400 days as P400D".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pydantic==2.14.4" "msgspec==0.22.0" "isodate==0.7.2"
"$folder/venv/bin/python" - <<'PYTHON'
import json
from datetime import date, timedelta

import isodate
import msgspec
from pydantic import TypeAdapter

period = TypeAdapter(timedelta)
months, year = (period.validate_json(json.dumps(text)).days for text in ("P12M", "P1Y"))
print(f"P12M: {months} days, P1Y: {year} days")
written, longer = (json.loads(period.dump_json(timedelta(days=days))) for days in (365, 400))
print(f"365 days are written as {written}, 400 days as {longer}")
begin = date(2028, 1, 1)
meant, other = begin + timedelta(days=365), begin + isodate.parse_duration(written)
print(f"365 days from {begin}: {meant}, as isodate reads it: {other}")
try:
    said = str(msgspec.json.decode(json.dumps(written), type=timedelta))
except msgspec.ValidationError:
    said = "ValidationError"
print(f"msgspec reads {written}: {said}")
days = json.loads(msgspec.json.encode(timedelta(days=400)))
print("msgspec writes 400 days as", days)
apart = (months, year, written, longer) == (360, 365, "P1Y", "P1Y35D") and other - meant == timedelta(days=1)
raise SystemExit(0 if apart and (said, days) == ("ValidationError", "P400D") else 1)
PYTHON
