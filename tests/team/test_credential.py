"""One renewal for all replicas: leases that outlive their holder, refusals that all share, tokens taken over."""

import secrets
from collections.abc import AsyncGenerator

import anyio
import pytest
from pydantic import SecretStr

from support.clock import FakeClock
from support.servers import settings_for
from team.engines import Engine, read_only
from whitespace_mcp.demo import Running
from whitespace_mcp.session.exchange_failures import TokenExchangeFailed
from whitespace_mcp.session.token_cache import TokenCache
from whitespace_mcp.team.credential import TeamCredential
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.shared import Shared, open_redis
from whitespace_mcp.team.vault import Vault

SECRET = secrets.token_bytes(32)


class Replicas:
    """Credentials of one person in several processes, as far as they share anything."""

    def __init__(self, running: Running, pool: Database, address: str, keys: KeyFile, person: Person) -> None:
        self.clock = FakeClock()
        self.person = person
        self.keys = keys
        self.lost = 0
        self.vault = Vault(pool, keys)
        self.shared = Shared(open_redis(SecretStr(address)), keys, SECRET, self.clock)
        self._environment = settings_for(running).environment

    async def _lost(self) -> None:
        self.lost += 1

    def credential(self) -> TeamCredential:
        return TeamCredential(
            self.person, self._environment, self.vault, self.shared, self.clock,
            timeout=20, link="https://mcp.example/connect", lost=self._lost, metrics=Metrics(),
        )  # fmt: skip


@pytest.fixture
async def replicas(
    running: Running, pool: Database, cache: tuple[Engine, str], keys: KeyFile, person: Person
) -> AsyncGenerator[Replicas]:
    output = Replicas(running, pool, cache[1], keys, person)
    await output.vault.put(person, SecretStr(running.platform.login.refresh_token or ""))
    yield output
    await output.shared.aclose()


def renewals(running: Running) -> int:
    return sum("_oidc_refresh" in request.path for request in running.platform.requests)


async def test_another_replicas_token_is_taken_and_who_asks_again_gets_a_newer_one(
    replicas: Replicas, running: Running
) -> None:
    first, second = replicas.credential(), replicas.credential()
    token = await first.obtain()
    assert (await second.obtain()).value == token.value
    assert renewals(running) == 1
    replicas.clock.advance(0.8 * (token.lifetime or 0))
    assert (await first.obtain()).value != token.value, "its token is near its end"
    assert renewals(running) == 2
    assert (await second.obtain()).value != token.value
    assert renewals(running) == 2


@pytest.mark.parametrize("share", [0.0, 0.8])
async def test_whose_token_was_refused_gets_one_that_no_replica_had_before(
    replicas: Replicas, running: Running, share: float
) -> None:
    second = replicas.credential()
    async with anyio.create_task_group() as tasks:
        first = TokenCache(replicas.credential(), replicas.clock, tasks)
        own = await first.current()
        former = [own, await second.obtain(), await second.obtain()]
        assert renewals(running) == 2, "the second one has a token of its own by now"
        replicas.clock.advance(share * (own.lifetime or 0))
        token = await first.replace(own)
        assert token.value not in {each.value for each in former}, "the platform may have forgotten all of them"


async def test_a_lease_of_a_replica_that_died_is_waited_out(replicas: Replicas, running: Running) -> None:
    assert await replicas.shared.lease(replicas.person) is not None
    token = await replicas.credential().obtain()
    assert token.value.get_secret_value()
    assert renewals(running) == 1
    assert replicas.clock.slept, "it waited for the other one first"


async def test_a_refusal_is_shared_and_counts_only_when_it_comes_twice(
    replicas: Replicas, running: Running, pool: Database
) -> None:
    await replicas.vault.put(replicas.person, SecretStr("a dead token"))
    with pytest.raises(TokenExchangeFailed) as failure:
        await replicas.credential().obtain()
    assert "which an outage also looks like" in failure.value.error.what
    assert replicas.lost == 0
    before = renewals(running)
    with pytest.raises(TokenExchangeFailed):
        await replicas.credential().obtain()
    assert renewals(running) == before, "the other replica does not try it again"
    async with pool.connection() as connection:
        await connection.execute("update grants set doubted = doubted - interval '2 minutes'")
    await replicas.shared.forget(replicas.person)
    with pytest.raises(TokenExchangeFailed) as failure:
        await replicas.credential().obtain()
    assert "does not work" in failure.value.error.what
    assert "https://mcp.example/connect" in failure.value.error.do
    assert replicas.lost == 1
    before = renewals(running)
    with pytest.raises(TokenExchangeFailed):
        await replicas.credential().obtain()
    assert renewals(running) == before, "a login that is refused for good is not tried"
    await replicas.vault.put(replicas.person, SecretStr(running.platform.login.refresh_token or ""))
    assert (await replicas.credential().obtain()).value


async def test_an_outage_that_looked_like_a_dead_token_is_over_for_everybody_by_itself(
    replicas: Replicas, running: Running, pool: Database
) -> None:
    said = {"error": "Internal Server Error", "reason": "Unable to refresh token."}

    async def refused_again(minutes: int) -> None:
        async with pool.connection() as connection:
            await connection.execute("update grants set doubted = doubted - %s * interval '1 minute'", (minutes,))
        await replicas.shared.forget(replicas.person)
        with pytest.raises(TokenExchangeFailed):
            await replicas.credential().obtain()

    running.platform.faults.add("/sync/", status=500, body=said, times=None)
    for minutes in (0, 2, 11):
        await refused_again(minutes)
    assert renewals(running) == 3
    await refused_again(9)
    assert renewals(running) == 3, "it was tried a moment ago"
    assert replicas.lost == 1, "it is noted once"
    running.platform.faults.clear()
    async with pool.connection() as connection:
        await connection.execute("update grants set doubted = doubted - interval '2 minutes'")
    assert (await replicas.credential().obtain()).value
    grant = await replicas.vault.get(replicas.person)
    assert grant is not None
    assert grant.state == "connected"


async def test_without_a_stored_login_there_is_the_link_and_nothing_else(replicas: Replicas, running: Running) -> None:
    await replicas.vault.forget(replicas.person)
    with pytest.raises(TokenExchangeFailed) as failure:
        await replicas.credential().obtain()
    assert "https://mcp.example/connect" in failure.value.error.do
    assert renewals(running) == 0


async def test_a_store_that_can_only_be_read_keeps_nobody_from_asking(
    replicas: Replicas, running: Running, pool: Database, migrated: str
) -> None:
    async with pool.connection() as connection:
        await connection.execute("update grants set state = 'doubtful', used = used - interval '2 days'")
    async with Database(read_only(migrated)) as standby:
        replicas.vault = Vault(standby, replicas.keys)
        assert (await replicas.credential().obtain()).value
        running.platform.revoke(running.platform.login.refresh_token or "")
        await replicas.shared.forget(replicas.person)
        with pytest.raises(TokenExchangeFailed) as failure:
            await replicas.credential().obtain()
    assert "refuses" in failure.value.error.what


async def test_a_login_of_a_key_that_is_gone_is_told_and_not_tried(
    replicas: Replicas, running: Running, pool: Database
) -> None:
    async with pool.connection() as connection:
        await connection.execute("update grants set key_name = 'gone'")
    with pytest.raises(TokenExchangeFailed) as failure:
        await replicas.credential().obtain()
    assert "cannot be opened by this server" in failure.value.error.what
    assert renewals(running) == 0
