"""What never belongs to the repository: where its packages came from, and whose machine it was written on."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from repository import ROOT, belonging

_HOST = re.compile(r"https?://(?:[^/\s\"'@]*@)?([^/\s\"':]+)")
_MACHINE_PATH = re.compile(r"(?:^|[^\w.])(/(?:work|farm|home/[a-z]|Users/[A-Za-z]|root/)[\w./-]+)", re.MULTILINE)
_EXAMPLES = ("/home/you/", "/Users/you/")


def registry_hosts() -> set[str]:
    """The hosts that this machine's package managers are pointed at, as their own configuration tells."""
    said = [
        *_configurations(),
        *(v for name, v in os.environ.items() if name.startswith(("UV_", "PIP_", "NPM_CONFIG_"))),
    ]
    hosts = {host for text in said for host in _HOST.findall(text)}
    return {host for host in hosts if host != "localhost" and not host.startswith("127.")}


@cache
def _configurations() -> list[str]:
    """What pip and npm say of themselves, and apt's lists; asked once, since each takes half a second.

    Those of the machine are asked before those of the environment here, which read the same files of their user.
    """
    pip, npm = shutil.which("pip3"), shutil.which("npm")
    commands = [
        [*([pip] if pip else [sys.executable, "-m", "pip"]), "config", "list"],
        [*([npm] if npm else [sys.executable, str(ROOT / "scripts/node.py"), "npm"]), "config", "get", "registry"],
    ]
    said = [
        subprocess.run(line, capture_output=True, text=True, check=False, timeout=60).stdout  # noqa: S603  # fixed
        for line in commands
    ]
    apt = Path("/etc/apt")
    lists = [Path(sys.prefix, "pip.conf"), apt / "sources.list", *apt.glob("sources.list.d/*")]
    return said + [path.read_text(encoding="utf-8", errors="replace") for path in lists if path.is_file()]


def places(paths: Iterable[Path], wanted: Iterable[str]) -> list[str]:
    """Where one of some texts stands: file, line and the text itself are enough to find it."""
    texts = [text.encode() for text in wanted]
    return [
        f"{path}: {text.decode()}"
        for path in paths
        for content in [path.read_bytes()]
        for text in texts
        if text in content
    ]


def test_no_file_names_a_package_registry() -> None:
    assert places(belonging(), registry_hosts()) == []


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    finds = [
        f"{path.relative_to(ROOT)}: {match}"
        for path in belonging()
        for match in _MACHINE_PATH.findall(path.read_text(encoding="utf-8", errors="replace"))
        if not match.startswith(_EXAMPLES)
    ]
    assert finds == []
    assert places(belonging(), [str(ROOT)] if len(ROOT.parts) > 2 else []) == []


def test_the_search_finds_what_it_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "https://user:secret@registry.firm.example/simple")
    planted = tmp_path / "notes.md"
    planted.write_text("see registry.firm.example and /home/" + "jo/plan", encoding="utf-8")

    assert "registry.firm.example" in registry_hosts()
    assert places([planted], registry_hosts()) == [f"{planted}: registry.firm.example"]
    assert _MACHINE_PATH.findall(planted.read_text(encoding="utf-8")) == ["/home/" + "jo/plan"]


def test_a_file_that_git_does_not_track_is_not_looked_at() -> None:
    """Such as the output of `make demo`, which names this very folder."""
    beside = ROOT / "untracked-by-this-test.out"
    beside.write_text(str(ROOT), encoding="utf-8")
    try:
        assert beside not in belonging()
        assert ROOT / "README.md" in belonging()
    finally:
        beside.unlink()
