"""A firm at work: many people connected, some of them active, for a simulated hour: `make firm ARGS="--people 5000"`.

Real parts on loopback: PostgreSQL, Redis, HAProxy, replicas of the server, the demo platform; access tokens are signed
by a provider of two pages, since a thousand logins in a browser are another test's matter. With `--speed 10` people ask
ten times as often as they would, and tokens and lists grow old ten times as fast. Every answer is held against what the
person may see, and afterwards every secret is looked for in whatever was written down.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import anyio
import httpx2
from mcp import Client
from mcp.types import TextContent

from support.web import TLS
from team.simulated import Parts, Person, parts
from team.traces import Trace, found_in

QUESTIONS: Final[tuple[tuple[str, dict[str, Any], int], ...]] = (
    ("list_organisations", {}, 1),
    ("get_risks", {"page_size": 0}, 4),
    ("get_risks", {"page_size": 5}, 3),
    ("summarise_risks", {"group_by": "stage"}, 2),
    ("get_risk", {}, 2),
)
"""Tool, arguments besides the organisation, and how often it is asked in proportion."""
STAY_MINUTES: Final = 15.0
"""How long somebody goes on asking, on average, before somebody else begins."""
SAMPLE_SECONDS: Final = 2.0
RUNNING_BYTES: Final = 150_000
"""What a small session may take beyond what all may: it is not let go while its call is running."""


@dataclass(frozen=True)
class Plan:
    """What is simulated.

    Attributes:
        people: with a stored login; `active`: of them at a time.
        minutes: of the firm's time; `speed`: how many of them pass in a minute.
        calls: of an active person in an hour of the firm's time.
        memory: megabytes for the people of a replica.
        documents: of the demo platform's two large organisations.
        replicas: processes of the server.
    """

    people: int = 5_000
    active: int = 200
    minutes: float = 60.0
    speed: float = 10.0
    calls: float = 30.0
    memory: int = 96
    documents: tuple[int, int] = (300, 120)
    replicas: int = 2


@dataclass
class Report:
    """What became of it; it is good if nothing of `wrong`, `failed` and `traces` happened and memory stayed bounded."""

    plan: Plan
    calls: Counter[str] = field(default_factory=Counter[str])
    askers: set[str] = field(default_factory=set[str])
    wrong: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    traces: list[Trace] = field(default_factory=list[Trace])
    seconds: float = 0.0
    took: list[float] = field(default_factory=list[float])
    held: int = 0
    resident: list[int] = field(default_factory=list[int])
    renewals: int = 0
    searched: dict[str, int] = field(default_factory=dict[str, int])
    secrets: int = 0
    audited: int = 0

    @property
    def good(self) -> bool:
        """Whether everything was as it has to be."""
        bounded = self.held <= self.plan.memory * 1_000_000 + self.plan.active * RUNNING_BYTES
        return bounded and self.audited >= self.calls.total() and not (self.wrong or self.failed or self.traces)

    def lines(self) -> Iterator[str]:
        """What is printed."""
        plan, slow = self.plan, sorted(self.took)
        yield (
            f"{plan.people:,} people connected, {plan.active} active at a time, {len(self.askers):,} in all;"
            f" {plan.minutes:g} minutes at {plan.speed:g} times the speed in {self.seconds:,.0f} s;"
            f" {plan.replicas} replicas"
        )
        yield (
            f"{self.calls.total():,} calls ({self.calls.total() / self.seconds:.1f} a second):"
            f" {', '.join(f'{count:,} {tool}' for tool, count in self.calls.most_common())}"
        )
        half, most = slow[len(slow) // 2], slow[len(slow) * 95 // 100]
        yield f"half answered within {half * 1000:,.0f} ms, 95% within {most * 1000:,.0f} ms"
        yield f"{len(self.wrong)} answers about another person or organisation, {len(self.failed)} failed calls"
        yield f"{self.renewals:,} id tokens asked for; {self.audited:,} lines in the audit trail"
        places = ", ".join(f"{name} {size / 1e3:,.0f} kB" for name, size in self.searched.items())
        yield f"{len(self.traces)} traces of {self.secrets:,} secrets in {places}"
        yield (
            f"people's memory at most {self.held / 1e6:,.1f} of {plan.memory} MB in a replica;"
            f" a process {', '.join(f'{size / 1e6:,.0f}' for size in self.resident)} MB at most"
        )


async def simulate(plan: Plan, folder: Path) -> Report:
    """Let the firm work."""
    report = Report(plan)
    with ExitStack() as stack:
        firm = stack.enter_context(parts(plan.people, plan.documents, plan.replicas, plan.memory, plan.speed, folder))
        await firm.store_everybody()
        expected = await firm.expected()
        began = time.monotonic()
        end = began + plan.minutes * 60 / plan.speed
        chance = random.Random(1)  # noqa: S311  # the same people each time
        waiting = firm.people[:]
        chance.shuffle(waiting)
        desks = _Desks(waiting)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_watch, firm, report, end)
            for number in range(plan.active):
                work = _Work(firm, report, expected, random.Random(number), end)  # noqa: S311
                tasks.start_soon(work.run, desks)
        report.seconds = time.monotonic() - began
        report.renewals, texts, secrets = await firm.written()
        report.audited = firm.audited()
        report.searched = {name: len(text) for name, text in texts.items()}
        report.secrets = len(secrets)
        report.traces = found_in(texts, secrets)
    return report


class _Desks:
    """Who begins next."""

    def __init__(self, waiting: list[Person]) -> None:
        self._waiting = waiting

    def next(self) -> Person:
        """Somebody who is not at work; they come back in turn."""
        return self._waiting.pop(0)

    def leave(self, person: Person) -> None:
        """Somebody stops asking."""
        self._waiting.append(person)


class _Work:
    """A desk at which one person after another asks until the end."""

    def __init__(
        self, firm: Parts, report: Report, expected: dict[tuple[int, str], int], chance: random.Random, end: float
    ) -> None:
        self._firm = firm
        self._report = report
        self._expected = expected
        self._chance = chance
        self._end = end
        self._risks: dict[str, str] = {}

    async def run(self, desks: _Desks) -> None:
        """Ask until the end."""
        plan = self._report.plan
        await anyio.sleep(self._chance.uniform(0, min(12.0, plan.minutes * 60 / plan.speed / 3)))
        while time.monotonic() < self._end:
            person = desks.next()
            leaves = time.monotonic() + self._chance.expovariate(plan.speed / (STAY_MINUTES * 60))
            self._report.askers.add(person.subject)
            self._risks = {}
            async with self._firm.host(person) as client:
                while time.monotonic() < min(self._end, leaves):
                    await self._ask(client, person)
                    pause = self._chance.expovariate(plan.calls * plan.speed / 3_600)
                    await anyio.sleep(max(0, min(pause, self._end - time.monotonic())))
            desks.leave(person)

    async def _ask(self, client: Client, person: Person) -> None:
        tool, arguments, _ = self._chance.choices(QUESTIONS, [weight for _, _, weight in QUESTIONS])[0]
        user_id, company = self._chance.choice(sorted(person.organisations.items()))
        about = arguments if tool == "list_organisations" else {"organisation": company, **arguments}
        if tool == "get_risk":
            if company not in self._risks:
                tool, about = "get_risks", {"organisation": company, "page_size": 5}
            else:
                about = {**about, "risk": self._risks[company]}
        began = time.monotonic()
        result = await client.call_tool(tool, about)
        self._report.took.append(time.monotonic() - began)
        self._report.calls[tool] += 1
        if result.is_error:
            content = result.content[0]
            self._report.failed.append(f"{tool}: {content.text if isinstance(content, TextContent) else content}")
            return
        answer: dict[str, Any] = result.structured_content or {}
        meant = person.organisations if tool == "list_organisations" else {user_id: company}
        for problem in self._problems(answer, person, meant):
            self._report.wrong.append(f"{person.subject} {tool} {json.dumps(about)}: {problem}")
        if answer.get("risks"):
            self._risks[company] = answer["risks"][0]["id"]

    def _problems(self, answer: dict[str, Any], person: Person, meant: dict[str, str]) -> Iterator[str]:
        """What an answer says that is not this person's."""
        named = [*answer.get("organisations", []), *([answer["organisation"]] if "organisation" in answer else [])]
        said = {each["id"]: each["company_id"] for each in named}
        if said != meant:
            yield f"it is about {said}"
        if answer.get("user", person.name) != person.name:
            yield f"it is for {answer['user']}"
        for each in named:
            right = self._expected[person.desk, each["company_id"]]
            if each.get("documents", right) != right:
                yield f"{each['documents']} documents of {right}"


async def _watch(firm: Parts, report: Report, end: float) -> None:
    """Look at the figures from time to time."""
    report.resident = [0] * report.plan.replicas
    async with httpx2.AsyncClient(timeout=30, verify=TLS) as http:
        while time.monotonic() < end:
            for place, (resident, held) in enumerate([await firm.memory(http, number) for number in firm.numbers]):
                report.resident[place] = max(report.resident[place], resident)
                report.held = max(report.held, held)
            await anyio.sleep(SAMPLE_SECONDS)


def main() -> None:
    """Simulate what the arguments say."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="make firm", description=__doc__)
    parser.add_argument("--people", type=int, default=usual.people)
    parser.add_argument("--active", type=int, default=usual.active)
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="of the firm's time")
    parser.add_argument("--speed", type=float, default=usual.speed)
    parser.add_argument("--memory", type=int, default=usual.memory, help="megabytes for the people of a replica")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="firm-") as name:
        report = anyio.run(simulate, Plan(**vars(options)), Path(name))
    for trouble in (*report.wrong[:10], *report.failed[:10], *report.traces[:10]):
        print(trouble)
    print("\n".join(report.lines()))
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
