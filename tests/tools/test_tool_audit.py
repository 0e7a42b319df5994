"""The audit trail as calls make it: who, what and how much, on disk before the answer, and not a word of content."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp.types import ElicitResult, ResourceTemplateReference

from support.raw import raw_list
from support.servers import ask, client_of, refused, settings_for
from support.sessions import arrived, until
from support.setups import everything_under
from support.slips import root_of, short_of
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.telemetry.audit.trail import Trail
from whitespace_mcp.telemetry.audit.verify import verify

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture(scope="module")
def small() -> Any:
    """A small market."""
    with serve(Platform(documents=(60, 30))) as running:
        yield running


@asynccontextmanager
async def audited(running: Running, folder: Path, era: str, **more: Any) -> AsyncGenerator[Client]:
    """A client of a server that keeps a trail in `folder`."""
    async with client_of(settings_for(running, audit=folder), era, **more) as client:
        yield client


def calls_in(folder: Path) -> list[dict[str, Any]]:
    """The lines of the calls, in order; the chain must be whole."""
    assert not list(folder.glob("*.jsonl")) or verify(folder).intact
    lines = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    return [line for line in lines if "event" not in line]


async def test_every_call_leaves_one_line_that_names_organisation_and_slips(
    small: Running, era: str, tmp_path: Path
) -> None:
    rows = raw_list(small)
    root = root_of(rows[0]["id"])
    mu = small.platform.login.memberships[0].user_id
    async with audited(small, tmp_path, era) as client:
        page = await ask(client, "get_risks", organisation=BROKER, page_size=5)
        await ask(client, "get_lines", organisation=BROKER, risk=root)
        await client.read_resource(f"whitespace://{BROKER}/risks/{short_of(root)}/wording")
        await ask(client, "whoami")
        await refused(client, "get_risk", organisation=BROKER, risk="IC00000000")
        await refused(client, "no_such_tool_canary")
    listing, lines, wording, me, missing, unknown = calls_in(tmp_path)
    assert listing["tool"] == "get_risks"
    assert listing["organisations"] == [{"id": mu, "company_id": BROKER}]
    assert {root[:10] for root in listing["roots"]} == {row["id"] for row in page["risks"]}
    assert set(listing["roots"]) <= set(small.platform.roots(mu)), "whole roots, not the short ids of the answer"
    assert (listing["outcome"], listing["requests"] >= 2, listing["answer_bytes"] > 200) == ("ok", True, True)
    assert listing["platform_bytes"] > 5_000
    assert lines["roots"] == [root]
    assert (wording["resource"], wording["roots"]) == ("whitespace://{organisation}/risks/{risk}/wording", [root])
    assert wording["outcome"] == "ok"
    assert (me["organisations"], me["roots"], me["outcome"]) == ([], [], "ok")
    assert (missing["outcome"], missing["error"], missing["roots"]) == ("error", "NotFound", [])
    assert (unknown["tool"], unknown["error"]) == ("(unknown)", "WhitespaceError")


async def test_a_line_names_the_trace_that_the_client_is_in(small: Running, era: str, tmp_path: Path) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with audited(small, tmp_path, era) as client:
        for parent in (f"00-{trace}-00f067aa0ba902b7-01", "00-canary-canary-01"):
            await client.call_tool("whoami", {}, meta={"traceparent": parent})
    lines = calls_in(tmp_path)
    assert lines[0]["trace"] == trace
    assert "canary" not in str(lines)


async def test_a_line_names_exactly_the_organisations_of_the_answer(small: Running, era: str, tmp_path: Path) -> None:
    async with audited(small, tmp_path, era) as client:
        both = await ask(client, "get_risks", organisation="all", page_size=0)
        await ask(client, "switch_org", organisation=CARRIER)
        await ask(client, "get_risks", page_size=0)
    first, second, third = (
        {organisation["company_id"] for organisation in call["organisations"]} for call in calls_in(tmp_path)
    )
    assert first == {organisation["company_id"] for organisation in both["organisations"]} == {BROKER, CARRIER}
    assert second == third == {CARRIER}


async def test_no_argument_text_or_content_is_in_it(small: Running, era: str, tmp_path: Path) -> None:
    root = root_of(raw_list(small)[0]["id"])
    async with audited(small, tmp_path, era) as client:
        await ask(client, "get_risks", organisation=BROKER, name="canary-name")
        shown = await ask(client, "get_risks", organisation=BROKER, page_size=20)
        await refused(client, "get_risk", organisation="canary-organisation", risk=root)
        await refused(client, "get_risk", organisation=BROKER, risk="canary-risk")
        await refused(client, "get_risk", organisation=BROKER, risk="ICcanary::risk")
        await refused(client, "get_risk", organisation=BROKER, risk=root, nme="canary-argument")
        with pytest.raises(MCPError):
            await client.read_resource(f"whitespace://canary-place/risks/{root}")
        with pytest.raises(MCPError):
            await client.read_resource("whitespace://canary")
        await ask(client, "get_wording", organisation=BROKER, risk=root, search="insured")
        template = ResourceTemplateReference(type="ref/resource", uri="whitespace://{organisation}/risks/{risk}")
        await client.complete(template, {"name": "risk", "value": "canary"}, {"organisation": BROKER})
        await client.complete(template, {"name": "canary", "value": "canary"})
    text = everything_under(tmp_path)
    assert len(calls_in(tmp_path)) == 11
    assert "canary" not in text.lower()
    for row in shown["risks"]:
        assert not any(row[key] in text for key in ("umr", "name", "broker") if key in row)
    keys = {key for call in calls_in(tmp_path) for key in call}
    assert keys - {"trace"} == {
        "seq", "time", "tool", "resource", "completion", "organisations", "roots", "outcome", "error", "answer_bytes",
        "platform_bytes", "requests", "ms", "prev",
    }  # fmt: skip


async def test_the_line_is_on_disk_before_the_answer_leaves(
    small: Running, era: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    append: Callable[[Trail, Any], None] = Trail.append

    def noted(trail: Trail, entry: Any) -> None:
        append(trail, entry)
        events.append(f"kept {entry['tool']}")

    monkeypatch.setattr(Trail, "append", noted)
    async with audited(small, tmp_path, era) as client:
        await ask(client, "whoami")
        events.append("answer")
    assert events == ["kept whoami", "answer"]


async def test_without_a_trail_that_can_be_written_nothing_is_asked_and_nothing_answered(
    small: Running, era: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    before = len(small.platform.requests)
    async with audited(small, tmp_path / "file" / "trail", era) as client:
        said = await refused(client, "get_risks", organisation=BROKER)
        with pytest.raises(MCPError, match="cannot be recorded"):
            await client.read_resource(f"whitespace://{BROKER}/risks/IC00000000")
        template = ResourceTemplateReference(type="ref/resource", uri="whitespace://{organisation}/risks/{risk}")
        with pytest.raises(MCPError, match="cannot be recorded"):
            await client.complete(template, {"name": "organisation", "value": ""})
    assert said.startswith("This call cannot be recorded in the audit trail, so its answer is withheld.")
    assert "WHITESPACE_AUDIT" in said
    assert str(tmp_path) not in said
    assert len(small.platform.requests) == before


async def test_an_answer_whose_line_cannot_be_written_is_withheld(
    small: Running, era: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with audited(small, tmp_path, era) as client:
        await ask(client, "whoami")
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", _full)
            said = await refused(client, "get_risks", organisation=BROKER)
            assert "withheld" in said
            assert "withheld" in await refused(client, "get_risk", organisation=BROKER, risk="IC00000000")
        await ask(client, "get_risks", organisation=BROKER)
    assert [call["tool"] for call in calls_in(tmp_path)] == ["whoami", "get_risks"]


async def test_a_call_that_its_client_gives_up_is_recorded_as_cancelled(
    small: Running, era: str, tmp_path: Path
) -> None:
    hold = small.platform.faults.hold("/api/risks", times=None)
    try:
        async with audited(small, tmp_path, era) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, "get_risks", {"organisation": BROKER})
                await arrived(hold)
                tasks.cancel_scope.cancel()
            await until(lambda: calls_in(tmp_path))
    finally:
        small.platform.faults.clear()
    (call,) = calls_in(tmp_path)
    assert (call["tool"], call["outcome"]) == ("get_risks", "cancelled")


async def test_a_question_to_the_user_is_part_of_the_record(small: Running, era: str, tmp_path: Path) -> None:
    async def choose(_context: Any, _parameters: Any) -> ElicitResult:
        return ElicitResult(action="accept", content={"organisation": CARRIER})

    async with audited(small, tmp_path, era, elicitation_callback=choose) as client:
        await ask(client, "get_risks", page_size=0)
    outcomes = [call["outcome"] for call in calls_in(tmp_path)]
    assert outcomes in (["ok"], ["asked", "ok"]), "one line for each time that the tool was called"
    assert calls_in(tmp_path)[-1]["organisations"][0]["company_id"] == CARRIER


async def test_many_calls_at_once_keep_one_chain(small: Running, era: str, tmp_path: Path) -> None:
    async with audited(small, tmp_path, era) as client, anyio.create_task_group() as tasks:
        for company in [BROKER, CARRIER] * 10:
            tasks.start_soon(lambda company=company: ask(client, "get_risks", organisation=company, page_size=3))
    calls = calls_in(tmp_path)
    assert len(calls) == 20
    for mu, company in ((membership.user_id, membership.company_id) for membership in small.platform.login.memberships):
        own = [call for call in calls if call["organisations"] == [{"id": mu, "company_id": company}]]
        assert len(own) == 10
        assert set().union(*(call["roots"] for call in own)) <= set(small.platform.roots(mu))


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
