"""The page `/connect`: whose login it stores, by which way back from the provider, and by whose form."""

import re
import secrets
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

import httpx2
from pydantic import SecretStr
from starlette.applications import Starlette

from support.servers import refused
from team.firm import Firm, Page, browser, walk
from team.key_server import key_server
from team.test_verifier import settings
from whitespace_mcp.team.connect import MOST_LOGINS, ConnectPage
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile
from whitespace_mcp.team.login import Cookies, ProviderLogin
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.provider import ProviderKeys
from whitespace_mcp.team.vault import Vault


async def test_a_link_of_another_persons_stores_nothing_in_mine(firm: Firm) -> None:
    async with firm.client(await firm.access_token("mallory")) as client:
        link = re.search(r"http\S+/connect\?for=\w+", await refused(client, "list_organisations"))
    assert link
    assert "mallory" not in link.group()
    async with firm.page("victim", link=link.group()) as page:
        assert page.answer.status_code == 403
        assert "another person" in page.answer.text
        assert page.mark == "", "there is no form to fill in"
    async with firm.page("victim") as page:
        assert "No login is stored" in page.answer.text
    async with firm.page("mallory", link=link.group()) as page:
        assert page.answer.status_code == 200


async def test_forms_of_other_sites_and_replayed_logins_are_refused(firm: Firm, refresh_token: str) -> None:
    async with firm.page("carol") as page:
        for fields, origin in [
            ({"mark": page.mark, "token": refresh_token}, "https://evil.example"),
            ({"mark": page.mark, "token": refresh_token}, "null"),
            ({"mark": "0" * 64, "token": refresh_token}, firm.origin),
            ({"token": refresh_token}, firm.origin),
        ]:
            assert (await page.send(origin=origin, **fields)).answer.status_code == 403
        too_long = await page.send(mark=page.mark, token="A" * 9_000)
        assert "no refresh token" in too_long.answer.text
        huge = await page.send(mark=page.mark, token="A" * 40_000)
        assert huge.answer.status_code == 403
        strict = page.answer.headers
        assert strict["cache-control"] == "no-store"
        assert strict["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in strict["content-security-policy"]
        assert "<script" not in page.answer.text
    async with browser() as http:
        began = await http.get(f"{firm.origin}/connect")
        assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in began.headers.get_list("set-cookie"))
        callback = await walk(http, began.headers["location"], "carol", until=f"{firm.origin}/connect/callback")
        # The address with the code is what a thief would have: in another browser it is worth nothing.
        async with browser() as thief:
            assert (await thief.get(callback)).status_code == 400
            # Nor is it in a login that the thief has begun, whose state stands in place of the other's.
            state = parse_qs(urlsplit((await thief.get(f"{firm.origin}/connect")).headers["location"]).query)["state"][
                0
            ]
            own = re.sub(r"state=[^&]+", f"state={state}", callback)
            assert (await thief.get(own)).status_code == 400
        assert (await http.get(callback)).status_code == 303
        assert (await http.get(callback)).status_code == 400, "a login is good for once"
    async with firm.page("carol") as page:
        assert "No login is stored" in page.answer.text


async def test_two_tabs_do_everything_in_the_same_moment(firm: Firm, refresh_token: str) -> None:
    """What a browser sends at once has the cookies of before; each of its tabs reads what was said to it."""
    address, back = f"{firm.origin}/connect", f"{firm.origin}/connect/callback"
    person = f"tabs {secrets.token_hex(4)}"
    async with browser() as left, browser() as right, browser() as somebody:
        tabs = left, right
        began = [await tab.get(address) for tab in tabs]
        share_cookies(*tabs)
        ways = [await walk(somebody, each.headers["location"], person, until=back) for each in began]
        assert [(await tab.get(way)).status_code for tab, way in zip(tabs, ways, strict=True)] == [303, 303]
        share_cookies(*tabs)
        forms = [Page(firm, tab, await tab.get(address)) for tab in tabs]
        answers = [
            await forms[0].post(mark=forms[0].mark, token=refresh_token),
            await forms[1].post(mark=forms[1].mark, token="no such token"),
        ]
        share_cookies(*tabs)
        pages = [await form.follow(answer) for form, answer in zip(forms, answers, strict=True)]
        assert "Marrowgate" in pages[0].answer.text
        assert "Nothing was stored" in pages[1].answer.text
        assert "Marrowgate" not in pages[1].answer.text
        again = await forms[0].follow(answers[0])
        assert "Marrowgate" not in again.answer.text, "it is said once"


async def test_a_form_counts_for_its_person_only_whoever_has_logged_in_since(firm: Firm) -> None:
    address, back = f"{firm.origin}/connect", f"{firm.origin}/connect/callback"
    async with browser() as http:
        first, second = await http.get(address), await http.get(address)
        await http.get(await walk(http, first.headers["location"], "one person", until=back))
        form = Page(firm, http, await http.get(address))
        said = await form.post(mark=form.mark, token="")
        other = await log_in_elsewhere(firm, second.headers["location"])
        assert (await http.get(other)).status_code == 303
        assert "no refresh token" not in (await form.follow(said)).answer.text, "that was said to another person"
        assert (await form.send("/disconnect", mark=form.mark)).answer.status_code == 403, (
            "it is another person's by now"
        )


async def test_a_browser_keeps_few_logins_that_were_begun(firm: Firm) -> None:
    async with browser() as http:
        for _ in range(MOST_LOGINS + 3):
            await http.get(f"{firm.origin}/connect")
        assert len(http.cookies.jar) == MOST_LOGINS


def share_cookies(*tabs: httpx2.AsyncClient) -> None:
    """Let tabs have each other's cookies; where two have one of the same name, the later one's."""
    cookies = [cookie for tab in tabs for cookie in tab.cookies.jar]
    for tab in tabs:
        tab.cookies.jar.clear()
        for cookie in cookies:
            tab.cookies.jar.set_cookie(cookie)


async def log_in_elsewhere(firm: Firm, address: str) -> str:
    """The way back of a login that was begun in one browser and goes on as somebody else at the provider."""
    async with browser() as http:
        return await walk(http, address, "somebody else", until=f"{firm.origin}/connect/callback")


async def test_a_name_that_no_store_takes_is_nobodys(firm: Firm) -> None:
    async with browser() as http:
        began = await http.get(f"{firm.origin}/connect")
        back = await walk(http, began.headers["location"], "a\0b", until=f"{firm.origin}/connect/callback")
        answer = await http.get(back)
    assert answer.status_code == 400
    assert "does not fit" in answer.text


async def test_a_token_that_does_not_work_is_not_stored(firm: Firm) -> None:
    wrong = "no such token " + secrets.token_hex(20)
    page = await firm.connect("adam", wrong)
    assert "Nothing was stored" in page.answer.text
    assert "does not work" in page.answer.text
    assert wrong not in page.answer.text
    async with firm.page("adam") as page:
        assert "No login is stored for you" in page.answer.text


async def test_what_stands_in_a_header_moves_nothing(firm: Firm) -> None:
    """Not even what a proxy sends twice."""
    headers = [
        (f"X-Forwarded-{name}", value) for name in ("For", "Host", "Proto") for value in ("evil.example", "http")
    ]
    more = [("Forwarded", "host=evil.example;proto=http"), ("X-User", "alice"), ("X-Forwarded-User", "alice")]
    async with browser() as http:
        for path in ("/connect", "/connect/", "/mcp", "/mcp/", "/.well-known/oauth-protected-resource/mcp", "/ready"):
            plain = await http.get(firm.origin + path)
            forged = await http.get(firm.origin + path, headers=[*headers, *more])
            assert forged.status_code == plain.status_code
            assert "evil.example" not in f"{forged.headers}{forged.text}"
            assert forged.headers.get("www-authenticate") == plain.headers.get("www-authenticate")


async def test_while_keys_are_rotated_links_and_cookies_go_on_being_good(
    pool: Database, keys: KeyFile, person: Person
) -> None:
    async def never(*_: object) -> NoReturn:
        raise AssertionError

    with key_server() as provider:
        team = settings(provider.issuer, url="http://localhost/mcp")
        published = ProviderKeys(provider.issuer)
        login = ProviderLogin(team, published)
        cookies = [Cookies(order) for order in ([b"old", b"new"], [b"new", b"old"])]
        pages = [
            ConnectPage(
                team, login, each, Vault(pool, keys), environment=("sandbox", "whitespace.example"),
                prove=never, changed=never, link_secrets=order,
            )
            for each, order in zip(cookies, ([b"old", b"new"], [b"new", b"old"]), strict=True)
        ]  # fmt: skip
        session = cookies[0].seal("session", {"issuer": person.issuer, "subject": person.subject})
        door = httpx2.ASGITransport(Starlette(routes=pages[1].routes()))
        jar = {"whitespace-session": session}
        async with httpx2.AsyncClient(transport=door, cookies=jar) as http:
            answer = await http.get(pages[0].link(person))
        for part in (login, published):
            await part.aclose()
    assert answer.status_code == 200, answer.text
    assert "Give your refresh token" in answer.text


async def test_over_tls_no_neighbour_of_the_host_can_set_the_pages_cookies(keys: KeyFile) -> None:
    async def never(*_: object) -> NoReturn:
        raise AssertionError

    with key_server() as provider:
        team = settings(provider.issuer)
        published = ProviderKeys(provider.issuer)
        login = ProviderLogin(team, published)
        page = ConnectPage(
            team, login, Cookies([b"a secret"]), Vault(Database(SecretStr("")), keys),
            environment=("sandbox", "whitespace.example"), prove=never, changed=never, link_secrets=[b"another"],
        )  # fmt: skip
        door = httpx2.ASGITransport(Starlette(routes=page.routes()))
        async with httpx2.AsyncClient(transport=door, base_url="https://mcp.example") as http:
            answer = await http.get("/connect")
        for part in (login, published):
            await part.aclose()
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
