"""Arguments that a tool does not take, put into words: which, what is allowed, an example."""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from pydantic import ValidationError

from whitespace_mcp.config.errors import BadArgument, WhitespaceError, listed

_KINDS: Final = {"array": "a list", "string": "text", "integer": "a whole number", "boolean": "true or false"}


def check_names(name: str, arguments: Mapping[str, Any], tools: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a tool that does not exist, or an argument that it does not take.

    Args:
        name: of the tool, as the caller has it.
        arguments: the caller's.
        tools: the schemas of each tool's arguments.

    Raises:
        WhitespaceError: there is no such tool.
        BadArgument: there is no such argument.
    """
    if name not in tools:
        meant = _meant(name, list(tools))
        hint = f"Did you mean {meant}? " if meant else ""
        raise WhitespaceError("There is no such tool", do=f"{hint}Tools: {listed(tools, most=30)}.")
    allowed = list(tools[name])
    for argument in arguments:
        if argument not in allowed:
            meant = _meant(argument, allowed)
            hint = f"Did you mean '{meant}'? " if meant else ""
            there = f"Arguments: {listed(allowed, most=30)}." if allowed else "This tool takes none."
            raise BadArgument(argument[:40], "does not exist", allowed=f"{hint}{there}")


def _meant(word: str, names: Sequence[str]) -> str | None:
    """The name that was probably meant: the only one that begins like that, or the most similar."""
    begins = [name for name in names if word and name.startswith(word.lower())]
    near = begins if len(begins) == 1 else difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    return near[0] if near else None


def refused_argument(error: ValidationError, parameters: Mapping[str, Any]) -> BadArgument:
    """The first refused argument, told by its schema; the refused value is not repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    argument = str(first["loc"][0]) if first["loc"] else "arguments"
    schema = cast("dict[str, Any]", parameters.get(argument, {}))
    limit = first.get("ctx", {}).get("max_length")
    if first["type"] == "missing":
        return BadArgument(argument, "is missing", allowed=_allowed(schema), example=_example(schema))
    if limit is not None:
        return BadArgument(argument, f"is too long: at most {limit}", example=_example(schema))
    return BadArgument(argument, "has a value that cannot be used", allowed=_allowed(schema), example=_example(schema))


def _allowed(schema: Mapping[str, Any]) -> str:
    items = cast("dict[str, Any]", schema.get("items", {}))
    kind = _KINDS.get(str(schema.get("type")), "a value")
    parts = [f"It takes {kind}"]
    if "enum" in items or "enum" in schema:
        parts.append(f"of: {listed(map(str, schema.get('enum') or items['enum']), most=20)}")
    if "minimum" in schema or "maximum" in schema:
        parts.append(f"from {schema.get('minimum', 0)} to {schema.get('maximum')}")
    return " ".join(parts) + "."


def _example(schema: Mapping[str, Any]) -> str:
    """A value that would work, where the schema tells one."""
    default, items = schema.get("default"), cast("dict[str, Any]", schema.get("items", {}))
    if default is not None:
        return json.dumps(default)
    values = [items["enum"][:1]] if "enum" in items else schema.get("enum", [])
    return json.dumps(values[0]) if values else ""
