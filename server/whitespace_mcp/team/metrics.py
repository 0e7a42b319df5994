"""Figures for a collector (Prometheus): what happened and how long it took, and never whose it was."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The figures of one process; no label names a person, an organisation, a risk or a text."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.calls = Counter("whitespace_calls_total", "Calls of tools", ["tool", "outcome"], registry=registry)
        self.seconds = Histogram("whitespace_call_seconds", "Time of a call", ["tool"], registry=registry)
        self.renewals = Counter("whitespace_renewals_total", "Id tokens asked for", ["outcome"], registry=registry)
        self.people = Gauge("whitespace_people", "People with a session in this process", registry=registry)
        self.grants = Gauge("whitespace_grants", "Stored logins", ["state", "key"], registry=registry)
        self.refused = Counter("whitespace_refused_total", "Requests that were not let in", ["why"], registry=registry)

    def text(self) -> bytes:
        """What a collector reads."""
        return generate_latest(self._registry)
