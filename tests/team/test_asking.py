"""Questions to the person in the host: to connect first, where it can open a page, and which organisation is meant."""

import re
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, get_args
from urllib.parse import parse_qs, urlsplit

import anyio
from anyio.streams.text import TextReceiveStream
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitRequestURLParams, ElicitResult

from support.servers import ask, refused
from team.engines import ROOT, Engine
from team.firm import Firm, browser, replica_here, walk


class Host:
    """A host whose user is asked, and what it was asked."""

    def __init__(self, answer: Callable[[ElicitRequestParams], Awaitable[ElicitResult]]) -> None:
        self.asked: list[Any] = []
        self._answer = answer

    async def __call__(self, _context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params)
        return await self._answer(params)


Action = Literal["accept", "decline", "cancel"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
"""To accept means that the page was opened, not that anything was given there."""


def says(action: Action) -> Host:
    async def answer(_params: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action=action)

    return Host(answer)


async def test_where_the_host_can_open_a_page_the_person_connects_there_and_the_answer_comes(firm: Firm) -> None:
    async def connect(params: ElicitRequestParams) -> ElicitResult:
        assert isinstance(params, ElicitRequestURLParams)
        async with firm.page("hal", link=params.url) as page:
            values = await page.give(firm.platform.platform.login.refresh_token or "")
        assert "Calderfinch Partners" in values.answer.text
        return ElicitResult(action="accept")

    host = Host(connect)
    token = await firm.access_token("hal")
    async with firm.client(token, elicitation_callback=host) as client:
        answer = await ask(client, "list_organisations")
        await ask(client, "whoami")
    assert len(answer["organisations"]) == 2
    assert [params.mode for params in host.asked] == ["url"]
    assert re.fullmatch(rf"{firm.origin}/connect\?for=\w+", host.asked[0].url)
    assert "hal" not in host.asked[0].url
    assert "refresh token" in host.asked[0].message


async def test_who_does_not_connect_gets_the_link_and_is_asked_once(firm: Firm, migrated: str) -> None:
    token = await firm.access_token("ian")
    async with replica_here(firm, migrated, seconds=4) as door:
        for action in ACTIONS:
            host = says(action)
            async with firm.client(token, door=door, elicitation_callback=host) as client:
                words = await refused(client, "list_organisations")
            assert "not connected" in words, action
            assert f"{firm.origin}/connect?for=" in words, action
            assert len(host.asked) == 1, action


async def test_other_hosts_get_the_link_in_the_answer(firm: Firm) -> None:
    host = says("accept")
    token = await firm.access_token("joy")
    async with firm.client(token) as plain, firm.client(token, "legacy", elicitation_callback=host) as older:
        for client in (plain, older):
            assert f"{firm.origin}/connect?for=" in await refused(client, "list_organisations")
    assert host.asked == [], "an older host's request does not say what it can do"


async def test_a_question_may_be_answered_at_another_replica(firm: Firm) -> None:
    async def choose(params: ElicitRequestParams) -> ElicitResult:
        assert params.mode == "form"
        return ElicitResult(action="accept", content={"organisation": "MARROWGATE"})

    await firm.connect("kim", firm.platform.platform.login.refresh_token or "")
    async with firm.client(await firm.access_token("kim"), elicitation_callback=Host(choose)) as client:
        for _ in range(3):  # the balancer takes turns: each question and its answer go to different replicas
            answer = await ask(client, "get_risks", page_size=0)
            assert [each["company_id"] for each in answer["organisations"]] == ["MARROWGATE"]


async def test_a_host_that_logs_in_by_itself_needs_the_address_only(firm: Firm) -> None:
    await firm.connect("lea", firm.platform.platform.login.refresh_token or "")
    line = [sys.executable, str(ROOT / "deploy/trial/ask.py"), firm.url]
    async with await anyio.open_process(line, stderr=None) as host, browser() as http:
        assert host.stdout is not None
        said = TextReceiveStream(host.stdout)
        address = (await said.receive()).split("browser: ")[1].strip()
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        await http.get(await walk(http, address, "lea", until=back))
        answer = "".join([part async for part in said])
    assert host.returncode == 0
    assert "Calderfinch Partners: " in answer
    assert " firm_order" in answer


async def test_while_the_store_of_logins_is_away_the_page_says_so(firm: Firm, database: tuple[Engine, str]) -> None:
    async with firm.page("moe") as page:
        with database[0].gone():
            seen = await page.http.get(f"{firm.origin}/connect")
            values = await page.give(firm.platform.platform.login.refresh_token or "")
        for answer in (seen, values.answer):
            assert answer.status_code == 503
            assert "The store of logins of this server does not answer" in answer.text
        assert "Connected" in (await page.give(firm.platform.platform.login.refresh_token or "")).answer.text
