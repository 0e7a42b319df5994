"""The filters of `get_risks`: each finds what it should, leaves out the rest, and refuses what it cannot understand."""

import unicodedata
from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.raw import lowered
from support.servers import client_of, refused, settings_for
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


async def matched(client: Client, organisation: str = BROKER, **filters: Any) -> int:
    """How many match; the sums must agree with it."""
    answer = await checked(client, "get_risks", organisation=organisation, page_size=0, **filters)
    entry: dict[str, Any] = answer["organisations"][0]
    sums: dict[str, int] = entry["by_status" if filters.get("unit") == "document" else "by_stage"]
    assert answer["matched"] == entry["matched"] == sum(sums.values())
    return answer["matched"]


async def rows(client: Client, organisation: str = BROKER, **filters: Any) -> list[dict[str, Any]]:
    """A hundred matching rows; there must be some."""
    answer = await checked(client, "get_risks", organisation=organisation, page_size=100, **filters)
    assert answer["risks"]
    return answer["risks"]


@pytest.mark.parametrize(
    ("words", "stages"),
    [("draft", {"draft"}), ("firm order", {"firm_order"}), (["Signed", "bindable quote"], {"signed", "bindable"}),
     (["FirmOrder", "firm_order", "firm orders"], {"firm_order"}), ("NTU", {"not_taken_up"})],
)  # fmt: skip
async def test_stages_are_found_by_the_words_that_users_say(client: Client, words: Any, stages: set[str]) -> None:
    assert {row["stage"] for row in await rows(client, stage=words)} == stages
    all_stages = (await checked(client, "get_risks", organisation=BROKER, page_size=0))["organisations"][0]["by_stage"]
    assert await matched(client, stage=words) == sum(all_stages[stage] for stage in stages)


async def test_statuses_are_found_in_any_case_and_with_any_spaces(client: Client, raw: list[list[Any]]) -> None:
    wanted = sum(
        str(lowered(r).get("status")).replace(" ", "").lower() in ("firmorder", "marketedonly") for r in raw[0]
    )
    assert await matched(client, unit="document", status=["firm order", "MARKETEDONLY"]) == wanted > 0
    assert {r["stage"] for r in await rows(client, status="marketedonly")} == {"marketed"}
    firm = {(r["stage"], r.get("status")) for r in await rows(client, status="firmorder")}
    assert firm == {("firm_order", None)}, "a status that is the plain word of its stage is not repeated"


async def test_a_status_that_nothing_has_matches_nothing_and_says_what_there_is(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, status="Rumoured")
    assert (answer["matched"], answer["risks"]) == (0, [])
    assert "FirmOrder" in answer["near"]["status"]
    answer = await checked(client, "get_risks", organisation=BROKER, contract_type="Rumoured")
    assert len(answer["near"]["contract_type"]) > 3


async def test_a_title_or_umr_that_nothing_has_names_what_is_near(client: Client) -> None:
    row = (await rows(client, stage="signed"))[0]
    first, *others = row["name"].split(" ")
    misspelt = " ".join([first[:2] + first[3:], *others])
    answer = await checked(client, "get_risks", organisation=BROKER, name=misspelt)
    assert (answer["matched"], answer["near"]["name"][0]) == (0, row["name"])
    wrong = row["umr"][:-1] + ("1" if row["umr"][-1] != "1" else "2")
    answer = await checked(client, "summarise_risks", organisation=BROKER, umr=f"{wrong}9", group_by="stage")
    assert row["umr"] in answer["near"]["umr"] or len(answer["near"]["umr"]) == 3
    answer = await checked(client, "get_risks", organisation=BROKER, name=row["name"], stage="template")
    assert "near" not in answer, "the title alone finds something"


async def test_a_curly_apostrophe_another_dash_and_an_accent_find_the_same(client: Client) -> None:
    signed = await rows(client, stage="signed")
    odd = [row for row in signed if not row["name"].isascii() or set("-'") & set(row["name"])]
    assert odd
    for row in [*odd, *signed[:5]]:
        typed = row["name"].replace("-", "\N{NON-BREAKING HYPHEN}").replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
        typed = unicodedata.normalize("NFD", typed.replace(" ", "\N{NO-BREAK SPACE}"))
        assert await matched(client, name=typed) == await matched(client, name=row["name"]) > 0
        if row.get("umr"):
            assert await matched(client, umr=f"UMR: {row['umr'][:5]}-{row['umr'][5:]}") >= 1


@pytest.mark.parametrize("argument", ["status", "stage"])
@pytest.mark.parametrize(
    ("word", "stage"), [("FirmOrderPending", "firm_order"), ("Endorsement Pending", "endorsement")]
)
async def test_filters_of_the_inbox_are_refused_with_advice(
    client: Client, argument: str, word: str, stage: str
) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, **{argument: [word]})
    assert f"Argument '{argument}' is given {word}, a filter of the platform's inbox" in said
    assert f"stage=['{stage}']" in said


async def test_a_stage_that_does_not_exist_is_refused_with_the_right_ones(client: Client) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, stage="sigend")
    assert "Argument 'stage' is not a stage" in said
    assert "Did you mean signed?" in said
    assert "not_taken_up" in said
    assert "sigend" not in said


async def test_a_name_is_a_part_of_the_title_in_any_case(client: Client, raw: list[list[Any]]) -> None:
    wanted = sum("acorn" in (lowered(row).get("insuredname") or "").casefold() for row in raw[0])
    assert await matched(client, unit="document", name="  aCoRn ") == wanted > 0
    assert all("acorn" in row["name"].lower() for row in await rows(client, name="acorn"))
    assert await matched(client, name="no such title") == 0
    assert await matched(client, name="100%") == 0


async def test_a_umr_is_found_however_it_is_written_and_on_any_document(client: Client, raw: list[list[Any]]) -> None:
    documents = [lowered(row) for row in raw[0]]
    umr = next(d["umr"].strip() for d in documents if d.get("umr") and d["umr"].strip()[1:].isalnum())
    slips = {d["id"].partition("::")[0] for d in documents if (d.get("umr") or "").strip().upper() == umr.upper()}
    for spelling in (umr, f"  {umr.lower()} ", umr.removeprefix("B")):
        assert await matched(client, umr=spelling) == len(slips) > 0
    assert await matched(client, umr="B0999NOSUCHUMR") == 0
    other = next(d for d in documents if "::SIGNED" in d["id"] and (d.get("umr") or "").endswith("A"))
    assert await matched(client, umr=other["umr"]) >= 1


async def test_a_contract_type_is_equal_in_any_case(client: Client, raw: list[list[Any]]) -> None:
    kind = next(row["ContractType"] for row in raw[0] if row.get("ContractType"))
    wanted = sum((lowered(row).get("contracttype") or "").casefold() == kind.casefold() for row in raw[0])
    assert await matched(client, unit="document", contract_type=kind.upper()) == wanted > 0
    assert await matched(client, contract_type=kind[:-1]) == 0


async def test_facilities_can_be_the_only_ones_or_left_out(client: Client) -> None:
    assert all(row["facility"] is True for row in await rows(client, facility="only"))
    assert not any("facility" in row for row in await rows(client, facility="exclude"))
    only, exclude = await matched(client, facility="only"), await matched(client, facility="exclude")
    assert only + exclude == await matched(client)


async def test_a_broker_is_found_by_name_beginning_channel_prefix_or_channel(
    client: Client, raw: list[list[Any]]
) -> None:
    channels = [lowered(row).get("placingbrokerchannel") or "" for row in raw[1]]
    prefixes = [channel.partition("_")[0].lower() for channel in channels]
    wanted = prefixes.count("hexworthy")
    for spelling in ("Hexworthy Placing", "hexworthy placing", "Hexworthy P", "HEXWORTHY", "hexworthy"):
        assert await matched(client, CARRIER, unit="document", broker=spelling) == wanted > 0
    channel = next(c for c in channels if c.startswith("hexworthy_"))
    assert await matched(client, CARRIER, unit="document", broker=channel.upper()) == channels.count(channel) > 0
    assert {r.get("broker") for r in await rows(client, CARRIER, broker="hexworthy")} == {"Hexworthy Placing"}
    for tool, more in (
        ("get_risks", {"page_size": 0}),
        ("summarise_risks", {"group_by": "stage"}),
        ("get_open_items", {}),
    ):
        part = await checked(client, tool, organisation=CARRIER, broker="hexworthy", **more)
        assert "broker 'hexworthy' is Hexworthy Placing." in part["notes"], tool
        whole = await checked(client, tool, organisation=CARRIER, broker="Hexworthy Placing", **more)
        assert not any("Hexworthy" in note for note in whole.get("notes", [])), tool
    assert await matched(client, CARRIER, broker="nobody_MARINE") == 0


async def test_a_broker_that_could_be_several_or_none_is_refused_with_the_choices(client: Client) -> None:
    said = await refused(client, "get_risks", organisation=CARRIER, broker="ha")
    assert "Argument 'broker' could be several companies" in said
    said = await refused(client, "get_risks", organisation=CARRIER, broker="Hexwurthy Placing")
    assert "Argument 'broker' names no company" in said
    assert "Did you mean Hexworthy Placing?" in said
    said = await refused(client, "get_risks", organisation=CARRIER, broker="zzzzzz")
    assert "Pass a company's name" in said
    assert "zzzzzz" not in said


async def test_an_own_team_is_found_by_id_name_or_channel(client: Client, raw: list[list[Any]]) -> None:
    wanted = sum("calderfinch_MARINE" in (lowered(row).get("channels") or []) for row in raw[0])
    for spelling in ("MARINE", "marine", "Marine", "calderfinch_MARINE"):
        assert await matched(client, unit="document", team=spelling) == wanted > 0
    assert all("Marine" in row["team"] for row in await rows(client, team="Marine"))
    slips = await matched(client, team="Aviation")
    assert 0 < slips < await matched(client)


async def test_a_team_of_the_organisation_that_the_login_is_not_in_can_be_asked_for(client: Client) -> None:
    answer = await checked(client, "list_organisations")
    assert "Motor (closed)" not in answer["organisations"][0]["teams"]
    for spelling in ("Motor (closed)", "MOTOR2019"):
        assert await matched(client, team=spelling) < await matched(client)


async def test_a_team_that_is_not_ones_own_is_refused_with_the_teams(client: Client) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, team="Livestock")
    assert "Argument 'team' names no team of the organisation" in said
    assert "Marine (MARINE)" in said


async def test_with_all_a_team_that_one_organisation_has_selects_nothing_in_the_other(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation="all", team="Wrenlock Broking", page_size=0)
    assert [entry["matched"] > 0 for entry in answer["organisations"]] == [True, False]
    answer = await checked(client, "get_risks", organisation="all", team="marine", page_size=0)
    assert all(entry["matched"] for entry in answer["organisations"])


async def test_edits_are_selected_from_one_moment_to_before_another_and_the_answer_says_what_they_are(
    client: Client, raw: list[list[Any]]
) -> None:
    moments = [(lowered(row).get("updatedat") or "").replace(" ", "T") for row in raw[0]]
    entry = sorted(moment for moment in moments if moment)[len(moments) // 2]
    later = sum(moment >= entry for moment in moments)
    earlier = sum(moment != "" and moment < entry for moment in moments)
    since = await checked(client, "get_risks", organisation=BROKER, unit="document", updated_since=entry, page_size=0)
    assert since["matched"] == later
    assert any("last edit" in note for note in since["notes"])
    assert await matched(client, unit="document", updated_before=f"{entry}Z") == earlier
    assert await matched(client, unit="document", updated_since=entry, updated_before=entry) == 0
    day = entry[:10]
    assert await matched(client, unit="document", updated_since=day) == sum(moment >= day for moment in moments)


@pytest.mark.parametrize("argument", ["updated_since", "updated_before"])
async def test_what_is_no_date_is_refused_with_an_example(client: Client, argument: str) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, **{argument: "last week"})
    assert f"Argument '{argument}' is not a date" in said
    assert f"Example: {argument}=2026-01-31." in said
    assert "last week" not in said


async def test_what_is_missing_can_be_asked_for(client: Client, raw: list[list[Any]]) -> None:
    documents = [lowered(row) for row in raw[0]]
    nameless = sum(not (document.get("insuredname") or "").strip() for document in documents)
    without = sum(not (document.get("umr") or "").strip() for document in documents)
    assert await matched(client, unit="document", missing="name") == nameless > 0
    assert await matched(client, unit="document", missing="umr") == without > 0
    assert await rows(client, missing="umr") == await rows(client, umr_form="none")
    assert not any("umr" in row for row in await rows(client, missing="umr"))
    assert not any("name" in row for row in await rows(client, missing="name"))


async def test_filters_are_joined_with_and(client: Client) -> None:
    both = await matched(client, stage="signed", facility="only")
    assert 0 < both < await matched(client, stage="signed")
    assert {(row["stage"], row["facility"]) for row in await rows(client, stage="signed", facility="only")} == {
        ("signed", True)
    }


async def test_blank_filters_are_no_filters(client: Client) -> None:
    assert await matched(client, name=" ", umr="", contract_type="", stage=[], broker="", team="") == await matched(
        client
    )


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("unit", "canary-77"),
        ("facility", "canary-77"),
        ("missing", "canary-77"),
        ("sort", "canary-77"),
        ("page_size", "canary-77"),
        ("stage", 77),
        ("stage", [["canary-77"]]),
        ("stage", ["signed"] * 21),
        ("name", ["canary-77", "canary-77"]),
        ("name", "canary-77" * 100),
        ("umr", 77_000_077),
        ("refresh", "canary-77"),
        ("cursor", "canary-77" * 20),
    ],
)
async def test_a_value_that_cannot_be_used_is_refused_and_not_repeated(
    client: Client, argument: str, value: object
) -> None:
    said = await refused(client, "get_risks", organisation=BROKER, **{argument: value})
    assert f"Argument '{argument}'" in said
    assert "Call again with that corrected." in said
    assert "canary" not in said
    assert "77000077" not in said
    assert "pydantic" not in said


async def test_what_has_no_status_or_type_is_found_by_the_word_that_answers_show_for_it(client: Client) -> None:
    for argument in ("status", "contract_type"):
        sums = await checked(client, "summarise_risks", organisation=BROKER, unit="document", group_by=argument)
        (group,) = [group for group in sums["groups"] if group[argument] == "(none)"]
        assert await matched(client, unit="document", **{argument: "(none)"}) == group["documents"] > 0
    with_it = await matched(client, unit="document", status=["(none)", "Signed"])
    assert with_it == await matched(client, unit="document", status="(none)") + await matched(
        client, unit="document", status="Signed"
    )


async def test_null_means_that_an_argument_is_not_given(client: Client) -> None:
    nothing = dict.fromkeys(("unit", "stage", "name", "sort", "page_size", "cursor", "refresh", "facility"))
    assert await checked(client, "get_risks", organisation=BROKER, **nothing) == await checked(
        client, "get_risks", organisation=BROKER
    )
    assert "Argument 'group_by' is missing." in await refused(client, "summarise_risks", group_by=None)


async def test_a_broker_is_found_by_channel_also_while_the_directory_cannot_be_read(running: Running, era: str) -> None:
    running.platform.faults.add("/api/shared/", status=500, times=None)
    settings = settings_for(running, user_id=running.platform.login.memberships[1].user_id)
    async with client_of(settings, era) as client:
        channel = f"{BROKER.lower()}_FINPRO"
        assert await matched(client, CARRIER, broker=channel) > 0
        assert "failed on this request (500)" in await refused(client, "get_risks", broker="Hexworthy")


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"stage": "endorsement"}, "unit=document counts endorsements"),
        ({"status": "EndorsementFinalised"}, "unit=document counts endorsements"),
        ({"status": "FirmOrder", "stage": "signed"}, "that of a slip's current document"),
        ({"stage": "signed", "placed": "short"}, "told of firm orders only"),
        ({"stage": "draft", "subjectivity": "open"}, "have no lines"),
    ],
)
async def test_what_no_slip_can_be_says_so_with_its_zero(client: Client, filters: dict[str, Any], words: str) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, **filters)
    assert answer["matched"] == 0
    assert any(words in note for note in answer["notes"])
    assert "near" not in answer
    if "placed" not in filters and "subjectivity" not in filters:
        assert "notes" not in await checked(client, "get_risks", organisation=BROKER, unit="document", **filters)
