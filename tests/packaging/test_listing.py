"""One version everywhere, and an entry for the MCP registry that the registry would take.

Its rules are those of its schema of 2025-12-11 and of the check of ownership that publishing makes.
"""

import json
import re
import tomllib
from importlib.metadata import version
from typing import Any, Final

from repository import text

from whitespace_mcp.config.settings import Settings
from whitespace_mcp.config.variables import VARIABLES

ENTRY: Final[dict[str, Any]] = json.loads(text("server.json"))
MANIFEST: Final[dict[str, Any]] = json.loads(text("manifest.json"))
PROJECT: Final[dict[str, Any]] = tomllib.loads(text("pyproject.toml"))["project"]
(PACKAGE,) = ENTRY["packages"]


def test_there_is_one_version() -> None:
    newest = re.search(r"^## (\d\S+)", text("CHANGELOG.md"), re.MULTILINE)
    facts = {
        "pyproject.toml": PROJECT["version"],
        "the installed package": version("whitespace-mcp"),
        "manifest.json": MANIFEST["version"],
        "server.json": ENTRY["version"],
        "server.json, its package": PACKAGE["version"],
        "CHANGELOG.md": newest[1] if newest else None,
    }
    assert set(facts.values()) == {PROJECT["version"]}, facts
    assert re.fullmatch(r"\d+\.\d+\.\d+", PROJECT["version"])


def test_the_entry_has_the_form_that_the_registry_asks_for() -> None:
    assert ENTRY.keys() == {"$schema", "name", "title", "description", "version", "packages"}
    assert re.fullmatch(r"https://[^/]+/schemas/\d{4}-\d\d-\d\d/server\.schema\.json", ENTRY["$schema"])
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", ENTRY["name"])
    assert 3 <= len(ENTRY["name"]) <= 200
    assert 1 <= len(ENTRY["title"]) <= 100
    assert 1 <= len(ENTRY["description"]) <= 100


def test_the_package_is_named_as_it_is_published() -> None:
    assert PACKAGE["registryType"] == "pypi"
    assert PACKAGE["identifier"] == PROJECT["name"]
    assert PACKAGE["transport"] == {"type": "stdio"}
    assert PACKAGE["runtimeHint"] == "uvx"
    assert PROJECT["scripts"].keys() >= {PACKAGE["identifier"]}  # what uvx starts
    assert PACKAGE["packageArguments"] == [{"type": "positional", "value": "serve"}]


def test_every_variable_can_be_set_and_every_secret_is_told_as_one() -> None:
    inputs: list[dict[str, Any]] = PACKAGE["environmentVariables"]
    assert [variable["name"] for variable in inputs] == [variable.name for variable in VARIABLES]
    assert {variable["name"] for variable in inputs if variable.get("isSecret")} == {
        v.name for v in VARIABLES if v.secret
    }
    for variable in inputs:
        assert variable.keys() <= {"name", "description", "format", "default", "isSecret"}
        assert variable["format"] in {"string", "number", "boolean", "filepath"}
        assert isinstance(variable.get("default", ""), str)
        assert variable["description"]


def test_the_defaults_of_the_entry_change_nothing() -> None:
    """A host that fills them in gets the server of somebody who set nothing."""
    filled = {
        variable["name"]: variable["default"] for variable in PACKAGE["environmentVariables"] if "default" in variable
    }
    assert Settings.from_env(filled) == Settings.from_env({})


def test_the_readme_proves_who_owns_the_name() -> None:
    """The registry looks for this text in the description of the published package."""
    assert re.search(rf"(^|\s)mcp-name: {re.escape(ENTRY['name'])}(\s|$)", text(PROJECT["readme"]))
