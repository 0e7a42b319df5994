"""What a comparison of two contracts costs beside fetching them: `python -m benchmarks.comparison`.

Two contracts of about 60 KB of wording that differ in one word of every fifth paragraph, against two reads side by side
of a platform that answers in 50 ms; measured is processor time, which other work on the machine does not lengthen.
"""

import random
import sys
import time
from statistics import median
from typing import Any, Final

from whitespace_mcp.answers.comparison.clauses import compare_clauses
from whitespace_mcp.answers.comparison.values import differing_values
from whitespace_mcp.answers.wording.clauses import read_wording
from whitespace_mcp.documents.contract import read_contract

SIZE: Final = 60_000
FETCH_SECONDS: Final = 0.05
"""Two reads at once take as long as one."""
BUDGET: Final = 0.25
ROUNDS: Final = 9


def contract(seed: int, *, changed: bool) -> dict[str, Any]:
    """A contract of sixty headings."""
    chance = random.Random(seed)  # noqa: S311  # texts, not secrets
    items: list[dict[str, Any]] = []
    for index in range(60):
        elements = [
            {"text": " ".join("".join(chance.choices("aeinorst", k=6)) for _ in range(28))}
            for _ in range(SIZE // 60 // 200)
        ]
        if changed and index % 5 == 0:
            elements[0]["text"] = "changed " + elements[0]["text"]
        items.append(
            {"index": index, "mrcHeading": f"Heading{index}", "mrcSection": "RiskDetails", "elements": elements}
        )
    return {"_id": "IC1::FO", "MRCContract": {"lineItems": items}}


def main() -> None:
    """Measure and print."""
    first, other = contract(1, changed=False), contract(1, changed=True)
    taken: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        clauses = compare_clauses(read_wording(first).clauses, read_wording(other).clauses)
        differing_values(read_contract(first), read_contract(other), str)
        taken.append(time.process_time() - start)
        assert len(clauses.changed) == 12
    share = median(taken) / FETCH_SECONDS
    sys.stdout.write(
        f"two contracts of {SIZE // 1_000} KB compared in {median(taken) * 1_000:.1f} ms: {share:.2f} x their fetch at"
        f" {FETCH_SECONDS * 1_000:.0f} ms (budget {BUDGET})\n"
    )


if __name__ == "__main__":
    main()
