"""Each part behind the server is stopped and started again in the middle of load: what people read, and what is lost.

The table of docs/team.md is this module's own.
"""

import json
import re
from collections.abc import Generator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx2
import psycopg
import pytest
from mcp import Client

from support.servers import text_of
from team.engines import ROOT, Engine, wait_for_database
from team.firm import Firm, address_of, browser, firm_with
from whitespace_mcp.demo import Platform, serve

ANSWERED: Final = "the answer"
FORMER: Final = "the former list, marked as such"
COLUMNS: Final = {
    "counts": "who asks of a list that was just read",
    "newest": "who wants it newer",
    "first": "who asks for the first time today",
    "connect": "who opens `/connect`",
}
"""What people do while a part is gone, by a name for it."""
NO_STORE: Final = "The store of logins of this server does not answer"
NO_LOGIN: Final = "No connection to the Whitespace login service; tried for …. Trying again in a minute may help."
TABLE: Final[dict[str, dict[str, str]]] = {
    "the identity provider": {
        "counts": ANSWERED,
        "newest": ANSWERED,
        "first": ANSWERED,
        "connect": "what the browser says of the provider's page",
    },
    "PostgreSQL": {
        "counts": ANSWERED,
        "newest": ANSWERED,
        "first": f"{NO_STORE}; tried for …. Try again in a minute.",
        "connect": f"{NO_STORE}. Try again in a minute.",
    },
    "Redis or Valkey": dict.fromkeys(COLUMNS, ANSWERED),
    "Whitespace": {"counts": ANSWERED, "newest": FORMER, "first": NO_LOGIN, "connect": ANSWERED},
}
"""What they read, `…` for what is different each time."""
LOST: Final = {
    "the identity provider": "nothing; nobody can log in anew",
    "PostgreSQL": "nothing that was committed",
    "Redis or Valkey": "id tokens, which each replica renews for itself meanwhile",
    "Whitespace": "nothing",
}
QUESTIONS: Final[dict[str, dict[str, Any]]] = {
    "counts": {"organisation": "MARROWGATE", "page_size": 0},
    "newest": {"organisation": "MARROWGATE", "page_size": 0, "refresh": True},
    "first": {"organisation": "MARROWGATE", "page_size": 0},
}


class Parts:
    """What can be stopped and started again."""

    def __init__(self, database: tuple[Engine, str], cache: Engine, platform: Platform) -> None:
        self.firm: Firm | None = None
        self._database = database
        self._cache = cache
        self._platform = platform
        self._serving = ExitStack()
        self.running = self._serving.enter_context(serve(platform))

    def stop(self, part: str) -> None:
        """Let it be gone from one moment to the next."""
        if part == "Whitespace":
            self._serving.close()
        else:
            self._engine(part).stop()

    def start(self, part: str) -> None:
        """Let it be there again, at the same address and with what it keeps."""
        if part == "Whitespace":
            self._serving.enter_context(serve(self._platform, port=urlsplit(self.running.root).port or 0))
            return
        self._engine(part).start()
        if part == "PostgreSQL":
            wait_for_database(self._database[1])

    def close(self) -> None:
        self._serving.close()

    def _engine(self, part: str) -> Engine:
        assert self.firm is not None
        return {
            "the identity provider": self.firm.provider.engine,
            "PostgreSQL": self._database[0],
            "Redis or Valkey": self._cache,
        }[part]


@pytest.fixture
def parts(migrated: str, database: tuple[Engine, str], cache: tuple[Engine, str], tmp_path: Path) -> Generator[Parts]:
    parts = Parts(database, cache[0], Platform(documents=(60, 30)))
    with firm_with(parts.running, migrated, cache[1], tmp_path) as firm:
        parts.firm = firm
        yield parts
    parts.close()


@dataclass
class Load:
    """People who ask all the time, and what they read."""

    said: set[str] = field(default_factory=set[str])
    answers: int = 0
    more: anyio.Event = field(default_factory=anyio.Event)
    over: anyio.Event = field(default_factory=anyio.Event)

    async def run(self, client: Client) -> None:
        """Ask one question after another, of the list as it is and of the newest."""
        for name in cycle(("counts", "counts", "counts", "newest")):
            if self.over.is_set():
                return
            self.said.add(await read(client, name))
            self.answers += 1
            more, self.more = self.more, anyio.Event()
            more.set()


async def read(client: Client, name: str) -> str:
    """What somebody reads; an answer has to be right."""
    result = await client.call_tool("get_risks", QUESTIONS[name])
    text = text_of(result)
    if result.is_error:
        return re.sub(r"[\d.]+ seconds?", "…", text.partition(" If it lasts")[0])
    (organisation,) = json.loads(text)["organisations"]
    assert (organisation["company_id"], organisation["documents"]) == ("MARROWGATE", 30)
    return FORMER if organisation.get("stale") else ANSWERED


async def open_page(firm: Firm, person: str) -> str:
    """What somebody reads at `/connect`."""
    try:
        async with firm.page(person) as page:
            words = re.search(r"The [^.<]+\. Try again[^.<]+\.", page.answer.text)
            return ANSWERED if page.mark else words.group() if words else page.answer.text
    except httpx2.HTTPError:
        return "what the browser says of the provider's page"


def grants(address: str) -> list[tuple[Any, ...]]:
    """What is committed."""
    with psycopg.connect(address) as connection:
        return connection.execute("select subject, key_name, wrapped, box, created from grants order by 1").fetchall()


async def read_everywhere(firm: Firm, token: str, name: str) -> str:
    """What somebody reads at each replica."""
    said: dict[str, None] = {}
    for replica in firm.replicas:
        async with firm.client(token, url=address_of(replica)) as client:
            said[await read(client, name)] = None
    return " / ".join(said)


async def until_answered(firm: Firm, token: str) -> None:
    """Every replica answers somebody everything again."""
    for replica in firm.replicas:
        async with firm.client(token, url=address_of(replica)) as client:
            with anyio.fail_after(90):
                for name in ("newest", "counts"):
                    said = ""
                    while said != ANSWERED:
                        said = await read(client, name)
                        await anyio.sleep(0 if said == ANSWERED else 0.3)


async def are_ready(firm: Firm) -> bool:
    """Whether a balancer lets people through to every replica."""
    async with browser() as http:
        answers = [await http.get(f"http://127.0.0.1:{replica.port}/ready") for replica in firm.replicas]
    return all(answer.status_code == 200 for answer in answers)


async def until_answers(load: Load, number: int) -> None:
    with anyio.fail_after(90):
        while load.answers < number:
            await load.more.wait()


async def test_the_table_of_trouble(parts: Parts, migrated: str) -> None:
    firm = parts.firm
    assert firm is not None
    refresh_token = parts.running.platform.login.refresh_token or ""
    tokens = {person: await firm.access_token(person) for person in ("kim", "lou", *(f"new-{n}" for n in range(4)))}
    for person in tokens:
        await firm.connect(person, refresh_token)
    table: dict[str, dict[str, str]] = {}
    row: dict[str, str] = {}
    for number, part in enumerate(LOST):
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(firm.client(tokens[person])) for person in ("kim", "lou")]
            await until_answered(firm, tokens["kim"])
            before = await anyio.to_thread.run_sync(grants, migrated)
            load = Load()
            async with anyio.create_task_group() as tasks:
                for client in clients:
                    tasks.start_soon(load.run, client)
                await until_answers(load, 20)
                parts.stop(part)
                row = {name: await read_everywhere(firm, tokens["kim"], name) for name in ("counts", "newest")}
                row["first"] = await read_everywhere(firm, tokens[f"new-{number}"], "first")
                row["connect"] = await open_page(firm, "kim")
                assert await are_ready(firm), "nobody who can be answered is kept out"
                await anyio.to_thread.run_sync(parts.start, part)
                for person in ("kim", f"new-{number}"):
                    await until_answered(firm, tokens[person])
                await until_answers(load, load.answers + 20)
                load.over.set()
            table[part] = row
            assert load.said <= {ANSWERED, FORMER, *row.values()}
            assert await anyio.to_thread.run_sync(grants, migrated) == before
    assert table == TABLE


def rendered() -> str:
    """The table as the page has it."""
    lines = [f"| gone | {' | '.join(COLUMNS.values())} | lost |", "|---" * (len(COLUMNS) + 2) + "|"]
    for part, row in TABLE.items():
        lines.append(f"| {part} | {' | '.join(row[name] for name in COLUMNS)} | {LOST[part]} |")
    return "\n".join(lines)


def test_the_page_for_operators_has_the_table() -> None:
    assert rendered() in (ROOT / "docs/team.md").read_text(encoding="utf-8")
