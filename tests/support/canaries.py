"""Secrets, and finding them in whatever form they come out: whole or in part, encoded or not."""

import base64
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus

from whitespace_mcp.demo import Platform
from whitespace_mcp.demo.accounts import Accounts

CHILDREN: Final[list[str]] = []
"""What spawned processes wrote, since the list was last cleared."""
GIVEN: Final[list[str]] = []
"""The id tokens and sessions that demo platforms of this process gave out last."""
PART: Final = 12
"""Characters of a secret's beginning or end that are too many."""
_JWT: Final = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}")
_RENEWAL: Final = re.compile(r"refresh_token=(?!AddressedSecret\(|SecretStr\('\*+'\)|None|\*\*\*)")
_LONG: Final = re.compile(r"[\w+/=%.~()'*-]{10,}")
"""What a secret, or a form of one, could be in."""
_MOST: Final = 12


@cache
def credentials() -> tuple[str, ...]:
    """Every refresh and service token of the demo platform; they are the same in each."""
    logins = Platform(documents=(1, 1)).logins.values()
    return tuple(filter(None, (token for login in logins for token in (login.refresh_token, login.service_token))))


@cache
def forms_of(secret: str) -> dict[str, str]:
    """What a secret can look like, by how it was made."""
    parts = {"whole": secret, "its last characters": secret[-PART:]}
    if not secret.startswith("eyJ"):  # every JWT begins alike
        parts["its first characters"] = secret[:PART]
    forms: dict[str, str] = {}
    for name, part in parts.items():
        forms[name] = part
        forms[f"{name}, in a URL"] = quote(part, safe="")
        forms[f"{name}, in a form"] = quote_plus(part)
        forms[f"{name}, in hexadecimal"] = part.encode().hex()
        for shift in range(3):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                forms[f"{name}, in base64 {shift} {encode.__name__}"] = _middle(part.encode(), shift, encode)
    return forms


def _middle(data: bytes, shift: int, encode: Callable[[bytes], bytes]) -> str:
    """The characters of base64 that depend on the data alone, whatever stands around it."""
    text = encode(b"\0" * shift + data).decode().rstrip("=")
    start = -(-shift * 8 // 6)
    whole = (shift + len(data)) * 8 // 6
    return text[start:whole]


def secrets_in(text: str, *more: str) -> list[str]:
    """How a text gives a secret away; empty if it does not."""
    text = "\n".join(set(_LONG.findall(text)))  # most of a log is the same few words
    finds = ["an id token"] if _JWT.search(text) else []
    if _RENEWAL.search(text):
        finds.append("the URL of a renewal")
    for secret in {*credentials(), *GIVEN, *more}:
        finds += [name for name, form in forms_of(secret).items() if form in text]
    return finds


def everything_in(folders: Iterable[Path]) -> str:
    """The names and contents of all files, read as text whatever they are.

    Left out is the one file that a person can choose to keep a token in, provided that nobody else can read it, and
    the drawer that stands for the system's keychain.
    """
    paths = [path for folder in folders if folder.exists() for path in sorted(folder.rglob("*")) if path.is_file()]
    return "\n".join(f"{path}\n{path.read_bytes().decode('latin-1')}" for path in paths if not _promised(path))


def _promised(path: Path) -> bool:
    if path.name == "drawer.json":
        return True
    return path.suffix == ".token" and (os.name != "posix" or not path.stat().st_mode & 0o077)


def listen_to_children() -> None:
    """Keep what `subprocess` reads from any process, and what demo platforms give out; once is enough."""
    popen: Any = subprocess.Popen
    accounts: Any = Accounts
    communicate, renew = popen.communicate, accounts.renew

    def heard(process: Any, *arguments: Any, **more: Any) -> Any:
        said = communicate(process, *arguments, **more)
        CHILDREN.extend(part if isinstance(part, str) else part.decode("latin-1") for part in said if part)
        return said

    def noted(issuer: Accounts, refresh_token: str) -> Any:
        renewed = renew(issuer, refresh_token)
        if renewed is not None:
            GIVEN.extend([renewed.id_token, renewed.session_id])
            del GIVEN[:-_MOST]
        return renewed

    popen.communicate = heard
    accounts.renew = noted
