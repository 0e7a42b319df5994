"""The lists of risks: `/api/risks` and `/api/summary` (platform.md 5.1, 5.2)."""

from whitespace_mcp.demo.http import JSON, typed_response
from whitespace_mcp.demo.routes.call import SHELL, Call, Entry, html_error
from whitespace_mcp.demo.views.rows import risk_list
from whitespace_mcp.demo.views.summaries import PAGE, Filters


def _risks(call: Call) -> object:
    match call.world.options.serves_risk_list:
        case "html":
            return SHELL
        case "404":
            return html_error(404, "Not Found")
        case True:
            return typed_response(risk_list(call.world.market, call.viewer), JSON)


def _summary(call: Call) -> object:
    if not call.world.options.serves_summary:
        return SHELL if call.request.method == "GET" else html_error(405, "Not Allowed")
    try:
        filters = Filters.model_validate_json(call.body or b"{}")
    except ValueError:
        return None
    summaries = call.world.summaries(call.viewer)
    start = summaries.after(call.request.query.get("last"), call.request.query.get("from"))
    return None if start is None else summaries.page(filters, start, PAGE)


def _pinned(call: Call) -> object:
    return call.world.summaries(call.viewer).pinned() if call.world.options.serves_summary else SHELL


ROUTES: list[Entry] = [
    ("GET", "/api/risks", _risks),
    ("GET", "/api/summary", _summary),
    ("POST", "/api/summary", _summary),
    ("GET", "/api/summary/pinned", _pinned),
]
