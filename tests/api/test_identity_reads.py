"""The identity reads, tolerant of what the platform omits, mistypes or invents (platform.md 9)."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.clock import FakeClock
from support.sessions import error_of, requests_to, session_of, until
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.identity import companies, market, my_details, people_with_email
from whitespace_mcp.config.errors import BadAnswer, Unavailable
from whitespace_mcp.demo import Running
from whitespace_mcp.documents.identity import Company, Details, MarketDirectory, Member, Team
from whitespace_mcp.documents.json import as_list, as_object, as_text, read_json
from whitespace_mcp.session.directory import KEEP_SECONDS, RETRY_SECONDS

CORPORATE = "/api/shared/corporate"


async def read(
    running: Running, clock: FakeClock, path: str, document: Any, call: Callable[[Api], Awaitable[Any]]
) -> Any:
    """What a read makes of one answer."""
    running.platform.faults.add(path, status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        return await call(session.api)


async def test_details_are_read_as_the_platform_writes_them(running: Running, clock: FakeClock) -> None:
    document = {
        "uniqueID": " MU1 ", "companyId": "ACORN", "companyName": "Acorn\u202e  Shipping ", "username": "a@b.example",
        "role": "broker", "teams": [{"teamID": "HULL", "channel": "acorn_HULL"}, {"channel": "acorn_CARGO"}, {}, 7],
    }  # fmt: skip
    details = await read(running, clock, "/api/user/", document, lambda api: my_details(api, user_id="MU1"))
    teams = (Team("HULL", "HULL", "acorn_HULL"), Team("CARGO", "CARGO", "acorn_CARGO"))
    assert details == Details("MU1", "ACORN", "Acorn Shipping", "broker", teams, "a@b.example")


async def test_details_without_an_id_are_those_that_were_asked_for(running: Running, clock: FakeClock) -> None:
    document = {"companyId": "ACORN"}
    details = await read(running, clock, "/api/user/", document, lambda api: my_details(api, user_id="MU1"))
    assert details == Details("MU1", "ACORN", "ACORN", None, (), None)


@pytest.mark.parametrize("document", [{}, {"companyId": "ACORN"}, {"uniqueID": "MU1", "companyId": " "}, []])
async def test_details_that_name_nobody_are_an_error(running: Running, clock: FakeClock, document: Any) -> None:
    running.platform.faults.add("/api/user/", status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        error = await error_of(lambda: my_details(session.api, user_id=None))
    assert isinstance(error, BadAnswer)
    assert "unexpected shape" in error.what


async def test_people_without_an_id_are_left_out(running: Running, clock: FakeClock) -> None:
    document = {"members": [{"uniqueID": "MU1", "name": "Ada", "companyID": "ACORN"}, {"name": "Bo"}, None]}
    people = await read(
        running, clock, "/api/lookup/", document, lambda api: people_with_email(api, "a@b.example", user_id=None)
    )
    assert people == [Member("MU1", "Ada", None, "ACORN")]


async def directory(api: Api) -> list[Company]:
    return companies(await market(api))


async def test_companies_are_read_with_what_they_have(running: Running, clock: FakeClock) -> None:
    document = [
        {"companyId": "ACORN", "name": "Acorn", "role": "broker", "channelPrefix": "AcornLtd", "teams": 5,
         "members": [{"uniqueID": "MU1", "name": "Ada", "currentState": "Live"}, {"name": "Bo"}, "x"]},
        {"companyId": "BIRCH"}, {"name": "no id"}, None,
    ]  # fmt: skip
    reply = await read(running, clock, CORPORATE, document, directory)
    assert reply == [
        Company("ACORN", "Acorn", "broker", "acornltd", (), (Member("MU1", "Ada", "Live"),)),
        Company("BIRCH", "BIRCH", None, "birch", (), ()),
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_any_value_is_read_as_what_is_wanted_or_as_nothing(value: Any) -> None:
    assert isinstance(as_object(value), dict)
    assert isinstance(as_list(value), list)
    text = as_text(value)
    assert text is None or (text and text == text.strip())
    assert as_text(True) is None


@given(st.binary())
def test_any_bytes_are_json_or_a_bad_answer(body: bytes) -> None:
    with suppress(BadAnswer):
        read_json(body)


def test_names_stand_beside_ids_wherever_the_directory_knows_them() -> None:
    teams = (Team("HULL", "Hull and Machinery", "acorn_HULL"),)
    acorn = Company("ACORN", "Acorn Shipping", "broker", "acorn", teams, (Member("MU1", "Ada", "Live"),))
    market = MarketDirectory([acorn])
    assert market.company_name("acorn") == "Acorn Shipping"
    assert market.company_name("birch") == "BIRCH"
    assert market.team_name("ACORN_hull") == "Hull and Machinery"
    assert market.team_name("birch_CARGO") == "CARGO"
    assert market.team_name("odd") == "odd"
    assert market.company_of("Acorn_HULL") is acorn
    assert market.company_of("birch_HULL") is None
    assert market.member("MU1") == (acorn.members[0], acorn)
    assert market.member("MU2") is None


async def test_the_directory_is_read_once_and_again_behind_after_six_hours(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock) as session:
        session.directory.prefetch()
        market = await session.directory.market()
        session.directory.prefetch()
        clock.advance(KEEP_SECONDS - 1)
        assert await session.directory.market() is market
        assert requests_to(running.platform, CORPORATE) == 1
        hold = running.platform.faults.hold(CORPORATE)
        clock.advance(2)
        assert await session.directory.market() is market, "the former one serves meanwhile"
        assert await session.directory.names() is market
        hold.release()
        await until(lambda: requests_to(running.platform, CORPORATE) == 2)
        with pytest.raises(TimeoutError):
            hold.wait_arrived(2, 0)


async def test_a_directory_that_cannot_be_read_is_left_for_a_minute(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add(CORPORATE, status=503, times=None)
    async with session_of(running, clock) as session:
        assert (await session.directory.names()).companies == {}
        session.directory.prefetch()
        assert (await session.directory.names()).companies == {}
        assert requests_to(running.platform, CORPORATE) == 3
        assert isinstance(await error_of(session.directory.market), Unavailable)
        running.platform.faults.clear()
        clock.advance(RETRY_SECONDS + 1)
        assert len((await session.directory.names()).companies) == 60
