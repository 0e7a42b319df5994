"""Quote panels: what the underwriter filled in, and nothing that follows from it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import ME, NAMES, ROOT, SHORT, json_values, mangled
from whitespace_mcp.answers.lines.quotes import quote_documents, quote_entry

RECORD: dict[str, Any] = {
    "id": f"{ROOT}::{ME}::UQ1", "status": "QuotedByUnderwriter", "updated": "2026-02-03T10:00:00Z",
}  # fmt: skip
PANEL: dict[str, Any] = {
    "quotedLineSize": "15.50",
    "validityPeriod": 30,
    "reference": " Q1 ",
    "conditions": "Subject to survey",
    "notes": "Ask jo@acorn.example",
    "indicatedStamps": ["Lloyds Syndicate 4471"],
}


def test_a_quote_shows_its_panel_and_its_validity_as_they_were_put() -> None:
    assert quote_entry(RECORD, PANEL, NAMES, SHORT).plain() == {
        "id": f"{SHORT}::MU00000000::UQ1",
        "underwriter": "Jo Bright (Acorn)",
        "status": "QuotedByUnderwriter",
        "edited": "2026-02-03T10:00:00Z",
        "line": "15.5",
        "valid_days": "30",
        "reference": "Q1",
        "conditions": "Subject to survey",
        "notes": "Ask (e-mail address left out)",
        "stamps": ["Lloyds Syndicate 4471"],
    }


@pytest.mark.parametrize("panel", [{}, {"quotedLineSize": "", "validityPeriod": None, "notes": " "}])
def test_a_panel_that_holds_nothing_is_blank(panel: dict[str, Any]) -> None:
    assert quote_entry(RECORD, panel, NAMES, SHORT).blank is True
    assert quote_entry(RECORD, None, NAMES, SHORT).blank is None


def test_a_line_that_is_no_percentage_stands_as_typed() -> None:
    assert quote_entry(RECORD, {"quotedLineSize": "10 to 15"}, NAMES, SHORT).line == "10 to 15"
    assert quote_entry(RECORD, {"quotedLineSize": "0"}, NAMES, SHORT).line == "0"


def test_only_ids_that_end_in_a_quotation_are_quotes() -> None:
    ids = [f"{ROOT}::{ME}::UQ1", f"{ROOT}::UQ12", f"{ROOT}::QR1", f"{ROOT}::UQ", ROOT, f"{ROOT}::UQ1::ATCH"]
    assert [record["id"] for record in quote_documents([{"id": name} for name in ids])] == ids[:2]


@given(st.one_of(mangled(st.just(PANEL)), st.dictionaries(st.text(max_size=5), json_values)))
def test_any_json_at_all_is_read_without_a_fault(panel: dict[str, Any]) -> None:
    assert quote_entry(RECORD, panel, NAMES, SHORT).plain()["id"]
