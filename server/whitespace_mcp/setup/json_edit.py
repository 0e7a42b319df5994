"""Changing one member of a JSON file that people write by hand, and nothing else in it.

Hosts allow comments and commas before a closing brace, numbers that no reader gives back as they were, and equal keys.
So the file is not read and written anew: the place of the member is looked for, and only its text is exchanged.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

_BLANK: Final = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_DEEPEST: Final = 200


class NotEditable(Exception):
    """A text is not what a host would understand, or the member is not where it could be changed; half a sentence."""


@dataclass
class Node:
    """A value and its place in the text; of an object the members, in order, equal keys included."""

    start: int
    end: int = 0
    kind: str = "scalar"
    members: list[tuple[str, int, "Node"]] = field(default_factory=list[tuple[str, int, "Node"]])
    comma: int = 0
    """Where the comma behind the last one ends; 0 if there is none."""

    def member(self, key: str) -> "Node | None":
        """The value of a key; None if there is none.

        Raises:
            NotEditable: there are several.
        """
        nodes = [node for name, _, node in self.members if name == key]
        if len(nodes) > 1:
            raise NotEditable(f"'{key}' stands in it {len(nodes)} times")
        return nodes[0] if nodes else None


def scan(text: str) -> Node:
    """The object that a text holds; an empty text is an empty object.

    Raises:
        NotEditable: it is something else.
    """
    scanner = _Scanner(text)
    start = scanner.blank(0)
    if start == len(text):
        return Node(start, start, "nothing")
    node = scanner.value(start, 0)
    if scanner.blank(node.end) != len(text):
        raise scanner.wrong(scanner.blank(node.end), "there is more behind its end")
    if node.kind != "object":
        raise NotEditable("it is not an object in braces")
    return node


def plain(text: str, node: Node) -> Any:
    """The value of a node, comments and commas left out."""
    if node.kind == "object":
        return {name: plain(text, member) for name, _, member in node.members}
    if node.kind == "array":
        return [plain(text, member) for _, _, member in node.members]
    return json.loads(text[node.start : node.end])


def with_member(text: str, path: tuple[str, ...], value: object) -> str:
    """The text with a member set; objects on the way are made.

    `text` is the file, `path` the names from the outermost object on, `value` any JSON.

    Raises:
        NotEditable: the text cannot be read, or there is something else than an object on the way.
    """
    node = scan(text)
    unit = _unit(text)
    if node.kind == "nothing":
        return _written(_nested(path, value), unit, "") + "\n"
    for depth, key in enumerate(path):
        member = node.member(key)
        rest = _nested(path[depth + 1 :], value)
        indent = unit * (depth + 1)
        if member is None:
            return _inserted(text, node, f"{json.dumps(key)}: {_written(rest, unit, indent)}", indent)
        if depth == len(path) - 1:
            return text[: member.start] + _written(value, unit, indent) + text[member.end :]
        if member.kind != "object":
            raise NotEditable(f"'{key}' in it is not an object in braces")
        node = member
    raise AssertionError  # pragma: no cover  # a path has a last key


def without_member(text: str, path: tuple[str, ...]) -> str:
    """The text without a member; as it is if there is none.

    Raises:
        NotEditable: the text cannot be read.
    """
    node: Node | None = scan(text)
    for key in path[:-1]:
        node = node and node.member(key)
    places = [number for number, (name, _, _) in enumerate(node.members if node else []) if name == path[-1]]
    if node is None or not places:
        return text
    number = places[0]
    start, end = node.members[number][1], node.comma or node.members[number][2].end
    if number + 1 < len(node.members):
        return text[:start] + text[node.members[number + 1][1] :]
    before = node.members[number - 1][2].end if number else node.start + 1
    closing = text[end : node.end - 1]
    return text[:before] + (closing if number or closing.strip() else "") + text[node.end - 1 :]


def _nested(path: tuple[str, ...], value: object) -> object:
    for key in reversed(path):
        value = {key: value}
    return value


def _unit(text: str) -> str:
    """How the text is indented so far."""
    indents = re.findall(r"\n([ \t]+)[\"'{\[]", text)
    return min(indents, key=len) if indents else "  "


def _written(value: object, unit: str, indent: str) -> str:
    return json.dumps(value, indent=unit, ensure_ascii=False).replace("\n", f"\n{indent}")


def _inserted(text: str, node: Node, member: str, indent: str) -> str:
    """A member behind the last one of an object."""
    outer = indent[: len(indent) - len(_unit(text))] if indent else ""
    if not node.members:
        inner = text[node.start + 1 : node.end - 1]
        return text[: node.start + 1] + inner.rstrip() + f"\n{indent}{member}\n{outer}" + text[node.end - 1 :]
    last = node.comma or node.members[-1][2].end
    return f"{text[:last]}{'' if node.comma else ','}\n{indent}{member}{text[last:]}"


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text

    def blank(self, at: int) -> int:
        matched = _BLANK.match(self._text, at)
        return matched.end() if matched else at

    def wrong(self, at: int, reason: str) -> NotEditable:
        line = self._text.count("\n", 0, at) + 1
        column = at - (self._text.rfind("\n", 0, at) + 1) + 1
        return NotEditable(f"line {line}, column {column}: {reason}")

    def value(self, at: int, depth: int) -> Node:
        if depth > _DEEPEST:
            raise NotEditable("it is nested too deeply")
        opening = self._text[at : at + 1]
        if opening in ("{", "["):
            return self._members(at, depth, "object" if opening == "{" else "array")
        matched = _STRING.match(self._text, at) or _SCALAR.match(self._text, at)
        if matched is None:
            raise self.wrong(at, "a value should stand here")
        return Node(at, matched.end())

    def _members(self, at: int, depth: int, kind: str) -> Node:
        node, closing = Node(at, kind=kind), "}" if kind == "object" else "]"
        at = self.blank(at + 1)
        while self._text[at : at + 1] != closing:
            if node.members and not node.comma:
                raise self.wrong(at, f"a comma or {closing} should stand here")
            start, key = at, ""
            if kind == "object":
                matched = _STRING.match(self._text, at)
                colon = self.blank(matched.end()) if matched else at
                if matched is None or self._text[colon : colon + 1] != ":":
                    raise self.wrong(at, "a name in quotation marks and a colon should stand here")
                key, at = str(json.loads(matched[0])), self.blank(colon + 1)
            member = self.value(at, depth + 1)
            node.members.append((key, start, member))
            at = self.blank(member.end)
            node.comma = at + 1 if self._text[at : at + 1] == "," else 0
            at = self.blank(node.comma or at)
        node.end = at + 1
        return node
