"""Walking through pages of `get_risks`, as an assistant does."""

import json
from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
QUESTION: dict[str, Any] = {"organisation": BROKER, "stage": ["signed"], "page_size": 10}


@pytest.mark.parametrize("organisation", [BROKER, "all"])
@pytest.mark.parametrize("sort", ["newest", "oldest", "name", "umr"])
async def test_every_slip_comes_once_whatever_the_order(client: Client, organisation: str, sort: str) -> None:
    seen: list[tuple[str, str]] = []
    more: dict[str, Any] = {}
    for size in (7, 33, *[100] * 15):
        answer = await ask(client, "get_risks", organisation=organisation, sort=sort, page_size=size, **more)
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        assert len(text) <= 20_000
        wanted = min(size, answer["matched"] - len(seen))
        assert len(answer["risks"]) == wanted or (len(answer["risks"]) < wanted and len(text) > 17_000)
        seen += [(row.get("organisation", ""), row["id"]) for row in answer["risks"]]
        if "next_cursor" not in answer:
            break
        assert len(answer["next_cursor"]) <= 30
        more = {"cursor": answer["next_cursor"]}
    assert len(seen) == len(set(seen)) == answer["matched"]  # pyright: ignore[reportPossiblyUnboundVariable]


@pytest.mark.parametrize("unit", ["slip", "document"])
@pytest.mark.parametrize("organisation", [BROKER, CARRIER, "all"])
async def test_a_page_of_no_stated_size_has_twenty_rows(client: Client, organisation: str, unit: str) -> None:
    question: dict[str, Any] = {"organisation": organisation, "unit": unit}
    answer = await ask(client, "get_risks", **question)
    assert len(answer["risks"]) == 20
    assert answer == await ask(client, "get_risks", **question, page_size=20)


async def test_a_page_of_twenty_slips_keeps_its_budget(client: Client) -> None:
    assert tokens(await ask(client, "get_risks", organisation=BROKER)) <= 1_700


async def test_a_last_page_that_is_just_full_has_no_cursor(client: Client) -> None:
    few = {**QUESTION, "stage": ["bindable"]}
    matched = (await ask(client, "get_risks", **few))["matched"]
    assert matched <= 60
    answer = await checked(client, "get_risks", **{**few, "page_size": matched})
    assert len(answer["risks"]) == matched
    assert "next_cursor" not in answer


@pytest.mark.parametrize(
    "change",
    [{"stage": ["draft"]}, {"organisation": CARRIER}, {"organisation": "all"}, {"sort": "name"}, {"unit": "document"},
     {"name": "acorn"}, {"broker": "hexworthy"}, {"team": "Marine"}, {"updated_since": "2026-01-01"}],
)  # fmt: skip
async def test_a_cursor_needs_the_same_question(client: Client, change: dict[str, Any]) -> None:
    cursor = (await ask(client, "get_risks", **QUESTION))["next_cursor"]
    said = await refused(client, "get_risks", **{**QUESTION, "cursor": cursor, **change})
    assert "Argument 'cursor' belongs to another question" in said
    assert "only page_size may differ" in said


async def test_the_same_question_in_other_words_is_the_same(client: Client) -> None:
    cursor = (await ask(client, "get_risks", **QUESTION))["next_cursor"]
    other = {"organisation": "Calderfinch Partners", "stage": "Signed", "page_size": 3, "cursor": cursor}
    assert len((await ask(client, "get_risks", **other))["risks"]) == 3


async def test_the_order_and_the_spelling_of_words_do_not_make_another_question(client: Client) -> None:
    arguments = {"organisation": "CALDERFINCH", "stage": ["signed", "firm_order"], "team": "marine", "page_size": 3}
    first = await ask(client, "get_risks", **arguments)
    other = {**arguments, "stage": ["Firm Order", "SIGNED"], "team": "Marine", "cursor": first["next_cursor"]}
    assert (await ask(client, "get_risks", **other))["risks"]


async def test_what_is_no_cursor_is_refused(client: Client) -> None:
    for cursor in ("nonsense", "!", "AAAA", "é" * 10):
        said = await refused(client, "get_risks", **QUESTION, cursor=cursor)
        assert "Argument 'cursor'" in said
        assert cursor not in said.replace("'cursor'", "")


async def test_a_cursor_survives_a_restart_of_the_server(small: Running, era: str) -> None:
    async with client_of(settings_for(small), era) as before:
        first = await ask(before, "get_risks", organisation="all", page_size=10)
        whole = await ask(before, "get_risks", organisation="all", page_size=20)
    async with client_of(settings_for(small), era) as after:
        second = await ask(after, "get_risks", organisation="all", page_size=10, cursor=first["next_cursor"])
    assert first["risks"] + second["risks"] == whole["risks"]


async def test_a_cursor_outlives_its_process_and_the_demos_address(small: Running) -> None:
    with serve(Platform(documents=(300, 100))) as other:
        assert other.root != small.root
        async with client_of(settings_for(small)) as client, client_of(settings_for(other)) as two:
            first = await ask(client, "get_risks", **QUESTION)
            second = await ask(client, "get_risks", **QUESTION, cursor=first["next_cursor"])
            assert (await ask(two, "get_risks", **QUESTION, cursor=first["next_cursor"]))["risks"] == second["risks"]


async def test_a_list_that_moved_between_two_pages_shows_nothing_twice(running: Running, era: str) -> None:
    platform = running.platform
    user_id = platform.login.memberships[0].user_id
    async with client_of(settings_for(running, fresh_seconds=0), era) as client:
        question = {"organisation": BROKER, "page_size": 10}
        first = await ask(client, "get_risks", **question)
        whole = await ask(client, "get_risks", organisation=BROKER, page_size=30)
        shown = [row["id"] for row in first["risks"]]
        root = next(r for r in platform.roots(user_id) if r.replace("-", "").startswith(shown[-1]))
        platform.touch(root, user_id)  # the last row jumps to the top
        platform.add_slip(user_id, stage="draft")
        second = await ask(client, "get_risks", **question, cursor=first["next_cursor"])
    ids = [row["id"] for row in second["risks"]]
    expected = [row["id"] for row in whole["risks"]]
    assert len(ids) == 10
    assert len(set(ids) & set(shown)) <= 1, "at most the one that was pushed over the edge by the new slip"
    assert set(ids) <= set(expected)
