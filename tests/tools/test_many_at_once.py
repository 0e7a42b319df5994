"""Many calls at once on one server: one renewal, and never another organisation's rows."""

import random
from collections import Counter
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest
from mcp import Client

from support.clock import FakeClock
from support.raw import raw_list
from support.servers import BOTH_ERAS, ask, client_of, refused, settings_for
from whitespace_mcp.demo import Running

COMPANIES = ("CALDERFINCH", "MARROWGATE")
CALLS = 60


async def at_once(calls: int, call: Any) -> list[Any]:
    """The outcomes of so many calls made at the same time."""
    outcomes: list[Any] = []

    async def attempt() -> None:
        outcomes.append(await call())

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for _ in range(calls):
                tasks.start_soon(attempt)
    return outcomes


@BOTH_ERAS
async def test_many_calls_on_an_expired_token_cause_one_renewal(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        await ask(client, "get_risks", organisation=COMPANIES[0], page_size=0)
        before = running.platform.renewals
        running.platform.expire_tokens()
        question = partial(ask, client, "get_risks", organisation=COMPANIES[0], page_size=0, refresh=True)
        answers = await at_once(CALLS, question)
    assert running.platform.renewals - before == 1
    assert [answer["organisations"][0]["documents"] for answer in answers] == [80] * CALLS


async def test_many_calls_that_each_ask_the_platform_cause_one_renewal(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        await ask(client, "list_organisations")
        before = running.platform.renewals
        running.platform.expire_tokens()
        answers = await at_once(CALLS, partial(ask, client, "switch_org", organisation=COMPANIES[1]))
    assert running.platform.renewals - before == 1
    assert {answer["active"]["company_id"] for answer in answers} == {COMPANIES[1]}


@pytest.mark.parametrize(("trouble", "requests"), [("maintenance", 3), ("dead token", 2)])
async def test_with_a_gateway_that_fails_all_of_them_get_the_advice_of_one_renewal(
    running: Running, era: str, trouble: Any, requests: int
) -> None:
    platform = running.platform
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        await ask(client, "list_organisations")
        before = platform.renewals
        platform.expire_tokens()
        if trouble == "dead token":
            platform.revoke(platform.login.refresh_token)
        else:
            platform.faults.gateway(trouble, times=None)
        hold = platform.faults.hold("/api/risks", times=None)

        async def let_go() -> None:
            await anyio.to_thread.run_sync(hold.wait_arrived)
            hold.release()

        said: list[str] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(let_go)
            said = await at_once(CALLS, partial(refused, client, "get_risks", organisation=COMPANIES[0]))
    assert platform.renewals - before == requests
    assert len(said) == CALLS
    assert len(set(said)) == 1
    assert "Calderfinch Partners" in said[0]
    assert ("is refused at its first renewal" in said[0]) == (trouble == "dead token")


class Race:
    """Things that happen at the same time on one server, each checked against the platform's own lists."""

    def __init__(self, running: Running, client: Client, chance: random.Random) -> None:
        lists = {company: raw_list(running, place) for place, company in enumerate(COMPANIES)}
        self.documents = {company: len(rows) for company, rows in lists.items()}
        self.roots = {company: {_root(row["id"]) for row in rows} for company, rows in lists.items()}
        self.seen: Counter[str] = Counter()
        self._running = running
        self._client = client
        self._chance = chance

    async def explicit(self) -> None:
        company = self._chance.choice(COMPANIES)
        question: dict[str, Any] = {
            "refresh": self._chance.random() < 0.2,
            "sort": self._chance.choice(["newest", "umr"]),
        }
        answer = await ask(self._client, "get_risks", organisation=company, page_size=50, **question)
        assert answer["organisations"][0]["company_id"] == company
        self._check(answer)

    async def by_default(self) -> None:
        self._check(await ask(self._client, "get_risks", page_size=50, sort=self._chance.choice(["name", "oldest"])))

    async def both(self) -> None:
        answer = await ask(self._client, "get_risks", organisation="all", page_size=100)
        for row in answer["risks"]:
            self._belongs(row, row["organisation"])

    async def switch(self) -> None:
        company = self._chance.choice(COMPANIES)
        assert (await ask(self._client, "switch_org", organisation=company))["active"]["company_id"] == company

    async def expire(self) -> None:
        self._running.platform.expire_tokens()

    async def run(self, steps: list[Any]) -> None:
        """Begin all of them, a few turns of the event loop apart."""
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for step in steps:
                    tasks.start_soon(step)
                    for _ in range(self._chance.randrange(4)):
                        await anyio.lowlevel.checkpoint()

    def _check(self, answer: Any) -> None:
        (entry,) = answer["organisations"]
        company = entry["company_id"]
        self.seen[company] += 1
        assert (entry["documents"], entry["slips"]) == (self.documents[company], len(self.roots[company]))
        for row in answer["risks"]:
            self._belongs(row, company)

    def _belongs(self, row: dict[str, Any], company: str) -> None:
        assert any(root.startswith(row["id"]) for root in self.roots[company]), (company, row)


def _root(document_id: str) -> str:
    return document_id.partition("::")[0].replace("-", "")


async def test_whatever_happens_at_once_each_row_and_count_is_of_the_organisation_named(
    running: Running, era: str
) -> None:
    chance = random.Random(1)  # noqa: S311  # a schedule, not a secret
    async with client_of(settings_for(running, fresh_seconds=0.05), era) as client:
        race = Race(running, client, chance)
        await race.switch()
        for _ in range(4):  # one expiry a round: a second one would look like an account that is not live
            steps = chance.choices([race.explicit, race.by_default, race.switch, race.both], [8, 8, 5, 3], k=25)
            steps.insert(chance.randrange(25), race.expire)
            await race.run(steps)
    assert min(race.seen[company] for company in COMPANIES) > 10
