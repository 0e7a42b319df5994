"""docs/reliability.md, from the tables of the tests of faults."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def reliability() -> str:
    """The whole page."""
    sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
    maker: Any = import_module("faults.page")
    return maker.page()
