"""Figures for a collector (Prometheus): what happened, and never whose it was."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from whitespace_mcp.telemetry.recording import CallKind

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """The figures of one process; no label names a person, an organisation, a risk or a text."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.renewals = Counter("whitespace_renewals_total", "Id tokens asked for", ["outcome"], registry=registry)
        self._calls = Histogram(
            "whitespace_call_seconds", "Calls", ["kind", "name", "outcome"], registry=registry, buckets=_SECONDS
        )
        self.limited = Counter("whitespace_limited_total", "Calls beyond a person's limits", registry=registry)
        self.refused_tokens = Counter(
            "whitespace_refused_tokens_total", "Access tokens that were not good", ["reason"], registry=registry
        )
        self.lease_waits = Counter(
            "whitespace_lease_waits_total", "Renewals that another replica was at already", registry=registry
        )
        self._platform = Counter(
            "whitespace_platform_requests_total", "Answers", ["service", "status"], registry=registry
        )
        self.running = Gauge("whitespace_platform_running", "Requests to the platform now", registry=registry)
        self.waiting = Gauge("whitespace_platform_waiting", "Requests that wait for a place", registry=registry)
        self.people = Gauge("whitespace_people", "People with a session in this process", registry=registry)
        self.memory = Gauge("whitespace_people_bytes", "Memory of their sessions, lists and facts", registry=registry)
        self.sharing = Gauge("whitespace_sharing", "1 while Redis is there and answers", registry=registry)
        self.ready = Gauge("whitespace_ready", "1 while this process is ready", registry=registry)
        self._logins = Gauge("whitespace_logins", "Stored logins", ["state"], registry=registry)

    def stored(self, logins: Mapping[str, int]) -> None:
        """Note how many logins are stored by state; nothing where that is not known now."""
        self._logins.clear()
        for state, number in logins.items():
            self._logins.labels(state).set(number)

    def answered(self, service: str, status: str) -> None:
        """Count an answer of the platform (`api`) or its login service (`login`): by status, or `none`."""
        self._platform.labels(service, status).inc()

    def call(self, kind: CallKind, name: str, outcome: str, seconds: float) -> None:
        """Count a call; its name is that of a tool or template of ours, never a caller's word.

        `name` is what was called, `outcome` how it ended, `seconds` how long it took.
        """
        self._calls.labels(kind, name, outcome).observe(seconds)

    def text(self) -> bytes:
        """What a collector reads."""
        return generate_latest(self._registry)
