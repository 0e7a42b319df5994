"""Figures for a collector (Prometheus): what happened, and never whose it was."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """The figures of one process; no label names a person, an organisation, a risk or a text."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.renewals = Counter("whitespace_renewals_total", "Id tokens asked for", ["outcome"], registry=registry)
        self.people = Gauge("whitespace_people", "People with a session in this process", registry=registry)
        self.memory = Gauge("whitespace_people_bytes", "Memory of their sessions, lists and facts", registry=registry)
        self._sharing = Gauge("whitespace_sharing", "1 while Redis is there and answers", registry=registry)

    def watch_sharing(self, reachable: Callable[[], bool]) -> None:
        """Let the figures tell whether what all replicas share can be reached."""
        self._sharing.set_function(reachable)

    def text(self) -> bytes:
        """What a collector reads."""
        return generate_latest(self._registry)
