"""What each tool asks of the platform, on both sides, once organisations, lists and directory are known.

The same as docs/tools.md says in words.
"""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from mcp import Client

from support.raw import raw_list
from support.servers import ask, client_of, settings_for
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
SHARED = "ICD0C727B8"
"""A signed slip that both see."""


@pytest.fixture(scope="module")
def counting() -> Any:
    """A platform that nobody else asks."""
    with serve(Platform(documents=(300, 100))) as running:
        yield running


@pytest.fixture(scope="module")
async def asking(counting: Running) -> AsyncGenerator[Client]:
    """An assistant that knows everything which is kept."""
    async with client_of(settings_for(counting, extra_reads=True)) as client:
        await ask(client, "get_risks", organisation="all", page_size=0)
        await ask(client, "find_people", organisation=BROKER, company=CARRIER)
        yield client


CALLS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("whoami", {}, ["version"]),
    ("list_organisations", {}, []),
    ("get_risks", {}, []),
    ("summarise_risks", {"group_by": ["stage"]}, []),
    ("get_risk", {"risk": SHARED}, ["risks", "overview", "owner", "labels", "documents", "endorsements"]),
    ("get_lines", {"risk": SHARED}, ["risks", "overview"]),
    ("get_open_items", {"risk": SHARED}, ["risks", "overview", "documents", "endorsements"]),
    ("get_wording", {"risk": SHARED, "section": "RiskDetails"}, ["risks"]),
    ("compare_risks", {"risk": SHARED, "other": SHARED}, ["risks", "risks"]),
    ("get_endorsements", {"risk": SHARED}, ["endorsements", "risks", "activities"]),
    ("get_history", {"risk": SHARED}, ["activities"]),
    ("get_history", {"activity": ["Line Written", "Quoted"]}, ["activities", "activities"]),
    ("get_messages", {"risk": SHARED}, ["risks", "risks"]),
    ("get_messages", {"risk": SHARED, "internal": True}, ["overview"]),
    ("get_documents", {"risk": SHARED}, ["attachments"]),
    ("get_data", {"risk": SHARED}, ["v23.09"]),
    ("get_data", {"risk": SHARED, "what": "questionnaire"}, ["v23.09", "questionnaire"]),
    ("get_data", {"what": "headings"}, ["lookup"]),
    ("my_desk", {}, ["summary"]),
    ("my_desk", {"show": "pinned"}, ["summary"]),
    ("find_people", {"person": "Quenby"}, []),
    ("read_platform", {"operation": "owners", "risk": SHARED}, ["owner"]),
]


@pytest.mark.parametrize("organisation", [BROKER, CARRIER])
@pytest.mark.parametrize(("tool", "arguments", "expected"), CALLS)
async def test_a_tool_asks_what_the_page_says(
    counting: Running, asking: Client, tool: str, arguments: dict[str, Any], expected: list[str], organisation: str
) -> None:
    own = {} if tool in {"whoami", "list_organisations"} else {"organisation": organisation}
    before = len(counting.platform.requests)
    await ask(asking, tool, **arguments, **own)
    requests = counting.platform.requests[before:]
    assert sorted(seen.path.removeprefix("/api/").split("/")[0] for seen in requests) == sorted(expected)
    assert {seen.user_id for seen in requests if "version" not in seen.path} <= {
        member.user_id for member in counting.platform.login.memberships if member.company_id == organisation
    }


async def test_what_changed_costs_a_page_of_summaries_and_one_more_for_each_slip_shown(
    counting: Running, asking: Client
) -> None:
    before = len(counting.platform.requests)
    answer = await ask(asking, "get_history", organisation=BROKER, since="2026-11-19")
    paths = [seen.path.removeprefix("/api/").split("/")[0] for seen in counting.platform.requests[before:]]
    assert sorted(paths) == ["activities"] * len(answer["entries"]) + ["summary"]


async def test_a_quote_costs_one_more_each_and_no_more_than_six(counting: Running, asking: Client) -> None:
    roots = {row["id"].partition("::")[0] for row in raw_list(counting) if "::UQ" in row["id"]}
    for root in sorted(roots)[:8]:
        before = len(counting.platform.requests)
        answer = await ask(asking, "get_lines", organisation=BROKER, risk=root, quotes=True)
        shown = len(answer["in_no_total"]["quotes"])
        assert len(counting.platform.requests) - before == 2 + shown
        assert shown <= 6
