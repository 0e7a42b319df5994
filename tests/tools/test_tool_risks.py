"""`get_risks`: what is counted, and what a row holds."""

from collections import Counter
from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.raw import lowered
from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.terms.text import fold

KEYS = {"id", "company_id", "name", "documents", "slips", "matched", "as_of"}
BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


async def test_the_counts_of_both_books_come_out_in_one_call(client: Client, raw: list[list[Any]]) -> None:
    answer = await checked(client, "get_risks", organisation="all", page_size=0)
    assert set(answer) == {"organisations", "matched", "distinct", "in_several", "risks", "meaning"}
    for entry, rows in zip(answer["organisations"], raw, strict=True):
        assert set(entry) == KEYS | {"by_stage"}
        assert entry["documents"] == len(rows)
        assert entry["slips"] == len({row["id"].partition("::")[0] for row in rows})
        assert entry["matched"] == entry["slips"] == sum(entry["by_stage"].values())
    assert [entry["documents"] for entry in answer["organisations"]] == [1528, 439]
    assert [entry["company_id"] for entry in answer["organisations"]] == [BROKER, CARRIER]
    assert answer["matched"] == sum(entry["matched"] for entry in answer["organisations"])
    assert answer["risks"] == []


async def test_documents_are_counted_in_the_platforms_own_words(client: Client, raw: list[list[Any]]) -> None:
    answer = await checked(client, "get_risks", organisation="all", unit="document", page_size=0)
    for entry, rows in zip(answer["organisations"], raw, strict=True):
        assert set(entry) == KEYS | {"by_status"}
        said = Counter(" ".join(str(lowered(row).get("status") or "(none)").split()) for row in rows)
        assert entry["by_status"] == said
        assert entry["matched"] == entry["documents"] == sum(entry["by_status"].values()) == len(rows)


async def test_a_page_of_slips_has_the_default_size_and_the_newest_first(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER)
    assert len(answer["risks"]) == 20
    assert answer["next_cursor"]
    updated = [row.get("updated", "") for row in answer["risks"]]
    assert updated == sorted(updated, reverse=True)
    assert all(set(row) >= {"id", "stage"} for row in answer["risks"])
    assert not any({"current", "organisation"} & set(row) for row in answer["risks"])


async def test_a_slips_row_is_its_current_document(client: Client, raw: list[list[Any]]) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, stage="signed", page_size=100)
    assert answer["risks"]
    for row in answer["risks"]:
        documents = [lowered(r) for r in raw[0] if r["id"].replace("-", "").startswith(row["id"])]
        assert row["stage"] == "signed"
        assert row.get("documents", 1) == len(documents)
        signed = [d for d in documents if str(d.get("status", "")).replace(" ", "") == "Signed"]
        signed += [d for d in documents if "::SIGNED" in d["id"] and "::EN" not in d["id"] and not d.get("status")]
        shown = (row.get("name"), row.get("umr"), row.get("contract_type"), row.get("facility", False))
        assert shown in [
            (
                " ".join((d.get("insuredname") or "").split()) or None,
                (d.get("umr") or "").strip() or None,
                d.get("contracttype"),
                bool(d.get("isfacility")),
            )
            for d in signed
        ]


async def test_a_documents_row_has_its_own_id_and_says_when_it_is_not_current(
    client: Client, raw: list[list[Any]]
) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, unit="document", page_size=60)
    ids = [row["id"] for row in answer["risks"]]
    assert len(set(ids)) == 60
    assert all(row["id"].startswith("IC") for row in answer["risks"])
    assert {row.get("current") for row in answer["risks"]} == {None, False}
    assert not any({"documents", "umr_shared"} & set(row) for row in answer["risks"])
    everything = await checked(client, "get_risks", organisation=BROKER, unit="document", sort="name", page_size=0)
    slips = await checked(client, "get_risks", organisation=BROKER, page_size=0)
    assert everything["matched"] == len(raw[0])
    assert slips["organisations"][0]["slips"] < len(raw[0])


async def test_rows_of_several_organisations_say_whose_they_are(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation="all", page_size=100)
    assert {row["organisation"] for row in answer["risks"]} == {BROKER, CARRIER}


async def test_names_stand_in_the_place_of_channels(client: Client, market: Running) -> None:
    answer = await checked(client, "get_risks", organisation=CARRIER, page_size=100)
    text = str(answer)
    assert {row["team"] for row in answer["risks"] if "team" in row} & {"Marine", "Aviation", "Cyber"}
    assert "Calderfinch Partners" in {row.get("broker") for row in answer["risks"]}
    assert "marrowgate_" not in text
    assert "@" not in text
    assert market.platform.login.memberships[0].user_id not in text


async def test_the_broker_is_left_out_when_it_is_the_asking_organisation(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, page_size=100)
    assert "Calderfinch Partners" not in {row.get("broker") for row in answer["risks"]}


@pytest.mark.parametrize(("size", "rows"), [(0, 0), (1, 1), (20, 20)])
async def test_the_page_size_is_what_was_asked_for(client: Client, size: int, rows: int) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, page_size=size)
    assert len(answer["risks"]) == rows
    assert answer["matched"] > 100


@pytest.mark.parametrize("size", [-1, 101, 10_000])
async def test_a_page_size_beyond_the_limits_is_refused(client: Client, size: int) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, page_size=size)
    assert "Argument 'page_size'" in said
    assert "from 0 to 100" in said


@pytest.mark.parametrize(
    ("sort", "column", "down"),
    [("newest", "updated", True), ("oldest", "updated", False), ("name", "name", False), ("umr", "umr", False)],
)
async def test_each_order_is_kept(client: Client, sort: str, column: str, down: bool) -> None:  # noqa: FBT001  # a parameter of the test
    answer = await checked(client, "get_risks", organisation=CARRIER, sort=sort, page_size=100)
    values = [fold(row[column]) for row in answer["risks"] if column in row]
    if column == "umr":
        values = [value.removeprefix("b") if value[1:2].isdigit() else value for value in values]
    assert len(values) > 50
    assert values == sorted(values, reverse=down)


async def test_a_list_from_summaries_says_so_and_has_no_contract_types(era: str) -> None:
    with serve(Platform(documents=(200, 60), options=Options(serves_risk_list="404"))) as running:
        async with client_of(settings_for(running), era) as client:
            answer = await checked(client, "get_risks", organisation="all", unit="document", page_size=100)
    assert [entry["documents"] for entry in answer["organisations"]] == [200, 60]
    assert {entry["source"] for entry in answer["organisations"]} == {"summaries"}
    assert any("come from its summaries" in note for note in answer["notes"])
    assert not any("contract_type" in row for row in answer["risks"])


async def test_what_could_not_be_used_is_counted(running: Running, era: str) -> None:
    body = '[{"id": "IC1"}, 7, {"Status": "Signed"}, {"id": "IC2", "channels": ["other_MARINE"]}, {"id": "IC1"}]'
    running.platform.faults.add("/api/risks", status=200, body=body)
    async with client_of(settings_for(running), era) as client:
        answer = await checked(client, "get_risks", organisation=BROKER)
    entry = answer["organisations"][0]
    assert (entry["documents"], entry["slips"], entry["skipped"], entry["matched"]) == (5, 1, 4, 1)
    assert answer["risks"] == [{"id": "IC1", "stage": "draft"}]


async def test_an_empty_book_is_told_as_such(running: Running, era: str) -> None:
    running.platform.faults.add("/api/risks", status=200, body="[]")
    async with client_of(settings_for(running), era) as client:
        answer = await checked(client, "get_risks", organisation=BROKER)
    entry = answer["organisations"][0]
    assert (entry["documents"], entry["slips"], entry["matched"], entry["by_stage"]) == (0, 0, 0, {})
    assert (answer["matched"], answer["risks"]) == (0, [])


async def test_the_flags_of_rows_and_groups_are_explained_once_and_no_other_word(client: Client) -> None:
    page = await checked(client, "get_risks", organisation=BROKER, umr_form=["shared"], facility="exclude")
    assert all(row["umr_shared"] for row in page["risks"])
    assert page["meaning"] == {"umr_shared": "another slip has the same UMR"}
    declared = await checked(client, "get_risks", organisation=BROKER, show=["facilities"], umr_form=["shared"])
    expected = {
        name for name in ("facilities", "facility", "umr_shared") if any(name in row for row in declared["risks"])
    }
    assert set(declared["meaning"]) == expected
    documents = await checked(client, "get_risks", organisation=BROKER, unit="document", page_size=5)
    assert ("current" in documents.get("meaning", {})) == any("current" in row for row in documents["risks"])
    quiet = await checked(client, "get_risks", organisation=BROKER, facility="exclude", umr_form=["no_b"], page_size=0)
    assert "meaning" not in quiet
    odd = await checked(client, "get_risks", organisation=BROKER, umr_form=["no_b", "padded"], page_size=100)
    for row in odd["risks"]:
        assert set(row["umr_form"].split(", ")) & {"no_b", "padded"}
        assert ("no_b" in row["umr_form"]) == (not row["umr"].startswith("B"))
    assert {"no_b", "padded"} <= set(odd["meaning"])
    forms = await checked(client, "summarise_risks", organisation=BROKER, group_by=["umr_form", "facility"])
    said = {group["umr_form"] for group in forms["groups"]} - {"(none)", "none", "well_formed"}
    assert set(forms["meaning"]) == {*(word for form in said for word in form.split(", ")), "facility"}


async def test_a_search_of_the_default_that_finds_nothing_says_where_it_did_not_look(market: Running) -> None:
    hint = "organisation='all' looks through each"
    async with client_of(settings_for(market)) as client:
        carriers = await checked(client, "get_risks", organisation=CARRIER, broker="Lomaxwell", page_size=1)
        umr = carriers["risks"][0]["umr"]
        await ask(client, "switch_org", organisation=BROKER)
        answer = await checked(client, "get_risks", umr=umr)
        assert answer["matched"] == 0
        assert hint in str(answer["notes"])
        assert hint not in str(await checked(client, "get_risks", umr=umr, organisation=BROKER))
        assert hint not in str(await checked(client, "get_risks", stage="signed", page_size=0))
