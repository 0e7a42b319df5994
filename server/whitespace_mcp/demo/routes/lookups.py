"""Lists of words: headings and their variations (platform.md 5.10)."""

from starlette.responses import Response

from whitespace_mcp.demo.http import json_response
from whitespace_mcp.demo.routes.call import EMPTY, Call, Entry
from whitespace_mcp.demo.views.shared import ENDORSEMENT_HEADINGS, HEADINGS, VARIATIONS


def _headings(_call: Call) -> Response:
    names = [heading for headings in HEADINGS.values() for heading in headings]
    # The platform's own list begins twice.
    return json_response({"headings": [*names[:4], *names, "NonMRCHeading", "CustomMRCHeading", "Unknown"]})


def _in_section(call: Call) -> Response:
    return _by_section(HEADINGS, call.parts["section"])


def _in_endorsement_section(call: Call) -> Response:
    return _by_section(ENDORSEMENT_HEADINGS, call.parts["section"])


def _by_section(table: dict[str, tuple[str, ...]], section: str) -> Response:
    return json_response({f"{section} headings": list(table[section])}) if section in table else EMPTY


def _variations(_call: Call) -> Response:
    return json_response({"headingByVariation": VARIATIONS})


def _check(call: Call) -> Response:
    word = call.parts["heading"].replace(" ", "").lower()
    for variation, heading in VARIATIONS.items():
        if variation.lower() == word:
            return json_response({"msg": f"{variation} maps to a Heading of {heading}"})
    return json_response({"msg": "not mapped"})


ROUTES: list[Entry] = [
    ("GET", "/api/lookup/headings", _headings),
    ("GET", "/api/lookup/headingsInSection/{section}", _in_section),
    ("GET", "/api/lookup/endorsementHeadingsInSection/{section}", _in_endorsement_section),
    ("GET", "/api/lookup/namevariations", _variations),
    ("GET", "/api/lookup/check/{heading}", _check),
]
