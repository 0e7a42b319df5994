"""Logging in and out: asked, proved, kept; and what is said when something of it does not work."""

import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from support.keyrings import Shelf
from support.sessions import requests_to
from support.setups import Desk, everything_under, kept_text, token_in
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.setup.configuration import configure


def answers(running: Running, *more: str, token: str | None = None, bucket: str | None = None) -> str:
    login = running.platform.login
    return "\n".join([running.root, bucket or running.platform.bucket, token or login.refresh_token, *more, ""])


def profile(desk: Desk, name: str = "default") -> dict[str, str]:
    return tomllib.loads((desk.places.config / f"{name}.toml").read_text(encoding="utf-8"))


def test_a_login_is_kept_after_it_was_proved(desk: Desk, shelf: Shelf, running: Running, tmp_path: Path) -> None:
    login = running.platform.login
    said = desk.says("login", typed=answers(running, "2"))
    assert "The token works, Rosalind Quenby" in said
    assert "1. Calderfinch Partners (CALDERFINCH; broker, Live)" in said
    assert "in this computer's keychain" in said
    assert "Marrowgate Underwriting (MARROWGATE)" in said.partition("default ")[2]
    assert profile(desk) == {
        "root": running.root,
        "bucket": running.platform.bucket,
        "user_id": login.memberships[1].user_id,
        "token": "keychain",
    }
    text = kept_text(login.refresh_token, running.root, running.platform.bucket)
    assert shelf.kept == {"whitespace-mcp/default": f"1 {text}"}
    assert login.refresh_token not in said + everything_under(tmp_path)
    mode = (desk.places.config / "default.toml").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.usefixtures("shelf")
def test_the_settings_of_the_next_start_are_those(desk: Desk, running: Running) -> None:
    desk.log_in(running)
    settings = configure(desk.places).settings
    assert settings.problems == ()
    assert settings.root == running.root
    assert token_in(settings) == running.platform.login.refresh_token
    assert settings.user_id == running.platform.login.memberships[0].user_id


@pytest.mark.parametrize("form", ["  {}  ", '"{}"', "'{}'", "{}\r"])
def test_blanks_and_quotes_around_a_token_do_no_harm(desk: Desk, shelf: Shelf, running: Running, form: str) -> None:
    desk.log_in(running, token=form.format(running.platform.login.refresh_token))
    text = kept_text(running.platform.login.refresh_token, running.root, running.platform.bucket)
    assert shelf.kept == {"whitespace-mcp/sandbox": f"1 {text}"}


@pytest.mark.usefixtures("shelf")
def test_a_token_that_is_refused_can_be_pasted_again(desk: Desk, running: Running) -> None:
    said = desk.says("login", typed=answers(running, running.platform.login.refresh_token, "1", token="of-production"))
    assert "A production token does not work on sandbox, nor the other way round." in said
    assert "Logged in" in said


def test_nothing_is_kept_of_a_token_that_never_works(
    desk: Desk, shelf: Shelf, running: Running, tmp_path: Path
) -> None:
    said = desk.says("login", typed=answers(running, "canary-2", "canary-3", token="canary-1"), code=1)
    assert said.count("The refresh token does not work at 127.0.0.1") == 3
    assert "copy the whole token from User Profile" in said
    assert "canary" not in said
    assert "WHITESPACE_" not in said
    assert shelf.kept == {}
    assert everything_under(tmp_path) == ""


@pytest.mark.usefixtures("shelf")
def test_no_token_at_all_is_asked_for_again(desk: Desk, running: Running) -> None:
    said = desk.says("login", typed=answers(running, running.platform.login.refresh_token, "1", token="''"))
    assert "There was no token in that." in said
    assert "Logged in" in said


def test_a_token_with_odd_characters_is_told_without_showing_it(desk: Desk, running: Running) -> None:
    said = desk.says("login", typed=answers(running, token="can\N{EM DASH}ary"), code=1)
    assert "holds characters that no token has" in said
    assert "ary" not in said.replace("necessary", "")


def test_a_bucket_that_is_not_there_is_told(desk: Desk, shelf: Shelf, running: Running) -> None:
    said = desk.says("login", typed=answers(running, bucket="elsewhere"), code=1)
    assert "The bucket that you named does not exist at 127.0.0.1" in said
    assert "On sandbox it is sandboxbucket" in said
    assert shelf.kept == {}


def test_something_else_that_answers_is_told(desk: Desk, running: Running) -> None:
    running.platform.faults.add("/sync/", status=200, body="<html>", content_type="text/html", times=None)
    said = desk.says("login", typed=answers(running), code=1)
    assert "is not the Whitespace login service. Nothing was kept. Check the address and the bucket" in said


def test_an_address_that_cannot_be_one_is_told_before_the_token_is_asked_for(desk: Desk) -> None:
    said = desk.says("login", typed="ftp://x\nbucket\n", code=1)
    assert "WHITESPACE_ROOT must begin with https://" in said
    assert "Refresh token" not in said


def test_the_environments_are_known_by_name(desk: Desk) -> None:
    said = desk.says("login", "--environment", "production", "--token-stdin", typed="token", code=1)
    assert "The bucket of that environment is not known. Say it with --bucket" in said
    said = desk.says("login", "--environment", "beta.broker.example", "--bucket", "a b", typed="token", code=1)
    assert "WHITESPACE_BUCKET must be one word" in said


def test_without_a_keychain_nothing_is_stored_unless_the_person_says_yes(
    desk: Desk, running: Running, tmp_path: Path
) -> None:
    said = desk.says("login", typed=answers(running, "1", ""))
    assert "cannot go into a keychain: this computer offers none that Python can use" in said
    assert "nowhere: set WHITESPACE_REFRESH_TOKEN, and WHITESPACE_PROFILE=default beside it, where the server" in said
    assert profile(desk)["token"] == "environment"
    assert running.platform.login.refresh_token not in everything_under(tmp_path)
    token = {"WHITESPACE_REFRESH_TOKEN": running.platform.login.refresh_token}
    later = configure(desk.with_environment(**token, WHITESPACE_PROFILE="default").places)
    assert (later.settings.root, later.settings.problems) == (running.root, ())


def test_a_yes_keeps_the_token_in_a_file_for_its_owner_only(desk: Desk, running: Running) -> None:
    said = desk.says("login", typed=answers(running, "1", "yes"))
    path = desk.places.config / "default.token"
    assert f"unencrypted in {path}" in said
    text = kept_text(running.platform.login.refresh_token, running.root, running.platform.bucket)
    assert path.read_text() == f"{text}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = configure(desk.places).settings
    assert token_in(settings) == running.platform.login.refresh_token


def test_a_token_that_moves_to_the_keychain_leaves_no_file(desk: Desk, running: Running) -> None:
    desk.says("login", typed=answers(running, "1", "yes"))
    shelf = Shelf()
    keyring.set_keyring(shelf)
    desk.says("login", typed=answers(running, "1"))
    assert shelf.kept
    assert not (desk.places.config / "default.token").exists()
    desk.says("login", "--keep", "file", typed=answers(running, "1"))
    assert not shelf.kept
    assert (desk.places.config / "default.token").exists()


def test_a_locked_keychain_is_told_and_nothing_is_half_kept(desk: Desk, shelf: Shelf, running: Running) -> None:
    shelf.locked = True
    said = desk.says("login", typed=answers(running, "1"), code=1)
    assert "The keychain of this computer is locked" in said
    assert "Unlock it, then try again. Or log in with --keep environment" in said
    assert not (desk.places.config / "default.toml").exists()


@pytest.mark.parametrize("storage", ["file", "environment"])
def test_a_locked_keychain_forbids_no_login_that_does_not_need_it(
    desk: Desk, shelf: Shelf, running: Running, storage: str
) -> None:
    desk.log_in(running, "default")
    shelf.locked = True
    said = desk.says("login", "--keep", storage, typed=answers(running, "1"))
    assert "Logged in as profile 'default'" in said
    assert "An older token of this profile may remain. The keychain of this computer is locked" in said
    gone = desk.says("logout", code=1)
    assert "A token of profile 'default' may still be in the keychain" in gone
    assert not list(desk.places.config.glob("*.token"))
    shelf.locked = False
    assert "the token of profile 'default' in the keychain" in desk.says("logout", "--profile", "default")
    assert shelf.kept == {}


def test_a_keychain_that_fails_leaves_the_former_profile_as_it_was(desk: Desk, shelf: Shelf, running: Running) -> None:
    desk.log_in(running, "default")
    before = profile(desk)
    shelf.longest = 5
    said = desk.says("login", typed=answers(running, "2"), code=1)
    assert "could not keep the token (OSError)" in said
    assert profile(desk) == before


def test_a_keychain_that_keeps_nothing_is_noticed(desk: Desk, shelf: Shelf, running: Running) -> None:
    shelf.forgetful = True
    said = desk.says("login", typed=answers(running, "1"), code=1)
    assert "The keychain took the token but does not give it back" in said


def test_a_home_that_cannot_be_written_is_told(desk: Desk, shelf: Shelf, running: Running, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("a file where a folder should be")
    there = Desk(replace(desk.places, config=tmp_path / "full" / "config"))
    said = there.says("login", typed=answers(running, "1"), code=1)
    assert f"{tmp_path}/full/config/default.toml cannot be changed (" in said
    assert shelf.kept == {}


@pytest.mark.usefixtures("shelf")
def test_somebody_with_one_organisation_is_asked_nothing(desk: Desk, running: Running) -> None:
    single = running.platform.logins["single"]
    said = desk.says("login", typed=answers(running, token=single.refresh_token))
    assert "TIDEWELL" in said
    assert "Which one do you mean" not in said
    assert "user_id" not in profile(desk)


@pytest.mark.usefixtures("shelf")
def test_no_default_can_be_wanted_and_a_wrong_answer_is_asked_again(desk: Desk, running: Running) -> None:
    said = desk.says("login", typed=answers(running, "7", "Calder finch", "0"))
    assert said.count("This login has no organisation") == 2
    assert "each question names its own" in said
    assert "user_id" not in profile(desk)


@pytest.mark.usefixtures("shelf")
def test_a_person_whom_the_platform_does_not_tell_says_the_name(desk: Desk) -> None:
    with serve(Platform(documents=(8, 6), options=Options(email_claim=False))) as running:
        said = desk.says("login", typed=answers(running, "Rosalind Quenby", "marrowgate"))
        assert "could not be found" in said
        assert profile(desk)["user_name"] == "Rosalind Quenby"
        line = ("login", "--token-stdin", "--environment", running.root, "--bucket", running.platform.bucket)
        token = running.platform.login.refresh_token
        assert "could not be found" in desk.says(*line, "--profile", "other", typed=token, code=1)
        desk.says(*line, typed=token)  # what the profile has is used again


@pytest.mark.usefixtures("shelf")
def test_a_team_can_be_equipped_without_a_question(desk: Desk, running: Running) -> None:
    line = ("login", "--token-stdin", "--environment", running.root, "--bucket", running.platform.bucket)
    token = running.platform.login.refresh_token
    said = desk.says(*line, "--organisation", "calderfinch", typed=f"{token[:40]}\n{token[40:]}\n")
    assert "Logged in as profile 'default'" in said
    assert profile(desk)["user_id"] == running.platform.login.memberships[0].user_id
    desk.says(*line, typed=token)
    assert "user_id" not in profile(desk)
    refused = desk.says(*line, typed="another", code=1)
    assert refused.count("does not work") >= 1


def test_an_organisation_that_is_not_there_is_told_in_the_words_of_the_command(desk: Desk, running: Running) -> None:
    line = ("login", "--token-stdin", "--environment", running.root, "--bucket", running.platform.bucket)
    said = desk.says(*line, "--organisation", "NOPE", typed=running.platform.login.refresh_token, code=1)
    assert said.endswith("Nothing was kept. Give one of these with --organisation: CALDERFINCH, MARROWGATE.")


def test_without_a_person_a_missing_keychain_needs_a_word(desk: Desk, running: Running) -> None:
    line = ("login", "--token-stdin", "--environment", running.root, "--bucket", running.platform.bucket)
    said = desk.says(*line, typed=running.platform.login.refresh_token, code=1)
    assert "Add --keep environment" in said
    desk.says(*line, "--keep", "file", typed=running.platform.login.refresh_token)
    assert profile(desk)["token"] == "file"


@pytest.mark.usefixtures("shelf")
def test_what_was_set_by_hand_survives_the_next_login(desk: Desk, running: Running) -> None:
    desk.log_in(running)
    path = desk.places.config / "sandbox.toml"
    path.write_text(path.read_text() + 'timeout = 20\nuser_name = "a \\"b\\" \\u007F"\n')
    desk.log_in(running)
    assert profile(desk, "sandbox")["timeout"] == "20"
    assert profile(desk, "sandbox")["user_name"] == 'a "b" \x7f'


@pytest.mark.usefixtures("shelf")
def test_a_broken_profile_is_put_aside(desk: Desk, running: Running) -> None:
    desk.places.config.mkdir()
    (desk.places.config / "sandbox.toml").write_text("root = https://")
    said = desk.log_in(running)
    assert "is now sandbox.toml.broken" in said
    assert (desk.places.config / "sandbox.toml.broken").read_text() == "root = https://"


@pytest.mark.usefixtures("shelf")
def test_a_variable_that_will_win_is_mentioned(desk: Desk, running: Running) -> None:
    said = desk.with_environment(WHITESPACE_REFRESH_TOKEN="canary").log_in(running)
    assert "WHITESPACE_REFRESH_TOKEN is set here too: remove it" in said
    assert "canary" not in said


def test_a_name_that_cannot_be_one_is_refused_before_anything_is_sent(desk: Desk, running: Running) -> None:
    said = desk.says("login", "--profile", "../x", typed=answers(running), code=1)
    assert "A profile's name is one word" in said
    assert requests_to(running.platform, "/") == 0


def test_logging_out_removes_everything_and_names_it(
    desk: Desk, shelf: Shelf, running: Running, tmp_path: Path
) -> None:
    desk.log_in(running)
    desk.log_in(running, keep="file")
    desk.log_in(running)
    assert not desk.places.cache.exists()  # a login remembers nothing that it might not keep
    desk.places.cache.mkdir()
    remembered = desk.places.cache / f"organisations-{'0' * 64}.json"
    risks = desk.places.cache / f"risks-{'0' * 64}.list"
    unfinished = (desk.places.cache / ".risks-unfinished", desk.places.config / ".sandbox.2.token-unfinished")
    for path in (remembered, risks, *unfinished):
        path.write_text("business data")
    said = desk.says("logout")
    assert "Removed the token of profile 'sandbox' in the keychain" in said
    assert f"Removed {tmp_path}/config/sandbox.toml" in said
    assert f"Removed {remembered}" in said
    assert f"Removed {risks}" in said
    assert "not revoked" in said
    assert shelf.kept == {}
    assert everything_under(tmp_path) == ""
    assert "There is no profile; nothing was removed." in desk.says("logout")
    assert "Nothing of profile 'sandbox' was there." in desk.says("logout", "--profile", "sandbox")


def test_logging_out_of_a_file_removes_the_file(desk: Desk, running: Running, tmp_path: Path) -> None:
    desk.says("login", typed=answers(running, "1", "yes"))
    assert "default.token" in desk.with_environment(WHITESPACE_PROFILE="default").says("logout")
    assert everything_under(tmp_path) == ""


def test_with_several_profiles_one_must_be_named(desk: Desk, shelf: Shelf, running: Running) -> None:
    desk.log_in(running, "one")
    desk.log_in(running, "two")
    assert "There are several profiles: one, two. Say which" in desk.says("logout", code=1)
    desk.places.cache.mkdir()
    (desk.places.cache / "organisations-1.json").touch()
    said = desk.says("logout", "--profile", "three", code=1)
    assert "There is no profile 'three'; there is one, two. Nothing was removed." in said
    assert list(desk.places.cache.iterdir()) != []
    desk.says("logout", "--profile", "one")
    assert list(shelf.kept) == ["whitespace-mcp/two"]


def test_a_locked_keychain_keeps_the_token_and_says_so(desk: Desk, shelf: Shelf, running: Running) -> None:
    desk.log_in(running)
    shelf.locked = True
    said = desk.with_environment(WHITESPACE_REFRESH_TOKEN="canary").says("logout", code=1)
    assert "is locked" in said
    assert "WHITESPACE_REFRESH_TOKEN is still set" in said
    assert "Then run: whitespace-mcp logout --profile sandbox." in said
    assert (desk.places.config / "sandbox.toml").exists()  # it says where the token is, which is still there
    assert "is locked" in desk.says("logout", code=1)
    shelf.locked = False
    assert "sandbox.toml" in desk.says("logout")
    assert shelf.kept == {}


@pytest.mark.usefixtures("shelf")
def test_a_keychain_that_has_gone_is_not_passed_over(desk: Desk, running: Running) -> None:
    desk.log_in(running)
    keyring.set_keyring(keyring.backends.fail.Keyring())
    said = desk.says("logout", code=1)
    assert "is still in the keychain" in said


@pytest.mark.parametrize(("storage", "code"), [("keychain", 1), ("file", 0)])
def test_a_broken_profile_can_be_logged_out(desk: Desk, storage: str, code: int) -> None:
    """Without a keychain only a profile that speaks of one may leave something behind."""
    desk.places.config.mkdir()
    path = desk.places.config / "sandbox.toml"
    path.write_text(f'root = "not closed\ntoken = "{storage}"', encoding="utf-8")
    said = desk.says("logout", code=code)
    assert path.exists() is (code == 1)
    assert (f"Removed {path}" in said) is (code == 0)
    assert ("is still in the keychain" in said) is (code == 1)
