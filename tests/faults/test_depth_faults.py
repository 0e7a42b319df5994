"""Every fault of the table in the middle of reading in depth: what was learned stays, the rest says why."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from mcp import Client

from faults.depth import READ_WELL, InDepth, Middle, in_depth
from faults.table import FAULTS, MAX_BODY, Fault
from support.checks import checked
from support.clock import FakeClock, passing
from support.servers import client_of, settings_for
from support.sockets import http_answer, raw_server
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.portfolio.depth_failures import TRY_SECONDS
from whitespace_mcp.portfolio.pace import AT_ONCE

BROKER = "CALDERFINCH"
CONTRACTS, LINES = "/api/risks/IC", "/api/overview/"
QUESTIONS: dict[str, dict[str, Any]] = {
    CONTRACTS: {"group_by": ["expiry_month"], "stage": ["signed"]},
    LINES: {"group_by": ["placed"], "stage": ["firm_order"]},
}
FACTS = {CONTRACTS: "expiry", LINES: "placed"}
UNREAD = "(not read yet)"


@dataclass
class Scene:
    """A platform, what is right about it, and an address where nobody may ever ask."""

    running: Running
    trap: str

    @property
    def requests(self) -> int:
        return sum(seen.path.startswith((CONTRACTS, LINES)) for seen in self.running.platform.requests)

    def put(self, fault: Fault, begins: Any) -> None:
        user_id = self.running.platform.login.memberships[0].user_id
        fault.put(Middle(self.running.platform.faults, "document", user_id, self.trap, begins))

    @asynccontextmanager
    async def server(self, clock: FakeClock, **changes: Any) -> AsyncGenerator[Client]:
        async with client_of(settings_for(self.running, max_body=MAX_BODY, **changes), clock=clock) as client:
            yield client


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module."""
    return "asyncio"


@pytest.fixture(scope="module")
def scene() -> Generator[Scene]:
    with serve(Platform(documents=(420, 5))) as running, raw_server(http_answer(b"[]")) as trap:
        yield Scene(running, trap.address)
        assert trap.heads == []


@pytest.fixture(scope="module")
async def right(scene: Scene) -> dict[str, dict[str, int]]:
    """The groups as they are where nothing goes wrong."""
    async with scene.server(FakeClock()) as client:
        return {begins: (await groups(client, begins))[0] for begins in QUESTIONS}


async def groups(client: Client, begins: str) -> tuple[dict[str, int], dict[str, int], list[str]]:
    """Slips by group, of how many it is not known by reason, and the notes."""
    answer = await checked(client, "summarise_risks", organisation=BROKER, **QUESTIONS[begins])
    (key,) = QUESTIONS[begins]["group_by"]
    not_known = answer["organisations"][0].get("not_known", {"facts": {}})["facts"].get(FACTS[begins], {})
    return {group[key]: group["slips"] for group in answer["groups"]}, not_known, answer.get("notes", [])


def cases() -> list[Any]:
    """Each outcome in front of contracts or of lines, in turn, each course of the others in front of both.

    Of the faults that come to the same it is the first in front of contracts, and the last in front of lines. What the
    next question makes of it depends on the course alone: it is asked where a course comes for the first time.
    """
    alike: dict[InDepth, list[Fault]] = {}
    for fault in FAULTS:
        if (outcome := in_depth(fault)) and not fault.hangs:
            alike.setdefault(outcome, []).append(fault)
    both: list[tuple[str, Fault, bool]] = []
    courses: set[str] = set()
    for number, (outcome, faults) in enumerate(alike.items()):
        new = outcome.course not in courses
        in_front = [(CONTRACTS, faults[0], new), (LINES, faults[-1], new)]
        both += in_front if new else [in_front[number % 2]]
        courses.add(outcome.course)
    return [pytest.param(*case, id=f"{case[0]}: {case[1].name}") for case in both]


@pytest.mark.parametrize(("begins", "fault", "once_more"), cases())
async def test_what_was_learned_stays_and_the_rest_says_why(
    scene: Scene, right: dict[str, dict[str, int]], begins: str, fault: Fault, *, once_more: bool
) -> None:
    expected = in_depth(fault)
    assert expected is not None
    clock = FakeClock()
    async with scene.server(clock) as client:
        scene.put(fault, begins)
        try:
            result, not_known, notes = await groups(client, begins)
        finally:
            scene.running.platform.faults.clear()
        slips, unread = sum(right[begins].values()), result.pop(UNREAD)
        under_way = READ_WELL if expected.course == "the login" else 0  # it stops at once, whatever is still coming
        assert 0 < unread <= slips - READ_WELL + under_way
        assert all(result[group] <= right[begins].get(group, 0) for group in result)
        assert sum(count for why, count in not_known.items() if expected.why in why) == unread, not_known
        assert any("could not be read on" in note for note in notes) == (expected.course != "each alone")
        if not once_more:
            return
        before = scene.requests
        clock.advance(TRY_SECONDS + 1)
        assert (await groups(client, begins))[0] == right[begins]
        each = 1 if begins == CONTRACTS else 2
        assert scene.requests - before <= each * unread + 2 * slips


async def test_a_slip_that_is_never_answered_holds_nobody_up(scene: Scene, right: dict[str, dict[str, int]]) -> None:
    """The call ends in its time, reading ends in its own, and then it is the platform that does not answer."""
    fault = next(fault for fault in FAULTS if fault.hangs and in_depth(fault))
    expected = in_depth(fault)
    assert expected is not None
    async with scene.server(FakeClock()) as client:
        scene.put(fault, CONTRACTS)
        before = scene.requests + READ_WELL
        async with passing(at=lambda: max(0, scene.requests - before), each=AT_ONCE):
            result, not_known, _ = await groups(client, CONTRACTS)
            unread = result[UNREAD]
            assert sum(result.values()) - unread == READ_WELL
            assert not_known["not read yet"] == unread
            notes: list[str] = []
            while "not read yet" in not_known:
                _, not_known, notes = await groups(client, CONTRACTS)
        assert sum(count for why, count in not_known.items() if expected.why in why) == unread
        assert any("could not be read on" in note for note in notes)
        scene.running.platform.faults.clear()
        assert (await groups(client, CONTRACTS))[0] == right[CONTRACTS]
