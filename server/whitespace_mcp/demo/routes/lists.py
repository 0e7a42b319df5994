"""The lists of risks: `/api/risks` and `/api/summary` (platform.md 5.1, 5.2)."""

from starlette.responses import Response

from whitespace_mcp.demo.http import JSON, json_response, typed_response
from whitespace_mcp.demo.routes.call import EMPTY, SHELL, Call, Entry, html_error
from whitespace_mcp.demo.views.rows import risk_list
from whitespace_mcp.demo.views.summaries import PAGE, BadFilter, Filters


def _risks(call: Call) -> Response:
    match call.world.options.serves_risk_list:
        case "html":
            return SHELL
        case "404":
            return html_error(404, "Not Found")
        case True:
            return typed_response(risk_list(call.world.market, call.viewer), JSON)


def _summary(call: Call) -> Response:
    if not call.world.options.serves_summary:
        return SHELL if call.request.method == "GET" else html_error(405, "Not Allowed")
    try:
        filters = Filters.read(call.body) if call.request.method == "POST" else Filters()
    except BadFilter:
        return EMPTY
    summaries = call.world.summaries(call.viewer)
    last, before = call.request.query.get("last"), call.request.query.get("from")
    start = summaries.after(last, before)
    return EMPTY if start is None else json_response(summaries.page(filters, start, PAGE))


def _pinned(call: Call) -> Response:
    if not call.world.options.serves_summary:
        return SHELL
    return json_response(call.world.summaries(call.viewer).pinned())


ROUTES: list[Entry] = [
    ("GET", "/api/risks", _risks),
    ("GET", "/api/summary", _summary),
    ("POST", "/api/summary", _summary),
    ("GET", "/api/summary/pinned", _pinned),
]
