"""Everybody's refresh tokens, sealed, in one table of PostgreSQL.

A writer names the version that it has read; of two writers with the same one the second changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Final, Literal, LiteralString

import psycopg
from psycopg.rows import class_row, scalar_row
from pydantic import SecretStr

from whitespace_mcp.config.errors import Unavailable
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyService, NotOpened, SealedSecret, rewrap, seal, unseal
from whitespace_mcp.team.person import Person

State = Literal["connected", "doubtful", "refused"]

_LOCK: Final = 7_741_803
"""The advisory lock that migrations run under."""
_MIGRATIONS: Final = "create table if not exists migrations (name text primary key, at timestamptz not null)"
_AGAIN: Final = "10 minutes"
"""After so long a login that is refused for good is tried once more: an outage may have been all that it was."""
_COLUMNS: Final = (
    "key_name, wrapped, box, version, state, created, used,"
    f" coalesce(state = 'refused' and doubted > now() - interval '{_AGAIN}', false) as settled"
)
_PERSON: Final = "environment = %(environment)s and issuer = %(issuer)s and subject = %(subject)s"


@dataclass(frozen=True)
class Grant:
    """A person's stored login.

    Attributes:
        key_name, wrapped, box: the sealed refresh token.
        version: counts every change of the token or its state.
        state: `connected`; `doubtful` after a refusal, which an outage also looks like; `refused` after a second one.
        created: when the token was stored; `used`: the last day it was used.
        settled: it is refused for good, and was tried lately.
    """

    key_name: str
    wrapped: bytes
    box: bytes
    version: int
    state: State
    created: datetime
    used: datetime
    settled: bool

    @property
    def login(self) -> str:
        """What tells this login from the one before it and the one after it: when it was stored."""
        return self.created.isoformat()

    @property
    def sealed(self) -> SealedSecret:
        """The token as it is sealed."""
        return SealedSecret(self.key_name, self.wrapped, self.box)


class Vault:
    """The table of grants."""

    def __init__(self, database: Database, keys: KeyService) -> None:
        self._database = database
        self._keys = keys

    async def get(self, person: Person) -> Grant | None:
        """A person's grant, if there is one."""
        return await self._row(f"select {_COLUMNS} from grants where {_PERSON}", vars(person))  # constants

    async def token(self, person: Person, grant: Grant) -> SecretStr:
        """The refresh token of a person's grant.

        Raises:
            NotOpened: the row is not this person's, or its key is not here.
        """
        return await unseal(self._keys, grant.sealed, person.context)

    async def put(self, person: Person, token: SecretStr) -> None:
        """Store a token that was proven to work; it replaces a former one."""
        sealed = await seal(self._keys, token, person.context)
        await self._execute(
            "insert into grants (environment, issuer, subject, key_name, wrapped, box)"
            " values (%(environment)s, %(issuer)s, %(subject)s, %(key_name)s, %(wrapped)s, %(box)s)"
            " on conflict (environment, issuer, subject) do update set key_name = excluded.key_name,"
            " wrapped = excluded.wrapped, box = excluded.box, version = grants.version + 1, state = 'connected',"
            " doubted = null, created = now(), used = now()",
            {**vars(person), **vars(sealed)},
        )

    async def doubt(self, person: Person, version: int) -> Grant | None:
        """Note that the login service refused the token of that version: `refused` only a minute after a first time.

        Returns:
            The grant as it is now; None if there is another token by now.
        """
        return await self._row(
            "update grants set version = version + 1, state = case when"
            " state = 'refused' or doubted < now() - interval '1 minute' then 'refused' else 'doubtful' end,"
            " doubted = case when doubted > now() - interval '1 minute' then doubted else now() end"
            f" where {_PERSON} and version = %(version)s returning {_COLUMNS}",
            {**vars(person), "version": version},
        )

    async def trust(self, person: Person, version: int) -> Grant | None:
        """Note that the token of that version works again."""
        return await self._row(
            "update grants set version = version + 1, doubted = null, state = 'connected'"
            f" where {_PERSON} and version = %(version)s returning {_COLUMNS}",
            {**vars(person), "version": version},
        )

    async def touch(self, person: Person) -> None:
        """Note that the grant is used, once a day."""
        await self._execute(
            f"update grants set used = now() where {_PERSON} and used < now() - interval '1 day'",
            vars(person),
        )

    async def forget(self, person: Person) -> bool:
        """Remove a person's grant; False if there was none."""
        return await self._execute(f"delete from grants where {_PERSON}", vars(person)) == 1

    async def forget_subject(self, subject: str) -> int:
        """Remove whatever is kept of a subject, at every issuer and environment; how many rows there were."""
        return await self._execute("delete from grants where subject = %(subject)s", {"subject": subject})

    async def forget_unused(self, days: int) -> int:
        """Remove grants that nobody used for so many days; how many there were."""
        return await self._execute(
            "delete from grants where used < now() - %(days)s * interval '1 day'", {"days": days}
        )

    async def rotate(self) -> int:
        """Wrap with the current key whatever another one wrapped, row by row; may be stopped and begun again.

        A row that no key opens is left as it is.

        Returns:
            How many rows were wrapped anew.
        """
        done = 0
        async with self._database.connection() as connection:
            rows = await connection.execute(
                "select environment, issuer, subject from grants where key_name <> %s", (self._keys.current,)
            )
            people = [Person(environment=row[0], issuer=row[1], subject=row[2]) async for row in rows]
        for person in people:
            grant = await self.get(person)
            if grant is not None and grant.key_name != self._keys.current:
                done += await self._rewrap(person, grant)
        return done

    async def _rewrap(self, person: Person, grant: Grant) -> int:
        try:
            sealed = await rewrap(self._keys, grant.sealed, person.context)
        except NotOpened:
            return 0
        return await self._execute(
            f"update grants set key_name = %(key_name)s, wrapped = %(wrapped)s"
            f" where {_PERSON} and version = %(version)s and key_name = %(former)s",
            {
                **vars(person),
                "key_name": sealed.key_name,
                "wrapped": sealed.wrapped,
                "version": grant.version,
                "former": grant.key_name,
            },
        )

    async def counts(self) -> dict[tuple[State, str], int]:
        """How many grants there are by state and key."""
        async with self._database.connection() as connection:
            rows = await connection.execute("select state, key_name, count(*) from grants group by 1, 2")
            return {(row[0], row[1]): row[2] async for row in rows}

    async def obstacle(self) -> str:
        """Why nothing can be stored; empty where the database answers and its tables are as this version needs them."""
        try:
            names = await pending(self._database)
        except Unavailable as error:
            return error.what
        return f"The database needs `whitespace-mcp team migrate` first: {', '.join(names)}" if names else ""

    async def _row(self, statement: LiteralString, values: dict[str, object]) -> Grant | None:
        """The row that a statement gives."""
        async with self._database.connection() as connection, connection.cursor(row_factory=class_row(Grant)) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchone()

    async def _execute(self, statement: LiteralString, values: dict[str, object]) -> int:
        async with self._database.connection() as connection:
            return (await connection.execute(statement, values)).rowcount


async def migrate(database: Database) -> list[str]:
    """Bring the tables up to date, under a lock so that replicas that begin at once do it one after the other.

    Returns:
        The names of the migrations that were run.
    """
    done: list[str] = []
    async with database.connection(unhurried=True) as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        await connection.execute(_MIGRATIONS)
        for name in await _missing(connection):
            script = resources.files("whitespace_mcp.team.migrations").joinpath(name).read_bytes()
            await connection.execute(script)
            await connection.execute("insert into migrations values (%s, now())", (name,))
            done.append(name)
    return done


async def pending(database: Database) -> list[str]:
    """The migrations that have not been run yet."""
    async with database.connection() as connection:
        exists = await connection.execute("select to_regclass('migrations') is not null")
        row = await exists.fetchone()
        return await _missing(connection) if row and row[0] else _all()


async def _missing(connection: psycopg.AsyncConnection) -> list[str]:
    async with connection.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute("select name from migrations")
        there = set(await cursor.fetchall())
    return [name for name in _all() if name not in there]


def _all() -> list[str]:
    folder = resources.files("whitespace_mcp.team.migrations")
    return sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
