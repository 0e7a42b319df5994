"""Lines, whatever was put down: totals are conserved, order and duplicates do not matter, nonsense breaks nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.checks import assert_nothing_empty
from support.depth import NAMES, ROOT, json_values, mangled
from support.lines import Doc, contract, entry, guidance, impression, line_set, no_cover, sections
from support.placing import BIRCH, CEDAR, DOGWOOD, NOW, OF_ORDER, read, rows, sums
from whitespace_mcp.answers.lines.entries import LineContext, apart_entries, asked_entries, line_entries
from whitespace_mcp.answers.lines.sums import measure_problems, section_sums
from whitespace_mcp.documents.json import as_list, as_object
from whitespace_mcp.documents.subjectivities import responses_of
from whitespace_mcp.documents.visibility import Side, belonging


def stamping(amounts: list[str], sections: list[str], *, stands: bool) -> Doc:
    """One entry of a line set."""
    return entry(*amounts, sections=sections, toStand=stands)


carriers = st.sampled_from([BIRCH, CEDAR, DOGWOOD, "elm_ALL", "offlinefir_ALL"])
amounts = st.decimals(min_value=0, max_value=100, places=4).map(str)
ids = st.lists(st.sampled_from(["1", "2", "B1"]), max_size=3)
stampings = st.lists(
    st.builds(stamping, st.lists(amounts, min_size=1, max_size=2), ids, stands=st.booleans()), max_size=3
)
books = st.dictionaries(carriers, stampings, max_size=4)


def documents_of(book: dict[str, list[Doc]]) -> list[Doc]:
    """A set for each carrier and a copy of it for another one."""
    results: list[Doc] = []
    for carrier, entries in book.items():
        results += [line_set(carrier, *entries), line_set(carrier, *entries, copy_for="other_ALL")]
    return results


def expected(book: dict[str, list[Doc]]) -> dict[str | None, Decimal]:
    """The totals, added up in the simplest way."""
    results: dict[str | None, Decimal] = {}
    for entries in book.values():
        for item in entries:
            for section in dict.fromkeys(item["sectionIdentifiers"]) or [None]:
                for stamp in item["impressions"]:
                    share = Decimal(stamp["writtenLinePercentageString"])
                    results[section] = results.get(section, Decimal(0)) + share
    return results


@given(books)
def test_totals_are_conserved(book: dict[str, list[Doc]]) -> None:
    totals = sums(documents_of(book))
    assert {key: Decimal(item.written.total) for key, item in totals.items() if item.written} == expected(book)


@given(books.flatmap(lambda book: st.tuples(st.just(book), st.permutations(documents_of(book)))), st.data())
def test_order_is_irrelevant_and_duplicates_are_harmless(
    both: tuple[dict[str, list[Doc]], list[Doc]], data: st.DataObject
) -> None:
    book, shuffled = both
    again = data.draw(st.lists(st.sampled_from(shuffled), max_size=4)) if shuffled else []
    assert rows([*shuffled, *again]) == rows(documents_of(book))
    assert sums([*shuffled, *again]) == sums(documents_of(book))


@given(books)
def test_totals_short_and_over_agree(book: dict[str, list[Doc]]) -> None:
    for item in sums(documents_of(book)).values():
        if item.written and item.written.against:
            gap = Decimal(item.written.short or 0) - Decimal(item.written.over or 0)
            assert Decimal(item.written.total) + gap == 100


@given(books)
def test_indications_of_a_section_make_up_the_order_or_the_written_lines(book: dict[str, list[Doc]]) -> None:
    placing = read(documents_of(book))
    lines = line_entries(placing, LineContext(NAMES, "acorn", {}, NOW), indicate=True)
    for section_sum in section_sums(placing, indicate=True):
        if section_sum.signing_indication and section_sum.signing_indication.total is not None and section_sum.written:
            own = [
                line for line in lines if section_sum.section is None or section_sum.section in (line.sections or [])
            ]
            total = sum(Decimal(line.indicated or 0) for line in own)
            assert (
                total
                == Decimal(section_sum.signing_indication.total)
                == min(Decimal(100), Decimal(section_sum.written.total))
            )


anything = st.one_of(
    mangled(st.just(line_set(BIRCH, entry("10", sections=["1"])))),
    mangled(st.just(line_set(BIRCH, entry("10", signed="5"), signed=True))),
    mangled(st.just(no_cover(CEDAR, entry("0")))),
    mangled(st.just(guidance(CEDAR, "10", "20", ["1"]))),
    mangled(st.just(sections(s1="Hull"))),
    mangled(st.just(entry("10"))).map(lambda candidate: line_set(BIRCH, candidate)),
    mangled(st.just(impression("10"))).map(lambda element: line_set(BIRCH, entry("10") | {"impressions": [element]})),
    json_values,
)


@given(st.lists(anything, max_size=5), st.one_of(json_values, mangled(st.just(contract(*OF_ORDER)))))
def test_any_json_at_all_is_summed_up_without_a_fault(documents: list[Any], paper: Any) -> None:
    placing = read(documents, paper=as_object(paper) or {"MRCContract": paper})
    wording = LineContext(NAMES, "acorn", responses_of(placing_documents(documents)), NOW, who=True)
    for section_sum in (*section_sums(placing, indicate=True), *line_entries(placing, wording, indicate=True)):
        if section_sum.plain():
            assert_nothing_empty(section_sum.plain())
    assert apart_entries(placing, wording) is not None
    assert asked_entries(placing, NAMES) is not None
    assert measure_problems(placing) is not None


def placing_documents(documents: Sequence[Any]) -> list[Doc]:
    return belonging(documents, ROOT, Side("acorn", "MU1")).documents


def hidden(value: Any) -> Any:
    """The same with characters that nobody sees in place of every text that somebody types."""
    fields = {"_id", "type", "channels", "isValid", "mode", "writtenLinePercentageString", "multiSectionId", "deadline"}
    parts, items = as_object(value), as_list(value)
    if parts:
        return {key: part if key in fields else hidden(part) for key, part in parts.items()}
    return [hidden(item) for item in items] if items else "\x08\N{RIGHT-TO-LEFT OVERRIDE}"


def test_texts_that_nobody_sees_leave_nothing_empty() -> None:
    subject = {"text": "t", "approvedStatus": "a", "identifier": "i", "deadline": "1784156400.0"}
    full = entry("10", sections=["1"], lineConditions=["c"], subjectivities=[subject], role="leader")
    documents: list[Doc] = [
        hidden(item)
        for item in (line_set(BIRCH, full), no_cover(CEDAR, full), guidance(DOGWOOD, "1", "2"), sections(s1="H"))
    ]
    placing = read(documents, paper=hidden(contract(*OF_ORDER, stampVisibility="x")))
    wording = LineContext(NAMES, "acorn", responses_of(documents), NOW, who=True)
    for section_sum in (
        *section_sums(placing, indicate=True),
        *line_entries(placing, wording),
        *apart_entries(placing, wording),
        *asked_entries(placing, NAMES),
    ):
        assert_nothing_empty(section_sum.plain())
