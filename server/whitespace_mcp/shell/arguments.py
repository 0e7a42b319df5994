"""`key=value` words as a tool's arguments: texts become what the tool's schema wants, and nothing is refused here.

What cannot be read goes on as it is, so that the server says in its own words what is wrong with it.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from whitespace_mcp.documents.json import as_list, as_object


def read_arguments(words: Iterable[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a call.

    The words are each `key=value`; of a list the values have commas between them, or the key is given several times.
    The properties are the tool's, as its input schema has them.

    Raises:
        ValueError: a word has no `=`, or what takes one value has two; in a sentence.
    """
    arguments: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise ValueError(f"'{word}' is no argument: write KEY=VALUE.")
        kinds = kinds_of(as_object(properties.get(key)))
        if "array" in kinds:
            former = arguments.get(key, [])
            arguments[key] = [*(former if isinstance(former, list) else []), *_listed(text)]
        elif key in arguments:
            raise ValueError(f"'{key}' takes one value.")
        else:
            arguments[key] = _scalar(text, kinds)
    return arguments


def kinds_of(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema allows."""
    kind = schema.get("type")
    kinds = {kind} if isinstance(kind, str) else {str(name) for name in as_list(kind)}
    return kinds.union(*(kinds_of(as_object(part)) for key in ("anyOf", "oneOf") for part in as_list(schema.get(key))))


def choices_of(schema: Mapping[str, Any]) -> list[str]:
    """The values that a schema allows, if it lists them."""
    whole = [schema, as_object(schema.get("items"))]
    whole += [as_object(part) for part in list(whole) for key in ("anyOf", "oneOf") for part in as_list(part.get(key))]
    return list(dict.fromkeys(str(value) for part in whole for value in as_list(part.get("enum"))))


def _listed(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            return as_list(json.loads(text))
        except ValueError:
            return [text]
    return [part.strip() for part in text.split(",") if part.strip()]


def _scalar(text: str, kinds: set[str]) -> Any:
    if "boolean" in kinds and text.lower() in {"true", "false", "on", "off", "yes", "no"}:
        return text.lower() in {"true", "on", "yes"}
    if kinds & {"integer", "number"} and "string" not in kinds:
        try:
            return int(text) if "number" not in kinds else float(text)
        except ValueError:
            return text
    return text
