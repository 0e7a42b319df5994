"""What the doctor of a team's server finds out about its keys, its database and Redis."""

import os
import stat
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr
from redis.exceptions import AuthenticationError, RedisError

from whitespace_mcp.config.environment import is_loopback
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.setup.checks import Check, failed
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.database import PATIENCE, Database
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.shared import open_redis
from whitespace_mcp.team.vault import State, Vault, pending

_RIGHTS: Final = "select bool_and(has_table_privilege('grants', needed)) from unnest(%s::text[]) as needed"
_NEEDED: Final = ["select", "insert", "update", "delete"]
_TRUST: Final = (
    "Add sslrootcert=FILE to its address, with the certificate that has signed PostgreSQL's; sslrootcert=system where a"
    " public authority has."
)
_REACH: Final = "Check WHITESPACE_TEAM_DATABASE, and whether this machine may connect to it."
_REFUSALS: Final = (
    (("authentication failed", "no password supplied"), "PostgreSQL refuses the user or the password", _REACH),
    (("does not support SSL",), "PostgreSQL speaks no TLS, and its address asks for it", "Turn it on there."),
    (("certificate",), "the certificate of PostgreSQL cannot be verified", _TRUST),
    (("does not exist",), "PostgreSQL answers, and there is no such database or user", _REACH),
    (("",), "no connection to PostgreSQL can be made", _REACH),
)
"""What may stand in the reason why there is no connection, and what that means; the first that fits."""


def check_keys(settings: TeamSettings) -> Check:
    """The file of keys: whether others can read it. A group may, since clusters mount secrets like that."""
    try:
        keys = read_keys(settings.keys)
    except WhitespaceError as error:
        return failed("keys", error)
    mode = stat.S_IMODE(settings.keys.stat().st_mode)
    if os.name == "posix" and mode & 0o026:
        return Check(
            "keys", "failed", f"others on this machine can read or change {settings.keys}",
            f"Run: chmod 600 '{settings.keys}', then put a new key in front and run whitespace-mcp team rotate-keys.",
        )  # fmt: skip
    others = f", {len(keys) - 1} more can be read" if len(keys) > 1 else ""
    return Check("keys", "ok", f"{settings.keys}; {next(iter(keys))} seals{others}")


async def check_database(settings: TeamSettings) -> list[Check]:
    """PostgreSQL: whether it answers, over TLS if it is elsewhere; its tables; and the keys of what is stored."""
    refusal = await _refusal(settings.database)
    if refusal:
        return [refusal, Check("tables", "skipped", "the database was not reached")]
    async with Database(settings.database) as database:
        async with database.connection() as connection:
            number = connection.info.server_version
            spoken = f"PostgreSQL {number // 10_000}.{number % 10_000}"
            open_wire = not connection.pgconn.ssl_in_use and _elsewhere(settings.database)
        answers = Check("database", "ok", spoken)
        if open_wire:
            remedy = f"Add sslmode=verify-full to its address. {_TRUST}"
            answers = Check("database", "warning", f"{spoken}, without TLS", remedy)
        names = await pending(database)
        if names:
            remedy = "Run: whitespace-mcp team migrate"
            return [answers, Check("tables", "failed", f"{', '.join(names)} has not been run", remedy)]
        async with database.connection() as connection:
            row = await (await connection.execute(_RIGHTS, (_NEEDED,))).fetchone()
        if not (row and row[0]):
            remedy = "Grant select, insert, update and delete on the table grants to the user of the address."
            return [answers, Check("tables", "failed", "this user may not change what is stored", remedy)]
        keys = read_keys(settings.keys)
        return [answers, _stored(await Vault(database, KeyFile(keys)).counts(), list(keys))]


def _stored(counts: Mapping[tuple[State, str], int], keys: list[str]) -> Check:
    """Whether everything that is stored opens with the keys that are here."""
    by_key: dict[str, int] = {}
    for (_, key), number in counts.items():
        by_key[key] = by_key.get(key, 0) + number
    lost = {key: number for key, number in by_key.items() if key not in keys}
    if lost:
        text = ", ".join(f"{number} with {key}" for key, number in sorted(lost.items()))
        return Check(
            "tables", "failed", f"logins are sealed with keys that are not in the file: {text}",
            "Put those keys back into the file of keys; without them these people have to connect again.",
        )  # fmt: skip
    old = sum(number for key, number in by_key.items() if key != keys[0])
    if old:
        return Check(
            "tables", "warning", f"{old} of {sum(by_key.values())} logins are sealed with an older key",
            "Run: whitespace-mcp team rotate-keys",
        )  # fmt: skip
    return Check("tables", "ok", f"up to date; {sum(by_key.values())} logins are stored")


async def _refusal(database: SecretStr) -> Check | None:
    """Why no connection can be made, without names of machines and without the password; None where it can."""
    try:
        connection = await psycopg.AsyncConnection.connect(database.get_secret_value(), connect_timeout=int(PATIENCE))
    except psycopg.OperationalError as error:
        said = str(error)
        fits = ((reason, remedy) for words, reason, remedy in _REFUSALS if any(each in said for each in words))
        return Check("database", "failed", *next(fits))
    await connection.close()
    return None


def _elsewhere(database: SecretStr) -> bool:
    host = str(conninfo_to_dict(database.get_secret_value()).get("host") or "")
    return bool(host) and not host.startswith("/") and not is_loopback(host)


async def check_redis(settings: TeamSettings) -> Check:
    """Redis or Valkey, if one is configured."""
    redis = open_redis(settings.redis)
    if redis is None:
        return Check("redis", "skipped", "none is set: each replica renews for itself, which is enough for one")
    try:
        about = await redis.info("server")  # pyright: ignore[reportUnknownMemberType]
    except AuthenticationError:
        return Check("redis", "failed", "Redis refuses the user or the password", "Correct WHITESPACE_TEAM_REDIS.")
    except (RedisError, OSError, TimeoutError) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Check(
                "redis", "failed", "the certificate of Redis cannot be verified",
                "Add ?ssl_ca_certs=FILE to its address, with the certificate that has signed it.",
            )  # fmt: skip
        return Check(
            "redis", "failed", "Redis cannot be reached; the server works without it, and renews more often",
            "Check WHITESPACE_TEAM_REDIS, and whether this machine may connect to it.",
        )  # fmt: skip
    finally:
        await redis.aclose()
    name, number = (
        ("Valkey", about["valkey_version"]) if "valkey_version" in about else ("Redis", about["redis_version"])
    )
    if _is_open(settings.redis):
        return Check("redis", "warning", f"{name} {number}, without TLS", "Let its address begin with rediss://.")
    return Check("redis", "ok", f"{name} {number}")


def _is_open(redis: SecretStr | None) -> bool:
    """Whether the way to Redis leads through a network and is not encrypted."""
    parts = urlsplit(redis.get_secret_value() if redis else "")
    return parts.scheme == "redis" and not is_loopback(parts.hostname or "localhost")
