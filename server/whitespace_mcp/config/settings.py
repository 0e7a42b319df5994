"""What a user configures, read from a mapping so that tests can hand one over.

Nothing here raises for a bad value: hosts hide errors at start-up, so problems are collected and the first tool call
reports them.
"""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import httpx2
import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from whitespace_mcp.config.environment import SANDBOX, SANDBOX_BUCKET, AddressedSecret, Environment, StoredSecret

LEAST_TOKEN: Final = 16
"""Characters of the token that HTTP callers present."""

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
_LOG_LEVELS: Final[tuple[LogLevel, ...]] = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ON: Final = frozenset({"1", "true", "yes", "on"})
_OFF: Final = frozenset({"0", "false", "no", "off"})
_MU_ID = re.compile(r"MU[0-9A-F-]{8,60}", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%+-]{0,99}")


class Settings(BaseModel):
    """The configuration of one server process. Secrets are masked types from here on.

    Attributes:
        environment: where the platform is.
        refresh_token: the renewable token; `service_token`: instead of it. Either is for its own environment only.
        stored_token: instead of them, a renewable token that is read when it is first needed.
        extra_reads: whether the tool that reads any other documented operation is offered.
        timeout: seconds for one tool call, retries included.
        fresh_seconds: how long a list is used without asking again.
        max_body: bytes, decoded, of one answer of the platform.
        cache_folder: where the confirmed organisations are kept; None keeps nothing on disk.
        keeps_lists: whether lists of risks are kept there too, which is business data.
        downloads: where documents are saved when the user asks for it; None saves nothing.
        audit: where the audit trail is kept; None keeps none.
        http_token: what callers over HTTP must present; None asks for none.
        http_hosts: names by which others reach the HTTP server.
        origins: the variables that were set, and where each came from; no values.
        problems: what is wrong with the configuration, a sentence each, naming the variable and never its value
            when that is a secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Environment = Environment.at(SANDBOX)
    refresh_token: AddressedSecret | None = None
    stored_token: StoredSecret | None = None
    service_token: AddressedSecret | None = None
    user_id: str | None = None
    user_name: str | None = None
    organisations: tuple[str, ...] = ()
    require_organisation: bool = False
    extra_reads: bool = False
    fresh_seconds: float = 60
    timeout: float = 40
    max_body: int = 128_000_000
    log_level: LogLevel = "WARNING"
    cache_folder: Path | None = None
    keeps_lists: bool = False
    downloads: Path | None = None
    audit: Path | None = None
    http_token: SecretStr | None = None
    http_hosts: tuple[str, ...] = ()
    origins: Mapping[str, str] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def cache(self) -> Literal["memory", "disk"]:
        """Where lists of risks are kept, as `WHITESPACE_CACHE` says it."""
        return "disk" if self.keeps_lists else "memory"

    @property
    def secret(self) -> AddressedSecret | None:
        """The token that is configured, of either kind."""
        return self.refresh_token or self.service_token

    @property
    def running_file(self) -> Path | None:
        """What each copy on this login holds while it runs; `logout` removes it, and then nothing more is kept."""
        secret, stored = self.secret, self.stored_token
        if self.cache_folder is None or (secret is None and stored is None):
            return None
        what = stored.name if stored else secret.get_secret_value() if secret else ""
        return self.cache_folder / f"running-{self.environment.key(what)[:16]}"

    @property
    def has_credential(self) -> bool:
        """Whether a token is configured, be it here or where it is kept."""
        return self.secret is not None or self.stored_token is not None

    @property
    def root(self) -> str:
        """The platform's address, without a trailing slash."""
        return self.environment.root

    @property
    def bucket(self) -> str:
        """The login database's name."""
        return self.environment.bucket

    @property
    def sync_url(self) -> str:
        """The login service (Sync Gateway)."""
        return self.environment.sync_url

    @property
    def api_url(self) -> str:
        """The REST API."""
        return self.environment.api_url

    @property
    def host(self) -> str:
        """The platform's host, which is what answers and errors call the environment."""
        return self.environment.host

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the `WHITESPACE_...` variables; empty and unsubstituted values count as unset. Never raises."""
        reader = _Reader(env)
        root = reader.address("WHITESPACE_ROOT", SANDBOX)
        environment = Environment(
            root=root,
            bucket=reader.matching("WHITESPACE_BUCKET", _BUCKET, "one word, such as sandboxbucket") or SANDBOX_BUCKET,
            sync_url=reader.address("WHITESPACE_SYNC_URL", f"{root}/sync"),
            api_url=reader.address("WHITESPACE_API_URL", f"{root}/api"),
        )
        refresh_token = reader.secret("WHITESPACE_REFRESH_TOKEN")
        service_token = reader.secret("WHITESPACE_SERVICE_TOKEN")
        if refresh_token and service_token:
            reader.problems.append("WHITESPACE_REFRESH_TOKEN and WHITESPACE_SERVICE_TOKEN are both set; keep one")
        return cls(
            environment=environment,
            refresh_token=AddressedSecret(environment, refresh_token) if refresh_token else None,
            service_token=AddressedSecret(environment, service_token) if service_token else None,
            user_id=reader.user_id("WHITESPACE_USER_ID"),
            user_name=reader.text("WHITESPACE_USER_NAME"),
            organisations=reader.words("WHITESPACE_ORGANISATIONS"),
            require_organisation=reader.flag("WHITESPACE_REQUIRE_ORGANISATION"),
            extra_reads=reader.flag("WHITESPACE_EXTRA_READS"),
            fresh_seconds=reader.number("WHITESPACE_FRESH_SECONDS", 60, low=0, high=86_400),
            timeout=reader.number("WHITESPACE_TIMEOUT", 40, low=1, high=600),
            max_body=reader.max_body("WHITESPACE_MAX_BODY"),
            log_level=reader.log_level("WHITESPACE_LOG_LEVEL"),
            downloads=reader.folder("WHITESPACE_DOWNLOADS"),
            audit=reader.folder("WHITESPACE_AUDIT"),
            http_token=reader.http_token("WHITESPACE_HTTP_TOKEN"),
            http_hosts=reader.hosts("WHITESPACE_HTTP_HOSTS"),
            keeps_lists=reader.choice("WHITESPACE_CACHE", ("memory", "disk")) == "disk",
            cache_folder=platformdirs.user_cache_path("whitespace-mcp", appauthor=False),
            problems=tuple(reader.problems),
        )

    @classmethod
    def for_demo(cls, root: str, bucket: str, refresh_token: str, env: Mapping[str, str]) -> "Settings":
        """The demo platform's settings: every configured credential, address, organisation and cache is ignored."""
        reader = _Reader(env)
        environment = Environment.at(root, bucket)
        return cls(
            environment=environment,
            refresh_token=AddressedSecret(environment, SecretStr(refresh_token)),
            require_organisation=reader.flag("WHITESPACE_REQUIRE_ORGANISATION"),
            extra_reads=reader.flag("WHITESPACE_EXTRA_READS"),
            fresh_seconds=reader.number("WHITESPACE_FRESH_SECONDS", 60, low=0, high=86_400),
            timeout=reader.number("WHITESPACE_TIMEOUT", 40, low=1, high=600),
            max_body=reader.max_body("WHITESPACE_MAX_BODY"),
            log_level=reader.log_level("WHITESPACE_LOG_LEVEL"),
            downloads=reader.folder("WHITESPACE_DOWNLOADS"),
            audit=reader.folder("WHITESPACE_AUDIT"),
            http_token=reader.http_token("WHITESPACE_HTTP_TOKEN"),
            http_hosts=reader.hosts("WHITESPACE_HTTP_HOSTS"),
            problems=tuple(problem for problem in reader.problems if problem.startswith("WHITESPACE_HTTP_")),
        )


def given(env: Mapping[str, str], name: str) -> str | None:
    """The text of a variable; None if it is empty or unsubstituted, which counts as unset."""
    return _Reader(env).text(name)


def wants_demo(env: Mapping[str, str]) -> bool:
    """Whether `WHITESPACE_DEMO` asks for the demo platform, as `--demo` does."""
    return _Reader(env).flag("WHITESPACE_DEMO")


class _Reader:
    """Reads one variable at a time and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        value = self._env.get(name, "").encode(errors="replace").decode()  # bytes that are no text are surrogates
        value = value.strip().strip("\"'").strip()
        return None if not value or value.startswith("${user_config") else value

    def secret(self, name: str) -> SecretStr | None:
        value = self.text(name)
        if value is None:
            return None
        value = "".join(value.split())
        if not value.isascii() or not value.isprintable():
            self.problems.append(f"{name} holds characters that no token has; copy it again")
            return None
        return SecretStr(value)

    def http_token(self, name: str) -> SecretStr | None:
        value = self.secret(name)
        if value is not None and len(value.get_secret_value()) < LEAST_TOKEN:
            self.problems.append(f"{name} must have at least {LEAST_TOKEN} characters")
            return None
        return value

    def hosts(self, name: str) -> tuple[str, ...]:
        found = tuple(word.lower() for word in self.words(name))
        if not all(_HOST.fullmatch(word) for word in found):
            self.problems.append(f"{name} must be names of hosts, with commas, such as mcp.example.com")
            return ()
        return found

    def words(self, name: str) -> tuple[str, ...]:
        value = self.text(name)
        if value is None:
            return ()
        words = tuple(word for word in (part.strip() for part in value.replace(";", ",").split(",")) if word)
        if not words:
            self.problems.append(f"{name} names nothing; leave it empty, or name something")
        return words

    def flag(self, name: str) -> bool:
        value = (self.text(name) or "off").lower()
        if value not in _ON | _OFF:
            self.problems.append(f"{name} must be on or off")
        return value in _ON

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        """One of some words, the first one by default."""
        value = (self.text(name) or words[0]).lower()
        if value not in words:
            self.problems.append(f"{name} must be {' or '.join(words)}")
            return words[0]
        return value

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        value = self.text(name)
        if value is None:
            return default
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not low <= number <= high:
            self.problems.append(f"{name} must be a number from {low:g} to {high:g}")
            return default
        return number

    def folder(self, name: str) -> Path | None:
        value = self.text(name)
        if value is None:
            return None
        folder, problem = _folder(value)
        if problem:
            self.problems.append(f"{name} {problem}")
        return folder

    def max_body(self, name: str) -> int:
        return int(self.number(name, 128, low=1, high=4_096) * 1_000_000)

    def matching(self, name: str, pattern: re.Pattern[str], wanted: str) -> str | None:
        value = self.text(name)
        if value is not None and not pattern.fullmatch(value):
            self.problems.append(f"{name} must be {wanted}")
            return None
        return value

    def user_id(self, name: str) -> str | None:
        return self.matching(name, _MU_ID, "an MU id, such as MU00000000-0000-0000-0000-000000000000")

    def log_level(self, name: str) -> LogLevel:
        value = (self.text(name) or "WARNING").upper()
        for level in _LOG_LEVELS:
            if level == value:
                return level
        self.problems.append(f"{name} must be one of {', '.join(_LOG_LEVELS)}")
        return "WARNING"

    def address(self, name: str, default: str) -> str:
        value = self.text(name)
        if value is None:
            return default
        problem = _address_problem(value)
        if problem:
            self.problems.append(f"{name} {problem}")
            return default
        return value.rstrip("/")


def _folder(value: str) -> tuple[Path | None, str | None]:
    """The folder that a text names, or why it cannot be used; one that does not exist is made when it is needed."""
    try:
        folder = Path(value).expanduser()
        if not folder.is_absolute() or ".." in folder.parts:
            return None, "must be a whole path, such as ~/Whitespace"
        if folder == folder.parent:
            return None, "must be a folder of its own, such as ~/Whitespace"
        if folder.exists() and not folder.is_dir():
            return None, "must be a folder, and there is a file of that name"
    except (OSError, RuntimeError, ValueError):
        return None, "is not a path that can be used"
    return folder, None


def _address_problem(value: str) -> str | None:
    """Why an address cannot be used: https only, or http on loopback; nothing behind the path."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
        httpx2.URL(value)
    except (ValueError, httpx2.InvalidURL):
        return "is not an address"
    if not _ADDRESS.fullmatch(value):
        return "is not an address"
    if parts.scheme not in {"https", "http"} or not host:
        return "must begin with https:// and name a host"
    if "@" in parts.netloc or "?" in value or "#" in value:
        return "must be an address only: no user, query or fragment in it"
    if parts.scheme == "http" and not is_loopback(host):
        return "must begin with https:// (http is for this machine only)"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
