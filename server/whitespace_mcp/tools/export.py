"""A list of risks as a file for a spreadsheet: every match, not a page."""

import tempfile
from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

import anyio
import anyio.from_thread
import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.export import Export, about_rows, cells_of, columns_of
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.downloads import Saved, save_new
from whitespace_mcp.mcp_layer.arguments import OneOrAllOrganisations, as_list
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.organisation import InOrganisations
from whitespace_mcp.mcp_layer.result import result
from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.portfolio.facts import SummaryFact
from whitespace_mcp.portfolio.filters import Unit, checked
from whitespace_mcp.portfolio.pages import Listed
from whitespace_mcp.portfolio.query import Query, ask, matched_rows
from whitespace_mcp.session.directory import MarketDirectory
from whitespace_mcp.sheets import GUARD, MOST_ROWS, Cell, Format, Sheet, write_csv, write_xlsx
from whitespace_mcp.terms.moments import iso
from whitespace_mcp.tools.documents import folder_of
from whitespace_mcp.tools.filters import with_filters
from whitespace_mcp.tools.notes import notes_of
from whitespace_mcp.tools.risks import sums_of
from whitespace_mcp.tools.rows import row_of

CHUNK: Final = 2_000
"""Rows that are read at a time, and after which progress is told."""
GUARDED: Final = (
    f"In {{}} cells a {GUARD} was put before a text that begins like a formula; take it off again, or ask for xlsx."
)
READ_CSV: Final = "Open it as UTF-8 with commas, every column as text where the program asks; xlsx needs no care."

ShowArgument = Annotated[Sequence[SummaryFact], Field(max_length=20), BeforeValidator(as_list)]


@with_filters(described=False)
async def export_risks(
    ctx: Context,
    organisations: InOrganisations,
    organisation: OneOrAllOrganisations = None,
    unit: Unit = "slip",
    show: ShowArgument = (),
    format: Format = "xlsx",  # noqa: A002  # the name is the contract's
    refresh: bool = False,  # noqa: FBT001  # the SDK passes arguments by name
    **filters: Any,
) -> Annotated[CallToolResult, Export]:
    """Save every match of get_risks, with its filters and columns, as a spreadsheet in the user's folder."""
    service = services(ctx)
    query = Query(organisations, unit, checked(filters), "newest", tuple(dict.fromkeys(show)), (), refresh)

    async def tell(done: int, whole: int, what: str) -> None:
        await ctx.report_progress(done, whole, f"Reading {what}: {done} of {whole} slips")

    matches, market = await ask(query, service.session, service.portfolios, tell)
    now = service.session.clock.now()
    sums = [sums_of(match, now) for match in matches]
    rows = sum(entry.matched for entry in sums)
    if format == "xlsx" and rows > MOST_ROWS:
        raise WhitespaceError(
            f"A sheet holds {MOST_ROWS:,} rows, and {rows:,} match",
            retry="Call again with format=csv, or with filters.",
        )
    several = len(organisations) > 1

    async def tell_rows(done: int) -> None:
        await ctx.report_progress(done, rows, f"Writing rows: {done} of {rows}")

    columns = columns_of(query.show, several=several, documents=unit == "document")
    work = _Work(query, market, matched_rows(matches), columns, tell_rows)
    asked = {"unit": unit, **({"show": ", ".join(query.show)} if query.show else {}), **query.values}
    about = about_rows({"exported at (UTC)": iso(now), **asked}, sums)
    folder = service.session.settings.downloads
    assert folder is not None, "the tool is offered only with one"  # noqa: S101  # as it says
    words = [folder_of(service.session.environment), "all" if several else query.organisations[0].company_id]
    save = _saving(folder, words, f"risks {now:%Y-%m-%d %H%M%S}")
    notes = notes_of(query, matches) or []
    saved, about_path, guarded = await anyio.to_thread.run_sync(_write, save, format, work, about)
    if format == "csv":
        notes += [READ_CSV, *([GUARDED.format(guarded)] if guarded else [])]
    return result(
        Export(
            path=saved.file,
            about_path=about_path,
            format=format,
            rows=rows,
            bytes=saved.size,
            columns=columns,
            organisations=sums,
            as_of=min((entry.as_of for entry in sums), default=iso(now)),
            guarded=guarded or None,
            notes=notes or None,
        )
    )


@dataclass(frozen=True)
class _Work:
    """What is written, row by row, in a worker thread.

    Attributes:
        tell: is told how many rows are written, on the event loop.
    """

    query: Query
    market: MarketDirectory
    listed: Sequence[Listed]
    columns: Sequence[str]
    tell: Callable[[int], Coroutine[Any, Any, None]]

    def cells(self) -> Generator[list[Cell]]:
        """The rows in order, a chunk read at a time."""
        done = 0
        for organisation_id, book, selection in self.listed:
            offset = 0
            while records := book.page(selection, "newest", limit=CHUNK, offset=offset):
                for record in records:
                    row = row_of((organisation_id, record), self.query, self.market)
                    yield cells_of(row, record, self.columns)
                offset += len(records)
                done += len(records)
                anyio.from_thread.check_cancelled()
                anyio.from_thread.run(self.tell, done)


Save = Callable[[str, Callable[[BinaryIO], object]], Saved]


def _saving(folder: Path, words: Sequence[str], stem: str) -> Save:
    """Saves files of one export side by side: each by what its name ends with, and by what fills it."""

    def save(ending: str, write: Callable[[BinaryIO], object]) -> Saved:
        return save_new(folder, words, stem + ending, write)

    return save


def _write(save: Save, kind: Format, work: _Work, about: Sequence[Sequence[Cell]]) -> tuple[Saved, str | None, int]:
    """Write an export; what it is, where its second file is if it has one, and how many cells were guarded."""
    risks = Sheet("Risks", work.columns, work.cells())
    told = Sheet("About", ("what", "value"), about)
    if kind == "csv":
        guarded: list[int] = []
        saved = save(".csv", lambda file: guarded.append(write_csv(file, risks)))
        return saved, save(" about.csv", lambda file: write_csv(file, told)).file, guarded[0]
    with tempfile.TemporaryDirectory() as scratch:
        return save(".xlsx", lambda file: write_xlsx(file, [risks, told], scratch)), None, 0


def _has_folder(settings: Settings) -> bool:
    return settings.downloads is not None


TOOL: Final = Tool(export_risks, title="Risks as a spreadsheet", saves_files=True, offered=_has_folder)
