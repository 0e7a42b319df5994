"""The table of logins, in a real PostgreSQL."""

import secrets
from contextlib import AsyncExitStack
from dataclasses import replace

import anyio
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from pydantic import SecretStr

from team.engines import Engine
from whitespace_mcp.config.errors import Unavailable
from whitespace_mcp.team.database import CONNECTIONS, Database
from whitespace_mcp.team.keys import KeyFile, NotOpened
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.vault import Vault, migrate, pending

TOKEN = SecretStr("a refresh token of the firm")


async def test_a_token_is_kept_sealed_and_given_back(pool: Database, keys: KeyFile, person: Person) -> None:
    vault = Vault(pool, keys)
    assert await vault.get(person) is None
    await vault.put(person, TOKEN)
    grant = await vault.get(person)
    assert grant is not None
    assert (grant.state, grant.version) == ("connected", 1)
    assert (await vault.token(person, grant)).get_secret_value() == TOKEN.get_secret_value()
    async with pool.connection() as connection:
        rows = await (await connection.execute("select grants::text from grants")).fetchall()
    assert TOKEN.get_secret_value().encode().hex() not in str(rows)
    assert await vault.forget(person)
    assert await vault.get(person) is None
    assert not await vault.forget(person)


async def test_a_row_that_was_copied_to_somebody_else_does_not_open(
    pool: Database, keys: KeyFile, person: Person
) -> None:
    vault = Vault(pool, keys)
    await vault.put(person, TOKEN)
    other = replace(person, subject=secrets.token_hex(8))
    async with pool.connection() as connection:
        await connection.execute(
            "insert into grants (environment, issuer, subject, key_name, wrapped, box)"
            " select environment, issuer, %s, key_name, wrapped, box from grants where subject = %s",
            (other.subject, person.subject),
        )
    grant = await vault.get(other)
    assert grant is not None
    with pytest.raises(NotOpened):
        await vault.token(other, grant)


async def test_of_two_writers_with_one_version_the_second_changes_nothing(
    pool: Database, keys: KeyFile, person: Person
) -> None:
    vault = Vault(pool, keys)
    await vault.put(person, TOKEN)
    doubted = await vault.doubt(person, 1)
    assert doubted is not None
    assert (doubted.state, doubted.version) == ("doubtful", 2)
    assert await vault.doubt(person, 1) is None
    await vault.put(person, TOKEN)
    assert await vault.doubt(person, 2) is None, "a refusal of the former token is not one of the new"
    grant = await vault.get(person)
    assert grant is not None
    assert (grant.state, grant.version) == ("connected", 3)


async def test_a_login_is_refused_only_when_it_was_a_minute_ago_too(
    pool: Database, keys: KeyFile, person: Person
) -> None:
    vault = Vault(pool, keys)
    await vault.put(person, TOKEN)
    for version in (1, 2):
        grant = await vault.doubt(person, version)
        assert grant is not None
        assert grant.state == "doubtful", "a hiccup"
    trusted = await vault.trust(person, 3)
    assert trusted is not None
    assert trusted.state == "connected"
    assert await vault.doubt(person, 4) is not None
    async with pool.connection() as connection:
        await connection.execute("update grants set doubted = doubted - interval '2 minutes'")
    grant = await vault.doubt(person, 5)
    assert grant is not None
    assert grant.state == "refused"


async def test_keys_are_rotated_while_rows_are_read_and_written(pool: Database, person: Person) -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    people = [replace(person, subject=f"{person.subject}-{number}") for number in range(12)]
    before, both = Vault(pool, KeyFile({"old": old})), Vault(pool, KeyFile({"new": new, "old": old}))
    async with pool.connection() as connection:
        await connection.execute("delete from grants")
    for each in people:
        await before.put(each, TOKEN)
    async with pool.connection() as connection:
        await connection.execute(  # the first of all, whose key nobody has any more
            "insert into grants (environment, issuer, subject, key_name, wrapped, box)"
            " values ('', '', '', 'gone', '', '')"
        )

    async def read(vault: Vault) -> None:
        for each in people * 3:
            grant = await vault.get(each)
            assert grant is not None
            assert (await vault.token(each, grant)).get_secret_value() == TOKEN.get_secret_value()

    rotated: list[int] = []

    async def rotate() -> None:
        rotated.append(await both.rotate())

    async with anyio.create_task_group() as tasks:
        for work in (rotate, lambda: read(both), lambda: both.put(people[3], TOKEN)):
            tasks.start_soon(work)
    assert rotated[0] >= len(people) - 1
    assert await both.rotate() == 0
    assert await both.counts() == {("connected", "gone"): 1, ("connected", "new"): len(people)}
    await read(Vault(pool, KeyFile({"new": new})))


async def test_migrations_run_once_whoever_begins_them(database: tuple[Engine, str]) -> None:
    address = SecretStr(database[1])
    async with Database(address) as pool:
        async with pool.connection() as connection:
            await connection.execute("drop table if exists migrations, grants")
        assert await pending(pool) == ["0001_grants.sql"]
        assert "team migrate" in await Vault(pool, KeyFile({"k": bytes(32)})).obstacle()
        ran: list[str] = []

        async def run() -> None:
            ran.extend(await migrate(pool))

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(run)
        assert ran == ["0001_grants.sql"]
        assert await pending(pool) == []
        assert await Vault(pool, KeyFile({"k": bytes(32)})).obstacle() == ""


async def test_a_database_that_is_gone_is_told_without_its_address_and_comes_back(
    database: tuple[Engine, str], pool: Database, keys: KeyFile, person: Person
) -> None:
    vault = Vault(pool, keys)
    await vault.put(person, TOKEN)
    with database[0].gone():
        with pytest.raises(Unavailable) as error:
            await vault.get(person)
        assert "127.0.0.1" not in f"{error.value}"
    assert await vault.get(person) is not None, "what was committed is there"


async def test_a_store_that_closed_every_connection_meanwhile_answers_the_first_who_asks(
    migrated: str, keys: KeyFile, person: Person
) -> None:
    async with Database(SecretStr(make_conninfo(migrated, application_name="idle"))) as database:
        async with AsyncExitStack() as stack:
            for _ in range(CONNECTIONS):
                await stack.enter_async_context(database.connection())
        with psycopg.connect(migrated) as operator:
            closed = operator.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'idle'"
            ).fetchall()
        assert closed == [(True,)] * CONNECTIONS
        assert await Vault(database, keys).get(person) is None


async def test_a_database_that_can_only_be_read_is_told_and_left_for_another(
    migrated: str, keys: KeyFile, person: Person
) -> None:
    name = f"standby{secrets.token_hex(4)}"
    address = SecretStr(make_conninfo(migrated, dbname=name))
    async with await psycopg.AsyncConnection.connect(migrated, autocommit=True) as operator:
        await operator.execute(f"create database {name}".encode())
        async with Database(address) as hurried:
            await migrate(hurried)
        async with Database(address) as database:
            vault = Vault(database, keys)
            await operator.execute(f"alter database {name} set default_transaction_read_only = on".encode())
            assert await vault.get(person) is None
            assert await vault.obstacle() == ""
            with pytest.raises(Unavailable, match="can only be read"):
                await vault.put(person, TOKEN)
            await operator.execute(f"alter database {name} reset default_transaction_read_only".encode())
            await vault.put(person, TOKEN)
            assert await vault.get(person) is not None


async def test_a_database_without_an_encoding_will_do(migrated: str, keys: KeyFile, person: Person) -> None:
    """What `initdb` makes on a machine without a language, such as a container."""
    name = f"plain{secrets.token_hex(4)}"
    async with await psycopg.AsyncConnection.connect(migrated, autocommit=True) as operator:
        await operator.execute(f"create database {name} encoding 'SQL_ASCII' locale 'C' template template0".encode())
    zoe = replace(person, subject="zo\u00eb")
    async with Database(SecretStr(make_conninfo(migrated, dbname=name))) as database:
        await migrate(database)
        vault = Vault(database, keys)
        assert await vault.obstacle() == ""
        await vault.put(zoe, TOKEN)
        grant = await vault.get(zoe)
        assert grant is not None
        assert (await vault.token(zoe, grant)).get_secret_value() == TOKEN.get_secret_value()
        assert await vault.counts() == {("connected", "k1"): 1}


async def test_people_are_told_apart_letter_by_letter(pool: Database, keys: KeyFile, person: Person) -> None:
    vault = Vault(pool, keys)
    await vault.put(person, TOKEN)
    for other in (replace(person, subject=person.subject.upper()), replace(person, subject=f"{person.subject} ")):
        assert other != person
        assert await vault.get(other) is None
        assert not await vault.forget(other)
    assert await vault.get(replace(person, issuer=f"{person.issuer}/")) is None


async def test_a_connection_left_in_a_transaction_is_lent_without_it(pool: Database) -> None:
    async with pool.connection() as connection:
        await connection.execute("begin")
    async with pool.connection() as connection:
        assert connection.info.transaction_status == TransactionStatus.IDLE


async def test_a_database_that_says_nothing_is_told_in_time_and_heals(
    database: tuple[Engine, str], keys: KeyFile, person: Person
) -> None:
    async with Database(SecretStr(database[1]), patience=0.3) as hurried:
        vault = Vault(hurried, keys)
        await vault.put(person, TOKEN)
        with database[0].silent():
            for obstacle in (await vault.obstacle(), await vault.obstacle()):  # on a connection from before, and anew
                assert "does not answer" in obstacle
        assert await vault.get(person) is not None
