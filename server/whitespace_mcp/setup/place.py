"""The variables that say where a token belongs, which are taken together or not at all.

Root, bucket, and the addresses of login service and API make an environment; an MU id means nothing in another one. A
layer of the configuration that says another root than the layer below has said all of them anew.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.settings import Settings

ROOT: Final = "WHITESPACE_ROOT"
PLACE: Final = (ROOT, "WHITESPACE_BUCKET", "WHITESPACE_SYNC_URL", "WHITESPACE_API_URL", "WHITESPACE_USER_ID")


def environment_of(values: Mapping[str, str]) -> Environment:
    """The environment that variables describe, defaults included."""
    return Settings.from_env(values).environment


def difference(mine: Environment, other: Environment) -> str | None:
    """The variable that makes the difference, the most telling one first; None if they are the same."""
    parts = [part.name for part in fields(mine) if getattr(mine, part.name) != getattr(other, part.name)]
    return f"WHITESPACE_{parts[0].upper()}" if parts else None


def without_place(values: Mapping[str, str]) -> dict[str, str]:
    """Variables without those of the place."""
    return {name: value for name, value in values.items() if name not in PLACE}


def layered(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """Variables with those of a stronger layer over them."""
    moved = ROOT in above and environment_of({ROOT: above[ROOT]}).root != environment_of(below).root
    return {**(without_place(below) if moved else below), **above}
