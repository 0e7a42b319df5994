"""The wheel and the source archive: what is in them, and that both are this version. `make dist` tries the wheel."""

import sys
import tarfile
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from repository import ROOT, text

sys.path.insert(0, str(ROOT / "scripts"))
dist: Any = import_module("dist")
PROJECT: Final[dict[str, Any]] = tomllib.loads(text("pyproject.toml"))["project"]
NAME: Final = f"whitespace_mcp-{PROJECT['version']}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("dist")
    wheel, archive = dist.build(folder)
    assert {path.name for path in folder.iterdir()} == {f"{NAME}-py3-none-any.whl", f"{NAME}.tar.gz"}
    return wheel, archive


def package() -> set[str]:
    files = {path.relative_to(ROOT / "server").as_posix() for path in (ROOT / "server/whitespace_mcp").rglob("*.*")}
    return {name for name in files if "__pycache__" not in name}


def test_the_wheel_holds_the_package_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[0]) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        metadata = wheel.read(f"{NAME}.dist-info/METADATA").decode()
        entry = wheel.read(f"{NAME}.dist-info/entry_points.txt").decode()
    assert {name for name in names if ".dist-info/" not in name} == package()
    assert f"Version: {PROJECT['version']}\n" in metadata
    assert "Provides-Extra: keychain\n" in metadata
    assert "whitespace-mcp = whitespace_mcp.cli:main" in entry


def test_the_source_archive_holds_what_the_wheel_is_made_of(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[1]) as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
    assert {f"server/{name}" for name in package()} | {"pyproject.toml", "README.md", "LICENSE"} <= names
    assert not {name for name in names if name.startswith(("tests", "build", ".venv"))}
