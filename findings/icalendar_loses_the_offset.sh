#!/usr/bin/env bash
# icalendar 7.3.2 (Python), beside ical.js 2.2.1 as another reader.
#
# The guess: a moment with an offset, as `datetime.fromisoformat("2026-07-01T00:01:00+01:00")` makes it of what an API or a
# database gives, is one moment. iCalendar has no form for offsets, so the library writes it in UTC (`20260630T230100Z`), or
# refuses it.
# What happens: it writes the hour as it stands beside a name that it made up, `TZID="UTC+01:00"`, and no definition of that
# zone, nor does `add_missing_timezones` add one. No reader can know it, and a time in an unknown zone counts as one of the
# reader's own place: the library itself reads back a time without a zone, which is equal to nothing that was written, and in
# New York the reminder of a renewal comes five hours late. Moments in UTC and in a named zone (`ZoneInfo("Europe/London")`) are
# right, and it is these that tests use. `moment.astimezone(timezone.utc)` before adding it keeps it.
# Seen: "written: DTSTART;TZID="UTC+01:00":20260701T000100, zones defined: 0", "read back: 2026-07-01 00:01:00, zone None,
# equal: False", "ical.js in London: 2026-06-30T23:01:00.000Z, in New York: 2026-07-01T04:01:00.000Z", "in UTC first: read back
# 2026-06-30 23:01:00+00:00, equal: True", "in a named zone: read back 2026-07-01 00:01:00+01:00, equal: True".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "icalendar==7.3.2"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock ical.js@2.2.1
cat >look.py <<'PYTHON'
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

MOMENT = datetime.fromisoformat("2026-07-01T00:01:00+01:00")


def calendar(moment):
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//renewals//")
    calendar.add("version", "2.0")
    event.add("uid", "1")
    event.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    event.add("dtstart", moment)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def start(text):
    [event] = Calendar.from_ical(text).walk("VEVENT")
    return event["DTSTART"].dt


text = calendar(MOMENT)
Path("renewal.ics").write_bytes(text)
[line] = [line for line in text.decode().splitlines() if line.startswith("DTSTART")]
print(f"written: {line}, zones defined: {text.count(b'BEGIN:VTIMEZONE')}")
print(f"read back: {start(text)}, zone {start(text).tzinfo}, equal: {start(text) == MOMENT}")
for name, zone in (("in UTC first", UTC), ("in a named zone", ZoneInfo("Europe/London"))):
    again = start(calendar(MOMENT.astimezone(zone)))
    print(f"{name}: read back {again}, equal: {again == MOMENT}")
PYTHON
cat >look.mjs <<'JS'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync("renewal.ics", "utf8")));
const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
console.log(`ical.js in ${process.argv[2]}: ${event.startDate.toJSDate().toISOString()}`);
JS
{
  venv/bin/python look.py
  TZ=Europe/London node look.mjs London
  TZ=America/New_York node look.mjs "New York"
} | tee said
diff said - <<'SEEN'
written: DTSTART;TZID="UTC+01:00":20260701T000100, zones defined: 0
read back: 2026-07-01 00:01:00, zone None, equal: False
in UTC first: read back 2026-06-30 23:01:00+00:00, equal: True
in a named zone: read back 2026-07-01 00:01:00+01:00, equal: True
ical.js in London: 2026-06-30T23:01:00.000Z
ical.js in New York: 2026-07-01T04:01:00.000Z
SEEN
