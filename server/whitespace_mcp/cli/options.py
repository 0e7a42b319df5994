"""Options that several commands take, and the settings that follow from them."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from whitespace_mcp.config.variables import SETTINGS
from whitespace_mcp.runtime.garbage import uncollected

if TYPE_CHECKING:
    from whitespace_mcp.config.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def settings_options(command: F) -> F:
    """An option for each setting that is no secret."""
    for variable in reversed([item for item in SETTINGS if not item.secret]):
        text = f"{variable.meaning} [{variable.name}]"
        command = click.option(variable.option, variable.name, metavar="VALUE", help=text)(command)
    return command


def login_options(command: F) -> F:
    """Whose login a command uses, and whether the invented market answers."""
    command = click.option("--demo", is_flag=True, help="Ask an invented market, which needs no login.")(command)
    return click.option("--profile", metavar="NAME", help="Use this login; needed if there are several.")(command)


@contextmanager
def settings_of(
    ctx: click.Context, given: Mapping[str, str | None], *, demo: bool, profile: str | None
) -> "Generator[Settings]":
    """The settings of this process: options win over the environment and that over the profile.

    `given` are options by name of variable, `profile` is a login's name; `demo` brings a platform of its own.
    """
    with uncollected(for_good=True):
        from whitespace_mcp.config.settings import Settings, wants_demo
        from whitespace_mcp.setup.configuration import configure, mark_in_use
        from whitespace_mcp.setup.machine import Places

    places = ctx.find_object(Places) or Places.of_this_machine()
    options = {name.upper(): value for name, value in given.items() if value is not None}
    environment = {**places.environ, **options}
    if not demo and not wants_demo(environment):
        settings = configure(places, options, profile).settings
        mark_in_use(settings)
        yield settings
        return
    with uncollected(for_good=True):
        from whitespace_mcp.demo.late import serve_late

    with serve_late() as demo_platform:
        yield Settings.for_demo(demo_platform.root, demo_platform.bucket, demo_platform.refresh_token, environment)
