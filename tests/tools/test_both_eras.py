"""Each tool answers in the older era of the protocol as in the newer one; most of the others' tests run in one."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.servers import ERAS, ask, client_of, refused, settings_for
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
PASSING = ("as_of", "expires_in_s")
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("whoami", {}),
    ("list_organisations", {}),
    ("get_risks", {"organisation": "all", "stage": ["signed"], "page_size": 3}),
    ("summarise_risks", {"organisation": BROKER, "group_by": ["team", "stage"]}),
    ("my_desk", {"organisation": CARRIER}),
    ("show_book", {"organisation": CARRIER}),
    ("find_people", {"organisation": BROKER, "company": "Tidewell"}),
    *(
        (tool, {"organisation": BROKER})
        for tool in (
            "get_risk", "get_lines", "get_wording", "get_data", "get_documents", "get_endorsements", "get_history",
            "get_messages", "get_open_items", "show_placement", "compare_risks",
        )
    ),
]  # fmt: skip

ONE_RISK = frozenset(tool for tool, _ in QUESTIONS[7:])


def lasting(answer: Any) -> Any:
    """An answer without what is different each second."""
    if isinstance(answer, dict):
        return {key: lasting(value) for key, value in answer.items() if key not in PASSING}  # pyright: ignore[reportUnknownVariableType]
    return [lasting(part) for part in answer] if isinstance(answer, list) else answer  # pyright: ignore[reportUnknownVariableType]


@pytest.fixture(scope="module")
async def clients() -> AsyncGenerator[dict[str, Client]]:
    """Assistants on a small market, one in each era."""
    with serve(Platform(documents=(120, 40))) as running:
        settings = settings_for(running)
        async with client_of(settings, ERAS[0]) as older, client_of(settings, ERAS[1]) as newer:
            yield {ERAS[0]: older, ERAS[1]: newer}


@pytest.fixture(scope="module")
async def signed(clients: dict[str, Client]) -> list[str]:
    """Two signed slips of the broker's."""
    answer = await ask(clients[ERAS[0]], "get_risks", organisation=BROKER, stage=["signed"], page_size=2)
    return [row["id"] for row in answer["risks"]]


@pytest.mark.parametrize(("tool", "arguments"), QUESTIONS, ids=[tool for tool, _ in QUESTIONS])
async def test_an_answer_is_the_same_in_both(
    clients: dict[str, Client], signed: list[str], tool: str, arguments: dict[str, Any]
) -> None:
    about = arguments | ({"risk": signed[0]} if tool in ONE_RISK else {})
    about |= {"other": signed[1]} if tool == "compare_risks" else {}
    older, newer = [lasting(await checked(clients[era], tool, **about)) for era in ERAS]
    assert older == newer


async def test_an_error_is_the_same_in_both(clients: dict[str, Client]) -> None:
    for tool in ONE_RISK:
        about = {"organisation": BROKER, "risk": "B0000NONE"} | (
            {"other": "B0000NONE"} if tool == "compare_risks" else {}
        )
        older, newer = [await refused(clients[era], tool, **about) for era in ERAS]
        assert older == newer


async def test_no_tool_is_forgotten() -> None:
    tools = {tool.name for tool in await build_server(Settings()).list_tools()}
    assert tools - {tool for tool, _ in QUESTIONS} == {"switch_org"}, "which its own tests ask in both"
