"""What a book has to hold so that questions about its depth have answers: arranged, where chance would seldom give it.

Firm orders at every degree and on either basis, expiries around today and periods that were extended, subjectivities
about to run out, declarations to one facility, owners who have left, and people of one name. No slip and no contract
document comes or goes by it, so that the numbers of documents stay as they were asked for.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from whitespace_mcp.demo.market.calendar import london_day
from whitespace_mcp.demo.market.companies import Company, Directory, Member, Team
from whitespace_mcp.demo.market.lines import sections_of
from whitespace_mcp.demo.market.slips import NO_PLAN, Slip, SlipStage
from whitespace_mcp.demo.people import DEMO_NAME

_YEAR: Final = timedelta(days=364)
_EXPIRIES: Final = (-31, -12, -6, -1, 0, 1, 4, 9, 16, 25, 30, 31, 44, 59, 60, 61, 75, 90)
"""Days from today."""
_EXTENSIONS: Final = ((-12, 18), (-5, 55), (20, 81))
"""Days from today on which a period would have ended, and to which it was extended."""
_DUE: Final = ((-9,), (-2, 5), (-1,), (0,), (0, 12), (1,), (2, 2), (5,), (7,), (8,), (13,), (28,))
"""Days from today on which the subjectivities of one slip run out."""
_NO_DATES: Final = ("???", "Until completion of the works", "As per the underlying policy")
_NO_ORDERS: Final = ("???", "To be agreed", "As per the master slip")
_UNDER_WAY: Final[tuple[SlipStage, ...]] = ("draft", "marketed", "quote_request", "quoted", "bindable", "firm_order")
_YEARS: Final = re.compile(r"\b20\d\d\b|(?<=/)\d\d\b")
"""Of a contract's title: `Fleet 2025`, `H&M / IV 2025/26`."""
_RENEWALS: Final = 5
_DECLARED: Final = 6
_LEFT: Final = 5
"""How many slips belong to somebody who has left."""
_NAMESAKES: Final = 3
"""How many slips belong to each of two people of one name."""


def make_season(
    source: Random, slips: list[Slip], directory: Directory, companies: tuple[str, str], today: date
) -> None:
    """Arrange both demo organisations' books.

    `slips` are all of the market, `companies` whose books, `today` is in London; some people's names and states are
    changed.
    """
    for company_id in companies:
        book = _Book(source, slips, directory.companies[company_id])
        _arrange_orders(book)
        _arrange_extensions(book, today)
        _arrange_renewals(book, _arrange_expiries(book, today))
        _arrange_deadlines(book, today)
        _arrange_declarations(book)
        _arrange_owners(book)


class _Book:
    """One company's tidy slips; each is arranged once at most."""

    def __init__(self, source: Random, slips: Iterable[Slip], company: Company) -> None:
        self.company = company
        tidy = [slip for slip in slips if not slip.quirks and slip.plan == NO_PLAN]
        self._free = [slip for slip in tidy if company.company_id in slip.company_ids]
        source.shuffle(self._free)
        self._taken: set[str] = set()

    def take(
        self, many: int, suits: Callable[[Slip], bool], order: Callable[[Slip], float] | None = None
    ) -> list[Slip]:
        """Up to so many slips that suit, but never more than half of those there are; by `order`, or as they come."""
        suitable = self.suitable(suits)
        if order:
            suitable.sort(key=order)
        chosen = suitable[: min(many, (len(suitable) + 1) // 2)]
        for slip in chosen:
            self._taken.add(slip.root)
        return chosen

    def suitable(self, suits: Callable[[Slip], bool]) -> list[Slip]:
        """The slips that suit and that nothing was arranged for."""
        return [slip for slip in self._free if slip.root not in self._taken and suits(slip)]

    def team_on(self, slip: Slip) -> Team:
        """The company's team on a slip."""
        if slip.broker.company_id == self.company.company_id:
            return slip.broker
        return next(share.team for share in slip.shares if share.team.company_id == self.company.company_id)


def _plan(slip: Slip, **changes: object) -> None:
    slip.plan = replace(slip.plan, **changes)  # pyright: ignore[reportArgumentType]


def _is_plain_order(slip: Slip) -> bool:
    return slip.stage == "firm_order" and not slip.endorsements and not slip.is_facility


def _arrange_orders(book: _Book) -> None:
    """Firm orders that nobody has written, that are full, over, or whose order nobody can read."""
    for slip in book.take(5, _is_plain_order):
        for share in slip.shares:
            share.part = "offered" if share.part == "written" else share.part
        _plan(slip, degree="nothing")
    for degree, many in (("full", 6), ("over", 4)):
        for slip in book.take(many, _is_plain_order):
            for share in slip.shares:
                share.part = "written" if share.part == "offered" else share.part
            _plan(slip, degree=degree)
    for words, slip in zip(_NO_ORDERS, book.take(len(_NO_ORDERS), _is_plain_order), strict=False):
        _plan(slip, order_words=words)
    for stage in ("firm_order", "signed"):
        for slip in book.take(2, lambda slip, stage=stage: slip.stage == stage and not slip.is_facility):
            _plan(slip, bases_differ=True)


def _arrange_expiries(book: _Book, today: date) -> list[Slip]:
    """Signed slips that run out around today, which are returned, and a few of which no reader can tell when."""
    expiring: list[Slip] = []
    for days in _EXPIRIES:
        expiry = today + timedelta(days=days)

        def distance(slip: Slip, begun: date = expiry - _YEAR) -> float:
            return abs((london_day(slip.changed) - begun).days)

        for slip in book.take(1, lambda slip: slip.stage == "signed", distance):
            _plan(slip, expiry=expiry)
            expiring.append(slip)
    for words, slip in zip(_NO_DATES, book.take(len(_NO_DATES), _is_bound), strict=False):
        _plan(slip, expiry_words=words)
    for slip in book.take(1, lambda slip: _is_bound(slip) and len(sections_of(slip)) > 1):
        _plan(slip, period_by_section=True)
    return expiring


def _arrange_renewals(book: _Book, expiring: list[Slip]) -> None:
    """Slips under way that are to replace some of those, with some of their terms and wording changed."""
    many = 0
    for old in expiring:
        if many == _RENEWALS or old.kind != "open market" or old.plan.expiry is None:
            continue

        def replaces(slip: Slip, old: Slip = old) -> bool:
            alike = (slip.kind, slip.broker, slip.line) == (old.kind, old.broker, old.line)
            return alike and slip.stage in _UNDER_WAY

        for slip in book.take(1, replaces):
            slip.insured, slip.contract_type = old.insured, old.contract_type
            slip.title = _YEARS.sub(lambda match: str(int(match[0]) + 1), old.title)
            _plan(slip, renews=old.root, expiry=old.plan.expiry + timedelta(days=365))
            many += 1


def _is_bound(slip: Slip) -> bool:
    return slip.is_firm and not slip.is_facility


def _arrange_extensions(book: _Book, today: date) -> None:
    """Completed endorsements that extend the period, and one that is not completed and so changes nothing."""
    for before, after in _EXTENSIONS:
        for slip in book.take(1, lambda slip: slip.stage == "signed" and "finalised" in slip.endorsements):
            number = slip.endorsements.index("finalised") + 1
            expiry, extended_to = today + timedelta(days=before), today + timedelta(days=after)
            _plan(slip, expiry=expiry, extension=number, extended_to=extended_to)
    for slip in book.take(1, lambda slip: slip.stage == "signed" and slip.endorsements in (("shown",), ("agreed",))):
        _plan(slip, expiry=today + timedelta(days=11), extension=1, extended_to=today + timedelta(days=102))


def _arrange_deadlines(book: _Book, today: date) -> None:
    for days in _DUE:
        due = tuple(today + timedelta(days=offset) for offset in days)
        for slip in book.take(1, lambda slip: _is_bound(slip) and any(s.has_line for s in slip.shares)):
            _plan(slip, due=due)


def _arrange_declarations(book: _Book) -> None:
    """One facility of the book to which more slips of its broker are declared."""
    facilities = book.suitable(lambda slip: slip.is_facility and slip.is_firm)

    def declarable(facility: Slip) -> list[Slip]:
        return book.suitable(
            lambda slip: slip.kind == "open market" and slip.broker.company_id == facility.broker.company_id
        )

    facility = max(facilities, key=lambda slip: (len(declarable(slip)), slip.root), default=None)
    for slip in declarable(facility)[:_DECLARED] if facility else []:
        slip.kind, slip.facility = "declaration", facility.root if facility else ""


def _arrange_owners(book: _Book) -> None:
    """Slips of somebody who has left, of two people of one name, and of a namesake of the demo person."""
    people = [member for member in book.company.members if not member.teams[1:]]
    gone = next((member for member in people if member.state == "Suspended"), None)
    if gone:
        _give(book, gone, _LEFT)
    working = [member for member in people if member.state == "Live"]
    apart = list({member.teams: member for member in working}.values())
    for name, pair in (("", apart[:2]), (DEMO_NAME, apart[2:3])):
        for member in pair:
            member.name = name or pair[0].name
            _give(book, member, _NAMESAKES)


def _give(book: _Book, member: Member, many: int) -> None:
    """Let slips of a person's team be the person's; one without such slips moves to the team that has the most."""
    owned = book.suitable(lambda slip: bool(slip.owner_of(book.team_on(slip))))
    teams = [book.team_on(slip) for slip in owned]
    if teams and member.teams[0] not in teams:
        sizes = Counter(team.channel for team in teams)
        member.teams = (max(teams, key=lambda team: (sizes[team.channel], team.channel)),)
    roots = {slip.root for slip in owned}
    for slip in book.take(many, lambda slip: slip.root in roots and book.team_on(slip) in member.teams):
        if slip.broker.company_id == book.company.company_id:
            slip.owner_id = member.user_id
        for share in slip.shares:
            if share.team == book.team_on(slip):
                share.user_id = member.user_id
