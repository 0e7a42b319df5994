"""Schemas without what a model pays for and does not need."""

import types
from collections.abc import Callable
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel

_NOISE: Final = frozenset({"title", "maxLength", "maxItems", "minLength"})
_EVERYWHERE: Final = frozenset(
    {
        "as_of",
        "skipped",
        "notes",
        "found_in",
        "meaning",
        "risk",
        "name",
        "stage",
        "umr",
        "near",
        "not_known",
        "next_cursor",
    }
)
"""Keys that any answer has or may have: the documentation describes them once, no schema needs to."""
_OPEN: Final = {"type": "object"}
_NAMES: Final[dict[Any, str]] = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}


def lean_input(schema: dict[str, Any]) -> dict[str, Any]:
    """An input schema without titles, null alternatives, defaults that say no, and limits that no honest call reaches.

    The limits are enforced all the same. Unknown arguments are refused, and the schema says so.
    """
    return cast("dict[str, Any]", _lean(schema)) | {"additionalProperties": False}


def output_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The output schema of a tool that returns `Annotated[CallToolResult, Model]`: what the keys always there hold.

    The objects inside stay open: the documentation describes them, and publishing their schemas would double what
    every conversation pays for the list of tools. Keys that hold nothing are left out of answers.
    """
    model = cast("type[BaseModel]", get_args(get_type_hints(function, include_extras=True)["return"])[1])
    always = {n: field for n, field in model.model_fields.items() if field.is_required() and n not in _EVERYWHERE}
    return {
        "type": "object",
        "properties": {name: _kind(field.annotation) for name, field in always.items()},
        "required": list(always),
    }


def _kind(annotation: Any) -> dict[str, Any]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _kind(next(option for option in get_args(annotation) if option is not type(None)))
    if origin is Literal:
        return {"type": _NAMES[type(get_args(annotation)[0])]}
    if origin is list:
        items = _kind(get_args(annotation)[0])
        return {"type": "array"} if items == _OPEN else {"type": "array", "items": items}
    return {"type": _NAMES.get(origin or annotation, "object")}


def _lean(node: Any) -> Any:
    if isinstance(node, list):
        return [_lean(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    schema = cast("dict[str, Any]", node)
    lean: dict[str, Any] = {}
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            lean[key] = {name: _lean(part) for name, part in value.items()}
        elif (key in _NOISE and not isinstance(value, dict)) or (key == "default" and not value):
            continue
        else:
            lean[key] = _lean(value)
    return _without_null(lean)


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    options = cast("list[Any]", node.get("anyOf", []))
    real = [option for option in options if option != {"type": "null"}]
    if len(real) == 1:
        del node["anyOf"]
        return {**real[0], **node}
    if real:
        node["anyOf"] = real
    return node
