"""Build the wheel and the source archive into a folder, and try the wheel: `python scripts/dist.py FOLDER`.

The wheel is made from the source archive, so whoever builds from that gets the same. It is tried as a stranger would
meet it: installed into an empty environment, with the dependencies that its own metadata asks for in the versions of
requirements.lock, started from an empty folder, and asked for its version, its commands and the whole tour.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
UV: Final = str(Path(sys.executable).parent / "uv")
TOUR_SECONDS: Final = 300


def build(folder: Path) -> tuple[Path, Path]:
    """The wheel and the source archive, made with the build backend that is locked."""
    _progress("Building")
    with tempfile.TemporaryDirectory() as made:
        _run([UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", made, str(ROOT)])
        folder.mkdir(parents=True, exist_ok=True)
        (wheel,), (archive,) = Path(made).glob("*.whl"), Path(made).glob("*.tar.gz")
        return Path(shutil.move(wheel, folder / wheel.name)), Path(shutil.move(archive, folder / archive.name))


def try_out(wheel: Path) -> str:
    """Install the wheel into an empty environment and take the tour there; the last lines that it said."""
    with tempfile.TemporaryDirectory() as place:
        empty = Path(place)
        _progress("Installing the wheel into an empty environment")
        python = empty / "environment" / ("Scripts" if os.name == "nt" else "bin") / "python"
        _run([UV, "venv", "--quiet", "--python", sys.executable, str(empty / "environment")])
        lock = str(ROOT / "requirements.lock")
        _run([UV, "pip", "install", "--quiet", "--python", str(python), "--constraints", lock, str(wheel)])
        _run([UV, "pip", "check", "--quiet", "--python", str(python)])
        program = str(python.with_name("whitespace-mcp"))
        version = _run([program, "--version"], cwd=empty, env=_bare(empty)).split()[-1]
        if f"-{version}-" not in wheel.name:
            sys.exit(f"{wheel.name} calls itself {version}")
        listed = _run([program, "--help"], cwd=empty, env=_bare(empty))
        if "needs more packages" not in listed:
            sys.exit("the list of commands does not say that a server for a firm needs more packages")
        _progress("Taking the tour there")
        return _run([program, "demo", "--plain"], cwd=empty, env=_bare(empty))


def _progress(text: str) -> None:
    print(f"  {text} ...", file=sys.stderr, flush=True)


def _bare(home: Path) -> dict[str, str]:
    """The environment of somebody who has never had anything to do with this project."""
    ours = ("WHITESPACE", "PYTHON", "VIRTUAL_ENV", "XDG")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**environment, "HOME": str(home), "USERPROFILE": str(home)}


def _run(line: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        line, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=TOUR_SECONDS, check=False
    )
    if done.returncode:
        sys.exit(f"{Path(line[0]).name} {' '.join(line[1:])}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


if __name__ == "__main__":
    wheel, archive = build(Path(sys.argv[1]))
    for made in (wheel, archive):
        print(f"  {made}: {made.stat().st_size / 1000:.0f} kB")
    tour = try_out(wheel).rstrip().splitlines()
    print(f"  The tour ran to its end ({len(tour)} lines).")
