"""The lists of risks (platform.md 5.1, 5.2).

`user_id` is the MU id to act under; `filters` the body of the platform's own search, None for its plain list.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from whitespace_mcp.api.client import Api, Sink
from whitespace_mcp.api.reads import RISKS, SUMMARY, SUMMARY_SEARCH
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, read_list
from whitespace_mcp.documents.newest import PAGE, NewestPage, read_newest

MOST_PAGES: Final = 4_000


async def risk_list(api: Api, sink: Callable[[], Sink], *, user_id: str | None) -> None:
    """`GET /risks`: one JSON array of every contract document that the organisation can see, for the last sink."""
    await api.fetch_into(RISKS, sink, user_id=user_id)


@dataclass(frozen=True)
class SummaryPage:
    """One page of summaries, the newest change first.

    Attributes:
        entries: as the platform sent them.
        following: the query of the next page; None after the last one.
    """

    entries: list[Document]
    following: dict[str, str] | None


async def newest_page(api: Api, *, user_id: str | None) -> NewestPage:
    """The newest page of `GET /summary`, narrow."""
    return read_newest(await api.fetch(SUMMARY, user_id=user_id))


async def summary_page(
    api: Api,
    *,
    user_id: str | None,
    after: Mapping[str, str] | None = None,
    filters: Mapping[str, object] | None = None,
) -> SummaryPage:
    """One page of `GET /summary`, or with filters of `POST /summary`.

    Args:
        api: the platform.
        user_id: the MU id to act under.
        after: `following` of the page before; None for the newest.
        filters: the body, such as `{"withActions": true}`.
    """
    read = SUMMARY if filters is None else SUMMARY_SEARCH
    answer = await api.fetch(read, user_id=user_id, params=after, body=filters)
    entries = [as_object(entry) for entry in read_list(answer)]
    last = entries[-1] if entries else {}
    root, updated = as_text(last.get("rootID")), as_text(last.get("updatedAt"))
    more = len(entries) >= PAGE and root and updated
    return SummaryPage(entries, {"last": root or "", "from": updated or ""} if more else None)


async def summary_pages(
    api: Api, *, user_id: str | None, filters: Mapping[str, object] | None = None
) -> AsyncGenerator[list[Document]]:
    """Walk the summaries from the newest change downwards, sixty a page.

    Ends on a short or empty page, or on one that brings nothing new: there is no total and no next link, and what
    happens at ties is not documented.
    """
    after: dict[str, str] | None = None
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        page = await summary_page(api, user_id=user_id, after=after, filters=filters)
        fresh = [entry for entry in page.entries if (as_text(entry.get("_id")) or "") not in seen]
        yield fresh
        seen.update(as_text(entry.get("_id")) or "" for entry in fresh)
        if not fresh or page.following is None:
            return
        after = page.following


async def placing_stubs(api: Api, *, user_id: str | None) -> list[object]:
    """Every contract document that the summaries name, once each: the list where `GET /risks` is not served."""
    stubs: dict[str, object] = {}
    async for page in summary_pages(api, user_id=user_id):
        for summary in page:
            for document in _placings(summary):
                stubs.setdefault(as_text(document.get("id")) or f"?{len(stubs)}", cast("object", document))
    return list(stubs.values())


def _placings(summary: Document) -> list[Document]:
    """The contract documents that a summary names."""
    return [stub for stub in map(as_object, as_list(summary.get("docs"))) if stub.get("type") == "RWPlacing"]
