"""What the market holds so that questions about the depth of a book have answers, and that it follows the clock."""

from collections import Counter, defaultdict
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from demo_caller import Caller

from whitespace_mcp.demo import CLOSE, Platform, Running, serve
from whitespace_mcp.demo.logins import make_logins
from whitespace_mcp.demo.market.book import Market
from whitespace_mcp.demo.market.companies import make_directory
from whitespace_mcp.demo.market.lines import lines_of, order_of, sections_of
from whitespace_mcp.demo.market.making import make_slips
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import terms_of
from whitespace_mcp.demo.options import DEFAULTS
from whitespace_mcp.demo.people import DEMO_NAME

LONDON = ZoneInfo("Europe/London")
SATURDAY_IN_JULY = datetime(2026, 7, 4, 9, 30, tzinfo=UTC).timestamp()
TODAY = date(2026, 11, 20)
COMPANIES = ("CALDERFINCH", "MARROWGATE")


def slips_of(close: int) -> dict[str, list[Slip]]:
    """Both demo organisations' slips."""
    directory = make_directory(1)
    make_logins(1, directory, DEFAULTS, close)
    market = Market(1, directory, make_slips(1, directory, (1528, 439), close), close)
    return {company: list(market.slips(company)) for company in COMPANIES}


@pytest.fixture(scope="module")
def market() -> Generator[Running]:
    """The default market, whose numbers are told here; tests must leave it as it is."""
    with serve(Platform()) as running:
        yield running


@pytest.fixture(scope="module")
def books() -> dict[str, list[Slip]]:
    return slips_of(CLOSE)


def degrees(slip: Slip) -> set[str]:
    """How far each section of a slip has been written."""
    full = order_of(slip).full
    degrees: set[str] = set()
    for section, _ in sections_of(slip) or (("", ""),):
        total = sum(line.written for line in lines_of(slip) if line.section == section)
        degrees.add("nothing" if not total else "short" if total < full else "over" if total > full else "full")
    return degrees


def test_firm_orders_stand_at_every_degree_on_either_basis(books: dict[str, list[Slip]]) -> None:
    for company, slips in books.items():
        counts: Counter[tuple[str, str]] = Counter()
        firm = [slip for slip in slips if slip.stage == "firm_order"]
        for slip in firm:
            basis = order_of(slip).written_basis.rpartition(" ")[2]
            counts.update((degree, basis) for degree in degrees(slip))
        assert min(counts[degree, "Order"] for degree in ("nothing", "short", "full", "over")) >= 3, (company, counts)
        assert min(counts[degree, "Whole"] for degree in ("short", "full", "over")) >= 1, (company, counts)
        assert sum(order_of(slip).written_basis != order_of(slip).signed_basis for slip in firm) >= 2
        assert {"???", "To be agreed"} <= {slip.plan.order_words for slip in firm}
        assert max(len(degrees(slip)) for slip in firm) >= 2, "sections that differ"


def test_lines_are_signed_down_to_the_order_where_the_bases_differ(books: dict[str, list[Slip]]) -> None:
    checked = 0
    for slip in (slip for slips in books.values() for slip in slips if slip.plan.bases_differ):
        order = order_of(slip)
        for section, _ in (sections_of(slip) or (("", ""),)) if slip.stage == "signed" else ():
            lines = [line for line in lines_of(slip) if line.section == section]
            written, signed = sum(line.written for line in lines), sum(line.signed or 0 for line in lines)
            assert abs(signed - min(order.percent, written * order.percent / 100)) < len(lines), slip.root
            assert signed <= order.percent < 100
            checked += 1
    assert checked >= 2


def test_signed_slips_expire_around_today_and_some_are_extended(books: dict[str, list[Slip]]) -> None:
    for company, slips in books.items():
        signed = [slip for slip in slips if slip.stage == "signed"]
        days = Counter((terms_of(slip).expiry - TODAY).days for slip in signed)
        assert {-1, 0, 1, 59, 60, 61} <= set(days), (company, days)
        assert sum(many for day, many in days.items() if 0 <= day <= 60) >= 12
        extended = [slip for slip in signed if slip.plan.extended_to]
        completed = [slip for slip in extended if slip.endorsements[slip.plan.extension - 1] == "finalised"]
        assert len(completed) >= 2
        assert len(extended) > len(completed), "one is agreed to and not completed"
        assert len({slip.plan.expiry_words for slip in slips}) > 2


def test_subjectivities_run_out_around_today_at_london_midnight_in_winter_and_in_summer(
    books: dict[str, list[Slip]],
) -> None:
    july = slips_of(int(datetime(2026, 7, 3, 17, tzinfo=UTC).timestamp()))
    for market, today in ((books, TODAY), (july, date(2026, 7, 3))):
        for slips in market.values():
            waiting = [
                subjectivity for slip in slips for line in lines_of(slip) for subjectivity in line.subjectivities
            ]
            waiting = [
                subjectivity
                for subjectivity in waiting
                if subjectivity.status == "notYetResponded" and subjectivity.deadline
            ]
            moments = [datetime.fromtimestamp(subjectivity.deadline, LONDON) for subjectivity in waiting]
            days = {(moment.date() - today).days for moment in moments}
            assert {-1, 0, 1, 5} <= days, (today, sorted(days))
            assert {moment.hour for moment in moments} <= {0, 17}
            assert Counter(moment.hour for moment in moments).most_common(1)[0][0] == 0
            assert {subjectivity.is_answered for subjectivity in waiting} == {True, False}


def test_either_book_has_a_facility_with_several_declarations(books: dict[str, list[Slip]]) -> None:
    for slips in books.values():
        facility, many = Counter(slip.facility for slip in slips if slip.facility).most_common(1)[0]
        assert many >= 5
        assert any(slip.root == facility for slip in slips)


def test_slips_belong_to_people_who_left_and_to_people_of_one_name() -> None:
    directory = make_directory(1)
    make_logins(1, directory, DEFAULTS, CLOSE)
    market = Market(1, directory, make_slips(1, directory, (1528, 439), CLOSE), CLOSE)
    for company_id in COMPANIES:
        people = {member.user_id: member for member in directory.companies[company_id].members}
        teams = directory.companies[company_id].teams
        owners = {slip.owner_of(team) for slip in market.slips(company_id) for team in teams} & set(people)
        names: defaultdict[str, set[str]] = defaultdict(set)
        for user_id in owners:
            names[people[user_id].name].add(user_id)
        assert any(people[user_id].state == "Suspended" for user_id in owners)
        assert sum(len(ids) > 1 for ids in names.values()) >= 2, "two colleagues of one name as well"
        assert len(names[DEMO_NAME]) == 2, "the demo person and a namesake"


def test_the_documents_tell_what_was_arranged(books: dict[str, list[Slip]], broker: Caller) -> None:
    """One of each, over HTTP."""
    ours = books["CALDERFINCH"]

    def values(name: str, tag: str) -> list[str]:
        data = broker.get(f"/api/v23.09/data/{name}")["definedData"]
        return [point["value"] for point in data if point["tag"] == tag]

    def first(slips: list[Slip]) -> Slip:
        return next(slip for slip in slips if terms_of(slip).tagging == "full")

    unreadable = first([slip for slip in ours if slip.plan.order_words])
    assert values(f"{unreadable.root}::FO", "Order") == [unreadable.plan.order_words]
    extended = first([slip for slip in ours if slip.plan.extended_to])
    number, day = extended.plan.extension, extended.plan.extended_to
    assert day is not None
    assert values(f"{extended.root}::SIGNED::EN{number}", "Expiry_Date") == [day.strftime("%d %b %Y")]
    due = next(
        slip
        for slip in ours
        if any(subjectivity.is_answered for line in lines_of(slip) for subjectivity in line.subjectivities)
    )
    answers: list[dict[str, Any]] = broker.get(f"/api/risks/{due.root}/related/RWSubjectivityResponse")
    assert any(answer["status"] == "awaiting" and answer["isValid"] for answer in answers)


def test_the_market_follows_the_clock_it_was_given_and_keeps_its_numbers(broker: Caller) -> None:
    platform = Platform(now=lambda: SATURDAY_IN_JULY)
    with serve(platform) as running:
        callers = [Caller(running, platform.login, number) for number in (0, 1)]
        rows = [caller.get("/api/risks") for caller in callers]
        assert [len(listing) for listing in rows] == [1528, 439]
        assert [row["id"] for row in rows[0]] == [row["id"] for row in broker.get("/api/risks")]
        newest = datetime.fromisoformat(callers[0].get("/api/summary")[0]["updatedAt"]).replace(tzinfo=UTC)
    close = datetime(2026, 7, 3, 17, tzinfo=UTC)
    assert close - timedelta(days=3) < newest <= close


def test_expiring_slips_have_renewals_with_some_of_their_wording_changed(
    books: dict[str, list[Slip]], broker: Caller
) -> None:
    for slips in books.values():
        assert len(pairs_of(slips)) >= 4
        for old, new in pairs_of(slips):
            assert old.insured == new.insured
            assert terms_of(new).inception == terms_of(old).expiry + timedelta(days=1)
    old, new = next(pair for pair in pairs_of(books["CALDERFINCH"]) if pair[1].stage == "bindable")
    before, after = (headings(broker, name) for name in (f"{old.root}::SIGNED", f"{new.root}::BQ1"))
    assert set(after) - set(before) >= {"SANCTIONS SUSPENSION"}
    alike = [title for title in before if before[title] == after.get(title)]
    changed = [title for title in before if title in after and title not in alike]
    assert {"PREMIUM", "PERIOD", "CONDITIONS", "EXCLUSIONS", "DEDUCTIBLE"} <= set(changed)
    assert len(alike) > len(changed)
    assert after["EXCLUSIONS"].startswith(before["EXCLUSIONS"])
    origins = [doc.get("clonedFromID") for doc in broker.get(f"/api/activities/{new.root}")]
    assert old.root in origins


def pairs_of(slips: list[Slip]) -> list[tuple[Slip, Slip]]:
    """Expiring slips and their renewals."""
    roots = {slip.root: slip for slip in slips}
    return [(roots[slip.plan.renews], slip) for slip in slips if slip.plan.renews in roots]


def headings(caller: Caller, name: str) -> dict[str, str]:
    """The text under each heading of a contract, values put in."""
    tagged: dict[str, str] = {}
    for item in caller.get(f"/api/risks/{name}")["MRCContract"]["lineItems"]:
        values = {placeholder["name"]: placeholder["value"] for placeholder in item["placeholders"]}
        text = "\n".join(str({**element, "index": 0}) for element in item["elements"])
        for placeholder, value in values.items():
            text = text.replace(f"[[{placeholder}]]", value)
        tagged[item["originalHeading"].strip()] = text
    return tagged


def test_what_changes_on_one_platform_changes_on_no_other() -> None:
    """All are copies of one drawing, and share what did not change."""
    first, second = Platform(documents=(40, 20)), Platform(documents=(40, 20))
    user_id = first.login.memberships[0].user_id
    before = set(second.roots(user_id))
    root = first.roots(user_id)[0]
    first.touch(root)
    with serve(first) as running:
        ids = {row["id"] for row in Caller(running, first.login, 0).get("/api/risks")}
    firm = next(root for root in sorted(before) if f"{root}::FO" in ids and f"{root}::SIGNED" not in ids)
    first.move_on(firm, stage="signed")
    first.suspend(user_id)
    added = first.add_slip(first.login.memberships[0].user_id, name="Only here")
    first.remove_slip(first.roots(user_id)[1])
    assert added not in before
    assert set(second.roots(user_id)) == before
    with serve(second) as running:
        caller = Caller(running, second.login, 0)
        assert caller.get("/api/user/myDetails")["uniqueID"] == user_id
        people = [member for company in caller.get("/api/shared/corporate") for member in company["members"]]
        assert [member["currentState"] for member in people if member["uniqueID"] == user_id] == ["Live"]
        assert f"{firm}::SIGNED" not in {row["id"] for row in caller.get(f"/api/risks/root/{firm}")}
        assert max(str(row.get("updatedAt") or "") for row in caller.get("/api/risks")) < "2026-11-21"
