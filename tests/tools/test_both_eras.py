"""Each tool answers in the older era of the protocol as in the newer one; most of the others' tests run in one."""

from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.servers import ERAS, refused
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings

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
    ("compare_risks", {"organisation": BROKER, "risk": "IC0180A779", "other": "ICB325698C"}),
    *(
        (tool, {"organisation": BROKER})
        for tool in (
            "get_risk", "get_lines", "get_wording", "get_data", "get_documents", "get_endorsements", "get_history",
            "get_messages", "get_open_items", "show_placement",
        )
    ),
]  # fmt: skip

ONE_RISK = frozenset(tool for tool, _ in QUESTIONS[8:])


def lasting(answer: Any) -> Any:
    """An answer without what is different each second."""
    if isinstance(answer, dict):
        return {key: lasting(value) for key, value in answer.items() if key not in PASSING}  # pyright: ignore[reportUnknownVariableType]
    return [lasting(part) for part in answer] if isinstance(answer, list) else answer  # pyright: ignore[reportUnknownVariableType]


@pytest.fixture
def risk(raw: list[list[dict[str, Any]]]) -> str:
    """A signed slip of the broker's."""
    return next(row["id"] for row in raw[0] if row["id"].endswith("::SIGNED")).partition("::")[0]


@pytest.mark.parametrize(("tool", "arguments"), QUESTIONS, ids=[tool for tool, _ in QUESTIONS])
async def test_an_answer_is_the_same_in_both(
    clients: dict[str, Client], risk: str, tool: str, arguments: dict[str, Any]
) -> None:
    about = arguments | ({"risk": risk} if tool in ONE_RISK else {})
    older, newer = [lasting(await checked(clients[era], tool, **about)) for era in ERAS]
    assert older == newer


async def test_an_error_is_the_same_in_both(clients: dict[str, Client]) -> None:
    for tool in ONE_RISK:
        older, newer = [await refused(clients[era], tool, organisation=BROKER, risk="B0000NONE") for era in ERAS]
        assert older == newer


async def test_no_tool_is_forgotten() -> None:
    tools = {tool.name for tool in await build_server(Settings()).list_tools()}
    assert tools - {tool for tool, _ in QUESTIONS} == {"switch_org"}, "which its own tests ask in both"
