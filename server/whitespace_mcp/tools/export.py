"""A list of risks as a file for a spreadsheet: every match, not a page."""

from collections import Counter
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final

import anyio
import anyio.from_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.depth_cells import DEPTH_CELLS, depth_cells
from whitespace_mcp.answers.export import Export, about_rows, cells_of, columns_of
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.risks import without_sum
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.mcp_layer.dependencies import InOrganisations
from whitespace_mcp.mcp_layer.tool import OneOrAllOrganisations, Tool, as_list, reading_progress, result, services
from whitespace_mcp.portfolio.depth_rows import DepthRows, read_all_rows, with_rows
from whitespace_mcp.portfolio.facts import FactName
from whitespace_mcp.portfolio.filters import Scope, Unit
from whitespace_mcp.portfolio.query import Query, read_filters
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.portfolio.selection import View, readable
from whitespace_mcp.sheets import Cell, Format, Sheet
from whitespace_mcp.terms.moments import iso, london_day
from whitespace_mcp.tools.filters import with_filters
from whitespace_mcp.tools.risks import notes_of, row_values, sums_of
from whitespace_mcp.tools.table_files import check_rows, saving, write_table

CHUNK: Final = 2_000
"""Rows that are read at a time, and after which progress is told."""

ColumnsArgument = Annotated[Sequence[FactName], Field(max_length=20), BeforeValidator(as_list)]


@with_filters(described=False)
async def export_risks(
    ctx: Context,
    organisations: InOrganisations,
    organisation: OneOrAllOrganisations = None,
    unit: Unit = "slip",
    show: ColumnsArgument = (),
    format: Format = "xlsx",  # noqa: A002  # the name is the contract's
    refresh: bool = False,  # noqa: FBT001  # the SDK passes arguments by name
    **filters: Any,
) -> Annotated[CallToolResult, Export]:
    """Save every match of get_risks, with its filters and columns, as a spreadsheet in the user's folder."""
    service = services(ctx)
    columns_shown = tuple(dict.fromkeys(show))
    query = Query(read_filters(filters), Scope(unit), columns_shown, organisations=organisations, refresh=refresh)

    tell = reading_progress(ctx)
    results, market = await service.portfolios.ask(query, tell)
    depth = await read_all_rows(query, readable(results), tell)
    results = with_rows(results, depth.lacking)
    views = readable(results)
    now = service.session.clock.now()
    sums = [sums_of(each, now) for each in results]
    rows = sum(entry.matched for entry in sums)
    check_rows(format, rows)
    several = len(organisations) > 1

    async def tell_rows(done: int) -> None:
        await ctx.report_progress(done, rows, f"Writing rows: {done} of {rows}")

    columns = columns_of(query.show, several=several, documents=unit == "document")
    names = Names(market)
    work = _Work(query, names, views, columns, depth, london_day(now), tell_rows)
    question = {"unit": unit, **({"show": ", ".join(query.show)} if query.show else {}), **query.values}
    about = about_rows({"exported at (UTC)": iso(now), **question}, sums)
    save = saving(service.session, "all" if several else query.organisations[0].company_id, "risks")
    written = await write_table(save, format, Sheet("Risks", columns, work.cells()), work.about(about))
    notes = [*notes_of(query, views, names), *written.notes(format)]
    return result(
        Export(
            path=written.file.file,
            about_path=written.about_path,
            format=format,
            rows=rows,
            bytes=written.file.size,
            columns=columns,
            organisations=sums,
            as_of=min((entry.as_of for entry in sums), default=iso(now)),
            guarded=written.guarded or None,
            notes=notes or None,
        )
    )


@dataclass(frozen=True)
class _Work:
    """What is written, row by row, in a worker thread.

    Attributes:
        depth: what contracts and lines tell; `today`: the day in London.
        tell: is told how many rows are written, on the event loop.
        empty: how many cells have no date or number, by column and reason; complete once the rows are read.
    """

    query: Query
    names: Names
    views: Sequence[View]
    columns: Sequence[str]
    depth: DepthRows
    today: date
    tell: Callable[[int], Coroutine[Any, Any, None]]
    empty: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def cells(self) -> Generator[list[Cell]]:
        """The rows in order, a chunk read at a time."""
        done = 0
        for view in self.views:
            user_id = view.organisation.id
            for records in view.selection.pages(CHUNK):
                roots = [record["root"] for record in records]
                facts = anyio.from_thread.run(self.depth.facts, user_id, roots)
                deep = {(user_id, root): depth for root, depth in facts.items()}
                for record in records:
                    row = row_values((user_id, record), self.query, self.names, deep, self.today)
                    self._count_lines(row, record)
                    yield cells_of(row, record, self.columns, self._deep(record, facts.get(record["root"])))
                done += len(records)
                anyio.from_thread.check_cancelled()
                anyio.from_thread.run(self.tell, done)

    def about(self, about: Sequence[tuple[str, str]]) -> Generator[Sequence[Cell]]:
        """The lines of the other sheet: what is told before the rows, then how many cells say less than they could."""
        yield from about
        for (column, why), count in sorted(self.empty.items()):
            yield f"{column}: {why}", count

    def _count_lines(self, row: Mapping[str, Any], record: Record) -> None:
        """Count the lines that have no sum, where that is not because there are none."""
        for name in [name for name in ("written", "signed") if name in self.query.show and row[name] is None]:
            if (why := without_sum(record, name)) != "none":
                self.empty[name, why] += 1

    def _deep(self, record: Record, facts: SlipFacts | None) -> dict[str, Any]:
        """Cells beside or in place of a row's words; those that had to stay empty are counted."""
        columns: dict[str, Any] = {}
        for name in self.query.show:
            if name in DEPTH_CELLS:
                cells, lacking = depth_cells(name, facts, stage=record["slip_stage"], today=self.today)
                columns |= cells
                self.empty.update(lacking.items())
        return columns


TOOL: Final = Tool(export_risks, title="Risks as a spreadsheet", saves_files=True, needs="downloads")
