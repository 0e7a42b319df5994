"""Answers checked against what the server publishes."""

from typing import Any, cast

import jsonschema
from mcp import Client

from support.servers import ask


async def checked(client: Client, tool: str, **arguments: Any) -> Any:
    """The answer of a tool, which must fit the schema that the list of tools publishes, and say when."""
    answer = await ask(client, tool, **arguments)
    schemas = {entry.name: entry.output_schema for entry in (await client.list_tools()).tools}
    schema = schemas[tool]
    assert schema is not None
    jsonschema.validate(answer, schema)
    assert_nothing_empty(answer)
    assert "as_of" in answer or all("as_of" in one or "error" in one for one in answer["organisations"])
    return answer


ALWAYS = {
    "organisations", "risks", "groups", "by_stage", "by_status", "documents", "slips", "matched",
    "endorsements", "entries", "messages", "companies", "people", "items",
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
