"""The order in which the files of the suite are given to its workers; each file is one worker's, and so is the firm."""

from pathlib import Path
from typing import Final

import pytest
from xdist.scheduler import LoadFileScheduling  # pyright: ignore[reportMissingTypeStubs]

TESTS: Final = Path(__file__).parents[1]
LONGEST: Final = (
    "team/test_trouble.py", "views/test_views.py", "team/test_firm.py", "test_tour.py", "team/test_asking.py",
    "test_cli_setup.py", "team/test_drain.py", "faults/test_depth_faults.py", "team/test_vault.py", "test_cli.py",
    "team/test_simulation.py", "test_docs.py", "team/test_connect_in_chromium.py", "faults/test_matrix.py",
    "packaging/test_bundle.py", "team/test_start.py", "tools/test_tool_card.py", "input/test_raw_lines.py",
    "input/test_any_input.py", "hostile/test_hostile_text.py", "test_evals.py", "portfolio/test_depth.py",
)  # fmt: skip
"""Files that take longest, those that mostly wait between those that reckon; none is to be left alone at the end."""

FIRM: Final = frozenset(
    f"tests/team/test_{name}.py"
    for name in (
        "firm", "asking", "drain", "connect_in_chromium", "connect", "doctor", "start", "vault", "credential", "shared",
    )
)  # fmt: skip
"""Files that share a firm, or the engines behind it, which take seconds to start."""


class Sharing(LoadFileScheduling):
    """Gives a file to one worker, and all files of the firm to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "the firm" if file in FIRM else file


def longest_first(items: list[pytest.Item]) -> None:
    """Put the cases of the longest files before all others, which stay in their order."""
    places = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
