"""The order in which the files of the suite are given to its workers; each file is one worker's, and so is the firm."""

from pathlib import Path
from typing import Final

import pytest
from xdist.scheduler import LoadFileScheduling  # pyright: ignore[reportMissingTypeStubs]

TESTS: Final = Path(__file__).parents[1]
FIRM: Final = (
    "team/test_firm.py", "team/test_asking.py", "team/test_drain.py", "team/test_connect.py",
    "team/test_connect_in_chromium.py", "team/test_doctor.py", "team/test_start.py", "team/test_vault.py",
    "team/test_credential.py", "team/test_shared.py",
)  # fmt: skip
"""Files that share a firm, or the engines behind it, which take seconds to start: together they take longest."""
LONGEST: Final = (
    "team/test_trouble.py", "views/test_views.py", "test_tour.py", "test_cli_setup.py", "test_cli.py",
    "team/test_simulation.py", "test_docs.py", "faults/test_matrix.py", "test_web.py", "packaging/test_bundle.py",
    "tools/test_tool_card.py", "input/test_raw_lines.py", "input/test_any_input.py", "hostile/test_hostile_text.py",
    "test_evals.py", "portfolio/test_depth.py", "faults/test_depth_faults.py",
)  # fmt: skip
"""Other files that take long, those that mostly wait between those that reckon; none is to be left alone at the end."""


class Sharing(LoadFileScheduling):
    """Gives a file to one worker, and all files of the firm to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "the firm" if file.removeprefix("tests/") in FIRM else file


def longest_first(items: list[pytest.Item]) -> None:
    """Put the cases of the firm and of the longest files before all others, which stay in their order."""
    places = {TESTS / name: place for place, name in enumerate((*FIRM, *LONGEST))}
    items.sort(key=lambda item: places.get(item.path, len(places)))
