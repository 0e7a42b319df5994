"""The base of every answer, and what every answer about a risk begins with."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer or a part of one: keys that hold nothing are left out, those without a default are always there."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    def plain(self) -> dict[str, Any]:
        """The answer as JSON data."""
        return self.model_dump(mode="json", exclude_none=True)

    def or_none(self) -> Self | None:
        """The answer, if it holds anything."""
        return self if self.plain() else None


class OrganisationKeys(Answer):
    """An organisation, the same everywhere: its MU id, company id and name."""

    id: str
    company_id: str
    name: str


class RiskAnswer(Answer):
    """An answer about one risk: whose it is, which risk (short id), and the instant at which it was read.

    `found_in`: the call named no organisation, and the lists of so many were looked through.
    """

    organisation: OrganisationKeys
    risk: str
    name: str | None = None
    umr: str | None = None
    found_in: int | None = None
    as_of: str
