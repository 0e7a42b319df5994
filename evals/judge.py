"""What came of a desk: for each question the verdict, the claims that were met, calls and tokens."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Any, cast

from evals.claims import Claim, Question, Truth
from evals.desk import platform_of, truth_of
from whitespace_mcp.demo import serve

VERDICTS = ("right", "partly", "wrong", "misleading", "wrong organisation", "not answered")


@dataclass
class Run:
    """One question as it was handled at one desk by one assistant."""

    calls: int = 0
    tokens: int = 0
    answers: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Judged:
    """A question with what came of it."""

    question: Question
    run: Run
    verdict: str
    missing: tuple[Claim, ...]
    reasons: tuple[str, ...]

    @property
    def coverage(self) -> float:
        """The share of its claims that the answer contains."""
        return 1 - len(self.missing) / len(self.question.claims)


def judge(folder: Path) -> list[Judged]:
    """Every question of a desk that somebody has begun; a reader's verdicts in `verdicts.json` go before ours."""
    read = folder / "verdicts.json"
    verdicts: dict[str, str] = json.loads(read.read_text()) if read.exists() else {}
    with serve(platform_of(folder)) as running:
        truth = truth_of(folder, running)
        canaries = (truth.ours.canaries(truth.theirs), truth.theirs.canaries(truth.ours))
        by_name = {question.name: question for question in truth.questions}
        return [
            _judged(by_name[name], run, canaries, verdicts.get(key))
            for key, (name, run) in sorted(_runs(folder).items())
            if name in by_name
        ]


def _judged(question: Question, run: Run, canaries: tuple[set[str], set[str]], reader: str | None) -> Judged:
    answer = "\n".join(run.answers)
    missing = tuple(claim for claim in question.claims if not claim.holds(answer))
    met = 1 - len(missing) / len(question.claims)
    others = canaries[1 - question.about] if question.about is not None else set[str]()
    foreign = sorted(word for word in others if word in answer.upper())
    wrong = [claim.text for claim in question.wrong if claim.holds(answer)]
    verdict = (
        "not answered" if not run.answers else "wrong organisation" if foreign else "misleading" if wrong
        else "right" if not missing else "partly" if met >= 0.5 else "wrong"
    )  # fmt: skip
    reasons = (*foreign[:3], *wrong, *(("as a reader judged",) if reader else ()))
    return Judged(question, run, reader or verdict, missing, reasons)


def _runs(folder: Path) -> dict[str, tuple[str, Run]]:
    """By question and assistant: `how-far@a`."""
    runs: dict[str, tuple[str, Run]] = {}
    path = folder / "transcript.jsonl"
    counter = cast("Any", import_module("rs_bpe.bpe")).openai.o200k_base()
    for entry in map(json.loads, path.read_text().splitlines() if path.exists() else []):
        key = f"{entry['question']}@{entry['assistant']}"
        _, run = runs.setdefault(key, (entry["question"], Run()))
        if "tool" in entry:
            run.calls += 1
            run.tokens += counter.count(entry["text"])
        else:
            run.answers.append(entry["answer"])
    return runs


def report(folders: list[Path]) -> str:
    """All desks in one table, and the figures that have a target."""
    lines = ["| question | verdict | claims | calls | tokens | what is missing or wrong |", "|---|---|--:|--:|--:|---|"]
    everything = [(folder, judged) for folder in folders for judged in judge(folder)]
    for folder, judged in everything:
        why = "; ".join([*judged.reasons, *(f"no {claim.text}" for claim in judged.missing[:3])])
        seed = json.loads((folder / "desk.json").read_text())["seed"]
        figures = f"{judged.verdict} | {judged.coverage:.0%} | {judged.run.calls} | {judged.run.tokens}"
        lines.append(f"| {judged.question.name} (seed {seed}) | {figures} | {why} |")
    if not everything:
        return "nothing was asked yet"
    counts: dict[str, int] = defaultdict(int)
    for _, judged in everything:
        counts[judged.verdict] += 1
    calls, tokens = [judged.run.calls for _, judged in everything], [judged.run.tokens for _, judged in everything]
    ninth = quantiles(tokens, n=10)[-1] if len(tokens) > 1 else tokens[0]
    met = sum(judged.coverage for _, judged in everything) / len(everything)
    verdicts = ", ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS if counts[verdict])
    cost = (
        f"median {median(calls):g} calls and {median(tokens):g} tokens a question, 90th percentile {ninth:.0f} tokens"
    )
    lines += ["", f"{verdicts} of {len(everything)}; claims met {met:.0%}; {cost}"]
    return "\n".join(lines)


def claims_of(folder: Path) -> str:
    """Every question with its claims, for whoever judges by reading."""
    with serve(platform_of(folder)) as running:
        truth: Truth = truth_of(folder, running)
    return "\n\n".join("\n".join(_lines_of(question)) for question in truth.questions)


def _lines_of(question: Question) -> list[str]:
    return [
        f"## {question.name} ({question.role})",
        *(f"> {turn}" for turn in question.turns),
        *(f"- {claim.text}" for claim in question.claims),
        *(f"- WRONG: {claim.text}" for claim in question.wrong),
    ]
