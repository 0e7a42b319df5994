"""The lists of risks, and summaries as the platform's own inbox has them (platform.md 5.1, 5.2).

`filters` is the body of the platform's own search, such as `{"withActions": true}`; None for its plain list.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.api.client import OrganisationApi, S
from whitespace_mcp.api.reads import RISKS, SUMMARY, SUMMARY_PINNED, SUMMARY_SEARCH
from whitespace_mcp.config.errors import AccessRefused
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, id_of, read_list
from whitespace_mcp.documents.newest import PAGE, NewestPage, read_newest
from whitespace_mcp.documents.visibility import own_summaries

MOST_PAGES: Final = 4_000
"""Pages of a walk that wants everything."""
INBOX_PAGES: Final = 20
"""Pages of one walk, sixty summaries each: what is older is left out, and the answer says so."""

Enough = Callable[[list[Document]], bool]
"""Whether the summaries read so far answer the question; they come newest change first."""


async def risk_list(api: OrganisationApi, sink: Callable[[], S]) -> S:
    """`GET /risks`: what has taken in the JSON array of every contract document that the organisation can see."""
    return await api.platform.fetch_into(RISKS, sink, user_id=api.user_id)


@dataclass(frozen=True)
class SummaryPage:
    """One page of summaries, the newest change first.

    Attributes:
        entries: as the platform sent them.
        following: the query of the next page; None after the last one.
    """

    entries: list[Document]
    following: dict[str, str] | None


@dataclass(frozen=True)
class Walk:
    """Summaries that were read, the newest change first.

    Attributes:
        summaries: those that can belong to the organisation, with the stubs that can.
        skipped: how many others there were.
        ended: where the walk ended: with the last of them, when it was enough, or at the limit of `INBOX_PAGES`.
        filtered: whether the platform filtered them.
    """

    summaries: list[Document]
    skipped: int
    ended: Literal["all", "enough", "limit"] = "all"
    filtered: bool = False


async def newest_page(api: OrganisationApi) -> NewestPage:
    """The newest page of `GET /summary`, narrow."""
    return read_newest(await api.fetch(SUMMARY))


async def summary_page(
    api: OrganisationApi,
    *,
    after: Mapping[str, str] | None,
    filters: Mapping[str, object] | None = None,
) -> SummaryPage:
    """One page of `GET /summary`, or with filters of `POST /summary`.

    `after` is `following` of the page before; None for the newest.
    """
    read = SUMMARY if filters is None else SUMMARY_SEARCH
    answer = await api.fetch(read, params=after, body=filters)
    entries = [as_object(entry) for entry in read_list(answer)]
    last = entries[-1] if entries else {}
    root, updated = as_text(last.get("rootID")), as_text(last.get("updatedAt"))
    more = len(entries) >= PAGE and root and updated
    return SummaryPage(entries, {"last": root or "", "from": updated or ""} if more else None)


async def _summary_pages(
    api: OrganisationApi, filters: Mapping[str, object] | None = None
) -> AsyncGenerator[list[Document]]:
    """Walk the summaries from the newest change downwards, sixty a page.

    Ends on a short or empty page, or on one that brings nothing new: there is no total and no next link, and what
    happens at ties is not documented.
    """
    after: dict[str, str] | None = None
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        page = await summary_page(api, after=after, filters=filters)
        fresh = [entry for entry in page.entries if id_of(entry) not in seen]
        yield fresh
        seen.update(map(id_of, fresh))
        if not fresh or page.following is None:
            return
        after = page.following


async def placing_stubs(api: OrganisationApi) -> list[object]:
    """Every contract document that the summaries name, once each: the list where `GET /risks` is not served."""
    stubs: dict[str, object] = {}
    async for page in _summary_pages(api):
        for summary in page:
            for stub in map(as_object, as_list(summary.get("docs"))):
                if stub.get("type") == "RWPlacing":
                    stubs.setdefault(as_text(stub.get("id")) or f"?{len(stubs)}", stub)
    return list(stubs.values())


async def pinned(api: OrganisationApi) -> Walk:
    """`GET /summary/pinned`: what the person has pinned; what pins a risk is not documented."""
    entries = read_list(await api.fetch(SUMMARY_PINNED))
    summaries, skipped = own_summaries(map(as_object, entries), api.side)
    return Walk(summaries, skipped)


async def newest(api: OrganisationApi, *, enough: Enough) -> Walk:
    """`GET /summary` from the newest change downwards, until it is enough."""
    return await _walk(api, None, enough)


async def selected(api: OrganisationApi, filters: Mapping[str, object], *, may_post: bool, enough: Enough) -> Walk:
    """`POST /summary` with filters; `GET` pages where a POST is not allowed, then without them.

    `may_post` is False for a read-only membership, whose POSTs the platform refuses like an expired token.
    """
    if may_post:
        try:
            return await _walk(api, filters, enough)
        except AccessRefused:  # the membership may be read-only without saying so; a GET tells
            pass
    return await _walk(api, None, enough)


async def _walk(api: OrganisationApi, filters: Mapping[str, object] | None, enough: Enough) -> Walk:
    own: list[Document] = []
    skipped = pages = 0
    ended: Literal["all", "enough", "limit"] = "all"
    async with aclosing(_summary_pages(api, filters=filters)) as walk:
        async for page in walk:
            if pages == INBOX_PAGES:
                ended = "limit"
                break
            summaries, others = own_summaries(page, api.side)
            own += summaries
            skipped += others
            pages += 1
            if enough(own):
                ended = "enough"
                break
    return Walk(own, skipped, ended, filters is not None)
