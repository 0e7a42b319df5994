"""The command line. Everything a command needs is imported inside it, so that starting stays cheap."""

import os
import signal
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from whitespace_mcp.config.variables import VARIABLES
from whitespace_mcp.runtime.garbage import uncollected

if TYPE_CHECKING:
    from mcp.types import Tool

    from whitespace_mcp.config.settings import Settings
    from whitespace_mcp.mcp_layer.server import Server

F = TypeVar("F", bound=Callable[..., Any])


def _with_settings(command: F) -> F:
    for variable in reversed([item for item in VARIABLES if not (item.secret or item.apart)]):
        text = f"{variable.meaning} [{variable.name}]"
        command = click.option(variable.option, variable.name, metavar="VALUE", help=text)(command)
    return command


_LATER: Final = ("login", "logout", "doctor", "install", "completion", "audit", "team")


class _Commands(click.Group):
    """The commands; those around serving are imported when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_LATER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        from whitespace_mcp.config.settings import wants_team

        if cmd_name == "team" or (cmd_name == "doctor" and wants_team(os.environ)):
            return _team_commands()[cmd_name]
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


def _team_commands() -> dict[str, click.Command]:
    try:
        from whitespace_mcp.team.commands import doctor, team
    except ImportError as error:
        raise _without_team(error) from None
    return {"team": team, "doctor": doctor}


def _without_team(error: ImportError) -> click.UsageError:
    return click.UsageError(
        f"A team's server needs more packages ({error.name} is missing): install whitespace-mcp[team]."
    )


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
        from whitespace_mcp.config.settings import wants_team

        if transport == "stdio" and wants_team(os.environ):
            raise click.UsageError("WHITESPACE_TEAM is on: a team is served with --transport streamable-http.")
        if transport == "stdio":
            with uncollected():
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
        from whitespace_mcp.config.errors import NotConfigured, explain
        from whitespace_mcp.web import PATH, check, listen

        if wants_team(os.environ):
            _serve_team(settings, host, port)
            return
        try:
            check(settings, host)
        except NotConfigured as error:
            raise click.UsageError(explain(error)) from None
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Listening on http://{shown}:{port}{PATH}", err=True)
        listen(_server(settings), settings, host, port)


def _server(settings: "Settings") -> "Server":
    with uncollected():
        from whitespace_mcp.app import build_server

        return build_server(settings)


def _serve_team(settings: "Settings", host: str, port: int) -> None:
    """Serve everybody of a firm."""
    from whitespace_mcp.config.errors import WhitespaceError, explain

    try:
        from whitespace_mcp.team.configuration import read_team_settings
        from whitespace_mcp.team.serve import Replica

        replica = Replica(settings, read_team_settings(os.environ))
    except ImportError as error:
        raise _without_team(error) from None
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
    from whitespace_mcp.tour import run

    colour = not plain and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    sys.exit(run(colour=colour, pictures=pictures))


def _login_options(command: F) -> F:
    """Whose login a command uses, and whether the invented market answers."""
    command = click.option("--demo", is_flag=True, help="Ask an invented market, which needs no login.")(command)
    return click.option("--profile", metavar="NAME", help="Use this login; needed if there are several.")(command)


def _offered(ctx: click.Context) -> "list[Tool]":
    """The tools of the server that is configured, for completion and for `tools`."""
    import anyio

    from whitespace_mcp.setup.configuration import configure
    from whitespace_mcp.setup.machine import Places
    from whitespace_mcp.shell.calling import offered_tools

    options = {name: value for name, value in ctx.params.items() if name.startswith("WHITESPACE_") and value}
    return anyio.run(offered_tools, configure(ctx.find_object(Places) or Places.of_this_machine(), options).settings)


def _tool_names(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [tool.name for tool in _offered(ctx) if tool.name.startswith(incomplete)]


def _argument_words(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """`key=` for each argument of the tool that was named, and `key=value` where the values are listed."""
    from whitespace_mcp.shell.arguments import choices_of

    schemas = [tool.input_schema.get("properties", {}) for tool in _offered(ctx) if tool.name == ctx.params.get("tool")]
    key, equals, _ = incomplete.partition("=")
    words = [f"{name}=" for schema in schemas for name in schema]
    if equals:
        words = [f"{key}={value}" for schema in schemas for value in choices_of(schema.get(key, {}))]
    return [word for word in words if word.startswith(incomplete)]


@main.command(short_help="Ask any tool from the terminal.")
@click.argument("tool", shell_complete=_tool_names)
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=_argument_words)
@click.option("--json", "form", flag_value="json", help="The whole answer; so it is if nothing else is said.")
@click.option("--table", "form", flag_value="table", help="Its rows in columns.")
@click.option("--csv", "form", flag_value="csv", help="Its rows for a spreadsheet.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Into a file, for your eyes only."
)
@click.option(
    "--downloads", "WHITESPACE_DOWNLOADS", type=click.Path(file_okay=False, resolve_path=True), metavar="FOLDER",
    help="Where tools that save put their files. [WHITESPACE_DOWNLOADS]",
)  # fmt: skip
@_login_options
@click.pass_context
def call(
    ctx: click.Context,
    *,
    tool: str,
    arguments: tuple[str, ...],
    form: str | None,
    output: Path | None,
    demo: bool,
    profile: str | None,
    **given: str | None,
) -> None:
    """Ask a tool just as an assistant does, and print what it answers.

    For which organisation it was asked is said on the error output. Exit code 0: it answered; 1: the answer is an
    error, in the words that an assistant reads; 2: the command line cannot be read. `whitespace-mcp tools` lists them.

    \b
    Examples:
      whitespace-mcp call get_risks organisation=all stage=firm_order --table
      whitespace-mcp call summarise_risks group_by=stage,organisation --csv -o stages.csv
      whitespace-mcp call get_risk risk=IC213DA609 --demo
      whitespace-mcp call export_risks organisation=all --downloads . --demo
    """  # fmt: skip
    import anyio

    from whitespace_mcp.config.errors import WhitespaceError, explain
    from whitespace_mcp.setup.files import replace
    from whitespace_mcp.setup.terminal import say
    from whitespace_mcp.shell import output as forms
    from whitespace_mcp.shell.calling import ask

    with _settings(ctx, given, demo=demo, profile=profile) as settings:
        try:
            reply = anyio.run(ask, settings, tool, arguments)
        except ValueError as error:
            raise click.UsageError(f"'{error}' is no argument: write KEY=VALUE.") from None
        if reply.failed:
            raise click.ClickException(reply.text)
        click.echo(reply.about(settings.host), err=True)
    written = (form or (output.suffix.lstrip(".").lower() if output else "")) or "json"
    text = {"csv": forms.as_csv, "table": forms.as_table}.get(written, forms.as_json)(reply.answer)
    if output is None:
        say(text)
        return
    try:
        replace(output.absolute(), text + "\n")
    except WhitespaceError as error:
        raise click.ClickException(explain(error)) from None
    click.echo(f"Written: {output}", err=True)


@main.command(short_help="List the tools, or what one of them takes.")
@click.argument("tool", required=False, shell_complete=_tool_names)
@click.option("--json", "as_json", is_flag=True, help="With their schemas, for a program.")
@click.pass_context
def tools(ctx: click.Context, *, tool: str | None, as_json: bool) -> None:
    """List the tools that `call` can ask; with a name, the arguments of that one.

    \b
    Examples:
      whitespace-mcp tools
      whitespace-mcp tools get_risks
    """
    from whitespace_mcp.shell.listing import described, listing

    offered = _offered(ctx)
    chosen = [item for item in offered if tool in {None, item.name}]
    if not chosen:
        raise click.UsageError(f"There is no tool '{tool}': {', '.join(item.name for item in offered)}.")
    if as_json:
        from whitespace_mcp.shell.output import as_json as spelt

        click.echo(spelt([item.model_dump(mode="json", by_alias=True, exclude_none=True) for item in chosen]))
        return
    click.echo(described(chosen[0]) if tool else listing(chosen))


@main.command(short_help="Print a fresh id token for a request of your own.")
@click.option("--header", "form", flag_value="header", help="As the header that carries it.")
@click.option("--curl", "form", flag_value="curl", help="As a whole command, the UserID in place.")
@click.option("--organisation", metavar="ID", help="Whose UserID; else the default organisation's.")
@_login_options
@click.pass_context
def token(ctx: click.Context, *, form: str | None, organisation: str | None, demo: bool, profile: str | None) -> None:
    """Print a fresh id token: the short-lived one that requests to the platform carry.

    Who has it can read what you can read until it ends. It is printed here and nowhere else.

    \b
    Examples:
      curl -H "$(whitespace-mcp token --header)" https://sandbox.whitespace.co.uk/api/user/myDetails
      whitespace-mcp token --curl --organisation CALDERFINCH
    """
    import anyio

    from whitespace_mcp.config.errors import WhitespaceError, explain
    from whitespace_mcp.shell.token import obtain

    with _settings(ctx, {}, demo=demo, profile=profile) as settings:
        fresh = anyio.run(partial(obtain, settings, organisation, for_request=form == "curl"))
    if isinstance(fresh, WhitespaceError):
        raise click.ClickException(explain(fresh))
    about = f"for {fresh.organisation.name} ({fresh.organisation.company_id}) " if fresh.organisation else ""
    left = f", ends in {fresh.token.lifetime / 60:.0f} minutes" if fresh.token.lifetime else ""
    click.echo(f"A token {about}at {fresh.host}{left}.", err=True)
    if sys.stdout.isatty():
        click.echo("Keep it to yourself: whoever has it reads what you can read. Never paste it into a chat.", err=True)
    plain = fresh.token.value.get_secret_value()
    click.echo({"header": fresh.header, "curl": fresh.curl}.get(form or "", lambda: plain)())


@contextmanager
def _settings(
    ctx: click.Context, given: Mapping[str, str | None], *, demo: bool, profile: str | None
) -> "Generator[Settings]":
    """The settings of this process: options win over the environment and that over the profile.

    `--demo` brings a platform of its own.
    """
    with uncollected():
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
    with uncollected():
        from whitespace_mcp.demo.late import serve_late

    with serve_late() as demo_platform:
        yield Settings.for_demo(demo_platform.root, demo_platform.bucket, demo_platform.refresh_token, environment)
