"""The environment as one value: what is bound to it, and what tells two of them apart."""

from dataclasses import replace

from pydantic import SecretStr

from support.clock import FakeClock
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.session.session import open_session

HOME = Environment.at("https://one.example", "one")


def test_the_usual_addresses_are_below_the_root() -> None:
    assert (HOME.sync_url, HOME.api_url, HOME.host) == (
        "https://one.example/sync",
        "https://one.example/api",
        "one.example",
    )


def test_each_part_and_each_owner_has_a_key_of_its_own() -> None:
    parts = ("root", "bucket", "sync_url", "api_url")
    places = [HOME, *(replace(HOME, **{part: "https://two.example"}) for part in parts)]
    owners = [
        (),
        ("issuer", "subject"),
        ("issuersubject",),
        ("issuer", "subject", "MU1a"),
        ("issuer", "subject", "MU1A"),
    ]
    keys = {place.key(*owner) for place in places for owner in owners}
    assert len(keys) == len(places) * len(owners)
    assert all(len(key) == 64 and "example" not in key for key in keys)


async def test_a_token_travels_with_the_address_it_belongs_to() -> None:
    """Whatever the settings' own environment is: the session that sends the token goes to the token's."""
    elsewhere = Environment.at("https://two.example")
    settings = Settings(environment=elsewhere, refresh_token=AddressedSecret(HOME, SecretStr("canary")))
    async with open_session(settings, FakeClock()) as session:
        assert session.environment == HOME
