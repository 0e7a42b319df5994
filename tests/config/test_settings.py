"""Configuration: every variable, every way in which a person gets it wrong, and no secret told."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.config.environment import SANDBOX, is_loopback
from whitespace_mcp.config.settings import Settings, wants_demo, wants_team

VARIABLES = (
    "WHITESPACE_REFRESH_TOKEN",
    "WHITESPACE_SERVICE_TOKEN",
    "WHITESPACE_ROOT",
    "WHITESPACE_BUCKET",
    "WHITESPACE_SYNC_URL",
    "WHITESPACE_API_URL",
    "WHITESPACE_USER_ID",
    "WHITESPACE_USER_NAME",
    "WHITESPACE_ORGANISATIONS",
    "WHITESPACE_REQUIRE_ORGANISATION",
    "WHITESPACE_EXTRA_READS",
    "WHITESPACE_ANSWERS",
    "WHITESPACE_FRESH_SECONDS",
    "WHITESPACE_TIMEOUT",
    "WHITESPACE_MAX_BODY",
    "WHITESPACE_LOG_LEVEL",
    "WHITESPACE_DOWNLOADS",
    "WHITESPACE_AUDIT",
    "WHITESPACE_HTTP_TOKEN",
    "WHITESPACE_HTTP_HOSTS",
    "WHITESPACE_CACHE",
)
MU = "MU3D3BBD37-0000-4000-8000-00000000000A"
TOKEN = "canary+Refresh/Token=="


def words_of(settings: Settings) -> str:
    """Everything that a configuration gives away when it is printed."""
    return "\n".join([repr(settings), str(settings), settings.model_dump_json(), *settings.problems])


@pytest.mark.parametrize("name", ["WHITESPACE_ORGANISATIONS", "WHITESPACE_HTTP_HOSTS"])
def test_a_list_that_names_nothing_is_refused(name: str) -> None:
    for value in (",", " , ;", "';'"):
        assert Settings.from_env({name: value}).problems == (
            f"{name} names nothing; leave it empty, or name something",
        )


def test_nothing_configured_is_sandbox_without_a_credential() -> None:
    settings = Settings.from_env({})
    assert settings.problems == ()
    assert (settings.refresh_token, settings.service_token) == (None, None)
    assert (settings.root, settings.environment.bucket) == ("https://sandbox.whitespace.co.uk", "sandboxbucket")
    assert settings.environment.sync_url == f"{SANDBOX}/sync"
    assert settings.environment.api_url == f"{SANDBOX}/api"
    assert (settings.fresh_seconds, settings.timeout, settings.max_body) == (60, 40, 128_000_000)
    assert (settings.log_level, settings.require_organisation, settings.organisations) == ("WARNING", False, ())
    assert settings.host == "sandbox.whitespace.co.uk"
    assert settings.cache_folder is None


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(
        {
            "WHITESPACE_REFRESH_TOKEN": TOKEN,
            "WHITESPACE_ROOT": "https://platform.example/",
            "WHITESPACE_BUCKET": "livebucket",
            "WHITESPACE_SYNC_URL": "HTTPS://Sync.example:8443/Gateway/",
            "WHITESPACE_API_URL": "https://api.example/v1",
            "WHITESPACE_USER_ID": MU,
            "WHITESPACE_USER_NAME": "Rosalind Quenby",
            "WHITESPACE_ORGANISATIONS": " ACORN; BIRCH,, CEDAR ",
            "WHITESPACE_REQUIRE_ORGANISATION": "Yes",
            "WHITESPACE_EXTRA_READS": "on",
            "WHITESPACE_ANSWERS": "text",
            "WHITESPACE_CACHE": "Disk",
            "WHITESPACE_FRESH_SECONDS": "0",
            "WHITESPACE_TIMEOUT": "12.5",
            "WHITESPACE_MAX_BODY": "2",
            "WHITESPACE_LOG_LEVEL": "debug",
            "WHITESPACE_DOWNLOADS": "~/Whitespace",
            "WHITESPACE_AUDIT": "~/trail",
            "WHITESPACE_HTTP_TOKEN": "canary-http-token",
            "WHITESPACE_HTTP_HOSTS": "MCP.example.com, 192.0.2.1:8443",
        }
    )
    assert settings.problems == ()
    assert settings.refresh_token is not None
    assert settings.refresh_token.get_secret_value() == TOKEN
    assert settings.root == "https://platform.example"
    assert settings.environment.bucket == "livebucket"
    assert settings.environment.sync_url == "https://sync.example:8443/Gateway"
    assert settings.environment.api_url == "https://api.example/v1"
    assert settings.user_id == MU
    assert settings.user_name == "Rosalind Quenby"
    assert settings.organisations == ("ACORN", "BIRCH", "CEDAR")
    assert settings.require_organisation
    assert settings.extra_reads
    assert (settings.fresh_seconds, settings.timeout, settings.max_body) == (0, 12.5, 2_000_000)
    assert settings.log_level == "DEBUG"
    assert settings.downloads == Path.home() / "Whitespace"
    assert settings.audit == Path.home() / "trail"
    assert settings.http_token is not None
    assert settings.http_token.get_secret_value() == "canary-http-token"
    assert settings.http_hosts == ("mcp.example.com", "192.0.2.1:8443")


def test_a_root_of_its_own_brings_login_service_and_api_along() -> None:
    settings = Settings.from_env({"WHITESPACE_ROOT": "https://platform.example"})
    assert settings.environment.sync_url == "https://platform.example/sync"
    assert settings.environment.api_url == "https://platform.example/api"


@pytest.mark.parametrize("nothing", ["", "   ", "\n", '""', "' '", "${user_config.x}", ' "${user_config.refresh}" '])
def test_empty_and_unsubstituted_values_are_unset(nothing: str) -> None:
    assert Settings.from_env(dict.fromkeys(VARIABLES, nothing)) == Settings.from_env({})


@pytest.mark.parametrize(
    "pasted",
    [
        f"Bearer {TOKEN}",
        f'"{TOKEN}"',
        f"'{TOKEN}'",
        f"  {TOKEN}\n",
        f"{TOKEN[:9]}\n  {TOKEN[9:]}",
        f"{TOKEN}\r\n",
        f"\u00a0{TOKEN}\t",
    ],
)
def test_what_sticks_to_a_token_when_it_is_copied_is_taken_off(pasted: str) -> None:
    for variable in ("WHITESPACE_REFRESH_TOKEN", "WHITESPACE_SERVICE_TOKEN"):
        settings = Settings.from_env({variable: pasted})
        secret = settings.refresh_token or settings.service_token
        assert secret is not None
        assert secret.get_secret_value() == TOKEN
        assert settings.problems == ()


@pytest.mark.parametrize("pasted", ["canary\u200btoken", "canaryt\u00f6ken", "canary\x07token"])
def test_a_token_with_characters_that_no_token_has_is_a_problem_and_not_used(pasted: str) -> None:
    settings = Settings.from_env({"WHITESPACE_REFRESH_TOKEN": pasted})
    assert settings.refresh_token is None
    assert settings.problems == ("WHITESPACE_REFRESH_TOKEN holds characters that no token has; copy it again",)
    assert "canary" not in words_of(settings)


def test_two_credentials_are_a_problem() -> None:
    settings = Settings.from_env({"WHITESPACE_REFRESH_TOKEN": TOKEN, "WHITESPACE_SERVICE_TOKEN": "canary-two"})
    assert len(settings.problems) == 1
    assert "keep one" in settings.problems[0]
    assert "canary" not in words_of(settings)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://platform.example", "must begin with https:// (http is for this machine only)"),
        ("http://192.168.1.4", "must begin with https:// (http is for this machine only)"),
        ("http://localhost.example", "must begin with https:// (http is for this machine only)"),
        ("platform.example", "must begin with https:// and name a host"),
        ("ftp://platform.example", "must begin with https:// and name a host"),
        ("https://", "must begin with https:// and name a host"),
        ("https://canary:canary@platform.example", "must be an address only"),
        ("https://canary@platform.example", "must be an address only"),
        ("https://@platform.example", "must be an address only"),
        ("https://platform.example?token=canary", "must be an address only"),
        ("https://platform.example?", "must be an address only"),
        ("https://platform.example/#canary", "must be an address only"),
        ("https://platform.example#", "must be an address only"),
        ("https://platform.example:canary", "is not an address"),
        ("https://platform.example:99999", "is not an address"),
        ("https://[::1", "is not an address"),
        ("https://999.1.1.1", "is not an address"),
        ("https://plat form.example", "is not an address"),
        ("https://platform.example/a\nb", "is not an address"),
    ],
)
def test_a_bad_address_is_a_problem_and_not_used(address: str, problem: str) -> None:
    for variable in ("WHITESPACE_ROOT", "WHITESPACE_SYNC_URL", "WHITESPACE_API_URL"):
        settings = Settings.from_env({variable: address})
        assert len(settings.problems) == 1, variable
        assert settings.problems[0].startswith(f"{variable} {problem}")
        assert settings.model_copy(update={"problems": ()}) == Settings.from_env({})
        assert "canary" not in words_of(settings)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://platform.example:444/base"]
)
def test_https_and_loopback_addresses_are_good(address: str) -> None:
    settings = Settings.from_env({"WHITESPACE_ROOT": address})
    assert settings.problems == ()
    assert settings.root == address


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("WHITESPACE_BUCKET", "two words", "one word"),
        ("WHITESPACE_BUCKET", "a/b", "one word"),
        ("WHITESPACE_BUCKET", "..", "one word"),
        ("WHITESPACE_USER_ID", "Rosalind Quenby", "an MU id"),
        ("WHITESPACE_USER_ID", "MU123\r\nX: y", "an MU id"),
        ("WHITESPACE_REQUIRE_ORGANISATION", "maybe", "on or off"),
        ("WHITESPACE_EXTRA_READS", "perhaps", "on or off"),
        ("WHITESPACE_CACHE", "redis", "memory, disk"),
        ("WHITESPACE_FRESH_SECONDS", "-1", "0 to 86400"),
        ("WHITESPACE_FRESH_SECONDS", "nan", "0 to 86400"),
        ("WHITESPACE_TIMEOUT", "soon", "1 to 600"),
        ("WHITESPACE_TIMEOUT", "0.5", "1 to 600"),
        ("WHITESPACE_TIMEOUT", "inf", "1 to 600"),
        ("WHITESPACE_MAX_BODY", "1e99", "1 to 4096"),
        ("WHITESPACE_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    ],
)
def test_a_bad_value_is_a_problem_that_says_what_is_allowed(variable: str, value: str, allowed: str) -> None:
    settings = Settings.from_env({variable: value})
    assert len(settings.problems) == 1
    assert settings.problems[0].startswith(f"{variable} must be ")
    assert allowed in settings.problems[0]
    assert settings.model_copy(update={"problems": ()}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("downloads", "must be a whole path, such as ~/Whitespace"),
        ("/srv/../etc", "must be a whole path, such as ~/Whitespace"),
        ("/", "must be a folder of its own, such as ~/Whitespace"),
        (__file__, "must be a folder, and there is a file of that name"),
        ("~nobody-of-that-name/x", "is not a path that can be used"),
    ],
)
def test_a_folder_for_downloads_that_cannot_be_one_is_a_problem_and_not_used(value: str, problem: str) -> None:
    settings = Settings.from_env({"WHITESPACE_DOWNLOADS": value})
    assert settings.problems == (f"WHITESPACE_DOWNLOADS {problem}",)
    assert settings.downloads is None


def test_a_folder_for_downloads_need_not_exist_yet(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "new"):
        settings = Settings.from_env({"WHITESPACE_DOWNLOADS": str(folder)})
        assert (settings.downloads, settings.problems) == (folder, ())
    demo = Settings.for_demo("http://127.0.0.1:1", "demobucket", "t", {"WHITESPACE_DOWNLOADS": str(tmp_path)})
    assert demo.downloads == tmp_path


def test_several_problems_are_all_told() -> None:
    settings = Settings.from_env({"WHITESPACE_TIMEOUT": "x", "WHITESPACE_ROOT": "x", "WHITESPACE_BUCKET": "x y"})
    assert len(settings.problems) == 3


def test_the_demo_ignores_every_credential_address_and_cache() -> None:
    configured: dict[str, str] = {
        "WHITESPACE_REFRESH_TOKEN": "canary-one",
        "WHITESPACE_SERVICE_TOKEN": "canary-two",
        "WHITESPACE_ROOT": "https://canary.example",
        "WHITESPACE_SYNC_URL": "https://canary.example/sync",
        "WHITESPACE_API_URL": "https://canary.example/api",
        "WHITESPACE_BUCKET": "canarybucket",
        "WHITESPACE_USER_ID": MU,
        "WHITESPACE_USER_NAME": "canary",
        "WHITESPACE_ORGANISATIONS": "CANARY",
        "WHITESPACE_FRESH_SECONDS": "5",
        "WHITESPACE_REQUIRE_ORGANISATION": "on",
        "WHITESPACE_MAX_BODY": "3",
    }
    settings = Settings.for_demo("http://127.0.0.1:1", "demobucket", "demo-token", configured)
    assert settings.refresh_token is not None
    assert settings.refresh_token.get_secret_value() == "demo-token"
    assert settings.service_token is None
    assert settings.environment.api_url == "http://127.0.0.1:1/api"
    assert settings.environment.sync_url == "http://127.0.0.1:1/sync"
    assert (settings.environment.bucket, settings.cache_folder, settings.user_id) == ("demobucket", None, None)
    assert (settings.fresh_seconds, settings.require_organisation, settings.max_body) == (5, True, 3_000_000)
    assert "canary" not in words_of(settings).lower()


def test_settings_cannot_be_changed_afterwards() -> None:
    settings: Any = Settings.from_env({})
    with pytest.raises(ValueError, match="frozen"):
        settings.timeout = 1


@pytest.mark.parametrize(("host", "ours"), [("::1", True), ("127.8.9.1", True), ("LOCALHOST", False), ("x", False)])
def test_loopback_is_an_address_of_this_machine_or_its_usual_name(host: str, ours: bool) -> None:  # noqa: FBT001  # a parameter
    assert is_loopback(host) is ours


_SECRETS = st.text(st.sampled_from("QXZqxz\u00e9\u200b\x00 \n'\"%$"), min_size=12, max_size=40).map(
    lambda tail: f"canary{tail}canary"
)
_VALUES = st.one_of(
    st.text(),
    st.text(st.sampled_from("https:/[]@?#.%1-9\\ localhost"), max_size=30),
    st.sampled_from(
        ["https://[", "http://[::1]:x", "${user_config.x}", "1e309", "-0", "\x00", "https://\ud800.example"]
    ),
)


@given(st.dictionaries(st.sampled_from(VARIABLES) | st.text(), _VALUES), _SECRETS, st.sampled_from(VARIABLES[:2]))
def test_no_configuration_raises_or_tells_a_secret(env: dict[str, str], secret: str, variable: str) -> None:
    settings = Settings.from_env({**env, variable: secret})
    assert "canary" not in words_of(settings)
    demo = Settings.for_demo("http://127.0.0.1:1", "demobucket", secret, env)
    assert "canary" not in words_of(demo)


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("on", True), ("", False), ("0", False), ("perhaps", False)]
)
def test_the_demo_can_be_asked_for_by_a_variable(value: str, wanted: bool) -> None:  # noqa: FBT001  # a parameter
    assert wants_demo({"WHITESPACE_DEMO": value}) is wanted


def test_a_demo_or_a_team_that_may_be_wanted_is_asked_about() -> None:
    for name in ("WHITESPACE_DEMO", "WHITESPACE_TEAM"):
        assert Settings.from_env({name: "perhaps"}).problems == (f"{name} must be on or off",)
    assert wants_team({"WHITESPACE_TEAM": ' "On" '})


@pytest.mark.parametrize("hosts", ["*", "*.example.com", "https://mcp.example.com", "mcp.example/mcp", "a b", "x:y"])
def test_hosts_are_names_and_never_patterns(hosts: str) -> None:
    settings = Settings.from_env({"WHITESPACE_HTTP_HOSTS": hosts})
    assert settings.http_hosts == ()
    assert "WHITESPACE_HTTP_HOSTS" in settings.problems[0]


def test_a_short_token_for_callers_is_refused_and_not_told() -> None:
    settings = Settings.from_env({"WHITESPACE_HTTP_TOKEN": "canary"})
    assert settings.http_token is None
    assert "at least 16" in settings.problems[0]
    assert "canary" not in words_of(settings)


def test_the_demo_tells_what_is_wrong_with_what_it_reads() -> None:
    env = {"WHITESPACE_HTTP_TOKEN": "canary", "WHITESPACE_USER_ID": "nonsense", "WHITESPACE_DOWNLOADS": "not/whole"}
    settings = Settings.for_demo("http://127.0.0.1:1", "bucket", "token", env)
    assert [problem.split()[0] for problem in settings.problems] == ["WHITESPACE_DOWNLOADS", "WHITESPACE_HTTP_TOKEN"]


PLACEHOLDERS = (
    "${input:whitespace-refresh-token}", "${env:TOKEN}", "$WHITESPACE_REFRESH_TOKEN", "%TOKEN%", "{{token}}",
    "{env:TOKEN}", "op://vault/item/field", "$(pass show whitespace)", "<your token>", "paste it here",
    '"paste it here, or log in and leave this line out"', "your-refresh-token", "...",
    "undefined", "null", "None",
)  # fmt: skip


def test_what_a_host_did_not_fill_in_is_no_secret() -> None:
    for text in PLACEHOLDERS:
        settings = Settings.from_env({"WHITESPACE_REFRESH_TOKEN": text, "WHITESPACE_SERVICE_TOKEN": text})
        assert settings.secret is None, text
        assert settings.problems == ()
        guarded = Settings.from_env({"WHITESPACE_HTTP_TOKEN": text})
        assert guarded.http_token is None
        assert guarded.problems == ("WHITESPACE_HTTP_TOKEN holds a placeholder that was not filled in",)


def test_the_examples_of_the_pages_are_no_secrets() -> None:
    root = Path(__file__).parents[2]
    pages = "".join(path.read_text(encoding="utf-8") for path in (root / "README.md", *(root / "docs").glob("*.md")))
    examples = re.findall(r'"WHITESPACE_REFRESH_TOKEN": "([^"]+)"', pages)
    assert len(examples) >= 3
    assert [text for text in examples if Settings.from_env({"WHITESPACE_REFRESH_TOKEN": text}).secret] == []


@given(st.from_regex(r"[A-Za-z0-9+/_.=-]{24,600}", fullmatch=True))
def test_a_token_is_taken_for_no_placeholder(token: str) -> None:
    wrapped = "\n".join(token[start : start + 76] for start in range(0, len(token), 76))
    for text in (token, wrapped, f"Bearer {token}", f"bearer\n{token}"):
        secret = Settings.from_env({"WHITESPACE_REFRESH_TOKEN": text}).refresh_token
        assert secret is not None
        assert secret.get_secret_value() == token
