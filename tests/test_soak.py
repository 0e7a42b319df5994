"""A short soak: mixed questions about two organisations while their token is refused every few calls."""

from benchmarks.soak import soak

from support.servers import client_of, settings_for
from whitespace_mcp.demo import Platform, serve

CALLS, EVERY = 120, 20


async def test_many_mixed_calls_on_tokens_that_keep_ending_bring_not_one_wrong_answer() -> None:
    with serve(Platform(documents=(80, 60))) as running:
        platform = running.platform

        async def expire(number: int) -> None:
            if number % EVERY == 0:
                platform.expire_tokens()

        settings = settings_for(running, fresh_seconds=0)
        async with client_of(settings) as client:
            companies = [membership.company_id for membership in platform.login.memberships]
            done = await soak(client, companies, calls=CALLS, callers=6, called=expire)
    assert (done.wrong, done.failed) == ([], [])
    assert done.calls >= CALLS
    assert CALLS // EVERY <= platform.renewals <= CALLS // EVERY + 1
