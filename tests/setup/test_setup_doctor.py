"""The doctor: a verdict, a reason and a remedy for everything that can be wrong, and never a secret."""

import json
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import keyring
import keyring.backends.fail
import pytest

from support.clock import FakeClock
from support.keyrings import Shelf
from support.raw import raw_list
from support.servers import settings_for
from support.setups import Desk
from support.sockets import closed_port, http_answer, raw_server
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.setup.connectivity import platform_checks
from whitespace_mcp.setup.doctor import examine
from whitespace_mcp.setup.hosts import HOSTS, our_command


def at(running: Running, desk: Desk, **more: str) -> Desk:
    """The demo person's login in the environment."""
    platform = running.platform
    login = {
        "WHITESPACE_ROOT": running.root,
        "WHITESPACE_BUCKET": platform.bucket,
        "WHITESPACE_REFRESH_TOKEN": platform.login.refresh_token,
    }
    return desk.with_environment(**{**login, **more})


def report(desk: Desk, *options: str, code: int = 0) -> dict[str, Any]:
    done = desk.run("doctor", "--json", *options)
    assert done.exit_code == code, done.output
    document = json.loads(done.stdout)
    assert document["exit_code"] == code
    return document


def checks(desk: Desk, *options: str, code: int = 0) -> dict[str, Any]:
    """The checks by name."""
    return {check["name"]: check for check in report(desk, *options, code=code)["checks"]}


def ending(check: dict[str, Any]) -> str:
    return f"{check['verdict']}: {check['reason']}"


def test_a_variable_that_asks_for_the_demo_is_told_and_the_platform_is_not_asked(desk: Desk, running: Running) -> None:
    rows = checks(at(running, desk, WHITESPACE_DEMO="on"), code=1)
    assert ending(rows["configuration"]).startswith("warning: WHITESPACE_DEMO is on: the invented market answers")
    assert "credential" not in rows
    assert running.platform.requests == []


@pytest.mark.usefixtures("shelf")
def test_all_is_well(desk: Desk, running: Running) -> None:
    desk.log_in(running)
    rows = checks(desk)
    others = {name for name, check in rows.items() if check["verdict"] != "ok"}
    assert others == {"clock", "other apps"}  # the demo platform does not tell its time
    assert {rows[name]["verdict"] for name in others} == {"skipped"}
    assert rows["other apps"]["reason"] == f"no configuration of {', '.join(host.title for host in HOSTS.values())}"
    assert ending(rows["configuration"]) == f"ok: {running.root[7:]}, bucket sandboxbucket, profile sandbox"
    assert rows["keychain"]["reason"].endswith(", holds the token of profile sandbox")
    assert rows["address"]["reason"].startswith(f"{running.root[7:]} answers, platform version ")
    assert rows["credential"]["reason"].startswith("refresh token accepted; its id token lives ")
    assert rows["organisations"]["reason"] == "CALDERFINCH, MARROWGATE of Rosalind Quenby; default CALDERFINCH"
    assert rows["rights MARROWGATE"]["reason"].startswith("underwriter, Live; teams: ")
    assert rows["risks CALDERFINCH"]["reason"].endswith(" slips, 8 documents")
    assert rows["risks MARROWGATE"]["reason"].endswith(" slips, 6 documents")


@pytest.mark.usefixtures("shelf")
def test_it_says_where_each_value_came_from_and_never_a_secret(desk: Desk, running: Running) -> None:
    desk.log_in(running)
    there = desk.with_environment(WHITESPACE_TIMEOUT="20")
    settings = {row["name"]: (row["value"], row["origin"]) for row in report(there)["settings"]}
    assert settings["WHITESPACE_ROOT"] == (running.root, "profile sandbox")
    assert settings["WHITESPACE_TIMEOUT"] == ("20", "environment")
    assert settings["WHITESPACE_REFRESH_TOKEN"] == ("set", "keychain of profile sandbox")
    assert settings["WHITESPACE_SERVICE_TOKEN"] == ("not set", "default")
    assert settings["WHITESPACE_REQUIRE_ORGANISATION"] == ("off", "default")
    assert settings["WHITESPACE_MAX_BODY"] == ("128", "default")
    assert settings["WHITESPACE_CACHE"] == ("memory", "default")
    words = there.run("doctor").output
    assert "WHITESPACE_TIMEOUT = 20  [environment]" in words
    assert "All is well." in words
    assert running.platform.login.refresh_token not in words + json.dumps(report(there))


def test_offline_it_says_what_it_can(desk: Desk) -> None:
    there = desk.with_environment(
        WHITESPACE_ROOT=f"http://127.0.0.1:{closed_port()}", WHITESPACE_REFRESH_TOKEN="canary"
    )
    rows = checks(there, code=2)
    assert ending(rows["address"]).startswith("failed: No connection to the platform at 127.0.0.1")
    assert "WHITESPACE_ROOT" in rows["address"]["remedy"]
    assert ending(rows["credential"]).endswith("was not reached")
    assert rows["python"]["verdict"] == rows["packages"]["verdict"] == "ok"
    words = there.run("doctor")
    said = " ".join(words.output.split())
    assert "skipped 5 more content type, clock, latency, credential, organisations: 127.0.0.1" in said
    assert said.count("was not reached") == 1
    assert "canary" not in words.output
    assert "Something does not work; see above." in words.output


def test_nothing_configured_is_a_failure_with_a_remedy(desk: Desk) -> None:
    there = desk.with_environment(WHITESPACE_ROOT=f"http://127.0.0.1:{closed_port()}")
    row = checks(there, code=2)["configuration"]
    assert row["reason"].endswith("no profile, no credential")
    assert row["remedy"].startswith("Run whitespace-mcp login")


def test_a_configuration_that_cannot_be_used_is_told_and_nothing_is_sent(desk: Desk, running: Running) -> None:
    rows = checks(at(running, desk, WHITESPACE_TIMEOUT="soon"), code=2)
    assert ending(rows["configuration"]) == "failed: WHITESPACE_TIMEOUT must be a number from 1 to 600"
    assert ending(rows["address"]) == "skipped: the configuration cannot be used"
    assert running.platform.requests == []


def test_a_page_instead_of_the_platform_is_told(desk: Desk, running: Running) -> None:
    running.platform.faults.add("/api/version", status=200, body="<html>", content_type="text/html", times=None)
    rows = checks(at(running, desk), code=2)
    assert rows["address"]["verdict"] == "failed"
    assert ending(rows["content type"]).startswith("failed: text/html instead of JSON")
    running.platform.faults.clear()
    running.platform.faults.add("/api/version", status=404, body="", content_type="", times=None)
    rows = checks(at(running, desk), code=2)
    assert rows["address"]["reason"].endswith("answers 404 to /version")
    assert rows["content type"]["reason"].startswith("none instead of JSON")


def test_a_token_that_is_refused_is_told(desk: Desk, running: Running) -> None:
    rows = checks(at(running, desk, WHITESPACE_REFRESH_TOKEN="canary"), code=2)
    assert ending(rows["credential"]).startswith("failed: The refresh token does not work at 127.0.0.1")
    assert "A production token does not work on sandbox" in rows["credential"]["remedy"]
    assert rows["organisations"]["verdict"] == "skipped"


def test_organisations_that_cannot_be_found_are_told(desk: Desk) -> None:
    with serve(Platform(documents=(8, 6), options=Options(email_claim=False))) as running:
        rows = checks(at(running, desk), code=2)
    assert rows["credential"]["verdict"] == "ok"
    assert "WHITESPACE_USER_NAME" in rows["organisations"]["remedy"]


def test_a_suspended_membership_deserves_a_look(desk: Desk) -> None:
    with serve(Platform(documents=(8, 6), options=Options(suspended_membership=True))) as running:
        rows = checks(at(running, desk), code=1)
        words = at(running, desk).run("doctor").output
    assert ending(rows["rights TALLOWICK"]) == "warning: the membership is Suspended, so nothing can be read"
    assert "risks TALLOWICK" not in rows
    assert rows["risks MARROWGATE"]["verdict"] == "ok"
    assert rows["organisations"]["reason"].endswith("no default: each question names its own")
    assert "It works; something above deserves a look." in words


def test_a_default_that_is_not_there_deserves_a_look(desk: Desk, running: Running) -> None:
    mine = running.platform.login.memberships
    there = at(running, desk, WHITESPACE_USER_ID=mine[1].user_id, WHITESPACE_ORGANISATIONS="CALDERFINCH")
    assert "the default that is configured is not among them" in checks(there, code=1)["organisations"]["reason"]
    limited = at(running, desk, WHITESPACE_ORGANISATIONS="CALDERFINCH, MARROWGAT")
    assert "also names MARROWGAT, which" in checks(limited, code=1)["organisations"]["reason"]


def test_one_organisation_that_fails_does_not_hide_the_other(desk: Desk, running: Running) -> None:
    first, second = running.platform.login.memberships
    running.platform.faults.add("/api/risks", status=500, user_id=first.user_id, times=None)
    rows = checks(at(running, desk), code=2)
    assert "failed (500)" in rows["risks CALDERFINCH"]["reason"] or rows["risks CALDERFINCH"]["verdict"] == "failed"
    assert rows["risks MARROWGATE"]["verdict"] == "ok"
    running.platform.faults.add("/api/risks", status=500, user_id=second.user_id, times=None)
    assert checks(at(running, desk), code=2)["risks MARROWGATE"]["verdict"] == "failed"


def test_an_empty_list_and_odd_rows_are_mentioned(desk: Desk, running: Running) -> None:
    first, second = running.platform.login.memberships
    running.platform.faults.add("/api/risks", status=200, body="[]", user_id=first.user_id)
    rows = json.dumps([7, *raw_list(running, 1)[:1]])
    running.platform.faults.add("/api/risks", status=200, body=rows, user_id=second.user_id)
    result = checks(at(running, desk), code=1)
    assert ending(result["risks CALDERFINCH"]) == "warning: 0 slips, 0 documents"
    assert result["risks MARROWGATE"]["reason"].endswith("; 1 could not be used")


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("Mon, 05 Jan 2026 09:00:20 GMT", "ok: within 20 seconds of the platform's"),
        ("Mon, 05 Jan 2026 09:00:00 GMT", "ok: within 1 second of the platform's"),
        ("Mon, 05 Jan 2026 08:50:00 GMT", "warning: this computer's clock is 10 minutes off the platform's"),
        ("Sat, 03 Jan 2026 09:00:00 GMT", "warning: this computer's clock is 2 days off the platform's"),
        ("yesterday", "skipped: the platform does not tell its time"),
    ],
)
async def test_a_clock_that_is_off_is_told(running: Running, clock: FakeClock, date: str, said: str) -> None:
    running.platform.faults.add("/api/version", status=200, body="{}", headers={"Date": date}, times=None)
    rows = {check.name: check for check in await platform_checks(settings_for(running), clock)}
    assert ending(rows["clock"].as_json()) == said
    assert rows["credential"].verdict == "ok"


async def test_a_platform_without_a_date_and_an_answer_that_breaks_off(running: Running, clock: FakeClock) -> None:
    answer = http_answer(b"{}")
    with raw_server(answer) as raw:
        settings = settings_for(running, root=f"http://{raw.address}", api_url=f"http://{raw.address}/api")
        rows = {check.name: check for check in await platform_checks(settings, clock)}
    assert rows["clock"].verdict == "skipped"
    assert (rows["address"].verdict, rows["address"].reason) == ("ok", f"{raw.address} answers")


async def test_a_service_token_tells_no_lifetime_and_somebody_suspended_has_nothing(running: Running) -> None:
    service = running.platform.logins["service"]
    rows = {check.name: check for check in await platform_checks(settings_for(running, service), FakeClock())}
    assert rows["credential"].reason == "service token accepted"


class Slow(FakeClock):
    """Every look at it is three seconds later."""

    def monotonic(self) -> float:
        self.advance(3)
        return super().monotonic()


def test_a_slow_platform_deserves_a_look(desk: Desk, running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    code = examine(at(running, desk).places, None, as_json=True, clock=Slow())
    rows = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert code >= 1
    assert ending(rows["latency"]).startswith("warning: 3000 ms an answer")


def test_files_that_others_can_read_are_told(desk: Desk, running: Running) -> None:
    desk.log_in(running, keep="file")
    desk.places.config.joinpath("sandbox.toml").chmod(0o644)
    rows = checks(desk, code=1)
    assert rows["profile file"]["verdict"] == "warning"
    assert rows["token file"]["verdict"] == "ok"
    desk.places.config.joinpath("sandbox.token").chmod(0o640)
    rows = checks(desk, code=2)
    desk.places.config.joinpath("sandbox.token").chmod(0o600)
    assert rows["token file"]["verdict"] == "failed"
    assert "copy a new token" in rows["token file"]["remedy"]
    assert "token file" not in checks(Desk(replace(desk.places, system="windows")))


@pytest.mark.usefixtures("shelf")
def test_a_keychain_that_has_gone_is_told(desk: Desk, running: Running) -> None:
    assert checks(at(running, desk))["keychain"]["reason"].endswith(", not used")
    desk.log_in(running)
    keyring.set_keyring(keyring.backends.fail.Keyring())
    rows = checks(desk, code=2)
    assert ending(rows["keychain"]).endswith("could not be read: this computer offers none that Python can use")
    assert rows["credential"]["verdict"] == "failed"


def test_a_keychain_that_is_locked_or_was_emptied_does_not_hold_the_token(
    desk: Desk, shelf: Shelf, running: Running
) -> None:
    desk.log_in(running)
    shelf.locked = True
    assert ending(checks(desk, code=2)["keychain"]).startswith("failed: The keychain of this computer is locked")
    shelf.locked = False
    shelf.kept.clear()
    assert "is not in the keychain any more" in ending(checks(desk, code=2)["keychain"])


def test_a_cache_that_cannot_be_written_deserves_a_look(desk: Desk, running: Running, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    row = checks(at(running, desk), code=1)["cache folder"]
    assert ending(row) == f"warning: {tmp_path}/cache cannot be written"


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("http://me:canary@proxy.example:3128", "ok: through proxy.example:3128"),
        ("proxy.example:3128", "ok: through proxy.example:3128"),
        ("socks5://canary@proxy.example", "warning: a socks5 proxy is set, which is not used"),
        ("", "ok: none"),
    ],
)
def test_the_proxy_is_told_without_its_password(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, proxy: str, said: str
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert urllib.request.getproxies().get("https") is None
    there = desk.with_environment(WHITESPACE_ROOT="https://acme.example", WHITESPACE_TIMEOUT="soon")
    assert ending(checks(there, code=2)["proxy"]) == said


def entry(desk: Desk, document: Any) -> dict[str, Any]:
    """What is said of Cursor's file."""
    path = HOSTS["cursor"].file(desk.places)
    path.parent.mkdir(exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps({"mcpServers": document}))
    there = desk.with_environment(WHITESPACE_TIMEOUT="soon", PATH="/usr/bin:/bin")
    return checks(there, code=2)["Cursor"]


def test_the_hosts_files_are_read(desk: Desk) -> None:
    ours = our_command().command
    assert ending(entry(desk, "{")).startswith("failed: ")
    assert "does not start whitespace-mcp" in entry(desk, {"files": 1})["reason"]
    assert ending(entry(desk, {"whitespace": {"command": ours, "args": []}})) == f"ok: starts {ours}"
    assert ending(entry(desk, {"mine": {"command": "sh", "args": ["-c", "whitespace-mcp"]}})) == "ok: starts sh"
    gone = entry(desk, {"whitespace": {"command": "/gone/whitespace-mcp"}})
    assert ending(gone) == "warning: its entry 'whitespace' starts '/gone/whitespace-mcp', which is not there"
    assert gone["remedy"] == "Run: whitespace-mcp install cursor"
    assert entry(desk, {"whitespace": 7})["verdict"] == "warning"
    held = {"command": ours, "env": {"WHITESPACE_REFRESH_TOKEN": "canary"}}
    row = entry(desk, {"whitespace": held})
    assert row["verdict"] == "warning"
    assert "canary" not in json.dumps(row)
    held["env"] = {"WHITESPACE_REFRESH_TOKEN": "${input:token}"}
    assert entry(desk, {"whitespace": held})["verdict"] == "ok"


def test_the_apps_that_are_not_there_are_one_row(desk: Desk) -> None:
    others = ", ".join(host.title for host in HOSTS.values() if host.name != "cursor")
    assert entry(desk, {})["verdict"] == "skipped"
    there = desk.with_environment(WHITESPACE_TIMEOUT="soon")
    assert checks(there, code=2)["other apps"]["reason"] == f"no configuration of {others}"


def test_a_package_that_is_too_old_or_missing_is_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old" / "mcp-1.9.dist-info"
    old.mkdir(parents=True)
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: mcp\nVersion: 1.9\n")
    monkeypatch.setattr(sys, "path", [str(old.parent), *sys.path])
    row = checks(desk.with_environment(WHITESPACE_TIMEOUT="soon"), code=2)["packages"]
    assert "mcp 1.9" in row["reason"]
    assert row["remedy"] == "Install whitespace-mcp anew: mcp cannot be used."


def test_the_checks_run_on_the_other_event_loop(running: Running) -> None:
    rows = anyio.run(platform_checks, settings_for(running), FakeClock(), backend="trio")
    assert {check.name for check in rows if check.verdict == "failed"} == set()
