"""What was agreed on a slip: period, limits, premium, order. Contracts, data and summaries all take it from here."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, Literal

from whitespace_mcp.demo.market.calendar import utc_midnight
from whitespace_mcp.demo.market.documents import DAY_S
from whitespace_mcp.demo.market.lines import sections_of
from whitespace_mcp.demo.market.seeds import chance, pick, share_of
from whitespace_mcp.demo.market.slips import Slip

Tagging = Literal["full", "some", "none"]
StampVisibility = Literal["Allstamps", "OwnStampsOnly", "LeadersStamps"]
VerticalVisibility = Literal["OwnStampOnly", "AllStamps", "LeaderStamps"]
_YEAR: Final = timedelta(days=364)
"""From the first to the last day of most contracts."""
UNKNOWN: Final = "???"
"""What the platform agreed to write for a value that is not known yet."""


@dataclass(frozen=True)
class Place:
    """A principal address with its country's law and currency; streets and postcodes are invented."""

    city: str
    country: str
    law: str
    currency: str
    postcode: str


_PLACES: Final = (
    Place("Rotterdam", "Netherlands", "the law of England and Wales", "EUR", "3999 ZZ"),
    Place("Bergen", "Norway", "the law of Norway", "USD", "5999"),
    Place("Piraeus", "Greece", "the law of England and Wales", "USD", "189 99"),
    Place("Singapore", "Singapore", "the law of Singapore", "USD", "999999"),
    Place("Houston", "United States of America", "the law of the State of New York", "USD", "77999"),
    Place("Toronto", "Canada", "the law of the Province of Ontario", "USD", "M9Z 9Z9"),
    Place("Leeds", "United Kingdom", "the law of England and Wales", "GBP", "LS99 9ZZ"),
    Place("Bristol", "United Kingdom", "the law of England and Wales", "GBP", "BS99 9ZZ"),
    Place("Perth", "Australia", "the law of Western Australia", "AUD", "6999"),
    Place("São Paulo", "Brazil", "the law of Brazil", "USD", "09999-999"),
)
_STREETS: Final = ("Long Quay", "Harbour Parade", "Old Mill Lane", "Station Approach", "Beacon Street", "Ropewalk")


@dataclass(frozen=True)
class Limit:
    """One limit of liability."""

    coverage: str
    amount: int
    basis: str
    section: str


@dataclass(frozen=True)
class Premium:
    """One premium."""

    amount: int
    kind: str
    section: str


@dataclass(frozen=True)
class Terms:
    """The facts of one contract."""

    place: Place
    street: str
    currency: str
    inception: date
    expiry: date
    hour: str
    limits: tuple[Limit, ...]
    premiums: tuple[Premium, ...]
    deductible: int
    brokerage: Decimal
    retail_brokerage: Decimal
    settlement_due: date
    payment_days: int
    tagging: Tagging
    """How much of the contract's text is marked as data."""
    has_verticals: bool
    """Whether some carriers have wording of their own."""
    vertical_visibility: VerticalVisibility

    def money(self, amount: int) -> str:
        """`USD 20,000,000`."""
        return f"{self.currency} {amount:,}"


def inception_of(slip: Slip) -> int:
    """The day on which cover begins: UTC midnight, seconds since 1970."""
    if slip.plan.expiry:
        return utc_midnight(slip.plan.expiry - _YEAR)
    return (slip.changed // DAY_S + int(share_of(f"inception {slip.root}") * 90)) * DAY_S


def place_of(slip: Slip) -> Place:
    """Where the insured is."""
    return pick(f"place {slip.insured}", _PLACES)


def _largest_limit_of(slip: Slip) -> int:
    """The limit that people speak of, in whole units of its currency."""
    return pick(f"limit {slip.text_root}", slip.line.limits) * 1_000_000


def limit_summary_of(slip: Slip) -> str:
    """One figure in words, not always the contract's largest; empty on facilities and some others."""
    luck = share_of(f"limit summary {slip.root}")
    if slip.is_facility or luck < 0.12:
        return ""
    return f"{place_of(slip).currency} {_largest_limit_of(slip) // (2 if luck > 0.95 else 1):,}"


def visibility_of(slip: Slip) -> StampVisibility:
    """Which lines carriers see beside their own."""
    luck = share_of(f"visibility {slip.root}")
    return "Allstamps" if luck < 0.6 else "LeadersStamps" if luck < 0.85 else "OwnStampsOnly"


def terms_of(slip: Slip) -> Terms:
    """The facts of a slip's contract."""
    source = chance(0, slip.text_root, "terms")
    inception = datetime.fromtimestamp(inception_of(slip), UTC).date()
    limits = tuple(_limits(slip, source))
    largest = _largest_limit_of(slip)
    terms = Terms(
        place=place_of(slip),
        street=f"{source.randrange(1, 240)} {source.choice(_STREETS)}",
        currency=place_of(slip).currency,
        inception=inception,
        expiry=inception + timedelta(days=source.choice((364, 364, 364, 545, 729))),
        hour=source.choice(("00.01 am", "12.01 a.m.", "12.00 noon")),
        limits=limits,
        premiums=tuple(_premiums(slip, largest, source)),
        deductible=max(5_000, largest // source.choice((100, 200, 400)) // 1000 * 1000),
        brokerage=Decimal(source.choice(("10", "12.5", "15", "17.5", "20", "22.5", "27.5"))),
        retail_brokerage=Decimal(source.choice(("2.5", "5", "7.5"))),
        settlement_due=inception + timedelta(days=source.choice((60, 75, 90))),
        payment_days=source.choice((30, 60, 90)),
        tagging="none" if source.random() < 0.12 else "some" if source.random() < 0.25 else "full",
        has_verticals=slip.is_firm and len(slip.shares) > 1 and source.random() < 0.12,
        vertical_visibility=source.choice(("OwnStampOnly", "AllStamps", "LeaderStamps")),
    )
    if slip.plan.expiry:
        terms = replace(terms, expiry=slip.plan.expiry)
    return _renewed(terms) if slip.plan.renews else terms


def _renewed(terms: Terms) -> Terms:
    """What is asked for the next year: a higher premium and deductible, less brokerage, everything else as expiring."""
    return replace(
        terms,
        premiums=tuple(replace(premium, amount=premium.amount * 108 // 100 // 100 * 100) for premium in terms.premiums),
        deductible=terms.deductible * 2,
        brokerage=terms.brokerage - Decimal("1.25"),
    )


def _limits(slip: Slip, source: Random) -> list[Limit]:
    sections = sections_of(slip)
    largest = _largest_limit_of(slip)
    basis = source.choice(("any one occurrence", "any one vessel", "in the aggregate", "each and every loss"))
    if sections:
        return [Limit(name, largest // (number + 1), basis, section) for number, (section, name) in enumerate(sections)]
    main = Limit(slip.line.name, largest, basis, "")
    return (
        [main, Limit("Costs and expenses", largest // 10, "in the aggregate", "")] if source.random() < 0.5 else [main]
    )


def _premiums(slip: Slip, largest: int, source: Random) -> list[Premium]:
    sections = [section for section, _ in sections_of(slip)] or [""]
    kind = source.choice(("Deposit Premium", "Annual Premium", "Flat Premium"))
    return [Premium(largest * source.randrange(40, 400) // 10_000 // 100 * 100, kind, section) for section in sections]


def written_out(day: date, style: int = 0) -> str:
    """A date as contracts have it: `05 Sep 2026`, or `5 September 2026`."""
    return day.strftime("%d %b %Y") if style == 0 else f"{day.day} {day:%B %Y}"
