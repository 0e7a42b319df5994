"""Thousands of mixed questions on a token that ends every few seconds: `python -m benchmarks.soak`.

The same question must get the same answer each time, about the organisation that it named, and memory must not grow.
With `--changing` a slip is edited after every so many calls: then an answer must be about its organisation, and at the
end every question must get the answer that a new server gives.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import anyio
from mcp import Client
from mcp.types import TextContent

from benchmarks.market import market
from whitespace_mcp.app import build_server

FLAT: Final = 1.10
"""How much memory may be used at the end, of what was used when a quarter of the calls had been made."""
_MOVING: Final = ("as_of", "expires_in_s", "state", "previous")
"""Keys whose values are of their moment."""


@dataclass(frozen=True)
class Ask:
    """One question: the tool, its arguments, and the organisation that the answer must be about, if one."""

    tool: str
    arguments: dict[str, Any]
    company_id: str | None = None

    @property
    def name(self) -> str:
        return f"{self.tool} {json.dumps(self.arguments, sort_keys=True)}"


@dataclass
class Soak:
    """What became of the calls.

    Attributes:
        wrong: answers that differ from the first one to the same question, or are about another organisation.
        failed: what calls that failed were told.
        memory: resident bytes after each quarter of the calls.
        renewals: how often a token was asked for.
    """

    calls: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    memory: list[int] = field(default_factory=list[int])
    renewals: int = 0

    @property
    def growth(self) -> float:
        return self.memory[-1] / self.memory[0]


async def questions(client: Client, company_ids: list[str]) -> list[Ask]:
    """Mixed questions about each organisation and both, on risks that are in its list."""
    calls = [
        Ask("list_organisations", {}),
        Ask("get_risks", {"organisation": "all", "page_size": 0}),
        Ask("summarise_risks", {"organisation": "all", "group_by": ["organisation", "stage"]}),
    ]
    for company_id in company_ids:
        own: dict[str, Any] = {"organisation": company_id}
        page: Any = (await client.call_tool("get_risks", own | {"page_size": 5})).structured_content
        calls += [
            Ask("get_risks", own | more, company_id)
            for more in (
                {}, {"stage": ["firm order"]}, {"name": "a", "sort": "name"}, {"unit": "document", "page_size": 50},
                {"waiting": True, "show": ["waiting"]}, {"cursor": page["next_cursor"], "page_size": 20},
            )
        ]  # fmt: skip
        calls += [Ask("summarise_risks", own | {"group_by": key}, company_id) for key in ("broker", "inception_month")]
        calls += [Ask("my_desk", own, company_id)]
        for row in page["risks"][:5]:
            calls += [Ask(tool, own | {"risk": row["id"]}, company_id) for tool in ("get_risk", "get_lines")]
    return calls


async def soak(
    client: Client,
    company_ids: list[str],
    *,
    calls: int,
    callers: int,
    called: Callable[[int], Awaitable[None]] | None = None,
    changing: bool = False,
) -> Soak:
    """Ask questions in random order, many at a time.

    Args:
        client: of a server with a login in these organisations.
        company_ids: theirs.
        calls: how many questions.
        callers: how many at a time.
        called: is told how many were answered, after each.
        changing: whether the market changes meanwhile, so that answers may differ.
    """
    asks = await questions(client, company_ids)
    answers: dict[str, Any] = {}
    done = Soak()
    order = random.Random(1)  # noqa: S311  # the same mix each time
    began = time.perf_counter()

    async def caller() -> None:
        while done.calls < calls:
            done.calls += 1
            number, ask = done.calls, order.choice(asks)
            result = await client.call_tool(ask.tool, ask.arguments)
            content = result.content[0]
            assert isinstance(content, TextContent)
            if result.is_error:
                done.failed.append(f"{ask.name}: {content.text}")
            else:
                answer = _still(json.loads(content.text))
                about = _companies(answer)
                same = changing or answers.setdefault(ask.name, answer) == answer
                if not same or (ask.company_id and about != {ask.company_id}):
                    done.wrong.append(ask.name)
            if number % max(1, calls // 4) == 0:
                done.memory.append(_resident())
            if called is not None:
                await called(number)

    async with anyio.create_task_group() as tasks:
        for _ in range(callers):
            tasks.start_soon(caller)
    done.seconds = time.perf_counter() - began
    return done


def _still(value: Any) -> Any:
    """An answer without what is of its moment."""
    if isinstance(value, dict):
        return {key: _still(part) for key, part in cast("dict[str, Any]", value).items() if key not in _MOVING}
    return [_still(part) for part in cast("list[Any]", value)] if isinstance(value, list) else value


def _companies(answer: dict[str, Any]) -> set[str]:
    """The company ids that an answer says it is about."""
    named = [*answer.get("organisations", []), *([answer["organisation"]] if "organisation" in answer else [])]
    return {organisation["company_id"] for organisation in named}


def _resident() -> int:
    """Resident bytes of this process; 0 where that is not to be seen."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


async def differing(own: Client, other: Client, company_ids: list[str]) -> list[str]:
    """Questions that two servers answer differently."""
    differences: list[str] = []
    for ask in await questions(own, company_ids):
        texts = [(await client.call_tool(ask.tool, ask.arguments)).content[0] for client in (own, other)]
        first, second = (_still(json.loads(text.text)) for text in texts if isinstance(text, TextContent))
        if first != second:
            differences.append(f"{ask.name}: not as a new server has it")
    return differences


async def _main(calls: int, callers: int, lifetime: float, changing: int) -> Soak:
    with market(1_528, 439, lifetime_s=lifetime) as served:
        settings = served.settings().model_copy(update={"fresh_seconds": 2.0})

        async def tell(number: int) -> None:
            if number % 1_000 == 0:
                print(f"{number:,} calls, {_resident() / 1e6:,.0f} MB, {served.renewals()} renewals", flush=True)
            if changing and number % changing == 0:
                served.change()

        async with Client(build_server(settings)) as client:
            done = await soak(
                client, served.company_ids, calls=calls, callers=callers, called=tell, changing=changing > 0
            )
            if changing:
                await anyio.sleep(settings.fresh_seconds)
                async with Client(build_server(settings)) as new:
                    done.wrong += await differing(client, new, served.company_ids)
        done.renewals = served.renewals()
        return done


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--callers", type=int, default=8, help="how many at a time")
    parser.add_argument("--lifetime", type=float, default=5.0, help="seconds that a token lasts")
    parser.add_argument("--changing", type=int, default=0, help="after how many calls a slip is edited; 0 for never")
    given = parser.parse_args()
    done = anyio.run(_main, given.calls, given.callers, given.lifetime, given.changing)
    for trouble in (*done.wrong[:20], *done.failed[:20]):
        print(trouble)
    quarters = ", ".join(f"{resident / 1e6:,.0f}" for resident in done.memory)
    print(f"{done.calls:,} calls in {done.seconds:,.0f} s with {done.renewals} renewals:")
    print(f"{len(done.wrong)} wrong answers, {len(done.failed)} failed calls;")
    print(f"resident memory after each quarter {quarters} MB (x {done.growth:.2f}).")
    sys.exit(bool(done.wrong or done.failed or done.growth > FLAT))


if __name__ == "__main__":
    main()
