"""OpenTelemetry spans of what clients ask, through the API package that the SDK brings; exporting is the user's.

They take the place of the SDK's own, which repeat whatever tool name a client sends and put the words of errors into
the span's status: our errors name risks.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.types import CallToolResult
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, StatusCode, get_current_span, get_tracer

_METHODS: Final = frozenset(
    {
        "initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list",
        "resources/templates/list", "resources/read", "prompts/list", "prompts/get", "completion/complete",
        "logging/setLevel", "subscriptions/listen", "notifications/initialized", "notifications/cancelled",
    }
)  # fmt: skip
_OTHER: Final = "other"
_tracer = get_tracer("whitespace-mcp")


class Spans(ServerMiddleware[Any]):
    """A span around each message: which method and tool, and whether it failed.

    Args:
        names: of the tools and prompts; any other name is the client's own word.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handle one message inside a span."""
        method = ctx.method if ctx.method in _METHODS else _OTHER
        named = ctx.params.get("name") if ctx.params and method in {"tools/call", "prompts/get"} else None
        target = named if isinstance(named, str) and named in self._names else None
        attributes = {"mcp.method.name": method, "mcp.protocol.version": ctx.protocol_version}
        if target is not None:
            attributes["gen_ai.tool.name" if method == "tools/call" else "gen_ai.prompt.name"] = target
        with _tracer.start_as_current_span(
            f"{method} {target}" if target else method,
            kind=SpanKind.SERVER,
            attributes=attributes,
            context=_parent(ctx.meta),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                result = await call_next(ctx)
            except Exception as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(StatusCode.ERROR)
                raise
            if _failed(result):
                span.set_attribute("error.type", "tool_error")
                span.set_status(StatusCode.ERROR)
            return result


def instead_of_the_sdks(chain: list[ServerMiddleware[Any]], spans: Spans) -> None:
    """Put our spans where the SDK has its own in a server's middleware."""
    chain[:] = [spans, *(middleware for middleware in chain if type(middleware).__name__ != "OpenTelemetryMiddleware")]


def _failed(result: HandlerResult) -> bool:
    if isinstance(result, Mapping):
        return cast("Mapping[str, Any]", result).get("isError") is True
    return isinstance(result, CallToolResult) and bool(result.is_error)


def _parent(meta: Mapping[str, Any] | None) -> Context | None:
    """The trace that the client is in; of what it sends, only a whole `traceparent` counts."""
    traceparent = meta.get("traceparent") if meta else None
    if not isinstance(traceparent, str):
        return None
    context = extract({"traceparent": traceparent})
    return context if get_current_span(context).get_span_context().is_valid else None
