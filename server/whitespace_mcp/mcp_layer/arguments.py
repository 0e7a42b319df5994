"""Arguments that several tools take, with the words that their schemas have for them."""

from typing import Annotated, Any

from pydantic import Field

OneOrganisation = Annotated[
    str | None, Field(description="Company id, name or MU id. Pass it once named.", max_length=200)
]
OneOrAllOrganisations = Annotated[
    str | None,
    Field(description="Company id, name or MU id, or 'all'. Pass it once named.", max_length=200),
]
RiskArgument = Annotated[str, Field(description="Risk id from an answer, or UMR.", min_length=1, max_length=200)]
OptionalRiskArgument = Annotated[str | None, Field(description="Risk id or UMR.", max_length=200)]
CursorArgument = Annotated[str | None, Field(max_length=64)]


def as_list(value: Any) -> Any:
    """A single text as a list of one, since assistants pass either."""
    return [value] if isinstance(value, str) else value
