"""Who asks: one person of the firm, as a verified token names them."""

from dataclasses import dataclass


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
