"""Logging in: ask, prove, keep; in that order, so that nothing is kept that does not work."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import anyio
import click

from whitespace_mcp.config.environment import SANDBOX, SANDBOX_BUCKET, AddressedSecret
from whitespace_mcp.config.errors import CredentialRefused, NotConfigured, OrganisationError, WhitespaceError, explain
from whitespace_mcp.config.settings import Settings, given
from whitespace_mcp.session.organisation import Organisation, find
from whitespace_mcp.session.session import open_session
from whitespace_mcp.setup.configuration import PROFILE, TOKEN
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.place import environment_of, without_place
from whitespace_mcp.setup.profiles import (
    Profile,
    Storage,
    profile_name,
    profile_path,
    read_profile,
    token_path,
    write_profile,
)
from whitespace_mcp.setup.terminal import ask_secret, progress, say
from whitespace_mcp.setup.token_store import discard_others, discard_token, free_slot, store_token

PRODUCTION: Final = "https://www.whitespaceplatform.com"
ENVIRONMENTS: Final = {"sandbox": SANDBOX, "production": PRODUCTION}
_TRIES: Final = 3


@dataclass(frozen=True)
class Wishes:
    """What the command line says already, so that it is not asked; without a person nothing is asked at all.

    Attributes:
        profile: its name; else the environment's.
        root: `sandbox`, `production` or an address.
        bucket: the database.
        organisation: the usual one.
        storage: where the token goes.
        from_stdin: the token comes on standard input, and nobody is there to answer.
    """

    profile: str | None = None
    root: str | None = None
    bucket: str | None = None
    organisation: str | None = None
    storage: Storage | None = None
    from_stdin: bool = False


@dataclass(frozen=True)
class _Proof:
    token: AddressedSecret
    values: Mapping[str, str]
    user: str | None
    organisations: tuple[Organisation, ...]


def log_in(places: Places, wishes: Wishes) -> None:
    """Ask for what is not said yet, prove it against the platform, and keep it as a profile.

    What is proved is exactly what is kept: the place, and everything that was set by hand in the profile's file.

    Raises:
        WhitespaceError: something of it does not work; nothing was kept.
    """
    root = _address(wishes)
    name = profile_name(wishes.profile or _usual_name(root))
    former = _former(places, name)
    place = {"WHITESPACE_ROOT": root, "WHITESPACE_BUCKET": _bucket(wishes, root)}
    values = _without_login(former.values if former else {}, place)
    _checked(values)
    proof = _proved(values, wishes)
    _greet(proof)
    usual = _usual_organisation(proof.organisations, wishes)
    storage = wishes.storage or _place_for_token(places, name, wishes)
    values = dict(proof.values)
    if usual is not None and usual.user_id is not None:
        values["WHITESPACE_USER_ID"] = usual.user_id
    profile = Profile(name, values, storage, free_slot(former, name))
    _keep(places, profile, proof.token)
    _say_what_was_kept(places, profile, usual)
    for problem in discard_others(places, profile, former):
        say(f"  An older token of this profile may remain. {problem}", fg="yellow")
    say(f"Next: whitespace-mcp install claude-desktop --profile {name}")


def _without_login(former: Mapping[str, str], place: Mapping[str, str]) -> dict[str, str]:
    """What was set by hand in a profile, at the place of the new login.

    The default organisation is asked anew. Addresses, and the name that the directory has, stay only where the root
    and the bucket do: they are those of an environment.
    """
    values = {name: value for name, value in former.items() if name != "WHITESPACE_USER_ID"}
    before, after = environment_of(former), environment_of(place)
    if (before.root, before.bucket) != (after.root, after.bucket):
        values = without_place(values)
        values.pop("WHITESPACE_USER_NAME", None)
    return {**values, **place}


def _address(wishes: Wishes) -> str:
    answer = wishes.root
    if answer is None:
        answer = "sandbox" if wishes.from_stdin else click.prompt(
            "Environment: sandbox, production, or the address that you log in at", default="sandbox"
        )  # fmt: skip
    word = str(answer).strip()
    address = ENVIRONMENTS.get(word.lower(), word)
    return (address if "://" in address else f"https://{address}").rstrip("/")


def _usual_name(root: str) -> str:
    """The environment's name, or the first part of another address."""
    named = [name for name, address in ENVIRONMENTS.items() if address == root]
    host = urlsplit(root).hostname or ""
    first = host.partition(".")[0]
    return named[0] if named else first if first.isalpha() and first.isascii() else "default"


def _bucket(wishes: Wishes, root: str) -> str:
    usual = SANDBOX_BUCKET if root == SANDBOX else None
    if wishes.bucket is not None:
        return wishes.bucket
    if wishes.from_stdin:
        if usual is None:
            raise NotConfigured(
                "The bucket of that environment is not known", retry="",
                do="Say it with --bucket; Whitespace Support can tell its name.",
            )  # fmt: skip
        return usual
    return str(click.prompt("Bucket, the name of its database (Whitespace Support can tell)", default=usual))


def _checked(values: Mapping[str, str]) -> Settings:
    settings = Settings.from_env(values)
    if settings.problems:
        raise NotConfigured("That cannot be used: " + "; ".join(settings.problems), retry="Nothing was kept.")
    return settings


def _token(wishes: Wishes, root: str) -> str:
    if wishes.from_stdin:
        return sys.stdin.read()
    return ask_secret(f"Refresh token from User Profile at {urlsplit(root).netloc} (stays hidden; paste, then Enter)")


def _proved(values: Mapping[str, str], wishes: Wishes) -> _Proof:
    """The token, once the platform has accepted it; a person may paste it again.

    Raises:
        WhitespaceError: it was not accepted.
    """
    for left in reversed(range(1 if wishes.from_stdin else _TRIES)):
        try:
            return _with_name(values, _token(wishes, values["WHITESPACE_ROOT"]), wishes)
        except (CredentialRefused, _NoToken) as error:
            if not left:
                raise
            say(explain(error))
    raise AssertionError  # pragma: no cover  # the last try returns or raises


def _with_name(values: Mapping[str, str], token: str, wishes: Wishes) -> _Proof:
    """The proof; where the platform does not tell who the login is, the person says it."""
    settings = _checked({**values, TOKEN: token})
    if settings.refresh_token is None:
        raise _NoToken("There was no token in that", retry="Nothing was kept.", do="Paste it again.")
    try:
        user, organisations = _ask_platform(settings)
    except OrganisationError as error:
        if wishes.from_stdin:
            raise
        say(f"{error.what}.")
        called = click.prompt("Your name as the Whitespace directory shows it")
        values = {**values, "WHITESPACE_USER_NAME": str(called)}
        user, organisations = _ask_platform(_checked({**values, TOKEN: token}))
    return _Proof(settings.refresh_token, values, user, organisations)


class _NoToken(NotConfigured):
    """Nothing was pasted."""


def _ask_platform(settings: Settings) -> tuple[str | None, tuple[Organisation, ...]]:
    """Who the login is and which organisations it has; nothing of it is remembered, in case nothing is kept."""
    outcome = anyio.run(_prove, settings.model_copy(update={"cache_folder": None}))
    if isinstance(outcome, WhitespaceError):
        raise _in_login_words(outcome)
    return outcome


async def _prove(settings: Settings) -> tuple[str | None, tuple[Organisation, ...]] | WhitespaceError:
    """Use the token once. An error is given, not raised: the session's task group would wrap it."""
    async with open_session(settings) as session:
        try:
            progress(f"Trying the token at {settings.host}")
            await session.token_cache.current()
            progress("Looking for your organisations")
            memberships = await session.organisations.all(refresh=True)
        except WhitespaceError as error:
            return error
        return session.organisations.user, memberships


def _in_login_words(error: WhitespaceError) -> WhitespaceError:
    """The error as somebody reads it who is logging in and has set no variable."""
    if isinstance(error, CredentialRefused) and "does not work" in error.what:
        return error.replaced(
            retry="A production token does not work on sandbox, nor the other way round.",
            do="Log in to Whitespace at that address, copy the whole token from User Profile straight after logging in,"
            " and paste it again. If a new one fails too, the login service has an outage.",
        )
    if isinstance(error, NotConfigured) and "WHITESPACE_BUCKET" in error.what:
        return error.replaced(
            what=error.what.replace("that WHITESPACE_BUCKET names ", "that you named "),
            retry="Nothing was kept.",
            do="On sandbox it is sandboxbucket; elsewhere Whitespace Support can tell. Then log in again.",
        )
    if isinstance(error, NotConfigured):
        return error.replaced(retry="Nothing was kept.", do="Check the address and the bucket, then log in again.")
    return error


def _greet(proof: _Proof) -> None:
    say(f"The token works{f', {proof.user}' if proof.user else ''}. Your organisations:")
    for number, organisation in enumerate(proof.organisations, 1):
        details = ", ".join(filter(None, [organisation.role, organisation.state]))
        say(f"  {number}. {organisation.name} ({organisation.company_id}{f'; {details}' if details else ''})")


def _usual_organisation(organisations: tuple[Organisation, ...], wishes: Wishes) -> Organisation | None:
    """The organisation of questions that name none."""
    live = [organisation for organisation in organisations if organisation.live]
    if wishes.organisation is not None:
        try:
            return find(live, wishes.organisation)
        except OrganisationError as error:
            ids = ", ".join(organisation.company_id for organisation in live)
            raise error.replaced(
                retry="Nothing was kept.", do=f"Give one of these with --organisation: {ids}."
            ) from None
    if len(live) < 2:
        return live[0] if live else None
    while not wishes.from_stdin:
        answer = str(click.prompt("Which one do you mean when you name none? Its number or id; 0 asks you each time"))
        if answer.strip() == "0":
            break
        if answer.strip().isdecimal() and 1 <= int(answer) <= len(organisations):
            answer = organisations[int(answer) - 1].id
        try:
            return find(live, answer)
        except OrganisationError as error:
            say(f"{error.what}.")
    return None


def _place_for_token(places: Places, name: str, wishes: Wishes) -> Storage:
    """The keychain; where there is none, what the person says, and never a file without an explicit yes."""
    problem = places.keychain.problem()
    if problem is None:
        return "keychain"
    if wishes.from_stdin:
        raise NotConfigured(
            f"The token cannot go into a keychain: {problem}", retry="Nothing was kept.",
            do="Add --keep environment (you set the variable), or --keep file (unencrypted, readable by you only).",
        )  # fmt: skip
    say(f"The token cannot go into a keychain: {problem}.")
    say(f"You can set the environment variable {TOKEN} yourself, wherever the server starts; then nothing is stored.")
    wanted = click.confirm(
        f"Or keep it UNENCRYPTED in {token_path(places, name)}, readable by you only?", default=False
    )
    return "file" if wanted else "environment"


def _former(places: Places, name: str) -> Profile | None:
    """The profile that is being replaced; None if there is none, or one that cannot be read."""
    try:
        return read_profile(places, name)
    except NotConfigured:
        return None


def _keep(places: Places, profile: Profile, token: AddressedSecret) -> None:
    """Keep the token where the former one is not, and only then the profile, in one step.

    Whatever goes wrong before that, an interruption included, takes the token away again and leaves the former login
    as it was.
    """
    path = profile_path(places, profile.name)
    try:
        _store(places, profile, token)
        if path.exists() and _former(places, profile.name) is None:
            path.replace(path.with_suffix(".toml.broken"))
            say(f"{path} could not be read and is now {path.name}.broken.")
        write_profile(places, profile)
    except BaseException:
        current = _former(places, profile.name)
        if current is None or (current.token, current.slot) != (profile.token, profile.slot):
            with suppress(WhitespaceError):
                discard_token(places, profile.token, profile.slot)
        raise


def _store(places: Places, profile: Profile, token: AddressedSecret) -> None:
    try:
        store_token(places, profile, token)
    except NotConfigured as error:
        if profile.token != "keychain":  # noqa: S105  # a place
            raise
        raise NotConfigured(
            error.what, retry=" ".join(filter(None, ["Nothing was kept.", error.retry])),
            do="Or log in with --keep environment (you set the variable), or --keep file (unencrypted).",
        ) from None  # fmt: skip


def _say_what_was_kept(places: Places, profile: Profile, usual: Organisation | None) -> None:
    where = {
        "keychain": "in this computer's keychain",
        "file": f"unencrypted in {token_path(places, profile.slot)}",
        "environment": f"nowhere: set {TOKEN}, and {PROFILE}={profile.name} beside it, where the server starts",
    }
    say()
    say(f"Logged in as profile '{profile.name}'.", fg="green")
    say(f"  token          {where[profile.token]}")
    say(f"  everything else in {profile_path(places, profile.name)}")
    say(f"  default        {f'{usual.name} ({usual.company_id})' if usual else 'none: each question names its own'}")
    if profile.token != "environment" and given(places.environ, TOKEN):  # noqa: S105  # a place
        say(f"  {TOKEN} is set here too: remove it, or it would be used instead of the profile.", fg="yellow")
