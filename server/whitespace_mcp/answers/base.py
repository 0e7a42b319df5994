"""The base of every answer."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer or a part of one: keys that hold nothing are left out, those without a default are always there."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    def plain(self) -> dict[str, Any]:
        """The answer as JSON data."""
        return self.model_dump(mode="json", exclude_none=True)
