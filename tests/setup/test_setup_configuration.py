"""Where each value comes from, which one wins, and what a profile edited by hand is told."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from support.keyrings import Shelf
from support.setups import Desk, kept_text, token_in
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.errors import NotConfigured, explain
from whitespace_mcp.setup.configuration import Configuration, configure

ACME = "https://acme.example"
TOKEN = {"WHITESPACE_REFRESH_TOKEN": "canary-of-the-environment"}


def write(desk: Desk, text: str, name: str = "acme") -> Path:
    desk.places.config.mkdir(exist_ok=True)
    path = desk.places.config / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def configured(desk: Desk, profile: str | None = None, **options: str) -> Configuration:
    return configure(desk.places, {f"WHITESPACE_{name.upper()}": value for name, value in options.items()}, profile)


def problem(desk: Desk, profile: str | None = None, **options: str) -> str:
    """The one thing that is wrong, be it seen at the start or only when the token is read."""
    settings = configured(desk, profile, **options).settings
    if settings.stored_token is None or settings.problems:
        (only,) = settings.problems
        return only
    with pytest.raises(NotConfigured) as caught:
        settings.stored_token.read()
    return explain(caught.value)


def test_options_win_over_the_environment_and_that_over_the_profile(desk: Desk) -> None:
    write(desk, f'root = "{ACME}"\nbucket = "one"\ntimeout = 10\nfresh_seconds = 5')
    there = desk.with_environment(WHITESPACE_BUCKET="two", WHITESPACE_TIMEOUT="20", WHITESPACE_USER_NAME="", **TOKEN)
    configuration = configured(there, "acme", timeout="30")
    settings = configuration.settings
    assert (settings.root, settings.environment.bucket, settings.timeout, settings.fresh_seconds) == (
        ACME,
        "two",
        30,
        5,
    )
    assert settings.problems == ()
    assert configuration.origins == {
        "WHITESPACE_ROOT": "profile acme",
        "WHITESPACE_BUCKET": "environment",
        "WHITESPACE_TIMEOUT": "option --timeout",
        "WHITESPACE_FRESH_SECONDS": "profile acme",
        "WHITESPACE_REFRESH_TOKEN": "environment",
    }


def test_what_counts_as_unset_does_not_win(desk: Desk) -> None:
    write(desk, f'root = "{ACME}"\nbucket = "one"')
    there = desk.with_environment(WHITESPACE_ROOT="${user_config.root}", WHITESPACE_BUCKET=" '' ")
    assert configured(there, bucket="").settings.environment.bucket == "one"
    assert configured(there).settings.root == ACME


def test_every_kind_of_value_can_be_written(desk: Desk) -> None:
    write(desk, '\ufefforganisations = ["A", "B"]\nrequire_organisation = true\nmax_body = 64\ntimeout = 12.5')
    settings = configured(desk).settings
    assert settings.organisations == ("A", "B")
    assert (settings.require_organisation, settings.max_body, settings.timeout) == (True, 64_000_000, 12.5)
    write(desk, "require_organisation = false")
    assert configured(desk).settings.require_organisation is False


def test_without_any_profile_nothing_changes(desk: Desk) -> None:
    configuration = configured(desk.with_environment(**TOKEN))
    assert configuration.profile is None
    assert configuration.settings.problems == ()
    assert configuration.settings.cache_folder == desk.places.cache


def test_a_profile_is_chosen_by_name(desk: Desk) -> None:
    write(desk, 'bucket = "one"', "one")
    write(desk, 'bucket = "two"', "two")
    assert "There are several profiles: one, two. Say which with --profile" in problem(desk)
    assert configured(desk, "ONE").settings.environment.bucket == "one"
    assert configured(desk.with_environment(WHITESPACE_PROFILE="two")).settings.environment.bucket == "two"
    assert configured(desk.with_environment(WHITESPACE_PROFILE="two"), "one").settings.environment.bucket == "one"
    unfilled = problem(desk.with_environment(WHITESPACE_PROFILE="${input:profile}"))
    assert "WHITESPACE_PROFILE holds a placeholder that was not filled in." in unfilled
    write(desk, 'bucket = "usual"', "default")
    assert configured(desk).settings.environment.bucket == "usual"
    assert "There is no profile 'three'; there is default, one, two" in problem(desk, "three")


@pytest.mark.usefixtures("shelf")
def test_a_credential_of_the_environment_is_not_sent_where_an_unnamed_profile_points(desk: Desk) -> None:
    there = desk.with_environment(**TOKEN)
    write(there, f'root = "{ACME}"\ntoken = "keychain"')
    assert configured(there).profile is None
    assert configured(there).settings.root != ACME
    write(there, f'root = "{ACME}"')
    assert configured(there).profile is None, "nor where it keeps none of its own"
    assert configured(there, "acme").settings.root == ACME
    write(there, "broken", "acme")
    assert configured(there).settings.problems == ()
    write(there, "", "other")
    assert configured(there).settings.problems == ()


def test_the_address_of_a_token_comes_whole_from_one_place(desk: Desk) -> None:
    write(desk, f'root = "{ACME}"\nbucket = "one"\nsync_url = "{ACME}/gate"\nuser_id = "MU0000000A"\ntimeout = 9')
    elsewhere = {"WHITESPACE_ROOT": "https://other.example", "WHITESPACE_BUCKET": "two", **TOKEN}
    settings = configured(desk.with_environment(**elsewhere), "acme").settings
    assert settings.environment == Environment.at("https://other.example", "two")
    assert settings.refresh_token
    assert settings.refresh_token.environment == settings.environment
    assert (settings.user_id, settings.timeout) == (None, 9)
    same = configured(desk.with_environment(WHITESPACE_ROOT=f"{ACME}/", **TOKEN), "acme").settings
    assert same.environment == Environment.at(ACME, "one", sync_url=f"{ACME}/gate")
    assert same.user_id == "MU0000000A"


def test_a_token_without_an_address_is_not_used_beside_a_profile_with_its_own(desk: Desk, shelf: Shelf) -> None:
    shelf.kept["whitespace-mcp/acme"] = "1 canary"
    there = desk.with_environment(**TOKEN)
    write(there, f'root = "{ACME}"\ntoken = "keychain"')
    assert "nothing says which address the one that is set is for. Remove WHITESPACE_REFRESH" in problem(there, "acme")
    there = there.with_environment(WHITESPACE_ROOT="https://other.example")
    settings = configured(there, "acme").settings
    assert settings.problems == ()
    assert settings.refresh_token == AddressedSecret(
        Environment.at("https://other.example"), SecretStr(TOKEN["WHITESPACE_REFRESH_TOKEN"])
    )


def test_a_profiles_token_is_not_sent_to_another_address(desk: Desk, shelf: Shelf) -> None:
    shelf.kept["whitespace-mcp/acme"] = f"1 {kept_text('canary', ACME)}"
    write(desk, f'root = "{ACME}"\ntoken = "keychain"')
    assert token_in(configured(desk).settings) == "canary"
    assert configured(desk, root=f"{ACME}/").settings.problems == ()
    said = problem(desk, root="https://elsewhere.example")
    assert said.startswith("WHITESPACE_ROOT is not what the login of profile 'acme' has, and its token is for that ad")
    assert not configured(desk, root="https://elsewhere.example").settings.has_credential
    assert problem(desk, api_url=f"{ACME}/other").startswith("WHITESPACE_API_URL is not what")
    assert problem(desk.with_environment(WHITESPACE_BUCKET="b")).startswith("WHITESPACE_BUCKET is not what")


def test_a_token_is_not_sent_where_it_was_not_proved(desk: Desk, shelf: Shelf) -> None:
    """A profile edited by hand, or one whose token another login has replaced, names an address; the token knows it."""
    write(desk, 'root = "https://b.example"\ntoken = "keychain"')
    for text in (kept_text("canary", ACME), kept_text("canary", "https://b.example", "other")):
        shelf.kept["whitespace-mcp/acme"] = f"1 {text}"
        assert "its token is for that address only" in problem(desk)
    shelf.kept["whitespace-mcp/acme"] = "1 canary"
    assert "does not say which address it belongs to. Log in again" in problem(desk)
    path = write(desk, 'root = "https://b.example"\ntoken = "file"')
    path.with_suffix(".token").write_text(kept_text("canary", ACME))
    assert "its token is for that address only" in problem(desk)


def test_a_place_comes_whole_from_one_layer(desk: Desk) -> None:
    write(desk, f'root = "{ACME}"\nbucket = "one"\nsync_url = "{ACME}/elsewhere"\ntimeout = 9\ntoken = "environment"')
    there = desk.with_environment(WHITESPACE_ROOT="https://b.example", **TOKEN)
    settings = configured(there, "acme").settings
    assert (settings.environment.sync_url, settings.environment.bucket, settings.timeout) == (
        "https://b.example/sync",
        "sandboxbucket",
        9,
    )
    assert configured(there, "acme", root=f"{ACME}/").settings.environment.sync_url == f"{ACME}/sync"
    same = configured(desk.with_environment(WHITESPACE_ROOT=f"{ACME}/", **TOKEN), "acme").settings
    assert (same.environment.sync_url, same.environment.bucket) == (f"{ACME}/elsewhere", "one")


def test_an_unnamed_profile_is_not_used_where_the_environment_brings_a_token(desk: Desk) -> None:
    write(desk, f'root = "{ACME}"\ntoken = "environment"', "production")
    there = desk.with_environment(WHITESPACE_ROOT="", **TOKEN)
    assert configured(there).settings.root != ACME
    assert configured(there).profile is None
    assert configured(there, "production").settings.root == ACME


@pytest.mark.usefixtures("shelf")
def test_a_placeholder_is_told_and_a_profile_is_used_if_there_is_one(desk: Desk) -> None:
    there = desk.with_environment(WHITESPACE_REFRESH_TOKEN="${input:whitespace-refresh-token}", WHITESPACE_ROOT="")
    (problems,) = configured(there).settings.problems
    assert problems.startswith("WHITESPACE_REFRESH_TOKEN holds a placeholder that was not filled in, which is no token")
    write(there, f'root = "{ACME}"\ntoken = "keychain"')
    assert configured(there).settings.problems == ()
    assert configured(there).settings.stored_token is not None


def test_a_limit_that_names_nothing_is_refused(desk: Desk) -> None:
    write(desk, "organisations = []")
    assert "organisations in" in problem(desk)
    assert "is an empty list" in problem(desk)
    write(desk, 'organisations = " , "')
    assert problem(desk).startswith("WHITESPACE_ORGANISATIONS names nothing")


def test_a_token_that_is_gone_or_locked_in_is_told(desk: Desk, shelf: Shelf) -> None:
    write(desk, 'token = "keychain"')
    assert problem(desk).startswith("The token of profile 'acme' is not in the keychain any more. Log in again: ")
    shelf.locked = True
    assert "is locked" in problem(desk)
    path = write(desk, 'token = "file"')
    assert "not in the file any more" in problem(desk)
    path.with_suffix(".token").write_text("\n")
    assert "not in the file any more" in problem(desk)
    path.with_suffix(".token").write_bytes(b"\xff")
    assert "cannot be read (UnicodeDecodeError). Log in again" in problem(desk)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("root = https://acme.example", "cannot be read: Invalid value (at line 1"),
        ('refresh_token = "canary"', "refresh_token does not belong in"),
        ("rooot = 1", "has a key that does not exist: rooot"),
        ("[root]\na = 1", "root in"),
        ("organisations = [1]", "must be a text, a number"),
        ('organisations = ["A", " "]', "is an empty list; leave the line out"),
        ('token = "pocket"', "must be one of keychain, file, environment"),
        ('root = "http://acme.example"', "WHITESPACE_ROOT must begin with https://"),
    ],
)
def test_a_file_edited_by_hand_and_broken_is_told(desk: Desk, text: str, said: str) -> None:
    write(desk, text)
    assert said in problem(desk)
    assert "canary" not in problem(desk)
    assert configured(desk).settings.refresh_token is None


def test_a_file_that_is_no_text_is_told(desk: Desk) -> None:
    write(desk, "").write_bytes(b"root = '\xff'")
    assert "cannot be read: UnicodeDecodeError" in problem(desk)


def test_a_folder_that_cannot_be_listed_has_no_profiles(desk: Desk) -> None:
    desk.places.config.write_text("a file")
    assert configured(desk).settings.problems == ()
