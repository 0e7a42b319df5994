"""`export_risks`: every match as a spreadsheet in the user's folder, and nowhere else."""

import gc
import io
import resource
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from python_calamine import CalamineWorkbook

from support.canaries import everything_in, secrets_in
from support.checks import checked
from support.raw import raw_list
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture(scope="module")
def market() -> Generator[Running]:
    with serve(Platform(documents=(120, 40))) as running:
        yield running


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
async def exporter(market: Running, downloads: Path) -> AsyncGenerator[Client]:
    async with client_of(settings_for(market, downloads=downloads)) as connected:
        yield connected


@pytest.fixture
def client(exporter: Client, downloads: Path) -> Generator[Client]:
    """An assistant that saves in a folder with nothing in it, where no secret may be left either."""
    yield exporter
    assert secrets_in(everything_in([downloads])) == []
    for entry in downloads.iterdir():
        entry.unlink() if entry.is_symlink() else shutil.rmtree(entry)


def sheets_of(path: str, title: str = "Risks") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of the risks, and what the other sheet says."""
    book: Any = CalamineWorkbook.from_filelike(io.BytesIO(Path(path).read_bytes()))
    head, *rows = book.get_sheet_by_name(title).to_python()
    about = book.get_sheet_by_name("About").to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows], {str(row[0]): row[1] for row in about}


def look_at(path: Path, size: int, base: Path) -> None:
    """It is where it belongs, its owner's alone, and nothing half-written is beside it."""
    assert path.is_relative_to(base)
    assert (path.stat().st_mode & 0o177, path.stat().st_size) == (0, size)
    assert path.parent.name == BROKER
    assert {each.name for each in path.parent.iterdir()} == {path.name}


def files_below(folder: Path, ending: str = "") -> list[Path]:
    return [path for path in folder.rglob(f"*{ending}") if path.is_file()]


def text_in(path: str, encoding: str = "utf-8-sig") -> str:
    return Path(path).read_bytes().decode(encoding)


async def test_every_match_is_in_the_sheet_and_what_was_asked_beside_it(
    client: Client, market: Running, downloads: Path
) -> None:
    answer = await checked(client, "export_risks", organisation=BROKER, unit="document")
    rows, about = sheets_of(answer["path"])
    raw = {row["id"]: row for row in raw_list(market)}
    assert answer["rows"] == len(rows) == len(raw) == 120
    assert answer["columns"] == list(rows[0])
    assert {row["umr"] for row in rows} - {""} == {row["umr"].strip() for row in raw.values() if row.get("umr")} - {""}
    assert about["unit"] == "document"
    assert any(key.endswith("as_of") for key in about)
    look_at(Path(answer["path"]), answer["bytes"], downloads)
    again = await ask(client, "export_risks", organisation=BROKER, unit="document")
    assert again["path"] != answer["path"], "nothing is written over"


async def test_filters_and_columns_are_those_of_the_list(client: Client) -> None:
    filters = {"organisation": BROKER, "stage": ["signed"], "show": ["inception", "limit", "written", "owner"]}
    page = await ask(client, "get_risks", page_size=100, **filters)
    answer = await ask(client, "export_risks", **filters)
    rows, about = sheets_of(answer["path"])
    assert [row["id"] for row in rows] == [row["id"] for row in page["risks"]][: len(rows)]
    assert answer["rows"] == page["matched"]
    for row, shown in zip(rows, page["risks"], strict=False):
        assert (str(row["inception"]) or None) == shown.get("inception")
        assert isinstance(row["limit_amount"], float | int) or row["limit_amount"] == ""
        assert (row["limit"] or None) == shown.get("limit")
        assert row["written"] == (float(shown["written"]) if shown["written"][0].isdigit() else "")
    assert "signed" in str(about["stage"])


async def test_lines_without_a_sum_are_counted_beside_the_rows(market: Running, tmp_path: Path) -> None:
    async with client_of(settings_for(market, downloads=tmp_path)) as client:
        answer = await ask(client, "export_risks", organisation=CARRIER, stage="signed", show="written")
    rows, about = sheets_of(answer["path"])
    why = "written: by section, in get_lines"
    assert about[why] == sum(row["written"] == "" for row in rows) > 0, "a blank is not taken for nothing written"


async def test_columns_of_the_depth_are_dates_and_numbers_and_what_is_not_known_is_counted(client: Client) -> None:
    show = ["expiry", "period", "premium", "order", "placed", "leader", "subjectivities"]
    arguments = {"organisation": BROKER, "stage": ["firm_order", "draft"], "show": show}
    page = await ask(client, "get_risks", page_size=100, **arguments)
    answer = await checked(client, "export_risks", **arguments)
    rows, about = sheets_of(answer["path"])
    assert len(rows) == page["matched"]
    shown = {row["id"]: row for row in page["risks"]}
    for row in rows:
        words = shown[row["id"]]
        expiry = row["expiry"].isoformat() if isinstance(row["expiry"], date) else row["expiry"]
        assert expiry == words["expiry"]
        assert (row["premium"], row["order"], row["leader"]) == (words["premium"], words["order"], words["leader"])
        if row["premium_amount"] != "":
            assert words["premium"].startswith(f"{row['premium_currency']} {row['premium_amount']:,.0f}")
        if row["order_percent"] != "":
            assert words["order"].startswith(f"{row['order_percent']:g}%")
        if words["stage"] == "draft":
            assert (row["placed"], row["placed_state"], row["subjectivities_open"]) == ("", "", "")
            assert (words["placed"], words["subjectivities"]) == (
                "(told of firm orders only)",
                "(no lines at this stage)",
            )
        else:
            assert row["placed_state"] in words["placed"]
            assert row["not_accepted"] == words.get("not_accepted", 0)
            assert row["subjectivities_open"] == words["subjectivities"]["open"]
            if row["placed_written"] != "":
                assert f"written {row['placed_written']:g}" in words["placed"]
    unreadable = sum(not isinstance(row["expiry"], date) for row in rows)
    assert 0 < unreadable == sum(count for key, count in about.items() if key.startswith("expiry: "))
    assert any(row["premium_currency"] for row in rows)


async def test_both_organisations_and_csv(client: Client) -> None:
    answer = await ask(client, "export_risks", organisation="all", format="csv")
    text = text_in(answer["path"])
    assert text.count("\r\n") == answer["rows"] + 1
    assert {BROKER, CARRIER} <= {line.split('","')[0].strip('"') for line in text.splitlines()[1:]}
    assert "exported at (UTC)" in text_in(answer["about_path"])
    assert Path(answer["path"]).parent.name == "all"
    assert any("UTF-8" in note for note in answer["notes"])


async def test_what_cannot_be_done_is_told_and_leaves_nothing(market: Running, tmp_path: Path) -> None:
    async with client_of(settings_for(market)) as client:
        words = await refused(client, "export_risks", organisation=BROKER)
        assert words.startswith(
            "There is no such tool here: export_risks is offered where WHITESPACE_DOWNLOADS names a folder."
        )
    async with client_of(settings_for(market, downloads=tmp_path / "base")) as client:
        assert "'format' has a value that cannot be used" in await refused(
            client, "export_risks", organisation=BROKER, format="pdf"
        )
        (tmp_path / "base").write_text("a file in the folder's place")
        said = await refused(client, "export_risks", organisation=BROKER)
    assert "WHITESPACE_DOWNLOADS cannot be written to" in said
    assert "nothing was saved" in said


@contextmanager
def full_after(size: int) -> Generator[None]:
    """A disk on which no file can be longer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # of the library, when it fails
@pytest.mark.parametrize(
    ("kind", "size"), [("csv", 3_000), ("xlsx", 3_000), ("xlsx", 40_000)], ids=["csv", "rows", "the end"]
)
async def test_on_a_full_disk_nothing_half_written_is_left(
    client: Client, downloads: Path, kind: str, size: int
) -> None:
    await ask(client, "get_risks", organisation=BROKER, page_size=0)
    with full_after(size):
        said = await refused(client, "export_risks", organisation=BROKER, unit="document", format=kind)
    gc.collect()
    assert "WHITESPACE_DOWNLOADS cannot be written to (file too large)" in said
    assert files_below(downloads) == []
    assert (await ask(client, "export_risks", organisation=BROKER, format=kind))["rows"] > 0


async def test_a_table_does_not_stay_without_the_file_that_says_what_it_is(client: Client, downloads: Path) -> None:
    with full_after(200):  # more than a head without rows takes, and less than the other file
        said = await refused(
            client, "export_risks", organisation=BROKER, umr_form="malformed", stage="other", format="csv"
        )
    assert "nothing was saved" in said
    assert files_below(downloads) == []


async def test_a_workbook_needs_a_folder_for_temporary_files(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    said = await refused(client, "export_risks", organisation=BROKER)
    assert said.startswith("There is no folder for temporary files, which a workbook needs; nothing was saved.")
    assert (await ask(client, "export_risks", organisation=BROKER, format="csv"))["rows"] > 0


async def test_a_link_in_the_organisations_place_is_refused_and_one_in_the_files_is_left_alone(
    client: Client, tmp_path: Path
) -> None:
    folder = Path((await ask(client, "export_risks", organisation=BROKER))["path"]).parent
    other = tmp_path / "elsewhere"
    shutil.move(folder, other)
    folder.symlink_to(other)
    said = await refused(client, "export_risks", organisation=BROKER)
    assert f"'{BROKER}' in it is a link or a file, not a folder" in said
    assert len(list(other.iterdir())) == 1


async def test_a_file_that_another_program_has_open_is_left_alone(client: Client) -> None:
    first = await ask(client, "export_risks", organisation=BROKER)
    content = text_in(first["path"], "latin-1")
    async with await anyio.open_file(first["path"], "r+b"):
        second = await ask(client, "export_risks", organisation=BROKER)
    assert second["path"] != first["path"]
    assert text_in(first["path"], "latin-1") == content


async def test_while_many_rows_are_written_others_are_answered_and_whoever_leaves_leaves_nothing(
    tmp_path: Path,
) -> None:
    rows: list[float] = []
    with serve(Platform(documents=(2_500, 40))) as running:
        async with client_of(settings_for(running, downloads=tmp_path)) as client:
            await ask(client, "get_risks", organisation="all", page_size=0)
            begun, unfinished = anyio.Event(), list[bool]()

            async def note(progress: float, total: float | None, message: str | None) -> None:
                assert message is not None
                if message.startswith("Writing rows"):
                    assert total == 2_500
                    rows.append(progress)
                    begun.set()

            async def second_caller() -> None:
                await begun.wait()
                await ask(client, "get_risks", organisation=CARRIER)
                unfinished.append(not files_below(tmp_path, ".xlsx"))

            arguments = {"organisation": BROKER, "unit": "document"}
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(second_caller)
                await client.call_tool("export_risks", arguments, progress_callback=note)
            assert unfinished == [True], "answered while rows were still being written"
            assert rows == [2_000, 2_500]
            saved = files_below(tmp_path)
            begun = anyio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(partial(client.call_tool, "export_risks", arguments, progress_callback=note))
                await begun.wait()
                tasks.cancel_scope.cancel()
            await ask(client, "get_risks", organisation=CARRIER)
        assert files_below(tmp_path) == saved, "nothing half-written is left"


async def test_its_schema_stays_small(client: Client) -> None:
    (tool,) = (tool for tool in (await client.list_tools()).tools if tool.name == "export_risks")
    assert tokens(tool.model_dump(mode="json", by_alias=True, exclude_none=True)["inputSchema"]) <= 440
    assert tool.annotations is not None
    assert tool.annotations.read_only_hint is False


async def test_every_open_item_is_in_the_sheet(client: Client) -> None:
    filters = {"organisation": BROKER, "stage": ["firm order"]}
    page = await ask(client, "get_open_items", page_size=100, **filters)
    items = page["items"]
    while "next_cursor" in page:
        page = await ask(client, "get_open_items", page_size=100, cursor=page["next_cursor"], **filters)
        items += page["items"]
    answer = await checked(client, "get_open_items", export=True, **filters)
    rows, about = sheets_of(answer["path"], "Open items")
    assert answer["items"] == []
    assert answer["matched"] == answer["rows"] == len(rows) == len(items)
    assert answer["columns"] == list(rows[0])
    for row, item in zip(rows, items, strict=True):
        assert (row["risk"], row["kind"], row["umr"]) == (item["risk"], item["kind"], item.get("umr", ""))
        assert (row["due"].isoformat() if row["due"] else None) == item.get("due")
        assert row["overdue"] is item.get("overdue", False)
        assert (f"{row['since']:%Y-%m-%dT%H:%M:%SZ}" if row["since"] else None) == item.get("since")
    assert any(row["due"] for row in rows)
    assert str(answer["by_kind"]["subjectivity"]) in str(about["by_kind"])
    assert "firm order" in str(about["stage"])
    reply = await ask(client, "get_open_items", export=True, format="csv", risk=items[0]["risk"], organisation=BROKER)
    assert text_in(reply["path"]).count("\r\n") >= reply["rows"] + 1
    assert items[0]["risk"] in text_in(reply["about_path"])


async def test_open_items_are_not_saved_where_no_folder_is_named(market: Running) -> None:
    async with client_of(settings_for(market)) as client:
        said = await refused(client, "get_open_items", organisation=BROKER, export=True)
    assert "No folder for downloads is configured" in said
