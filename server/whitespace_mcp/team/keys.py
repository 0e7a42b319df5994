"""The keys that seal refresh tokens: a fresh data key for every row and write, wrapped by a key that has a name.

AES-256-GCM of `cryptography`. Whatever is sealed is bound to its person: a row copied to somebody else does not open.

`name` is a key's, `wrapped` a data key that it has wrapped, `context` whose the secret is.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from whitespace_mcp.config.errors import NotConfigured

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class NotOpened(Exception):
    """What was sealed does not open: another person's, another key's, or changed."""


class KeyService(Protocol):
    """Wraps data keys: a file of keys here, a cloud's key service behind the same two calls."""

    @property
    def current(self) -> str:
        """The name of the key that wraps now."""
        ...

    async def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """The name of the key, and the wrapped data key."""
        ...

    async def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key.

        Raises:
            NotOpened: it is not this context's, or that key is not here.
        """
        ...


@dataclass(frozen=True)
class SealedSecret:
    """A secret as it is stored: the name of the key, the wrapped data key, nonce and box."""

    key_name: str
    wrapped: bytes
    box: bytes


class KeyFile:
    """Keys of a file: lines of NAME BASE64-OF-32-BYTES. The first writes; all of them read."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._secret = next(iter(keys.values()))
        self.current = next(iter(keys))

    async def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """Wrap with the first key."""
        return self.current, _box(self._keys[self.current], data_key, context)

    async def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap with the key of that name."""
        if name not in self._keys:
            raise NotOpened(f"There is no key {name!r} in the file of keys")
        return _open(self._keys[name], wrapped, context)


def read_keys(path: Path) -> dict[str, bytes]:
    """The keys of a file by name, in their order.

    Raises:
        NotConfigured: it cannot be read, or a line is no key; the line's number is told and never its text.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise NotConfigured(f"The file of keys {path.name!r} cannot be read") from None
    keys: dict[str, bytes] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, text = line.strip().partition(" ")
        key = _decoded(text.strip())
        if not name or key is None or name in keys:
            raise NotConfigured(
                f"Line {number} of the file of keys {path.name!r} is no key",
                do="Each line is a name of its own, a blank, and 32 bytes in base64: `openssl rand -base64 32`.",
            )
        keys[name] = key
    if not keys:
        raise NotConfigured(f"The file of keys {path.name!r} holds no key")
    return keys


async def seal(keys: KeyService, secret: SecretStr, context: bytes) -> SealedSecret:
    """Seal a secret for one context with a fresh data key.

    `context` is what the secret is bound to, such as whose it is.
    """
    data_key = AESGCM.generate_key(KEY_BYTES * 8)
    name, wrapped = await keys.wrap(data_key, context)
    return SealedSecret(name, wrapped, _box(AESGCM(data_key), secret.get_secret_value().encode(), context))


async def unseal(keys: KeyService, sealed: SealedSecret, context: bytes) -> SecretStr:
    """Open what was sealed for a context.

    `context` is what the secret is bound to, such as whose it is.

    Raises:
        NotOpened: it was not sealed for this one, or is not what was sealed.
    """
    data_key = await keys.unwrap(sealed.key_name, sealed.wrapped, context)
    return SecretStr(_open(AESGCM(data_key), sealed.box, context).decode())


async def rewrap(keys: KeyService, sealed: SealedSecret, context: bytes) -> SealedSecret:
    """The same box with its data key wrapped by the current key.

    `context` is what the secret is bound to, such as whose it is.
    """
    name, wrapped = await keys.wrap(await keys.unwrap(sealed.key_name, sealed.wrapped, context), context)
    return SealedSecret(name, wrapped, sealed.box)


def _box(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, context)


def _open(cipher: AESGCM, box: bytes, context: bytes) -> bytes:
    try:
        return cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise NotOpened("It was sealed for somebody else, with another key, or was changed") from None


def _decoded(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None
