"""What an operator configures: read from environment variables, each fault one sentence that names its variable."""

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AnyHttpUrl, SecretStr
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.team.keys import read_keys

PREFIX: Final = "WHITESPACE_TEAM"
_SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class TeamSettings:
    """The configuration of a team's server.

    Attributes:
        url: the public address of `/mcp`, as it is published: small letters, without the usual port.
        issuer: the identity provider, letter by letter as its metadata has it.
        audience: what the provider writes into `aud` for this server.
        scope: the scope that a token must carry.
        subject_claim: the claim that names a person the same way in id and access tokens.
        client_id: of the confidential client that `/connect` logs people in with.
        client_secret: its secret.
        database: PostgreSQL, as a URL or as key=value pairs.
        redis: Redis or Valkey; None renews in each replica for itself.
        keys: the file with the keys that seal refresh tokens, the first one is used for writing.
        replica: the name of this process, and of its folder of the audit trail.
        audit_people: how people are named in the audit trail, `plain` or `pseudonym`.
        calls_a_minute: of one person.
        calls_at_once: of one person.
        requests_at_once: to the platform, of all people of this process.
        drain: seconds that calls in flight may take once the process was told to stop.
        memory: megabytes for the lists of all people of this process.
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


@dataclass(frozen=True)
class TeamVariable:
    """One variable: its name without the prefix, what it means, and its default; None where it has to be set."""

    name: str
    meaning: str
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
    TeamVariable("URL", "public address of the server, ending in /mcp"),
    TeamVariable("ISSUER", "the identity provider's issuer, letter by letter as its metadata has it"),
    TeamVariable("AUDIENCE", "what tokens for this server have as `aud`; the public address where it is not set", ""),
    TeamVariable("SCOPE", "scope that a token must carry", "risks:read"),
    TeamVariable("SUBJECT_CLAIM", "claim that names a person alike in id and access tokens (Entra ID: oid)", "sub"),
    TeamVariable("CLIENT_ID", "client that the page /connect logs people in with"),
    TeamVariable("CLIENT_SECRET", "its secret (secret)"),
    TeamVariable("DATABASE", "PostgreSQL, such as postgresql://user:password@host/name (secret)"),
    TeamVariable("REDIS", "Redis or Valkey, such as rediss://:password@host/0 (secret)", ""),
    TeamVariable("KEYS", "file with the sealing keys, a line each: NAME BASE64-OF-32-BYTES; the first one writes"),
    TeamVariable("REPLICA", "name of this process; the machine's name where it is not set", ""),
    TeamVariable("AUDIT_PEOPLE", "how the audit trail names people: plain, or pseudonym", "plain"),
    TeamVariable("CALLS_A_MINUTE", "calls of one person in a minute", "120"),
    TeamVariable("CALLS_AT_ONCE", "calls of one person at a time", "8"),
    TeamVariable("REQUESTS_AT_ONCE", "requests to the platform at a time, of all people of a process", "64"),
    TeamVariable("DRAIN", "seconds that calls in flight may take once the process was told to stop", "20"),
    TeamVariable("MEMORY", "megabytes for the lists, facts and sessions of all people of a process", "1024"),
)


def faults_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each variable that cannot be used, continuing its name; never the value of a secret."""
    faults: dict[str, str] = {}
    for each in VARIABLES:
        value = _given(environment, each)
        check = _CHECKS.get(each.name)
        if value is None:
            faults[each.full_name] = "is not set"
        elif value and check and (problem := check(value)):
            faults[each.full_name] = problem
    return faults


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
    faults = faults_of(environment)
    if faults:
        raise NotConfigured(
            "The team's configuration cannot be used: " + "; ".join(" ".join(fault) for fault in faults.items()),
            do="docs/team.md says what each variable is for.",
        )
    given = {each.name: _given(environment, each) or "" for each in VARIABLES}
    url = str(AnyHttpUrl(given["URL"]))  # as the SDK publishes it, for hosts to ask tokens for
    return TeamSettings(
        url=url,
        issuer=given["ISSUER"],
        audience=given["AUDIENCE"] or url,
        scope=given["SCOPE"],
        subject_claim=given["SUBJECT_CLAIM"],
        client_id=given["CLIENT_ID"],
        client_secret=SecretStr(given["CLIENT_SECRET"]),
        database=SecretStr(given["DATABASE"]),
        redis=SecretStr(given["REDIS"]) if given["REDIS"] else None,
        keys=Path(given["KEYS"]),
        replica=given["REPLICA"] or _name(socket.gethostname()),
        audit_people=given["AUDIT_PEOPLE"],
        calls_a_minute=int(given["CALLS_A_MINUTE"]),
        calls_at_once=int(given["CALLS_AT_ONCE"]),
        requests_at_once=int(given["REQUESTS_AT_ONCE"]),
        drain=int(given["DRAIN"]),
        memory=int(given["MEMORY"]),
    )


def _given(environment: Mapping[str, str], variable: TeamVariable) -> str | None:
    return environment.get(variable.full_name, "").strip() or variable.default


def _web_address(value: str) -> str | None:
    """What is wrong with an address; plain http is for this machine only."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "is no address"
    local = host in {"localhost", "127.0.0.1", "::1"}
    if not host or parts.scheme not in {"https", "http"} or (parts.scheme == "http" and not local):
        return "must be an https address (http only on this machine)"
    return "must have no query, fragment or password" if parts.query or parts.fragment or "@" in parts.netloc else None


def _resource(value: str) -> str | None:
    return _web_address(value) or (None if urlsplit(value).path == "/mcp" else "must end in /mcp")


def _counts(value: str) -> str | None:
    return None if value.isdecimal() and 0 < int(value) <= 1_000_000 else "must be a whole number above 0"


def _database(value: str) -> str | None:
    try:
        mode = conninfo_to_dict(value).get("sslmode", "prefer")
    except psycopg.ProgrammingError:
        return "must be a PostgreSQL address, such as postgresql://user:password@host/name"
    return None if mode in _SSL_MODES else f"must have one of these as its sslmode: {', '.join(_SSL_MODES)}"


def _redis(value: str) -> str | None:
    try:
        pool = ConnectionPool.from_url(value)  # pyright: ignore[reportUnknownMemberType]
    except ValueError:
        return "must begin with redis://, rediss:// or unix:// and be an address"
    try:
        pool.make_connection()
    except (TypeError, ValueError, RedisError):
        return "has an option that there is not (those of TLS need rediss://)"
    return None


def _replica(value: str) -> str | None:
    return None if value == _name(value) else "may have letters, digits, dots, - and _ only"


def _name(value: str) -> str:
    """The same with nothing in it that a folder's name should not have."""
    return re.sub(r"^\W|[^A-Za-z0-9._-]", "_", value)[:100]


def _audit_people(value: str) -> str | None:
    return None if value in {"plain", "pseudonym"} else "must be plain or pseudonym"


def _keys(value: str) -> str | None:
    try:
        read_keys(Path(value))
    except NotConfigured as error:
        form = "; a line is a name, a blank, and what `openssl rand -base64 32` gives" if error.do else ""
        return f"cannot be used: {error.what}{form}"
    return None


def _scope(value: str) -> str | None:
    right = re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", value)
    return None if right else "must be one scope, without blanks and quotation marks"


_CHECKS: Final[dict[str, Callable[[str], str | None]]] = {
    "URL": _resource,
    "ISSUER": _web_address,
    "DATABASE": _database,
    "REDIS": _redis,
    "REPLICA": _replica,
    "AUDIT_PEOPLE": _audit_people,
    "KEYS": _keys,
    "SCOPE": _scope,
    "CALLS_A_MINUTE": _counts,
    "CALLS_AT_ONCE": _counts,
    "REQUESTS_AT_ONCE": _counts,
    "DRAIN": _counts,
    "MEMORY": _counts,
}
