"""Lists of words: headings and their variations (reference 5.10)."""

from whitespace_mcp.demo.http import Answer, json_answer
from whitespace_mcp.demo.routes.table import EMPTY, Call, Route
from whitespace_mcp.demo.views.shared import ENDORSEMENT_HEADINGS, HEADINGS, VARIATIONS


def _headings(_call: Call) -> Answer:
    named = [heading for headings in HEADINGS.values() for heading in headings]
    # The platform's own list begins twice.
    return json_answer({"headings": [*named[:4], *named, "NonMRCHeading", "CustomMRCHeading", "Unknown"]})


def _in_section(call: Call) -> Answer:
    return _by_section(HEADINGS, call.parts["section"])


def _in_endorsement_section(call: Call) -> Answer:
    return _by_section(ENDORSEMENT_HEADINGS, call.parts["section"])


def _by_section(known: dict[str, tuple[str, ...]], section: str) -> Answer:
    return json_answer({f"{section} headings": list(known[section])}) if section in known else EMPTY


def _variations(_call: Call) -> Answer:
    return json_answer({"headingByVariation": VARIATIONS})


def _check(call: Call) -> Answer:
    word = call.parts["heading"].replace(" ", "").lower()
    for variation, heading in VARIATIONS.items():
        if variation.lower() == word:
            return json_answer({"msg": f"{variation} maps to a Heading of {heading}"})
    return json_answer({"msg": "not mapped"})


ROUTES: list[Route] = [
    ("GET", "/api/lookup/headings", _headings),
    ("GET", "/api/lookup/headingsInSection/{section}", _in_section),
    ("GET", "/api/lookup/endorsementHeadingsInSection/{section}", _in_endorsement_section),
    ("GET", "/api/lookup/namevariations", _variations),
    ("GET", "/api/lookup/check/{heading}", _check),
]
