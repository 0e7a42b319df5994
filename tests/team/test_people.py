"""Many people in one process: whatever they do at once, no object and no answer of one reaches another."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from support.clock import FakeClock
from support.servers import settings_for
from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.environment import AddressedSecret
from whitespace_mcp.config.errors import NotConfigured, Unavailable
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.mcp_layer.context import Services
from whitespace_mcp.session.credential import RefreshToken
from whitespace_mcp.session.exchange_failures import TokenExchangeFailed
from whitespace_mcp.session.token_cache import REMEMBER_TRANSIENT
from whitespace_mcp.team.limits import Limits
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.people import IDLE_SECONDS, LOOK_SECONDS, People
from whitespace_mcp.team.person import Person

LOGINS = {"ann": "demo", "ben": "demo", "cid": "single"}
"""Who has which login of the demo platform; two share one and are two people all the same."""
MEANT = {
    "ann": {"CALDERFINCH", "MARROWGATE"},
    "ben": {"CALDERFINCH", "MARROWGATE"},
    "cid": {"TIDEWELL"},
}


MANY = (200, 100)
"""Documents of lists that take more memory than an empty database."""


class Stored(RefreshToken):
    """A login as it is stored, or not; a test changes that."""

    def __init__(self, secret: AddressedSecret, clock: FakeClock, stored: dict[str, str], subject: str) -> None:
        super().__init__(secret, clock, timeout=20)
        self.login = ""
        self._stored = stored
        self._subject = subject

    async def obtain(self) -> Token:
        login = self._stored[self._subject]
        if not login:
            raise TokenExchangeFailed(NotConfigured("not connected"), attempts=1, refusal=False)
        self.login = self.login or login
        return await super().obtain()


class Firm:
    """People with stored logins, which a test changes."""

    def __init__(self, running: Running, clock: FakeClock, **limits: int) -> None:
        self.stored = dict.fromkeys(LOGINS, "first")
        self.clock = clock
        self.credentials: list[Stored] = []
        self._running = running
        bare = settings_for(running, refresh_token=None)
        rate = Limits(limits.get("a_minute", 100_000), limits.get("at_once", 1_000), clock.monotonic)
        self.people = People(
            self._credential, self._login_of, bare, clock, limits=rate, metrics=Metrics(),
            most_bytes=limits.get("most_bytes", 1_000_000_000),
        )  # fmt: skip

    def _credential(self, person: Person) -> Stored:
        login = self._running.platform.logins[LOGINS[person.subject]]
        secret = settings_for(self._running, login).refresh_token
        assert secret is not None
        self.credentials.append(Stored(secret, self.clock, self.stored, person.subject))
        return self.credentials[-1]

    async def _login_of(self, person: Person) -> str:
        await anyio.lowlevel.checkpoint()
        return self.stored[person.subject]


def named(subject: str) -> Person:
    return Person("https://id.example", subject, "sandbox")


@asynccontextmanager
async def firm_of(documents: tuple[int, int] = (12, 6), **limits: int) -> AsyncGenerator[Firm]:
    with serve(Platform(documents=documents)) as running:
        firm = Firm(running, FakeClock(), **limits)
        async with firm.people.open():
            yield firm
        for credential in firm.credentials:
            await credential.aclose()


steps = st.lists(
    st.tuples(st.sampled_from(sorted(LOGINS)), st.sampled_from(["ask", "ask", "ask", "change", "wait", "forget"])),
    min_size=4,
    max_size=16,
)


@settings(max_examples=6, phases=[Phase.generate])
@given(steps)
def test_whatever_people_do_at_once_each_sees_only_what_is_theirs(history: list[tuple[str, str]]) -> None:
    async def play() -> None:
        holders: dict[int, str] = {}

        async def step(firm: Firm, subject: str, act: str) -> None:
            if act == "change":
                firm.stored[subject] += "+"
            elif act == "wait":
                firm.clock.advance(LOOK_SECONDS)
            elif act == "forget":
                await firm.people.forget(named(subject))
            async with firm.people.services(named(subject)) as services:
                for part in (services, services.session, services.session.token_cache, services.portfolios):
                    assert holders.setdefault(id(part), subject) == subject, "an object of somebody else"
                alive.append(services)
                organisations = await services.session.organisations.all()
                assert {each.company_id for each in organisations} == MEANT[subject]
                for organisation in organisations:
                    view = await services.portfolios.of(organisation).view()
                    assert view.book.documents >= 0

        alive: list[object] = []  # so that no object's id is used twice
        async with firm_of() as firm, anyio.create_task_group() as tasks:
            for subject, act in history:
                tasks.start_soon(step, firm, subject, act)

    anyio.run(play)


async def test_a_login_that_was_changed_elsewhere_is_used_for_some_seconds_at_most() -> None:
    async with firm_of() as firm:
        async with firm.people.services(named("ann")) as first:
            await first.session.organisations.all()
        firm.stored["ann"] = "second"
        async with firm.people.services(named("ann")) as same:
            assert same is first
        firm.clock.advance(LOOK_SECONDS)
        async with firm.people.services(named("ann")) as other:
            assert other is not first


async def test_who_asks_connects_and_leaves_elsewhere_at_once_is_not_answered_for_long() -> None:
    async with firm_of() as firm:
        firm.stored["ann"] = ""
        async with firm.people.services(named("ann")) as early:
            with pytest.raises(NotConfigured):
                await early.session.organisations.all()
        firm.stored["ann"] = "first"
        firm.clock.advance(REMEMBER_TRANSIENT)
        async with firm.people.services(named("ann")) as connected:
            assert connected is early
            assert len(await connected.session.organisations.all()) == 2
        firm.stored["ann"] = ""
        firm.clock.advance(LOOK_SECONDS)
        async with firm.people.services(named("ann")) as later:
            with pytest.raises(NotConfigured):
                await later.session.organisations.all()


async def test_who_does_not_ask_is_forgotten_and_a_call_that_runs_is_not_disturbed() -> None:
    async with firm_of() as firm:
        async with firm.people.services(named("ann")) as running:
            await firm.people.forget(named("ann"))
            assert len(await running.session.organisations.all()) == 2, "the call goes on"
        async with firm.people.services(named("ben")):
            pass
        assert len(firm.people) == 1
        firm.clock.advance(IDLE_SECONDS + 1)
        async with firm.people.services(named("cid")):
            pass
        assert len(firm.people) == 1


async def lists_of(firm: Firm, subject: str) -> Services:
    """Let somebody look at all their lists, and what the summaries say of them."""
    async with firm.people.services(named(subject)) as services:
        for organisation in await services.session.organisations.all():
            portfolio = services.portfolios.of(organisation)
            book = (await portfolio.view()).book
            portfolio.summaries.start()
            with anyio.fail_after(30):
                await portfolio.summaries.wait(30, ignoring)
            assert portfolio.weight > book.size > 0, "what is known beside a list is weighed too"
    return services


async def ignoring(_known: int) -> None:
    pass


async def test_all_lists_together_take_no_more_memory_than_they_may_and_one_in_use_is_not_let_go() -> None:
    async with firm_of(MANY) as measured:
        sizes = {subject: (await lists_of(measured, subject)) for subject in ("ann", "ben", "cid")}
        weights = {subject: services.session.weight + services.portfolios.weight for subject, services in sizes.items()}
    assert weights["ann"] > weights["cid"], "longer lists are heavier"
    async with firm_of(MANY, most_bytes=weights["ben"] + weights["cid"]) as firm:
        ann, ben = await lists_of(firm, "ann"), await lists_of(firm, "ben")
        assert len(firm.people) == 1, "the longest unused went"
        async with firm.people.services(named("ben")) as services:
            assert services is ben
            organisation = (await services.session.organisations.all())[0]
            book = (await services.portfolios.of(organisation).view()).book
            assert await lists_of(firm, "ann") is not ann
            cid = await lists_of(firm, "cid")
            assert (await services.portfolios.of(organisation).view()).book is book, "a call uses it"
        async with firm.people.services(named("cid")) as services:
            assert services is cid
        assert len(firm.people) == 2, "ann's went, though ben's was older"


async def test_one_persons_haste_is_nobody_elses_wait() -> None:
    async with firm_of(a_minute=2) as firm:
        for _ in range(2):
            async with firm.people.services(named("ann")):
                pass
        with pytest.raises(Unavailable, match="faster than it allows"):
            async with firm.people.services(named("ann")):
                pass
        async with firm.people.services(named("ben")):
            pass
        firm.clock.advance(30)
        async with firm.people.services(named("ann")):
            pass
