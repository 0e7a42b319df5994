"""The tour, taken as a person takes it: `whitespace-mcp demo` as a process of its own."""

import os
import subprocess
from functools import cache

from support.processes import PATIENCE, server

CANARY = "canary/refresh+token=="
WRONG = {
    "WHITESPACE_REFRESH_TOKEN": CANARY,
    "WHITESPACE_SERVICE_TOKEN": CANARY,
    "WHITESPACE_API_URL": "https://nowhere.example/api",
    "WHITESPACE_ORGANISATIONS": "NOWHERE",
}
"""A configuration that the tour must not use."""


def environment(**more: str) -> dict[str, str]:
    """A person's environment, with `WRONG` in it."""
    mine = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    return {**mine, **WRONG, "PYTHONIOENCODING": "utf-8", **more}


def take(*options: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the tour into a pipe; `more` goes into its environment."""
    return subprocess.run(  # noqa: S603  # our own command
        server("demo", *options),
        env=environment(**more),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


@cache
def narrow() -> subprocess.CompletedProcess[str]:
    """The tour on 80 columns; taken once, since it takes seconds."""
    return take(COLUMNS="80")
