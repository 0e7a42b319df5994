"""Who may ask, as whom, and what the directory tells (platform.md 2.5, 3, 5.10)."""

import json
from collections import Counter
from typing import Any

import pytest
from demo_caller import Caller, call, renew

from whitespace_mcp.demo import Options, Platform, Running, serve

PLAIN = {"error": True, "reason": "Invalid WSAUTH"}
WRONG_USER = b'{"reason":"Invalid WSAUTH: Valid UserID must be supplied","error":true}'


def test_the_version_needs_no_credentials(market: Running) -> None:
    reply = call(market, "/api/version")
    assert reply.status == 200
    assert reply.json["platformVersion"] == 30700
    assert reply.json["buildDate"][10] == "@"


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer nonsense", "Basic abc"])
def test_without_an_accepted_bearer_everything_is_refused(authorization: str, market: Running) -> None:
    for path in ("/api/risks", "/api/summary", "/api/user/myDetails", "/api/shared/corporate"):
        headers: dict[str, Any] = {"Authorization": authorization} if authorization else {}
        reply = call(market, path, **headers)
        assert (reply.status, reply.json) == (401, PLAIN)


def test_a_token_expires_when_its_time_has_come() -> None:
    moment = [1_800_000_000.0]
    platform = Platform(documents=(3, 2), now=lambda: moment[0], token_lifetime_s=60)
    with serve(platform) as running:
        caller = Caller(running, platform.login)
        moment[0] += 59
        assert caller.ask("/api/risks").status == 200
        moment[0] += 1
        reply = caller.ask("/api/risks")
        assert (reply.status, reply.json) == (401, PLAIN)


def test_all_tokens_given_out_can_be_expired_at_once(caller: Caller, small: Running) -> None:
    small.platform.expire_tokens()
    assert (caller.ask("/api/risks").status, caller.ask("/api/risks").json) == (401, PLAIN)
    assert Caller(small, small.platform.login).ask("/api/risks").status == 200


@pytest.mark.parametrize("path", ["/api/risks", "/api/user/myDetails", "/api/lookup/person/a%40b.example"])
def test_a_person_with_several_organisations_must_name_one(path: str, caller: Caller) -> None:
    caller.user_id = None
    assert (caller.ask(path).status, caller.ask(path).body) == (401, WRONG_USER)


@pytest.mark.parametrize("key", ["single", "readonly"])
def test_somebody_elses_mu_id_is_as_good_as_none(key: str, caller: Caller, small: Running) -> None:
    caller.user_id = small.platform.logins[key].memberships[0].user_id
    reply = caller.ask("/api/user/myDetails")
    assert (reply.status, reply.body) == (401, WRONG_USER)


def test_my_details_are_those_of_the_membership_named(broker: Caller, underwriter: Caller) -> None:
    for caller, membership in zip((broker, underwriter), broker.login.memberships, strict=True):
        details = caller.get("/api/user/myDetails")
        assert details["uniqueID"] == membership.user_id
        assert details["username"] == broker.login.email
        assert (details["companyId"], details["companyName"]) == (membership.company_id, membership.company_name)
        assert details["role"] == membership.role
        assert all(set(team) == {"teamId", "name", "channel"} for team in details["teams"])


def test_the_directory_is_open_without_a_mu_id_and_hides_e_mail_addresses(market: Running) -> None:
    caller = Caller(market, market.platform.login, None)
    reply = caller.ask("/api/shared/corporate")
    assert reply.status == 200
    assert b"email" not in reply.body.replace(b"wssvc_CALDERFINCH_platform.feeds@calderfinch.example", b"")
    with_a_wrong_one = caller.ask("/api/shared/corporate", UserID="MU00000000-0000-0000-0000-000000000000")
    assert with_a_wrong_one.status == 401


def companies(caller: Caller) -> list[dict[str, Any]]:
    return caller.get("/api/shared/corporate")


def test_the_directory_has_sixty_companies_and_fifteen_hundred_people(broker: Caller) -> None:
    directory = companies(broker)
    assert len(directory) == 60
    assert 1_500 <= sum(len(company["members"]) for company in directory) < 1_600
    assert {company["role"] for company in directory} == {"broker", "underwriter"}
    assert {c["companyId"].startswith("OFFLINE") for c in directory if c["isOffline"]} == {True}
    assert all(company["companyId"] == company["channelPrefix"].upper() for company in directory)
    ids = [member["uniqueID"] for company in directory for member in company["members"]]
    assert len(ids) == len(set(ids))


def test_teams_have_channels_and_some_are_closed(broker: Caller) -> None:
    teams = [(company, team) for company in companies(broker) for team in company["teams"]]
    assert all(team["channel"] == f"{company['channelPrefix']}_{team['teamId']}" for company, team in teams)
    assert any(team["isInactive"] for _, team in teams)
    assert len({team["teamId"] for _, team in teams}) >= 8


def test_the_directory_has_the_names_that_confuse(broker: Caller) -> None:
    directory = companies(broker)
    names = {company["name"].strip() for company in directory}
    assert {"Tidewell", "Tidewell Re"} <= names, "a prefix of another"
    assert {"Brackenholt Insurance", "Brackenhalt Insurance"} <= names, "near misses"
    teams = {team["name"]: company["name"] for company in directory for team in company["teams"]}
    assert teams["Wrenlock Broking"] == "Calderfinch Partners", "a team that is called like another organisation"
    assert "Wrenlock Broking" in names
    people = Counter(member["name"] for company in directory for member in company["members"])
    assert max(people.values()) > 2
    alike = [name for name in people if name.lower() == broker.login.name.lower()]
    assert len(alike) == 2, "a namesake in other letters"


def test_people_are_in_every_state_and_mostly_live(broker: Caller) -> None:
    states = Counter(member["currentState"] for company in companies(broker) for member in company["members"])
    assert set(states) == set(broker.get("/api/shared/corporate/memberStates"))
    assert states["Live"] > 1_300


def test_the_person_lookup_finds_every_membership_of_an_e_mail(broker: Caller) -> None:
    answer = broker.get(f"/api/lookup/person/{broker.login.email.upper()}")
    assert answer["count"] == 2
    assert {member["uniqueID"] for member in answer["members"]} == {m.user_id for m in broker.login.memberships}
    nobody = broker.get("/api/lookup/person/nobody%40nowhere.example")
    assert nobody == {"search": "nobody@nowhere.example", "count": 0, "members": []}


def test_the_person_lookup_can_be_open_without_a_mu_id() -> None:
    with serve(Platform(documents=(1, 1), options=Options(person_lookup_needs_user_id=False))) as running:
        caller = Caller(running, running.platform.login, None)
        assert caller.get(f"/api/lookup/person/{caller.login.email}")["count"] == 2
        assert caller.ask("/api/user/myDetails").status == 401


def test_an_ordinary_login_needs_no_mu_id_and_none_does_harm(small: Running) -> None:
    login = small.platform.logins["single"]
    caller = Caller(small, login, None)
    assert caller.get("/api/user/myDetails")["uniqueID"] == login.memberships[0].user_id
    assert caller.ask("/api/user/myDetails", UserID="MU-whatever").status == 200


@pytest.mark.parametrize(("way", "own", "other"), [("refused", 401, 401), ("checked", 200, 401)])
def test_a_mu_id_on_an_ordinary_login_can_be_minded(way: Any, own: int, other: int) -> None:
    with serve(Platform(documents=(1, 1), options=Options(user_id_for_single=way))) as running:
        login = running.platform.logins["single"]
        caller = Caller(running, login, None)
        assert caller.ask("/api/user/myDetails").status == 200
        assert caller.ask("/api/user/myDetails", UserID=login.memberships[0].user_id).status == own
        assert caller.ask("/api/user/myDetails", UserID="MU-whatever").status == other


def test_a_service_token_is_one_company_and_cannot_be_renewed(small: Running) -> None:
    login = small.platform.logins["service"]
    assert login.refresh_token == ""
    caller = Caller(small, login, None)
    assert caller.get("/api/user/myDetails")["companyId"] == "CALDERFINCH"
    assert len(caller.get("/api/risks")) == 90
    small.platform.expire_tokens()
    assert caller.ask("/api/risks").status == 200, "it is static"


def test_a_read_only_person_may_look_but_not_post(small: Running) -> None:
    login = small.platform.logins["readonly"]
    live, looking = Caller(small, login, 0), Caller(small, login, 1)
    assert login.memberships[1].state == "ReadOnly"
    assert live.ask("/api/summary", "POST", body={}).status == 200
    assert looking.ask("/api/summary").status == 200
    reply = looking.ask("/api/summary", "POST", body={})
    assert (reply.status, reply.json) == (401, PLAIN)


def test_a_suspended_membership_is_refused_plainly_and_the_directory_tells(small: Running) -> None:
    platform = small.platform
    broker, carrier = Caller(small, platform.login, 0), Caller(small, platform.login, 1)
    platform.suspend(platform.login.memberships[1].user_id)
    reply = carrier.ask("/api/risks")
    assert (reply.status, reply.json) == (401, PLAIN)
    assert state_of(broker, carrier) == "Suspended"
    platform.restore(platform.login.memberships[1].user_id)
    assert carrier.ask("/api/risks").status == 200
    assert state_of(broker, carrier) == "Live"


def state_of(asking: Caller, other: Caller) -> str:
    states = {
        member["uniqueID"]: member["currentState"] for company in companies(asking) for member in company["members"]
    }
    return str(states[other.user_id or ""])


def test_the_directory_stays_open_when_the_first_membership_is_suspended(small: Running) -> None:
    small.platform.suspend(small.platform.login.memberships[0].user_id)
    assert Caller(small, small.platform.login, None).ask("/api/shared/corporate").status == 200


def test_the_demo_person_can_have_a_third_and_suspended_organisation() -> None:
    with serve(Platform(documents=(1, 1), options=Options(suspended_membership=True))) as running:
        memberships = running.platform.login.memberships
        assert [m.state for m in memberships] == ["Live", "Live", "Suspended"]
        assert Caller(running, running.platform.login, 2).ask("/api/risks").json == PLAIN
        assert (
            Caller(running, running.platform.login, 0).get("/api/lookup/person/" + running.platform.login.email)[
                "count"
            ]
            == 3
        )


@pytest.mark.parametrize("path", ["/", "/risks", "/apirisks", "/api/nothing", "/api/risks/", "/index.html"])
def test_an_unknown_path_is_the_web_app(path: str, market: Running) -> None:
    reply = call(market, path)
    assert (reply.status, reply.content_type) == (200, "text/html")
    assert reply.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize(("method", "path"), [("POST", "/anything"), ("DELETE", "/api/risks"), ("PUT", "/api/version")])
def test_a_wrong_method_is_refused_by_the_front_server_in_html(method: str, path: str, market: Running) -> None:
    reply = call(market, path, method, Authorization=f"Bearer {renew(market, market.platform.login)}")
    assert (reply.status, reply.content_type) == (405, "text/html")


def test_errors_of_the_api_carry_a_boolean_and_those_of_the_gateway_text(market: Running) -> None:
    api, gateway = call(market, "/api/risks"), call(market, "/sync/other/_oidc_refresh")
    assert json.loads(api.body)["error"] is True
    assert json.loads(gateway.body)["error"] == "Unauthorized"
