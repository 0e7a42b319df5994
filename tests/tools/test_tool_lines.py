"""`get_lines`: both sides' view of the same slip, page by page, against sums made from the platform's own documents."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mcp import Client

from support.checks import assert_nothing_empty, checked
from support.raw import raw_list, raw_read
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
Doc = dict[str, Any]


def overview(market: Running, root: str, organisation: int = 0) -> list[Doc]:
    """The documents behind a slip as the platform has them."""
    return raw_read(market, f"/api/overview/{root}", organisation)


def roots(rows: list[Doc], segment: str) -> list[str]:
    """Slips with such a document, in the order of the list."""
    return list(dict.fromkeys(row["id"].partition("::")[0] for row in rows if f"::{segment}" in row["id"]))


def written(documents: list[Doc], kind: str = "RWWrittenLineSet", which: str = "written") -> dict[str, Decimal]:
    """Totals by section, added up from plain sets only; "" where there are no sections."""
    results: dict[str, Decimal] = {}
    for document in documents:
        if document["type"] == kind and not document["_id"].rpartition("::")[2].startswith("WRLS-"):
            for entry in document["contents"]:
                if entry["subjectivityMode"] != "noCoverGiven":
                    for section in entry["sectionIdentifiers"] or [""]:
                        for stamp in entry["impressions"]:
                            share = Decimal(stamp[f"{which}LinePercentageString"])
                            results[section] = results.get(section, Decimal(0)) + share
    return results


def totals(answer: Doc, which: str) -> dict[str, Decimal]:
    """What the tool says, likewise."""
    sections = [section for section in answer.get("sections", []) if section[which] != "none"]
    return {section.get("section", ""): Decimal(section[which]["total"]) for section in sections}


def first(market: Running, raw: list[list[Doc]], holds: Callable[[list[Doc]], bool], organisation: int = 0) -> str:
    """The first slip with lines whose documents have what a test looks for."""
    return next(root for root in roots(raw[organisation], "FO") if holds(overview(market, root, organisation)))


def has(kind: str) -> Callable[[list[Doc]], bool]:
    return lambda documents: any(document["type"] == kind for document in documents)


async def everything(client: Client, **arguments: Any) -> tuple[Doc, list[Doc]]:
    """All pages: the first answer, and the lines of all of them."""
    answer = page = await ask(client, "get_lines", **arguments)
    lines = list(page.get("lines", []))
    while "next_cursor" in page:
        page = await ask(client, "get_lines", **arguments, cursor=page["next_cursor"])
        assert page["lines"]
        assert "sections" not in page
        lines += page["lines"]
    return answer, lines


async def test_totals_are_those_of_the_platforms_documents(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    for root in roots(raw[0], "FO")[:8]:
        documents = overview(market, root)
        answer, lines = await everything(client, organisation=BROKER, risk=root)
        assert answer["stage"] == ("signed" if root in roots(raw[0], "SIGNED") else "firm_order")
        assert totals(answer, "written") == written(documents)
        assert totals(answer, "signed") == written(documents, "RWSignedLineSet", "signed")
        sectioned: dict[str, Decimal] = {}
        for line in lines:
            for section in line.get("sections", [""]):
                sectioned[section] = sectioned.get(section, Decimal(0)) + Decimal(line["written"])
        assert sectioned == written(documents)


async def test_the_brokers_totals_are_compared_with_the_order(client: Client, raw: list[list[Doc]]) -> None:
    seen: set[str] = set()
    for root in roots(raw[0], "SIGNED")[:12]:
        answer = await checked(client, "get_lines", organisation=BROKER, risk=root)
        order = Decimal(answer["terms"]["order"][0]["value"].partition("%")[0])
        assert answer["stage"] == "signed"
        basis = answer["terms"]["signed_basis"][0]["value"].rpartition(" ")[2].lower()
        seen.add(basis)
        for section in answer["sections"]:
            for which in ("written", "signed"):
                full = order if basis == "whole" else Decimal(100)
                result = section[which]
                assert result["against"] == f"{full.normalize():f} of {basis}"
                assert (
                    Decimal(result["total"]) + Decimal(result.get("short", 0)) - Decimal(result.get("over", 0)) == full
                )
    assert seen == {"whole", "order"}


async def test_both_sides_of_one_slip_see_their_own_part(market: Running, raw: list[list[Doc]], client: Client) -> None:
    both = [root for root in roots(raw[0], "SIGNED") if root in roots(raw[1], "SIGNED")]
    assert both
    hidden = 0
    views: set[bool] = set()
    for root in both[:5]:
        broker = await checked(client, "get_lines", organisation=BROKER, risk=root)
        carrier = await checked(client, "get_lines", organisation=CARRIER, risk=root)
        assert broker["view"].startswith("placing broker")
        every = carrier["terms"]["stamp_visibility"].lower() == "allstamps"
        assert carrier["view"].startswith("every carrier's line" if every else "only what this organisation may see")
        assert {line["own"] for line in carrier["lines"] if "own" in line} == {True}
        assert not any("own" in line for line in broker["lines"])
        for mine, theirs in zip(carrier["sections"], broker["sections"], strict=True):
            for which in ("written", "signed"):
                compared = {key: mine[which][key] for key in ("against", "short", "over") if key in mine[which]}
                full = {key: theirs[which][key] for key in ("against", "short", "over") if key in theirs[which]}
                assert compared == (full if every else {})
        hidden += len(carrier["lines"]) < len(broker["lines"])
        views.add(every)
        assert totals(carrier, "written") == _visible(overview(market, root, 1))
    assert hidden
    assert views == {True, False}


def _visible(documents: list[Doc]) -> dict[str, Decimal]:
    """A carrier's total: its own set, the copies that it is shown, and what only the signed line states."""
    seen = {_stem(item) for item in documents if item["type"] == "RWWrittenLineSet"}
    shown = [
        item
        for item in documents
        if item["type"] == "RWWrittenLineSet" or (item["type"] == "RWSignedLineSet" and _stem(item) not in seen)
    ]
    results: dict[str, Decimal] = {}
    for document in shown:
        for entry in document["contents"]:
            for section in entry["sectionIdentifiers"] or [""]:
                share = sum(Decimal(stamp["writtenLinePercentageString"]) for stamp in entry["impressions"])
                results[section] = results.get(section, Decimal(0)) + share
    return results


def _stem(document: Doc) -> str:
    """The carrier's copy of the contract that a line set belongs to."""
    return document["_id"].rpartition("::")[0]


async def test_no_cover_given_stands_apart(client: Client, market: Running, raw: list[list[Doc]]) -> None:
    root = first(market, raw, has("RWNoCoverGivenLinesStorer"))
    answer = await checked(client, "get_lines", organisation=BROKER, risk=root)
    apart = answer["in_no_total"]["apart"]
    storers = [entry for entry in overview(market, root) if entry["type"] == "RWNoCoverGivenLinesStorer"]
    assert len(apart) == len(storers)
    assert {entry["kind"] for entry in apart} == {"no_cover_given"}
    assert not {entry["carrier"] for entry in apart} & {line["carrier"] for line in answer.get("lines", [])}


async def test_who_was_asked_and_has_not_written_is_told_with_what_was_asked(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    checked_some = 0
    for root in roots(raw[0], "FO")[:12]:
        documents = overview(market, root)
        stems = {
            document["_id"].rpartition("::")[0] for document in documents if document["type"] == "RWLineGuidanceSet"
        }
        answered = {
            document["_id"].rpartition("::")[0] for document in documents if document["type"] == "RWWrittenLineSet"
        }
        live = {row["id"] for row in raw[0] if row["id"].startswith(root)}
        ended = {
            stem
            for stem in stems
            if stem.replace("::FO::", "::FOD::") in live or stem.replace("::FO::", "::FOW::") in live
        }
        answer = await ask(client, "get_lines", organisation=BROKER, risk=root)
        carriers = {entry["carrier"] for entry in answer.get("in_no_total", {}).get("asked_not_written", [])}
        assert len(carriers) == len(stems - answered - ended), root
        checked_some += bool(carriers)
    assert checked_some


async def test_one_section_can_be_asked_for_by_id_or_name(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    root = first(market, raw, has("RWMultiSectionStorer"))
    whole = await ask(client, "get_lines", organisation=BROKER, risk=root)
    for section in whole["sections"]:
        for question in (section["section"], section["name"].upper()):
            answer = await checked(client, "get_lines", organisation=BROKER, risk=root, section=question)
            assert answer["sections"] == [section]
            assert all(line["sections"] == [section["section"]] for line in answer.get("lines", []))
    said = await refused(client, "get_lines", organisation=BROKER, risk=root, section="Space debris")
    assert "Argument 'section' is none of this risk's" in said
    assert whole["sections"][0]["name"] in said


async def test_a_section_of_a_slip_without_sections_is_refused(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    root = first(market, raw, lambda documents: not has("RWMultiSectionStorer")(documents))
    said = await refused(client, "get_lines", organisation=BROKER, risk=root, section="1")
    assert "It has none; leave it out" in said


async def test_signing_down_is_indicated_only_on_request_and_adds_up(client: Client, raw: list[list[Doc]]) -> None:
    firm = [root for root in roots(raw[0], "FO") if root not in roots(raw[0], "SIGNED")]
    over = short = 0
    for root in firm[:12]:
        plain = await ask(client, "get_lines", organisation=BROKER, risk=root)
        assert "indicat" not in json.dumps(plain)
        answer, lines = await everything(client, organisation=BROKER, risk=root, indicate_signing=True)
        for section in answer.get("sections", []):
            if "total" in section.get("signing_indication", {}):
                own = [line for line in lines if section.get("section", "") in line.get("sections", [""])]
                total = sum(Decimal(line.get("indicated", 0)) for line in own)
                assert total == Decimal(section["signing_indication"]["total"])
                stands = [line for line in own if "to_stand" in line.get("flags", [])]
                assert all(line["indicated"] == line["written"] for line in stands)
                full = Decimal(section["written"]["against"].partition(" ")[0])
                assert total == min(full, Decimal(section["written"]["total"]))
                over += "over" in section["written"]
                short += "short" in section["written"]
                assert any("an indication only" in note for note in answer["notes"])
    assert over
    assert short


async def test_an_indication_of_a_signed_slip_or_for_a_carrier_is_refused(client: Client, raw: list[list[Doc]]) -> None:
    both = [root for root in roots(raw[0], "SIGNED") if root in roots(raw[1], "SIGNED")]
    by_root = {root: await ask(client, "get_lines", organisation=CARRIER, risk=root) for root in both[:8]}
    root = next(r for r, answer in by_root.items() if answer["terms"]["stamp_visibility"].lower() != "allstamps")
    for organisation, reason in ((BROKER, "lines are signed already"), (CARRIER, "does not see every line")):
        answer = await ask(client, "get_lines", organisation=organisation, risk=root, indicate_signing=True)
        assert {reason in section["signing_indication"]["refused"] for section in answer["sections"]} == {True}
        assert not any("indicated" in line for line in answer["lines"])


async def test_quotes_are_shown_before_firm_order_and_otherwise_on_request(
    client: Client, raw: list[list[Doc]]
) -> None:
    rows = (await ask(client, "get_risks", organisation=BROKER, stage="quoted", page_size=20))["risks"]
    for row in rows[:3]:
        answer = await checked(client, "get_lines", organisation=BROKER, risk=row["id"])
        quotes = answer["in_no_total"]["quotes"]
        ids = {entry["id"] for entry in raw[0] if entry["id"].replace("-", "").startswith(row["id"])}
        assert len(quotes) == sum(name.rpartition("::")[2].startswith("UQ") for name in ids)
        assert all(quote["underwriter"] for quote in quotes)
        assert "lines" not in answer
        assert any("No lines are recorded" in note for note in answer["notes"])


async def test_a_quotes_panel_is_the_platforms_own(client: Client, market: Running, raw: list[list[Doc]]) -> None:
    row = (await ask(client, "get_risks", organisation=BROKER, stage="quoted", page_size=20))["risks"][0]
    answer = await ask(client, "get_lines", organisation=BROKER, risk=row["id"])
    for quote in answer["in_no_total"]["quotes"]:
        [full] = [
            entry["id"] for entry in raw[0]
            if entry["id"].replace("-", "").startswith(quote["id"].partition("::")[0])
            and entry["id"].partition("::")[2].startswith(quote["id"].partition("::")[2].partition("::")[0])
        ]  # fmt: skip
        panel = raw_read(market, f"/api/risks/{full}/getQuoteDetails")
        assert quote.get("line", "") == panel["quotedLineSize"]
        assert quote.get("valid_days") == (str(panel["validityPeriod"]) if "validityPeriod" in panel else None)
        assert quote.get("notes", "") == panel["notes"]


async def test_who_stamped_is_named_only_on_request(client: Client, market: Running, raw: list[list[Doc]]) -> None:
    root = first(market, raw, has("RWSignedLineSet"))
    plain = await ask(client, "get_lines", organisation=BROKER, risk=root)
    assert not any("by" in line for line in plain["lines"])
    named = await ask(client, "get_lines", organisation=BROKER, risk=root, who=True)
    assert all("by" in line for line in named["lines"])
    assert "@" not in json.dumps([plain, named])


async def test_a_cursor_of_another_question_is_refused(client: Client, raw: list[list[Doc]]) -> None:
    for root in roots(raw[0], "FO"):
        answer = await ask(client, "get_lines", organisation=BROKER, risk=root)
        if "next_cursor" in answer:
            said = await refused(
                client, "get_lines", organisation=BROKER, risk=root, who=True, cursor=answer["next_cursor"]
            )
            assert "belongs to another question" in said
            return
    raise AssertionError("no slip has more than one page of lines")


async def test_every_answer_keeps_its_budget(client: Client, raw: list[list[Doc]]) -> None:
    for organisation, rows in ((BROKER, raw[0]), (CARRIER, raw[1])):
        for root in roots(rows, "FO")[:12]:
            answer = await checked(
                client, "get_lines", organisation=organisation, risk=root, who=True, indicate_signing=True
            )
            assert tokens(answer) <= 1_700, root


async def test_a_slip_costs_two_requests_and_its_quotes_one_each(small: Running, small_client: Client) -> None:
    first_root, root, *_ = roots(raw_list(small), "SIGNED")
    await ask(small_client, "get_lines", organisation=BROKER, risk=first_root)
    small.platform.requests.clear()
    await ask(small_client, "get_lines", organisation=BROKER, risk=root)
    assert len(small.platform.requests) == 2


async def test_what_belongs_to_others_is_dropped_and_counted(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    documents = overview(running, root)
    foreign = [
        document | {"channels": ["elsewhere_ALL"]} if document["type"] == "RWSignedLineSet" else document
        for document in documents
    ]
    running.platform.faults.add(
        "/api/overview/", status=200, body=json.dumps([*foreign, 7, None, {"a": 1}]), times=None
    )
    async with client_of(settings_for(running), era) as client:
        answer = await ask(client, "get_lines", organisation=BROKER, risk=root)
    assert answer["skipped"] == 3 + sum(document["type"] == "RWSignedLineSet" for document in documents)
    assert totals(answer, "signed") == {}
    assert totals(answer, "written") == written(documents)


async def test_nonsense_behind_a_slip_is_no_line(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    async with client_of(settings_for(running), era) as client:
        for body in ("[]", '[{"_id": 7}]', '[[], "x", {"type": "RWWrittenLineSet"}]'):
            running.platform.faults.clear()
            running.platform.faults.add("/api/overview/", status=200, body=body, times=None)
            answer = await ask(client, "get_lines", organisation=BROKER, risk=root)
            assert "lines" not in answer, body
            assert_nothing_empty(answer)


async def test_a_contract_of_another_organisation_is_not_shown(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    body = json.dumps({"_id": f"{root}::SIGNED", "channels": ["elsewhere_ALL"]})
    running.platform.faults.add(f"/api/risks/{root}", status=200, body=body, times=None)
    async with client_of(settings_for(running), era) as client:
        said = await refused(client, "get_lines", organisation=BROKER, risk=root)
    assert "was not shown" in said
    assert "Calderfinch Partners" in said


async def test_an_unknown_risk_says_how_to_find_one(client: Client) -> None:
    said = await refused(client, "get_lines", organisation=BROKER, risk="ICFFFFFFFF")
    assert "There is no risk 'ICFFFFFFFF'" in said
    assert "get_risks" in said
