"""The table of variables against the settings that read them, and the help that is made from it."""

from typing import Final

from click.testing import CliRunner

from whitespace_mcp.cli import main
from whitespace_mcp.config.settings import Settings, wants_demo
from whitespace_mcp.config.variables import SETTINGS, VARIABLES
from whitespace_mcp.setup.profiles import PROFILE

WRITTEN_APART: Final = {PROFILE, "WHITESPACE_DEMO"}
"""Read before the settings are, since they decide which settings those are."""


def test_every_variable_that_is_read_is_told_and_no_other() -> None:
    names = [variable.name for variable in VARIABLES]
    assert sorted(names) == sorted({variable.name for variable in SETTINGS} | WRITTEN_APART)


def test_the_defaults_are_those_of_the_settings() -> None:
    plain = Settings()
    defaults = {variable.name: variable.default for variable in VARIABLES if variable.default}
    values = {name: getattr(plain, name.removeprefix("WHITESPACE_").lower(), None) for name in defaults}
    values |= {
        "WHITESPACE_BUCKET": plain.environment.bucket,
        "WHITESPACE_SYNC_URL": plain.environment.sync_url.replace(plain.root, "{root}"),
        "WHITESPACE_API_URL": plain.environment.api_url.replace(plain.root, "{root}"),
        "WHITESPACE_MAX_BODY": plain.max_body / 1_000_000,
        "WHITESPACE_DEMO": wants_demo({}),
    }
    assert {name: spelt(value) for name, value in values.items()} == defaults


def test_a_variable_without_a_default_is_unset_without_it() -> None:
    plain = Settings()
    for variable in VARIABLES:
        if not variable.default and variable.name not in WRITTEN_APART:
            assert not getattr(plain, variable.key), variable.name


def spelt(value: object) -> str:
    """A default as a person would write it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def test_each_but_the_secrets_has_its_option() -> None:
    shown = " ".join(CliRunner().invoke(main, ["serve", "--help"]).output.split())
    for variable in VARIABLES:
        assert variable.secret == variable.name.endswith("_TOKEN"), variable.name
        if variable.secret:
            assert variable.option not in shown
        else:
            assert f"{variable.option} " in shown
            assert variable.meaning in shown or variable.apart, variable.name
            assert f"[{variable.name}]" in shown


def test_what_is_told_can_stand_in_a_table_and_in_the_help() -> None:
    for variable in VARIABLES:
        assert variable.meaning.endswith(".")
        assert "|" not in variable.meaning + variable.more
