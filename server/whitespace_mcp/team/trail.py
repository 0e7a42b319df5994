"""Whose calls the audit trail records: a chain of lines for each replica, in a folder of its own below the trail's.

A person is written as the provider names them, or as a pseudonym that only whoever has the sealing keys can undo.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread

from whitespace_mcp.config.version import VERSION
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.telemetry.audit.others import Others
from whitespace_mcp.telemetry.audit.trail import NotRecorded, Trail

logger = logging.getLogger(__name__)

_DIGITS: Final = 32


class TeamTrail:
    """The audit trail of one replica, below the folder of the whole trail; without one none is kept.

    `lines` is where calls are recorded; `keys` are the sealing keys by name, the one that writes first; `host` is the
    platform's.
    """

    def __init__(
        self,
        folder: Path | None,
        team: TeamSettings,
        keys: Mapping[str, bytes],
        host: str,
        now: Callable[[], datetime],
    ) -> None:
        about = {"environment": host, "server_version": VERSION, "replica": team.replica}
        own = folder / team.replica if folder else None
        self.lines = Trail(own, about, now, others=Others(own, now)) if own else None
        self._key_name, self._key = next(iter(keys.items()))
        self._pseudonyms = team.audit_people == "pseudonym"

    def who(self, issuer: str, subject: str, client: str = "") -> dict[str, Any]:
        """What a line says of a person, and of the program that they use.

        `issuer` and `subject` name the person, `client` the program.
        """
        if self._pseudonyms:
            person = {"pseudonym": pseudonym(self._key_name, self._key, issuer, subject)}
        else:
            person = {"issuer": issuer, "subject": subject}
        return {"person": person, **({"client": client} if client else {})}

    async def note(self, event: str, who: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Write what happened besides calls; where it cannot be written that is logged, since nothing is answered."""
        if self.lines is None:
            return
        entry = {"event": event, **(who or {}), **more}
        try:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.lines.append, entry)
        except NotRecorded:
            logger.error("'%s' cannot be recorded in the audit trail", event)  # the reason is a file's


def pseudonym(key_name: str, key: bytes, issuer: str, subject: str) -> str:
    """What stands for a person as long as that key writes: the key's name, and a keyed hash.

    `key_name` and `key` are those of the file of keys; `issuer` and `subject` name the person.
    """
    secret = hmac.new(key, b"whitespace-mcp audit", hashlib.sha256).digest()
    digest = hmac.new(secret, issuer.encode() + b"\0" + subject.encode(), hashlib.sha256).hexdigest()
    return f"{key_name}:{digest[:_DIGITS]}"
