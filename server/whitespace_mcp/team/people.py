"""A session for each person who asks: their login, their organisations, their lists, and nobody else's.

A session is made when its person first asks. It is closed when it was not used for `IDLE_SECONDS`, when the login
changes, or when all together take more memory than they may, the longest unused first. A call that runs goes on with
the session that it began with, so what running calls use may be more than that for their time.
"""

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import anyio
from anyio.abc import TaskGroup

from whitespace_mcp.config.errors import InternalFault, Unavailable
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.mcp_layer.tool import Services
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.session.credential import Credential
from whitespace_mcp.session.session import open_session
from whitespace_mcp.team.limits import Limits
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.upstream import Upstream

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
"""How long a login that was changed or removed at another replica may go on being used here."""
LOOK_PATIENCE: Final = 0.5
"""Seconds for such a look: whoever waits for it has been answered before, and is answered without it too."""
IDLE_SECONDS: Final = 1800.0
SESSION_BYTES: Final = 60_000
"""What a session takes in memory before anything large was read."""
WEIGH_SECONDS: Final = 5.0
"""How often all sessions are weighed: reading goes on for a while behind the call that wanted it."""


class StoredCredential(Credential, Protocol):
    """A credential that a person has stored, and may replace or take away elsewhere."""

    login: str
    """Tells the stored login that its first token came from; empty before that."""


@dataclass(eq=False)
class _Member:
    """A person's session while it is open; its login was last looked at when it was made, or later."""

    credential: StoredCredential
    used_at: float
    looked_at: float
    ready: anyio.Event = field(default_factory=anyio.Event)
    closing: anyio.Event = field(default_factory=anyio.Event)
    services: Services | None = None
    calls: int = 0
    gone: bool = False
    weight: int = 0

    def weigh(self) -> None:
        """See how many bytes of memory it takes now."""
        if self.services is not None:
            self.weight = SESSION_BYTES + self.services.portfolios.weight


class People:
    """Everybody's sessions in this process.

    `login_of` gives a person's stored login as it is now, as `StoredCredential.login`, and is asked every
    `LOOK_SECONDS`; the settings, which all share, hold no credential; `most_bytes` is memory for the sessions of all,
    their lists and facts included.
    """

    def __init__(
        self,
        credential_of: Callable[[Person], StoredCredential],
        login_of: Callable[[Person], Awaitable[str]],
        settings: Settings,
        clock: Clock,
        *,
        limits: Limits,
        metrics: Metrics,
        upstream: Upstream,
        most_bytes: int,
    ) -> None:
        self._credential_of = credential_of
        self._login_of = login_of
        self._settings = settings
        self._clock = clock
        self._limits = limits
        self._metrics = metrics
        self._upstream = upstream
        self._most_bytes = most_bytes
        self._weighed_at = 0.0
        self._look_from = 0.0
        self._members: OrderedDict[Person, _Member] = OrderedDict()
        self._tasks: TaskGroup | None = None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Let sessions be made; all of them are closed at the end."""
        async with anyio.create_task_group() as self._tasks:
            try:
                yield
            finally:
                self._tasks.cancel_scope.cancel()

    def __len__(self) -> int:
        return len(self._members)

    @asynccontextmanager
    async def services(self, person: Person) -> AsyncGenerator[Services]:
        """The services of one person for one call.

        Raises:
            Unavailable: the person asks more than the operator allows.
        """
        if wait := self._limits.admit(person):
            self._metrics.limited.inc()
            raise Unavailable(
                "You ask this server faster than it allows",
                retry=f"Try again in {max(1, round(wait))} seconds.",
            )
        try:
            member = await self._member(person)
            member.calls += 1  # before anything is waited for: a session that a call is to use is not closed
            try:
                await member.ready.wait()
                if member.services is None:
                    raise InternalFault
                yield member.services
            finally:
                member.calls -= 1
                member.used_at = self._clock.monotonic()
                member.weigh()
                if self._members.get(person) is member:
                    self._members.move_to_end(person)
                if member.gone and member.calls == 0:
                    member.closing.set()
        finally:
            self._limits.leave(person)
            self._tidy()

    async def forget(self, person: Person) -> None:
        """Close a person's session: their login has changed."""
        member = self._members.pop(person, None)
        if member is not None:
            self._close(member)

    async def _member(self, person: Person) -> _Member:
        """The session of a person whose login is still the one that it was opened with."""
        member = self._members.get(person)
        if member is not None and await self._has_changed(person, member) and self._members.get(person) is member:
            await self.forget(person)
        member = self._members.get(person)  # others may have come while the login was looked at
        if member is None:
            if self._tasks is None:
                raise InternalFault
            now = self._clock.monotonic()
            member = self._members[person] = _Member(self._credential_of(person), now, now)
            self._tasks.start_soon(self._live, person, member)
            self._metrics.people.set(len(self._members))
        self._members.move_to_end(person)
        return member

    async def _has_changed(self, person: Person, member: _Member) -> bool:
        """Whether the stored login is not the one that the session's tokens came from.

        It is compared with what was used and not with what was stored when the session began: somebody who asks,
        connects and disconnects within `LOOK_SECONDS` has no login before and none afterwards. Where the store does not
        answer, the login is taken for the same, and nobody else waits for it in the next `LOOK_SECONDS`.
        """
        now = self._clock.monotonic()
        if now < self._look_from or now - member.looked_at < LOOK_SECONDS:
            return False
        member.looked_at = now
        try:
            with anyio.fail_after(LOOK_PATIENCE):
                return await self._login_of(person) != member.credential.login
        except (Unavailable, TimeoutError):
            self._look_from = self._clock.monotonic() + LOOK_SECONDS
            return False

    async def _live(self, person: Person, member: _Member) -> None:
        """One person's session, from the first call on until it is to close."""
        try:
            way = self._upstream.transport()
            async with open_session(
                self._settings, self._clock, credential=member.credential, transport=way
            ) as session:
                member.services = Services(session, self._most_bytes)
                member.ready.set()
                await member.closing.wait()
        except Exception:
            logger.exception("a person's session ended by a fault")
            if self._members.get(person) is member:
                del self._members[person]
        finally:
            member.ready.set()

    def _tidy(self) -> None:
        """Close what was not used for long, and then the longest unused ones until the rest is not too much."""
        now = self._clock.monotonic()
        if now - self._weighed_at >= WEIGH_SECONDS:
            self._weighed_at = now
            for member in self._members.values():
                member.weigh()
        taken = sum(member.weight for member in self._members.values()) + self._names()
        for person, member in list(self._members.items()):
            if now - member.used_at <= IDLE_SECONDS and taken <= self._most_bytes:
                break
            if member.calls == 0:
                del self._members[person]
                self._close(member)
                taken -= member.weight
        self._metrics.people.set(len(self._members))
        self._metrics.memory.set(taken)

    def _names(self) -> int:
        """What the directories take; many people have the same."""
        sessions = [member.services.session for member in self._members.values() if member.services]
        held = {id(market): market.weight for each in sessions if (market := each.directory.latest)}
        return sum(held.values())

    @staticmethod
    def _close(member: _Member) -> None:
        member.gone = True
        if member.calls == 0:
            member.closing.set()
