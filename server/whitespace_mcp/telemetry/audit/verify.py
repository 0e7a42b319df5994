"""Checking a trail: whether anything in it was changed, cut off or taken away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from whitespace_mcp.telemetry.audit.chain import FIRST, HEAD, SUFFIX, Head, digest_of, files_in, read_head
from whitespace_mcp.terms.text import clean

_TRIES: Final = 5


@dataclass
class Checked:
    """One file.

    Attributes:
        name: the file's.
        lines: how many lines are in order, the first one included.
        last: the hash of the last line; somebody who keeps it elsewhere can recognise the trail later.
        digests: of each line.
        problems: what is wrong.
        notes: what is no proof of a change, but worth knowing.
        after: the file that the first line names, with its lines and last hash.
    """

    name: str
    lines: int = 0
    last: str = FIRST
    digests: list[str] = field(default_factory=list[str], repr=False)
    problems: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    after: dict[str, Any] | None = None


@dataclass(frozen=True)
class Verdict:
    """A whole folder; `files` oldest first."""

    files: tuple[Checked, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not any(file.problems for file in self.files)

    def told(self) -> Iterator[str]:
        """The verdict for a person, line by line."""
        for file in self.files:
            state = "CHANGED" if file.problems else "intact"
            yield f"{state:8}{file.name}  {file.lines} lines, last {file.last[:16]}"
            for problem in file.problems:
                yield f"        {problem}"
            for note in file.notes:
                yield f"        note: {note}"
        lines = sum(file.lines for file in self.files)
        if self.intact:
            yield f"The trail is intact: {lines} lines in {len(self.files)} files."
        else:
            bad = sum(bool(file.problems) for file in self.files)
            yield f"The trail was changed or damaged: {bad} of {len(self.files)} files."


def verify(folder: Path) -> Verdict:
    """Check every file of a trail, also while it is being written.

    Raises:
        OSError: the folder or a file cannot be read.
        FileNotFoundError: there is no trail in it.
    """
    paths = files_in(folder)
    checked = {path.name: _settled(path) for path in paths}
    for path in files_in(folder, HEAD):
        name = path.with_suffix(SUFFIX).name
        if name not in checked and not path.with_suffix(SUFFIX).exists():
            checked[name] = Checked(name, problems=["the file is gone; only its head is here"])
    if not checked:
        raise FileNotFoundError(folder)
    files = tuple(checked[name] for name in sorted(checked))
    for file in files:
        if file.after is not None:
            _check_link(file, file.after, checked, files[0].name)
    return Verdict(files)


def _settled(path: Path) -> Checked:
    """A file and its head as they belong together, though a process may be writing both."""
    head = read_head(path)
    for _ in range(_TRIES):
        checked = _read(path)
        again = read_head(path)
        if again == head:
            break
        head = again
    else:
        checked = _read(path)
    _check_head(checked, head)
    return checked


def _read(path: Path) -> Checked:
    checked = Checked(path.name)
    with path.open("rb") as file:
        for number, raw in enumerate(file):
            problem = _wrong(raw, number, checked)
            if problem:
                checked.problems.append(f"line {number + 1}: {problem}")
                break
            checked.last = digest_of(raw[:-1])
            checked.digests.append(checked.last)
            checked.lines += 1
    if not checked.lines and not checked.problems:
        checked.problems.append("the file is empty")
    return checked


def _wrong(raw: bytes, number: int, checked: Checked) -> str | None:
    """What is wrong with a line, if anything."""
    if not raw.endswith(b"\n"):
        return "it is cut off"
    line = _entry(raw)
    if line is None:
        return "it is not what was written"
    if line.get("prev") != checked.last:
        return "it does not follow the line before: that one was changed, or lines are missing"
    if line.get("seq") != number:
        return f"it says that it is line {clean(str(line.get('seq')), 12)} counted from 0: lines are missing or added"
    if number == 0:
        after = line.get("after")
        checked.after = cast("dict[str, Any]", after) if isinstance(after, dict) else None
        return None if line.get("event") == "start" else "the beginning of the file is missing"
    return None


def _entry(raw: bytes) -> dict[str, Any] | None:
    try:
        entry: object = json.loads(raw)
    except ValueError:
        return None
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else None


def _check_head(checked: Checked, head: Head | None) -> None:
    if checked.problems:
        return
    if head is None:
        checked.problems.append("its head (.head) is missing or cannot be read, so nothing proves where it ends")
    elif checked.lines < head.lines:
        checked.problems.append(f"{head.lines - checked.lines} lines are missing at the end")
    elif head.lines == 0 or checked.digests[head.lines - 1] != head.digest:
        checked.problems.append("its last line is not the one that was written")
    elif checked.lines == head.lines + 1:
        checked.notes.append("the process ended while it wrote the last line")
    elif checked.lines > head.lines:
        checked.problems.append(f"{checked.lines - head.lines} lines were added at the end")


def _check_link(file: Checked, after: dict[str, Any], checked: dict[str, Checked], oldest: str) -> None:
    name, lines, digest = str(after.get("file")), after.get("lines"), after.get("hash")
    before = checked.get(name)
    if before is None:
        told = f"{clean(name, 80)}, which was there when this file began, is not here"
        (file.notes if name < oldest else file.problems).append(told)
    elif before.problems:
        return
    elif not isinstance(lines, int) or not 0 < lines <= before.lines or before.digests[lines - 1] != digest:
        before.problems.append(f"it is not the file that {file.name} names: lines were changed or taken away")
