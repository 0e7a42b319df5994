"""The repository as a folder: where it is, which files belong to it, and what its lock files pin."""

import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[2]
PIN: Final = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ \\]+)(?P<rest>[^\n]*\n(?: +--hash=sha256:[0-9a-f]{64}.*\n)*)",
    re.MULTILINE,
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """What a lock file pins: version by canonical name."""
    return {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer(text(lock))}


def belonging() -> list[Path]:
    """Every file that git tracks, and no note that lies about in a clone; outside one, what `.gitignore` lets stand."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        ignored = [pattern.strip("/") for pattern in text(".gitignore").split()]
        return [path for path in ROOT.rglob("*") if path.is_file() and not _matches(path, ignored)]
    listing = subprocess.run(  # noqa: S603  # git itself, with fixed arguments
        [git, "ls-files", "-z", "--cached"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=30,
    )
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def _matches(path: Path, patterns: list[str]) -> bool:
    return any(fnmatch(part, pattern) for part in path.relative_to(ROOT).parts for pattern in patterns)
