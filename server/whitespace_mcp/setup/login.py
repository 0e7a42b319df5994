"""Logging in: ask, prove, keep; in that order, so that nothing is kept that does not work."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import click

from whitespace_mcp.config.environment import SANDBOX, SANDBOX_BUCKET, AddressedSecret
from whitespace_mcp.config.errors import NotConfigured, OrganisationError, WhitespaceError
from whitespace_mcp.config.settings import given
from whitespace_mcp.session.organisation import Organisation, find
from whitespace_mcp.setup.configuration import TOKEN
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.place import environment_of, without_place
from whitespace_mcp.setup.profiles import (
    PROFILE,
    Profile,
    Storage,
    profile_name,
    profile_path,
    read_profile,
    token_path,
    write_profile,
)
from whitespace_mcp.setup.proof import Proof, checked, prove
from whitespace_mcp.setup.terminal import say
from whitespace_mcp.setup.token_store import discard_others, discard_token, free_slot, store_token

PRODUCTION: Final = "https://www.whitespaceplatform.com"
ENVIRONMENTS: Final = {"sandbox": SANDBOX, "production": PRODUCTION}


@dataclass(frozen=True)
class LoginOptions:
    """What the command line says already, so that it is not asked; without a person nothing is asked at all.

    `root` is `sandbox`, `production` or an address, `organisation` the usual one, `storage` where the token goes; it
    comes `from_stdin` where nobody is there to answer.
    """

    profile: str | None = None
    root: str | None = None
    bucket: str | None = None
    organisation: str | None = None
    storage: Storage | None = None
    from_stdin: bool = False


def log_in(places: Places, options: LoginOptions) -> None:
    """Ask for what is not said yet, prove it against the platform, and keep it as a profile.

    What is proved is exactly what is kept: the place, and everything that was set by hand in the profile's file.

    Raises:
        WhitespaceError: something of it does not work; nothing was kept.
    """
    root = _address(options)
    name = profile_name(options.profile or _usual_name(root))
    former = _former(places, name)
    place = {"WHITESPACE_ROOT": root, "WHITESPACE_BUCKET": _bucket(options, root)}
    values = _without_login(former.values if former else {}, place)
    checked(values)
    proof = prove(values, from_stdin=options.from_stdin)
    _greet(proof)
    usual = _usual_organisation(proof.organisations, options)
    storage = options.storage or _place_for_token(places, name, options)
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


def _address(options: LoginOptions) -> str:
    answer = options.root
    if answer is None:
        answer = "sandbox" if options.from_stdin else click.prompt(
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


def _bucket(options: LoginOptions, root: str) -> str:
    usual = SANDBOX_BUCKET if root == SANDBOX else None
    if options.bucket is not None:
        return options.bucket
    if options.from_stdin:
        if usual is None:
            raise NotConfigured(
                "The bucket of that environment is not known",
                do="Say it with --bucket; Whitespace Support can tell its name.",
            )
        return usual
    return str(click.prompt("Bucket, the name of its database (Whitespace Support can tell)", default=usual))


def _greet(proof: Proof) -> None:
    say(f"The token works{f', {proof.user}' if proof.user else ''}. Your organisations:")
    for number, organisation in enumerate(proof.organisations, 1):
        details = ", ".join(filter(None, [organisation.role, organisation.state]))
        say(f"  {number}. {organisation.name} ({organisation.company_id}{f'; {details}' if details else ''})")


def _usual_organisation(organisations: tuple[Organisation, ...], options: LoginOptions) -> Organisation | None:
    """The organisation of questions that name none."""
    live = [organisation for organisation in organisations if organisation.live]
    if options.organisation is not None:
        try:
            return find(live, options.organisation)
        except OrganisationError as error:
            ids = ", ".join(organisation.company_id for organisation in live)
            raise error.replaced(
                retry="Nothing was kept.", do=f"Give one of these with --organisation: {ids}."
            ) from None
    if len(live) < 2:
        return live[0] if live else None
    while not options.from_stdin:
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


def _place_for_token(places: Places, name: str, options: LoginOptions) -> Storage:
    """The keychain; where there is none, what the person says, and never a file without an explicit yes."""
    problem = places.keychain.problem()
    if problem is None:
        return "keychain"
    if options.from_stdin:
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
        if current is None or (current.storage, current.slot) != (profile.storage, profile.slot):
            with suppress(WhitespaceError):
                discard_token(places, profile.storage, profile.slot)
        raise


def _store(places: Places, profile: Profile, token: AddressedSecret) -> None:
    try:
        store_token(places, profile, token)
    except NotConfigured as error:
        if profile.storage != "keychain":
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
    say(f"  token          {where[profile.storage]}")
    say(f"  everything else in {profile_path(places, profile.name)}")
    say(f"  default        {f'{usual.name} ({usual.company_id})' if usual else 'none: each question names its own'}")
    if profile.storage != "environment" and given(places.environ, TOKEN):
        say(f"  {TOKEN} is set here too: remove it, or it would be used instead of the profile.", fg="yellow")
