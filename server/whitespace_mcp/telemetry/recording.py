"""One call, recorded: a line of the audit trail before its answer leaves, and figures on its span.

What is recorded is who, what and how much: no argument, no text, no content and no secret.

Spans go through the API package of OpenTelemetry that the SDK brings; exporting them is the user's. They take the place
of the SDK's own, which repeat whatever tool name a client sends and put the words of errors into the span's status: our
errors name risks.
"""

import re
import time
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, cast

import anyio
import anyio.to_thread
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.types import CallToolResult
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, StatusCode, format_trace_id, get_current_span, get_tracer

from whitespace_mcp.runtime.call import Call, new_call
from whitespace_mcp.telemetry.audit.trail import NotRecorded, Trail

CallKind = Literal["tool", "resource", "completion"]
Whole = Callable[[Iterable[str], Iterable[str]], Iterable[str]]
"""Makes whole roots of the short ids that an answer shows, for organisations named by MU id."""

Ended = Callable[[CallKind, str, str, float], None]
"""Is told of each call: its kind, the tool's name, how it ended, and seconds."""

UNKNOWN: Final = "(unknown)"
_ID_KEYS: Final = frozenset({"id", "risk"})
_SLIP: Final = re.compile(r"IC(?:[0-9A-F]{8}[0-9A-F-]*|[^:\s]{1,80})")
_METHODS: Final = frozenset(
    {
        "initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list",
        "resources/templates/list", "resources/read", "prompts/list", "prompts/get", "completion/complete",
        "logging/setLevel", "subscriptions/listen", "notifications/initialized", "notifications/cancelled",
    }
)  # fmt: skip
_OTHER: Final = "other"
_tracer = get_tracer("whitespace-mcp")


@dataclass
class Outcome:
    """How a call ended; its owner fills it in.

    Attributes:
        said: `ok`, `error`, `asked` (the user was asked something first) or `cancelled`.
        size: bytes of the answer; `data`: what a tool's answer holds.
    """

    call: Call
    said: Literal["ok", "error", "asked", "cancelled"] = "ok"
    size: int = 0
    data: object = None

    def answers(self, content: Iterable[object], data: object) -> None:
        """Note what a tool's answer is."""
        self.size = sum(size_of(getattr(part, "text", "")) for part in content)
        self.data = data

    @cached_property
    def shown(self) -> frozenset[str]:
        """Short ids of the slips in it."""
        return slips_in(self.data)


class Recorder:
    """Records every call of a server.

    Args:
        trail: where; None keeps no trail.
        whole: see `Whole`.
        who: what a line says of whoever asks, where that is not always the same person.
        ended: see `Ended`; a call that could not be recorded has ended `withheld`.
    """

    def __init__(
        self,
        trail: Trail | None = None,
        whole: Whole = lambda _organisations, shorts: shorts,
        *,
        who: Callable[[], Mapping[str, Any]] = dict,
        ended: Ended | None = None,
    ) -> None:
        self._trail = trail
        self._whole = whole
        self._who = who
        self._ended = ended

    @asynccontextmanager
    async def call(self, kind: CallKind, name: str) -> AsyncGenerator[Outcome]:
        """Record what happens inside as one call.

        Args:
            kind: of call.
            name: of the tool or resource template, from our own list; never a caller's word.

        Raises:
            NotRecorded: the trail cannot be written; what the call found must not leave.
        """
        started, said = time.monotonic(), "withheld"
        try:
            if self._trail is not None:
                await anyio.to_thread.run_sync(self._trail.prepare)
            with new_call() as call:
                outcome = Outcome(call)
                try:
                    yield outcome
                except BaseException as error:
                    outcome.said = "error" if isinstance(error, Exception) else "cancelled"
                    call.error = call.error or (type(error).__name__ if isinstance(error, Exception) else None)
                    said = await self._keep(kind, name, outcome, started)
                    raise
                said = await self._keep(kind, name, outcome, started)
        finally:
            if self._ended is not None:
                self._ended(kind, name, said, time.monotonic() - started)

    async def _keep(self, kind: CallKind, name: str, outcome: Outcome, started: float) -> str:
        """Put a call on its span and into the trail; how it has ended.

        Raises:
            NotRecorded: the trail cannot be written.
        """
        call, span = outcome.call, get_current_span()
        context = span.get_span_context()
        if self._trail is None and not span.is_recording():
            return outcome.said
        figures = {
            "outcome": outcome.said,
            **({"error": call.error} if call.error else {}),
            "answer_bytes": outcome.size,
            "platform_bytes": call.received,
            "requests": call.requests,
        }
        span.set_attributes({f"whitespace.{key}": value for key, value in figures.items()})
        span.set_attributes({"whitespace.organisations": len(call.organisations)})
        span.set_attribute("whitespace.risks", len(outcome.shown) or len(call.roots))
        if self._trail is None:
            return outcome.said
        with anyio.CancelScope(shield=True):
            entry = {
                **self._who(),
                kind: name,
                "organisations": [
                    {"id": user_id, "company_id": call.organisations[user_id]} for user_id in sorted(call.organisations)
                ],
                "roots": await anyio.to_thread.run_sync(self._roots, call, outcome.shown),
                **figures,
                **({"trace": format_trace_id(context.trace_id)} if context.is_valid else {}),
                "ms": round((time.monotonic() - started) * 1000),
            }
            try:
                await anyio.to_thread.run_sync(self._trail.append, entry)
            except NotRecorded:
                if outcome.said != "cancelled":  # there is nobody to tell, and nothing leaves
                    raise
                return "withheld"
        return outcome.said

    def _roots(self, call: Call, shown: frozenset[str]) -> list[str]:
        return sorted(call.roots | set(self._whole(tuple(call.organisations), shown)))


def size_of(content: str | bytes) -> int:
    """Bytes of a content."""
    return len(content.encode(errors="replace") if isinstance(content, str) else content)


def slips_in(data: object) -> frozenset[str]:
    """The ids of slips under the keys of an answer that name risks and documents."""
    roots: set[str] = set()
    rest = [data]
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            rest += cast("list[object]", value)
        elif isinstance(value, Mapping):
            for key, part in cast("Mapping[str, Any]", value).items():
                slip = _SLIP.match(part) if key in _ID_KEYS and isinstance(part, str) else None
                if slip:
                    roots.add(slip[0])
                elif not isinstance(part, str):
                    rest.append(part)
    return frozenset(roots)


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
