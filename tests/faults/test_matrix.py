"""Every fault of the table in front of calls: one kind for each different outcome that the table promises."""

from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest
from mcp import Client

from faults.calls import KINDS, Kind, Wanted, is_of, said_by
from faults.messages import HOST, Outcome
from faults.table import FAULTS, MAX_BODY, Fault, Spot
from support.clock import FakeClock, passing
from support.raw import raw_list
from support.servers import ask, client_of, settings_for
from support.sessions import until
from support.sockets import Raw, http_answer, raw_server
from whitespace_mcp.demo import Platform, Running, serve

CALL_SECONDS = 40
PATIENCE = 180.0
"""Seconds after which a call has plainly not ended by itself."""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, so that the rows can share a server."""
    return "asyncio"


@dataclass
class Scene:
    """A platform, its two organisations, and an address where nobody may ever ask."""

    running: Running
    ours: Wanted
    theirs: Wanted
    trap: Raw
    clock: FakeClock = field(default_factory=FakeClock)

    def settings(self, **changes: Any) -> Any:
        return settings_for(self.running, max_body=MAX_BODY, timeout=CALL_SECONDS, **changes)

    def put(self, fault: Fault, kind: Kind) -> None:
        user_id = None if kind == "renewal" else self.running.platform.login.memberships[0].user_id
        fault.put(Spot(self.running.platform.faults, kind, user_id, self.trap.address))

    def requests(self, kind: Kind, since: int = 0) -> int:
        return sum(is_of(seen, kind) for seen in self.running.platform.requests[since:])

    def expected(self, outcome: Outcome) -> str:
        return (outcome.words or "").replace(HOST, self.running.root.removeprefix("http://"))


@pytest.fixture(scope="module")
def scene() -> Generator[Scene]:
    with serve(Platform(documents=(20, 5))) as running, raw_server(http_answer(b"[]")) as trap:
        wanted = [
            Wanted(membership.company_id, raw_list(running, place)[0]["id"].partition("::")[0])
            for place, membership in enumerate(running.platform.login.memberships)
        ]
        yield Scene(running, wanted[0], wanted[1], trap)
        assert trap.heads == [], "somebody followed a redirect"


@pytest.fixture(scope="module")
async def shared(scene: Scene) -> AsyncGenerator[Client]:
    """One server that goes through nearly all the faults, one after the other."""
    async with client_of(scene.settings(), clock=scene.clock) as client:
        await warm(client, scene)
        yield client
    await until(lambda: scene.running.connections() == 0)


async def warm(client: Client, scene: Scene) -> None:
    """Let a server know its organisations and their lists."""
    await ask(client, "get_risks", organisation="all", page_size=0)
    await said_by(client, "document", scene.ours)


def representatives(number: int, fault: Fault) -> list[Kind]:
    """Of the kinds of call that come to the same words and requests, one; another kind from fault to fault."""
    outcomes: dict[Outcome, list[Kind]] = {}
    for kind in KINDS:
        outcome = fault.outcome(kind)
        if outcome:
            outcomes.setdefault(outcome, []).append(kind)
    return [kinds[number % len(kinds)] for kinds in outcomes.values()]


ROWS = [
    pytest.param(fault, kind, id=f"{kind}: {fault.name}")
    for number, fault in enumerate(FAULTS)
    for kind in representatives(number, fault)
]


def test_every_kind_of_call_meets_many_faults() -> None:
    met = Counter(row.values[1] for row in ROWS)
    assert set(met) == set(KINDS)
    assert min(met.values()) >= 10


@pytest.mark.parametrize(("fault", "kind"), ROWS)
async def test_a_fault_is_told_and_outlived(scene: Scene, shared: Client, fault: Fault, kind: Kind) -> None:
    if kind != "list":
        await outlived(scene, shared, fault, kind)
        return
    async with client_of(scene.settings(), clock=scene.clock) as fresh:  # one that has no former list to show
        await ask(fresh, "list_organisations")
        await outlived(scene, fresh, fault, kind)


async def outlived(scene: Scene, client: Client, fault: Fault, kind: Kind) -> None:
    """Put the fault, call, look at everything, clear the fault, and call again."""
    platform = scene.running.platform
    if kind == "renewal":
        platform.expire_tokens()
    tasks = len(anyio.get_running_tasks())
    scene.put(fault, kind)
    try:
        await check_fault(scene, client, fault, kind)
        if kind != "renewal":
            await answered(client, kind, scene.theirs)
    finally:
        platform.faults.clear()
        scene.clock.advance(61)  # what was remembered of it is over
    await answered(client, kind, scene.ours)
    await until(lambda: len(anyio.get_running_tasks()) <= tasks)


async def check_fault(scene: Scene, client: Client, fault: Fault, kind: Kind) -> None:
    """The assistant reads what the table says, and the platform is asked as often."""
    expected = fault.outcome(kind)
    assert expected is not None
    before = len(scene.running.platform.requests)
    time = passing(CALL_SECONDS + 1, at=lambda: scene.requests(kind, before))
    with anyio.fail_after(PATIENCE):
        async with time if fault.hangs else nullcontext():
            failed, words = await said_by(client, kind, scene.ours)
    if expected.words is None:
        assert not failed, words
    else:
        assert failed, "it was answered"
        assert scene.expected(expected) in without_organisation(words)
        assert not any(bad in words for bad in ("canary", "<html", "Traceback", "refresh_token="))
    assert scene.requests(kind, before) == expected.requests


def without_organisation(words: str) -> str:
    """An error about one organisation without its name."""
    return words.replace(" (Calderfinch Partners)", "")


async def answered(client: Client, kind: Kind, wanted: Wanted) -> None:
    """The call works."""
    with anyio.fail_after(PATIENCE):
        failed, words = await said_by(client, kind, wanted)
    assert not failed, words
