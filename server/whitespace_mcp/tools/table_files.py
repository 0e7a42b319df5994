"""Tables that are saved in the user's folder: one file, or with CSV two, since CSV has no second sheet."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import anyio.to_thread

from whitespace_mcp.config.errors import NotConfigured, WhitespaceError
from whitespace_mcp.downloads import Saved, save_new
from whitespace_mcp.session.session import Session
from whitespace_mcp.sheets import GUARD, MOST_ROWS, Cell, Format, Sheet, write_csv, write_xlsx
from whitespace_mcp.tools.documents import downloads_of, folder_for

GUARDED: Final = (
    f"In {{}} cells a {GUARD} was put before a text that begins like a formula; take it off again, or ask for xlsx."
)
READ_CSV: Final = "Open it as UTF-8 with commas, every column as text where the program asks; xlsx needs no care."

Save = Callable[[str, Callable[[BinaryIO], object]], Saved]
"""Saves a file: by what its name ends with, and by what fills it."""


@dataclass(frozen=True)
class TableFile:
    """The table that was saved, where its second file is if it has one, and in how many cells a text got a `GUARD`."""

    file: Saved
    about_path: str | None
    guarded: int

    def notes(self, kind: Format) -> list[str]:
        """What whoever opens it should know."""
        if kind == "xlsx":
            return []
        return [READ_CSV, *([GUARDED.format(self.guarded)] if self.guarded else [])]


def saving(session: Session, owner: str, what: str) -> Save:
    """Saves files of one export side by side, below the folder of the organisation.

    `owner` is the organisation's company id, or `all`; names begin with `what`.

    Raises:
        NotConfigured: no folder is configured.
    """
    folder = downloads_of(session, "export")
    words = [folder_for(session), owner]
    stem = f"{what} {session.clock.now():%Y-%m-%d %H%M%S}"

    def save(ending: str, write: Callable[[BinaryIO], object]) -> Saved:
        return save_new(folder, words, stem + ending, write)

    return save


def check_rows(kind: Format, rows: int) -> None:
    """Refuse what no sheet holds.

    Raises:
        WhitespaceError: there are more rows than that.
    """
    if kind == "xlsx" and rows > MOST_ROWS:
        raise WhitespaceError(
            f"A sheet holds {MOST_ROWS:,} rows, and {rows:,} match",
            retry="Call again with format=csv, or with filters.",
        )


async def write_table(save: Save, kind: Format, table: Sheet, about: Iterable[Sequence[Cell]]) -> TableFile:
    """Write a table in a worker thread; `about` is read after its rows.

    Raises:
        WhitespaceError: the folder cannot be used, or the disk is full; nothing was saved.
    """
    return await anyio.to_thread.run_sync(_write, save, kind, table, Sheet("About", ("what", "value"), about))


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for what a workbook is made of.

    Raises:
        NotConfigured: there is none, as in a container that can only be read.
    """
    try:
        return tempfile.TemporaryDirectory()
    except OSError:
        raise NotConfigured(
            "There is no folder for temporary files, which a workbook needs; nothing was saved",
            retry="Call again with format=csv.",
            do="The user can set TMPDIR to a folder that can be written to, and restart the server.",
        ) from None


def _write(save: Save, kind: Format, table: Sheet, about: Sheet) -> TableFile:
    if kind == "csv":
        guarded: list[int] = []
        saved = save(".csv", lambda file: guarded.append(write_csv(file, table)))
        try:
            return TableFile(saved, save(" about.csv", lambda file: write_csv(file, about)).file, guarded[0])
        except WhitespaceError:
            Path(saved.file).unlink(missing_ok=True)
            raise
    with _scratch() as scratch:
        return TableFile(save(".xlsx", lambda file: write_xlsx(file, [table, about], scratch)), None, 0)
