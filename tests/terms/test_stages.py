"""Stages of documents and slips: one table, whatever the spelling and whatever the order."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.terms.stages import (
    PENDING_FILTERS,
    STAGES,
    Stage,
    slip_rank,
    slip_stage,
    stage_named,
    stage_of,
)

ROOT = "IC213DA609-0000-4000-8000-000000000001"

BY_STATUS: dict[str, Stage] = {
    "NotFinalised": "draft",
    "Template": "template",
    "Marketed Only": "marketed",
    "MarketedOnly": "marketed",
    "QuotationRequest": "quote_request",
    "QuotationInPreparation": "quote_request",
    "QuotedByUnderwriter": "quoted",
    "QuotationRequestDeclined": "declined",
    "QuotationRequestWithdrawn": "withdrawn",
    "QuotationWithdrawn": "withdrawn",
    "NotTakenUp": "not_taken_up",
    "BindableQuote": "bindable",
    "BindableQuoteDeclined": "declined",
    "BindableQuoteWithdrawn": "withdrawn",
    "BindableQuoteRejected": "declined",
    "BindableQuoteNotTakenUp": "not_taken_up",
    "FirmOrder": "firm_order",
    "FirmOrderDeclined": "declined",
    "FirmOrderWithdrawn": "withdrawn",
    "FirmOrderRejected": "declined",
    "Signed": "signed",
    "EndorsementInPreparation": "endorsement",
    "Endorsement": "endorsement",
    "EndorsementFinalised": "endorsement",
    "EndorsementWithdrawn": "endorsement",
    "EndorsementDeclined": "endorsement",
}
"""Every status of platform.md 4.4 that a document can have."""

BY_SEGMENTS: dict[str, Stage] = {
    "": "draft",
    "::DR1": "draft",
    "::QR2": "quote_request",
    "::MU3D3BBD37-0000-4000-8000-000000000002::UQ1": "quoted",
    "::M1": "marketed",
    "::BQ3": "bindable",
    "::FO": "firm_order",
    "::FO::ACME::MARINE": "firm_order",
    "::FOD::ACME::MARINE1": "declined",
    "::FOW::ACME::MARINE": "withdrawn",
    "::SIGNED": "signed",
    "::SIGNED::ACME::MARINE": "signed",
    "::FO::EN1": "endorsement",
    "::SIGNED::EN12": "endorsement",
    "::SIGNED::EN2::ACME::MARINE": "endorsement",
    "::CC1": "other",
    "::UNHEARDOF": "other",
}
"""Segments of platform.md 4.2 that a contract document's id can have."""

documents = st.lists(
    st.tuples(st.sampled_from([*BY_STATUS, None, "Brand New Status"]), st.sampled_from([*BY_SEGMENTS])),
    min_size=1,
    max_size=8,
)


def slip(documents: list[tuple[str | None, str]]) -> Stage:
    """The stage of a slip with these documents, as the portfolio decides it."""
    staged: list[tuple[Stage, str]] = [(stage_of(status, ROOT + tail), ROOT + tail) for status, tail in documents]
    stage, document_id = min(staged, key=lambda candidate: slip_rank(*candidate))
    return slip_stage(slip_rank(stage, document_id), stage)


def test_each_status_has_its_stage_in_any_case_and_with_any_spaces() -> None:
    for status, stage in BY_STATUS.items():
        spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in status) + " "
        for spelling in (status, status.upper(), status.lower(), spaced, status.replace("Only", "_only")):
            assert stage_of(spelling, f"{ROOT}::FO") == stage, spelling


@pytest.mark.parametrize("status", ["Rumoured", "SignedByMistake", "7", "Endorsed"])
def test_an_unknown_status_is_other_whatever_the_id_says(status: str) -> None:
    assert stage_of(status, f"{ROOT}::SIGNED") == "other"


def test_without_a_status_the_segments_of_the_id_tell_the_stage() -> None:
    for tail, stage in BY_SEGMENTS.items():
        assert stage_of(None, ROOT + tail) == stage_of("", ROOT + tail) == stage, tail


def test_the_furthest_document_gives_the_slip_its_stage() -> None:
    order = ["Signed", "FirmOrder", "BindableQuote", "QuotedByUnderwriter", "QuotationRequest", "MarketedOnly",
             "NotFinalised", "Template"]  # fmt: skip
    for further, nearer in ((a, b) for (i, a), (j, b) in product(enumerate(order), repeat=2) if i < j):
        assert slip([(nearer, "::FO"), (further, "::FO::ACME::MARINE")]) == BY_STATUS[further]


@pytest.mark.parametrize("ended", ["FirmOrderDeclined", "QuotationWithdrawn", "NotTakenUp"])
def test_what_ended_counts_only_where_nothing_lives(ended: str) -> None:
    assert slip([(ended, "::FOD")]) == BY_STATUS[ended]
    assert slip([("Brand New Status", "::X"), (ended, "::FOD")]) == BY_STATUS[ended]
    assert slip([("Template", ""), (ended, "::FOD")]) == "template"


def test_a_slip_of_endorsements_or_unknown_things_is_other() -> None:
    assert slip([("EndorsementFinalised", "::FO::EN1")]) == "other"
    assert slip([("Brand New Status", "::X")]) == "other"


@given(documents)
def test_the_order_of_the_documents_is_irrelevant(documents: list[tuple[str | None, str]]) -> None:
    ended = {"declined", "withdrawn", "not_taken_up"}
    forwards, backwards = slip(documents), slip(documents[::-1])
    assert forwards == backwards or {forwards, backwards} <= ended  # which of the ended ones is the latest one's affair


@given(
    documents,
    st.sampled_from([*BY_STATUS, None, "Brand New Status"]),
    st.sampled_from(["::FO::EN1", "::SIGNED::EN2", "::SIGNED::EN10::ACME::MARINE"]),
)
def test_an_endorsement_never_changes_the_stage_of_its_slip(
    documents: list[tuple[str | None, str]], status: str | None, tail: str
) -> None:
    before = slip(documents)
    assert slip([*documents, (status, tail)]) == before
    assert slip([*documents, ("EndorsementFinalised", "::FO")]) == before


@pytest.mark.parametrize(
    ("word", "stage"),
    {
        "draft": "draft", "Drafts": "draft", "firm order": "firm_order", "Firm Orders": "firm_order",
        "FIRM_ORDER": "firm_order", "FirmOrder": "firm_order", "firm-order": "firm_order", "signed": "signed",
        "NotFinalised": "draft", "Marketed Only": "marketed", "quote request": "quote_request", "quoted": "quoted",
        "quotes": "quoted", "bindable quote": "bindable", "NTU": "not_taken_up", "not taken up": "not_taken_up",
        "rejected": "declined", "withdrawn": "withdrawn", "endorsement": "endorsement", "template": "template",
    }.items(),
)  # fmt: skip
def test_the_words_that_users_say_name_stages(word: str, stage: Stage) -> None:
    assert stage_named(word) == stage


def test_each_stage_is_named_by_itself() -> None:
    assert [stage_named(stage) for stage in STAGES] == list(STAGES)


@pytest.mark.parametrize("word", ["", "bound", "FirmOrderPending", "endorsement pending", "sign"])
def test_other_words_name_none(word: str) -> None:
    assert stage_named(word) is None


def test_the_filters_of_the_inbox_point_at_stages() -> None:
    assert set(PENDING_FILTERS.values()) <= set(STAGES)
