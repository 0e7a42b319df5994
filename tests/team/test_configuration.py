"""What an operator configures: every fault is one sentence that names its variable, and the page has every variable."""

import re
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from team.engines import ROOT
from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.team.configuration import PREFIX, VARIABLES, read_team_settings
from whitespace_mcp.team.gate import metadata_routes


def test_what_is_needed_is_enough_and_secrets_are_masked(good: dict[str, str]) -> None:
    settings = read_team_settings(good)
    assert settings.audience == settings.url
    assert settings.origin == "https://mcp.firm.example"
    assert settings.redis is None
    assert "a client secret" not in repr(settings)
    assert "a-password" not in repr(settings)


def test_everything_that_is_missing_or_wrong_is_named_in_one_go(good: dict[str, str], tmp_path: Path) -> None:
    no_key = tmp_path / "no-key"
    no_key.write_text("k1 a-password\n")
    with pytest.raises(NotConfigured) as nothing:
        read_team_settings({})
    for name in good:
        assert f"{name} is not set" in nothing.value.what
    wrong = {
        "URL": ["http://mcp.firm.example/mcp", "https://mcp.firm.example", "https://u:p@mcp.firm.example/mcp", "mcp"],
        "ISSUER": ["http://id.firm.example", "https://id.firm.example?x=1", "https://id.firm.example:https"],
        "SCOPE": ["risks:read other", 'risks"read'],
        "DATABASE": ["mysql", "mysql://db/team", "hots=db password=a-password", "postgresql://db/team?sslmode=on"],
        "REDIS": [
            "memcached://cache",
            "redis://cache:a-password",
            "redis://cache/0?ssl_ca_certs=ca.pem",
            "redis://cache/0?pool=1",
        ],
        "KEYS": ["/nowhere/keys", str(no_key)],
        "CALLS_A_MINUTE": ["0", "-1", "many", "1.5"],
        "CALLS_AT_ONCE": ["0"],
        "REQUESTS_AT_ONCE": ["0"],
        "DRAIN": ["soon"],
        "MEMORY": ["0"],
        "REPLICA": ["../elsewhere", "a b"],
        "AUDIT_PEOPLE": ["nobody"],
    }
    any_text = {"CLIENT_ID", "CLIENT_SECRET", "AUDIENCE", "SUBJECT_CLAIM"}
    assert set(wrong) == {each.name for each in VARIABLES} - any_text, "any text will do for the others"
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(NotConfigured) as error:
                read_team_settings(good | {f"{PREFIX}_{name}": value})
            assert error.value.what.count(f"{PREFIX}_") == 1, value
            assert f": {PREFIX}_{name} " in error.value.what, value
            assert "a-password" not in error.value.what, value


async def test_the_address_is_written_as_browsers_do_and_hosts_are_told(good: dict[str, str]) -> None:
    for url, origin in {
        "https://MCP.Firm.example:443/mcp": "https://mcp.firm.example",
        "https://mcp.firm.example:8443/mcp": "https://mcp.firm.example:8443",
        "http://localhost:80/mcp": "http://localhost",
        "https://b\u00fccher.example/mcp": "https://xn--bcher-kva.example",
    }.items():
        settings = read_team_settings(good | {f"{PREFIX}_URL": url})
        assert settings.origin == origin
        door = httpx2.ASGITransport(Starlette(routes=metadata_routes(settings)))
        async with httpx2.AsyncClient(transport=door, base_url=origin) as http:
            published = (await http.get("/.well-known/oauth-protected-resource/mcp")).json()
        assert settings.audience == settings.url == published["resource"]


def test_the_page_for_operators_has_every_variable() -> None:
    page = (ROOT / "docs/team.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(WHITESPACE_TEAM_\w+)` \|[^|]*\| ([^|]+) \|$", page, re.MULTILINE))
    assert rows == {f"{PREFIX}_{each.name}": each.meaning for each in VARIABLES}
