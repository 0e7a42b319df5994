"""What a user configures, read from a mapping so that tests can hand one over.

Nothing here raises for a bad value: hosts hide errors at start-up, so problems are collected and the first tool call
reports them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from whitespace_mcp.config.environment import SANDBOX, AddressedSecret, Environment, StoredSecret
from whitespace_mcp.config.placeholders import is_placeholder
from whitespace_mcp.config.reading import Reader
from whitespace_mcp.config.variables import BY_NAME, SETTINGS, VARIABLES, Variable

TEAM: Final = "WHITESPACE_TEAM"
_PLACE: Final = ("root", "bucket", "sync_url", "api_url")


class Settings(BaseModel):
    """The configuration of one server process. Secrets are masked types from here on.

    What `config.variables` has is explained there; `max_body` is in bytes. The environment is where the platform is; of
    the `demo` the address is one of the moment. Either token is for its own environment only, and `stored_token` is
    renewable and read when it is first needed. Without a `cache_folder` no organisation is kept on disk. `origins` are
    the variables that were set, and where each came from, without values; `problems` a sentence each, naming the
    variable and never its value when that is a secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Environment = Environment.at(SANDBOX)
    demo: bool = False
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "WARNING"
    cache_folder: Path | None = None
    cache: Literal["memory", "disk"] = "memory"
    answers: Literal["both", "text"] = "both"
    views: bool = True
    downloads: Path | None = None
    audit: Path | None = None
    http_token: SecretStr | None = None
    http_hosts: tuple[str, ...] = ()
    origins: Mapping[str, str] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def secret(self) -> AddressedSecret | None:
        """The token that is configured, of either kind."""
        return self.refresh_token or self.service_token

    @property
    def running_file(self) -> Path | None:
        """The mark that this login is in use here; `logout` removes it, and then nothing more is kept on disk."""
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
    def host(self) -> str:
        """The platform's host, which is what answers and errors call the environment."""
        return self.environment.host

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the `WHITESPACE_...` variables; empty and unsubstituted values count as unset. Never raises."""
        reader = Reader(env)
        values = {variable.key: reader.read(variable) for variable in SETTINGS}
        for switch in ("WHITESPACE_DEMO", TEAM):  # no settings, but a wrong word is told like theirs
            reader.flag(Variable(switch, "flag", ""))
        root, *others = [str(values.pop(part) or "") for part in _PLACE]
        environment = Environment.at(root or SANDBOX, *others)
        tokens = {key: values.pop(key) for key in ("refresh_token", "service_token")}
        if all(tokens.values()):
            reader.problems.append("WHITESPACE_REFRESH_TOKEN and WHITESPACE_SERVICE_TOKEN are both set; keep one")
        addressed = {key: AddressedSecret(environment, token) for key, token in tokens.items()
                     if isinstance(token, SecretStr)}  # fmt: skip
        own = {"environment": environment, "problems": tuple(reader.problems)}
        return cls.model_validate(values | addressed | own)

    @classmethod
    def for_demo(cls, root: str, bucket: str, refresh_token: str, env: Mapping[str, str]) -> "Settings":
        """The demo platform's settings: every configured credential, address, organisation and cache is ignored.

        `root` is its address, `bucket` its database, `refresh_token` one of its own, `env` the other variables.
        """
        reader = Reader(env)
        environment = Environment.at(root, bucket)
        values = {variable.key: reader.read(variable) for variable in VARIABLES if variable.demo}
        token = AddressedSecret(environment, SecretStr(refresh_token))
        own = {"environment": environment, "demo": True, "refresh_token": token, "problems": tuple(reader.problems)}
        return cls.model_validate(values | own)


def given(env: Mapping[str, str], name: str) -> str | None:
    """The text of a variable; None if it is empty or unsubstituted, which counts as unset."""
    value = Reader(env).text(name)
    return None if value is None or unfilled(env, name) else value


def unfilled(env: Mapping[str, str], name: str) -> bool:
    """Whether a variable for a platform's token holds a placeholder in its place."""
    value = Reader(env).text(name)
    return name in BY_NAME and BY_NAME[name].kind == "secret" and value is not None and is_placeholder(value)


def wants_team(environment: Mapping[str, str]) -> bool:
    """Whether this process serves everybody of a firm (docs/team.md)."""
    return Reader(environment).flag(Variable(TEAM, "flag", ""))


def wants_demo(env: Mapping[str, str]) -> bool:
    """Whether `WHITESPACE_DEMO` asks for the demo platform, as `--demo` does."""
    return bool(Reader(env).value("WHITESPACE_DEMO"))
