"""The confirmed organisations of a login, kept on disk: MU ids are permanent, and holding them saves the search.

The file holds names and MU ids, no secret. Its name is a SHA-256 of the whole environment
and the login, so that environments that differ in any address share nothing.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.runtime.files import replace_private
from whitespace_mcp.session.discovery import Login

_FORMAT = 1


@dataclass(frozen=True)
class _LoginFile:
    format: int
    login: Login


_FILES = TypeAdapter(_LoginFile)


class OrganisationCache:
    """One file per login in the user's cache folder. A folder that cannot be used is simply not used."""

    def __init__(self, folder: Path | None, environment: Environment, may_keep: Callable[[], bool]) -> None:
        self._may_keep = may_keep
        self._folder = folder
        self._environment = environment

    def recall(self, token: Token) -> Login | None:
        """What was confirmed before for this login, if anything readable is there."""
        path = self._path(token)
        if path is None:
            return None
        try:
            file = _FILES.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None
        return file.login if file.format == _FORMAT and file.login.organisations else None

    def keep(self, token: Token, login: Login) -> None:
        """Write it, replacing the file in one step; readable by its owner only."""
        path = self._path(token)
        if path is None:
            return
        with suppress(OSError):
            if self._may_keep():
                replace_private(path, [_FILES.dump_json(_LoginFile(format=_FORMAT, login=login))])

    def forget(self, token: Token) -> None:
        """Remove it, since something in it turned out to be wrong."""
        path = self._path(token)
        if path is not None:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _path(self, token: Token) -> Path | None:
        if self._folder is None or not token.subject:
            return None
        return self._folder / f"organisations-{self._environment.key(token.issuer, token.subject)}.json"
