"""Summaries as the platform's own inbox has them: filtered where allowed, else page by page (platform.md 5.1).

`user_id` is the MU id to act under.
"""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.reads import SUMMARY_PINNED
from whitespace_mcp.api.risks import summary_pages
from whitespace_mcp.config.errors import AccessRefused
from whitespace_mcp.documents.json import Document, as_object, read_list
from whitespace_mcp.documents.visibility import Side, own_summaries

MOST_PAGES: Final = 20
"""Pages of one walk, sixty summaries each: what is older is left out, and the answer says so."""

Enough = Callable[[list[Document]], bool]
"""Whether the summaries read so far answer the question; they come newest change first."""


@dataclass(frozen=True)
class Walk:
    """Summaries that were read, the newest change first.

    Attributes:
        summaries: those that can belong to the organisation, with the stubs that can.
        skipped: how many others there were.
        ended: where the walk ended: with the last of them, when it was enough, or at the limit of `MOST_PAGES`.
        filtered: whether the platform filtered them.
    """

    summaries: list[Document]
    skipped: int
    ended: Literal["all", "enough", "limit"] = "all"
    filtered: bool = False


async def pinned(api: Api, side: Side, *, user_id: str | None) -> Walk:
    """`GET /summary/pinned`: what the person has pinned; what pins a risk is not documented."""
    entries = read_list(await api.fetch(SUMMARY_PINNED, user_id=user_id))
    summaries, skipped = own_summaries(map(as_object, entries), side)
    return Walk(summaries, skipped)


async def newest(api: Api, side: Side, *, user_id: str | None, enough: Enough) -> Walk:
    """`GET /summary` from the newest change downwards, until it is enough."""
    return await _walk(api, side, user_id, None, enough)


async def selected(
    api: Api, side: Side, filters: Mapping[str, object], *, user_id: str | None, may_post: bool, enough: Enough
) -> Walk:
    """`POST /summary` with filters; `GET` pages where a POST is not allowed, then without them.

    Args:
        api: the platform.
        side: the organisation.
        filters: the body, such as `{"withActions": true}`.
        user_id: the MU id to act under.
        may_post: False for a read-only membership, whose POSTs the platform refuses like an expired token.
        enough: whether the summaries so far answer the question.
    """
    if may_post:
        try:
            return await _walk(api, side, user_id, filters, enough)
        except AccessRefused:  # the membership may be read-only without saying so; a GET tells
            pass
    return await _walk(api, side, user_id, None, enough)


async def _walk(
    api: Api, side: Side, user_id: str | None, filters: Mapping[str, object] | None, enough: Enough
) -> Walk:
    own: list[Document] = []
    skipped = pages = 0
    ended: Literal["all", "enough", "limit"] = "all"
    async with aclosing(summary_pages(api, user_id=user_id, filters=filters)) as walk:
        async for page in walk:
            if pages == MOST_PAGES:
                ended = "limit"
                break
            summaries, others = own_summaries(page, side)
            own += summaries
            skipped += others
            pages += 1
            if enough(own):
                ended = "enough"
                break
    return Walk(own, skipped, ended, filters is not None)
