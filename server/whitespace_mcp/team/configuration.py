"""What an operator configures: read from environment variables, each fault one sentence that names its variable."""

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AnyHttpUrl, SecretStr
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.config.reading import address_problem
from whitespace_mcp.team.keys import read_keys

PREFIX: Final = "WHITESPACE_TEAM"
_SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class TeamSettings:
    """The configuration of a team's server: a field for each of `VARIABLES`, whose meaning it has.

    `url` is as it is published: small letters, without the usual port. Without `redis` each replica renews for itself.
    """

    url: str
    issuer: str
    audience: str
    scope: str
    subject_claim: str
    client_id: str
    client_secret: SecretStr
    database: SecretStr
    redis: SecretStr | None
    keys: Path
    replica: str
    audit_people: str
    calls_a_minute: int
    calls_at_once: int
    requests_at_once: int
    drain: int
    memory: int

    @property
    def origin(self) -> str:
        """Scheme and host of the public address, as browsers write it."""
        return self.url.removesuffix("/mcp")


def _web_address(text: str) -> str:
    """An address; plain http is for this machine only."""
    if problem := address_problem(text):
        raise ValueError(problem)
    return text


def _resource(text: str) -> str:
    """The address of `/mcp` as the SDK publishes it, for hosts to ask tokens for."""
    if urlsplit(_web_address(text)).path != "/mcp":
        raise ValueError("must end in /mcp")
    return str(AnyHttpUrl(text))


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise ValueError("must be a whole number above 0")
    return int(text)


def _database(text: str) -> SecretStr:
    try:
        mode = conninfo_to_dict(text).get("sslmode", "prefer")
    except psycopg.ProgrammingError:
        raise ValueError("must be a PostgreSQL address, such as postgresql://user:password@host/name") from None
    if mode not in _SSL_MODES:
        raise ValueError(f"must have one of these as its sslmode: {', '.join(_SSL_MODES)}")
    return SecretStr(text)


def _redis(text: str) -> SecretStr:
    try:
        pool = ConnectionPool.from_url(text)  # pyright: ignore[reportUnknownMemberType]
    except ValueError:
        raise ValueError("must begin with redis://, rediss:// or unix:// and be an address") from None
    try:
        pool.make_connection()
    except (TypeError, ValueError, RedisError):
        raise ValueError("has an option that there is not (those of TLS need rediss://)") from None
    return SecretStr(text)


def _replica(text: str) -> str:
    if text != _folder_name(text):
        raise ValueError("may have letters, digits, dots, - and _ only")
    return text


def _folder_name(text: str) -> str:
    """The same with nothing in it that a folder's name should not have."""
    return re.sub(r"^\W|[^A-Za-z0-9._-]", "_", text)[:100]


def _audit_people(text: str) -> str:
    if text not in {"plain", "pseudonym"}:
        raise ValueError("must be plain or pseudonym")
    return text


def _keys(text: str) -> Path:
    try:
        read_keys(Path(text))
    except NotConfigured as error:
        form = "; a line is a name, a blank, and what `openssl rand -base64 32` gives" if error.do else ""
        raise ValueError(f"cannot be used: {error.what}{form}") from None
    return Path(text)


def _scope(text: str) -> str:
    if not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", text):
        raise ValueError("must be one scope, without blanks and quotation marks")
    return text


@dataclass(frozen=True)
class TeamVariable:
    """One variable: its name without the prefix, what it means, how it is read, and its default.

    What it is read by raises ValueError with what is wrong, continuing its name. Without a default it has to be set.
    """

    name: str
    meaning: str
    read: Callable[[str], object] = str
    default: str | None = None

    @property
    def full_name(self) -> str:
        """The variable itself."""
        return f"{PREFIX}_{self.name}"

    @property
    def secret(self) -> bool:
        """Whether its value is shown to nobody."""
        return self.meaning.endswith("(secret)")


VARIABLES: Final = (
    TeamVariable("URL", "public address of the server, ending in /mcp", _resource),
    TeamVariable("ISSUER", "the identity provider's issuer, letter by letter as its metadata has it", _web_address),
    TeamVariable(
        "AUDIENCE", "what tokens for this server have as `aud`; the public address where it is not set", default=""
    ),
    TeamVariable("SCOPE", "scope that a token must carry", _scope, "risks:read"),
    TeamVariable(
        "SUBJECT_CLAIM", "claim that names a person alike in id and access tokens (Entra ID: oid)", default="sub"
    ),
    TeamVariable("CLIENT_ID", "client that the page /connect logs people in with"),
    TeamVariable("CLIENT_SECRET", "its secret (secret)", SecretStr),
    TeamVariable("DATABASE", "PostgreSQL, such as postgresql://user:password@host/name (secret)", _database),
    TeamVariable("REDIS", "Redis or Valkey, such as rediss://:password@host/0 (secret)", _redis, ""),
    TeamVariable(
        "KEYS", "file with the sealing keys, a line each: NAME BASE64-OF-32-BYTES; the first one writes", _keys
    ),
    TeamVariable("REPLICA", "name of this process; the machine's name where it is not set", _replica, ""),
    TeamVariable("AUDIT_PEOPLE", "how the audit trail names people: plain, or pseudonym", _audit_people, "plain"),
    TeamVariable("CALLS_A_MINUTE", "calls of one person in a minute", _count, "120"),
    TeamVariable("CALLS_AT_ONCE", "calls of one person at a time", _count, "8"),
    TeamVariable("REQUESTS_AT_ONCE", "requests to the platform at a time, of all people of a process", _count, "64"),
    TeamVariable("DRAIN", "seconds that calls in flight may take once the process was told to stop", _count, "20"),
    TeamVariable("MEMORY", "megabytes for the lists, facts and sessions of all people of a process", _count, "1024"),
)


def faults_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each variable that cannot be used, continuing its name; never the value of a secret."""
    return _read(environment)[1]


def strangers_in(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables of a team that there are not, each with the one that is like it; empty where none is."""
    there = [each.full_name for each in VARIABLES]
    odd = sorted(name for name in environment if name.startswith(f"{PREFIX}_") and name not in there)
    return {name: next(iter(get_close_matches(name, there, n=1, cutoff=0.8)), "") for name in odd}


def read_team_settings(environment: Mapping[str, str]) -> TeamSettings:
    """Read the team's variables.

    Raises:
        NotConfigured: everything that is missing or wrong, one sentence a variable.
    """
    values, faults = _read(environment)
    if faults:
        raise NotConfigured(
            "The team's configuration cannot be used: " + "; ".join(" ".join(fault) for fault in faults.items()),
            do="docs/team.md says what each variable is for.",
        )
    values["audience"] = values["audience"] or values["url"]
    values["replica"] = values["replica"] or _folder_name(socket.gethostname())
    return TeamSettings(**values)


def _read(environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values by field, None where one may be left out and is; and what is wrong, by variable."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for each in VARIABLES:
        text = environment.get(each.full_name, "").strip() or each.default
        try:
            values[each.name.lower()] = each.read(text) if text else None
        except ValueError as error:
            faults[each.full_name] = str(error)
        if text is None:
            faults[each.full_name] = "is not set"
    return values, faults
