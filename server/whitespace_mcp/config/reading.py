"""Reading variables by their kind, and saying what is wrong with one instead of raising."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
from pydantic import SecretStr

from whitespace_mcp.config.environment import is_loopback
from whitespace_mcp.config.placeholders import is_placeholder
from whitespace_mcp.config.variables import BY_NAME, Variable

LEAST_TOKEN: Final = 16
"""Characters of the token that HTTP callers present."""

_ON: Final = frozenset({"1", "true", "yes", "on"})
_OFF: Final = frozenset({"0", "false", "no", "off"})
_MU_ID: Final = re.compile(r"MU[0-9A-F-]{8,60}", re.IGNORECASE | re.ASCII)
_ADDRESS: Final = re.compile(r"[!-~]+")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?")
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%+-]{0,99}")
_BEARER: Final = re.compile(r"Bearer\s+", re.IGNORECASE)


class Reader:
    """Reads one variable at a time and collects what is wrong with them.

    There is a method for each kind of variable. Each gives None, or what stands for nothing, where nothing is set, and
    the default where something is set that cannot be used.

    Attributes:
        problems: a sentence each without its full stop, naming the variable and never the value of a secret.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def read(self, variable: Variable) -> object:
        """The value of a variable, in the way of its kind."""
        return getattr(self, variable.kind)(variable)

    def value(self, name: str) -> object:
        """The same by name."""
        return self.read(BY_NAME[name])

    def text(self, name: str) -> str | None:
        """What is set, without blanks and quotes around it; None if that is nothing, or was not filled in."""
        value = self._env.get(name, "").encode(errors="replace").decode()  # bytes that are no text are surrogates
        value = value.strip().strip("\"'").strip()
        return None if not value or value.startswith("${user_config") else value

    def name(self, variable: Variable) -> str | None:
        """Any text."""
        value = self.text(variable.name)
        return None if value is None or is_placeholder(value) else value

    def secret(self, variable: Variable) -> SecretStr | None:
        """A token; one that wraps over lines, or has `Bearer` before it, is put right. A placeholder is none."""
        value = self.text(variable.name)
        if value is None or is_placeholder(value):
            return None
        value = "".join(_BEARER.sub("", value, count=1).split() if _BEARER.match(value) else value.split())
        if not value.isascii() or not value.isprintable():
            self.problems.append(f"{variable.name} holds characters that no token has; copy it again")
            return None
        return SecretStr(value)

    def http_token(self, variable: Variable) -> SecretStr | None:
        """The token that callers present; without it nobody is asked for one, so a placeholder is refused."""
        value = self.text(variable.name)
        if value is not None and is_placeholder(value):
            self.problems.append(f"{variable.name} holds a placeholder that was not filled in")
            return None
        token = self.secret(variable)
        if token is not None and len(token.get_secret_value()) < LEAST_TOKEN:
            self.problems.append(f"{variable.name} must have at least {LEAST_TOKEN} characters")
            return None
        return token

    def hosts(self, variable: Variable) -> tuple[str, ...]:
        """Names of hosts, in lower case."""
        names = tuple(word.lower() for word in self.words(variable))
        if not all(_HOST.fullmatch(name) for name in names):
            self.problems.append(f"{variable.name} must be names of hosts, with commas, such as mcp.example.com")
            return ()
        return names

    def words(self, variable: Variable) -> tuple[str, ...]:
        """Words with commas between them. A limit that names nothing would be none, so it is refused."""
        value = self.text(variable.name)
        if value is None:
            return ()
        words = tuple(word for word in (part.strip() for part in value.replace(";", ",").split(",")) if word)
        if not words:
            self.problems.append(f"{variable.name} names nothing; leave it empty, or name something")
        return words

    def flag(self, variable: Variable) -> bool:
        """On or off."""
        value = (self.text(variable.name) or variable.default or "off").lower()
        if value not in _ON | _OFF:
            self.problems.append(f"{variable.name} must be on or off")
            value = variable.default or "off"
        return value in _ON

    def choice(self, variable: Variable) -> str:
        """One of some words."""
        value = (self.text(variable.name) or variable.default).lower()
        word = next((word for word in variable.words if word.lower() == value), None)
        if word is None:
            self.problems.append(f"{variable.name} must be one of {', '.join(variable.words)}")
        return word or variable.default

    def number(self, variable: Variable) -> float:
        """A number between two bounds."""
        value = self.text(variable.name)
        if value is None:
            return float(variable.default)
        try:
            number = float(value)
        except ValueError:
            number = variable.least - 1
        if not variable.least <= number <= variable.most:
            self.problems.append(f"{variable.name} must be a number from {variable.least:g} to {variable.most:g}")
            return float(variable.default)
        return number

    def megabytes(self, variable: Variable) -> int:
        """Megabytes, as bytes."""
        return int(self.number(variable) * 1_000_000)

    def folder(self, variable: Variable) -> Path | None:
        """The whole path of a folder, which need not exist."""
        value = self.text(variable.name)
        if value is None:
            return None
        folder, problem = _folder(value)
        if problem:
            self.problems.append(f"{variable.name} {problem}")
        return folder

    def bucket(self, variable: Variable) -> str:
        """The name of a login database."""
        return self._matching(variable, _BUCKET, "one word, such as sandboxbucket") or variable.default

    def mu_id(self, variable: Variable) -> str | None:
        """An MU id, as it is written."""
        return self._matching(variable, _MU_ID, "an MU id, such as MU00000000-0000-0000-0000-000000000000")

    def address(self, variable: Variable) -> str | None:
        """An address without a slash at its end; case counts in its path only."""
        value = self.text(variable.name)
        if value is None:
            return None
        problem = address_problem(value) if _ADDRESS.fullmatch(value) else "is not an address"
        if problem:
            self.problems.append(f"{variable.name} {problem}")
            return None
        scheme, _, rest = value.partition("://")
        host, stroke, path = rest.partition("/")
        return f"{scheme.lower()}://{host.lower()}{stroke}{path}".rstrip("/")

    def _matching(self, variable: Variable, pattern: re.Pattern[str], wanted: str) -> str | None:
        value = self.text(variable.name)
        if value is not None and not pattern.fullmatch(value):
            self.problems.append(f"{variable.name} must be {wanted}")
            return None
        return value


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


def address_problem(value: str) -> str | None:
    """Why an address cannot be used: https only, or http on loopback; nothing behind the path."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
        httpx2.URL(value)
    except (ValueError, httpx2.InvalidURL):
        return "is not an address"
    if parts.scheme not in {"https", "http"} or not host:
        return "must begin with https:// and name a host"
    if "@" in parts.netloc or "?" in value or "#" in value:
        return "must be an address only: no user, query or fragment in it"
    if parts.scheme == "http" and not is_loopback(host):
        return "must begin with https:// (http is for this machine only)"
    return None
