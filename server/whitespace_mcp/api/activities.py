"""What happened: the history of a slip, and one kind of activity everywhere (platform.md 5.8).

`root` is a slip's root id; `user_id` the MU id to act under.
"""

from typing import Final

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.reads import ACTIVITIES, ACTIVITY_SEARCH
from whitespace_mcp.config.errors import AccessRefused
from whitespace_mcp.documents.json import Document, as_object, as_text, read_list
from whitespace_mcp.documents.visibility import Side, VisibleDocuments, belonging


async def risk_activities(api: Api, root: str, side: Side, *, user_id: str | None) -> VisibleDocuments:
    """`GET /activities/{root}/full`: the whole history of a slip, in no order that is documented."""
    return belonging(read_list(await api.fetch(ACTIVITIES, user_id=user_id, ids={"root": root})), root, side)


async def activities_of_kind(
    api: Api, activity: str, side: Side, *, since: str, before: str | None, user_id: str | None
) -> VisibleDocuments:
    """`POST /activities/filter`: one kind of activity over every slip that the organisation sees; each entry once.

    Args:
        api: the platform.
        activity: exactly as the platform spells it.
        side: the organisation.
        since: an instant, inclusive.
        before: an instant, or None for up to now.
        user_id: the MU id to act under.
    """
    body = {"activity": activity, "from": _moment(since)} | ({"to": _moment(before)} if before else {})
    try:
        answer = await api.fetch(ACTIVITY_SEARCH, user_id=user_id, body=body)
    except AccessRefused as error:
        raise error.replaced(do=f"{_READ_ONLY} {error.do}") from error.__cause__
    documents, skipped = dict[str, Document](), 0
    for element in read_list(answer):
        document = as_object(element)
        name = as_text(document.get("_id"))
        if name is None or not side.may_see(document):
            skipped += 1
        else:
            documents.setdefault(name, document)
    return VisibleDocuments(list(documents.values()), skipped)


_READ_ONLY: Final = (
    "A read-only membership may not be allowed this search: ask for one risk's history instead (risk=...)."
)


def _moment(instant: str) -> str:
    """An instant as this operation reads it: `2026-01-31 00:00:00`."""
    return instant.replace("T", " ").removesuffix("Z")
