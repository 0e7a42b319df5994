"""Connections to PostgreSQL: a few that are kept, each lent to one piece of work at a time.

Whoever asks is answered or told within `PATIENCE` seconds: at once where nobody listens, and at the end of them where
the database takes the question and says nothing. Nothing is tried behind their backs, so that the first question after
the database is back is answered. (psycopg's own pool tells nobody that a connection was refused, goes on trying by
itself for some seconds, and waits without end for a database that says nothing.)
"""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Self

import anyio
import psycopg
from psycopg.pq import TransactionStatus
from pydantic import SecretStr

from whitespace_mcp.config.errors import Unavailable

CONNECTIONS: Final = 8
"""Of one replica; each statement takes about a millisecond."""
PATIENCE: Final = 5.0
"""Seconds for everything that one piece of work asks of the database."""
IDLE_SECONDS: Final = 300.0
"""A connection that was not used for so long is made anew: something on its way may have forgotten it."""


class Database:
    """A database; as a context it closes its connections at the end.

    Args:
        address: such as postgresql://user:password@host/name.
        patience: seconds for one piece of work.
    """

    def __init__(self, address: SecretStr, patience: float = PATIENCE) -> None:
        self._address = address
        self._patience = patience
        self._places = anyio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[float, psycopg.AsyncConnection]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._forget()

    @asynccontextmanager
    async def connection(self, *, unhurried: bool = False) -> AsyncGenerator[psycopg.AsyncConnection]:
        """A connection that commits each statement by itself.

        `unhurried` work may take as long as it likes.

        Raises:
            Unavailable: the database does not answer, or can only be read; its own words, which may name hosts, stay in
                the log.
        """
        try:
            with anyio.fail_after(None if unhurried else self._patience):
                async with self._places, self._lent() as connection:
                    yield connection
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction, TimeoutError) as error:
            await self._forget()  # there may be another one by now that answers
            read_only = isinstance(error, psycopg.errors.ReadOnlySqlTransaction)
            what = "can only be read at the moment" if read_only else "does not answer"
            raise Unavailable(f"The store of logins of this server {what}", retry="Try again in a minute.") from error

    @asynccontextmanager
    async def _lent(self) -> AsyncGenerator[psycopg.AsyncConnection]:
        """A connection that answers; it is kept if all went well, and closed otherwise."""
        connection = await self._kept() or await self._made()
        try:
            yield connection
        except BaseException:
            await connection.close()
            raise
        if connection.info.transaction_status == TransactionStatus.IDLE:
            self._idle.append((time.monotonic(), connection))
        else:  # left in the middle of a transaction
            await connection.close()

    async def _kept(self) -> psycopg.AsyncConnection | None:
        """The one that was used last, if it is still good; those before it were not used for longer."""
        while self._idle:
            since, connection = self._idle.pop()
            try:
                if time.monotonic() - since < IDLE_SECONDS:
                    await connection.execute("")
                    return connection
            except psycopg.OperationalError:
                pass
            except BaseException:
                await connection.close()
                raise
            await connection.close()
        return None

    async def _made(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._address.get_secret_value(), autocommit=True, connect_timeout=int(PATIENCE), prepare_threshold=None
        )

    async def _forget(self) -> None:
        """Close what is kept: it leads to where nobody answers, or to nobody any more."""
        while self._idle:
            await self._idle.pop()[1].close()
