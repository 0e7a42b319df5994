"""Answers checked against what the server publishes."""

import json
from collections.abc import AsyncGenerator
from functools import cache
from typing import Any, Protocol, cast
from weakref import ReferenceType, ref

import jsonschema
import pytest
from mcp import Client

from support.servers import ask
from support.tokens import tokens


class Validator(Protocol):
    """What checks one kind of answer."""

    def validate(self, instance: Any) -> None:
        """Raise if the answer does not fit."""
        ...


_PUBLISHED: dict[int, tuple[ReferenceType[Client], dict[str, Validator]]] = {}
"""What each client's server published, by the client's place: a list of tools does not change while a server runs."""


@cache
def _validator(schema: str) -> Validator:
    """Checks a schema once, however many servers publish it."""
    document = json.loads(schema)
    kind = cast("Any", jsonschema).validators.validator_for(document)
    kind.check_schema(document)
    return cast("Validator", kind(document))


async def published(client: Client) -> dict[str, Validator]:
    """What answers have to fit, by tool, from the list of tools that this client's server publishes."""
    whose, validators = _PUBLISHED.get(id(client), (None, dict[str, Validator]()))
    if whose is None or whose() is not client:
        tools = (await client.list_tools()).tools
        assert all(tool.output_schema for tool in tools)
        validators = {tool.name: _validator(json.dumps(tool.output_schema)) for tool in tools}
        _PUBLISHED[id(client)] = (ref(client), validators)
    return validators


async def checked(client: Client, tool: str, **arguments: Any) -> Any:
    """The answer of a tool, which must fit the schema that the list of tools publishes, and say when."""
    answer = await ask(client, tool, **arguments)
    (await published(client))[tool].validate(answer)
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
