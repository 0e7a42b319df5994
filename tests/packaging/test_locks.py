"""The lock files: complete, pinned by hash, and without anybody's addresses."""

import re
import tomllib
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repository import PIN, ROOT, belonging, pins, text

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS: Final = ("requirements.lock", "requirements-team.lock", "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address_and_no_option(lock: str) -> None:
    assert not [line for line in text(lock).splitlines() if "://" in line or line.startswith("-")]


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_a_lock_file_is_pinned_by_hash(lock: str) -> None:
    unpinned = [pin["name"] for pin in PIN.finditer(text(lock)) if "--hash=" not in pin["rest"]]
    starts = [line for line in text(lock).splitlines() if line and not line.startswith((" ", "#"))]
    assert unpinned == []
    assert len(starts) == len(pins(lock))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        ("requirements.lock", PROJECT["build-system"]["requires"]),
        ("requirements-team.lock", PROJECT["project"]["optional-dependencies"]["team"]),
        ("requirements-dev.lock", PROJECT["project"]["optional-dependencies"]["dev"]),
    ],
    ids=["runtime", "build", "team", "dev"],
)
def test_the_lock_files_answer_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    locked = pins(lock)
    for requirement in map(Requirement, wanted):
        pinned = locked.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{requirement.name} is not in {lock}; run make lock"
        assert pinned in requirement.specifier, f"{lock} has {requirement.name} {pinned}; run make lock"


def test_what_is_developed_with_is_what_is_shipped() -> None:
    shipped, developed = pins("requirements.lock"), pins("requirements-dev.lock")
    team = pins("requirements-team.lock")
    assert {name: developed.get(name) for name in shipped} == shipped
    assert {name: developed.get(name) for name in team} == team
    assert set(shipped) - set(team) == {"uv-build"}, "the team's image is the other one and more"


def test_the_build_backend_is_locked_as_it_is_declared() -> None:
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]


def test_no_lock_file_that_records_addresses_belongs_to_the_repository() -> None:
    kinds = re.compile(r"uv\.lock|pylock(\..*)?\.toml|package-lock\.json|npm-shrinkwrap\.json")
    assert [path for path in belonging() if kinds.fullmatch(path.name)] == []
