"""Figures for a collector (Prometheus): what happened, and never whose it was."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """The figures of one process; no label names a person, an organisation, a risk or a text."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.renewals = Counter("whitespace_renewals_total", "Id tokens asked for", ["outcome"], registry=registry)
        self.people = Gauge("whitespace_people", "People with a session in this process", registry=registry)

    def text(self) -> bytes:
        """What a collector reads."""
        return generate_latest(self._registry)
