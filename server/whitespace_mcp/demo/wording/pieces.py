"""Line items under construction: text with marked values, bullets, tables, and the untidiness of typing."""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from whitespace_mcp.demo.market.seeds import named_identifier, share_of
from whitespace_mcp.demo.market.terms import Tagging

_FIELD: Final = re.compile(r"\{(\w+)\}")
_CORE: Final = frozenset(
    ("Broker_Reference", "Insured_Name", "Inception_Date", "Expiry_Date", "Premium_Amount", "Order")
)
"""What is still marked where people marked little."""


@dataclass(frozen=True)
class Value:
    """A piece of text as it stands in the contract, marked as data of a kind (`phType`).

    It can have two tags or none; values of the same page belong to one fact; no sections are the whole contract.
    """

    text: str
    tags: tuple[str, ...] = ()
    kind: str = "DefinedData"
    page: str = ""
    sections: tuple[str, ...] = ()


def tagged(text: str, *tags: str, kind: str = "DefinedData", page: str = "", section: str = "") -> Value:
    """A marked value, of one section at most.

    `text` is the value, `kind` its tag, `page` the page it stands on, `section` a section's id.
    """
    return Value(text, tags, kind, page, (section,) if section else ())


class Sheet:
    """The line items of one contract, in order."""

    def __init__(self, name: str, tagging: Tagging) -> None:
        self.name = name
        """What its page ids are made from: the root, so that a slip's documents share them."""
        self.tagging: Tagging = tagging
        self._section = ""
        self._items: list[Item] = []

    def section(self, section: str, title: str) -> None:
        """Begin a section of the contract with its title row."""
        self._section = section
        self.item("NonMRCHeading", title + " ").content["originalSection"] = "self"

    def item(self, heading: str, title: str, *, variation: str = "") -> "Item":
        """Begin a line item.

        `heading` is the MRC heading, `title` the printed one, `variation` a further name.
        """
        content: dict[str, Any] = {
            "index": len(self._items),
            "mrcSection": self._section,
            "mrcHeading": heading,
            "nameVariation": variation or heading,
            "originalHeading": title,
            "originalSection": "",
            "elements": [],
            "placeholders": [],
            "fragments": [],
            "subItems": [],
        }
        item = Item(self, content)
        self._items.append(item)
        return item

    def build(self) -> list[dict[str, Any]]:
        """The finished line items, numbered from 0."""
        return [item.content for item in self._items]


class Item:
    """One line item: a heading and its elements; what only few have is put into its `content` by others."""

    def __init__(self, sheet: Sheet, content: dict[str, Any]) -> None:
        self.content = content
        self._sheet = sheet
        self._elements: list[dict[str, Any]] = content["elements"]
        self._placeholders: list[dict[str, Any]] = content["placeholders"]
        self._pages: dict[str, dict[str, Any]] = {}
        self._name = f"{content['mrcHeading']} {content['originalHeading']}"
        # Where text was pasted in, the elements came without their numbers.
        self._numbered = share_of(f"numbered {sheet.name} {self._name}") > 0.2

    def say(self, text: str, *, rich: str = "", **values: Value) -> Self:
        """Add a paragraph; `{name}` stands for a value, `rich` is the same paragraph as HTML."""
        names = {key: self._mark(value) for key, value in values.items()}
        element: dict[str, Any] = {"text": _filled(text, names)}
        if rich:
            element["html"] = _filled(rich, names)
        return self._add(element)

    def bullets(self, *lines: str | Value) -> Self:
        """Add a list."""
        for number, line in enumerate(lines):
            text = line if isinstance(line, str) else self._mark(line)
            self._add({"text": text, "bulletValue": "" if number % 2 else "\N{BULLET}", "indent": 1})
        return self

    def paragraphs(self, *lines: str) -> Self:
        """Add one element of several paragraphs, which has no `text`."""
        return self._add({"textArray": list(lines), "bulletValue": "1.", "indent": 1})

    def table(self, header: tuple[str, ...], rows: list[tuple[Value, ...]], tags: tuple[str, ...]) -> Self:
        """Add a table; each row is one fact.

        `header` are the columns' titles, `tags` their tags.
        """
        lines: list[dict[str, Any]] = [{"values": list(header), "height": 22, "isHeaderRow": True}]
        count = 0
        for number, row in enumerate(rows):
            cells: list[str] = []
            for tag, value in zip(tags, row, strict=True):
                cell = Value(value.text, (tag,) if tag else value.tags, value.kind, f"row {number}", value.sections)
                cells.append(self._mark(cell, f"DefinedDataTable0:{count}"))
                count += 1
            lines.append({"values": cells, "height": 22})
        specs = [{"alignment": "left", "x": 0} | ({"columnTag": tag} if tag else {}) for tag in tags]
        table = {"rows": lines, "widths": [90] * len(header), "columnsSpecs": specs, "rowsSpecs": []}
        return self._add({"table": table})

    def _add(self, element: dict[str, Any]) -> Self:
        # A table has its number always, so that numbers can be on some elements of an item only.
        if self._numbered or "table" in element:
            element["index"] = len(self._elements)
        self._elements.append(element)
        return self

    def _mark(self, value: Value, name: str = "") -> str:
        """The marker for a value, or its text where this contract does not mark such a value."""
        tagging = self._sheet.tagging
        if tagging == "none" or (tagging == "some" and not _CORE.intersection(value.tags)):
            return value.text
        name = name or f"{value.kind if not value.tags else 'DefinedData'}{len(self._placeholders)}"
        placeholder: dict[str, Any] = {
            "name": name, "phType": value.kind, "value": value.text, "originalValue": value.text,
        }  # fmt: skip
        if value.tags:
            page = named_identifier("", f"{self._sheet.name} {self._name} {value.page}")
            placeholder["tags"] = [f"Page:{page}", *value.tags]
            self._pages.setdefault(page, {"pageID": page, "sectionIDs": list(value.sections), "title": ""})
            self.content |= {"tagPages": list(self._pages.values()), "locked": False}
        self._placeholders.append(placeholder)
        return f"[[{name}]]"


def _filled(text: str, names: dict[str, str]) -> str:
    return _FIELD.sub(lambda match: names[match[1]], text)
