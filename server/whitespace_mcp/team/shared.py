"""What all replicas share and may lose: id tokens, leases to renew, refusals, in Redis or Valkey.

Keys are HMACs, so that nobody who reads them learns whose they are; values are sealed for their person. Where Redis
does not answer everything here says "nothing known" and each replica goes on by itself: slower, never wrong.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.team.keys import KeyService, NotOpened, SealedSecret, seal, unseal
from whitespace_mcp.team.person import Person

logger = logging.getLogger(__name__)

Command = Callable[[Redis, str], Awaitable[Any]]
"""What to ask Redis about a key."""

LEASE_SECONDS: Final = 12.0
"""A lease of a replica that died is over after this."""
REFUSED_SECONDS: Final = 60.0
"""For so long no replica tries a token again that was refused."""
LOST_SECONDS: Final = 5.0
"""For so long Redis is not asked after it did not answer."""
_PATIENCE: Final = 0.5

# Writes a token if the lease is still one's own: KEYS token, lease; ARGV mark, value, milliseconds.
_WRITE: Final = """
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
return 0
"""
# Gives a lease back if it is still one's own: KEYS lease; ARGV mark.
_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True)
class SharedToken:
    """An id token that some replica renewed, and for how many seconds it is still good."""

    value: SecretStr
    seconds: float


class Shared:
    """Redis or Valkey, or nothing; `secret` makes the names of values unreadable."""

    def __init__(self, redis: Redis | None, keys: KeyService, secret: bytes, clock: Clock) -> None:
        self._redis = redis
        self._keys = keys
        self._secret = secret
        self._clock = clock
        self._lost_until = 0.0

    async def aclose(self) -> None:
        """Close the connections."""
        if self._redis is not None:
            await self._redis.aclose()

    @property
    def reachable(self) -> bool:
        """Whether Redis is there and answered when it was asked last."""
        return self._redis is not None and self._clock.monotonic() >= self._lost_until

    async def token(self, person: Person, login: str) -> SharedToken | None:
        """The token that is shared for a person, if there is one and it came from that stored login."""
        text = await self._ask("token", lambda redis, key: redis.get(key), person)
        left = await self._ask("token", lambda redis, key: redis.pttl(key), person) if text else None
        if not text or left is None or left <= 0:
            return None
        try:
            parts = [bytes.fromhex(part) for part in cast("list[str]", json.loads(text))]
            value = await unseal(
                self._keys, SealedSecret(parts[0].decode(), parts[1], parts[2]), _context(person, login)
            )
        except (NotOpened, ValueError, TypeError, IndexError):
            return None
        return SharedToken(value, left / 1000)

    async def lease(self, person: Person) -> str | None:
        """Try to get the right to renew, told from others' by its mark; None while another replica has it.

        Where nothing is shared every replica has it.
        """
        mark = new_lease()
        milliseconds = int(LEASE_SECONDS * 1000)
        won = await self._ask("lease", lambda redis, key: redis.set(key, mark, nx=True, px=milliseconds), person)
        if won is None and self.reachable and await self._holder(person) != mark:
            return None
        return mark

    async def _holder(self, person: Person) -> Any:
        """The mark of who may renew: one's own where Redis was asked twice because its first answer was lost."""
        return await self._ask("lease", lambda redis, key: redis.get(key), person)

    async def write(self, person: Person, login: str, lease: str, value: SecretStr, *, seconds: float) -> bool:
        """Share a token of a stored login; False where the lease is over by now, or nothing is shared.

        Whoever has another login by then cannot open it.

        `login` is the stored login's mark, `lease` that of the right to renew, `seconds` how long it is shared.
        """
        sealed = await seal(self._keys, value, _context(person, login))
        text = json.dumps([sealed.key_name.encode().hex(), sealed.wrapped.hex(), sealed.box.hex()])
        lease_key = self.key("lease", person)
        written = await self._ask(
            "token",
            lambda redis, key: redis.eval(_WRITE, 2, key, lease_key, lease, text, max(1, int(seconds * 1000))),
            person,
        )
        return written == 1

    async def release(self, person: Person, lease: str) -> None:
        """Give the right to renew back."""
        await self._ask("lease", lambda redis, key: redis.eval(_RELEASE, 1, key, lease), person)

    async def refuse(self, person: Person, version: int) -> None:
        """Note that the token of that version was refused just now."""
        milliseconds = int(REFUSED_SECONDS * 1000)
        await self._ask("refused", lambda redis, key: redis.set(key, version, px=milliseconds), person)

    async def refused(self, person: Person, version: int) -> bool:
        """Whether a replica was refused with the token of that version in the last minute."""
        answer = await self._ask("refused", lambda redis, key: redis.get(key), person)
        return answer is not None and str(answer) == str(version)

    async def forget(self, person: Person) -> None:
        """Remove what is shared of a person; a renewal that is under way writes nothing any more."""
        for name in ("lease", "token", "refused"):
            await self._ask(name, lambda redis, key: redis.delete(key), person)

    def key(self, name: str, person: Person) -> str:
        """The name of a value of a person."""
        digest = hmac.new(self._secret, name.encode() + b"\0" + person.context, hashlib.sha256).hexdigest()
        return f"whitespace:{name}:{digest}"

    async def _ask(self, name: str, command: Command, person: Person) -> Any:
        """What Redis answers; None where there is none or it does not answer."""
        if self._redis is None or not self.reachable:
            return None
        try:
            return await command(self._redis, self.key(name, person))
        except (RedisError, OSError, TimeoutError) as error:
            self._lost_until = self._clock.monotonic() + LOST_SECONDS
            logger.warning("Redis does not answer (%s); each replica renews for itself meanwhile", type(error).__name__)
            return None


def new_lease() -> str:
    """The mark of a lease that nobody else has: with one that was not taken nothing can be shared."""
    return secrets.token_hex(16)


def _context(person: Person, login: str) -> bytes:
    return person.context + login.encode()


def open_redis(address: SecretStr | None) -> Redis | None:
    """A client that gives up at once: whoever waits for an answer is a person."""
    if address is None:
        return None
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        address.get_secret_value(),
        decode_responses=True,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=10,
    )
