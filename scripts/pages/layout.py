"""JSON as people like to read it: on one line what fits there."""

import json
from typing import Any, Final, cast

WIDTH: Final = 110


def fitted(value: Any, *, width: int = WIDTH, indent: int = 0, lead: int = 0) -> str:
    """A value over as many lines as it needs.

    Args:
        value: what `json.loads` gives.
        width: columns.
        indent: of the lines after the first one.
        lead: columns that stand before it on its first line, the indent not counted.
    """
    flat = json.dumps(value, ensure_ascii=False)
    if indent + lead + len(flat) < width or not isinstance(value, dict | list) or not value:
        return flat
    margin = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [_pair(name, part, width, indent + 1) for name, part in cast("dict[str, Any]", value).items()]
        return "{\n" + margin + f",\n{margin}".join(parts) + "\n" + margin[1:] + "}"
    items = [fitted(part, width=width, indent=indent + 1, lead=1) for part in cast("list[Any]", value)]
    return "[\n" + margin + f",\n{margin}".join(items) + "\n" + margin[1:] + "]"


def _pair(name: str, part: Any, width: int, indent: int) -> str:
    key = f"{json.dumps(name, ensure_ascii=False)}: "
    return key + fitted(part, width=width, indent=indent, lead=len(key) + 1)
