"""A slip's endorsements with what decides how far each is (reference 5.3, 5.8)."""

from dataclasses import dataclass
from functools import partial

from whitespace_mcp.api.activities import risk_activities
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.concurrency import together, where_served
from whitespace_mcp.api.contracts import Side, VisibleDocuments, belonging, related
from whitespace_mcp.api.documents import read_list
from whitespace_mcp.api.reads import ENDORSEMENTS


@dataclass(frozen=True)
class Amended:
    """What was read: the endorsements, the carriers' parts in them, and the slip's history.

    Attributes:
        history: None where the platform does not serve it.
    """

    endorsements: VisibleDocuments
    followers: VisibleDocuments
    history: VisibleDocuments | None


async def read_endorsements(api: Api, root: str, side: Side, *, user_id: str | None) -> Amended:
    """Three reads side by side: `/endorsements/{root}`, the followers of all of them, and the activities."""
    parts = await together(
        [
            partial(_endorsements, api, root, side, user_id),
            partial(_followers, api, root, side, user_id),
            partial(where_served, partial(_history, api, root, side, user_id), None),
        ]
    )
    return Amended(parts[0] or VisibleDocuments(), parts[1] or VisibleDocuments(), parts[2])


async def _endorsements(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments | None:
    found = read_list(await api.fetch(ENDORSEMENTS, user_id=user_id, ids={"root": root}))
    return belonging(found, root, side)


async def _followers(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments | None:
    return belonging(await related(api, root, "RWEndorsementFollower", user_id=user_id), root, side)


async def _history(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments | None:
    return await risk_activities(api, root, side, user_id=user_id)
