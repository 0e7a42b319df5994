"""Lists of words: headings and their variations (platform.md 5.10)."""

from whitespace_mcp.demo.routes.call import Call, Entry, Handler
from whitespace_mcp.demo.views.shared import ENDORSEMENT_HEADINGS, HEADINGS, VARIATIONS


def _headings(_call: Call) -> object:
    names = [heading for headings in HEADINGS.values() for heading in headings]
    # The platform's own list begins twice.
    return {"headings": [*names[:4], *names, "NonMRCHeading", "CustomMRCHeading", "Unknown"]}


def _in_section(table: dict[str, tuple[str, ...]]) -> Handler:
    def handler(call: Call) -> object:
        section = call.parts["section"]
        return {f"{section} headings": list(table[section])} if section in table else None

    return handler


def _check(call: Call) -> object:
    word = call.parts["heading"].replace(" ", "").lower()
    for variation, heading in VARIATIONS.items():
        if variation.lower() == word:
            return {"msg": f"{variation} maps to a Heading of {heading}"}
    return {"msg": "not mapped"}


ROUTES: list[Entry] = [
    ("GET", "/api/lookup/headings", _headings),
    ("GET", "/api/lookup/headingsInSection/{section}", _in_section(HEADINGS)),
    ("GET", "/api/lookup/endorsementHeadingsInSection/{section}", _in_section(ENDORSEMENT_HEADINGS)),
    ("GET", "/api/lookup/namevariations", lambda _: {"headingByVariation": VARIATIONS}),
    ("GET", "/api/lookup/check/{heading}", _check),
]
