"""A seeded schedule of many clients on one server, and a judge of every answer that they get.

Several assistants in both eras ask at once about both organisations, switch the default, follow cursors and use the
ids of one organisation in the other, while tokens expire, answers break and time goes on. The judge knows the truth
from the platform itself, and from a second platform of the same market that a lone client asks the same.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import anyio
from mcp import Client

from support.clock import FakeClock
from support.race_steps import (
    ABOUT_A_SLIP,
    ABOUT_ALL,
    DEEP_PATHS,
    DOCUMENTS,
    IDENTITY,
    IN_DEPTH,
    KINDS,
    ROOT,
    Org,
    Report,
    Step,
    ids_in,
    lacking,
    outcome,
    reads_in_depth,
    steady,
)  # fmt: skip
from support.raw import raw_list
from support.servers import ERAS, client_of, settings_for
from support.slips import root_of, short_of
from support.web import client_at, listening
from whitespace_mcp.demo import Platform, RequestRecord, Running, serve


@dataclass
class Race:
    """The whole scene."""

    running: Running
    clients: list[Client]
    lone: Client
    clock: FakeClock
    orgs: tuple[Org, Org]
    draw: Random
    report: Report
    default: Org | None = None
    cursors: list[tuple[Org, dict[str, Any], str]] = field(default_factory=list[tuple[Org, dict[str, Any], str]])
    truth: dict[str, Any] = field(default_factory=dict[str, Any])
    in_depth: set[str] = field(default_factory=set[str])
    """MU ids of organisations of which something was asked in depth, which may go on being read."""

    async def run(self, steps: int) -> None:
        """Go on until so many steps are done."""
        await self.batch([self.switching(self.orgs[0])], quiet=True)
        while self.report.steps < steps:
            quiet = self.draw.random() < 0.7
            if not quiet:
                self.trouble()
            free = [list(org.roots) for org in self.orgs]
            for roots in free:
                self.draw.shuffle(roots)
            batch = [self.step(free) for _ in range(self.draw.randint(1, 8))]
            if self.draw.random() < 0.3:
                batch.append(self.switching(self.draw.choice(self.orgs)))
            await self.batch(batch, quiet=quiet)
            self.running.platform.faults.clear()

    def trouble(self) -> None:
        """Something that happens to the platform, or time that goes by."""
        platform, what = self.running.platform, self.draw.choice(["expiry", "fault", "drop", "gateway", "time"])
        self.report.events[what] += 1
        path = self.draw.choice(["/api/risks", "/api/", "/api/activities", "/api/lines"])
        mu = self.draw.choice([None, *(org.mu for org in self.orgs)])
        if what == "expiry":
            platform.expire_tokens()
        elif what == "fault":
            platform.faults.add(path, status=self.draw.choice([429, 500, 502, 503]), times=2, user_id=mu)
        elif what == "drop":
            platform.faults.drop(path, after=self.draw.choice([None, 50]), times=1, user_id=mu)
        elif what == "gateway":
            platform.faults.gateway("maintenance", times=1)
            platform.expire_tokens()
        else:
            self.clock.advance(self.draw.choice([30, 61, 400, 1_000]))

    def step(self, free: list[list[str]]) -> Step:
        """The next call; slips are used once in a batch, so that every request tells which call it served."""
        number = self.draw.randrange(2)
        org, other = self.orgs[number], self.orgs[1 - number]
        kind = self.draw.choice(KINDS)
        if kind.startswith("foreign"):
            return self.foreign(kind, org, other, free[1 - number])
        if kind == "cursor" and self.cursors:
            owner, arguments, cursor = self.draw.choice(self.cursors)
            return Step(kind, "get_risks", {**arguments, "cursor": cursor}, (owner,))
        if kind in {"slip", "resource", "default"} and free[number]:
            root = free[number].pop()
            for roots in free:
                if root in roots:
                    roots.remove(root)
            return self.about(kind, org, root)
        return self.whole(kind, org)

    def about(self, kind: str, org: Org, root: str) -> Step:
        """A call about one slip."""
        risk = self.draw.choice([root, short_of(root)])
        if kind == "resource":
            part = self.draw.choice(["", "/wording", "/documents"])
            return Step(kind, "", {}, (org,), root=root, uri=f"whitespace://{org.company_id}/risks/{risk}{part}")
        tool = self.draw.choice(ABOUT_A_SLIP)
        if kind == "default":
            tool = "get_lines" if tool == "compare_risks" else tool  # its other side would have to be the default's too
            return Step(kind, tool, {"risk": risk}, (self.default or org,), root=root)
        arguments = {"risk": risk, "organisation": self.spelt(org)}
        if tool == "compare_risks":
            other = self.draw.choice(sorted(org.roots))
            return Step(kind, tool, {**arguments, "other": other}, (org,), root=root, others=(other,))
        return Step(kind, tool, arguments, (org,), root=root)

    def spelt(self, org: Org) -> str:
        return self.draw.choice([org.company_id, org.mu, org.company_id.lower()])

    def whole(self, kind: str, org: Org) -> Step:
        """A call about everything of one organisation, or of both."""
        if kind.startswith("depth"):
            tool, more = self.draw.choice(IN_DEPTH if kind == "depth" else IN_DEPTH[:-1])
            if kind == "depth":
                return Step(kind, tool, {**more, "organisation": self.spelt(org)}, (org,))
            return Step(kind, tool, {**more, "organisation": "all"}, self.orgs)
        if kind == "both":
            return Step(kind, "get_risks", {"organisation": "all", "page_size": 20}, self.orgs)
        if kind == "whole":
            tool, more = self.draw.choice(ABOUT_ALL)
            return Step(kind, tool, {**more, "organisation": self.spelt(org)}, (org,))
        arguments: dict[str, Any] = {"page_size": self.draw.choice([0, 3, 7, 20]), "organisation": self.spelt(org)}
        if self.draw.random() < 0.3:
            arguments["refresh"] = True
        if self.draw.random() < 0.3:
            arguments["stage"] = self.draw.sample(["signed", "firm_order", "draft", "quoted"], 2)
        return Step("list", "get_risks", arguments, (org,))

    def foreign(self, kind: str, org: Org, other: Org, free: list[str]) -> Step:
        """Something of the other organisation, used in this one."""
        theirs = [cursor for cursor in self.cursors if cursor[0] is other]
        if kind == "foreign cursor" and theirs:
            _, arguments, cursor = self.draw.choice(theirs)
            arguments = {**arguments, "cursor": cursor, "organisation": org.company_id}
            return Step(kind, "get_risks", arguments, (org,), must_fail=True)
        unused = [root for root in other.only if root in free] or list(other.only)
        root = self.draw.choice(unused)
        if root in free:
            free.remove(root)
        risk = root if kind == "foreign root" else short_of(root)
        if kind == "foreign resource":
            uri = f"whitespace://{org.company_id}/risks/{risk}"
            return Step(kind, "", {}, (org,), root=root, uri=uri, must_fail=True)
        arguments = {"risk": risk, "organisation": org.company_id}
        tool = self.draw.choice(ABOUT_A_SLIP)
        if tool == "compare_risks":
            arguments |= {"risk": self.draw.choice(sorted(org.roots)), "other": risk}
        return Step(kind, tool, arguments, (org,), root=root, must_fail=True)

    def switching(self, org: Org) -> Step:
        return Step("switch", "switch_org", {"organisation": org.company_id}, (org,))

    async def batch(self, steps: list[Step], *, quiet: bool) -> None:
        """Make the calls at the same time, each from some client, and judge them."""
        begin = len(self.running.platform.requests)
        switched = [step for step in steps if step.kind == "switch"]
        for step in steps:
            if step.kind == "default":
                step.orgs = tuple(
                    {id(org): org for org in [*step.orgs, *(entry.orgs[0] for entry in switched)]}.values()
                )
        async with anyio.create_task_group() as tasks:
            for step in steps:
                tasks.start_soon(self.make, step, self.draw.choice(self.clients))
        self.in_depth |= {org.mu for step in steps if reads_in_depth(step) for org in step.orgs}
        seen = self.running.platform.requests[begin:]
        for step in steps:
            await self.judge(step, quiet=quiet, alone=not switched)
        for request in seen:
            self.attribute(request, steps)
        for step in switched:
            if step.failed is None:
                self.default = step.orgs[0]

    async def make(self, step: Step, client: Client) -> None:
        step.failed, step.answer = await outcome(client, step)

    async def judge(self, step: Step, *, quiet: bool, alone: bool) -> None:
        """Whether an answer is right."""
        report = self.report
        report.steps += 1
        report.kinds[step.kind] += 1
        if step.must_fail:
            report.refused += step.failed is not None
            if step.failed is None:
                self.wrong(step, "was answered")
            return
        if step.failed is not None:
            report.failed += 1
            if quiet and (alone or step.kind != "default"):
                await self.compare(step, step.orgs[0])
            return
        report.answered += 1
        owner = self.named(step)
        if owner is not None and not quiet:
            return
        if owner is not None:
            await self.compare(step, owner)

    def named(self, step: Step) -> Org | None:
        """The organisation of an answer, which must be one that was asked, and its slips that organisation's."""
        if step.uri is not None:
            return step.orgs[0]
        answer = step.answer
        rows = answer.get("organisations") or [answer.get("organisation") or answer.get("active")]
        ids = {row["id"] for row in rows}
        wanted = {org.mu: org for org in step.orgs}
        if not ids <= set(wanted) or (len(step.orgs) == 2 and "both" in step.kind and len(ids) != 2):
            self.wrong(step, f"names {sorted(ids)}")
            return None
        for row in rows:
            if "documents" in row and (row["documents"], row["slips"]) != self.counts(wanted[row["id"]]):
                self.wrong(step, f"counts {row['documents']} documents and {row['slips']} slips")
        allowed = {short for mu in ids for short in wanted[mu].shorts}
        strangers = {short_of(name) for name in ids_in(answer)} - allowed
        if strangers:
            self.wrong(step, f"shows {sorted(strangers)}")
        rows: list[dict[str, Any]] = answer.get("risks", []) if "both" in step.kind else []
        for row in rows:
            own = next((org for org in self.orgs if org.company_id == row.get("organisation")), None)
            if own is None or row["id"][:10] not in own.shorts:
                self.wrong(step, f"shows {row['id']} as {row.get('organisation')}'s")
        owner = wanted[next(iter(ids))]
        if answer.get("next_cursor") and step.kind == "list":
            arguments = {key: value for key, value in step.arguments.items() if key != "refresh"}
            self.cursors = [*self.cursors[-20:], (owner, arguments, answer["next_cursor"])]
        return owner

    def counts(self, org: Org) -> tuple[int, int]:
        return org.documents, len(org.roots)

    async def compare(self, step: Step, owner: Org) -> None:
        """The same question from a lone client to a second platform of the same market."""
        if step.kind in {"switch", "cursor"}:
            return
        arguments = dict(step.arguments)
        if "both" not in step.kind:
            arguments["organisation"] = owner.company_id
        arguments.pop("refresh", None)
        key = json.dumps([step.tool, arguments, step.uri, str(self.clock.now().date())], sort_keys=True)
        if key not in self.truth:
            lone = Step(step.kind, step.tool, arguments, step.orgs, uri=step.uri)
            self.truth[key] = await outcome(self.lone, lone)
        failed, answer = self.truth[key]
        if lacking(answer) != lacking(step.answer):  # what was in trouble earlier is honestly not known here
            return
        self.report.compared += 1
        if (failed, steady(answer)) != (step.failed, steady(step.answer)):
            self.wrong(step, f"differs from {json.dumps([failed, answer])[:300]}")

    def attribute(self, request: RequestRecord, steps: list[Step]) -> None:
        """Every request carries the UserID of the organisation whose answer it served."""
        self.report.requests += 1
        if request.path.startswith(IDENTITY):
            return
        match = ROOT.search(request.path)
        own = [step for step in steps if match and match[0] in (step.root, *step.others)]
        for_all = [step for step in steps if step.root is None or step.must_fail]
        lists = request.path in {"/api/risks", "/api/summary"}
        allowed = {org.mu for step in (own or (steps if lists else for_all)) for org in step.orgs}
        if match and request.path.startswith(DEEP_PATHS):
            # Reading in depth goes on after its call; it is about slips of the list of whom it was asked for.
            allowed |= {org.mu for org in self.orgs if org.mu in self.in_depth and match[0] in org.roots}
        if match and not own and request.path.startswith("/api/risks/"):
            # A list that is looked at again asks for the documents that have changed, of its own slips only.
            allowed |= {org.mu for step in steps for org in step.orgs if match[0] in org.roots}
        if request.user_id not in allowed:
            self.report.wrong.append(f"{request.method} {request.path} carried {request.user_id}, not {allowed}")

    def wrong(self, step: Step, what: str) -> None:
        words = json.dumps(step.failed or step.answer)[:300]
        self.report.wrong.append(f"{step.kind} {step.tool} {step.arguments} {step.uri or ''} {what}: {words}")


@asynccontextmanager
async def scene(seed: int) -> AsyncGenerator[Race]:
    """One server over HTTP with four clients, its platform, and the same market again for the lone client."""
    clock = FakeClock()

    def now() -> float:
        return clock.now().timestamp()

    platforms = [Platform(documents=DOCUMENTS, now=now) for _ in range(2)]
    with serve(platforms[0]) as running, serve(platforms[1]) as twin:
        orgs: list[Org] = []
        for number, membership in enumerate(platforms[0].login.memberships):
            rows = raw_list(running, number)
            roots = frozenset(root_of(row["id"]) for row in rows)
            orgs.append(Org(membership.user_id, membership.company_id, len(rows), roots))
        first, second = orgs
        first.only, second.only = tuple(sorted(first.roots - second.roots)), tuple(sorted(second.roots - first.roots))
        async with (
            listening(settings_for(running), clock=clock) as address,
            client_at(address, ERAS[0]) as client,
            client_at(address, ERAS[1]) as two,
            client_at(address, ERAS[0]) as three,
            client_at(address, ERAS[1]) as four,
            client_of(settings_for(twin), clock=clock) as lone,
        ):
            before = platforms[0].renewals
            race = Race(running, [client, two, three, four], lone, clock, (first, second), Random(seed), Report(seed))  # noqa: S311
            yield race
            race.report.renewals = platforms[0].renewals - before
