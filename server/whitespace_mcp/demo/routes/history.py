"""What happened: the activities of one slip, and of all of them by kind; labels (platform.md 5.8)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from whitespace_mcp.demo.market.history import history_of
from whitespace_mcp.demo.market.slips import LABELS
from whitespace_mcp.demo.routes.call import Call, Entry, Handler
from whitespace_mcp.demo.routes.slips import background, of_types

_SPAN: Final = re.compile(r"(\d+) (minute|hour|day)s?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_USEFUL: Final = (
    "Added an Attachment", "Changed or Added a Line item", "Created New Draft", "Declined Firm Order",
    "Declined Quote Request", "Line Written", "Marked as Firm Order", "Quote Not Taken Up", "Quote Requested", "Quoted",
    "Requested a Line", "Signed Lines", "Withdrew Firm Order",
)  # fmt: skip
_HELP: Final = {
    "messages": ["The activity must match exactly.", "from: a date, a date and time, or a span up to now."],
    "Sample input 1": {"activity": "Signed Lines", "from": "2026-01-31", "to": "2026-02-01 12:00:00"},
    "Sample input 2": {"activity": "Quoted", "from": "2 hours"},
    "activities": list(_USEFUL),
}


def _of_instance(call: Call) -> object:
    slip = call.slip(call.parts["id"].partition("::")[0])
    if slip is None:
        return None
    return [doc for doc in background(call, slip, "RWActivity") if doc["parentDocID"] == call.parts["id"]]


class _Search(BaseModel):
    """What an activity is looked for by; the moments are texts that sort."""

    model_config = ConfigDict(strict=True)

    activity: str
    begin: str = Field("", alias="from")
    end: str = Field("9999", alias="to")


def _filtered(call: Call) -> object:
    try:
        search = _Search.model_validate_json(call.body or b"{}")
    except ValueError:
        return None
    begin, end = search.begin, search.end
    span = _SPAN.fullmatch(begin)
    if span:
        now = datetime.fromisoformat(call.world.moment()).replace(tzinfo=UTC)
        begin = (now - timedelta(**{f"{span[2]}s": int(span[1])})).strftime("%Y-%m-%d %H:%M:%S")
    if (begin and not _MOMENT.fullmatch(begin)) or (end != "9999" and not _MOMENT.fullmatch(end)):
        return None
    return [
        doc
        for slip in call.world.market.slips(call.viewer.company_id)
        if any(event.activity == search.activity for event in history_of(slip))
        for doc in background(call, slip, "RWActivity")
        if doc["hardcodedActivity"] == search.activity and begin <= doc["createdAt"] <= end
    ]


def _of_the_book(kind: str) -> Handler:
    """A route that lists the documents of one type behind all slips."""

    def handler(call: Call) -> object:
        slips = call.world.market.slips(call.viewer.company_id)
        return [doc for slip in slips for doc in background(call, slip, kind)]

    return handler


ROUTES: list[Entry] = [
    ("GET", "/api/activities/filter/help", lambda _: _HELP),
    ("POST", "/api/activities/filter", _filtered),
    ("GET", "/api/activities/{root}/full", of_types("RWActivity")),
    ("GET", "/api/activities/{id}", _of_instance),
    ("GET", "/api/labels/suggested", lambda _: list(LABELS)),
    ("GET", "/api/labels/teamLabels", _of_the_book("RWLabel")),
    ("GET", "/api/labels/{root}", of_types("RWLabel")),
    ("GET", "/api/comments", _of_the_book("RWComment")),
    ("GET", "/api/comments/global", lambda _: list[object]()),
]
