"""What an answer costs a model, in o200k tokens of its compact JSON."""

import json
from typing import Any

import pytest


def tokens(answer: Any) -> int:
    """How many tokens an answer has; the test is skipped where the counter cannot be installed."""
    counter: Any = pytest.importorskip("rs_bpe", reason="has no wheel for this Python").openai.o200k_base()
    return len(counter.encode(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))))
