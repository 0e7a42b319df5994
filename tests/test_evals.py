"""The questions for assistants: there are enough, what is right is reckoned apart, claims are read well."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from evals.claims import Claim, Truth, day, number, words
from evals.questions import questions
from evals.truth import Book

from whitespace_mcp.demo import Platform, serve

FOLDER = Path(__file__).resolve().parents[1] / "evals"


def test_every_question_can_be_asked_of_the_market_and_no_empty_answer_is_right() -> None:
    with serve(Platform()) as running:
        request = questions(Truth(Book(running, 0), Book(running, 1), date(2026, 11, 20)))
    assert len(request) >= 40
    assert len({question.name for question in request}) == len(request)
    assert {question.role for question in request} == {"broker", "underwriter", "operations", "claims", "engineer"}
    assert any(len(question.turns) > 1 for question in request)
    for question in request:
        assert question.claims, question.name
        assert not any(claim.holds("Let me get back to you.") for claim in question.claims), question.name


def test_what_is_right_shares_nothing_with_the_server() -> None:
    for name in ("truth", "claims", "questions", "book_questions"):
        tree = ast.parse((FOLDER / f"{name}.py").read_text())
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        assert {module for module in modules if module.startswith("whitespace_mcp")} <= {"whitespace_mcp.demo"}


@pytest.mark.parametrize(
    ("claim", "holds", "not_"),
    [
        (number(1528, "documents"), ["1,528 documents", "**1528**.", "(1528)"], ["15280", "1,5281", "B1528-1", "528"]),
        (number(Decimal("82.50"), "written"), ["82.5 %", "82.50%"], ["182.5", "82.55"]),
        (number(2, "slips"), ["two of them", "2 slips"], ["22", "2026-11-02"]),
        (
            day(date(2026, 12, 5), "due"),
            ["2026-12-05", "5 December", "05 Dec 2026", "December 5"],
            ["15 December", "5 Nov"],
        ),
        (words("O\N{RIGHT SINGLE QUOTATION MARK}Hara \N{EN DASH} Fleet"), ["o'hara - fleet 2026"], ["ohara fleet"]),
    ],
    ids=lambda value: value.text if isinstance(value, Claim) else "",
)
def test_a_claim_is_found_however_it_is_written(claim: Claim, holds: list[str], not_: list[str]) -> None:
    assert [text for text in holds if not claim.holds(text)] == []
    assert [text for text in not_ if claim.holds(text)] == []
