"""The chain of the audit trail: what is written, and that every change, cut and gap is found."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from whitespace_mcp.cli import main
from whitespace_mcp.telemetry.audit.chain import FIRST, Head, digest_of, files_in
from whitespace_mcp.telemetry.audit.trail import NotRecorded, Trail
from whitespace_mcp.telemetry.audit.verify import verify


def written(folder: Path, calls: int = 3) -> Path:
    """A trail of one process that has ended, with so many calls."""
    trail = Trail(folder, {"environment": "platform.example"})
    for number in range(calls):
        trail.append({"tool": "get_risks", "requests": number})
    trail.close()
    return files_in(folder)[-1]


def verdict(folder: Path) -> tuple[int, str]:
    """What the command says, and its exit code."""
    done = CliRunner().invoke(main, ["audit", "verify", str(folder)])
    return done.exit_code, done.output


def test_each_line_is_json_and_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    raw = written(tmp_path).read_bytes().splitlines()
    lines = [json.loads(line) for line in raw]
    assert [line["seq"] for line in lines] == [0, 1, 2, 3]
    assert [line["prev"] for line in lines] == [FIRST, *map(digest_of, raw[:-1])]
    assert lines[0]["event"] == "start"
    assert lines[0]["environment"] == "platform.example"
    assert lines[0]["after"] is None
    assert verdict(tmp_path)[0] == 0
    assert "The trail is intact: 4 lines in 1 files." in verdict(tmp_path)[1]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "trail"
    before = os.umask(0)
    try:
        written(folder)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}, "whatever the umask"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_each_process_has_a_file_that_names_the_one_before(tmp_path: Path) -> None:
    first, second = written(tmp_path), written(tmp_path)
    assert first != second
    after = json.loads(second.read_bytes().splitlines()[0])["after"]
    assert after == {"file": first.name, "lines": 4, "hash": digest_of(first.read_bytes().splitlines()[-1])}
    assert verify(tmp_path).intact


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trail of two processes."""
    folder = tmp_path_factory.mktemp("trail")
    written(folder)
    written(folder)
    return folder


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(sample: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("changed") / "trail"
    shutil.copytree(sample, folder)
    path = data.draw(st.sampled_from(sorted(folder.glob("audit-*"))))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert not verify(folder).intact


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_cut_is_found(sample: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("cut") / "trail"
    shutil.copytree(sample, folder)
    path = data.draw(st.sampled_from(sorted(folder.glob("audit-*"))))
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, len(content)))
    path.write_bytes(content[:start] + content[end:])
    assert not verify(folder).intact


def without_line(index: int) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        lines = path.read_bytes().splitlines(keepends=True)
        del lines[index]
        path.write_bytes(b"".join(lines))

    return change


def twice(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[-1]]))


def edited(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"requests":2', b'"requests":0'))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def replaced(path: Path) -> None:
    path.write_bytes(b"[]\n")


def headless(path: Path) -> None:
    path.with_suffix(".head").unlink()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_line(0), "line 1: it does not follow the line before"),
        (without_line(2), "line 3: it does not follow the line before"),
        (without_line(-1), "1 lines are missing at the end"),
        (twice, "line 5: it does not follow the line before"),
        (edited, "its last line is not the one that was written"),
        (cut, "line 4: it is cut off"),
        (emptied, "the file is empty"),
        (replaced, "line 1: it is not what was written"),
        (headless, "its head (.head) is missing"),
        (Path.unlink, "the file is gone; only its head is here"),
    ],
)
def test_the_verdict_says_what_is_wrong(tmp_path: Path, change: Callable[[Path], Any], words: str) -> None:
    change(written(tmp_path))
    code, said = verdict(tmp_path)
    assert code == 1
    assert words in said
    assert "The trail was changed or damaged: 1 of 1 files." in said


@pytest.mark.parametrize(("gone", "code"), [(0, 0), (1, 1)], ids=["oldest", "middle"])
def test_a_whole_file_that_was_taken_away_is_missed_by_the_next(tmp_path: Path, gone: int, code: int) -> None:
    path = [written(tmp_path), written(tmp_path), written(tmp_path)][gone]
    path.unlink()
    path.with_suffix(".head").unlink()
    said = verdict(tmp_path)
    assert f"{path.name}, which was there when this file began, is not here" in said[1]
    assert said[0] == code, "the oldest may have been put into an archive"


def test_lines_cut_off_together_with_the_head_are_missed_by_the_next_file(tmp_path: Path) -> None:
    first = written(tmp_path)
    written(tmp_path)
    lines = first.read_bytes().splitlines(keepends=True)[:-1]
    first.write_bytes(b"".join(lines))
    first.with_suffix(".head").write_bytes(Head(len(lines), digest_of(lines[-1].rstrip())).text())
    code, said = verdict(tmp_path)
    assert code == 1
    assert "lines were changed or taken away" in said


def test_what_cannot_be_checked_is_told_apart_from_what_was_changed(tmp_path: Path) -> None:
    assert verdict(tmp_path) == (2, f"There is no audit trail in {tmp_path}.\n")
    assert verdict(tmp_path / "nowhere")[0] == 2
    (tmp_path / "file").write_text("x")
    code, said = verdict(tmp_path / "file")
    assert (code, "cannot be read" in said) == (2, True)


def test_a_file_that_was_taken_away_while_it_is_written_does_not_swallow_the_next_line(tmp_path: Path) -> None:
    trail = Trail(tmp_path, {})
    trail.append({"tool": "whoami"})
    first = files_in(tmp_path)[0]
    first.unlink()
    trail.append({"tool": "get_risks"})
    second = files_in(tmp_path)[-1]
    assert b'"tool":"get_risks"' in second.read_bytes()
    assert verdict(tmp_path)[0] == 1
    trail.close()


def test_processes_that_begin_at_once_name_each_other_in_turn(tmp_path: Path) -> None:
    """So that none of their files, but for the newest, can vanish unnoticed."""
    trails = [Trail(tmp_path, {}) for _ in range(6)]
    start = threading.Barrier(len(trails))

    def begin(trail: Trail) -> None:
        start.wait()
        trail.prepare()

    with ThreadPoolExecutor(len(trails)) as pool:
        list(pool.map(begin, trails))
    for trail in trails:
        trail.append({"tool": "whoami"})
        trail.close()
    files = files_in(tmp_path)
    firsts = [json.loads(path.read_bytes().splitlines()[0])["after"] for path in files]
    assert [first and first["file"] for first in firsts] == [None, *(path.name for path in files[:-1])]
    assert verify(tmp_path).intact
    for gone in files[1:-1]:
        aside = gone.read_bytes(), gone.with_suffix(".head").read_bytes()
        gone.unlink()
        gone.with_suffix(".head").unlink()
        assert not verify(tmp_path).intact, gone
        gone.write_bytes(aside[0])
        gone.with_suffix(".head").write_bytes(aside[1])


def test_a_clock_that_was_put_back_does_not_put_a_file_before_its_predecessor(tmp_path: Path) -> None:
    for year in (2026, 2025, 2027):
        Trail(tmp_path, {}, lambda year=year: datetime(year, 1, 1, tzinfo=UTC)).prepare()
    files = files_in(tmp_path)
    assert [path.name[:10] for path in files] == ["audit-2026", "audit-2026", "audit-2027"]
    assert not any(note for file in verify(tmp_path).files for note in file.notes)


def test_a_file_that_no_newer_one_names_is_noted(tmp_path: Path) -> None:
    """As version 0.1.0 left them when several processes began at once."""
    shutil.copytree(written(tmp_path / "other").parent, tmp_path / "trail")
    written(tmp_path / "trail")
    shutil.copytree(written(tmp_path / "third").parent, tmp_path / "trail", dirs_exist_ok=True)
    code, said = verdict(tmp_path / "trail")
    assert (code, said.count("no newer file names it")) == (0, 1)


def test_a_line_that_was_added_to_a_file_that_is_closed_is_a_change(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = path.read_bytes().splitlines()
    more = json.loads(lines[-1]) | {"seq": len(lines), "prev": digest_of(lines[-1])}
    path.write_bytes(path.read_bytes() + json.dumps(more, separators=(",", ":")).encode() + b"\n")
    code, said = verdict(tmp_path)
    assert (code, "1 lines were added at the end" in said) == (1, True)


@pytest.mark.parametrize("left", [0, 12, None], ids=["nothing of it", "a piece of it", "all of it"])
def test_an_end_while_a_line_is_written_is_no_change(tmp_path: Path, left: int | None) -> None:
    path = written(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    head = Head(len(lines) - 1, digest_of(lines[-2][:-1]), digest_of(lines[-1][:-1]))
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:left])
    path.with_suffix(".head").write_bytes(head.text())
    code, said = verdict(tmp_path)
    assert (code, "the process ended while it wrote the last line" in said) == (0, True)


def test_a_disk_that_is_full_at_the_first_line_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = Trail(tmp_path, {})
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", _full_to_write)
        with pytest.raises(NotRecorded):
            trail.prepare()
    assert files_in(tmp_path) == files_in(tmp_path, ".head") == []
    trail.append({"tool": "whoami"})
    trail.close()
    assert verify(tmp_path).intact


def test_a_process_that_ends_before_its_first_line_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "audit-20260101T000000000000Z-1-00000000.jsonl").touch()
    written(tmp_path)
    code, said = verdict(tmp_path)
    assert (code, "ended before it wrote anything" in said) == (0, True)


def test_a_pipe_in_a_files_place_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "audit-20260101T000000000000Z-1-00000000.jsonl")
    os.mkfifo(tmp_path / "audit-20260101T000000000000Z-1-00000000.head")
    written(tmp_path)
    assert verdict(tmp_path)[0] == 2


def test_a_failure_to_write_leaves_the_chain_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = Trail(tmp_path, {})
    trail.append({"tool": "whoami"})
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        with pytest.raises(NotRecorded, match="withheld"):
            trail.append({"tool": "get_risks"})
    trail.append({"tool": "get_lines"})
    trail.close()
    lines = [json.loads(line) for line in files_in(tmp_path)[0].read_bytes().splitlines()]
    assert [line.get("tool") for line in lines] == [None, "whoami", "get_lines"]
    assert verify(tmp_path).intact


def test_a_folder_that_cannot_be_made_is_told_before_the_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotRecorded):
        Trail(tmp_path / "file" / "trail", {}).prepare()


def _full_to_write(_descriptor: int, _data: bytes) -> int:
    raise OSError(28, "No space left on device")


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
