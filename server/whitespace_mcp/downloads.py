"""Saving files below one folder, and nowhere else.

Names come from other parties and are made safe (`runtime/file_names.py`); no link is followed below the folder; a file
that is there is never written over: the same content is left as it is, another gets a number. Nothing here is
executable. A file gets its name when it is whole: what a killed process leaves has a name of ours (`PART`) and is
removed later.
"""

import base64
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Self

import anyio
import anyio.to_thread

from whitespace_mcp.config.errors import WhitespaceError, explain
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.runtime.file_names import numbered, safe_name, with_extension
from whitespace_mcp.runtime.files import make_private_folder, remove_left_behind

MOST_FILES: Final = 200
RESERVE: Final = 3.0
"""Seconds of a call that are kept for telling what was saved."""

PART: Final = ".whitespace-"
"""What the name of a file begins with that is not whole yet."""
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_JUNCTION: Final = 0xA0000003
_LINKLESS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EMLINK})
_BY_HANDLE: Final = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")


class NotSaved(Exception):
    """A file could not be written; the reason is fit to be shown."""


@dataclass(frozen=True)
class Item:
    """A file to be saved.

    Attributes:
        name: as the platform has it; anything.
        fetch: brings the content.
        digest: `sha1-` and base64 of the content, where known: a file that is there is then not fetched again.
        size: bytes, where known.
        extension: brings the extension that the content asks for, where the name has none.
    """

    name: str
    fetch: Callable[[], Awaitable[bytes]]
    digest: str | None = None
    size: int | None = None
    extension: Callable[[bytes], str] = field(default=lambda _: "")


@dataclass(frozen=True)
class Saved:
    """A file below the folder: written now, or there already with the same content."""

    file: str
    size: int
    written: bool


@dataclass(frozen=True)
class LeftOut:
    """A file that was not saved, by its name on the platform, and why."""

    name: str
    reason: str


@dataclass
class Pack:
    """What became of the files."""

    folder: Path
    saved: list[Saved] = field(default_factory=list[Saved])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])


async def save_pack(base: Path, folders: Sequence[str], items: Sequence[Item]) -> Pack:
    """Save files into a folder below `base`, one after the other, for as long as the call has time.

    Args:
        base: the configured folder; made if it is missing. It may be a link, what is below it may not.
        folders: names of folders below it; anything.
        items: what to save.

    Raises:
        WhitespaceError: the folder cannot be used at all.
    """
    names = [safe_name(folder) for folder in folders]
    pack = Pack(base.joinpath(*names))
    try:
        await anyio.to_thread.run_sync(_prepare, base, names)
    except (OSError, NotSaved) as error:
        raise _unusable(error) from None
    for number, item in enumerate(items):
        left = seconds_left() - RESERVE
        if left <= 0 or number >= MOST_FILES:
            reason = "there was no time left; call again for the rest" if left <= 0 else "too many files for one pack"
            pack.left_out += [LeftOut(later.name, reason) for later in items[number:]]
            break
        await _save(pack, base, names, item, left)
    return pack


def save_new(base: Path, folders: Sequence[str], name: str, write: Callable[[BinaryIO], object]) -> Saved:
    """Write a new file into a folder below `base`; for a worker thread.

    Args:
        base: the configured folder, as in `save_pack`.
        folders: names of folders below it; anything.
        name: of the file; a number is added where one of that name is there.
        write: fills the file; what it raises leaves nothing behind.

    Raises:
        WhitespaceError: the folder cannot be used, or the disk is full; nothing was saved.
    """
    names = [safe_name(folder) for folder in folders]
    try:
        _prepare(base, names)
        with _Folder(base, names) as folder:
            free = folder.fill(numbered(safe_name(name)), write)
            if free is None:
                raise NotSaved("there are too many files of that name")
            return Saved(str(base.joinpath(*names, free)), folder.size_of(free) or 0, written=True)
    except (OSError, NotSaved) as error:
        raise _unusable(error) from None


async def _save(pack: Pack, base: Path, names: Sequence[str], item: Item, seconds: float) -> None:
    try:
        present = await anyio.to_thread.run_sync(_present, base, names, item) if item.digest else None
        if present:
            pack.saved.append(present)
            return
        content: bytes | None = None
        with anyio.move_on_after(seconds):
            content = await item.fetch()
        if content is None:
            raise NotSaved("it did not arrive in time; call again for the rest")
        name = with_extension(safe_name(item.name), item.extension(content))
        pack.saved.append(await anyio.to_thread.run_sync(_write, base, names, name, content))
    except WhitespaceError as error:
        pack.left_out.append(LeftOut(item.name, explain(error)))
    except (OSError, NotSaved) as error:
        pack.left_out.append(LeftOut(item.name, _reason(error)))


def _prepare(base: Path, names: Sequence[str]) -> None:
    make_private_folder(base)
    with _Folder(base, names, make=True) as folder:
        folder.remove_left_behind()


def _present(base: Path, names: Sequence[str], item: Item) -> Saved | None:
    """The file that already holds this content, if there is one among the names that it could have."""
    with _Folder(base, names) as folder:
        for name in numbered(safe_name(item.name)):
            size = folder.size_of(name)
            if size is None:
                return None
            if size >= 0 and item.size in {None, size} and _digest(folder.read(name)) == item.digest:
                return Saved(name, size, written=False)
    return None


def _write(base: Path, names: Sequence[str], name: str, content: bytes) -> Saved:
    """Write a new file under the first free name; the same content that is there already is left alone."""
    with _Folder(base, names) as folder:
        for free in numbered(name):
            if folder.create(free, content):
                return Saved(free, len(content), written=True)
            if folder.size_of(free) == len(content) and folder.read(free) == content:
                return Saved(free, len(content), written=False)
    raise NotSaved("there are too many files of that name")


class _Folder:
    """A folder below the base, reached step by step so that no link is followed."""

    def __init__(self, base: Path, names: Sequence[str], *, make: bool = False) -> None:
        self._path = base
        self._handle: int | None = os.open(base, os.O_RDONLY | os.O_DIRECTORY) if _BY_HANDLE else None
        try:
            for name in names:
                self._enter(name, make=make)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def size_of(self, name: str) -> int | None:
        """The size of a plain file; -1 for what is something else, None for what does not exist."""
        try:
            status = os.lstat(self._place(name), dir_fd=self._handle)
        except FileNotFoundError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else -1

    def read(self, name: str) -> bytes:
        """The content of a plain file; nothing of a pipe or a device, which would never end."""
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NO_LINK
        with os.fdopen(os.open(self._place(name), flags, dir_fd=self._handle), "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""

    def create(self, name: str, content: bytes) -> bool:
        """Write a file that does not exist yet; False if something of that name does."""
        return self.fill([name], lambda file: file.write(content)) is not None

    def fill(self, names: Iterable[str], write: Callable[[BinaryIO], object]) -> str | None:
        """Write a file and give it the first of some names that is free; None if none is."""
        part = f"{PART}{secrets.token_hex(8)}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK
        handle = os.open(self._place(part), flags, 0o600, dir_fd=self._handle)
        try:
            with os.fdopen(handle, "w+b") as file:
                write(file)
            return next((name for name in names if self._name(part, name)), None)
        finally:
            with suppress(OSError):
                os.unlink(self._place(part), dir_fd=self._handle)

    def remove_left_behind(self) -> None:
        """Remove what processes that were killed left of files."""
        remove_left_behind(self._path if self._handle is None else self._handle, PART)

    def _name(self, part: str, name: str) -> bool:
        """Give a whole file its name, if nothing else has it."""
        try:
            if hasattr(os, "link"):
                os.link(self._place(part), self._place(name), src_dir_fd=self._handle, dst_dir_fd=self._handle)
                return True
        except FileExistsError:
            return False
        except OSError as error:  # a file system without links, of a memory stick for one
            if error.errno not in _LINKLESS:
                raise
        if self.size_of(name) is not None:
            return False
        os.rename(self._place(part), self._place(name), src_dir_fd=self._handle, dst_dir_fd=self._handle)
        return True

    def _enter(self, name: str, *, make: bool) -> None:
        place = self._place(name)
        if make:
            with suppress(FileExistsError):
                os.mkdir(place, 0o700, dir_fd=self._handle)
        if not _is_folder(os.lstat(place, dir_fd=self._handle)):
            raise NotSaved(f"'{name}' in it is a link or a file, not a folder")
        if self._handle is not None:
            inner = os.open(place, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK, dir_fd=self._handle)
            os.close(self._handle)
            self._handle = inner
        self._path /= name

    def _place(self, name: str) -> str:
        return name if self._handle is not None else str(self._path / name)


def _is_folder(status: os.stat_result) -> bool:
    """Whether it is a folder itself; on Windows a junction is a link that looks like one."""
    return stat.S_ISDIR(status.st_mode) and getattr(status, "st_reparse_tag", 0) != _JUNCTION


def _digest(content: bytes) -> str:
    return "sha1-" + base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _unusable(error: Exception) -> WhitespaceError:
    return WhitespaceError(
        f"The folder of WHITESPACE_DOWNLOADS cannot be written to ({_reason(error)})",
        do="Check that setting, the folder's permissions and the room on its disk; nothing was saved.",
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return os.strerror(error.errno).lower() if error.errno else "it cannot be written"
    return str(error)
