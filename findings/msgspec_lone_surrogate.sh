#!/bin/sh
# msgspec 0.22.0: a whole JSON document is told to be cut off.
#
# The guess: a field that a Struct does not name is skipped, so what its text holds does not matter; and an error that
# says "Input data was truncated" means that bytes are missing at the end. RFC 8259 allows the escape of half a character
# ("\ud83d", as a title has it that was cut in a browser after so many UTF-16 units), and `json.loads` reads it.
# What happens: msgspec refuses the document although the field is skipped, and where the text with the half character
# is shorter than six more bytes before the end of the input it says "Input data was truncated". A client that asks
# again because of that asks for ever. With more bytes behind it the same text is "malformed".
#
# Output seen:
#   json.loads: [{'id': 1, 'title': '\ud83d'}]
#   msgspec, the field skipped: DecodeError: Input data was truncated
#   msgspec, more behind it:    DecodeError: JSON is malformed: unexpected end of hex escape (byte 27)
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "msgspec==0.22.0"
"$place/venv/bin/python" - <<'PYTHON'
import json

import msgspec


class Narrow(msgspec.Struct):
    id: int


def said(text: str) -> str:
    try:
        return repr(msgspec.json.decode(text, type=list[Narrow]))
    except msgspec.DecodeError as error:
        return f"{type(error).__name__}: {error}"


short = '[{"id": 1, "title": "\\ud83d"}]'
longer = '[{"id": 1, "title": "\\ud83d and more"}]'
print("json.loads:", json.loads(short))
print("msgspec, the field skipped:", said(short))
print("msgspec, more behind it:   ", said(longer))
assert said(short) == "DecodeError: Input data was truncated"
assert "truncated" not in said(longer) and "DecodeError" in said(longer)
PYTHON
