"""Every text that can tell of something wrong, read from the code: what is raised, found or refused."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import whitespace_mcp

HOME: Final = Path(whitespace_mcp.__file__).parent
OF_CLICK: Final = frozenset({"UsageError", "BadParameter", "ClickException"})
ALL_TEXTS: Final = ("config/reading.py", "setup/keychain.py", "downloads.py", "telemetry/audit/verify.py")
"""Modules that give what is wrong to others as parts of sentences: all that they say counts."""
GOOD_NEWS: Final = frozenset(
    {"Listening on http://", "The trail is intact", "lines in", "lines, last", "dict[str, Any]"}
)
"""Found likewise, and nothing is wrong."""
VARIES: Final = "…"
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def fragments() -> dict[str, str]:
    """The fixed parts of every message, two words or more, each with the module that it is in."""
    trees = {
        path.relative_to(HOME).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(HOME.rglob("*.py"))
        if "demo" not in path.relative_to(HOME).parts
    }
    assert set(ALL_TEXTS) <= set(trees)
    raised = _exceptions(trees)
    messages: dict[str, str] = {}
    for module, tree in trees.items():
        texts = _said(tree) if module in ALL_TEXTS else _raised(tree, raised)
        messages |= {part: module for text in texts for part in _parts(text)}
    return messages


def _exceptions(trees: dict[str, ast.Module]) -> set[str]:
    """The names of all exceptions of ours, and of click's."""
    names = {"Exception", *OF_CLICK}
    classes = [node for tree in trees.values() for node in tree.body if isinstance(node, ast.ClassDef)]
    for _ in classes:
        more = {kind.name for kind in classes if names & {base.id for base in kind.bases if isinstance(base, ast.Name)}}
        if more <= names:
            break
        names |= more
    return names


def _raised(tree: ast.Module, exceptions: set[str]) -> Iterator[str]:
    """What the errors, and the bad findings of the doctor, say."""
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, _SCOPES))]:
        for node in _own(scope):
            if isinstance(node, ast.Call) and (texts := _told(node, exceptions)) is not None:
                yield from _texts(texts, scope)


def _told(call: ast.Call, exceptions: set[str]) -> ast.expr | None:
    """The argument of a call that says what is wrong."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    places = {"BadArgument": 1, "Check": 2}
    if name == "Check" and isinstance(call.args[1], ast.Constant) and call.args[1].value in {"ok", "skipped"}:
        return None
    problem = name == "append" and "problems" in ast.unparse(call.func)
    built = name == "__init__" and "super" in ast.unparse(call.func)
    echoed = name == "echo" and any(word.arg == "err" for word in call.keywords)
    if name not in exceptions | {"Check", "LeftOut"} and not (problem or built or echoed):
        return None
    place = places.get(name, 1 if name == "LeftOut" else 0)
    return call.args[place] if len(call.args) > place else None


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in a scope and not in one within it."""
    inside = [scope]
    for node in inside:
        own = [child for child in ast.iter_child_nodes(node) if not isinstance(child, _SCOPES)]
        yield from own
        inside += own


def _texts(node: ast.AST, scope: ast.AST) -> Iterator[str]:
    """The texts that an expression can be, names looked up among what the scope assigns."""
    if isinstance(node, ast.Constant):
        yield from [node.value] if isinstance(node.value, str) else []
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else VARIES for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, scope)
        yield from _texts(node.orelse, scope)
    elif isinstance(node, ast.BinOp):
        yield from _texts(node.left, scope)
        yield from _texts(node.right, scope)
    elif isinstance(node, ast.Name):
        for other in _own(scope):
            if isinstance(other, ast.Assign) and any(getattr(to, "id", "") == node.id for to in other.targets):
                yield from _texts(other.value, scope)


def _said(tree: ast.Module) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    docstrings = {
        id(statement.value)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in docstrings | parts:
            yield from _texts(node, tree)


def _parts(text: str) -> list[str]:
    parts = [" ".join(part.split()).strip(" .,;:'()") for part in text.split(VARIES)]
    return [part for part in parts if " " in part and part not in GOOD_NEWS]
