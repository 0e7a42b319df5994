"""A tracer provider that keeps what it is told, in place of an OpenTelemetry SDK."""

import itertools
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanContext, StatusCode, Tracer, TracerProvider, use_span

SPANS: list["RecordedSpan"] = []
"""Every span that has begun since the list was last cleared."""
_numbers = itertools.count(1)


@dataclass
class RecordedSpan(Span):
    """A span and all that was said about it."""

    tracer: str
    name: str
    attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    events: list[Any] = field(default_factory=list[Any])
    status: list[Any] = field(default_factory=list[Any])
    parent: SpanContext | None = None
    number: int = field(default_factory=lambda: next(_numbers))

    def end(self, end_time: int | None = None) -> None:
        pass

    def get_span_context(self) -> SpanContext:
        trace_id = self.parent.trace_id if self.parent and self.parent.is_valid else self.number
        return SpanContext(trace_id, self.number, is_remote=False)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        self.attributes.update(attributes)

    def set_attribute(self, key: str, value: Any) -> None:
        self.attributes[key] = value

    def add_event(self, name: str, *said: Any, **more: Any) -> None:
        self.events.append((name, said, more))

    def update_name(self, name: str) -> None:
        self.name = name

    def is_recording(self) -> bool:
        return True

    def set_status(self, status: Any, description: str | None = None) -> None:
        self.status.append((status, description))

    def record_exception(self, exception: BaseException, *said: Any, **more: Any) -> None:
        self.events.append((repr(exception), said, more))

    @property
    def failed(self) -> bool:
        """Whether its status is an error."""
        return any(status is StatusCode.ERROR for status, _ in self.status)


class _Tracer(Tracer):
    def __init__(self, name: str) -> None:
        self._name = name

    def start_span(self, name: str, context: Any = None, *_: Any, attributes: Any = None, **__: Any) -> RecordedSpan:
        parent = trace.get_current_span(context).get_span_context()
        span = RecordedSpan(self._name, name, dict(attributes or {}), parent=parent)
        SPANS.append(span)
        return span

    @contextmanager
    def start_as_current_span(  # pyright: ignore[reportIncompatibleMethodOverride]  # theirs is a context manager of another kind
        self,
        name: str,
        context: Any = None,
        *_: Any,
        attributes: Any = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        **__: Any,
    ) -> Generator[RecordedSpan]:
        span = self.start_span(name, context, attributes=attributes)
        with use_span(span, record_exception=record_exception, set_status_on_exception=set_status_on_exception):
            yield span


class _Provider(TracerProvider):
    def get_tracer(self, instrumenting_module_name: str, *_: Any, **__: Any) -> Tracer:
        return _Tracer(instrumenting_module_name)


def keep_spans() -> None:
    """Let every span of this process be kept; once is enough."""
    trace.set_tracer_provider(_Provider())
