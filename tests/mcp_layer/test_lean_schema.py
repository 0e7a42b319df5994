"""Schemas are published without what a model pays for and does not need."""

from typing import Annotated, Any, Literal

from mcp.types import CallToolResult
from pydantic import BaseModel, Field

from whitespace_mcp.mcp_layer.schema import lean_input, output_of


class Part(BaseModel):
    """A part."""

    colour: str


class Whole(BaseModel):
    """A whole."""

    title: Annotated[str, Field(description="A property may have any name.", max_length=9)]
    part: Part
    parts: list[Part] | None = None
    size: Annotated[int, Field(ge=0, le=9)] = 3
    quiet: bool = False
    kind: Literal["a", "b"] | None = None


def test_an_input_schema_keeps_what_helps_and_drops_the_noise() -> None:
    lean = lean_input(Whole.model_json_schema())
    properties: dict[str, Any] = lean["properties"]
    assert lean["required"] == ["title", "part"]
    assert lean["additionalProperties"] is False
    assert properties["title"] == {"description": "A property may have any name.", "type": "string"}
    assert properties["size"] == {"default": 3, "maximum": 9, "minimum": 0, "type": "integer"}
    assert properties["quiet"] == {"type": "boolean"}
    assert properties["kind"] == {"enum": ["a", "b"], "type": "string"}
    assert "title" not in lean


def test_alternatives_that_are_not_null_stay() -> None:
    lean = lean_input(
        {"properties": {"either": {"anyOf": [{"type": "integer"}, {"type": "null"}, {"type": "string"}]}}}
    )
    assert lean["properties"]["either"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}


async def whole() -> Annotated[CallToolResult, Whole]:
    """What a tool's signature looks like."""
    raise AssertionError


def test_an_output_schema_types_the_keys_that_are_always_there_and_leaves_the_parts_open() -> None:
    assert output_of(whole) == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "part": {"type": "object"},
        },
        "required": ["title", "part"],
    }


def test_the_schema_that_is_made_lean_is_left_as_it_was() -> None:
    schema = Whole.model_json_schema()
    lean_input(schema)
    assert schema == Whole.model_json_schema()
