"""The operator's commands: `whitespace-mcp team ...`."""

import os
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio
import click

from whitespace_mcp.config.errors import WhitespaceError, explain
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import SystemClock
from whitespace_mcp.team.configuration import TeamSettings, read_team_settings
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.doctor import examine_team
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.trail import TeamTrail, pseudonym
from whitespace_mcp.team.vault import Vault, migrate, pending

T = TypeVar("T")


@click.group(short_help="Run a server for the whole firm.")
def team() -> None:
    """Look after a server for the whole firm; it is configured by WHITESPACE_TEAM_... variables (docs/team.md).

    \b
    Examples:
      whitespace-mcp team migrate
      whitespace-mcp team status
      WHITESPACE_TEAM=on whitespace-mcp serve --transport streamable-http --host 0.0.0.0
    """


@team.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date; safe to repeat, and while replicas run."""

    async def work(settings: TeamSettings) -> list[str]:
        async with Database(settings.database) as database:
            return await migrate(database)

    done = _run(work)
    click.echo("\n".join(f"ran {name}" for name in done) or "nothing to do")


@team.command("rotate-keys")
def rotate_keys() -> None:
    """Wrap every stored login with the first key of the file; may be stopped and begun again, while replicas run.

    Put the new key into the file as its second line everywhere, then make it the first line everywhere, then run this;
    afterwards the old key may go.
    """

    async def work(settings: TeamSettings) -> tuple[int, Counter[str]]:
        done = await _recorded(settings, "keys rotated", lambda vault: vault.rotate())
        keys = KeyFile(read_keys(settings.keys))
        others: Counter[str] = Counter()
        async with Database(settings.database) as database:
            for (_, key), number in (await Vault(database, keys).counts()).items():
                others[key] += number
        del others[keys.current]
        return done, others

    done, others = _run(work)
    click.echo(f"{done} logins wrapped with the first key")
    for key, number in sorted(others.items()):
        click.echo(
            f"{number} are with key {key} still: a replica writes with it, or the file does not open them", err=True
        )
    if others:
        raise SystemExit(1)


@team.command()
def status() -> None:
    """Tell how many logins are stored, by state and key, and whether the tables are up to date."""

    async def work(settings: TeamSettings) -> tuple[list[str], dict[Any, int]]:
        async with Database(settings.database) as database:
            missing = await pending(database)
            counts = {} if missing else await Vault(database, KeyFile(read_keys(settings.keys))).counts()
            return missing, counts

    missing, counts = _run(work)
    if missing:
        click.echo(f"to be run by `whitespace-mcp team migrate`: {', '.join(missing)}")
    for (state, key), number in sorted(counts.items()):
        click.echo(f"{number:>7}  {state:<10}  key {key}")
    if not counts and not missing:
        click.echo("no logins are stored")


@team.command()
@click.argument("person")
def forget(person: str) -> None:
    """Remove the stored login of PERSON, the provider's name (subject) for somebody who has left."""
    done = _run(lambda settings: _recorded(settings, "forgotten", lambda vault: vault.forget_subject(person), person))
    click.echo(f"{done} logins removed")
    if not done:
        raise SystemExit(1)


@team.command("forget-unused")
@click.argument("days", type=click.IntRange(1))
def forget_unused(days: int) -> None:
    """Remove the logins that nobody used for DAYS days."""
    done = _run(lambda settings: _recorded(settings, "unused forgotten", lambda vault: vault.forget_unused(days)))
    click.echo(f"{done} logins removed")


@team.command("pseudonym")
@click.argument("person")
def pseudonym_command(person: str) -> None:
    """Tell how the audit trail names PERSON, the provider's name (subject), one line for each key of the file."""

    async def work(settings: TeamSettings) -> list[str]:
        return [pseudonym(name, key, settings.issuer, person) for name, key in read_keys(settings.keys).items()]

    click.echo("\n".join(_run(work)))


@click.command("doctor", short_help="Find out what is wrong, and what to do.")
@click.option("--json", "as_json", is_flag=True, help="The same for a program.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Find out what is wrong with a server for the whole firm; WHITESPACE_TEAM is on here.

    Looks at each setting, the keys, the database and its tables, Redis, the identity provider, the client of the page
    /connect, the public address and the platform. Each check has a verdict, a reason and a remedy. Nothing is changed,
    and no secret is shown. Exit code 0: all is well; 1: something deserves a look; 2: something does not work.

    \b
    Example:
      WHITESPACE_TEAM=on whitespace-mcp doctor --json
    """
    ctx.exit(examine_team(os.environ, as_json=as_json))


async def _recorded(
    settings: TeamSettings, event: str, work: Callable[[Vault], Awaitable[int]], subject: str = ""
) -> int:
    """Change the stored logins, and note that in the audit trail, where one is kept."""
    keys = read_keys(settings.keys)
    async with Database(settings.database) as database:
        done = await work(Vault(database, KeyFile(keys)))
    platform = Settings.from_env(os.environ)
    trail = TeamTrail(platform.audit, settings, keys, platform.host, SystemClock().now)
    await trail.note(event, trail.who(settings.issuer, subject) if subject else None, logins=done)
    return done


def _run(work: Callable[[TeamSettings], Awaitable[T]]) -> T:
    try:
        return anyio.run(work, read_team_settings(os.environ))
    except WhitespaceError as error:
        raise click.ClickException(explain(error)) from None
