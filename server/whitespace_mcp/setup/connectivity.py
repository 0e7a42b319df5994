"""What the doctor finds out at the platform: is it there, is it the platform, does the login work, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2

from whitespace_mcp.api.connection import open_client
from whitespace_mcp.api.failures import media_of, transport_failure
from whitespace_mcp.api.identity import platform_version
from whitespace_mcp.api.reads import VERSION
from whitespace_mcp.config.errors import WhitespaceError, in_seconds, listed
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.portfolio.portfolio import Portfolios
from whitespace_mcp.portfolio.selection import View
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.organisations import allows
from whitespace_mcp.session.session import Session, open_session
from whitespace_mcp.setup.checks import Check, failed
from whitespace_mcp.setup.terminal import progress

_PROBES: Final = 3
_PROBE_SECONDS: Final = 10.0
_SLOW_SECONDS: Final = 2.0
_SKEW: Final = timedelta(minutes=5)
_AT_THE_ADDRESS: Final = ("address", "content type", "clock", "latency")
_OF_A_LOGIN: Final = ("credential", "organisations")
_ADDRESS: Final = "Check WHITESPACE_ROOT, and WHITESPACE_API_URL if it is set; then the network and the proxy."


@dataclass(frozen=True)
class _Probe:
    """One anonymous answer of the platform, headers only."""

    status: int
    media: str
    date: str
    seconds: float
    at: datetime


async def platform_checks(settings: Settings, clock: Clock) -> list[Check]:
    """All of them, as far as they go: what depends on something that failed is skipped."""
    if settings.problems:
        return [Check(name, "skipped", "the configuration cannot be used") for name in (*_AT_THE_ADDRESS, *_OF_A_LOGIN)]
    progress(f"Asking {settings.host}")
    checks = await address_checks(settings, clock)
    if checks[1].verdict == "skipped":
        return [*checks, *_not_reached(settings, _OF_A_LOGIN)]
    async with open_session(settings, clock) as session:
        if checks[0].verdict == "ok":
            checks[0] = await _with_version(session)
        return [*checks, *await _login(session)]


async def address_checks(settings: Settings, clock: Clock) -> list[Check]:
    """Whether the platform is there, without any login."""
    probes = await _probe(settings, clock)
    if isinstance(probes, WhitespaceError):
        address = Check("address", "failed", f"{probes.what} at {settings.host}", _ADDRESS)
        return [address, *_not_reached(settings, _AT_THE_ADDRESS[1:])]
    status = probes[0].status
    answers = Check("address", "ok", f"{settings.host} answers")
    if status != 200:
        answers = Check("address", "failed", f"{settings.host} answers {status} to {VERSION.template}", _ADDRESS)
    return [answers, _content_type(probes[0]), _clock(probes[-1]), _latency(probes)]


def _not_reached(settings: Settings, names: Sequence[str]) -> list[Check]:
    return [Check(name, "skipped", f"{settings.host} was not reached") for name in names]


async def _probe(settings: Settings, clock: Clock) -> list[_Probe] | WhitespaceError:
    """A few `GET /version`; the first one pays for the connection."""
    probes: list[_Probe] = []
    try:
        async with open_client(settings.environment.api_url, timeout=min(settings.timeout, _PROBE_SECONDS)) as http:
            for _ in range(_PROBES):
                began = clock.monotonic()
                async with http.stream(VERSION.method, settings.environment.api_url + VERSION.path()) as response:
                    seconds = clock.monotonic() - began
                    media = media_of(response.headers)
                    date = response.headers.get("Date", "")
                    probes.append(_Probe(response.status_code, media, date, seconds, clock.now()))
    except WhitespaceError as error:
        return error
    except httpx2.HTTPError as error:
        return transport_failure(error, "the platform")
    return probes


async def _with_version(session: Session) -> Check:
    try:
        number = await platform_version(session.api)
    except WhitespaceError as error:
        return failed("address", error)
    spoken = f", platform version {number}" if number else ""
    return Check("address", "ok", f"{session.settings.host} answers{spoken}")


def _content_type(probe: _Probe) -> Check:
    if probe.media.endswith("json"):
        return Check("content type", "ok", probe.media)
    reason = f"{probe.media or 'none'} instead of JSON: what answers is not the platform's API"
    return Check("content type", "failed", reason, _ADDRESS)


def _clock(probe: _Probe) -> Check:
    try:
        skew = abs(parsedate_to_datetime(probe.date) - probe.at)
    except (TypeError, ValueError):
        return Check("clock", "skipped", "the platform does not tell its time")
    if skew > _SKEW:
        return Check(
            "clock", "warning", f"this computer's clock is {_spoken(skew.total_seconds())} off the platform's",
            "Switch on automatic time in the system's settings: dates and 'as of' in answers come from it.",
        )  # fmt: skip
    return Check("clock", "ok", f"within {_spoken(max(1.0, skew.total_seconds()))} of the platform's")


def _latency(probes: list[_Probe]) -> Check:
    usual = sorted(probe.seconds for probe in probes)[len(probes) // 2]
    text = f"{usual * 1000:.0f} ms an answer, {probes[0].seconds * 1000:.0f} ms with the connection"
    if usual > _SLOW_SECONDS:
        remedy = "Expect slow answers; try another network, or without the VPN or proxy."
        return Check("latency", "warning", text, remedy)
    return Check("latency", "ok", text)


async def _login(session: Session) -> list[Check]:
    """The credential, the organisations, and what each of them gives."""
    progress("Trying the credential")
    problem = await session.token_cache.problem()
    if problem is not None:
        return [failed("credential", problem), Check("organisations", "skipped", "the credential does not work")]
    progress("Looking for the organisations")
    try:
        organisations = await session.organisations.all(refresh=True)
        default = await session.organisations.default()
    except WhitespaceError as error:
        return [_credential(session), failed("organisations", error)]
    counted = await _counted(session, [organisation for organisation in organisations if organisation.live])
    rows = [row for organisation in organisations for row in _organisation(organisation, counted)]
    return [_credential(session), _organisations(session, organisations, default), *rows]


def _credential(session: Session) -> Check:
    kind = session.token_cache.kind.replace("_", " ")
    left = session.token_cache.expires_in
    text = f"{kind} accepted" + (f"; its id token lives {_spoken(left)} more and is renewed by itself" if left else "")
    return Check("credential", "ok", text)


def _organisations(session: Session, organisations: tuple[Organisation, ...], default: Organisation | None) -> Check:
    user = f" of {session.organisations.user}" if session.organisations.user else ""
    names = ", ".join(organisation.company_id for organisation in organisations)
    usual = f"default {default.company_id}" if default else "no default: each question names its own"
    if session.settings.user_id and default is None and not session.settings.require_organisation:
        return Check(
            "organisations", "warning", f"{names}{user}; the default that is configured is not among them",
            "Correct or remove WHITESPACE_USER_ID, or log in again and choose another.",
        )  # fmt: skip
    limit = session.settings.organisations
    idle = [word for word in limit if not any(allows(word, each, organisations) for each in organisations)]
    if idle:
        return Check(
            "organisations", "warning",
            f"{names}{user}; WHITESPACE_ORGANISATIONS also names {listed(idle)}, which this login does not have",
            "Write company ids as list_organisations gives them.",
        )  # fmt: skip
    return Check("organisations", "ok", f"{names}{user}; {usual}")


async def _counted(session: Session, live: list[Organisation]) -> dict[str, View | WhitespaceError]:
    if not live:
        return {}
    progress(f"Reading the risks of {', '.join(organisation.company_id for organisation in live)}")
    try:
        views = await Portfolios(session).views(live, refresh=True)
    except WhitespaceError as error:  # none of them could be read
        return {organisation.id: error for organisation in live}
    return {organisation.id: view for organisation, view in views}


def _organisation(organisation: Organisation, counted: dict[str, View | WhitespaceError]) -> list[Check]:
    """The rights in one organisation, and the risks that it lists."""
    rights, risks = f"rights {organisation.company_id}", f"risks {organisation.company_id}"
    state = organisation.state or "state unknown"
    if not organisation.live:
        remedy = f"Ask the administrator of {organisation.name}, or Whitespace Support."
        return [Check(rights, "warning", f"the membership is {state}, so nothing can be read", remedy)]
    teams = ", ".join(team.name for team in organisation.teams) or "none"
    role = Check(rights, "ok", f"{organisation.role or 'role unknown'}, {state}; teams: {teams}")
    view = counted[organisation.id]
    if isinstance(view, WhitespaceError):
        return [role, failed(risks, view)]
    text = f"{view.book.slips} slips, {view.book.documents} documents"
    if not view.book.documents:
        remedy = "If there should be some, ask which teams and channels you have."
        return [role, Check(risks, "warning", text, remedy)]
    unused = f"; {view.book.skipped} could not be used" if view.book.skipped else ""
    return [role, Check(risks, "ok", text + unused)]


def _spoken(seconds: float) -> str:
    """A length of time as people say it."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length * 1.5:
            return f"{seconds / length:.0f} {unit}s"
    return in_seconds(seconds)
