"""Who wrote what on a slip, and what it was signed at (platform.md 5.6). Percentages are exact decimals."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Final, Literal, get_args

from whitespace_mcp.demo.market.calendar import london_day, london_moment
from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.seeds import chance, named_identifier, share_of
from whitespace_mcp.demo.market.slips import Share, Slip

SubjectivityStatus = Literal["notYetResponded", "accepted", "rejected", "deadlineExpired"]
Basis = Literal["Percentage of Order", "Percentage of Whole"]
_FULL: Final = Decimal(100)
_STEP: Final = Decimal("2.5")
_FINE: Final = Decimal("0.0001")
_SECTIONS: Final = {
    "MARINE": (("1", "Hull & Machinery"), ("2", "Increased Value"), ("3", "Loss of Hire")),
    "PROPERTY": (("1", "Property Damage"), ("2", "Business Interruption")),
    "AVIATION": (("1", "Hull"), ("2", "Liabilities")),
}
_OTHER_SECTIONS: Final = (("1", "Primary layer"), ("2", "Excess layer"), ("B1", "Buy-back"))
_CONDITIONS: Final = (
    "Line to stand",
    "No changes without our agreement",
    "Excluding sanctioned territories",
    "Subject to our survey recommendations",
)
_SUBJECTIVITIES: Final = (
    "Sight of the latest survey report, satisfactory to us",
    "Signed and dated proposal form",
    "Confirmation that there are no known losses",
    "Updated schedule of values",
    "Copy of the engineering recommendations and the insured's answers",
    "Completed security questionnaire",
)


_PLANNED: Final = (
    "No claims declaration, signed by the insured",
    "Loss record to the date of inception",
    "Evidence that the fire alarm has been tested",
)


@dataclass(frozen=True)
class Order:
    """How much of the risk is placed here, and what lines are a percentage of."""

    percent: Decimal
    written_basis: Basis
    signed_basis: Basis

    @property
    def full(self) -> Decimal:
        """What written lines add up to when the slip is complete."""
        return self._full(self.written_basis)

    @property
    def signed_full(self) -> Decimal:
        """What signed lines add up to when the slip is complete."""
        return self._full(self.signed_basis)

    def _full(self, basis: str) -> Decimal:
        return _FULL if basis == "Percentage of Order" else self.percent


@dataclass(frozen=True)
class Subjectivity:
    """Something that a carrier wants first."""

    identifier: str
    text: str
    status: SubjectivityStatus
    deadline: int
    """Seconds since 1970; 0 where none is required."""
    is_answered: bool = False
    """The broker has answered, and the carrier has not looked at it yet."""


@dataclass(frozen=True)
class Line:
    """One carrier's line on one section."""

    share: Share
    section: str
    """Its id; empty when the slip has no sections."""
    written: Decimal
    """Percent on the slip's basis; 0 where no cover was given."""
    signed: Decimal | None
    to_stand: bool
    stamped: int
    """Seconds since 1970."""
    is_leader: bool
    conditions: tuple[str, ...] = ()
    subjectivities: tuple[Subjectivity, ...] = ()

    @property
    def split(self) -> tuple[Decimal, ...]:
        """The shares of the stamps that were put down for it; most carriers put down one."""
        parts = (Decimal("0.6"), Decimal("0.4"))
        return parts if self.written and share_of(f"stamps {self.share.team.channel}") < 0.15 else (Decimal(1),)


def order_of(slip: Slip) -> Order:
    """A slip's order and its bases."""
    source = chance(0, slip.root, "order")
    if slip.plan.bases_differ:
        return Order(Decimal(source.choice(("60", "75"))), "Percentage of Order", "Percentage of Whole")
    luck = source.random()
    if luck < 0.7:
        return Order(_FULL, "Percentage of Order", "Percentage of Order")
    percent = Decimal(source.choice(("50", "60", "75", "82.5")))
    if luck < 0.85:
        return Order(percent, "Percentage of Order", "Percentage of Order")
    return Order(percent, "Percentage of Whole", "Percentage of Whole")


def sections_of(slip: Slip) -> tuple[tuple[str, str], ...]:
    """The sections of a slip as id and name; most slips have none."""
    luck = share_of(f"sections {slip.text_root}")
    if luck >= (0.4 if slip.is_facility else 0.08):
        return ()
    return _SECTIONS.get(slip.line.team, _OTHER_SECTIONS)


def lines_of(slip: Slip) -> list[Line]:
    """Every line on a slip, section by section, each leader first."""
    if not slip.is_firm:
        return []
    source = chance(0, slip.root, "lines")
    sections = [section for section, _ in sections_of(slip)] or [""]
    lines = [line for section in sections for line in _section_lines(slip, section, source)]
    if lines and slip.plan.due:
        planned = tuple(_planned(slip, lines[0], number, day) for number, day in enumerate(slip.plan.due))
        lines[0] = replace(lines[0], subjectivities=(*lines[0].subjectivities, *planned))
    return lines


def _section_lines(slip: Slip, section: str, source: Random) -> list[Line]:
    shares = [share for share in slip.shares if share.part in ("written", "signed", "offered", "no cover")]
    writers = [share for share in shares if share.has_line]
    moment = slip.moment(7)
    refusals = [
        Line(share, section, Decimal(0), None, to_stand=False, stamped=moment, is_leader=False)
        for share in shares
        if share.part == "no cover"
    ]
    if not writers:
        return refusals
    order = order_of(slip)
    full = order.full
    luck = source.random()
    target = full * (
        Decimal(source.randrange(105, 140)) / 100 if luck < 0.55 else 1 if luck < 0.85 else Decimal("0.825")
    )
    if slip.plan.degree in ("full", "over"):
        target = full if slip.plan.degree == "full" else full * Decimal("1.2")
    elif slip.stage != "signed":
        target = target * len(writers) / len(shares)
    written = _split(target, len(writers), source)
    stands = [source.random() < 0.15 for _ in writers]
    signed = _sign_down(written, stands, order) if slip.stage == "signed" else [None] * len(writers)
    lines = [
        Line(
            share, section, written[i], signed[i], to_stand=stands[i], stamped=moment + i * 5400, is_leader=i == 0,
            conditions=_conditions(source, to_stand=stands[i]),
            subjectivities=_subjectivities(slip, share, section, source),
        )
        for i, share in enumerate(writers)
    ]  # fmt: skip
    return lines + refusals


def _conditions(source: Random, *, to_stand: bool) -> tuple[str, ...]:
    more = (source.choice(_CONDITIONS[1:]),) if source.random() < 0.15 else ()
    return (_CONDITIONS[0], *more) if to_stand else more


def _subjectivities(slip: Slip, share: Share, section: str, source: Random) -> tuple[Subjectivity, ...]:
    texts = source.sample(_SUBJECTIVITIES, source.choices((0, 1, 2), (70, 22, 8))[0])
    subjectivities: list[Subjectivity] = []
    for text in texts:
        name = f"{slip.root} {share.team.channel} {section} {text}"
        day = london_day(slip.changed) + timedelta(days=source.randrange(3, 45))
        deadline = 0 if source.random() < 0.15 else london_moment(day + timedelta(days=source.choice((0, 1))))
        status = source.choices(get_args(SubjectivityStatus), (50, 30, 10, 10))[0]
        subjectivities.append(Subjectivity(named_identifier("", name), text, status, deadline))
    return tuple(subjectivities)


def _planned(slip: Slip, line: Line, number: int, day: date) -> Subjectivity:
    """One whose deadline was arranged: at London midnight, or now and then at the end of business."""
    text = _PLANNED[number % len(_PLANNED)]
    name = named_identifier("", f"{slip.root} {line.share.team.channel} {line.section} {text}")
    hour = 17 if share_of(f"hour {name}") < 0.15 else 0
    return Subjectivity(
        name, text, "notYetResponded", london_moment(day, hour), is_answered=share_of(f"answered {name}") < 0.3
    )


def _split(total: Decimal, many: int, source: Random) -> list[Decimal]:
    """Lines in steps of 2.5 that make up about the total, the first the largest; the last takes the odd rest."""
    weights = sorted((Decimal(source.randrange(20, 100)) for _ in range(many)), reverse=True)
    lines = [max(_STEP, (total * weight / sum(weights)) // _STEP * _STEP) for weight in weights]
    lines[-1] = max(_STEP, total - sum(lines[:-1])).quantize(_FINE)
    return lines


def _sign_down(written: list[Decimal], stands: list[bool], order: Order) -> list[Decimal | None]:
    """Signed lines: as written up to what is full, else reduced in proportion, but for those to stand."""
    full = order.signed_full
    if full != order.full:
        written = [(line * full / order.full).quantize(_FINE, ROUND_DOWN) for line in written]
    if sum(written) <= full:
        return list[Decimal | None](written)
    standing = sum((line for line, stand in zip(written, stands, strict=True) if stand), Decimal(0))
    rest = sum(written) - standing
    if standing >= full or not rest:
        standing, rest, stands = Decimal(0), sum(written, Decimal(0)), [False] * len(written)
    factor = (full - standing) / rest
    signed = [
        line if stand else (line * factor).quantize(_FINE, ROUND_DOWN)
        for line, stand in zip(written, stands, strict=True)
    ]
    first = stands.index(False)
    signed[first] += full - sum(signed)
    return list[Decimal | None](signed)


def leader_of(slip: Slip) -> Team | None:
    """The team that leads, where there are lines."""
    return next((line.share.team for line in lines_of(slip) if line.is_leader), None)


def leader_in_head(slip: Slip) -> Team | None:
    """The same on those slips on which the head of a contract tells it."""
    return leader_of(slip) if share_of(f"led {slip.root}") < 0.25 else None


def percent(value: Decimal) -> str:
    """A percentage as the platform writes it: `38.9982`, `45`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
