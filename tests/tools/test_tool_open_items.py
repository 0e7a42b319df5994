"""`get_open_items`: against the platform's documents in the plainest code, its filters, pages, cost and bad input."""

import json
from datetime import UTC, datetime
from typing import Any

from mcp import Client

from support.checks import checked
from support.clock import FakeClock
from support.raw import raw_read
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.answers.item_sums import by_carrier, narrowed
from whitespace_mcp.answers.open_items import ItemFilter, OpenItem
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.mcp_layer.paging import CUT, CUT_SHORT
from whitespace_mcp.terms.moments import LONDON

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
Doc = dict[str, Any]


def roots(rows: list[Doc], segment: str) -> list[str]:
    return list(dict.fromkeys(row["id"].partition("::")[0] for row in rows if f"::{segment}" in row["id"]))


def subjectivities(documents: list[Doc]) -> dict[tuple[str, str], Doc]:
    """What is not accepted, by carrier and id: of lines, and of those that give no cover."""
    results: dict[tuple[str, str], Doc] = {}
    for document in documents:
        if document["type"] in ("RWWrittenLineSet", "RWNoCoverGivenLinesStorer"):
            carrier = "::".join(document["_id"].split("::")[2:4])
            entries: list[Doc] = document.get("contents") or document.get("line") or []
            for entry in entries:
                for subjectivity in entry["subjectivities"]:
                    if subjectivity["approvedStatus"] != "accepted":
                        results[carrier, subjectivity["identifier"]] = subjectivity
    return results


def london_date(deadline: str) -> str | None:
    """The London date of an epoch, by the standard library alone."""
    return datetime.fromtimestamp(float(deadline), UTC).astimezone(LONDON).date().isoformat() if deadline else None


async def every_item(client: Client, **arguments: Any) -> tuple[Doc, list[Doc]]:
    answer = page = await ask(client, "get_open_items", **arguments)
    items = list(page["items"])
    while "next_cursor" in page:
        page = await ask(client, "get_open_items", **arguments, cursor=page["next_cursor"])
        items += page["items"]
    return answer, items


async def test_a_risks_subjectivities_are_the_platforms_soonest_due_first(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    seen = 0
    for root in roots(raw[0], "FO")[:8]:
        documents = raw_read(market, f"/api/overview/{root}")
        expected = subjectivities(documents)
        answer, items = await every_item(client, organisation=BROKER, risk=root, kind=["subjectivity"])
        assert answer["matched"] == len(items) == len(expected)
        assert sorted((item["text"], item.get("due") or "") for item in items) == sorted(
            (entry["text"], london_date(entry["deadline"]) or "") for entry in expected.values()
        )
        dated = [item["due"] for item in items if "due" in item]
        assert dated == sorted(dated)
        assert all(item.get("overdue", False) == (item.get("due", "9") < answer["today"]) for item in items)
        seen += len(items)
    assert seen


async def test_sums_are_those_of_the_items_and_filters_narrow_them(client: Client, raw: list[list[Doc]]) -> None:
    for root in roots(raw[0], "FO")[:4]:
        answer, items = await every_item(client, organisation=BROKER, risk=root)
        for counts, key in ((answer["by_kind"], "kind"), (answer["by_lies_with"], "lies_with")):
            assert sum(counts.values()) == answer["matched"] == len(items)
            assert answer["slips"] == len({item["risk"] for item in items})
            assert counts == {value: sum(item.get(key, "not told") == value for item in items) for value in counts}
        for side in ("us", "broker", "carrier"):
            listing, fewer = await every_item(client, organisation=BROKER, risk=root, lies_with=side)
            assert fewer == [item for item in items if item.get("lies_with") == side]
            assert listing["matched"] == len(fewer)
        due = sorted(item["due"] for item in items if "due" in item)
        if due:
            _, until = await every_item(client, organisation=BROKER, risk=root, due_to=due[0])
            assert {item["due"] for item in until} == {due[0]}
            listing, later = await every_item(client, organisation=BROKER, risk=root, due_from=due[-1])
            assert {item["due"] for item in later} == {due[-1]}
            assert any("before due_from" in note for note in listing["notes"]), "no overdue item may lie there"


async def test_what_stands_in_the_way_is_told_with_where_it_was_read(client: Client, raw: list[list[Doc]]) -> None:
    seen: set[str] = set()
    for root in roots(raw[0], "FO")[:10]:
        answer = await checked(client, "get_open_items", organisation=BROKER, risk=root)
        lines = await ask(client, "get_lines", organisation=BROKER, risk=root)
        assert answer["stage"] == lines["stage"]
        whole = answer.get("in_the_way", [])
        assert all(entry["where"] for entry in whole)
        for section in lines.get("sections", []):
            written = section["written"]
            if written != "none" and written.get("short", "0") != "0":
                assert any(entry["what"].startswith(f"short by {written['short']}:") for entry in whole)
        seen |= {entry["what"].partition(" ")[0] for entry in whole}
    assert {"short", "lines"} <= seen


async def test_what_lies_with_us_is_the_asking_sides_own(client: Client, raw: list[list[Doc]]) -> None:
    both = [root for root in roots(raw[0], "FO") if root in roots(raw[1], "FO")]
    mine = 0
    for root in both[:10]:
        _, items = await every_item(client, organisation=CARRIER, risk=root)
        assert not any(item["kind"] == "line" and item["state"] == "not_accepted" and item["lies_with"] == "us"
                       for item in items)  # fmt: skip
        mine += sum(item.get("lies_with") == "us" for item in items)
    assert mine


async def test_it_is_small_costs_few_requests_and_refuses_what_is_no_date(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    root = roots(raw[0], "FO")[0]
    await ask(client, "get_open_items", organisation=BROKER, risk=root)
    market.platform.requests.clear()
    answer = await ask(client, "get_open_items", organisation=BROKER, risk=root)
    assert len(market.platform.requests) <= 4
    assert tokens(answer) <= 1_700
    counts = await ask(client, "get_open_items", organisation=BROKER, risk=root, page_size=0)
    assert counts["items"] == []
    assert counts["matched"] == answer["matched"]
    said = await refused(client, "get_open_items", organisation=BROKER, risk=root, due_to="soon")
    assert "Argument 'due_to' is not a date" in said
    said = await refused(client, "get_open_items", organisation=BROKER, due_from="2026-12-02", due_to="2026-12-01")
    assert "Argument 'due_from' is later than 'due_to'" in said


async def test_a_page_is_longer_where_more_rows_are_asked_for(small_client: Client) -> None:
    usual = await checked(small_client, "get_open_items", organisation=BROKER, page_size=20)
    longer = await checked(small_client, "get_open_items", organisation=BROKER, page_size=100)
    assert tokens(usual) <= 1_700
    assert len(longer["items"]) > 2 * len(usual["items"])
    assert len(json.dumps(longer)) <= 22_000
    assert len(usual["items"]) < 20
    assert (usual["notes"][-1], longer["notes"][-1]) == (CUT_SHORT, CUT)
    last = await checked(small_client, "get_open_items", organisation=BROKER, page_size=3)
    assert not {CUT, CUT_SHORT} & set(last["notes"]), "it has as many rows as were asked for"


async def test_the_books_items_are_those_of_its_risks_and_narrow_with_its_filters() -> None:
    with serve(Platform(documents=(60, 20))) as running:
        async with client_of(settings_for(running)) as client:
            book, items = await every_item(client, organisation=BROKER, page_size=100)
            again = await ask(client, "get_open_items", organisation=BROKER, page_size=0)
            rows = (await ask(client, "get_risks", organisation=BROKER, page_size=100))["risks"]
            single: list[Doc] = []
            for row in rows:
                _, listing = await every_item(client, organisation=BROKER, risk=row["id"], page_size=100)
                single += [
                    {key: value for key, value in item.items() if key not in ("name", "umr")} for item in listing
                ]
            firm, fewer = await every_item(client, organisation=BROKER, stage=["firm order"], kind=["line"])
            said = await refused(client, "get_open_items", organisation=BROKER, risk=rows[0]["id"], stage=["signed"])
    assert "not_known" not in book
    assert {item["kind"] for item in items} >= {"subjectivity", "line", "endorsement"}
    words = [{key: value for key, value in item.items() if key not in ("name", "umr")} for item in items]
    assert sorted(map(repr, words)) == sorted(map(repr, single))
    assert (again["matched"], again["by_kind"]) == (len(items), book["by_kind"])
    stages = {row["id"]: row["stage"] for row in rows}
    assert fewer == [item for item in items if item["kind"] == "line" and stages[item["risk"]] == "firm_order"]
    assert firm["matched"] == len(fewer)
    assert "Argument 'stage' narrows the book" in said


async def test_a_book_that_cannot_be_read_to_its_end_says_of_how_many_slips_nothing_is_known() -> None:
    with serve(Platform(documents=(60, 20))) as running:
        running.platform.faults.add("/api/overview/", status=500, body="{}", times=None)
        async with client_of(settings_for(running)) as client:
            answer = await ask(client, "get_open_items", organisation=BROKER)
    assert answer["not_known"]["slips"]
    assert set(answer["by_kind"]) <= {"asked", "endorsement"}


async def test_the_items_of_a_carrier_are_found_by_a_part_of_its_name(small_client: Client) -> None:
    everything = await checked(small_client, "get_open_items", organisation=BROKER, kind="line", page_size=100)
    carrier = next(item["carrier"] for item in everything["items"])
    company = carrier.partition(" (")[0]
    answer = await checked(small_client, "get_open_items", organisation=BROKER, kind="line", carrier=company.upper())
    assert answer["matched"]
    assert all(item["carrier"].startswith(company) for item in answer["items"])
    assert answer["by_carrier"] == {company: answer["matched"]}
    counts = await checked(small_client, "get_open_items", organisation=BROKER, kind="line", page_size=0)
    assert sum(counts["by_carrier"].values()) == counts["matched"] == everything["matched"]
    assert "by_carrier" not in everything
    nobody = await checked(
        small_client, "get_open_items", organisation=BROKER, kind="line", carrier=company[:-2] + "xy"
    )
    assert (nobody["matched"], nobody["items"]) == (0, [])
    assert any(name.startswith(company) for name in nobody["near"]["carrier"])


async def test_an_open_endorsement_says_what_it_changes_and_who_has_agreed(small_client: Client) -> None:
    _, items = await every_item(small_client, organisation=BROKER, kind="endorsement", page_size=100)
    agreed = 0
    for item in items[:6]:
        number, _, about = item["text"].removeprefix("EN").partition(": ")
        (entry,) = (
            await checked(small_client, "get_endorsements", organisation=BROKER, risk=item["risk"], endorsement=number)
        )["endorsements"]
        assert about.rstrip("…")[-40:] in entry["changes"]
        by_role: dict[bool, list[str]] = {True: [], False: []}
        for party in entry.get("parties", []):
            if party["role"] in ("leader", "agreement_party"):
                by_role[party.get("agreed", False)].append(party["carrier"])
        assert item.get("agreed", "") == ", ".join(by_role[True])
        assert item.get("carrier", "") == ", ".join(by_role[False])
        agreed += "agreed" in item
    assert agreed > 0


async def test_a_risk_without_an_organisation_is_looked_for(client: Client, raw: list[list[Doc]]) -> None:
    only = next(root for root in roots(raw[0], "FO") if root not in {row["id"][: len(root)] for row in raw[1]})
    answer = await checked(client, "get_open_items", risk=only)
    assert (answer["organisation"]["company_id"], answer["found_in"]) == (BROKER, 2)


def test_a_companys_whole_name_is_not_anothers_beginning() -> None:
    names = ["Tidewell (Cyber)", "Tidewell Re (Cyber)", "Kestrel (Marine), Tidewell (Cyber)", "Tidewell"]
    items = [OpenItem(risk=f"IC{n}", kind="line", carrier=name) for n, name in enumerate(names)]
    for part, risks in {"tidewell": "0 2 3", "tidewell re": "1", "tidew": "0 1 2 3"}.items():
        matching, near = narrowed(items, ItemFilter(carrier=part))
        assert (" ".join(item.risk[2:] for item in matching), near) == (risks, None), part
    for part, companies in {
        "tidewell": {"Tidewell": 3},
        "tidew": {"Tidewell": 3, "Tidewell Re": 1},
        "cyber": {"Tidewell": 2, "Tidewell Re": 1},
        None: {"Tidewell": 3, "Kestrel": 1, "Tidewell Re": 1},
    }.items():
        assert by_carrier(narrowed(items, ItemFilter(carrier=part))[0], part) == companies, part
    many = [OpenItem(risk="IC", kind="line", carrier=f"Elm {n} (off-platform) (Marine)") for n in range(12)]
    first = sorted(f"Elm {n} (off-platform)" for n in range(12))[:10]
    assert by_carrier(many, None) == dict.fromkeys(first, 1) | {"(others)": 2}
    assert len(narrowed(many, ItemFilter(carrier="elm 1"))[0]) == 1


async def test_one_carriers_items_are_found_by_its_name(client: Client, raw: list[list[Doc]]) -> None:
    root = roots(raw[0], "FO")[0]
    _, items = await every_item(client, organisation=BROKER, risk=root)
    name = next(item["carrier"] for item in items if item.get("carrier"))
    _, theirs = await every_item(client, organisation=BROKER, risk=root, carrier=name.partition(" (")[0].upper())
    assert name in {item["carrier"] for item in theirs}
    assert theirs == [item for item in items if name.partition(" (")[0] in item.get("carrier", "")]
    word = name.split(" ")[0]
    answer = await checked(client, "get_open_items", organisation=BROKER, risk=root, carrier=f"{word[:-1]}x")
    assert answer["matched"] == 0
    assert name in answer["near"]["carrier"]


async def test_slips_are_narrowed_by_the_filters_of_the_list_of_risks(small_client: Client) -> None:
    whole, _ = await every_item(small_client, organisation=CARRIER, page_size=100)
    seen = 0
    questions: list[Doc] = [
        {"contract_type": "marine hull insurance"}, {"facility": "only"}, {"leader": "us"}, {"placed": "short"},
        {"inception_from": "2026-11-28", "inception_to": "2026-12-31"}, {"expiry_to": "2026-12"},
    ]  # fmt: skip
    for question in questions:
        answer, items = await every_item(small_client, organisation=CARRIER, page_size=100, **question)
        listing = await ask(small_client, "get_risks", organisation=CARRIER, page_size=100, **question)
        slips = [row["id"] for row in listing["risks"]]
        while "next_cursor" in listing:
            cursor = listing["next_cursor"]
            listing = await ask(
                small_client, "get_risks", organisation=CARRIER, page_size=100, cursor=cursor, **question
            )
            slips += [row["id"] for row in listing["risks"]]
        assert {item["risk"] for item in items} <= set(slips), question
        assert 0 < answer["matched"] == len(items) < whole["matched"], question
        seen += answer["slips"] < len(slips)
    assert seen, "not every slip has something open"
    answer = await checked(small_client, "get_open_items", organisation=CARRIER, updated_since="2026-11", page_size=0)
    assert any("does not move" in note for note in answer["notes"]), "the last edit says what it is"


async def test_nothing_open_says_what_is_near_and_since_what_it_cannot_tell(
    client: Client, small_client: Client
) -> None:
    answer = await checked(client, "get_open_items", organisation=BROKER, name="Acron Shiping")
    assert (answer["matched"], "Acorn Shipping" in str(answer["near"]["name"])) == (0, True)
    answer = await checked(
        small_client, "get_open_items", organisation=BROKER, since="2026-11-15", kind="line", page_size=0
    )
    _, lines = await every_item(small_client, organisation=BROKER, kind="line", page_size=100)
    undated = sum("since" not in item for item in lines)
    assert f"{undated} more tell no day of opening; without 'since' they are listed." in answer["notes"]
    ours = await checked(small_client, "get_open_items", organisation=CARRIER, carrier="us", page_size=0)
    assert set(ours["by_carrier"]) == {"Marrowgate Underwriting"}
    spoken = await checked(small_client, "get_open_items", organisation=CARRIER, due_to="31 December 2026", page_size=0)
    plain = await checked(small_client, "get_open_items", organisation=CARRIER, due_to="2026-12-31", page_size=0)
    assert spoken["matched"] == plain["matched"]


async def test_an_older_list_says_so_and_what_could_not_be_read_is_in_no_sum(clock: FakeClock) -> None:
    with serve(Platform(documents=(60, 40))) as running:
        async with client_of(settings_for(running), clock=clock) as client:
            before = await checked(client, "get_open_items", organisation=BROKER, kind="asked", page_size=0)
            assert "stale" not in before
            running.platform.faults.add("/api/", status=503, times=None)
            clock.advance(120)
            after = await checked(client, "get_open_items", organisation=BROKER, page_size=0)
    assert (after["as_of"], after["stale"]) == (before["as_of"], True)
    assert "503" in after["stale_reason"]
    assert after["not_known"]["slips"] > 0
    assert after["by_kind"] == before["by_kind"]
    assert any(note.startswith("Of the slips in not_known only what the inbox asks") for note in after["notes"])
