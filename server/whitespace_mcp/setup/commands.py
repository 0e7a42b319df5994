"""The commands around serving. What a command needs is imported when it runs: help and completion stay quick."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from whitespace_mcp.setup.machine import Places

_HOSTS: Final = (
    "claude-desktop", "claude-code", "cursor", "vscode", "codex", "gemini", "qwen", "copilot", "opencode", "cline",
    "continue",
)  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])


def _profiles(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from whitespace_mcp.setup.profiles import profile_names

    return [name for name in profile_names(_places(ctx)) if name.startswith(incomplete)]


def _profile_option(text: str) -> Callable[[F], F]:
    return click.option("--profile", metavar="NAME", shell_complete=_profiles, help=text)


@click.command(short_help="Try your Whitespace login and keep it on this computer.")
@_profile_option("What to call it; else the environment's name, such as sandbox or production.")
@click.option("--environment", "root", metavar="NAME", help="sandbox, production, or an address; else it is asked.")
@click.option("--bucket", metavar="NAME", help="The environment's database; else it is asked.")
@click.option("--organisation", metavar="ID", help="Meant by questions that name none; else it is asked.")
@click.option(
    "--keep", "storage", type=click.Choice(["keychain", "file", "environment"]),
    help="Where the token goes; else the keychain, and where there is none it is asked.",
)  # fmt: skip
@click.option("--token-stdin", "from_stdin", is_flag=True, help="Read the token from standard input and ask nothing.")
@click.pass_context
def login(ctx: click.Context, **options: Any) -> None:
    """Keep your Whitespace login on this computer, once it has been tried.

    Asks for the environment, its bucket and the refresh token, which stays hidden; shows the organisations that it
    opens, and keeps the token in the computer's keychain. Everything else goes into a small file without secrets.

    \b
    Examples:
      whitespace-mcp login
      whitespace-mcp login --profile production
      pass show whitespace | whitespace-mcp login --token-stdin --environment sandbox
    """
    from whitespace_mcp.setup.login import LoginOptions, log_in

    with _in_words():
        log_in(_places(ctx), LoginOptions(**options))


@click.command()
@_profile_option("Which one; needed when there are several.")
@click.pass_context
def logout(ctx: click.Context, profile: str | None) -> None:
    """Remove a login from this computer.

    Its token, its profile and the organisations that were remembered; what was removed is listed.

    \b
    Example:
      whitespace-mcp logout --profile production
    """
    from whitespace_mcp.setup.logout import log_out

    with _in_words():
        log_out(_places(ctx), profile)


@click.command(short_help="Find out what is wrong, and what to do.")
@click.option("--json", "as_json", is_flag=True, help="The same for a program.")
@_profile_option("Whose login is examined.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool, profile: str | None) -> None:
    """Find out what is wrong.

    Looks at the configuration, the network, the login, the organisations and the programs that start this server. Each
    check has a verdict, a reason and a remedy. Nothing is changed, and no secret is shown. Exit code 0: all is
    well; 1: something deserves a look; 2: something does not work.

    \b
    Examples:
      whitespace-mcp doctor
      whitespace-mcp doctor --profile production --json
    """
    from whitespace_mcp.setup.doctor import examine

    with _in_words():
        code = examine(_places(ctx), profile, as_json=as_json)
    ctx.exit(code)


@click.command(short_help="Let an assistant's app start this server.")
@click.argument("host", metavar="HOST", type=click.Choice([*_HOSTS, "print"]))
@click.option("--demo", is_flag=True, help="Start the server on the demo platform, which needs no login.")
@click.option("--remove", is_flag=True, help="Take the entry out again.")
@_profile_option("Which login the host uses; needed when there are several.")
@click.pass_context
def install(ctx: click.Context, *, host: Any, demo: bool, remove: bool, profile: str | None) -> None:
    """Let a host start this server: writes its configuration, or prints it.

    HOST is claude-desktop, claude-code, cursor, vscode, codex, gemini, qwen, copilot, opencode, cline, continue, or
    print for any other.

    Everything else in the host's file stays as it is, a copy of the former file is kept, and doing it twice changes
    nothing. No secret is written: the entry names your profile (see whitespace-mcp login).

    \b
    Examples:
      whitespace-mcp install claude-desktop --demo
      whitespace-mcp install vscode --profile production
      whitespace-mcp install cursor --remove
      whitespace-mcp install print
    """
    from whitespace_mcp.setup import hosts, install
    from whitespace_mcp.setup.terminal import say

    places = _places(ctx)
    with _in_words():
        if remove and host == "print":
            raise click.UsageError("There is nothing to remove: 'print' writes no file.")
        if remove:
            done = install.uninstall(places, hosts.HOSTS[host], demo=demo)
        else:
            what = install.wanted(places, hosts.our_command(), demo=demo, profile=profile)
            done = install.shown(places, what) if host == "print" else install.install(places, hosts.HOSTS[host], what)
    for line in done.said:
        click.echo(line, err=bool(done.text))
    if done.text:
        say(done.text)


@click.command(short_help="Complete the commands with the Tab key.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes your shell complete the commands with the Tab key.

    \b
    Examples, to be put into the shell's start file:
      bash (~/.bashrc)                   eval "$(whitespace-mcp completion bash)"
      zsh  (~/.zshrc)                    eval "$(whitespace-mcp completion zsh)"
      fish (~/.config/fish/config.fish)  whitespace-mcp completion fish | source
    """
    from whitespace_mcp.setup.completion import script

    click.echo(script(shell, ctx.find_root().command))


@click.group()
def audit() -> None:
    """The audit trail that WHITESPACE_AUDIT keeps."""


@audit.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--archived", multiple=True, metavar="REPLICA", help="Its whole chain was put elsewhere; repeatable.")
@click.pass_context
def verify(ctx: click.Context, folder: Path, *, archived: tuple[str, ...]) -> None:
    """Check an audit trail: whether anything in it was changed, cut off or taken away.

    Exit code 0: it is intact; 1: it was changed or damaged; 2: it could not be checked. The last hash of each file is
    shown, so that you can keep it elsewhere: the trail has no key, and shows no change by somebody who made all of it
    anew. Where the replicas of a team's server keep their chains in folders of their own, all of them are checked, and
    each against what the others say of it.

    \b
    Example:
      whitespace-mcp audit verify ~/whitespace-audit
    """
    from whitespace_mcp.setup.files import system_reason
    from whitespace_mcp.telemetry.audit.verify import verify_all

    try:
        verdicts = verify_all(folder.expanduser(), archived)
    except FileNotFoundError:
        click.echo(f"There is no audit trail in {folder}.", err=True)
        ctx.exit(2)
    except OSError as error:
        click.echo(f"{folder} cannot be read: {system_reason(error)}.", err=True)
        ctx.exit(2)
    for name, verdict in verdicts.items():
        if name:
            click.echo(f"{name}:")
        for line in verdict.lines():
            click.echo(line)
    ctx.exit(0 if all(verdict.intact for verdict in verdicts.values()) else 1)


def _places(ctx: click.Context) -> "Places":
    from whitespace_mcp.setup.machine import Places

    return ctx.find_object(Places) or Places.of_this_machine()


@contextmanager
def _in_words() -> Generator[None]:
    """Our errors as one sentence or two, without a traceback."""
    from whitespace_mcp.config.errors import WhitespaceError, explain

    try:
        yield
    except WhitespaceError as error:
        raise click.ClickException(explain(error)) from None


COMMANDS: Final[dict[str, click.Command]] = {
    "login": login,
    "logout": logout,
    "doctor": doctor,
    "install": install,
    "completion": completion,
    "audit": audit,
}
