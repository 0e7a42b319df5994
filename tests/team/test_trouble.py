"""Each part behind the server is gone or silent in the middle of load, and back again: what people read, what is lost.

The table of docs/team.md is this module's own.
"""

import json
import re
import socket
from collections.abc import Awaitable, Generator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final
from urllib.parse import urlsplit

import anyio
import httpx2
import psycopg
import pytest
from mcp import Client

from support.servers import text_of
from team.engines import ROOT, Engine
from team.firm import Firm, address_of, browser, firm_here
from whitespace_mcp.demo import Platform, serve

PAUSE_SECONDS: Final = 0.5
"""Between two questions of somebody who asks all the time."""
MEANWHILE: Final = 3
"""Answers that people are to get before, during and after a trouble."""
ANSWERED: Final = "the answer"
FORMER: Final = "the former list, marked as such"
COLUMNS: Final = {
    "counts": "who asks of a list that was just read",
    "newest": "who wants it newer",
    "first": "who asks for the first time today",
    "connect": "who opens `/connect`",
}
"""What people do while a part is gone, by a name for it."""
NO_STORE: Final = "The store of logins of this server does not answer. Try again in a minute."
NO_LOGIN: Final = "No connection to the Whitespace login service. Trying again in a minute may help."
NO_WORD: Final = "The Whitespace login service did not answer in time."
TABLE: Final[dict[str, dict[str, str]]] = {
    "the identity provider": {
        "counts": ANSWERED,
        "newest": ANSWERED,
        "first": ANSWERED,
        "connect": "what the browser says of the provider's page",
    },
    "the identity provider, silent": {
        "counts": ANSWERED,
        "newest": ANSWERED,
        "first": ANSWERED,
        "connect": "what the browser says of the provider's page",
    },
    "PostgreSQL": {
        "counts": ANSWERED,
        "newest": ANSWERED,
        "first": NO_STORE,
        "connect": NO_STORE,
    },
    "PostgreSQL, silent": {
        "counts": ANSWERED,
        "newest": ANSWERED,
        "first": NO_STORE,
        "connect": NO_STORE,
    },
    "Redis or Valkey": dict.fromkeys(COLUMNS, ANSWERED),
    "Redis or Valkey, silent": dict.fromkeys(COLUMNS, ANSWERED),
    "Whitespace": {"counts": ANSWERED, "newest": FORMER, "first": NO_LOGIN, "connect": ANSWERED},
    "Whitespace, silent": {"counts": ANSWERED, "newest": FORMER, "first": NO_WORD, "connect": ANSWERED},
}
"""What they read, without how long it was tried for. A part that is silent takes questions and never answers."""
NOBODY_NEW: Final = "nothing; nobody can log in anew"
COMMITTED: Final = "nothing that was committed"
TOKENS: Final = "id tokens, which each replica renews for itself meanwhile"
NOTHING: Final = "nothing"
LOST: Final = dict(
    zip(TABLE, (lost for lost in (NOBODY_NEW, COMMITTED, TOKENS, NOTHING) for _ in range(2)), strict=True)
)
QUESTIONS: Final[dict[str, dict[str, Any]]] = {
    "counts": {"organisation": "MARROWGATE", "page_size": 0},
    "newest": {"organisation": "MARROWGATE", "page_size": 0, "refresh": True},
    "first": {"organisation": "MARROWGATE", "page_size": 0},
}


@contextmanager
def silence(port: int) -> Generator[None]:
    """A port where everybody may come and is told nothing."""
    with socket.create_server(("127.0.0.1", port), backlog=200):
        yield


class Parts:
    """What can be stopped and started again."""

    def __init__(self, database: Engine, cache: Engine, platform: Platform) -> None:
        self.firm: Firm | None = None
        self._database = database
        self._cache = cache
        self._platform = platform
        self._serving = ExitStack()
        self.running = self._serving.enter_context(serve(platform))

    @contextmanager
    def trouble(self, name: str) -> Generator[None]:
        """Let a part be gone or silent, and be there again, at the same address and with what it keeps."""
        part, _, how = name.partition(", ")
        if part == "Whitespace":
            port = urlsplit(self.running.root).port or 0
            self._serving.close()
            with silence(port) if how else nullcontext():
                yield
            self._serving.enter_context(serve(self._platform, port=port))
            return
        engine = self._engine(part)
        with engine.silent() if how else engine.gone():
            yield

    def close(self) -> None:
        self._serving.close()

    def _engine(self, part: str) -> Engine:
        assert self.firm is not None
        return {
            "the identity provider": self.firm.provider.engine,
            "PostgreSQL": self._database,
            "Redis or Valkey": self._cache,
        }[part]


@pytest.fixture(scope="module")
def parts(
    migrated: str, database: tuple[Engine, str], cache: tuple[Engine, str], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Parts]:
    parts = Parts(database[0], cache[0], Platform(documents=(60, 30)))
    with firm_here(parts.running, migrated, cache[1], tmp_path_factory.mktemp("firm"), seconds=8) as firm:
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
            await anyio.sleep(PAUSE_SECONDS)


async def read(client: Client, name: str) -> str:
    """What somebody reads; an answer has to be right."""
    result = await client.call_tool("get_risks", QUESTIONS[name])
    text = text_of(result)
    if result.is_error:
        words = re.sub(r"; tried for [\d.]+ seconds?", "", text.partition(" If it lasts")[0])
        return re.sub(r"(in time|within [\d.]+ seconds)\. Try.*", "in time.", words)
    (organisation,) = json.loads(text)["organisations"]
    assert (organisation["company_id"], organisation["documents"]) == ("MARROWGATE", 30)
    return FORMER if organisation.get("stale") else ANSWERED


async def open_page(firm: Firm, person: str, patience: float) -> str:
    """What somebody reads at `/connect` whose browser waits for so many seconds."""
    try:
        async with firm.page(person, patience=patience) as page:
            words = re.search(r"The [^.<]+\. Try again[^.<]+\.", page.answer.text)
            return ANSWERED if page.mark else words.group() if words else page.answer.text
    except httpx2.HTTPError:
        return "what the browser says of the provider's page"


def grants(address: str) -> list[tuple[Any, ...]]:
    """What is committed."""
    with psycopg.connect(address) as connection:
        return connection.execute("select subject, key_name, wrapped, box, created from grants order by 1").fetchall()


async def read_everywhere(firm: Firm, token: str, name: str) -> str:
    """What somebody reads at each replica, asking all of them at once."""
    said: set[str] = set()

    async def ask(replica: Engine) -> None:
        async with firm.client(token, url=address_of(replica)) as client:
            said.add(await read(client, name))

    async with anyio.create_task_group() as tasks:
        for replica in firm.replicas:
            tasks.start_soon(ask, replica)
    return " / ".join(sorted(said))


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


@pytest.mark.parametrize("part", ["the identity provider", "PostgreSQL", "Redis or Valkey", "Whitespace"])
async def test_the_table_of_trouble(parts: Parts, migrated: str, part: str) -> None:
    firm = parts.firm
    assert firm is not None
    rows = [name for name in TABLE if name.partition(", ")[0] == part]
    kim, lou = f"kim at {part}", f"lou at {part}"
    people = [kim, lou, *(f"new at {row}" for row in rows)]
    tokens = {person: await firm.access_token(person) for person in people}
    for person in people:
        await firm.connect(person, parts.running.platform.login.refresh_token or "")
    for person in (kim, lou):
        await until_answered(firm, tokens[person])
    before = grants(migrated)
    load = Load()
    async with (
        firm.client(tokens[kim]) as entry,
        firm.client(tokens[lou]) as another,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(load.run, entry)
        tasks.start_soon(load.run, another)
        for name in rows:
            await until_answers(load, load.answers + MEANWHILE)
            with parts.trouble(name):
                patience = 1 if part == "the identity provider" else 30
                said = await what_people_read(firm, load, tokens[kim], tokens[f"new at {name}"], patience)
                assert await are_ready(firm), "nobody who can be answered is kept out"
            assert {column: said[column] for column in COLUMNS} == TABLE[name]
            if name == "PostgreSQL, silent":
                assert set(list(said)[:3]) == {"others", "counts", "newest"}, "nobody waits who was answered before"
            for person in (kim, f"new at {name}"):
                await until_answered(firm, tokens[person])
            assert load.said <= {ANSWERED, FORMER, *TABLE[name].values()}
        await until_answers(load, load.answers + MEANWHILE)
        load.over.set()
    assert grants(migrated) == before


async def what_people_read(firm: Firm, load: Load, token: str, newcomer: str, patience: float) -> dict[str, str]:
    """What people read who do everything at once, in the order in which they were answered, others among them.

    Whose browser opens `/connect` waits for `patience` seconds.
    """
    said: dict[str, str] = {}

    async def note(name: str, reading: Awaitable[str]) -> None:
        said[name] = await reading

    async def others() -> str:
        await until_answers(load, load.answers + MEANWHILE)
        return ANSWERED

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(note, "others", others())
        for name in ("counts", "newest"):
            tasks.start_soon(note, name, read_everywhere(firm, token, name))
        tasks.start_soon(note, "first", read_everywhere(firm, newcomer, "first"))
        tasks.start_soon(note, "connect", open_page(firm, "max", patience))
    return said


def rendered() -> str:
    """The table as the page has it."""
    lines = [f"| gone | {' | '.join(COLUMNS.values())} | lost |", "|---" * (len(COLUMNS) + 2) + "|"]
    for part, row in TABLE.items():
        lines.append(f"| {part} | {' | '.join(row[name] for name in COLUMNS)} | {LOST[part]} |")
    return "\n".join(lines)


def test_the_page_for_operators_has_the_table() -> None:
    assert rendered() in (ROOT / "docs/team.md").read_text(encoding="utf-8")
