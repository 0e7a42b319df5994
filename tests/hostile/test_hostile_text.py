"""Whatever other parties typed: answers parse, fit their schema, show nothing invisible, and stay small."""

import itertools
import json
import re
import unicodedata
from collections.abc import AsyncGenerator, Generator
from typing import Any, cast

import pytest
from mcp import Client
from mcp.types import TextResourceContents

from hostile.poison import HUGE, MARK, PAYLOADS, PROSE, poisoned
from support.checks import checked
from support.raw import raw_list, raw_read
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.app import INSTRUCTIONS
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.terms.text import clean, clean_lines

BROKER = "CALDERFINCH"
MOST_TOKENS = 5_000
"""Of an answer of which every text is cut off at its limit; payloads have few characters a token."""
DEEP = ("get_risk", "get_lines", "get_wording", "get_data", "get_documents", "get_endorsements", "get_history",
        "get_messages", "get_open_items")  # fmt: skip
COLUMNS = ["expiry", "period", "premium", "order", "placed", "leader", "subjectivities"]
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
SELECTORS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\ufe0f\uffa0\U000e0100\U000e01ef"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, so that the tests can share servers."""
    return "asyncio"


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    with serve(poisoned(Platform(documents=(40, 15)))) as served:
        yield served


@pytest.fixture(scope="module")
async def client(running: Running) -> AsyncGenerator[Client]:
    user_id = running.platform.login.memberships[0].user_id  # the person's name is poisoned as well
    async with client_of(settings_for(running, fresh_seconds=3600, user_id=user_id), "legacy") as connected:
        yield connected


@pytest.fixture(scope="module")
async def careless() -> AsyncGenerator[Client]:
    """A client on a platform where names are clean, and everything that is prose is not."""
    with serve(poisoned(Platform(documents=(40, 15)), keys=PROSE, huge=False)) as served:
        async with client_of(settings_for(served, fresh_seconds=3600)) as connected:
            yield connected


@pytest.fixture(scope="module")
def risks(running: Running) -> list[str]:
    """A few slips of different stages."""
    results: dict[str, str] = {}
    for row in raw_list(running):
        results.setdefault(str(row.get("status") or row.get("Status")), row["id"].partition("::")[0])
    return sorted(set(results.values()))[:6]


def strings(value: Any) -> list[str]:
    """Every text in JSON data, keys included."""
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return [text for key, part in parts.items() for text in [key, *strings(part)]]
    if isinstance(value, list):
        return [text for part in cast("list[Any]", value) for text in strings(part)]
    return [value] if isinstance(value, str) else []


def hidden_in(text: str) -> list[str]:
    """The characters of a text that nobody sees, line ends left out."""
    cs = [c for c in text if c != "\n" and (unicodedata.category(c) in INVISIBLE or c in SELECTORS)]
    return [ascii(character) for character in cs]


def fit_to_be_shown(answer: Any) -> None:
    assert [hidden for text in strings(answer) for hidden in hidden_in(text)] == []
    assert tokens(answer) <= MOST_TOKENS


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("whoami", {}),
        ("list_organisations", {}),
        ("switch_org", {"organisation": BROKER}),
        ("get_risks", {"organisation": "all"}),
        ("get_risks", {"organisation": BROKER, "unit": "document", "sort": "name"}),
        ("summarise_risks", {"organisation": "all", "group_by": ["broker", "contract_type"]}),
        ("summarise_risks", {"organisation": BROKER, "group_by": ["team", "status"]}),
        ("get_risks", {"organisation": BROKER, "show": COLUMNS}),
        ("get_risks", {"organisation": BROKER, "expiry_from": "2000-01-01", "unknown": True, "show": ["expiry"]}),
        ("summarise_risks", {"organisation": "all", "group_by": ["leader", "placed"]}),
        ("summarise_risks", {"organisation": BROKER, "group_by": ["name", "expiry_month"]}),
        ("get_open_items", {"organisation": BROKER}),
        ("get_open_items", {"organisation": BROKER, "carrier": "no such carrier"}),
        ("my_desk", {"organisation": BROKER}),
        ("my_desk", {"organisation": BROKER, "show": "mine"}),
        ("find_people", {"organisation": BROKER, "company": "Marrowgate"}),
        ("find_people", {"organisation": BROKER, "person": "Rosalind"}),
        ("get_history", {"organisation": BROKER, "since": "2020-01-01"}),
    ],
    ids=str,
)
async def test_answers_about_many(client: Client, tool: str, arguments: dict[str, Any]) -> None:
    fit_to_be_shown(await checked(client, tool, **arguments))


@pytest.mark.parametrize("tool", DEEP)
async def test_answers_about_one(client: Client, risks: list[str], tool: str) -> None:
    shown = ""
    for risk in risks:
        answer = await checked(client, tool, organisation=BROKER, risk=risk)
        fit_to_be_shown(answer)
        shown += json.dumps(answer)
    assert MARK in shown, "the poison did not get there, so nothing was tried"


async def test_two_contracts_beside_each_other(client: Client, risks: list[str]) -> None:
    shown = ""
    for risk, other in itertools.pairwise(risks):
        answer = await checked(client, "compare_risks", organisation=BROKER, risk=risk, other=other)
        fit_to_be_shown(answer)
        shown += json.dumps(answer)
    assert MARK in shown


async def test_wording_in_full_and_in_passages(client: Client, risks: list[str]) -> None:
    for risk in risks:
        outline = await checked(client, "get_wording", organisation=BROKER, risk=risk)
        first = [str(entry["index"]) for section in outline["sections"] for entry in section["headings"]][:4]
        fit_to_be_shown(await checked(client, "get_wording", organisation=BROKER, risk=risk, heading=first))
        fit_to_be_shown(await checked(client, "get_wording", organisation=BROKER, risk=risk, search=MARK))


async def test_resources(client: Client, risks: list[str]) -> None:
    for risk in risks:
        for part in ("", "/wording", "/documents"):
            resource = await client.read_resource(f"whitespace://{BROKER}/risks/{risk}{part}")
            assert isinstance(resource.contents[0], TextResourceContents)
            assert hidden_in(resource.contents[0].text) == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_risk", {"risk": "IC00000000"}),
        ("get_risk", {"risk": "B0000NOTHING"}),
        ("get_wording", {"risk": "{risk}", "heading": ["no such heading"]}),
        ("get_wording", {"risk": "{risk}", "section": "no such section"}),
        ("get_lines", {"risk": "{risk}", "section": "no such section"}),
        ("get_data", {"risk": "{risk}", "find": "no such tag"}),
        ("get_endorsements", {"risk": "{risk}", "endorsement": 99}),
        ("get_risks", {"broker": "no such broker"}),
        ("get_risks", {"team": "no such team"}),
        ("get_risks", {"organisation": "no such organisation"}),
        ("switch_org", {"organisation": "no such organisation"}),
    ],
    ids=str,
)
async def test_prose_is_never_in_an_error_and_names_are_short(
    client: Client, careless: Client, risks: list[str], tool: str, arguments: dict[str, Any]
) -> None:
    values = {"organisation": BROKER} | {
        name: value.format(risk=risks[-1]) if isinstance(value, str) else value for name, value in arguments.items()
    }
    said = await refused(careless, tool, **values)
    assert MARK not in said
    named = await refused(client, tool, **values)
    assert hidden_in(named) == []
    assert "\n" not in named
    assert len(named) < 3_000


async def test_several_risks_with_one_umr_are_told_by_short_names() -> None:
    platform = Platform(documents=(10, 3))
    user_id = platform.login.memberships[0].user_id
    for payload in PAYLOADS[:4]:
        platform.add_slip(user_id, name=f"Hull {payload * 3}", umr="B0999SAME")
    with serve(platform) as running:
        async with client_of(settings_for(running)) as client:
            said = await refused(client, "get_risk", organisation=BROKER, risk="B0999SAME")
    assert said.startswith("4 risks match")
    assert hidden_in(said) == []
    assert all(len(name) <= 60 for name in re.findall(r"IC\w+ \((.*?), firm_order", said))
    assert len(said) < 600


async def test_a_name_that_looks_like_ones_own_is_never_chosen() -> None:
    """What is the same to the eye once unseen characters are gone is the same; a letter of another script is not."""
    names = ("C\u0430lderfinch Partners", "CALDERF\u0131NCH", "CALDERF\u04cfNCH", "Calderfinch P\u0251rtners")
    with serve(Platform(documents=(5, 3))) as plain:
        async with client_of(settings_for(plain)) as client:
            for name in names:
                said = await refused(client, "get_risks", organisation=name)
                assert said.startswith("This login has no organisation")
                assert hidden_in(said) == []


async def test_a_team_that_is_called_like_an_organisation_is_none() -> None:
    platform = Platform(documents=(5, 3))
    with serve(platform) as running:
        entries = raw_read(running, "/api/user/myDetails")
        entries["teams"][0]["name"] = "Marrowgate Underwriting"
        user_id = platform.login.memberships[0].user_id
        platform.faults.add("/api/user/myDetails", status=200, body=entries, user_id=user_id, times=None)
        async with client_of(settings_for(running)) as client:
            answer = await ask(client, "get_risks", organisation="Marrowgate Underwriting", page_size=0)
    assert [entry["company_id"] for entry in answer["organisations"]] == ["MARROWGATE"]


async def test_the_instructions_hold_nothing_of_the_platform(client: Client) -> None:
    assert client.instructions == INSTRUCTIONS
    assert MARK not in INSTRUCTIONS


@pytest.mark.parametrize("payload", [*PAYLOADS, HUGE], ids=range(len(PAYLOADS) + 1))
def test_cleaning_leaves_what_can_be_seen(payload: str) -> None:
    for text in (clean(payload, 200), clean_lines(payload, 500)):
        assert hidden_in(text) == []
        assert MARK in text or "Z" in text
        assert len(text) <= 500
