"""A firm: its provider, its people in their browsers and hosts, and the replicas that serve them."""

import json
import re
import secrets
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

import anyio
import anyio.lowlevel
import httpx2
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette

from support.processes import environment, server
from support.servers import ask, settings_for, text_of
from support.web import TLS
from team.engines import PATIENCE, Engine, Provider, balancer, free_port
from whitespace_mcp.demo import Running
from whitespace_mcp.team.configuration import read_team_settings
from whitespace_mcp.team.serve import Replica

CALLBACK: Final = "http://127.0.0.1/callback"


@dataclass
class Firm:
    """A firm with its server.

    Attributes:
        url: where hosts reach `/mcp`.
        provider: the firm's identity provider.
        replicas: the processes behind it.
        platform: the demo platform that is asked.
        balancer: what stands before the replicas.
        folder: where logs and keys are.
    """

    url: str
    provider: Provider
    platform: Running
    folder: Path
    balancer: Engine | None = None
    replicas: list[Engine] = field(default_factory=list[Engine])

    @property
    def origin(self) -> str:
        """Scheme and host."""
        return self.url.removesuffix("/mcp")

    @property
    def keys(self) -> Path:
        """The file of keys."""
        return self.folder / "keys"

    def written(self) -> str:
        """What the replicas wrote."""
        return "\n".join(replica.log.read_text() for replica in self.replicas)

    def trail(self, replica: Engine) -> list[dict[str, Any]]:
        """The lines of a replica's chain of the audit trail."""
        folder = self.folder / "trail" / f"r{self.replicas.index(replica)}"
        lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
        return [json.loads(line) for line in lines]

    async def access_token(
        self, person: str, *, scope: str = "risks:read", resource: str = "", kind: str = "access_token"
    ) -> str:
        """The token that a host gets for a person who logs in, or what comes with it."""
        verifier = secrets.token_urlsafe(32)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "client_id": "host",
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": f"openid {scope}",
            "resource": resource or self.url,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "state": "s",
        }
        async with browser() as http:
            address = str(httpx2.URL(f"{self.provider.issuer}/auth", params=query))
            arrived = await walk(http, address, person, until=CALLBACK)
        code = parse_qs(urlsplit(arrived).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": "host"}
        async with browser() as http:
            proof = {"code_verifier": verifier, "resource": resource or self.url}
            answer = await http.post(f"{self.provider.issuer}/token", data={**form, **proof})
        assert answer.status_code == 200, answer.text
        return answer.json()[kind]

    async def machine_token(self) -> str:
        """The token of a program without a person."""
        form = {"grant_type": "client_credentials", "scope": "risks:read", "resource": self.url}
        async with browser() as http:
            answer = await http.post(f"{self.provider.issuer}/token", data=form, auth=("machine", "machine-secret"))
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    @asynccontextmanager
    async def page(self, person: str, *, link: str = "", patience: float = PATIENCE) -> AsyncGenerator["Page"]:
        """The page `/connect` in the browser of a person who has logged in; it waits for so many seconds."""
        async with browser(patience) as http:
            address = link or f"{self.origin}/connect"
            await walk(http, address, person, until=self.origin + "/connect")
            yield Page(self, http, await http.get(address))

    async def connect(self, person: str, token: str) -> "Page":
        """Store a person's refresh token."""
        async with self.page(person) as page:
            assert page.mark, page.answer.text
            values = await page.give(token)
        assert values.answer.status_code == 200, values.answer.text
        return values

    @asynccontextmanager
    async def client(
        self,
        token: str,
        era: str = "2026-07-28",
        *,
        url: str = "",
        door: httpx2.AsyncBaseTransport | None = None,
        **options: Any,
    ) -> AsyncGenerator[Client]:
        """A person's assistant; `door` leads it to a replica in this process."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=PATIENCE, verify=TLS, transport=door) as http,
            Client(streamable_http_client(url or self.url, http_client=http), mode=era, **options) as client,
        ):
            yield client


@dataclass(frozen=True)
class Page:
    """A page of `/connect` as it came."""

    firm: Firm
    http: httpx2.AsyncClient
    answer: httpx2.Response

    @property
    def mark(self) -> str:
        """What shows that a form is of this page."""
        match = re.search(r'name="mark" value="([\w=-]+)"', self.answer.text)
        return match.group(1) if match else ""

    async def post(self, path: str = "", *, origin: str | None = None, **fields: str) -> httpx2.Response:
        """Send a form."""
        headers = {"Origin": self.firm.origin if origin is None else origin}
        return await self.http.post(f"{self.firm.origin}/connect{path}", data=fields, headers=headers)

    async def follow(self, answer: httpx2.Response) -> "Page":
        """The page that the answer to a form leads back to."""
        if answer.status_code == 303:
            answer = await self.http.get(urljoin(str(answer.url), answer.headers["location"]))
        return Page(self.firm, self.http, answer)

    async def send(self, path: str = "", *, origin: str | None = None, **fields: str) -> "Page":
        """Send a form, and see the page that it leads back to."""
        return await self.follow(await self.post(path, origin=origin, **fields))

    async def give(self, token: str) -> "Page":
        """Give a refresh token."""
        return await self.send(mark=self.mark, token=token)


@asynccontextmanager
async def browser(patience: float = PATIENCE) -> AsyncGenerator[httpx2.AsyncClient]:
    """A browser: keeps cookies, and is led by hand; it waits for so many seconds."""
    async with httpx2.AsyncClient(follow_redirects=False, timeout=patience, verify=TLS) as http:
        yield http


async def walk(http: httpx2.AsyncClient, address: str, person: str, *, until: str) -> str:
    """Follow redirects, log in and consent where the provider asks, until an address is reached, whatever its query."""
    for _ in range(20):
        answer = await http.get(address)
        if answer.status_code in {301, 302, 303, 307}:
            address = urljoin(address, answer.headers["location"])
            if address.partition("?")[0] == until:
                return address
            continue
        assert answer.status_code == 200, answer.text
        action = re.search(r'action="([^"]+)"', answer.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        if action is None or prompt is None:
            return address
        form = {"prompt": prompt.group(1), "login": person, "password": "any"}
        answer = await http.post(urljoin(address, action.group(1)), data=form)
        address = urljoin(address, answer.headers["location"])
    raise AssertionError(address)


def replica(firm: Firm, name: str, port: int, variables: dict[str, str]) -> Engine:
    """A process of the server."""
    clean = environment(firm.folder, **variables, WHITESPACE_TEAM_REPLICA=name)
    line = server("serve", "--transport", "streamable-http", "--port", str(port))
    return Engine(
        ["env", "-i", *(f"{key}={value}" for key, value in clean.items()), *line], port, firm.folder / f"{name}.log"
    )


@contextmanager
def firm_with(
    platform: Running, database: str, cache: str | None, folder: Path, changes: Mapping[str, str]
) -> Generator[Firm]:
    """A firm's server, its two replicas behind HAProxy."""
    with around_replicas(platform, folder) as firm, ExitStack() as stack:
        variables = {**team_variables(firm, database, cache), **changes}
        for number, engine in enumerate(firm.replicas):
            firm.replicas[number] = replica(firm, f"r{number}", engine.port, variables)
            stack.callback(firm.replicas[number].stop)
            firm.replicas[number].start()
        wait_until_ready(firm)
        yield firm


@contextmanager
def firm_here(platform: Running, database: str, cache: str, folder: Path, seconds: float) -> Generator[Firm]:
    """The same with replicas in threads of this process, whose calls may take so many seconds."""
    with around_replicas(platform, folder) as firm, ExitStack() as stack:
        for engine in firm.replicas:
            stack.enter_context(listening(application(firm, database, cache, seconds), engine.port))
        wait_until_ready(firm)
        yield firm


@contextmanager
def around_replicas(platform: Running, folder: Path) -> Generator[Firm]:
    """A firm whose two replicas have places and are not there yet."""
    from team.engines import provider  # noqa: PLC0415

    places = [Engine([], free_port(), folder / f"r{number}.log") for number in range(2)]
    for place in places:
        place.log.touch()
    with balancer([place.port for place in places]) as (proxy, port):
        url = f"http://127.0.0.1:{port}/mcp"
        with provider(url, f"http://127.0.0.1:{port}/connect/callback") as identity:
            firm = Firm(url, identity, platform, folder, proxy, places)
            firm.keys.write_text(f"k1 {b64encode(secrets.token_bytes(32)).decode()}\n")
            firm.keys.chmod(0o600)
            yield firm


def application(firm: Firm, database: str, cache: str | None, seconds: float = 60, **changes: str) -> Starlette:
    """A replica of the firm's for this process, whose calls may take so many seconds."""
    team = read_team_settings(team_variables(firm, database, cache) | changes)
    return Replica(settings_for(firm.platform, refresh_token=None, timeout=seconds), team).application()


@contextmanager
def listening(app: Starlette, port: int) -> Generator[None]:
    """An application that answers on loopback, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@asynccontextmanager
async def replica_here(
    firm: Firm, database: str, *, seconds: float = 60, **changes: str
) -> AsyncGenerator[httpx2.AsyncBaseTransport]:
    """The door to another replica of the firm, in this process, without Redis."""
    app = application(firm, database, None, seconds, **changes)
    door = httpx2.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=door) as balancing:
        with anyio.fail_after(PATIENCE):
            while (await balancing.get(f"{firm.origin}/ready")).status_code != 200:
                await anyio.lowlevel.checkpoint()
        yield door


def address_of(replica: Engine) -> str:
    """One replica, without the balancer."""
    return f"http://127.0.0.1:{replica.port}/mcp"


def team_variables(firm: Firm, database: str, cache: str | None) -> dict[str, str]:
    """The configuration of a replica."""
    root = firm.platform.root
    return {
        "WHITESPACE_TEAM": "on",
        "WHITESPACE_TEAM_URL": firm.url,
        "WHITESPACE_TEAM_ISSUER": firm.provider.issuer,
        "WHITESPACE_TEAM_CLIENT_ID": "connect",
        "WHITESPACE_TEAM_CLIENT_SECRET": "connect-secret",
        "WHITESPACE_TEAM_DATABASE": database,
        "WHITESPACE_TEAM_KEYS": str(firm.keys),
        "WHITESPACE_TEAM_CALLS_A_MINUTE": "10000",
        "WHITESPACE_TEAM_CALLS_AT_ONCE": "500",
        "WHITESPACE_ROOT": root,
        "WHITESPACE_BUCKET": firm.platform.platform.bucket,
        "WHITESPACE_LOG_LEVEL": "INFO",
        **({"WHITESPACE_TEAM_REDIS": cache} if cache else {}),
    }


def wait_until_ready(firm: Firm) -> None:
    """Every replica is ready, and the balancer has seen it."""
    end = time.monotonic() + PATIENCE
    addresses = [f"http://127.0.0.1:{engine.port}/ready" for engine in firm.replicas] + [f"{firm.origin}/ready"]
    while not all(_is_ready(address) for address in addresses):
        assert time.monotonic() < end, firm.written()
        time.sleep(0.1)


def _is_ready(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=PATIENCE, verify=TLS).status_code == 200
    except httpx2.HTTPError:
        return False


def secrets_of(*values: Any) -> set[str]:
    """What must be nowhere: the values themselves and their first and last twelve characters."""
    return {part for value in map(str, values) for part in (value, value[:12], value[-12:])}


def renewals(platform: Running) -> int:
    """How many id tokens the platform's login service was asked for."""
    return sum("_oidc_refresh" in request.path for request in platform.platform.requests)


async def counts(client: Client) -> list[int]:
    answer = await ask(client, "get_risks", organisation="all", page_size=0)
    return [each["documents"] for each in answer["organisations"]]


async def until_connected(client: Client) -> None:
    """A replica that has just said "not connected" says so for two seconds more."""
    answers, said = 0, ""
    with anyio.move_on_after(60):
        while answers < 4:
            result = await client.call_tool("list_organisations", {})
            answers = 0 if result.is_error else answers + 1
            said = text_of(result)
            await anyio.sleep(0.3 if result.is_error else 0)
    assert answers == 4, said


async def until_told(client: Client, words: str) -> None:
    """A replica has learnt what happened at another one: it says these words, and answers no more."""
    with anyio.fail_after(30):
        said = ""
        while words not in said:
            said = text_of(await client.call_tool("get_risks", {"organisation": "all", "page_size": 0}))
            await anyio.sleep(0 if words in said else 0.2)


async def until_sharing(firm: Firm) -> None:
    """A replica that missed Redis asks it again only after some seconds."""
    async with browser() as http:
        for engine in firm.replicas:
            figures = ""
            with anyio.fail_after(60):
                while "whitespace_sharing 1.0" not in figures:
                    figures = (await http.get(f"http://127.0.0.1:{engine.port}/metrics")).text
