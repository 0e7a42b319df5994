"""Saving files: below the one folder, under plain names, over nothing, through no link."""

import base64
import hashlib
import os
import stat
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.clock import let_pass
from whitespace_mcp.config.errors import NotFound, WhitespaceError
from whitespace_mcp.downloads import MOST_FILES, PART, RESERVE, Item, LeftOut, Pack, Saved, save_pack
from whitespace_mcp.runtime.file_names import NAME_BYTES, safe_name

FOLDERS = ("ACORN", "IC0A1B2C3D")


def brings(content: bytes) -> Callable[[], Awaitable[bytes]]:
    async def fetch() -> bytes:
        return content

    return fetch


async def never() -> bytes:
    raise AssertionError("it was fetched again")


def item(name: str, content: bytes = b"content", *, with_digest: bool = False) -> Item:
    digest = "sha1-" + base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    return Item(name, brings(content), digest if with_digest else None, len(content) if with_digest else None)


def everything_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


async def test_files_are_written_whole_and_reported_with_their_sizes(tmp_path: Path) -> None:
    pack = await save_pack(tmp_path / "new" / "base", FOLDERS, [item("Survey.pdf", b"12345"), item("Plan.png", b"1")])
    assert pack == Pack(
        tmp_path / "new" / "base" / "ACORN" / "IC0A1B2C3D",
        [Saved("Survey.pdf", 5, written=True), Saved("Plan.png", 1, written=True)],
    )
    assert everything_below(tmp_path / "new" / "base") == {
        "ACORN/IC0A1B2C3D/Survey.pdf": b"12345", "ACORN/IC0A1B2C3D/Plan.png": b"1",
    }  # fmt: skip
    assert stat.S_IMODE((pack.folder / "Plan.png").stat().st_mode) & 0o177 == 0, "nobody else's, and not executable"


async def test_nothing_is_written_over(tmp_path: Path) -> None:
    for content in (b"first", b"second", b"third", b"first"):
        await save_pack(tmp_path, FOLDERS, [item("Plan.pdf", content)])
    assert everything_below(tmp_path / "ACORN" / "IC0A1B2C3D") == {
        "Plan.pdf": b"first", "Plan (2).pdf": b"second", "Plan (3).pdf": b"third",
    }  # fmt: skip


async def test_what_is_there_with_the_same_content_is_not_fetched_again(tmp_path: Path) -> None:
    await save_pack(tmp_path, FOLDERS, [item("Plan.pdf", b"a"), item("Plan.pdf", b"b")])
    twin = item("Plan.pdf", b"b", with_digest=True)
    pack = await save_pack(tmp_path, FOLDERS, [Item(twin.name, never, twin.digest, twin.size)])
    assert pack.saved == [Saved("Plan (2).pdf", 1, written=False)]
    changed = await save_pack(tmp_path, FOLDERS, [item("Plan.pdf", b"c", with_digest=True)])
    assert changed.saved == [Saved("Plan (3).pdf", 1, written=True)]


PLAIN = (
    ("../../etc/passwd", "_.._etc_passwd"),
    ("..\\..\\boot.ini", "_.._boot.ini"),
    ("/etc/passwd", "_etc_passwd"),
    ("C:\\Windows\\x.dll", "C__Windows_x.dll"),
    ("..", "file"),
    (".", "file"),
    ("", "file"),
    ("   ", "file"),
    (".hidden", "hidden"),
    ("CON", "_CON"),
    ("nul.txt", "_nul.txt"),
    ("com1.tar.gz", "_com1.tar.gz"),
    ("CON .pdf", "_CON.pdf"),
    ("LPT\u00b2.pdf", "_LPT\u00b2.pdf"),
    ("conout$", "_conout$"),
    ("console.txt", "console.txt"),
    ("trailing. . ", "trailing"),
    ("two\nlines\tand\x00nul", "two lines andnul"),
    ("exe\u202egpj.pdf", "exegpj.pdf"),
    ('a:b*c?d"e<f>g|h', "a_b_c_d_e_f_g_h"),
    ("Presentation \N{EN DASH} \u00c5nger.pdf", "Presentation \N{EN DASH} \u00c5nger.pdf"),
    ("A\u030angstrom.pdf", "\u00c5ngstrom.pdf"),
    ("Invoice.lnk", "Invoice.lnk.data"),
    ("Portal.URL ", "Portal.URL.data"),
    ("Slips.searchConnector-ms", "Slips.searchConnector-ms.data"),
    (".directory", "directory"),
    ("open me.desktop", "open me.desktop.data"),
    ("Desktop.ini", "Desktop.ini.data"),
    ("autorun.inf.", "autorun.inf.data"),
    ("slip.{ED7BA470-8E54-465E-825C-99712043E01C}", "slip_{ED7BA470-8E54-465E-825C-99712043E01C}"),
)
"""Names as somebody could have given them, and what is written."""


async def test_a_name_becomes_one_plain_file_name(tmp_path: Path) -> None:
    for number, (name, plain) in enumerate(PLAIN):
        assert safe_name(name) == plain
        folder = tmp_path / str(number)
        pack = await save_pack(folder / "base", [name, "x"], [item(name)])
        assert [saved.file for saved in pack.saved] == [plain]
        assert everything_below(folder) == {f"base/{plain}/x/{plain}": b"content"}


def test_a_long_name_is_cut_before_its_extension() -> None:
    name = safe_name("\u00e9" * 400 + ".pdf")
    assert name.endswith("\u00e9.pdf")
    assert len(name.encode()) <= NAME_BYTES


@given(
    st.text(max_size=300)
    | st.text("./\\ \u202econ:*\x00", max_size=30)
    | st.text(max_size=200).map(lambda text: f"{text}.lnk")
)
def test_any_text_becomes_a_plain_file_name(text: str) -> None:
    name = safe_name(text)
    assert name == safe_name(name), "what is plain stays as it is"
    assert name not in {"", ".", ".."}
    assert name == name.strip(". ")
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|\x00')
    assert not name.lower().endswith((".lnk", ".url", "desktop.ini"))
    assert len(name.encode()) <= NAME_BYTES
    assert Path(name).name == name


async def test_no_link_below_the_folder_is_followed(tmp_path: Path) -> None:
    base, outside = tmp_path / "base", tmp_path / "outside"
    outside.mkdir()
    base.mkdir()
    (base / "ACORN").symlink_to(outside, target_is_directory=True)
    with pytest.raises(WhitespaceError, match="cannot be written to") as caught:
        await save_pack(base, FOLDERS, [item("Plan.pdf")])
    assert "'ACORN' in it is a link or a file" in caught.value.what
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("dangling", [True, False])
async def test_a_link_in_a_files_place_is_left_alone(tmp_path: Path, dangling: bool) -> None:  # noqa: FBT001  # a parameter of the test
    outside = tmp_path / "outside.pdf"
    folder = tmp_path / "base" / "ACORN" / "IC0A1B2C3D"
    folder.mkdir(parents=True)
    if not dangling:
        outside.write_bytes(b"content")
    (folder / "Plan.pdf").symlink_to(outside)
    pack = await save_pack(tmp_path / "base", FOLDERS, [item("Plan.pdf", with_digest=True)])
    assert pack.saved == [Saved("Plan (2).pdf", 7, written=True)]
    assert outside.exists() is not dangling
    assert (folder / "Plan.pdf").is_symlink()


async def test_the_configured_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "base").symlink_to(tmp_path / "real", target_is_directory=True)
    await save_pack(tmp_path / "base", FOLDERS, [item("Plan.pdf")])
    assert everything_below(tmp_path / "real") == {"ACORN/IC0A1B2C3D/Plan.pdf": b"content"}


async def test_a_pipe_in_a_files_place_is_left_alone_and_holds_nobody_up(tmp_path: Path) -> None:
    folder = tmp_path / "ACORN" / "IC0A1B2C3D"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "Plan.pdf")
    digest = item("Plan.pdf", b"", with_digest=True).digest
    for names in (item("Plan.pdf"), Item("Plan.pdf", brings(b"content"), digest, None)):
        with anyio.fail_after(60):
            pack = await save_pack(tmp_path, FOLDERS, [names])
        assert pack.saved[0].file == "Plan (2).pdf"


async def test_what_is_made_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        pack = await save_pack(tmp_path / "new" / "base", FOLDERS, [item("Plan.pdf")])
    finally:
        os.umask(before)
    rows = [pack.folder / "Plan.pdf", *list((pack.folder / "x").parents)[:4]]
    assert [stat.S_IMODE(path.stat().st_mode) for path in rows] == [0o600] + [0o700] * 4


async def test_a_file_has_its_name_only_when_it_is_whole_and_what_a_kill_left_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ACORN" / "IC0A1B2C3D"
    folder.mkdir(parents=True)
    for age, name in ((0, "running"), (4_000, "killed")):
        (folder / f"{PART}{name}").write_bytes(b"half")
        os.utime(folder / f"{PART}{name}", (time.time() - age, time.time() - age))
    names: list[set[str]] = []
    link = os.link

    def seen(*args: Any, **more: Any) -> None:
        names.append({path.name for path in folder.iterdir()})
        link(*args, **more)

    monkeypatch.setattr(os, "link", seen)
    await save_pack(tmp_path, FOLDERS, [item("Plan.pdf")])
    assert "Plan.pdf" not in names[0]
    assert {path.name for path in folder.iterdir()} == {"Plan.pdf", f"{PART}running"}


async def test_where_there_are_no_links_nothing_is_written_over_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    for content in (b"first", b"second"):
        await save_pack(tmp_path, FOLDERS, [item("Plan.pdf", content)])
    assert everything_below(tmp_path / "ACORN" / "IC0A1B2C3D") == {"Plan.pdf": b"first", "Plan (2).pdf": b"second"}


async def test_a_folder_in_a_files_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ACORN" / "IC0A1B2C3D" / "Plan.pdf").mkdir(parents=True)
    pack = await save_pack(tmp_path, FOLDERS, [item("Plan.pdf")])
    assert pack.saved == [Saved("Plan (2).pdf", 7, written=True)]


async def test_a_folder_that_cannot_be_had_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "base").write_text("a file")
    with pytest.raises(WhitespaceError, match="WHITESPACE_DOWNLOADS cannot be written to") as caught:
        await save_pack(tmp_path / "base", FOLDERS, [item("Plan.pdf")])
    assert "nothing was saved" in caught.value.do


async def test_one_that_cannot_be_fetched_does_not_spoil_the_others(tmp_path: Path) -> None:
    async def gone() -> bytes:
        raise NotFound("It has gone", do="Look again.")

    pack = await save_pack(tmp_path, FOLDERS, [Item("Gone.pdf", gone), item("Plan.pdf")])
    assert pack.left_out == [LeftOut("Gone.pdf", "It has gone. Trying again will not help. Look again.")]
    assert [saved.file for saved in pack.saved] == ["Plan.pdf"]


async def test_what_could_not_be_written_whole_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, handle: int, _mode: str) -> None:
            self.handle = handle

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.handle)

        def write(self, content: bytes) -> None:
            os.write(self.handle, content[:3])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", Full)
    pack = await save_pack(tmp_path, FOLDERS, [item("Plan.pdf")])
    assert pack.left_out == [LeftOut("Plan.pdf", "no space left on device")]
    assert everything_below(tmp_path) == {}


async def test_what_there_is_no_time_for_is_left_out_and_said(tmp_path: Path) -> None:
    async def slow() -> bytes:
        await let_pass(60 - RESERVE)
        await anyio.sleep_forever()
        return b""  # pragma: no cover  # never reached

    with anyio.fail_after(60):
        pack = await save_pack(tmp_path, FOLDERS, [item("First.pdf"), Item("Slow.pdf", slow), item("Late.pdf")])
    assert [saved.file for saved in pack.saved] == ["First.pdf"]
    assert [(entry.name, "call again for the rest" in entry.reason) for entry in pack.left_out] == [
        ("Slow.pdf", True), ("Late.pdf", True),
    ]  # fmt: skip


async def test_a_pack_has_an_end(tmp_path: Path) -> None:
    pack = await save_pack(tmp_path, FOLDERS, [item(f"{n}.txt") for n in range(MOST_FILES + 2)])
    assert (len(pack.saved), len(pack.left_out)) == (MOST_FILES, 2)


async def test_too_many_of_one_name_are_not_saved(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*FOLDERS)
    folder.mkdir(parents=True)
    for name in ("a", *(f"a ({number})" for number in range(2, 99))):
        (folder / name).write_bytes(b"of somebody else")
    pack = await save_pack(tmp_path, FOLDERS, [item("a", b"1"), item("a", b"2"), item("a", b"1")])
    assert pack.saved == [Saved("a (99)", 1, written=True), Saved("a (99)", 1, written=False)]
    assert [entry.reason for entry in pack.left_out] == ["there are too many files of that name"]


@pytest.mark.parametrize("with_digest", [True, False])
async def test_without_folder_handles_the_same_rules_hold(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    with_digest: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    monkeypatch.setattr("whitespace_mcp.downloads._BY_HANDLE", False)
    outside = tmp_path / "outside"
    outside.mkdir()
    base = tmp_path / "base"
    for content in (b"a", b"b", b"b"):
        await save_pack(base, FOLDERS, [item("../Plan.pdf", content, with_digest=with_digest)])
    assert everything_below(base) == {
        "ACORN/IC0A1B2C3D/_Plan.pdf": b"a", "ACORN/IC0A1B2C3D/_Plan (2).pdf": b"b",
    }  # fmt: skip
    (base / "BIRCH").symlink_to(outside, target_is_directory=True)
    with pytest.raises(WhitespaceError, match="cannot be written to"):
        await save_pack(base, ("BIRCH",), [item("Plan.pdf")])
    assert list(outside.iterdir()) == []


async def test_an_extension_is_added_only_where_there_is_none(tmp_path: Path) -> None:
    added = [Item(name, brings(b"%PDF-"), extension=lambda _: "pdf") for name in ("Contract", "Contract.zip")]
    pack = await save_pack(tmp_path, FOLDERS, added)
    assert [saved.file for saved in pack.saved] == ["Contract.pdf", "Contract.zip"]
