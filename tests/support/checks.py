"""Answers checked for what all of them promise."""

from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest
from mcp import Client

from support.servers import ask
from support.tokens import tokens


async def checked(client: Client, tool: str, **arguments: Any) -> Any:
    """The answer of a tool, which must hold nothing empty and say when.

    That it fits the published schema, the SDK's client has checked: `test_tool_schemas.py` shows it.
    """
    answer = await ask(client, tool, **arguments)
    assert_nothing_empty(answer)
    assert "as_of" in answer or all(
        "as_of" in organisation or "error" in organisation for organisation in answer["organisations"]
    )
    return answer


ALWAYS = {
    "organisations", "risks", "groups", "by_stage", "by_status", "documents", "slips", "matched",
    "by_kind", "by_lies_with", "in_the_way", "endorsements", "entries", "messages", "companies", "people", "items",
}  # fmt: skip
"""Keys that stay when they hold nothing."""


def assert_nothing_empty(value: Any, key: str = "") -> None:
    """Nothing empty may be in an answer, except under the keys that are always there."""
    assert key in ALWAYS or value not in (None, "", [], {}), key
    if isinstance(value, dict):
        for name, part in cast("dict[str, Any]", value).items():
            assert_nothing_empty(part, name)
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            assert_nothing_empty(part, key)


async def every_page(client: Client, tool: str, part: str, **arguments: Any) -> AsyncGenerator[list[Any]]:
    """All entries of a question, page by page, each checked; each page keeps the budget.

    Args:
        client: an assistant.
        tool: what is asked.
        part: the answer's key with the entries.
        arguments: of the question.
    """
    for _ in range(100):
        answer = await checked(client, tool, **arguments)
        assert tokens(answer) <= 1_700
        yield answer[part]
        if "next_cursor" not in answer:
            return
        arguments["cursor"] = answer["next_cursor"]
    pytest.fail("the pages have no end")
