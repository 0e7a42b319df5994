"""Connections to PostgreSQL: psycopg's pool, with an end to what anybody waits for.

The pool has no end for a database that takes a question and says nothing, so `PATIENCE` is set around it; and where
nobody listens it says so after `WAIT` seconds only, since it goes on trying by itself meanwhile.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Self

import anyio
import psycopg
from psycopg.errors import ReadOnlySqlTransaction
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from whitespace_mcp.config.errors import Unavailable

logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())  # its words are for a log, where there is one

CONNECTIONS: Final = 8
"""Of one replica; each statement takes about a millisecond."""
PATIENCE: Final = 5.0
"""Seconds for everything that one piece of work asks of the database."""
WAIT: Final = 2.0
"""Seconds for a connection to be had."""
IDLE_SECONDS: Final = 300.0
"""A connection that was not used for so long is closed: something on its way may have forgotten it."""


class Database:
    """A database, by an address such as postgresql://user:password@host/name; as a context it holds its connections."""

    def __init__(self, address: SecretStr, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._pool = AsyncConnectionPool(
            address.get_secret_value(),
            open=False,
            min_size=0,
            max_size=CONNECTIONS,
            timeout=min(WAIT, patience),
            max_idle=IDLE_SECONDS,
            reconnect_timeout=WAIT / 2,
            check=self._check,
            kwargs={
                "autocommit": True,
                "client_encoding": "utf8",  # else texts are bytes where the database was made without an encoding
                "connect_timeout": int(PATIENCE),
                "prepare_threshold": None,
            },
        )

    async def _check(self, connection: psycopg.AsyncConnection) -> None:
        """Whether a connection still works; where it does not, those that were idle with it are dropped too.

        The pool tries one after another, and waits longer after each: with several the first who asks gets none.
        """
        try:
            await AsyncConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            await self._pool.drain()
            raise

    async def __aenter__(self) -> Self:
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

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
                async with self._pool.connection() as connection:
                    try:
                        yield connection
                    except ReadOnlySqlTransaction:
                        await connection.close()  # the address may lead to another database by now
                        raise
        except ReadOnlySqlTransaction as error:
            raise _unavailable("can only be read at the moment") from error
        except (psycopg.OperationalError, TimeoutError) as error:
            raise _unavailable("does not answer") from error


def _unavailable(what: str) -> Unavailable:
    return Unavailable(f"The store of logins of this server {what}", retry="Try again in a minute.")
