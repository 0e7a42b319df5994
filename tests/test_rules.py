"""Rules over the whole: who may import whom, what every tool must have, and what the tools together may cost."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client
from mcp.types import Tool

import whitespace_mcp
from support.order import FIRM, LONGEST, TESTS
from support.servers import ask, client_of, settings_for
from support.tokens import tokens
from whitespace_mcp.app import INSTRUCTIONS, build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Running

HOME: Final = Path(whitespace_mcp.__file__).parent
MODULES: Final = sorted(set(HOME.rglob("*.py")) - {HOME / "__init__.py"})
BOTTOM: Final = {"config", "runtime", "terms"}
READING: Final = BOTTOM | {"documents", "api"}
MAY_IMPORT: Final = {
    "config": set[str](),
    "demo": set[str](),
    "icon": set[str](),
    "views": set[str](),
    "runtime": {"config"},
    "terms": {"config"},
    "downloads": {"config", "runtime"},
    "connections": set[str](),
    "sheets": set[str](),
    "telemetry": {"config", "runtime", "terms"},
    "documents": {"config", "terms"},
    "api": BOTTOM | {"documents"},
    "session": READING,
    "portfolio": READING | {"session"},
    "answers": {"terms", "documents"},
    "mcp_layer": READING | {"telemetry", "views", "session", "portfolio", "answers"},
    "tools": READING | {"session", "portfolio", "answers", "downloads", "sheets", "mcp_layer"},
    "app": READING
    | {"views", "session", "portfolio", "answers", "tools", "mcp_layer", "downloads", "icon", "telemetry"},
    "tour": {"demo", "setup", "terms", "views"},
    "setup": READING | {"session", "portfolio", "telemetry"},
    "web": {"config", "connections", "mcp_layer"},
    "shell": READING | {"session", "app"},
    "cli": {"app", "config", "demo", "mcp_layer", "runtime", "setup", "shell", "team", "tour", "web"},
    "team": BOTTOM | {"telemetry", "api", "session", "portfolio", "mcp_layer", "app", "icon", "setup"},
    "__main__": {"cli"},
}
"""The rooms of the house; dependencies point downwards only."""


def room_of(path: Path) -> str:
    """The part of the house that a module belongs to."""
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def parsed(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def tree_of(path: Path) -> ast.Module:
    """A module of the server, read once for all rules."""
    return parsed(path)


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """The same with all that is in it."""
    return list(ast.walk(tree_of(path)))


@cache
def imports_of(path: Path) -> list[tuple[str, str]]:
    """Every module that a module imports, at the top or later, and the name that is taken from it."""
    return list(_imports(nodes_of(path)))


def _imports(nodes: list[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{ast.unparse(node)}: imports are absolute"
            for alias in node.names:
                yield node.module or "", alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ""


def within(module: str, name: str) -> str | None:
    """The room of one of our modules, or of what is taken straight from the package."""
    parts = f"{module}.{name}".rstrip(".").split(".") if module == "whitespace_mcp" else module.split(".")
    return parts[1] if parts[0] == "whitespace_mcp" and len(parts) > 1 else None


def test_dependencies_point_downwards() -> None:
    for path in MODULES:
        room = room_of(path)
        used = {within(module, name) for module, name in imports_of(path)} - {None, room}
        assert used <= MAY_IMPORT[room], f"{path.relative_to(HOME)} imports {used - MAY_IMPORT[room]}"


def test_every_room_is_in_the_table() -> None:
    assert {room_of(path) for path in MODULES} <= set(MAY_IMPORT)


def test_mcp_is_known_to_the_upper_rooms_only() -> None:
    users = {room_of(p) for p in MODULES if any(module.split(".")[0] == "mcp" for module, _ in imports_of(p))}
    assert users <= {"tools", "mcp_layer", "telemetry", "app", "icon", "web", "tour", "setup", "shell", "cli"} | {
        "team"
    }


@pytest.mark.parametrize("room", ["answers", "documents"])
def test_answers_and_documents_do_nothing_but_reckon(room: str) -> None:
    outside = {"anyio", "httpx2", "io", "logging", "os", "pathlib", "socket", "sqlite3", "subprocess", "threading"}
    for path in (HOME / room).rglob("*.py"):
        assert not {module.split(".")[0] for module, _ in imports_of(path)} & outside, path
        assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in nodes_of(path))


def test_terms_do_no_input_or_output() -> None:
    allowed = {
        "collections",
        "dataclasses",
        "datetime",
        "difflib",
        "functools",
        "re",
        "typing",
        "unicodedata",
        "zoneinfo",
        "whitespace_mcp",
    }
    for path in (HOME / "terms").rglob("*.py"):
        assert {module.split(".")[0] for module, _ in imports_of(path)} <= allowed, path


def test_only_the_session_and_the_api_know_http() -> None:
    users = {room_of(path) for path in MODULES if any(module == "httpx2" for module, _ in imports_of(path))}
    assert users <= {"api", "session", "config", "setup", "team"}


def test_nothing_prints() -> None:
    for path in MODULES:
        names = {node.id for node in nodes_of(path) if isinstance(node, ast.Name)}
        assert "print" not in names, path


def test_nobody_raises_an_error_that_is_kept() -> None:
    for path in MODULES:
        for node in nodes_of(path):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Attribute):
                assert node.exc.attr[0].isupper(), f"{path}:{node.lineno} raises what is kept: give .replaced()"


PARTICIPLES: Final = frozenset({"asked", "behind", "found", "kept", "known", "one", "told"})


def names_bound(nodes: list[ast.AST]) -> Iterator[str]:
    """Names of variables, arguments and functions; keys of answers, which are fields of classes, are not among them."""
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    fields = {id(part.target) for node in classes for part in node.body if isinstance(part, ast.AnnAssign)}
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) if id(node) not in fields:
                yield name
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case _:
                pass


def test_names_say_what_they_hold() -> None:
    root = HOME.parent.parent
    outside = [
        path for folder in ("benchmarks", "evals", "scripts", "tests") for path in root.glob(f"{folder}/**/*.py")
    ]
    for path in [*MODULES, *outside]:
        nodes = nodes_of(path) if path in MODULES else list(ast.walk(parsed(path)))
        names = set(names_bound(nodes))
        types = {node.name.lower().strip("_") for node in nodes if isinstance(node, ast.ClassDef)}
        assert not (names | types) & PARTICIPLES, f"{path}: what kind of thing is {(names | types) & PARTICIPLES}?"


def test_no_type_name_stands_twice_outside_the_demo() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in tree_of(path).body if room_of(path) != "demo" else []:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            name = node.name if isinstance(node, ast.ClassDef) else getattr(target, "id", "")
            if re.match(r"_?[A-Z]\w*[a-z]", name):
                places.setdefault(name, []).append(path.relative_to(HOME).as_posix())
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods that others may call; what a host or a shell calls says its arguments there."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            types = {ast.unparse(a.annotation) for a in (*node.args.args, *node.args.kwonlyargs) if a.annotation}
            command = any("command" in ast.unparse(by) for by in node.decorator_list)
            if not command and not types & {"Context", "InOrganisation", "InRisk", "InOwner"}:
                yield node


PLAIN_TYPES: Final = {
    *("str", "int", "float", "bool", "bytes", "object", "Any", "None", "list", "dict", "tuple", "set", "frozenset"),
    *("Iterable", "Iterator", "Sequence", "Mapping", "Collection", "Callable", "Awaitable"),
    *("date", "datetime", "Decimal", "Path"),
}


def test_a_function_of_three_arguments_says_what_those_of_a_plain_type_are() -> None:
    """In its own docstring, or once for all functions of its module."""
    for path in MODULES:
        tree = tree_of(path)
        whole = ast.get_docstring(tree) or ""
        for function in public_functions(tree.body):
            args = function.args
            every = [a for a in (*args.posonlyargs, *args.args, *args.kwonlyargs) if a.arg not in {"self", "cls"}]
            text = f"{whole}\n{ast.get_docstring(function)}"
            for argument in every if len(every) > 2 else []:
                types = set(re.findall(r"[A-Za-z_]\w*", ast.unparse(argument.annotation or ast.Constant("Any"))))
                said = f"`{argument.arg}`" in text or re.search(rf"^ *{argument.arg}: ", text, re.MULTILINE)
                assert said or types - PLAIN_TYPES, f"{path.relative_to(HOME)}: {function.name}({argument.arg})"


@pytest.mark.parametrize("folder", ["server", "tests", "scripts", "benchmarks"])
def test_a_module_is_one_idea(folder: str) -> None:
    for path in (HOME.parent.parent / folder).rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


@pytest.fixture
async def tools(era: str) -> list[Tool]:
    """Every tool of a server that nothing is configured for."""
    async with Client(build_server(Settings()), mode=era) as client:
        return (await client.list_tools()).tools


async def test_each_tool_has_its_own_name_and_says_what_it_is(tools: list[Tool]) -> None:
    assert len({tool.name for tool in tools}) == len(tools)
    for tool in tools:
        assert tool.name.replace("_", "").isalpha()
        assert tool.title
        assert tool.title != tool.name
        assert tool.description
        assert len(tool.description) <= 160, tool.name
        assert tool.description.endswith(".")


async def test_each_tool_has_all_four_annotations_and_none_destroys(tools: list[Tool]) -> None:
    for tool in tools:
        annotations = tool.annotations
        assert annotations is not None
        assert annotations.read_only_hint is (tool.name != "switch_org"), tool.name
        assert annotations.destructive_hint is False
        assert annotations.idempotent_hint is not None
        assert annotations.open_world_hint is True


def keywords_of(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every keyword of a schema with its value; names of properties are not keywords."""
    if isinstance(schema, list):
        for part in schema:  # pyright: ignore[reportUnknownVariableType]
            yield from keywords_of(part)
    elif isinstance(schema, dict):
        for key, value in schema.items():  # pyright: ignore[reportUnknownVariableType]
            yield str(key), value  # pyright: ignore[reportUnknownArgumentType]
            parts = value.values() if key == "properties" else [value]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            for part in parts:  # pyright: ignore[reportUnknownVariableType]
                yield from keywords_of(part)


async def test_schemas_are_objects_without_noise(tools: list[Tool]) -> None:
    for tool in tools:
        assert tool.output_schema is not None, tool.name
        for schema in (tool.input_schema, tool.output_schema):
            keywords = list(keywords_of(schema))
            assert schema["type"] == "object"
            assert "title" not in {key for key, _ in keywords}, tool.name
            assert ("type", "null") not in keywords
            assert ("default", None) not in keywords
            assert not {"$ref", "$defs", "allOf"} & {key for key, _ in keywords}
        assert tool.input_schema["additionalProperties"] is False
        assert len(json.dumps(tool.input_schema)) < 16_384
        assert all(argument.islower() for argument in tool.input_schema.get("properties", {}))


async def test_each_tool_about_risks_takes_an_organisation(tools: list[Tool]) -> None:
    for tool in tools:
        if tool.name not in {"whoami", "list_organisations"}:
            assert "organisation" in tool.input_schema["properties"], tool.name


def test_the_instructions_are_short_and_say_what_matters() -> None:
    assert len(INSTRUCTIONS) < 2_000
    assert INSTRUCTIONS.partition(".")[0].startswith("Answers questions about insurance risks on the Whitespace")
    for said in (
        "organisation",
        "slip",
        "document",
        "firm_order",
        "Not held here",
        "bureau signing",
        "never instructions",
        "Quotes are quoted and bindable; a request is none",
        "every change is made on the platform, by the person",
        "Internal notes of another side are never visible",
        "A risk's id or UMR needs no organisation",
    ):
        assert said in " ".join(INSTRUCTIONS.split())


async def test_the_list_of_tools_keeps_its_budget(tools: list[Tool], tmp_path: Path) -> None:
    async with Client(build_server(Settings.from_env({"WHITESPACE_DOWNLOADS": str(tmp_path)}))) as client:
        everything = (await client.list_tools()).tools
    assert len(everything) == len(tools) + 1
    for listed in (tools, everything):
        costs = {tool.name: tokens(tool.model_dump(mode="json", by_alias=True, exclude_none=True)) for tool in listed}
        assert sum(costs.values()) <= 6_000, costs
        assert sum(costs.values()) / len(costs) <= 300, costs
    assert costs["get_risks"] <= 900, costs
    assert costs["summarise_risks"] <= 700, costs


async def test_the_counts_of_both_organisations_keep_their_budget(running: Running) -> None:
    async with client_of(settings_for(running)) as client:
        assert tokens(await ask(client, "get_risks", organisation="all", page_size=0)) <= 350


async def test_a_page_of_twenty_slips_keeps_its_budget(running: Running) -> None:
    async with client_of(settings_for(running)) as client:
        assert tokens(await ask(client, "get_risks", organisation="CALDERFINCH")) <= 1_700


def test_the_files_that_have_a_place_are_there() -> None:
    assert [name for name in (*FIRM, *LONGEST) if not (TESTS / name).is_file()] == []
