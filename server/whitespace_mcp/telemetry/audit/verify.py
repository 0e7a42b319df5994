"""Checking a trail: whether anything in it was changed, cut off or taken away."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from whitespace_mcp.runtime.files import open_plain
from whitespace_mcp.telemetry.audit.chain import FIRST, FORMAT, HEAD, SUFFIX, Head, digest_of, files_in, read_head
from whitespace_mcp.telemetry.audit.others import EVENT
from whitespace_mcp.terms.text import clean

_TRIES: Final = 5
ENDED: Final = "the process ended while it wrote the last line"
NOTHING: Final = "a process began it and ended before it wrote anything"


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
        links: the files that the first line names, with their lines and last hash.
        chains: the other chains that a line of it names: folder, and file, lines and hash.
        announces: whether the first line says that lines are announced in the head before they are written.
        cut: whether something stands behind the last line that is not a whole one.
    """

    name: str
    lines: int = 0
    last: str = FIRST
    digests: list[str] = field(default_factory=list[str], repr=False)
    problems: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    links: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    chains: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    announces: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Verdict:
    """A whole folder; `files` oldest first."""

    files: tuple[Checked, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not any(file.problems for file in self.files)

    def lines(self) -> Iterator[str]:
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
    checked = {path.name: _consistent(path) for path in paths}
    for path in files_in(folder, HEAD):
        name = path.with_suffix(SUFFIX).name
        if name not in checked and not path.with_suffix(SUFFIX).exists():
            checked[name] = Checked(name, problems=["the file is gone; only its head is here"])
    if not checked:
        raise FileNotFoundError(folder)
    files = tuple(checked[name] for name in sorted(checked))
    for file in files:
        for link in file.links:
            _check_link(file, link, checked, files[0].name)
    _note_unnamed(files)
    return Verdict(files)


def verify_all(folder: Path, archived: Collection[str]) -> dict[str, Verdict]:
    """Check a trail, and the chains of several replicas in the folders below it, by the folder's name.

    Each is held against what the others say of it. A chain that is not here though another names it is a problem, if it
    is not among those that were `archived`.

    Raises:
        OSError: a folder or a file cannot be read.
        FileNotFoundError: there is no trail.
    """
    replicas = sorted(each for each in folder.iterdir() if each.is_dir() and _holds_a_trail(each))
    if not replicas:
        return {"": verify(folder)}
    own = {"": verify(folder)} if _holds_a_trail(folder) else {}
    chains = {replica.name: verify(replica) for replica in replicas}
    named = [
        (name, link, f"{file.name} of {witness}")
        for witness, verdict in chains.items()
        for file in verdict.files
        for name, link in file.chains.items()
        if name not in archived
    ]
    if named:  # they are read again, since what is named may have been written after they were
        chains = {replica.name: verify(replica) for replica in replicas}
    for name, link, witness in named:
        if name in chains:
            _hold(chains[name], link, witness)
        else:
            missing = f"this whole chain is not here; {clean(witness, 120)} names it with {link.get('lines')} lines"
            chains[name] = Verdict((Checked(clean(str(link.get("file")), 80), problems=[missing]),))
    return own | dict(sorted(chains.items()))


def _hold(chain: Verdict, link: dict[str, Any], witness: str) -> None:
    """Hold a chain against what another says of its newest file."""
    name = str(link.get("file"))
    file = next((file for file in chain.files if file.name == name), None)
    if file is None:
        before = max((str(link.get("file")) for link in chain.files[0].links), default="")
        if name > before:  # what the oldest file names may be in an archive, with all that was before it
            chain.files[-1].problems.append(f"{clean(name, 80)}, which {witness} names, is not here")
    elif not file.problems and not _agrees(file, link):
        file.problems.append(f"it is not the file that {witness} names: lines were changed or taken away")


def _agrees(file: Checked, link: dict[str, Any]) -> bool:
    """Whether a file still has the lines that another says it had."""
    lines = link.get("lines")
    return isinstance(lines, int) and 0 < lines <= file.lines and file.digests[lines - 1] == link.get("hash")


def _holds_a_trail(folder: Path) -> bool:
    return bool(files_in(folder) or files_in(folder, HEAD))


def _consistent(path: Path) -> Checked:
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
    _check_end(checked, head, begun=not checked.lines and not _has_content(path.with_suffix(HEAD)))
    return checked


def _read(path: Path) -> Checked:
    checked = Checked(path.name)
    with open_plain(path) as file:
        for number, raw in enumerate(file):
            checked.cut = not raw.endswith(b"\n")
            problem = None if checked.cut else _wrong(raw, number, checked)
            if problem:
                checked.problems.append(f"line {number + 1}: {problem}")
            if problem or checked.cut:
                break
            checked.last = digest_of(raw[:-1])
            checked.digests.append(checked.last)
            checked.lines += 1
    return checked


def _wrong(raw: bytes, number: int, checked: Checked) -> str | None:
    """What is wrong with a line, if anything."""
    line = _entry(raw)
    if line is None:
        return "it is not what was written"
    if line.get("prev") != checked.last:
        return "it does not follow the line before: that one was changed, or lines are missing"
    if line.get("seq") != number:
        return f"it says that it is line {clean(str(line.get('seq')), 12)} counted from 0: lines are missing or added"
    chains: object = line.get("chains") if line.get("event") == EVENT else None
    if isinstance(chains, dict):
        named = cast("dict[str, Any]", chains).items()
        checked.chains |= {name: link for name, link in named if isinstance(link, dict)}
    if number == 0:
        links = (line.get("after"), line.get("lost"))
        checked.links = [cast("dict[str, Any]", link) for link in links if isinstance(link, dict)]
        checked.announces = line.get("format") == FORMAT
        return None if line.get("event") == "start" else "the beginning of the file is missing"
    return None


def _has_content(path: Path) -> bool:
    """Whether there is a file that holds anything."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _entry(raw: bytes) -> dict[str, Any] | None:
    try:
        entry: object = json.loads(raw)
    except ValueError:
        return None
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else None


def _check_end(checked: Checked, head: Head | None, *, begun: bool) -> None:
    """Hold what was read against the head.

    Args:
        checked: what was read; problems and notes are added to it.
        head: where the file ends; None if that cannot be read.
        begun: there is neither a line nor a head, as when a process ends just after it has begun a file.
    """
    if checked.problems:
        return
    if begun and not checked.cut:
        checked.notes.append(NOTHING)
    elif head is None:
        checked.problems.append("its head (.head) is missing or cannot be read, so nothing proves where it ends")
    elif checked.lines and head.announces != checked.announces:
        checked.problems.append("its last line is not the one that was written")
    elif checked.cut and not (head.coming and checked.lines == head.lines):
        checked.problems.append(f"line {checked.lines + 1}: it is cut off")
    elif checked.lines < head.lines:
        missing = f"{head.lines - checked.lines} lines are missing at the end"
        checked.problems.append(missing if checked.lines else "the file is empty")
    else:
        _check_last(checked, head)


def _check_last(checked: Checked, head: Head) -> None:
    """Hold the last lines of a file that is long enough against its head."""
    last = checked.digests[head.lines - 1] if head.lines else FIRST
    if last != head.digest or not (head.lines or head.coming):
        checked.problems.append("its last line is not the one that was written")
    elif checked.lines == head.lines:
        if head.coming:
            checked.notes.append(ENDED if checked.lines else NOTHING)
    elif checked.lines == head.lines + 1 and (not head.announces or checked.last == head.coming):
        checked.notes.append(ENDED)
    else:
        checked.problems.append(f"{checked.lines - head.lines} lines were added at the end")


def _note_unnamed(files: Sequence[Checked]) -> None:
    """Say of which files nobody would notice that they vanish, though newer ones are here."""
    names = {str(link.get("file")) for file in files for link in file.links}
    for file in files[:-1]:
        if file.lines and not file.problems and file.name not in names:
            file.notes.append("no newer file names it, as when several began at once under version 0.1.0")


def _check_link(file: Checked, after: dict[str, Any], checked: dict[str, Checked], oldest: str) -> None:
    name = str(after.get("file"))
    before = checked.get(name)
    if before is None:
        missing = f"{clean(name, 80)}, which was there when this file began, is not here"
        (file.notes if name < oldest else file.problems).append(missing)
    elif before.problems:
        return
    elif not _agrees(before, after):
        before.problems.append(f"it is not the file that {file.name} names: lines were changed or taken away")
