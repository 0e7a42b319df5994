"""The tables of docs/configuration.md, made from what `--help` is made from."""

from typing import Any

from whitespace_mcp.config.settings import Settings
from whitespace_mcp.config.variables import GROUPS, VARIABLES, Variable


def variables() -> str:
    """A table for each group of variables."""
    tables = [_table(group, members) for group, members in GROUPS.items()]
    asked = _Asked()
    Settings.for_demo("http://127.0.0.1", "demo", "demo", asked)
    read = ", ".join(f"`{one.name}`" for one in VARIABLES if one.name in asked.names)
    return "\n" + "\n".join([*tables, "### In the demo\n", f"The demo reads {read}, and ignores the others.", ""])


class _Asked(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None, /) -> Any:
        self.names.add(key)
        return default


def _table(group: str, members: tuple[Variable, ...]) -> str:
    rows = [f"| `{one.name}` | {_option(one)} | {_default(one)} | {_meaning(one)} |" for one in members]
    return "\n".join([f"### {group}\n", "| variable | option | default | meaning |", "|---|---|---|---|", *rows, ""])


def _option(variable: Variable) -> str:
    return "" if variable.secret else f"`{variable.option}`"


def _default(variable: Variable) -> str:
    return f"`{variable.default}`" if variable.default else ""


def _meaning(variable: Variable) -> str:
    return " ".join(filter(None, [variable.meaning, variable.more]))
