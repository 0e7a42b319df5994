"""The page `/connect`: whoever has logged in at the firm's provider gives the refresh token once, or takes it back.

It stores into the row of whoever has logged in here, and of nobody else. A link may say for whom it was made: opened by
another person it stores nothing. A form is answered by going back to the page, so that no browser keeps a form with a
token to send again; what the page has to say then travels in a sealed cookie.

Tabs of one browser share its cookies, and may do anything at the same moment: each login, and what each form led to, is
in a cookie of its own name, and a form carries whose it is.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from whitespace_mcp.config.errors import CredentialRefused, WhitespaceError
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.limits import Limits
from whitespace_mcp.team.login import STEP_SECONDS, Cookies, LoginFailed, ProviderLogin, login_name
from whitespace_mcp.team.pages import HEADERS, form, message
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.vault import Vault

logger = logging.getLogger(__name__)

PATH: Final = "/connect"
MOST_TOKEN: Final = 8_192
"""Characters of a refresh token."""
MOST_FORM: Final = 32_768
"""Bytes of a form."""
ATTEMPTS_A_MINUTE: Final = 5
"""Tokens that one person may try."""
MOST_LOGINS: Final = 8
"""Logins of one browser at a time; more cookies than a balancer takes would shut it out."""
_SAID_SECONDS: Final = 60
"""For so long a browser may take to come back to the page after a form."""
_MOST_NAMES: Final = 1_500
"""Bytes of the names in a cookie; browsers keep 4,096 of a whole one."""
_STRANGE: Final = "Your login here was over after ten minutes, or that was no form of this page."

Prover = Callable[[SecretStr], Awaitable[Sequence[str]]]
"""Tries a refresh token once; gives the names of the organisations that it opens, or raises a `WhitespaceError`."""
Changed = Callable[[Person], Awaitable[None]]
"""Is told that a person's login was stored or taken away."""


class ConnectPage:
    """The routes of the page.

    `environment` is the key of the platform environment and its host's name for people; `link_secrets` make the mark of
    a link that was made for one person, the first one makes new ones.
    """

    def __init__(
        self,
        settings: TeamSettings,
        login: ProviderLogin,
        cookies: Cookies,
        vault: Vault,
        *,
        environment: tuple[str, str],
        prove: Prover,
        changed: Changed,
        link_secrets: Sequence[bytes],
    ) -> None:
        self._settings = settings
        self._login = login
        self._cookies = cookies
        self._vault = vault
        self._environment, self._host = environment
        self._prove = prove
        self._changed = changed
        self._secrets = link_secrets
        self._secure = settings.url.startswith("https:")
        self._limits = Limits(ATTEMPTS_A_MINUTE, ATTEMPTS_A_MINUTE)

    def routes(self) -> list[Route]:
        """What the page answers to."""
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(PATH, self.store, methods=["POST"]),
            Route(f"{PATH}/callback", self.back, methods=["GET"]),
            Route(f"{PATH}/disconnect", self.disconnect, methods=["POST"]),
        ]

    def link(self, person: Person) -> str:
        """The address for one person: no secret in it, and nothing that tells who it is."""
        return f"{self._settings.origin}{PATH}?for={_mark(self._secrets[0], person)}"

    async def show(self, request: Request) -> Response:
        """The page; who has not logged in is sent to the firm's provider first."""
        meant = request.query_params.get("for", "")[:64]
        person = self._person(request)
        if person is None:
            return await self._to_provider(request, meant)
        if meant and not any(
            hmac.compare_digest(meant.encode(), _mark(each, person).encode()) for each in self._secrets
        ):
            return message("This link was made for another person. Nothing was stored.", 403)
        said = f"said-{request.query_params.get('said', '')[:16]}"
        values = self._opened(request, said, person) or {}
        words: dict[str, Any] = json.loads(values.get("words", "{}"))
        grant = await self._vault.get(person)
        state = grant.state if grant else None
        mark = self._cookies.seal("form", _whose(person))
        answer = form(mark, state=state, host=self._host, most=MOST_TOKEN, **words)
        if values:
            self._drop(answer, said)
        return answer

    async def back(self, request: Request) -> Response:
        """The person comes back from the provider."""
        name = f"login-{request.query_params.get('state', '')[:22]}"
        began = self._cookies.open(name, request.cookies.get(self._cookie(name)))
        if began is None:
            return message("This login is over, or was begun elsewhere.", 400)
        try:
            subject = await self._login.finish(began["secret"], request.query_params)
        except LoginFailed as failure:
            return message(str(failure), 400)
        back = f"{PATH}?for={quote(began['meant'])}" if began["meant"] else PATH
        answer = RedirectResponse(back, 303, headers=HEADERS)
        self._drop(answer, name)
        self._set(answer, "session", {"issuer": self._settings.issuer, "subject": subject})
        return answer

    async def store(self, request: Request) -> Response:
        """A refresh token is given: it is tried once, and stored if it works."""
        person, fields = await self._posted(request)
        if person is None:
            return message(f"{_STRANGE} Nothing was stored.", 403)
        text = fields.get("token", "").strip()
        if not text or len(text) > MOST_TOKEN:
            return self._page_again(person, problem="That is no refresh token.")
        if self._limits.admit(person):
            return self._page_again(person, problem="Too many attempts. Try again in a minute.")
        try:
            names = await self._prove(SecretStr(text))
        except WhitespaceError as error:
            return self._page_again(person, problem=_problem(error))
        finally:
            self._limits.leave(person)
        await self._vault.put(person, SecretStr(text))
        await self._changed(person)
        logger.info("a login was stored")
        return self._page_again(person, opens=fitting(names))

    async def disconnect(self, request: Request) -> Response:
        """The stored login is removed, here and wherever something was remembered of it."""
        person, _ = await self._posted(request)
        if person is None:
            return message(f"{_STRANGE} Nothing was changed.", 403)
        await self._vault.forget(person)
        await self._changed(person)
        logger.info("a login was removed")
        return self._page_again(person)

    async def _to_provider(self, request: Request, meant: str) -> Response:
        secret = secrets.token_urlsafe(32)
        answer = RedirectResponse(await self._login.begin(secret), 303, headers=HEADERS)
        begun = [name for name in request.cookies if name.startswith(self._cookie("login-"))]
        for name in begun[: max(0, len(begun) + 1 - MOST_LOGINS)]:
            answer.delete_cookie(name, secure=self._secure)  # browsers send the oldest first
        self._set(answer, f"login-{login_name(secret)}", {"secret": secret, "meant": meant})
        return answer

    async def _posted(self, request: Request) -> tuple[Person | None, dict[str, str]]:
        """Who sent a form of ours; nobody where it came from another site or without this session's mark."""
        person = self._person(request)
        if person is None or request.headers.get("origin") != self._settings.origin:
            return None, {}
        if int(request.headers.get("content-length") or MOST_FORM + 1) > MOST_FORM:
            return None, {}
        form = await request.form(max_files=0, max_fields=4, max_part_size=MOST_FORM)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        right = self._cookies.open("form", fields.get("mark")) == _whose(person)
        return (person, fields) if right else (None, {})

    def _page_again(self, person: Person, **words: Any) -> Response:
        """Back to the page, which then says these words: once, and to this person only."""
        number = secrets.token_hex(8)
        answer = RedirectResponse(f"{PATH}?said={number}", 303, headers=HEADERS)
        self._set(answer, f"said-{number}", {**_whose(person), "words": json.dumps(words)}, seconds=_SAID_SECONDS)
        return answer

    def _person(self, request: Request) -> Person | None:
        """Who has logged in in this browser, the last time that somebody did."""
        session = self._cookies.open("session", request.cookies.get(self._cookie("session")))
        return Person(**session, environment=self._environment) if session else None

    def _opened(self, request: Request, purpose: str, person: Person) -> dict[str, str] | None:
        """The values of a cookie, if they are this person's."""
        values = self._cookies.open(purpose, request.cookies.get(self._cookie(purpose)))
        return values if values and _whose(person).items() <= values.items() else None

    def _set(self, answer: Response, purpose: str, values: Mapping[str, str], *, seconds: int = STEP_SECONDS) -> None:
        sealed = self._cookies.seal(purpose, values)
        answer.set_cookie(
            self._cookie(purpose), sealed, max_age=seconds, secure=self._secure, httponly=True, samesite="lax"
        )

    def _drop(self, answer: Response, purpose: str) -> None:
        answer.delete_cookie(self._cookie(purpose), secure=self._secure, httponly=True, samesite="lax")

    def _cookie(self, purpose: str) -> str:
        """A cookie's name; no neighbour of our host can set one of those over TLS."""
        return f"__Host-whitespace-{purpose}" if self._secure else f"whitespace-{purpose}"


def _mark(secret: bytes, person: Person) -> str:
    return hmac.new(secret, b"link\0" + person.context, hashlib.sha256).hexdigest()[:32]


def _whose(person: Person) -> dict[str, str]:
    return {"issuer": person.issuer, "subject": person.subject}


def _problem(error: WhitespaceError) -> str:
    """Why a token was not taken; what can be done about it is another thing here than at one person's server."""
    if isinstance(error, CredentialRefused):
        return (
            f"{error.what}. Copy a new one straight after logging in. A production token does not work on sandbox, nor"
            " the other way round. If a new one fails too, the login service has an outage."
        )
    return f"{error.what}. {error.retry}"


def fitting(names: Sequence[str]) -> list[str]:
    """As many names as fit into a cookie, and how many more there are."""
    sizes = [len(json.dumps(json.dumps(name))) + 2 for name in names]
    shown = [name for number, name in enumerate(names, 1) if sum(sizes[:number]) <= _MOST_NAMES]
    rest = len(names) - len(shown)
    return [*shown, f"and {rest} more"] if rest else shown
