"""Defined Data, questionnaires and headings as the platform sends them (platform.md 5.7, 5.10)."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from support.clock import FakeClock
from support.depth import ROOT
from support.sessions import error_of, session_of
from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import answered_questions, defined_data, mrc_headings, questionnaire
from whitespace_mcp.config.errors import BadAnswer, NotFound
from whitespace_mcp.demo import Running
from whitespace_mcp.documents.visibility import Side

DOCUMENT = f"{ROOT}::FO"
SIDE = Side("acorn", "MU1")
READS: list[tuple[str, Callable[[OrganisationApi], Awaitable[Any]]]] = [
    (f"/api/v23.09/data/{DOCUMENT}", lambda api: defined_data(api, DOCUMENT, None)),
    (
        f"/api/v23.09/data/{DOCUMENT}/tagset/ACORDGPM",
        lambda api: defined_data(api, DOCUMENT, "ACORDGPM"),
    ),
    (f"/api/v23.09/data/questionnaire/{DOCUMENT}", lambda api: answered_questions(api, DOCUMENT)),
    (f"/api/questionnaire/{DOCUMENT}", lambda api: questionnaire(api, DOCUMENT)),
]


async def answered(
    running: Running, clock: FakeClock, path: str, document: Any, call: Callable[[OrganisationApi], Any]
) -> Any:
    running.platform.faults.add(path, status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        return await call(OrganisationApi(session.api, SIDE, None))


@pytest.mark.parametrize(("path", "call"), READS, ids=[path for path, _ in READS])
async def test_each_read_asks_for_the_documented_path(
    running: Running, clock: FakeClock, path: str, call: Callable[[OrganisationApi], Any]
) -> None:
    document: dict[str, Any] = {"metadata": {"documentID": DOCUMENT}, "definedData": [], "questions": []}
    assert await answered(running, clock, path, document, call) == document
    assert running.platform.requests[-1].path == path


@pytest.mark.parametrize(("path", "call"), READS[:3], ids=[path for path, _ in READS[:3]])
async def test_the_data_of_another_risk_is_not_shown(
    running: Running, clock: FakeClock, path: str, call: Callable[[OrganisationApi], Any]
) -> None:
    document: dict[str, Any] = {
        "metadata": {"documentID": "IC00000000-0000-4000-8000-00000000000B::FO"},
        "definedData": [],
    }
    running.platform.faults.add(path, status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        error = await error_of(lambda: call(OrganisationApi(session.api, SIDE, None)))
    assert isinstance(error, NotFound)
    assert "was not shown" in error.what


@pytest.mark.parametrize(("path", "call"), READS, ids=[path for path, _ in READS])
async def test_what_is_no_object_is_an_error(
    running: Running, clock: FakeClock, path: str, call: Callable[[OrganisationApi], Any]
) -> None:
    running.platform.faults.add(path, status=200, body="[]")
    async with session_of(running, clock) as session:
        assert isinstance(await error_of(lambda: call(OrganisationApi(session.api, SIDE, None))), BadAnswer)


@pytest.mark.parametrize(
    "document", [{"headings": ["UMR", "Insured", "UMR", "", None]}, ["UMR", "Insured", "UMR", 7.5][:3]]
)
async def test_headings_are_listed_once(running: Running, clock: FakeClock, document: Any) -> None:
    result = await answered(running, clock, "/api/lookup/headings", document, mrc_headings)
    assert result == ["UMR", "Insured"]
