"""The tables of docs/configuration.md, made from what `--help` is made from."""

from whitespace_mcp.variables import GROUPS, Variable


def variables() -> str:
    """A table for each group of variables."""
    return "\n" + "\n".join(_table(group, members) for group, members in GROUPS.items())


def _table(group: str, members: tuple[Variable, ...]) -> str:
    rows = [f"| `{one.name}` | {_option(one)} | {_default(one)} | {_meaning(one)} |" for one in members]
    return "\n".join([f"### {group}\n", "| variable | option | default | meaning |", "|---|---|---|---|", *rows, ""])


def _option(variable: Variable) -> str:
    return "" if variable.secret else f"`{variable.option}`"


def _default(variable: Variable) -> str:
    return f"`{variable.default}`" if variable.default else ""


def _meaning(variable: Variable) -> str:
    return " ".join(filter(None, [variable.meaning, variable.more]))
