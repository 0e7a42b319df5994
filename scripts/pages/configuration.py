"""The tables of docs/configuration.md, made from what `--help` is made from."""

from whitespace_mcp.config.variables import GROUPS, VARIABLES, Variable


def variables() -> str:
    """A table for each group of variables."""
    tables = [_table(group, members) for group, members in GROUPS.items()]
    read = ", ".join(f"`{variable.name}`" for variable in VARIABLES if variable.demo)
    return "\n" + "\n".join([*tables, "### In the demo\n", f"The demo reads {read}, and ignores the others.", ""])


def _table(group: str, members: tuple[Variable, ...]) -> str:
    rows = [
        f"| `{variable.name}` | {_option(variable)} | {_default(variable)} | {_meaning(variable)} |"
        for variable in members
    ]
    return "\n".join([f"### {group}\n", "| variable | option | default | meaning |", "|---|---|---|---|", *rows, ""])


def _option(variable: Variable) -> str:
    return "" if variable.secret else f"`{variable.option}`"


def _default(variable: Variable) -> str:
    return f"`{variable.default}`" if variable.default else ""


def _meaning(variable: Variable) -> str:
    return " ".join(filter(None, [variable.meaning, variable.more]))
