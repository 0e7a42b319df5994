"""The text of one contract line item, with its placeholders filled (platform.md 5.4)."""

import re
from typing import Final

from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, objects_of

_MARKER: Final = re.compile(r"\[\[([^\[\]]{1,200})\]\]")


def filled(item: Document) -> str:
    """The paragraphs, bullets and table rows of a line item, one a line.

    A placeholder without a value leaves nothing in its marker's place; a marker that no placeholder matches stays as
    it is. A placeholder's name is unique only within its line item, so values never come from another one.
    """
    values = _values(item)
    return _MARKER.sub(lambda marker: values.get(marker[1], marker[0]), _text(item))


def shown_values(item: Document) -> list[str]:
    """The values of the placeholders that a line item's text shows, in its order; `""` where one has none."""
    values = _values(item)
    return [values[name] for name in _MARKER.findall(_text(item)) if name in values]


def _values(item: Document) -> dict[str, str]:
    return {
        name: as_text(placeholder.get("value")) or ""
        for placeholder in objects_of(item.get("placeholders"))
        if (name := as_text(placeholder.get("name")))
    }


def _text(item: Document) -> str:
    lines = [line for element in _ordered(item) for line in _lines(element)]
    return "\n".join(line for line in lines if line.strip())


def _ordered(item: Document) -> list[Document]:
    """By index if all have one, else as they stand."""
    elements = objects_of(item.get("elements"))
    indexes = [element.get("index") for element in elements]
    if all(isinstance(index, int) for index in indexes):
        return [element for _, _, element in sorted(zip(indexes, range(len(elements)), elements, strict=True))]
    return elements


def _lines(element: Document) -> list[str]:
    bullet = as_text(element.get("bulletValue"))
    lead = f"{bullet} " if bullet else ""
    text = as_text(element.get("text"))
    if text:
        return [lead + text]
    several = [line for part in as_list(element.get("textArray")) if (line := as_text(part))]
    if several:
        return [lead + several[0], *several[1:]]
    rows = objects_of(as_object(element.get("table")).get("rows"))
    return [" | ".join(as_text(cell) or "" for cell in as_list(row.get("values"))) for row in rows]
