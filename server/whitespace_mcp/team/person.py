"""Who asks: one person of the firm, as a verified token names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_SUBJECT: Final = 255
"""Characters of a provider's name for a person; OpenID Connect allows no more."""


@dataclass(frozen=True)
class Person:
    """A person is the pair of issuer and subject of a verified token; never an address, a header or an argument.

    Attributes:
        issuer: the identity provider, letter by letter as its metadata has it.
        subject: the provider's name for the person.
        environment: the platform environment (`config.environment.Environment.key()`) that a login is for.
    """

    issuer: str
    subject: str
    environment: str

    @property
    def context(self) -> bytes:
        """The three parts, each with its length, so that no two people share it: what a sealed row is bound to."""
        parts = [part.encode() for part in (self.environment, self.issuer, self.subject)]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def subject_in(claims: Mapping[str, Any], claim: str) -> str | None:
    """The provider's name for a person, letter by letter; None where a claim is nobody's name."""
    name = claims.get(claim)
    return name if isinstance(name, str) and 0 < len(name) <= MOST_SUBJECT and name.isprintable() else None
