"""Defined Data, questionnaires and headings as the platform sends them (platform.md 5.7, 5.10)."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from support.clock import FakeClock
from support.depth import ROOT
from support.sessions import error_of, session_of
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.documents import answered_questions, defined_data, mrc_headings, questionnaire
from whitespace_mcp.config.errors import BadAnswer, NotFound
from whitespace_mcp.demo import Running

DOCUMENT = f"{ROOT}::FO"
READS: list[tuple[str, Callable[[Api], Awaitable[Any]]]] = [
    (f"/api/v23.09/data/{DOCUMENT}", lambda api: defined_data(api, DOCUMENT, None, user_id=None)),
    (
        f"/api/v23.09/data/{DOCUMENT}/tagset/ACORDGPM",
        lambda api: defined_data(api, DOCUMENT, "ACORDGPM", user_id=None),
    ),
    (f"/api/v23.09/data/questionnaire/{DOCUMENT}", lambda api: answered_questions(api, DOCUMENT, user_id=None)),
    (f"/api/questionnaire/{DOCUMENT}", lambda api: questionnaire(api, DOCUMENT, user_id=None)),
]


async def answered(running: Running, clock: FakeClock, path: str, document: Any, call: Callable[[Api], Any]) -> Any:
    running.platform.faults.add(path, status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        return await call(session.api)


@pytest.mark.parametrize(("path", "call"), READS, ids=[path for path, _ in READS])
async def test_each_read_asks_for_the_documented_path(
    running: Running, clock: FakeClock, path: str, call: Callable[[Api], Any]
) -> None:
    document: dict[str, Any] = {"metadata": {"documentID": DOCUMENT}, "definedData": [], "questions": []}
    assert await answered(running, clock, path, document, call) == document
    assert running.platform.requests[-1].path == path


@pytest.mark.parametrize(("path", "call"), READS[:3], ids=[path for path, _ in READS[:3]])
async def test_the_data_of_another_risk_is_not_shown(
    running: Running, clock: FakeClock, path: str, call: Callable[[Api], Any]
) -> None:
    document: dict[str, Any] = {
        "metadata": {"documentID": "IC00000000-0000-4000-8000-00000000000B::FO"},
        "definedData": [],
    }
    running.platform.faults.add(path, status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        error = await error_of(lambda: call(session.api))
    assert isinstance(error, NotFound)
    assert "was not shown" in error.what


@pytest.mark.parametrize(("path", "call"), READS, ids=[path for path, _ in READS])
async def test_what_is_no_object_is_an_error(
    running: Running, clock: FakeClock, path: str, call: Callable[[Api], Any]
) -> None:
    running.platform.faults.add(path, status=200, body="[]")
    async with session_of(running, clock) as session:
        assert isinstance(await error_of(lambda: call(session.api)), BadAnswer)


@pytest.mark.parametrize(
    "document", [{"headings": ["UMR", "Insured", "UMR", "", None]}, ["UMR", "Insured", "UMR", 7.5][:3]]
)
async def test_headings_are_listed_once(running: Running, clock: FakeClock, document: Any) -> None:
    result = await answered(
        running, clock, "/api/lookup/headings", document, lambda api: mrc_headings(api, user_id=None)
    )
    assert result == ["UMR", "Insured"]
