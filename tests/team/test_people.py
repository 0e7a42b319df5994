"""Many people in one process: whatever they do at once, no object and no answer of one reaches another."""

import anyio
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from team.crowd import LOGINS, MANY, MEANT, Crowd, crowd_of, named
from whitespace_mcp.config.errors import NotConfigured, Unavailable
from whitespace_mcp.mcp_layer.tool import Services
from whitespace_mcp.session.token_cache import REMEMBER_TRANSIENT
from whitespace_mcp.team.people import IDLE_SECONDS, LOOK_SECONDS, SESSION_BYTES

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

        async def step(crowd: Crowd, subject: str, act: str) -> None:
            if act == "change":
                crowd.stored[subject] += "+"
            elif act == "wait":
                crowd.clock.advance(LOOK_SECONDS)
            elif act == "forget":
                await crowd.people.forget(named(subject))
            async with crowd.people.services(named(subject)) as services:
                for part in (services, services.session, services.session.token_cache, services.portfolios):
                    assert holders.setdefault(id(part), subject) == subject, "an object of somebody else"
                alive.append(services)
                organisations = await services.session.organisations.all()
                assert {each.company_id for each in organisations} == MEANT[subject]
                for organisation in organisations:
                    view = await services.portfolios.of(organisation).view()
                    assert view.book.documents >= 0

        alive: list[object] = []  # so that no object's id is used twice
        async with crowd_of() as crowd, anyio.create_task_group() as tasks:
            for subject, act in history:
                tasks.start_soon(step, crowd, subject, act)

    anyio.run(play)


async def test_a_login_that_was_changed_elsewhere_is_used_for_some_seconds_at_most() -> None:
    async with crowd_of() as crowd:
        async with crowd.people.services(named("ann")) as first:
            await first.session.organisations.all()
        crowd.stored["ann"] = "second"
        async with crowd.people.services(named("ann")) as same:
            assert same is first
        crowd.clock.advance(LOOK_SECONDS)
        async with crowd.people.services(named("ann")) as other:
            assert other is not first


async def test_who_asks_connects_and_leaves_elsewhere_at_once_is_not_answered_for_long() -> None:
    async with crowd_of() as crowd:
        crowd.stored["ann"] = ""
        async with crowd.people.services(named("ann")) as early:
            with pytest.raises(NotConfigured):
                await early.session.organisations.all()
        crowd.stored["ann"] = "first"
        crowd.clock.advance(REMEMBER_TRANSIENT)
        async with crowd.people.services(named("ann")) as connected:
            assert connected is early
            assert len(await connected.session.organisations.all()) == 2
        crowd.stored["ann"] = ""
        crowd.clock.advance(LOOK_SECONDS)
        async with crowd.people.services(named("ann")) as later:
            with pytest.raises(NotConfigured):
                await later.session.organisations.all()


async def test_who_does_not_ask_is_forgotten_and_a_call_that_runs_is_not_disturbed() -> None:
    async with crowd_of() as crowd:
        async with crowd.people.services(named("ann")) as running:
            await crowd.people.forget(named("ann"))
            assert len(await running.session.organisations.all()) == 2, "the call goes on"
        async with crowd.people.services(named("ben")):
            pass
        assert len(crowd.people) == 1
        crowd.clock.advance(IDLE_SECONDS + 1)
        async with crowd.people.services(named("cid")):
            pass
        assert len(crowd.people) == 1


async def lists_of(crowd: Crowd, subject: str) -> Services:
    """Let somebody look at all their lists, and what the summaries say of them."""
    async with crowd.people.services(named(subject)) as services:
        await services.session.directory.market()
        for organisation in await services.session.organisations.all():
            portfolio = services.portfolios.of(organisation)
            book = (await portfolio.view()).book
            portfolio.summaries.start()
            with anyio.fail_after(30):
                await portfolio.summaries.wait(30, ignoring)
            assert portfolio.weight > book.size > 0, "what is known beside a list is weighed too"
    return services


async def ignoring() -> None:
    pass


async def test_all_lists_together_take_no_more_memory_than_they_may_and_one_in_use_is_not_let_go() -> None:
    async with crowd_of(MANY) as measured:
        sizes = {subject: (await lists_of(measured, subject)) for subject in ("ann", "ben", "cid")}
        weights = {subject: SESSION_BYTES + services.portfolios.weight for subject, services in sizes.items()}
        markets = [services.session.directory.latest for services in sizes.values()]
        assert markets[0] is not None
        assert all(market is markets[0] for market in markets), "everybody was given the same"
        names = markets[0].weight
    assert weights["ann"] > weights["cid"], "longer lists are heavier"
    async with crowd_of(MANY, most_bytes=names + weights["ben"] + weights["cid"]) as crowd:
        ann, ben = await lists_of(crowd, "ann"), await lists_of(crowd, "ben")
        assert len(crowd.people) == 1, "the longest unused went"
        async with crowd.people.services(named("ben")) as services:
            assert services is ben
            organisation = (await services.session.organisations.all())[0]
            book = (await services.portfolios.of(organisation).view()).book
            assert await lists_of(crowd, "ann") is not ann
            cid = await lists_of(crowd, "cid")
            assert (await services.portfolios.of(organisation).view()).book is book, "a call uses it"
        async with crowd.people.services(named("cid")) as services:
            assert services is cid
        assert len(crowd.people) == 2, "ann's went, though ben's was older"


async def test_one_persons_haste_is_nobody_elses_wait() -> None:
    async with crowd_of(a_minute=2) as crowd:
        for _ in range(2):
            async with crowd.people.services(named("ann")):
                pass
        with pytest.raises(Unavailable, match="faster than it allows"):
            async with crowd.people.services(named("ann")):
                pass
        async with crowd.people.services(named("ben")):
            pass
        crowd.clock.advance(30)
        async with crowd.people.services(named("ann")):
            pass
