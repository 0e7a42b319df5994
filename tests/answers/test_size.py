"""The estimate of what an answer costs: hardly below the count, never far above it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from support.tokens import tokens
from whitespace_mcp.answers.size import rough_tokens

words = st.sampled_from(
    ["carrier", "Marrowgate", "Underwriting", "IC2F4026FC", "USD 20,000,000", "38.9982", "2026-08-06T21:30:21Z",
     "MU9F9B69B3-B4AC-0491-2160-2DF1F974854B", "Percentage of Order", "BRAMC00179A", "tag Insured_Name"]
)  # fmt: skip


@given(st.lists(st.dictionaries(words, words, min_size=1, max_size=8), min_size=3, max_size=12))
def test_the_estimate_is_near_what_answers_cost(parts: list[dict[str, str]]) -> None:
    text = json.dumps(parts, separators=(",", ":"))
    assert 0.85 * tokens(parts) <= rough_tokens(text) <= 2 * tokens(parts)


def test_words_in_capitals_are_not_taken_for_cheap_ones() -> None:
    for text in ("IC213DA609::FO::MARROWGATE::SPECIALTY", "SAFFRONEL HOLDINGS D&O", "BRANNOCH DIGITAL CYBER"):
        assert rough_tokens(json.dumps([text])) >= tokens([text])
