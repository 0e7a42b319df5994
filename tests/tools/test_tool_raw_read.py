# the typical answer stands here as it is sent
"""`read_platform`: any other documented read, from a list that is built in; off unless it is switched on."""

import itertools
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked
from support.raw import raw_list, raw_read
from support.servers import ERAS, ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.api.raw_read import OPERATIONS
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
SHARED = "ICD0C727B8"


@pytest.fixture(scope="package")
async def open_clients(small: Running, clients: dict[str, Client]) -> AsyncGenerator[dict[str, Client]]:
    """Assistants of servers on which the tool is switched on; they end before the others, as they began after them."""
    assert clients
    settings = settings_for(small, extra_reads=True)
    async with client_of(settings, ERAS[0]) as client, client_of(settings, ERAS[1]) as other:
        yield {ERAS[0]: client, ERAS[1]: other}


@pytest.fixture
def reader(open_clients: dict[str, Client], era: str) -> Client:
    """An assistant in each era whose server has the tool."""
    return open_clients[era]


async def test_it_is_not_there_unless_it_is_switched_on(client: Client) -> None:
    assert "read_platform" not in {tool.name for tool in (await client.list_tools()).tools}
    words = await refused(client, "read_platform", operation="version", organisation=BROKER)
    assert words.startswith("There is no such tool")


async def test_each_operation_is_answered_within_the_budget(reader: Client) -> None:
    sides = itertools.cycle([(BROKER, CARRIER), (CARRIER, BROKER)])  # the other is asked where the first has nothing
    answered = {
        name: await answered_within_the_budget(reader, name, first)
        or await answered_within_the_budget(reader, name, second)
        for name, (first, second) in zip(OPERATIONS, sides, strict=False)
    }
    assert sum(answered.values()) > len(OPERATIONS) / 2, "most are there"


async def answered_within_the_budget(reader: Client, name: str, organisation: str) -> bool:
    """Whether an operation is answered; if it is not, the error is one of the two that there may be."""
    operation = OPERATIONS[name]
    arguments: dict[str, Any] = {"operation": name, "organisation": organisation}
    arguments |= {"risk": SHARED} if operation.of else {}
    arguments |= {"value": operation.example} if operation.fills else {}
    result = await reader.call_tool("read_platform", arguments)
    text = "".join(getattr(part, "text", "") for part in result.content)
    assert "@" not in text
    if result.is_error:
        assert text.startswith(("Not found", "This platform does not serve that operation")), (name, text)
        return False
    answer = json.loads(text)
    assert tokens(answer) <= 1_700
    assert answer["operation"] == name
    assert "other parties' words" in answer["notes"][0]
    return True


async def test_a_risk_without_an_organisation_is_looked_for_as_by_other_tools(reader: Client, small: Running) -> None:
    roots = [{row["id"].partition("::")[0] for row in raw_list(small, number)} for number in (0, 1)]
    here = min(roots[0] - roots[1])
    answer = await checked(reader, "read_platform", operation="owners", risk=here)
    assert (answer["organisation"]["company_id"], answer["found_in"]) == (BROKER, 2)
    both = await refused(reader, "read_platform", operation="owners", risk=min(roots[0] & roots[1]))
    assert both.startswith("Several organisations have this risk: ")
    assert "There is no risk" in await refused(reader, "read_platform", operation="owners", risk="IC00000000")


async def test_a_field_is_what_the_platform_sent(reader: Client, small: Running) -> None:
    root = next(row["id"].partition("::")[0] for row in raw_list(small) if row["id"].startswith(SHARED))
    contract = raw_read(small, f"/api/risks/{root}::SIGNED", 0)
    answer = await ask(
        reader, "read_platform", operation="contract", risk=SHARED, organisation=BROKER,
        fields=["control.status", "MRCContract.lineItems.mrcHeading"],
    )  # fmt: skip
    assert answer["data"]["control"] == {"status": contract["control"]["status"]}
    assert answer["data"]["MRCContract"]["lineItems"] == [
        {"mrcHeading": item["mrcHeading"]} for item in contract["MRCContract"]["lineItems"]
    ]
    assert "cut" not in answer


async def test_what_is_cut_says_which_fields_there_are(reader: Client) -> None:
    answer = await checked(reader, "read_platform", operation="contract", risk=SHARED, organisation=BROKER)
    assert answer["cut"] is True
    assert "control.umr" in answer["fields"]
    assert any("name some of 'fields'" in note for note in answer["notes"])


async def test_a_list_comes_in_pages_each_element_once(reader: Client, small: Running) -> None:
    labels = raw_read(small, "/api/labels/teamLabels", 0)
    arguments: dict[str, Any] = {"operation": "team_labels", "organisation": BROKER, "fields": ["title", "rootID"]}
    seen: list[Any] = []
    for _ in range(100):
        answer = await ask(reader, "read_platform", **arguments)
        assert answer["total"] == len(labels)
        seen += answer["items"]
        if "next_cursor" not in answer:
            break
        arguments["cursor"] = answer["next_cursor"]
    assert seen == [{"title": label["title"], "rootID": label["rootID"]} for label in labels]


async def test_internal_messages_and_personal_data_are_left_out_and_counted(reader: Client, small: Running) -> None:
    comments = [comment for comment in raw_read(small, "/api/comments", 0) if comment["isInternal"]]
    root = comments[0]["associatedRootID"]
    answer = await ask(reader, "read_platform", operation="related", risk=root, value="RWComment", organisation=BROKER)
    assert answer["left_out"]["internal"] >= 1
    assert comments[0]["comment"] not in json.dumps(answer, ensure_ascii=False)
    reply = await ask(
        reader, "read_platform", operation="document", risk=root, organisation=BROKER,
        value=comments[0]["_id"].partition("::")[2],
    )  # fmt: skip
    assert "data" not in reply
    lines = await ask(reader, "read_platform", operation="lines", risk=SHARED, organisation=BROKER)
    assert lines["left_out"]["personal"] >= 2
    assert "stamperName" not in json.dumps(lines)


async def test_documents_of_another_organisation_are_dropped(running: Running, era: str) -> None:
    mine = {"_id": "a", "channels": ["calderfinch_MARINE"], "title": "ours"}
    theirs = {"_id": "b", "channels": ["oakmount_MARINE"], "title": "theirs"}
    running.platform.faults.add("/api/labels/teamLabels", status=200, body=json.dumps([mine, theirs]))
    async with client_of(settings_for(running, extra_reads=True), era) as client:
        answer = await ask(client, "read_platform", operation="team_labels", organisation=BROKER)
    assert answer["items"] == [mine]
    assert answer["left_out"] == {"others": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"operation": "person"}, "Argument 'operation' is none that can be read"),
        ({"operation": "contract"}, "Argument 'risk' is needed for contract"),
        ({"operation": "headings", "risk": SHARED}, "Argument 'risk' is not taken by headings"),
        ({"operation": "line_item", "risk": SHARED}, "Argument 'value' is needed for this operation"),
        ({"operation": "related", "risk": SHARED, "value": "Corporate-ACORN"}, "It takes a document type"),
        ({"operation": "document", "risk": "Corporate-MARROWGATE", "value": "x"}, "is the id of another document"),
        (
            {"operation": "document", "risk": SHARED, "value": "../../user/colleagues"},
            "Argument 'value' cannot be used",
        ),
        ({"operation": "contract", "risk": SHARED, "fields": "control.stage"}, "There is: _id, type"),
        ({"operation": "headings", "value": "x"}, "Argument 'value' is not taken"),
    ],
)
async def test_bad_input_is_told_what_would_be_right(reader: Client, arguments: dict[str, Any], words: str) -> None:
    assert words in await refused(reader, "read_platform", organisation=BROKER, **arguments)


async def test_a_typical_answer(reader: Client) -> None:
    answer = await ask(
        reader, "read_platform", operation="contract", risk=SHARED, organisation=CARRIER, fields="control"
    )
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU24F117C9-111D-CCD9-689C-B2C9C3BD1CD4",
                "company_id": "MARROWGATE",
                "name": "Marrowgate Underwriting",
            },
            "operation": "contract",
            "risk": "ICD0C727B8",
            "data": {
                "control": {
                    "status": "Signed",
                    "umr": "B9800PI2500051",
                    "insuredName": "Narwhal Surveyors PI 2025",
                    "contractType": "Professional Indemnity Insurance",
                    "isFacility": False,
                    "insuranceType": "Insurance",
                    "limitSummary": "",
                    "placingBroker": "Calderfinch Partners FinPro",
                    "placingBrokerChannel": "calderfinch_FINPRO",
                    "leadUnderwriter": "",
                    "leadUnderwriterChannel": "",
                    "placementType": "FullContract",
                    "originalDocID": "ICD0C727B8-35BC-6885-0317-DE48B7AE0DD4::FO::MARROWGATE::FINPRO",
                    "shownToUnderwriter": "",
                    "createdInVersion": 30700,
                    "stampVisibility": "LeadersStamps",
                }
            },
            "notes": [
                "As the platform sent it, without personal data and what is internal. Texts are other parties' words."
            ],
        }
    )
