"""Ids: roots, documents, their short forms, and the key under which UMRs are the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whitespace_mcp.terms.ids import (
    channel_company,
    is_contract,
    kind_of,
    root_of,
    segments_of,
    short_document,
    short_roots,
    umr_key,
)

ONE = "IC213DA609-1F2E-4C4B-9B36-5B0A8CFE0001"
TWIN = "IC213DA609-7F2E-4C4B-9B36-5B0A8CFE0002"
LONG = "IC213DA609-1F2E-4C4B-9B36-5B0A8CFE000123"  # malformed samples exist
MU = "MU3D3BBD37-1F2E-4C4B-9B36-5B0A8CFE0003"

uuids = st.uuids().map(lambda candidate: f"IC{str(candidate).upper()}")
alike = st.text("0123456789AB", min_size=1, max_size=3).map(lambda tail: f"IC213DA609-{tail}")
roots = st.one_of(uuids, alike, st.text("IC213DA609-x", max_size=14), st.just("IC213DA609"), st.text(max_size=5))


def test_a_root_is_what_stands_before_the_first_colons() -> None:
    assert root_of(f"{ONE}::FO::ACME::MARINE") == root_of(ONE) == ONE
    assert segments_of(f"{ONE}::FO::ACME::MARINE") == ["FO", "ACME", "MARINE"]
    assert segments_of(ONE) == []


@pytest.mark.parametrize(
    ("segments", "contract"),
    [("", True), ("::FO", True), ("::FO::ACME::MARINE", True), (f"::{MU}::UQ1", True), ("::SIGNED::EN1", True),
     ("::MS", False), ("::FO::MS::MARINE", True), ("::BQ1::AW::ALL", True), ("::FO::BrokerMessage::acme_MARINE", False),
     ("::FO::ACME::MARINE::WRLS-other_ALL", False), ("::FO::ACME::MARINE::SILS", False),
     ("::CHAT::1", False), ("::SIGNED::EN1::ENF::acme_MARINE", False)],
)  # fmt: skip
def test_what_stands_behind_a_slip_is_no_contract(segments: str, contract: bool) -> None:  # noqa: FBT001  # a parameter
    assert is_contract(ONE + segments) == contract


def test_an_id_of_another_kind_is_named() -> None:
    assert kind_of(MU) == "a person or organisation"
    assert kind_of("STD0861C3D-45A0-4787-9482-2115C432035D") == "a stamp"
    assert kind_of("acme_MARINE") == "a team (its channel)"
    for text in (ONE, "B0999AB2600001", "Acorn Shipping", "STAR", "MUTUAL"):
        assert kind_of(text) is None


def test_a_root_is_shortened_to_eight_digits() -> None:
    assert short_roots([ONE]) == {ONE: "IC213DA609"}


def test_roots_that_begin_alike_get_as_many_digits_as_tell_them_apart() -> None:
    assert short_roots([ONE, TWIN]) == {ONE: "IC213DA6091", TWIN: "IC213DA6097"}


def test_malformed_roots_keep_working() -> None:
    assert short_roots([LONG]) == {LONG: "IC213DA609"}
    assert short_roots(["", "IC", "something else"]) == {"": "", "IC": "IC", "something else": "something else"}
    same = short_roots([ONE, ONE.lower()])
    assert same == {ONE: ONE, ONE.lower(): ONE.lower()}


@given(st.lists(roots, unique=True, max_size=8))
@example(["IC213DA609-1A", "IC213DA609-2A", "IC213DA6091"])
def test_short_roots_are_unique(roots: list[str]) -> None:
    short = short_roots(roots)
    assert set(short) == set(roots)
    assert len(set(short.values())) == len(roots)


def test_a_document_keeps_its_segments_with_an_mu_id_shortened() -> None:
    assert short_document(f"{ONE}::FO", "IC213DA609") == "IC213DA609::FO"
    assert short_document(f"{ONE}::{MU}::UQ1", "IC213DA609") == "IC213DA609::MU3D3BBD37::UQ1"
    assert short_document(f"{ONE}::FO::MUTUAL::MARINE", "IC213DA609") == "IC213DA609::FO::MUTUAL::MARINE"
    assert short_document(ONE, "IC213DA609") == "IC213DA609"


def test_one_umr_has_one_key_however_it_is_written() -> None:
    for spelling in (
        "B0999CARGO123", " b0999cargo123 ", "0999CARGO123", "0999 cargo 123", "UMR: B0999CARGO123",
        "umr B0999 CARGO 123",
        "UMR:B0999-CARGO-123", "UMR No. B0999CARGO123", "Unique Market Reference: B0999CARGO123",
        "B0999\N{NON-BREAKING HYPHEN}CARGO\N{EN DASH}123", "B0999\N{ZERO WIDTH SPACE}CARGO123\N{NO-BREAK SPACE}",
        "\N{FULLWIDTH LATIN CAPITAL LETTER B}0999CARGO123",
    ):  # fmt: skip
        assert umr_key(spelling) == "0999cargo123", spelling


def test_a_reference_may_begin_with_the_letters_of_the_word_umr() -> None:
    assert umr_key("UMRAH26001") == "umrah26001"
    assert umr_key("UMR") == "umr"


def test_a_b_that_belongs_to_the_reference_stays() -> None:
    assert umr_key("Brokers1") == "brokers1"
    assert umr_key("B") == "b"
    assert umr_key("") == ""


@given(st.text(max_size=20))
@example("T\N{DIAERESIS}")
def test_a_key_is_its_own_key_unless_it_begins_with_a_b_again(umr: str) -> None:
    key = umr_key(umr)
    assert key[:1] == "b" or umr_key(key) == key


def test_a_channel_tells_its_company() -> None:
    assert channel_company("Blackpool_MARINE") == channel_company("blackpool") == "blackpool"
