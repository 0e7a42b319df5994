"""Two contracts to compare: about 60 KB of wording that differ in one word of every fifth paragraph."""

import random
from typing import Any, Final

SIZE: Final = 60_000


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
