"""The lists of risks (reference 5.1, 5.2)."""

import hashlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final, cast

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.documents import as_list, as_object, as_text, read_list
from whitespace_mcp.api.reads import RISKS, SUMMARY, SUMMARY_SEARCH

PAGE: Final = 60
MOST_PAGES: Final = 4_000


async def risk_list(api: Api, *, user_id: str | None) -> bytes:
    """`GET /risks`: one JSON array of every contract document that the organisation can see, not yet parsed."""
    return await api.fetch(RISKS, user_id=user_id)


async def summary_pages(
    api: Api, *, user_id: str | None, filters: Mapping[str, object] | None = None
) -> AsyncGenerator[list[dict[str, Any]]]:
    """Walk `GET /summary`, or with filters `POST /summary`, from the newest change downwards, sixty a page.

    Ends on a short or empty page, or on one that brings nothing new: there is no total and no next link, and what
    happens at ties is not documented.
    """
    params: dict[str, str] | None = None
    seen: set[str] = set()
    read = SUMMARY if filters is None else SUMMARY_SEARCH
    for _ in range(MOST_PAGES):
        answer = await api.fetch(read, user_id=user_id, params=params, body=filters)
        page = [as_object(entry) for entry in read_list(answer)]
        fresh = [entry for entry in page if (as_text(entry.get("_id")) or "") not in seen]
        yield fresh
        seen.update(as_text(entry.get("_id")) or "" for entry in fresh)
        last = page[-1] if page else {}
        root, updated = as_text(last.get("rootID")), as_text(last.get("updatedAt"))
        if len(page) < PAGE or not fresh or root is None or updated is None:
            return
        params = {"last": root, "from": updated}


async def newest_mark(api: Api, *, user_id: str | None) -> bytes:
    """Sixteen bytes that stand for the newest page of the summaries: other ones mean that something changed."""
    page = [as_object(entry) for entry in read_list(await api.fetch(SUMMARY, user_id=user_id))]
    told = [f"{as_text(entry.get('_id'))}\n{as_text(entry.get('updatedAt'))}" for entry in page]
    return hashlib.blake2b("\n".join(told).encode(), digest_size=16).digest()


async def placing_stubs(api: Api, *, user_id: str | None) -> list[object]:
    """Every contract document that the summaries name, once each: the list where `GET /risks` is not served."""
    stubs: dict[str, object] = {}
    async for page in summary_pages(api, user_id=user_id):
        for summary in page:
            for stub in as_list(summary.get("docs")):
                document = as_object(stub)
                if document.get("type") == "RWPlacing":
                    stubs.setdefault(as_text(document.get("id")) or f"?{len(stubs)}", cast("object", document))
    return list(stubs.values())
