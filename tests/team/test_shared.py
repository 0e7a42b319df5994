"""What replicas share, in a real Redis: leases, sealed tokens; and nothing when it is gone."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace

import anyio
import pytest
from pydantic import SecretStr

from support.clock import FakeClock
from team.engines import Engine
from team.links import link_that_loses
from whitespace_mcp.team.keys import KeyFile
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.shared import Shared, open_redis

SECRET = secrets.token_bytes(32)
TOKEN = SecretStr("an id token")
LOGIN = "stored on a day"


@pytest.fixture
async def shared(cache: tuple[Engine, str], keys: KeyFile) -> AsyncGenerator[Shared]:
    opened = Shared(open_redis(SecretStr(cache[1])), keys, SECRET, FakeClock())
    yield opened
    await opened.aclose()


async def test_one_of_many_gets_the_lease_and_gives_it_back(shared: Shared, person: Person) -> None:
    won: list[str | None] = []

    async def attempt() -> None:
        won.append(await shared.lease(person))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(attempt)
    leases = [lease for lease in won if lease is not None]
    assert len(leases) == 1
    await shared.release(person, "another's")
    assert await shared.lease(person) is None
    await shared.release(person, leases[0])
    assert await shared.lease(person) is not None


async def test_a_lease_whose_answer_was_lost_is_ones_own_and_nobody_elses(
    cache: tuple[Engine, str], keys: KeyFile, shared: Shared, person: Person
) -> None:
    async with link_that_loses(cache[1], b"NX") as address:
        cut = Shared(open_redis(SecretStr(address)), keys, SECRET, FakeClock())
        lease = await cut.lease(person)
        assert lease is not None, "it was asked for twice, and the second answer is that somebody has it"
        assert await shared.lease(person) is None
        await cut.release(person, lease)
        assert await shared.lease(person) is not None
        await cut.aclose()


async def test_a_late_writer_changes_nothing(shared: Shared, person: Person) -> None:
    first = await shared.lease(person)
    assert first is not None
    await shared.release(person, first)
    second = await shared.lease(person)
    assert second is not None
    assert await shared.write(person, LOGIN, second, SecretStr("newer"), seconds=60)
    assert not await shared.write(person, LOGIN, first, SecretStr("older"), seconds=60)
    result = await shared.token(person, LOGIN)
    assert result is not None
    assert result.value.get_secret_value() == "newer"
    assert 50 < result.seconds <= 60


async def test_a_redis_that_was_emptied_in_the_middle_lets_no_late_writer_in(
    shared: Shared, cache: tuple[Engine, str], person: Person
) -> None:
    first = await shared.lease(person)
    assert first is not None
    redis = open_redis(SecretStr(cache[1]))
    assert redis is not None
    await redis.flushall()  # pyright: ignore[reportUnknownMemberType]
    await redis.aclose()
    assert not await shared.write(person, LOGIN, first, SecretStr("older"), seconds=60), "nobody holds the lease"
    second = await shared.lease(person)
    assert second is not None
    assert await shared.write(person, LOGIN, second, SecretStr("newer"), seconds=60)
    assert not await shared.write(person, LOGIN, first, SecretStr("older"), seconds=60)
    await shared.release(person, first)
    assert await shared.lease(person) is None, "the second one's is let be"
    token = await shared.token(person, LOGIN)
    assert token is not None
    assert token.value.get_secret_value() == "newer"


async def test_a_token_is_nobody_elses_and_nothing_readable_is_in_redis(
    shared: Shared, cache: tuple[Engine, str], person: Person
) -> None:
    lease = await shared.lease(person)
    assert lease is not None
    await shared.write(person, LOGIN, lease, TOKEN, seconds=60)
    await shared.refuse(person, 7)
    assert await shared.token(replace(person, subject="somebody else"), LOGIN) is None
    redis = open_redis(SecretStr(cache[1]))
    assert redis is not None
    results = [str(key) for key in await redis.keys()]  # pyright: ignore[reportUnknownMemberType]
    everything = [(key, str(await redis.get(key))) for key in results]
    await redis.aclose()
    for secret in (TOKEN.get_secret_value(), person.subject, person.issuer, TOKEN.get_secret_value().encode().hex()):
        assert secret not in str(everything)


async def test_a_value_that_was_put_under_another_persons_key_is_not_taken(
    shared: Shared, cache: tuple[Engine, str], person: Person
) -> None:
    lease = await shared.lease(person)
    assert lease is not None
    await shared.write(person, LOGIN, lease, TOKEN, seconds=60)
    other = replace(person, subject=secrets.token_hex(8))
    redis = open_redis(SecretStr(cache[1]))
    assert redis is not None
    await redis.copy(shared.key("token", person), shared.key("token", other))
    await redis.aclose()
    assert await shared.token(other, LOGIN) is None


async def test_a_token_of_a_login_that_was_replaced_is_not_taken(shared: Shared, person: Person) -> None:
    lease = await shared.lease(person)
    assert lease is not None
    assert await shared.write(person, LOGIN, lease, TOKEN, seconds=60), "a renewal that had begun before"
    assert await shared.token(person, "stored later") is None
    assert await shared.token(person, LOGIN) is not None


async def test_a_refusal_is_of_one_version_of_the_login(shared: Shared, person: Person) -> None:
    await shared.refuse(person, 3)
    assert await shared.refused(person, 3)
    assert not await shared.refused(person, 4)
    await shared.forget(person)
    assert not await shared.refused(person, 3)


async def test_without_redis_everybody_renews_for_themselves(
    cache: tuple[Engine, str], keys: KeyFile, person: Person
) -> None:
    clock = FakeClock()
    shared = Shared(open_redis(SecretStr(cache[1])), keys, SECRET, clock)
    lease = await shared.lease(person)
    assert lease is not None
    with cache[0].gone():
        assert await shared.token(person, LOGIN) is None
        assert await shared.lease(person) is not None, "a lease is no condition"
        assert not await shared.write(person, LOGIN, lease, TOKEN, seconds=60)
        assert not shared.reachable
    clock.advance(10)
    again = await shared.lease(person)
    assert again is not None
    assert await shared.write(person, LOGIN, again, TOKEN, seconds=60)
    await shared.aclose()
