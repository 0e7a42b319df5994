"""One replica as an ASGI application: health, metrics, the page `/connect`, and `/mcp` behind the gate."""

import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final, cast

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from whitespace_mcp.app import build_server
from whitespace_mcp.config.environment import AddressedSecret
from whitespace_mcp.config.errors import NotConfigured, Unavailable, WhitespaceError, explain
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.mcp_layer.ids import RefusesUnreadable
from whitespace_mcp.runtime.clock import Clock, SystemClock
from whitespace_mcp.session.credential import RefreshToken
from whitespace_mcp.session.session import open_session
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.connect import ConnectPage
from whitespace_mcp.team.credential import TeamCredential
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.drain import Drain, DrainingServer
from whitespace_mcp.team.everybody import Everybody
from whitespace_mcp.team.gate import guarded, metadata_routes
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.limits import Limits
from whitespace_mcp.team.login import Cookies, ProviderLogin
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.pages import message
from whitespace_mcp.team.people import LOOK_PATIENCE, People
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.provider import KEPT_SECONDS, ProviderKeys
from whitespace_mcp.team.shared import Shared, open_redis
from whitespace_mcp.team.trail import TeamTrail
from whitespace_mcp.team.upstream import Upstream
from whitespace_mcp.team.vault import Vault
from whitespace_mcp.team.verifier import Verifier

logger = logging.getLogger(__name__)

AT_ONCE: Final = 5_000
"""Connections: those on which nobody asks anything now count too, and everybody's host keeps one."""
KEEP_ALIVE_SECONDS: Final = 75
"""For so long a connection may be idle: longer than balancers keep theirs, or one that is just closing loses a call."""
NOBODYS: Final = (
    "refresh_token",
    "service_token",
    "stored_token",
    "user_id",
    "user_name",
    "downloads",
    "cache_folder",
)
"""Settings of a single person's server that a team's leaves alone: whose login, and what is kept on this machine."""
MOST_BODY: Final = 1_000_000
_AGAIN_SECONDS: Final = 2.0
"""How often a provider is asked that has not answered yet."""


class Replica:
    """One process of the team's server; whatever credential the settings of the platform hold is not used.

    Raises:
        NotConfigured: the platform's settings, or the file of keys, cannot be used.
    """

    def __init__(self, settings: Settings, team: TeamSettings, clock: Clock | None = None) -> None:
        if settings.problems:
            raise NotConfigured(f"The configuration cannot be used: {'; '.join(settings.problems)}")
        self._settings = settings.model_copy(update=dict.fromkeys(NOBODYS, None) | {"cache": "memory"})
        self._team = team
        self._clock = clock or SystemClock()
        self._drain: Drain | None = None
        self._obstacle = ""
        self._prepared = False
        self._counting = anyio.Lock()
        keys = read_keys(team.keys)
        key_file = KeyFile(keys)
        self._secrets = {
            name: [_derived(key, name) for key in keys.values()] for name in ("shared", "cookies", "links", "questions")
        }
        self._metrics = Metrics()
        self._trail = TeamTrail(settings.audit, team, keys, settings.host, self._clock.now)
        self._database = Database(team.database)
        self._vault = Vault(self._database, key_file)
        self._shared = Shared(open_redis(team.redis), key_file, self._secrets["shared"][0], self._clock)
        self._metrics.sharing.set_function(lambda: self._shared.reachable)
        self._metrics.ready.set_function(self._is_ready)
        self._provider_keys = ProviderKeys(team.issuer, self._clock.monotonic)
        self._login = ProviderLogin(team, self._provider_keys)
        limits = Limits(team.calls_a_minute, team.calls_at_once)
        self._upstream = Upstream(settings.environment, team.requests_at_once, answered=self._metrics.answered)
        self._metrics.running.set_function(lambda: self._upstream.running)
        self._metrics.waiting.set_function(lambda: self._upstream.waiting)
        self._people = People(
            self._credential_of,
            self._login_of,
            self._settings,
            self._clock,
            limits=limits,
            metrics=self._metrics,
            upstream=self._upstream,
            most_bytes=team.memory * 1_000_000,
        )
        self._connect = ConnectPage(
            team,
            self._login,
            Cookies(self._secrets["cookies"]),
            self._vault,
            environment=(self._settings.environment.key(), self._settings.host),
            prove=self._prove,
            changed=self._changed,
            link_secrets=self._secrets["links"],
        )

    def application(self) -> Starlette:
        """The application; its lifespan opens and closes everything that the replica holds."""
        everybody = Everybody(self._people, self._settings.environment, self._trail, self._metrics)
        server = build_server(self._settings, self._clock, everybody, state_keys=self._secrets["questions"])
        inner = server.streamable_http_app(
            streamable_http_path="/mcp",
            json_response=True,
            stateless_http=True,
            max_request_body_size=MOST_BODY,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
            async with AsyncExitStack() as stack:
                for part in (self._shared, self._login, self._provider_keys, self._upstream):
                    stack.push_async_callback(part.aclose)
                await stack.enter_async_context(self._database)
                await stack.enter_async_context(self._people.open())
                tasks = await stack.enter_async_context(anyio.create_task_group())
                stack.callback(tasks.cancel_scope.cancel)
                tasks.start_soon(self._meet_the_provider)
                await stack.enter_async_context(inner.router.lifespan_context(inner))
                yield

        tokens = self._metrics.refused_tokens
        verifier = Verifier(self._team, self._provider_keys, refused=lambda reason: tokens.labels(reason).inc())
        return Starlette(
            routes=[
                Route("/health", self._health),
                Route("/ready", self._ready),
                Route("/metrics", self._figures),
                *self._connect.routes(),
                *metadata_routes(self._team),
                Mount(
                    "/", guarded(RefusesUnreadable(inner, MOST_BODY), self._team, verifier, self._metrics.limited.inc)
                ),
            ],
            lifespan=lifespan,
            exception_handlers={WhitespaceError: _in_words},
        )

    def listen(self, host: str, port: int) -> None:
        """Answer until told to stop, and end then; see `drain`."""
        drain = self._drain = Drain(self._team.drain, self._clock.monotonic)
        config = uvicorn.Config(
            self.application(),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=AT_ONCE,
            timeout_graceful_shutdown=drain.seconds,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            ws="none",
        )
        anyio.run(DrainingServer(config, drain).serve)

    def _credential_of(self, person: Person) -> TeamCredential:
        return TeamCredential(
            person,
            self._settings.environment,
            self._vault,
            self._shared,
            self._clock,
            timeout=self._settings.timeout,
            link=self._connect.link(person),
            lost=partial(self._trail.note, "refused", self._trail.who(person.issuer, person.subject)),
            metrics=self._metrics,
            transport=self._upstream.transport(),
        )

    async def _login_of(self, person: Person) -> str:
        """What tells a stored login from others of the same person; empty where there is none."""
        grant = await self._vault.get(person)
        return grant.login if grant else ""

    async def _prove(self, token: SecretStr) -> Sequence[str]:
        """The organisations that a token opens, by asking once."""
        secret = AddressedSecret(self._settings.environment, token)
        failure: WhitespaceError | None = None
        names: list[str] = []
        way = self._upstream.transport()
        credential = RefreshToken(secret, self._clock, timeout=self._settings.timeout, transport=way)
        async with open_session(self._settings, self._clock, credential=credential, transport=way) as session:
            try:
                with anyio.fail_after(self._settings.timeout):
                    names = [organisation.name for organisation in await session.organisations.all()]
            except WhitespaceError as error:
                failure = error  # raised outside of the session, whose task group would wrap it
            except TimeoutError:
                failure = Unavailable(f"{self._settings.host} does not answer", retry="Try again in a minute.")
        await credential.aclose()
        if failure is not None:
            raise failure
        return names

    async def _changed(self, person: Person) -> None:
        event = "connected" if await self._login_of(person) else "disconnected"
        await self._trail.note(event, self._trail.who(person.issuer, person.subject))
        await self._shared.forget(person)
        await self._people.forget(person)

    async def _meet_the_provider(self) -> None:
        """Read the provider's keys: until it answers once again and again, and then every few minutes."""
        while True:
            obstacle = ""
            try:
                await self._provider_keys.read()
            except Unavailable as error:
                obstacle = error.what
            self._note(obstacle)
            await self._clock.sleep(KEPT_SECONDS if self._provider_keys.seen else _AGAIN_SECONDS)

    def _note(self, obstacle: str) -> None:
        """Log why calls cannot be answered, or soon cannot be, once until it is another reason."""
        if obstacle not in {"", self._obstacle}:
            logger.warning("%s: %s", "ready all the same" if self._prepared else "not ready", obstacle)
        self._obstacle = obstacle

    async def _health(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _request: Request) -> Response:
        """Whether calls can be answered: the keys of the provider and a database that is up to date were seen.

        What all replicas share is no reason to take one of them out later: it would take out all of them, and with them
        everybody who can still be answered.
        """
        if self._provider_keys.seen and not self._prepared:
            obstacle = await self._vault.obstacle()
            self._note(obstacle)
            self._prepared = not obstacle
        ready = self._is_ready()
        return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)

    def _is_ready(self) -> bool:
        return self._prepared and not (self._drain is not None and self._drain.begun)

    async def _figures(self, _request: Request) -> Response:
        if not self._counting.statistics().locked:  # whoever asks at the same moment has the figure of before
            async with self._counting:
                self._metrics.stored(await self._states())
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    async def _states(self) -> Counter[str]:
        """How many logins are stored by state; nothing where the store does not say so soon enough."""
        states: Counter[str] = Counter()
        try:
            with anyio.fail_after(LOOK_PATIENCE):
                for (state, _), number in (await self._vault.counts()).items():
                    states[state] += number
        except (Unavailable, TimeoutError):
            pass
        return states


async def _in_words(_request: Request, error: Exception) -> Response:
    """What somebody at the page reads when a part behind it is gone."""
    return message(explain(cast("WhitespaceError", error)), 503)


def _derived(key: bytes, purpose: str) -> bytes:
    """A secret for one purpose, the same in all replicas."""
    return hmac.new(key, b"whitespace-mcp team " + purpose.encode(), hashlib.sha256).digest()
