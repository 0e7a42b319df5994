"""The command line. Everything a command needs is imported inside it, so that starting stays cheap."""

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from whitespace_mcp.config.variables import VARIABLES

if TYPE_CHECKING:
    from whitespace_mcp.config.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def _with_settings(command: F) -> F:
    for variable in reversed([one for one in VARIABLES if not (one.secret or one.apart)]):
        text = f"{variable.meaning} [{variable.name}]"
        command = click.option(variable.option, variable.name, metavar="VALUE", help=text)(command)
    return command


_LATER: Final = ("login", "logout", "doctor", "install", "completion", "audit")


class _Commands(click.Group):
    """The commands; those around serving are imported when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_LATER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        from whitespace_mcp.setup.commands import COMMANDS

        return COMMANDS[cmd_name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            meant = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean '{meant[0]}'?" if meant else ""
            raise click.UsageError(error.message + hint, ctx) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("whitespace-mcp"), prog_name="whitespace-mcp", message="%(prog)s %(version)s")
def main() -> None:
    """Ask an AI assistant about insurance risks on Whitespace, for every organisation you work for.

    The refresh token is read from WHITESPACE_REFRESH_TOKEN or from what `login` keeps, never from the command line.

    \b
    A way to begin:
      whitespace-mcp demo                     look around, without an account
      whitespace-mcp login                    keep your login on this computer
      whitespace-mcp install claude-desktop   let an assistant start the server
      whitespace-mcp doctor                   find out what is wrong
    """


@main.command(short_help="Run the MCP server; an assistant's app starts this.")
@click.option(
    "--demo", is_flag=True, help="Serve an invented market; every configured credential is ignored. [WHITESPACE_DEMO]"
)
@click.option(
    "--transport", type=click.Choice(["stdio", "streamable-http"]), default="stdio", show_default=True,
    help="How hosts connect.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="For streamable-http.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65_535), help="For streamable-http.")
@click.option(
    "--profile",
    metavar="NAME",
    help="Use this login of `whitespace-mcp login`; needed if there are several. [WHITESPACE_PROFILE]",
)
@_with_settings
@click.pass_context
def serve(
    ctx: click.Context, *, demo: bool, transport: str, host: str, port: int, profile: str | None, **given: str | None
) -> None:
    """Run the MCP server; hosts such as Claude Desktop start this."""
    with _settings(ctx, given, demo=demo, profile=profile) as settings:
        import anyio

        from whitespace_mcp.app import build_server

        if transport == "stdio":
            from whitespace_mcp.mcp_layer.stdio import serve_stdio

            # The SDK's thread on stdin outlives a cancelled scope, so an orderly stop would hang.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            try:
                anyio.run(serve_stdio, build_server(settings))
            except* BrokenPipeError:  # the host has gone, and nobody is left to be told
                os._exit(0)  # an orderly exit would write to the same pipe once more
            return
        from whitespace_mcp.config.errors import NotConfigured, explain
        from whitespace_mcp.web import PATH, check, listen

        try:
            check(settings, host)
        except NotConfigured as error:
            raise click.UsageError(explain(error)) from None
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Listening on http://{shown}:{port}{PATH}", err=True)
        listen(build_server(settings), settings, host, port)


@main.command(short_help="Take a guided tour; needs no account.")
@click.option("--plain", is_flag=True, help="No colours, even on a terminal.")
def demo(*, plain: bool) -> None:
    """Take a guided tour: a real client asks a real server about an invented market."""
    from whitespace_mcp.tour import run

    sys.exit(run(colour=not plain and sys.stdout.isatty() and "NO_COLOR" not in os.environ))


@contextmanager
def _settings(
    ctx: click.Context, given: Mapping[str, str | None], *, demo: bool, profile: str | None
) -> "Generator[Settings]":
    """The settings of this process: options win over the environment and that over the profile.

    `--demo` brings a platform of its own.
    """
    from whitespace_mcp.config.settings import Settings, wants_demo
    from whitespace_mcp.setup.configuration import configure
    from whitespace_mcp.setup.instances import counted
    from whitespace_mcp.setup.machine import Places

    places = ctx.find_object(Places) or Places.of_this_machine()
    options = {name.upper(): value for name, value in given.items() if value is not None}
    environment = {**places.environ, **options}
    if not demo and not wants_demo(environment):
        settings = configure(places, options, profile).settings
        with counted(settings):
            yield settings
        return
    from whitespace_mcp.demo import Platform, serve

    platform = Platform(now=time.time)
    with serve(platform) as running:
        token = platform.login.refresh_token
        yield Settings.for_demo(running.root, platform.bucket, token, environment)
