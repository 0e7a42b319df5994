"""Two replicas behind HAProxy, a real identity provider, PostgreSQL and Redis; people who connect and ask."""

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import anyio
import anyio.to_thread
import httpx2
from click.testing import CliRunner
from mcp import Client
from pydantic import SecretStr

from support.servers import ask, refused, settings_for
from team.engines import Engine, program
from team.firm import (
    Firm,
    address_of,
    browser,
    counts,
    renewals,
    replica_here,
    secrets_of,
    until_connected,
    until_sharing,
    until_told,
    wait_until_ready,
)
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.runtime.clock import SystemClock
from whitespace_mcp.session.credential import RefreshToken
from whitespace_mcp.setup.commands import COMMANDS
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.vault import Vault

MANY: Final = 50 if os.environ.get("CI") else 8
"""People who ask, ten at a time, eight calls each; more at a time wait for the database longer than a call may."""


async def test_a_person_connects_once_asks_at_every_replica_and_leaves(firm: Firm, refresh_token: str) -> None:
    token = await firm.access_token("alice")
    for engine in firm.replicas:
        async with firm.client(token, url=address_of(engine)) as client:
            words = await refused(client, "get_risks", organisation="all", page_size=0)
        assert "not connected" in words
        assert f"{firm.origin}/connect?for=" in words
    async with firm.client(token) as client:
        assert "switch_org" not in {tool.name for tool in (await client.list_tools()).tools}
    page = await firm.connect("alice", refresh_token)
    assert page.answer.status_code == 200, page.answer.text
    assert "Calderfinch Partners" in page.answer.text
    for era in ("2026-07-28", "legacy"):
        async with firm.client(token, era) as client:
            await until_connected(client)
            for _ in firm.replicas:
                assert await counts(client) == [60, 30]
    async with firm.page("alice") as page:
        assert "Disconnected" not in page.answer.text
        gone = await page.send("/disconnect", mark=page.mark)
        assert "No login is stored" in gone.answer.text
    for engine in firm.replicas:
        async with firm.client(token, url=address_of(engine)) as client:
            await until_told(client, "not connected")


async def test_many_calls_at_once_over_two_replicas_make_one_renewal(firm: Firm, refresh_token: str) -> None:
    await until_sharing(firm)
    await firm.connect("bob", refresh_token)
    token = await firm.access_token("bob")
    before = renewals(firm.platform)
    answers: list[list[int]] = []

    async def several(client: Client) -> None:
        answers.extend([await counts(client) for _ in range(6)])

    async with firm.client(token) as client, anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(several, client)
    assert answers == [[60, 30]] * 60
    assert renewals(firm.platform) - before == 1


async def test_each_of_many_people_has_one_renewal(firm: Firm, refresh_token: str, pool: Database) -> None:
    await until_sharing(firm)
    people = [f"person-{number}" for number in range(MANY)]
    tokens: dict[str, str] = {}
    vault = Vault(pool, KeyFile(read_keys(firm.keys)))
    environment = Environment.at(firm.platform.root, firm.platform.platform.bucket).key()
    logins = anyio.CapacityLimiter(4)

    async def arrive(person: str) -> None:
        async with logins:
            tokens[person] = await firm.access_token(person)
        await vault.put(Person(firm.provider.issuer, person, environment), SecretStr(refresh_token))

    async with anyio.create_task_group() as tasks:
        for person in people:
            tasks.start_soon(arrive, person)
    before = renewals(firm.platform)

    at_a_time = anyio.CapacityLimiter(10)

    async def ask_often(person: str) -> None:
        async with at_a_time, firm.client(tokens[person]) as client, anyio.create_task_group() as calls:
            for _ in range(8):
                calls.start_soon(ask, client, "list_organisations")

    async with anyio.create_task_group() as tasks:
        for person in people:
            tasks.start_soon(ask_often, person)
    assert renewals(firm.platform) - before == len(people)


async def test_people_with_different_logins_see_their_own_organisations_only(firm: Firm, refresh_token: str) -> None:
    single = firm.platform.platform.logins["single"].refresh_token or ""
    await firm.connect("broad", refresh_token)
    await firm.connect("narrow", single)
    seen: Counter[tuple[str, tuple[str, ...]]] = Counter()

    async def look(person: str) -> None:
        async with firm.client(await firm.access_token(person)) as client:
            for _ in range(5):
                answer = await ask(client, "list_organisations")
                seen[person, tuple(each["company_id"] for each in answer["organisations"])] += 1

    async with anyio.create_task_group() as tasks:
        for person in ("broad", "narrow") * 3:
            tasks.start_soon(look, person)
    assert seen == {("broad", ("CALDERFINCH", "MARROWGATE")): 15, ("narrow", ("TIDEWELL",)): 15}


async def status_of(firm: Firm, **headers: str) -> httpx2.Response:
    """The answer to a listing of tools with these headers."""
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    async with browser() as http:
        # Not through HAProxy, which refuses long headers by itself.
        return await http.post(f"http://127.0.0.1:{firm.replicas[0].port}/mcp", json=body, headers={**usual, **headers})


async def id_token(firm: Firm) -> str:
    """What the platform itself takes for the demo person."""
    settings = settings_for(firm.platform)
    assert settings.refresh_token is not None
    login = RefreshToken(settings.refresh_token, SystemClock(), timeout=20)
    token = (await login.obtain()).value.get_secret_value()
    await login.aclose()
    return token


async def test_nobody_is_let_in_without_a_good_token_and_the_challenge_says_what_is_needed(firm: Firm) -> None:
    foreign = await firm.access_token("mallory", resource="https://other.example/mcp")
    no_scope = await firm.access_token("mallory", scope="other:read")
    good = await firm.access_token("mallory")
    machine = await firm.machine_token()
    about_her = await firm.access_token("mallory", kind="id_token")
    whitespaces_own = await id_token(firm)
    for headers, status in [
        ({}, 401),
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"Authorization": f"Bearer {foreign}"}, 401),
        ({"Authorization": f"Bearer {machine}"}, 401),
        ({"Authorization": f"Bearer {about_her}"}, 401),
        ({"Authorization": f"Bearer {whitespaces_own}"}, 401),
        ({"Authorization": f"Bearer {good}{'A' * 20_000}"}, 401),
        ({"X-User": "alice", "X-Forwarded-User": "alice", "X-Forwarded-Email": "alice@firm.example"}, 401),
        ({"Authorization": f"Bearer {no_scope}"}, 403),
    ]:
        answer = await status_of(firm, **headers)
        assert answer.status_code == status, headers
        challenge = answer.headers["www-authenticate"]
        assert 'scope="risks:read"' in challenge
        assert "resource_metadata=" in challenge
    address = re.search(r'resource_metadata="([^"]+)"', challenge)
    assert address
    async with browser() as http:
        metadata = (await http.get(address.group(1))).json()
    assert metadata["resource"] == firm.url
    assert metadata["authorization_servers"] == [firm.provider.issuer]
    assert metadata["scopes_supported"] == ["risks:read"]
    async with browser() as http:
        twice = [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {foreign}")]
        assert (await http.post(address_of(firm.replicas[0]), headers=twice)).status_code == 401
    forged = {"Authorization": f"Bearer {good}", "X-User": "alice", "X-Forwarded-User": "alice"}
    assert (await status_of(firm, **forged)).status_code == 200


@asynccontextmanager
async def gone_under_calls(replica: Engine, firm: Firm) -> AsyncGenerator[None]:
    """Without a replica, whose end the balancer meets together with calls on connections that were open before."""
    assert firm.balancer is not None
    assert firm.balancer.process is not None
    statuses: list[int] = []

    async def ask(host: httpx2.AsyncClient) -> None:
        statuses.append((await host.post(firm.url, json={})).status_code)

    async with AsyncExitStack() as stack:
        hosts = [await stack.enter_async_context(browser()) for _ in range(24)]
        async with anyio.create_task_group() as before:
            for host in hosts:
                before.start_soon(ask, host)
        firm.balancer.process.send_signal(signal.SIGSTOP)
        async with anyio.create_task_group() as tasks:
            for host in hosts:
                tasks.start_soon(ask, host)
            await anyio.wait_all_tasks_blocked()
            stack.enter_context(replica.gone())
            firm.balancer.process.send_signal(signal.SIGCONT)
        assert statuses == [401] * 2 * len(hosts), "no call is lost"
        yield


async def test_a_replica_that_dies_takes_no_call_along(firm: Firm, refresh_token: str) -> None:
    await firm.connect("dora", refresh_token)
    async with firm.client(await firm.access_token("dora")) as client:
        assert await counts(client) == [60, 30]
        async with gone_under_calls(firm.replicas[0], firm):
            for _ in range(4):
                assert await counts(client) == [60, 30], "one replica is enough"
        await anyio.to_thread.run_sync(wait_until_ready, firm)


async def test_the_trail_has_whose_call_each_was_and_every_replicas_chain_is_checked(
    firm: Firm, refresh_token: str
) -> None:
    page = await firm.connect("gus", refresh_token)
    assert "Calderfinch Partners" in page.answer.text, page.answer.text
    async with firm.client(await firm.access_token("gus")) as client:
        for _ in firm.replicas:
            await until_connected(client)
            await ask(client, "get_risks", organisation="CALDERFINCH", page_size=1)
    async with firm.page("gus") as page:
        await page.send("/disconnect", mark=page.mark)
    whole = [line for replica in firm.replicas for line in firm.trail(replica)]
    gus = {"issuer": firm.provider.issuer, "subject": "gus"}
    lines = [line for line in whole if line.get("person") == gus]
    assert {line["event"] for line in lines if "event" in line} == {"connected", "disconnected"}
    calls = [line for line in lines if line.get("tool") == "get_risks"]
    assert {line["outcome"] for line in calls} == {"ok"}
    assert {line["client"] for line in calls} == {"host"}
    assert {each["company_id"] for line in calls for each in line["organisations"]} == {"CALDERFINCH"}
    assert all("person" in line for line in whole if "tool" in line)
    verified = CliRunner().invoke(COMMANDS["audit"], ["verify", str(firm.folder / "trail")])
    assert verified.exit_code == 0, verified.output
    assert re.findall(r"^(r\d):$", verified.output, re.MULTILINE) == ["r0", "r1"]
    content = next((firm.folder / "trail" / "r1").glob("*.jsonl"))
    copy = firm.folder / "copy"
    shutil.copytree(firm.folder / "trail", copy)
    changed = copy / "r1" / content.name
    changed.write_bytes(changed.read_bytes().replace(b'"gus"', b'"pat"', 1))
    assert CliRunner().invoke(COMMANDS["audit"], ["verify", str(copy)]).exit_code == 1


async def test_health_readiness_and_figures_name_nobody(firm: Firm, refresh_token: str) -> None:
    await firm.connect("alice", refresh_token)
    token = await firm.access_token("alice")
    async with browser() as http:
        for engine in firm.replicas:
            async with firm.client(token, url=address_of(engine)) as client:
                await until_connected(client)
                assert await counts(client) == [60, 30]
            base = f"http://127.0.0.1:{engine.port}"
            assert (await http.get(f"{base}/health")).text == "ok\n"
            stranger = {"Authorization": "Bearer nonsense"}
            assert (await http.get(f"{base}/health", headers=stranger)).status_code == 200, "it verifies nothing"
            assert (await http.get(f"{base}/ready")).status_code == 200
            assert (await http.post(f"{base}/mcp", headers=stranger)).status_code == 401
            figures = (await http.get(f"{base}/metrics")).text
            for figure in (
                "whitespace_renewals_total",
                'whitespace_call_seconds_count{kind="tool",name="get_risks",outcome="ok"}',
                "whitespace_people_bytes",
                "whitespace_limited_total",
                "whitespace_lease_waits_total",
                "whitespace_ready 1.0",
                'whitespace_logins{state="connected"}',
                'whitespace_platform_requests_total{service="api",status="200"}',
                'whitespace_refused_tokens_total{reason="DecodeError"}',
            ):
                assert figure in figures
            for name in ("alice", "bob", "CALDERFINCH", firm.platform.platform.login.refresh_token or "-"):
                assert name not in figures


def said(*line: str) -> str:
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout  # noqa: S603  # programs found above


async def test_no_secret_is_in_a_log_a_dump_or_an_address(
    firm: Firm, refresh_token: str, database: tuple[Engine, str], cache: tuple[Engine, str]
) -> None:
    await until_sharing(firm)
    await firm.connect("eve", refresh_token)
    token = await firm.access_token("eve")
    async with firm.client(token) as client:
        assert await counts(client) == [60, 30]
    dump = said(program("pg_dump"), database[1])
    assert "eve" in dump, "it is a dump of the table"
    client_line = [program("redis-cli"), "-u", cache[1], "--raw"]
    names = said(*client_line, "KEYS", "*")
    assert "whitespace:token:" in names
    redis = names + said(*client_line, "MGET", *names.split())
    trail = str([firm.trail(replica) for replica in firm.replicas])
    everything = {"logs": firm.written(), "database": dump, "redis": redis, "trail": trail}
    for secret in secrets_of(refresh_token, token, "connect-secret", database[1].split(":")[2].split("@")[0]):
        for where, text in everything.items():
            assert secret not in text, where
            assert secret.encode().hex() not in text, where


async def test_a_person_who_asks_too_fast_is_told_when_to_go_on(firm: Firm, migrated: str, refresh_token: str) -> None:
    await firm.connect("fay", refresh_token)
    async with (
        replica_here(firm, migrated, WHITESPACE_TEAM_CALLS_A_MINUTE="3") as door,
        firm.client(await firm.access_token("fay"), door=door) as client,
    ):
        for _ in range(3):
            assert await counts(client) == [60, 30]
        assert re.search(r"faster than it allows.*Try again in \d+ seconds", await refused(client, "whoami"))
