"""The builds that are measured, each in an environment and a process of its own: this one, and that of a commit."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

OLD: Final = "c2108b3"
"""The commit that budgets are ratios of."""
PLACE: Final = Path("build/bench")
SUBJECT: Final = Path(__file__).with_name("subject.py")
PASSED_ON: Final = ("PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Took:
    """Seconds on the clock and on the processor, and bytes of resident memory before, after, and at most."""

    wall: float
    cpu: float
    before: int
    after: int
    peak: int


@dataclass(frozen=True)
class Build:
    """A build that waits for lines in a process of its own."""

    name: str
    process: "subprocess.Popen[str]"

    def does(self, **line: Any) -> Took:
        """Let it do something, timed by itself."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"{self.name} ended: {line}"
        return Took(**json.loads(answer))


@contextmanager
def started(name: str, python: Path, wrapper: tuple[str, ...] = ()) -> Generator[Build]:
    """A build in a fresh process.

    Args:
        name: what it is called in tables.
        python: the interpreter of its environment.
        wrapper: a command that runs it, such as a counter of instructions.
    """
    command = [*wrapper, str(python), "-P", str(SUBJECT)]
    environment = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=PLACE
    ) as process:
        try:
            yield Build(name, process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)


@contextmanager
def both() -> Generator[Mapping[str, Build]]:
    """`bare`, `old` and `new`: the libraries alone, the build of the fixed commit, and this one."""
    PLACE.mkdir(parents=True, exist_ok=True)
    pythons = {"bare": Path(sys.executable), "old": old_python(), "new": Path(sys.executable)}
    with ExitStack() as stack:
        yield {name: stack.enter_context(started(name, python)) for name, python in pythons.items()}


def processor_seconds(pid: int) -> float:
    """Processor time of a process and its threads so far; 0 where that is not to be seen."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def old_python() -> Path:
    """The interpreter of an environment in which the old build is installed from git, made if it is not there.

    Its libraries are the versions that this build is locked to, so that only our own code differs.
    """
    place = (PLACE / OLD).absolute()
    python = place / "venv" / "bin" / "python"
    if (place / ".made").exists():
        return python
    print(f"  Installing {OLD} into {PLACE / OLD}", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    source = place / "source"
    source.mkdir(parents=True)
    with subprocess.Popen(["git", "archive", OLD], stdout=subprocess.PIPE) as git:  # noqa: S607
        _unpack(git.stdout, source)
    assert git.returncode == 0, f"git has no {OLD}; a shallow clone lacks it"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(place / "venv")], check=True)
    install = [*uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    subprocess.run([*install, "--require-hashes", "-r", "requirements.lock"], check=True)
    subprocess.run([*install, "--no-deps", str(source)], check=True)
    (place / ".made").touch()
    return python


def _unpack(archive: IO[bytes] | None, folder: Path) -> None:
    assert archive is not None
    with tarfile.open(fileobj=archive, mode="r|") as files:
        files.extractall(folder, filter="data")
