"""What has to be said of a question that no slip can answer: for its stages or statuses, or for the login's teams."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.selection import View
from whitespace_mcp.terms.stages import WITH_LINES

ENDORSEMENT_NOTE: Final = (
    "No slip's stage is endorsement: unit=document counts endorsements, get_open_items with kind=endorsement lists"
    " those under way."
)
STATUS_NOTE: Final = "'status' is that of a slip's current document; unit=document looks at every document."
PLACED_NOTE: Final = "'placed' is told of firm orders only, which 'stage' leaves out."
NO_LINES_NOTE: Final = "Slips at these stages have no lines, and so no subjectivities."

TEAM_NOTE: Final = "The login is not in that team of {}, and sees what is with its own: {}."

_ENDORSEMENT: Final = "endorsement"


def stage_notes(query: Query, views: Sequence[View]) -> Iterator[str]:
    """The notes that apply to a question; `views` are the lists seen through it."""
    values: dict[str, Any] = dict(query.values)
    stages: set[str] = set(values.get("stage", ()))
    if query.scope.unit == "slip":
        if _ENDORSEMENT in stages or any(word.startswith(_ENDORSEMENT) for word in values.get("status", ())):
            yield ENDORSEMENT_NOTE
        elif "status" in values and not any(any(view.selection.counts().values()) for view in views):
            yield STATUS_NOTE
    if stages and "placed" in values and "firm_order" not in stages:
        yield PLACED_NOTE
    if stages and "subjectivity" in values and not stages & WITH_LINES:
        yield NO_LINES_NOTE


def team_notes(views: Sequence[View]) -> Iterator[str]:
    """Where a team is asked for that the login is not in, and nothing matches; `views` are the lists seen so."""
    for view in views:
        teams: Sequence[str] = view.query.scope.names.get("team", ())
        own = view.organisation.team_names
        if own and teams and not set(teams) & set(own) and not any(view.selection.counts().values()):
            yield TEAM_NOTE.format(view.organisation.name, ", ".join(own.values()))
