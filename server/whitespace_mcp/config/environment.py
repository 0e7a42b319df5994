"""Where a platform is, as one value that secrets and everything kept on disk are bound to.

One rule holds throughout: a token travels with the address it belongs to, and whatever is kept of an organisation with
the whole of where it came from. So a secret is an `AddressedSecret`, which is sent to its own `environment` and to no
other, and every key of something kept is made by `Environment.key`, which contains all four parts.
"""

import hashlib
import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

SANDBOX: Final = "https://sandbox.whitespace.co.uk"
SANDBOX_BUCKET: Final = "sandboxbucket"


@dataclass(frozen=True)
class Environment:
    """One environment of the platform; two are the same only if all four parts are.

    `root` has no trailing slash, `bucket` is the login database's name; the login service (Sync Gateway) is usually
    `{root}/sync`, the REST API `{root}/api`.
    """

    root: str
    bucket: str
    sync_url: str
    api_url: str

    @classmethod
    def at(cls, root: str, bucket: str = SANDBOX_BUCKET, sync_url: str = "", api_url: str = "") -> "Environment":
        """The environment at an address, the login service and the API below it unless they are elsewhere.

        `root` is the site's address; `bucket` the name of its database; `sync_url` and `api_url` the two services.
        """
        return cls(root, bucket, sync_url or f"{root}/sync", api_url or f"{root}/api")

    @property
    def host(self) -> str:
        """The platform's host, which is what answers and errors call the environment."""
        return urlsplit(self.root).netloc or self.root

    def key(self, *parts: str) -> str:
        """A name for what is kept of this environment: SHA-256 in hexadecimal, another one for each list of parts.

        Parts are what else it belongs to, such as issuer, subject and MU id, as written.
        """
        whole = json.dumps([self.root, self.bucket, self.sync_url, self.api_url, *parts])
        return hashlib.sha256(whole.encode()).hexdigest()


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class AddressedSecret:
    """A long-lived secret, masked, and the only environment that it may be sent to."""

    environment: Environment
    value: SecretStr

    def get_secret_value(self) -> str:
        """The secret as it is sent."""
        return self.value.get_secret_value()


@dataclass(frozen=True)
class StoredSecret:
    """A long-lived secret that is read when it is first needed: what keeps it may be locked, slow or never answer.

    Attributes:
        environment: the only environment that it may be sent to.
        name: what it is kept as; no secret.
        read: fetches it and may block for seconds; call it in a thread. Raises one of our errors.
    """

    environment: Environment
    name: str
    read: Callable[[], AddressedSecret] = field(repr=False, compare=False)
