"""Runs, ratios taken round by round, and the table they go into."""

import statistics
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes:
        name: what was measured; `value` in `unit`, the median; `low` and `high` the smallest and the largest run.
        ratio: against `baseline`, where there is one: the median of the ratios of each round.
        cpu_ratio: the same of processor time.
        budget: the most that `ratio` (or, without a baseline, `value`) may be; with `least` the least.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    ratio: float | None = None
    baseline: str | None = None
    budget: float | None = None
    cpu_ratio: float | None = None
    least: bool = False

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        measured = self.ratio if self.ratio is not None else self.value
        good = measured >= self.budget if self.least else measured <= self.budget
        return "ok" if good else "UNDER" if self.least else "OVER"

    def plain(self) -> dict[str, Any]:
        return asdict(self) | {"verdict": self.verdict}


@dataclass(frozen=True)
class Runs:
    """The seconds of each run of one thing, on the clock and, where they were taken, on the processor."""

    seconds: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def figure(self, name: str, *, against: "tuple[str, Runs] | None" = None, budget: float | None = None) -> Figure:
        base = against[1] if against else None
        return Figure(
            name,
            self.median * 1000,
            "ms",
            min(self.seconds) * 1000,
            max(self.seconds) * 1000,
            _ratio(self.seconds, base.seconds) if base else None,
            against[0] if against else None,
            budget,
            _ratio(self.cpu, base.cpu) if base and all(self.cpu) and all(base.cpu) else None,
        )


def _ratio(ours: tuple[float, ...], base: tuple[float, ...]) -> float:
    """The median of each round's ratio: what slows a whole round down is in both."""
    return statistics.median(own / other for own, other in zip(ours, base, strict=True))


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table; what was held against several things has one row."""
    lines = ["| what | median | spread | ratio | of CPU time | budget | |", "|---|---:|---:|---:|---:|---:|---|"]
    for name, same in groupby(figures, key=lambda figure: figure.name):
        each = list(same)
        first = each[0]
        spread = "" if first.low is None or first.high is None else f"{first.low:,.1f} to {first.high:,.1f}"
        columns = (map(_measured, each), map(_cpu, each), map(_budget, each), (figure.verdict for figure in each))
        cells = (
            name.replace("|", r"\|"),
            _value(first),
            spread,
            *(", ".join(filter(None, column)) for column in columns),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def budgets(figures: list[Figure]) -> str:
    """Those that have a budget, as a Markdown table."""
    lines = ["| what | budget | measured | of CPU time | |", "|---|---:|---:|---:|---|"]
    for figure in figures:
        if figure.budget is not None:
            verdict = "met" if figure.verdict == "ok" else "not met"
            cells = (figure.name, _budget(figure), _measured(figure) or _value(figure), _cpu(figure), verdict)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _value(figure: Figure) -> str:
    return f"{figure.value:,.1f} {figure.unit}" if figure.unit in ("ms", "MB") else f"{figure.value:,.0f} {figure.unit}"


def _measured(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.2f} x {figure.baseline}"


def _cpu(figure: Figure) -> str:
    return "" if figure.cpu_ratio is None else f"{figure.cpu_ratio:.2f} x"


def _budget(figure: Figure) -> str:
    if figure.budget is None:
        return ""
    least = "at least " if figure.least else ""
    return f"{least}{figure.budget:,g}{f' x {figure.baseline}' if figure.ratio is not None else ''}"
