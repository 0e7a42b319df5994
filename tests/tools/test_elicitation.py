"""Asking the user which organisation is meant, where the client can ask."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult

from support.clock import let_pass
from support.servers import BOTH_ERAS, ask, client_of, refused, settings_for
from whitespace_mcp.demo import Options, Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


class User:
    """Somebody who answers questions, and remembers them."""

    def __init__(self, action: Literal["accept", "decline", "cancel"], organisation: str = "") -> None:
        self.asked: list[Any] = []
        self._result = ElicitResult(action=action, content={"organisation": organisation} if organisation else None)

    async def __call__(self, _context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params)
        return self._result


@pytest.fixture
def assistant(small: Running, era: str) -> Callable[..., Any]:
    """A client whose user can be asked."""

    def make(user: User, **changes: Any) -> Any:
        return client_of(settings_for(small, **changes), era, elicitation_callback=user)

    return make


@BOTH_ERAS
@pytest.mark.parametrize(("organisation", "documents"), [(BROKER, 300), (CARRIER, 100)])
async def test_the_user_is_asked_and_the_answer_counts_for_this_call(
    assistant: Callable[..., Any], organisation: str, documents: int
) -> None:
    user = User("accept", organisation)
    async with assistant(user) as client:
        answer = await ask(client, "get_risks", page_size=0)
        assert answer["organisations"][0]["company_id"] == organisation
        assert answer["organisations"][0]["documents"] == documents
        assert "organisation" not in await ask(client, "whoami")
        await ask(client, "summarise_risks", group_by="stage")
    assert len(user.asked) == 2
    schema = user.asked[0].requested_schema["properties"]["organisation"]
    assert user.asked[0].message == "Which organisation is this about?"
    assert schema["enum"] == [BROKER, CARRIER]
    assert schema["enumNames"] == ["Calderfinch Partners", "Marrowgate Underwriting"]


@BOTH_ERAS
@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_a_user_who_does_not_choose_is_respected(
    assistant: Callable[..., Any], action: Literal["decline", "cancel"]
) -> None:
    user = User(action)
    async with assistant(user) as client:
        said = await refused(client, "get_risks")
    assert said.startswith("Which organisation? Choices: ")
    assert "none was chosen" in said
    assert "was asked" not in said, "a host may decline without asking anybody"
    assert f"Calderfinch Partners (organisation={BROKER})" in said
    assert len(user.asked) == 1


async def test_nobody_is_asked_what_is_known(assistant: Callable[..., Any], small: Running) -> None:
    user = User("accept", CARRIER)
    async with assistant(user) as client:
        for organisation in (BROKER, "all"):
            answer = await ask(client, "get_risks", page_size=0, organisation=organisation)
            assert answer["organisations"][0]["company_id"] == BROKER
        await ask(client, "switch_org", organisation=BROKER)
        assert (await ask(client, "get_risks", page_size=0))["organisations"][0]["company_id"] == BROKER
    for changes in ({"user_id": small.platform.login.memberships[0].user_id}, {"organisations": (BROKER,)}):
        async with assistant(user, **changes) as client:
            answer = await ask(client, "get_risks", page_size=0)
        assert answer["organisations"][0]["company_id"] == BROKER, changes
    assert user.asked == []


async def test_nobody_is_asked_where_each_call_must_name_its_organisation(assistant: Callable[..., Any]) -> None:
    user = User("accept", CARRIER)
    async with assistant(user, require_organisation=True) as client:
        assert f"organisation={CARRIER}" in await refused(client, "get_risks")
    assert user.asked == []


@BOTH_ERAS
async def test_a_user_may_think_longer_than_a_call_may_take(assistant: Callable[..., Any]) -> None:
    class Thinker(User):
        async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
            await let_pass(120)
            return await super().__call__(context, params)

    async with assistant(Thinker("accept", CARRIER)) as client:
        await ask(client, "list_organisations")
        assert (await ask(client, "get_risks", page_size=0))["matched"]


async def test_a_membership_that_is_not_live_is_not_offered(era: str) -> None:
    user = User("accept", CARRIER)
    with serve(Platform(documents=(40, 20), options=Options(suspended_membership=True))) as running:
        async with client_of(settings_for(running), era, elicitation_callback=user) as client:
            await ask(client, "get_risks", page_size=0)
    assert user.asked[0].requested_schema["properties"]["organisation"]["enum"] == [BROKER, CARRIER]


@BOTH_ERAS
async def test_a_client_that_cannot_ask_gets_the_choices(client: Client) -> None:
    said = await refused(client, "get_risks")
    assert said.startswith("Which organisation?")
    assert (
        f"Choices: Calderfinch Partners (organisation={BROKER}), Marrowgate Underwriting (organisation={CARRIER})."
        in said
    )
    assert "ask the user" in said


@BOTH_ERAS
async def test_an_answer_that_was_not_offered_is_refused_with_what_to_pass(assistant: Callable[..., Any]) -> None:
    async with assistant(User("accept", "NOWHERE")) as client:
        said = await refused(client, "get_risks")
    assert "NOWHERE" not in said
    assert "Error executing" not in said
    assert said.startswith("The answer to the question could not be used.")
    assert "Pass 'organisation' as list_organisations gives it." in said
