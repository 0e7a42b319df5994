"""The command line: serving, and the way to every other command.

Everything a command needs is imported inside it, so that starting stays cheap.
"""

import errno
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from whitespace_mcp.cli.options import settings_of, settings_options
from whitespace_mcp.config.version import VERSION
from whitespace_mcp.runtime.garbage import uncollected

if TYPE_CHECKING:
    from whitespace_mcp.config.settings import Settings
    from whitespace_mcp.mcp_layer.server import Server

_ASKING: Final = ("call", "token", "tools")
_LATER: Final = ("login", "logout", "doctor", "install", "completion", "audit", "team")


class _Commands(click.Group):
    """The commands; those around serving are imported when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*sorted([*super().list_commands(ctx), *_ASKING]), *_LATER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ASKING:
            from whitespace_mcp.cli.asking import COMMANDS as ASKING

            return ASKING[cmd_name]
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        from whitespace_mcp.config.settings import wants_team

        if cmd_name == "team" or (cmd_name == "doctor" and wants_team(os.environ)):
            return _team_commands()[cmd_name]
        from whitespace_mcp.setup.commands import COMMANDS

        return COMMANDS[cmd_name]

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command; an output that is full, and a folder that is gone, are told in a sentence."""
        try:
            return super().main(*args, **options)
        except OSError as error:
            nowhere = error.errno == errno.ENOENT and error.filename is None  # of the current folder
            if error.errno != errno.ENOSPC and not nowhere:
                raise
            what = "The folder that you are in is gone" if nowhere else "No room is left where this is written to"
            click.echo(f"Error: {what}.", err=True)
            sys.exit(1)

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


def _team_commands() -> dict[str, click.Command]:
    try:
        from whitespace_mcp.team.commands import doctor, team
    except ImportError as error:
        return {name: _without_team(name, error) for name in ("team", "doctor")}
    return {"team": team, "doctor": doctor}


def _without_team(name: str, error: ImportError) -> click.Command:
    """What stands in the list for a command whose packages are missing, and says so when it is called."""

    def refuse() -> None:
        raise _more_packages(error)

    return click.Command(
        name,
        callback=refuse,
        short_help="Run a server for the whole firm; needs more packages.",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


def _more_packages(error: ImportError) -> click.UsageError:
    return click.UsageError(
        f"A team's server needs more packages ({error.name} is missing): install whitespace-mcp[team]."
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="whitespace-mcp", message="%(prog)s %(version)s")
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
@settings_options
@click.pass_context
def serve(
    ctx: click.Context, *, demo: bool, transport: str, host: str, port: int, profile: str | None, **given: str | None
) -> None:
    """Run the MCP server; hosts such as Claude Desktop start this."""
    with settings_of(ctx, given, demo=demo, profile=profile) as settings:
        from whitespace_mcp.config.settings import wants_team

        if transport == "stdio" and wants_team(os.environ):
            raise click.UsageError("WHITESPACE_TEAM is on: a team is served with --transport streamable-http.")
        if transport == "stdio" and None in {sys.stdin, sys.stdout}:  # as `<&-` and `>&-` start it
            raise click.UsageError("Standard input or output is closed, and a host asks over both.")
        if transport == "stdio":
            if sys.stdin.isatty():
                click.echo(
                    "Waiting for a host to speak MCP; Ctrl-C ends it. To ask from here: whitespace-mcp call", err=True
                )
            with uncollected(for_good=True):
                import anyio

                from whitespace_mcp.mcp_layer.stdio import serve_stdio

                server = _server(settings)
            # The SDK's thread on stdin outlives a cancelled scope, so an orderly stop would hang.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            try:
                anyio.run(serve_stdio, server)
            except* BrokenPipeError:  # the host has gone, and nobody is left to be told
                os._exit(0)  # an orderly exit would write to the same pipe once more
            return
        import anyio

        from whitespace_mcp.config.errors import NotConfigured, explain
        from whitespace_mcp.web import PATH, check, listen, try_address

        if wants_team(os.environ):
            _serve_team(settings, host, port)
            return
        try:
            check(settings, host)
            anyio.run(try_address, host, port)
        except NotConfigured as error:
            raise click.UsageError(explain(error)) from None
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Listening on http://{shown}:{port}{PATH}", err=True)
        listen(_server(settings), settings, host, port)


def _server(settings: "Settings") -> "Server":
    with uncollected(for_good=True):
        from whitespace_mcp.app import build_server

        return build_server(settings)


def _serve_team(settings: "Settings", host: str, port: int) -> None:
    """Serve everybody of a firm."""
    import anyio

    from whitespace_mcp.config.errors import WhitespaceError, explain
    from whitespace_mcp.web import try_address

    try:
        from whitespace_mcp.team.configuration import read_team_settings
        from whitespace_mcp.team.serve import Replica

        replica = Replica(settings, read_team_settings(os.environ))
        anyio.run(try_address, host, port)
    except ImportError as error:
        raise _more_packages(error) from None
    except WhitespaceError as error:
        raise click.UsageError(explain(error)) from None
    click.echo(f"Serving the team on http://{host}:{port}/mcp", err=True)
    replica.listen(host, port)


@main.command(short_help="Take a guided tour; needs no account.")
@click.option("--plain", is_flag=True, help="No colours, even on a terminal.")
@click.option(
    "--open", "pictures", is_flag=True,
    help="Instead, show two pictures of that market in your browser; the page is left in this folder.",
)  # fmt: skip
def demo(*, plain: bool, pictures: bool) -> None:
    """Take a guided tour: a real client asks a real server about an invented market."""
    with uncollected(for_good=True):
        from whitespace_mcp.tour import run

    colour = not plain and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    sys.exit(run(colour=colour, pictures=pictures))
