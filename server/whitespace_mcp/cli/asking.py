"""Commands that ask the server's tools, or the platform, from the terminal."""

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from whitespace_mcp.cli.options import login_options, settings_of
from whitespace_mcp.runtime.garbage import uncollected

if TYPE_CHECKING:
    from whitespace_mcp.config.settings import Settings


def _settings(ctx: click.Context) -> "Settings":
    """What is configured, for completion and for `tools`; the platform is asked nothing."""
    from whitespace_mcp.setup.configuration import configure
    from whitespace_mcp.setup.machine import Places

    options = {name: value for name, value in ctx.params.items() if name.startswith("WHITESPACE_") and value}
    return configure(ctx.find_object(Places) or Places.of_this_machine(), options).settings


def _tool_names(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from whitespace_mcp.mcp_layer.conditions import tools_offered

    return [name for name in tools_offered(_settings(ctx)) if name.startswith(incomplete)]


def _argument_words(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """`key=` for each argument of the tool that was named, and `key=value` where the values are listed."""
    from whitespace_mcp.mcp_layer.conditions import tools_offered
    from whitespace_mcp.shell.arguments import choices_of

    schema = tools_offered(_settings(ctx)).get(ctx.params.get("tool", ""), {}).get("properties", {})
    key, equals, _ = incomplete.partition("=")
    values = choices_of(schema.get(key, {})) if equals else []
    words = [f"{key}={value}" for value in values] if equals else [f"{name}=" for name in schema]
    return [word for word in words if word.startswith(incomplete)]


@click.command(short_help="Ask any tool from the terminal.")
@click.argument("tool", shell_complete=_tool_names)
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=_argument_words)
@click.option("--json", "form", flag_value="json", help="The whole answer; so it is if nothing else is said.")
@click.option("--table", "form", flag_value="table", help="Its rows in columns.")
@click.option("--csv", "form", flag_value="csv", help="Its rows for a spreadsheet.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Into a file, for your eyes only; - is the output.",
)
@click.option(
    "--downloads", "WHITESPACE_DOWNLOADS", type=click.Path(file_okay=False, resolve_path=True), metavar="FOLDER",
    help="Where tools that save put their files. [WHITESPACE_DOWNLOADS]",
)  # fmt: skip
@login_options
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

    from whitespace_mcp.config.errors import WhitespaceError
    from whitespace_mcp.setup.files import replace
    from whitespace_mcp.setup.terminal import on_terminal, say
    from whitespace_mcp.shell import output as forms
    from whitespace_mcp.shell.calling import ask

    output = None if output == Path("-") else output
    ending = output.suffix.lstrip(".").lower() if output else ""
    if form is None and ending in {"xlsx", "xls", "ods"}:
        raise click.UsageError(f"'{output}' would not be a workbook: export_risks writes one, and .csv opens as well.")
    with settings_of(ctx, given, demo=demo, profile=profile) as settings:
        try:
            reply = anyio.run(ask, settings, tool, arguments)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        if reply.failed:
            raise click.ClickException(reply.text)
        click.echo(reply.about(settings.host), err=True)
    written = form or ending or "json"
    if written == "table":
        width = shutil.get_terminal_size().columns if output is None and on_terminal() else None
        text = forms.as_table(reply.answer, width)
        for remark in forms.remarks(reply.answer, width):
            click.echo(remark, err=True)
    else:
        text = {"csv": forms.as_csv}.get(written, forms.as_json)(reply.answer)
    if output is None:
        say(text)
        return
    if output.exists() and not output.is_file():  # a pipe, or a device such as /dev/stdout
        output.write_text(text + "\n", encoding="utf-8")
        return
    try:
        replace(output.absolute(), text + "\n")
    except WhitespaceError as error:
        raise click.ClickException(f"{error.what}.") from None
    click.echo(f"Written: {output}", err=True)


@click.command(short_help="List the tools, or what one of them takes.")
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
    with uncollected(for_good=True):
        import anyio

        from whitespace_mcp.app import build_server
        from whitespace_mcp.shell.listing import described, listing

    offered = anyio.run(build_server(_settings(ctx)).list_tools)
    chosen = [item for item in offered if tool in {None, item.name}]
    if not chosen:
        from whitespace_mcp.mcp_layer.catalogue import catalogue

        for entry in catalogue().tools:
            if entry.tool.name == tool:
                raise click.UsageError(f"There is no such tool here: {tool} is offered where {entry.where}.")
        raise click.UsageError(f"There is no tool '{tool}': {', '.join(item.name for item in offered)}.")
    if as_json:
        from whitespace_mcp.shell.output import as_json as spelt

        click.echo(spelt([item.model_dump(mode="json", by_alias=True, exclude_none=True) for item in chosen]))
        return
    click.echo(described(chosen[0]) if tool else listing(chosen))


@click.command(short_help="Print a fresh id token for a request of your own.")
@click.option("--header", "form", flag_value="header", help="As the header that carries it.")
@click.option("--curl", "form", flag_value="curl", help="As a whole command, the UserID in place.")
@click.option("--organisation", metavar="ID", help="Whose UserID; else the default organisation's.")
@login_options
@click.pass_context
def token(ctx: click.Context, *, form: str | None, organisation: str | None, demo: bool, profile: str | None) -> None:
    """Print a fresh id token: the short-lived one that requests to the platform carry.

    Who has it can read what you can read until it ends. It is printed here and nowhere else. With --demo it is of a
    platform that ends with this command: good for a look at its form only.

    \b
    Examples:
      curl -H "$(whitespace-mcp token --header)" https://sandbox.whitespace.co.uk/api/user/myDetails
      whitespace-mcp token --curl --organisation CALDERFINCH
    """
    import anyio

    from whitespace_mcp.config.errors import WhitespaceError, explain
    from whitespace_mcp.setup.terminal import on_terminal
    from whitespace_mcp.shell.token import obtain

    with settings_of(ctx, {}, demo=demo, profile=profile) as settings:
        fresh = anyio.run(partial(obtain, settings, organisation, for_request=form == "curl"))
    if isinstance(fresh, WhitespaceError):
        raise click.ClickException(explain(fresh))
    about = f"for {fresh.organisation.name} ({fresh.organisation.company_id}) " if fresh.organisation else ""
    left = f", ends in {fresh.token.lifetime / 60:.0f} minutes" if fresh.token.lifetime else ""
    click.echo(f"A token {about}at {fresh.host}{left}.", err=True)
    if on_terminal():
        click.echo("Keep it to yourself: whoever has it reads what you can read. Never paste it into a chat.", err=True)
    plain = fresh.token.value.get_secret_value()
    click.echo({"header": fresh.header, "curl": fresh.curl}.get(form or "", lambda: plain)())


COMMANDS: Final[dict[str, click.Command]] = {"call": call, "token": token, "tools": tools}
