"""The pictures: what is offered to hosts, what the page holds, and how it looks in a real browser."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import webbrowser
from collections.abc import AsyncGenerator, Generator
from contextlib import redirect_stdout
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.types import TextResourceContents
from scripts import node

from support.processes import PATIENCE, environment, server
from support.servers import ask, client_of, refused, settings_for
from support.tour import CANARY, WRONG
from whitespace_mcp.app import build_server
from whitespace_mcp.cli import main
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.tour import run
from whitespace_mcp.views import VIEW_URI, Picture, page, standalone

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ROOT / "build/npm/views/node_modules"
CHROMIUM: Final = Path(__file__).with_name("chromium")
MOST: Final = 25_000
SMALL: Final = (240, 90)
"""The smallest market in which a placement has several pages of lines, and books have slips of most kinds."""
HOSTILE: Final = '<img src=x onerror="alert(1)"></script><script>alert(2)</script> =HYPERLINK("x")'


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop, so that the tests can share an assistant."""
    return "asyncio"


@pytest.fixture(scope="module")
def market() -> Generator[Running]:
    with serve(Platform(documents=SMALL)) as running:
        yield running


@pytest.fixture(scope="module")
async def client(market: Running) -> AsyncGenerator[Client]:
    """An assistant on it."""
    async with client_of(settings_for(market)) as connected:
        yield connected


def needed(*there: object) -> None:
    """Without the packages or a browser the test is skipped loudly; in CI it fails."""
    if not all(there):
        assert not os.environ.get("CI"), "npm's packages and Chromium have to be here"
        pytest.skip("npm's packages or Chromium are not here; `make test` fetches the packages")


async def test_two_tools_are_drawn_and_without_views_there_are_none() -> None:
    async with Client(build_server(Settings())) as client:
        tools = {tool.name: tool.meta for tool in (await client.list_tools()).tools}
        (content,) = (await client.read_resource(VIEW_URI)).contents
    drawn = {name for name, meta in tools.items() if meta and "ui" in meta}
    assert drawn == {"show_placement", "show_book"}
    assert tools["show_book"] == {"ui": {"resourceUri": VIEW_URI}}
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "text/html;profile=mcp-app"
    assert content.text == page()
    assert content.meta == {
        "ui": {
            "csp": {"connectDomains": [], "resourceDomains": [], "frameDomains": [], "baseUriDomains": []},
            "prefersBorder": True,
        }
    }
    async with Client(build_server(Settings(views=False))) as client:
        assert not {tool.name for tool in (await client.list_tools()).tools} & drawn


def test_the_page_is_small_loads_nothing_and_writes_no_markup() -> None:
    text = page()
    assert len(text.encode()) <= MOST
    assert set(re.findall(r"https?://[\w./-]+", text)) == {"http://www.w3.org/2000/svg"}
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "Storage",
        "fetch(",
    ):
        assert word not in text, word


def test_the_page_is_what_its_source_makes(tmp_path: Path) -> None:
    needed(PACKAGES.exists())
    built = tmp_path / "view.html"
    line = [*node.command("node"), str(ROOT / "scripts/views/build.mjs"), str(built)]
    subprocess.run(line, check=True, timeout=PATIENCE)  # noqa: S603  # ours
    assert built.read_text(encoding="utf-8") == page(), "run `make views`"


async def test_the_book_is_counted_as_the_other_tools_count(client: Client) -> None:
    book = await ask(client, "show_book", organisation="all")
    sums = await ask(client, "get_risks", organisation="all", page_size=0)
    placed = await ask(client, "summarise_risks", organisation="CALDERFINCH", group_by=["placed"], stage=["firm_order"])
    waiting = {name for each in book["organisations"] for name in each.get("waiting", {})}
    assert set(book["meaning"]) == {word for name in waiting for word in name.split(", ")} | {
        "placed: not every line is visible",
    }  # fmt: skip
    assert [each["by_stage"] for each in book["organisations"]] == [each["by_stage"] for each in sums["organisations"]]
    assert book["organisations"][0]["placed"] == {group["placed"]: group["slips"] for group in placed["groups"]}
    assert 0 < sum(book["organisations"][0]["expiring"].values()) <= book["organisations"][0]["by_stage"]["signed"]


async def test_a_risk_that_is_none_is_told_as_everywhere(client: Client) -> None:
    drawn = await refused(client, "show_placement", organisation="CALDERFINCH", risk="IC00000000")
    assert drawn == await refused(client, "get_lines", organisation="CALDERFINCH", risk="IC00000000")
    assert "no risk 'IC00000000'" in drawn
    assert "Did you mean" in await refused(client, "show_book", organization="all")


async def cases(client: Client) -> list[dict[str, Any]]:
    """Answers of the demo's server, and one in which everything that others typed is hostile."""

    def reply_of(answer: Any) -> dict[str, Any]:
        return {"content": [{"type": "text", "text": json.dumps(answer)}], "structuredContent": answer}

    made_cases: list[dict[str, Any]] = []
    for name, organisation, stage in [("open", "CALDERFINCH", "firm_order"), ("carrier", "MARROWGATE", "signed")]:
        listed = await ask(client, "get_risks", organisation=organisation, stage=[stage], page_size=40)
        answers = [
            (row["id"], await ask(client, "show_placement", organisation=organisation, risk=row["id"]))
            for row in listed["risks"][:12]
        ]
        risk, answer = max(answers, key=lambda pair: len(json.dumps(pair[1])))
        args, pages, cursor = {"risk": risk, "organisation": organisation}, {}, answer.get("next_cursor")
        while cursor:
            following = await ask(client, "get_lines", cursor=cursor, **args)
            pages[cursor], cursor = reply_of(following), following.get("next_cursor")
        made_cases.append({"name": name, "args": args, "result": reply_of(answer), "pages": pages})
    book = await ask(client, "show_book", organisation="all")
    sentences = ["firm order", "By stage", "ready for signing"]
    made_cases.append({"name": "book", "args": {}, "result": reply_of(book), "expect": sentences})
    text = json.dumps(made_cases[0]["result"]["structuredContent"])
    names = (f"{HOSTILE} {number}" for number in count())
    hostile = re.sub(r'("(?:carrier|name|text|umr)": )"[^"]*"', lambda each: each[1] + json.dumps(next(names)), text)
    stale = {**book["organisations"][0], "stale_reason": "The platform does not answer"}
    failed = {**book["organisations"][1], "by_stage": None, "error": "The membership is not live."}
    sentences = ["The platform does not answer", "The membership is not live."]
    made_cases.append(
        {"name": "trouble", "args": {}, "result": reply_of({"organisations": [stale, failed]}), "expect": sentences}
    )
    made_cases.append(
        {"name": "hostile", "args": {}, "result": reply_of(json.loads(hostile)), "expect": [HOSTILE[:20]]}
    )
    return made_cases


@pytest.fixture(scope="module")
def demo_page(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[str]]:
    """What the demo says that shows pictures, the page that it leaves, and what it opened in a browser."""
    folder, said, opened = tmp_path_factory.mktemp("demo"), StringIO(), list[str]()

    def open_(address: str) -> bool:
        opened.append(address)
        return True

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(folder)
        patch.setattr(webbrowser, "open", open_)
        for name, value in WRONG.items():
            patch.setenv(name, value)
        code = run(colour=False, platform=Platform(documents=SMALL, now=time.time), pictures=True)
    assert code == 0, said.getvalue()
    (file,) = folder.iterdir()
    return said.getvalue(), file, opened


@pytest.fixture(scope="module")
async def seen(
    client: Client,
    market: Running,
    demo_page: tuple[str, Path, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What our scripts saw in a real browser, which is started once."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    needed(PACKAGES.exists(), browser)
    login = {
        "WHITESPACE_ROOT": market.root,
        "WHITESPACE_BUCKET": market.platform.bucket,
        "WHITESPACE_REFRESH_TOKEN": market.platform.login.refresh_token or "",
    }
    command, *args = server("serve")
    drawn = await cases(client)
    (risk,) = [case["args"] for case in drawn if case.get("pages")]
    env = environment(tmp_path_factory.mktemp("home"), **login)
    what = {
        "looks": {"page": page(), "cases": drawn},
        "whole": {"command": command, "args": args, "env": env, "risk": risk},
        "opened": str(demo_page[1]),
    }
    with anyio.fail_after(400):
        line = [*node.command("node"), str(CHROMIUM / "see.mjs"), str(browser)]
        done = await anyio.run_process(line, input=json.dumps(what).encode(), stderr=None)
    return json.loads(done.stdout)


async def test_in_chromium_nothing_is_wrong_in_any_width_or_theme(seen: dict[str, Any]) -> None:
    assert seen["looks"]["problems"] == []


async def test_from_a_real_server_to_a_picture(seen: dict[str, Any]) -> None:
    whole = seen["whole"]
    assert whole["problems"] == []
    placement, book = whole["placement"], whole["book"]
    assert placement["pages"] > 0
    assert whole["calls"] == ["get_lines"] * placement["pages"], "what the page asked was asked of the server"
    answer = placement["answer"]
    assert {line["carrier"] for line in answer["lines"]}
    for words in (answer["risk"], answer["organisation"]["name"], *(line["carrier"] for line in answer["lines"])):
        assert words in placement["text"]
    for organisation in book["answer"]["organisations"]:
        for words in (organisation["name"], *map(str, organisation["by_stage"].values())):
            assert words in book["text"]


async def test_without_a_host_the_demo_opens_both_pictures_in_a_browser(
    demo_page: tuple[str, Path, list[str]], seen: dict[str, Any]
) -> None:
    said, file, opened = demo_page
    assert opened == [file.as_uri()]
    assert file.as_uri() in said
    assert CANARY not in file.read_text(encoding="utf-8")
    assert seen["opened"]["problems"] == []
    book, placement = seen["opened"]["texts"]
    assert "Calderfinch Partners" in book
    assert "Marrowgate Underwriting" in book
    assert "short by" in placement
    assert all("would now be asked" in words for words in seen["opened"]["said"])


def test_the_option_of_the_demo_shows_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")  # there is no server: the heading is enough
    done = CliRunner().invoke(main, ["demo", "--open"])
    assert done.exit_code == 1
    assert "Two pictures of an invented market" in done.output
    assert "Sorry, the tour stopped" in done.output


def test_no_text_of_others_ends_the_page_of_the_demo() -> None:
    hostile = Picture(HOSTILE, HOSTILE, "show_book", {"x": HOSTILE}, json.dumps({"name": HOSTILE}), {HOSTILE: HOSTILE})
    text = standalone([hostile])
    assert HOSTILE not in text
    assert text.count("</script>") == 2
    assert (
        json.loads(text.split('type="application/json">')[1].split("</script>")[0])["pictures"][0]["asked"] == HOSTILE
    )
