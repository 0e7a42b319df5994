"""Writing ourselves into a host's configuration, and taking ourselves out again.

Everything else in the file stays, a copy of the former file is kept, and no secret is ever written: an entry names a
profile; where there is none, it leaves the place for the token empty, or lets the host ask.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.errors import NotConfigured, WhitespaceError
from whitespace_mcp.config.settings import given, wants_demo
from whitespace_mcp.documents.json import as_list, as_object
from whitespace_mcp.setup.configuration import PROFILE, TOKEN
from whitespace_mcp.setup.files import replace, unwritable
from whitespace_mcp.setup.hosts import ENTRY, HOSTS, SECRETS, Command, Host, read_config, secrets_in, servers_in
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.place import PLACE, environment_of, layered
from whitespace_mcp.setup.profiles import Profile, profile_name, profile_names, read_profile
from whitespace_mcp.setup.terminal import progress

INPUT: Final = {
    "id": "whitespace-refresh-token",
    "type": "promptString",
    "password": True,
    "description": "Whitespace refresh token, from User Profile",
}
DEMO: Final = "WHITESPACE_DEMO"
_OPTION: Final = re.compile(r"^--(profile|root|bucket|sync-url|api-url)[=\n](.+)$", re.MULTILINE)
_SECONDS: Final = 60


@dataclass(frozen=True)
class Wanted:
    """What the entry is to start: the demo platform, a profile, or neither."""

    command: Command
    demo: bool = False
    profile: Profile | None = None

    @property
    def args(self) -> list[str]:
        """The command's arguments."""
        chosen = ["--demo"] if self.demo else ["--profile", self.profile.name] if self.profile else []
        return [*self.command.args, "serve", *chosen]

    @property
    def needs_token(self) -> bool:
        """Whether the host has to bring the token."""
        return not self.demo and (self.profile is None or self.profile.token == "environment")  # noqa: S105  # a place


@dataclass(frozen=True)
class Outcome:
    """What was done.

    Attributes:
        said: sentences for the person.
        text: something to be pasted, if that is the way.
    """

    said: tuple[str, ...]
    text: str = ""


def wanted(places: Places, command: Command, *, demo: bool, profile: str | None) -> Wanted:
    """What to start: the profile that was named, else the only one.

    Raises:
        WhitespaceError: there is no such profile, or several and none was named.
    """
    named = profile or given(places.environ, PROFILE)
    if demo:
        return Wanted(command, demo=True)
    if named:
        return Wanted(command, profile=read_profile(places, profile_name(named)))
    names = profile_names(places)
    if len(names) > 1 and "default" not in names:
        raise NotConfigured(
            f"There are several profiles: {', '.join(names)}", retry="", do="Say which with --profile NAME."
        )
    usual = "default" if "default" in names else names[0] if names else None
    return Wanted(command, profile=read_profile(places, usual) if usual else None)


def install(places: Places, host: Host, what: Wanted) -> Outcome:
    """Put our entry into a host's configuration; a second time changes nothing.

    Raises:
        WhitespaceError: the file cannot be read or written; it is as it was.
    """
    path = host.file(places)
    document = read_config(path)
    servers = servers_in(document, host.key, path)
    former: object = servers.get(ENTRY)
    entry = _entry(places, host, what, as_object(former))
    if host.name == "claude-code":
        return _with_claude(places, what, former, entry)
    changed = {**document, host.key: {**servers, ENTRY: entry}}
    if host.name == "vscode" and what.needs_token:
        changed["inputs"] = [*_other_inputs(document, what), _input(what)]
    if changed == document:
        return Outcome((f"{host.title} already starts whitespace-mcp like that; nothing was changed.", *_hints(what)))
    said = _write(path, changed, f"{host.title} now starts whitespace-mcp.")
    if secrets_in(former) and not secrets_in(entry):
        said += ("The token that stood in the file is gone from it, but not from that copy: delete the copy.",)
        if what.needs_token:
            said += ("It belongs to another address than the entry has now.",)
    return Outcome((*said, f"Quit {host.title} completely and start it again.", *_hints(what)))


def uninstall(places: Places, host: Host) -> Outcome:
    """Take our entry out of a host's configuration.

    Raises:
        WhitespaceError: the file cannot be read or written; it is as it was.
    """
    path = host.file(places)
    document = read_config(path)
    servers = servers_in(document, host.key, path)
    if ENTRY not in servers:
        return Outcome((f"{host.title} has no entry '{ENTRY}'; nothing was changed.",))
    if host.name == "claude-code":
        return _run_claude(places, ["mcp", "remove", ENTRY, "--scope", "user"], "Claude Code no longer starts it.")
    changed = {**document, host.key: {name: entry for name, entry in servers.items() if name != ENTRY}}
    if host.name == "vscode" and "inputs" in document:
        changed["inputs"] = _other_inputs(document, None)
    return Outcome(_write(path, changed, f"{host.title} no longer starts whitespace-mcp."))


def shown(places: Places, what: Wanted) -> Outcome:
    """The block that most hosts take, to be pasted by hand."""
    entry = _entry(places, HOSTS["cursor"], what, {})
    text = json.dumps({"mcpServers": {ENTRY: entry}}, indent=2, ensure_ascii=False)
    return Outcome(
        (*_hints(what), "VS Code calls 'mcpServers' 'servers' and wants \"type\": \"stdio\" in the entry."), text
    )


def _entry(places: Places, host: Host, what: Wanted, former: Mapping[str, Any]) -> dict[str, Any]:
    """Our entry; what the person has added to a former one stays.

    A secret goes that is not needed any more, and so does one that would be sent to another address than before.
    """
    before = dict(as_object(former.get("env")))
    environment = {name: value for name, value in before.items() if name not in _chosen_by(what)}
    moved = _place(places, before, former.get("args")) != _place(places, environment, what.args)
    if moved or not what.needs_token:
        for name in secrets_in(former):
            environment.pop(name, None)
    if what.needs_token:
        asked = f"${{input:{_input(what)['id']}}}" if host.name == "vscode" else ""
        present = str(environment.get(TOKEN) or "").strip()
        if moved or not present or present.startswith(f"${{input:{INPUT['id']}"):
            environment[TOKEN] = asked
    else:
        environment.pop(TOKEN, None)
    entry = {name: value for name, value in former.items() if name != "env"}
    if host.name in {"vscode", "claude-code"}:
        entry["type"] = "stdio"
    entry |= {"command": what.command.command, "args": what.args}
    return entry | ({"env": environment} if environment or host.name == "claude-code" else {})


def _chosen_by(what: Wanted) -> frozenset[str]:
    """The variables of a former entry that would contradict what is to be started now."""
    if what.demo:
        return frozenset()
    return frozenset({DEMO} if what.profile is None else {DEMO, PROFILE, *PLACE})


def _place(places: Places, environment: Mapping[str, object], args: object) -> Environment | None:
    """Where an entry sends the token that stands in it; None if it says that in no way that we know."""
    words = [str(word) for word in as_list(args)]
    options = {
        f"WHITESPACE_{name.upper().replace('-', '_')}": value for name, value in _OPTION.findall("\n".join(words))
    }
    values = {name: str(value) for name, value in environment.items()}
    if "--demo" in words or wants_demo(values):
        return None
    named = options.pop(PROFILE, None) or given(values, PROFILE)
    try:
        below = dict(read_profile(places, profile_name(named)).values) if named else dict[str, str]()
    except NotConfigured:
        return None
    return environment_of(
        layered(layered(below, {name: text for name in values if (text := given(values, name))}), options)
    )


def _input(what: Wanted) -> dict[str, object]:
    """What VS Code asks for and keeps; one for each profile, since their tokens belong to different addresses."""
    return {**INPUT, "id": f"{INPUT['id']}-{what.profile.name}"} if what.profile else dict(INPUT)


def _other_inputs(document: Mapping[str, Any], what: Wanted | None) -> list[object]:
    """The inputs of a document but ours, for one profile or for all."""

    def ours(name: object) -> bool:
        return name == _input(what)["id"] if what else str(name).startswith(str(INPUT["id"]))

    return [item for item in as_list(document.get("inputs")) if not ours(as_object(item).get("id"))]


def _hints(what: Wanted) -> tuple[str, ...]:
    hints: list[str] = []
    if what.needs_token:
        hints.append(
            f"It still needs the refresh token, as {TOKEN}. Better: run whitespace-mcp login and then this again, and"
            " no secret has to stand in a file."
        )
    if what.command.temporary:
        hints.append(
            "This copy of whitespace-mcp is a temporary one and may disappear; install it with `uv tool install` and"
            " run this again."
        )
    return tuple(hints)


def _write(path: Path, document: Mapping[str, Any], done: str) -> tuple[str, ...]:
    copy = _copied(path)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    replace(path, json.dumps(document, indent=_indent(path), ensure_ascii=False) + "\n", mode=mode)
    return (done, f"Changed: {path}", *([f"The former file: {copy}"] if copy else []))


def _copied(path: Path) -> Path | None:
    """A copy of the file as it is, under the first name that is free."""
    if not path.exists():
        return None
    number = 1
    while (copy := path.with_name(f"{path.name}.bak{'' if number == 1 else number}")).exists():
        number += 1
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # private before anything is in it
        copy.write_bytes(path.read_bytes())
        shutil.copystat(path, copy)
    except OSError as error:
        raise unwritable(copy, error) from None
    return copy


def _indent(path: Path) -> int | str:
    """How the file is indented so far."""
    found = re.search(r"\n([ \t]+)\S", path.read_text(encoding="utf-8-sig")) if path.exists() else None
    if found is None:
        return 2
    return "\t" if "\t" in found[1] else len(found[1])


def _with_claude(places: Places, what: Wanted, former: object, entry: Mapping[str, Any]) -> Outcome:
    """Through Claude Code's own command, whose file holds much else."""
    if former == entry:
        return Outcome(("Claude Code already starts whitespace-mcp like that; nothing was changed.", *_hints(what)))
    add = ["mcp", "add", ENTRY, "--scope", "user"]
    if what.needs_token:
        line = _line(["claude", *add, "--env", f"{TOKEN}=", "--", what.command.command, *what.args])
        return Outcome((*_hints(what), "Or run this line yourself, with the token behind its =:"), line)
    program = places.program("claude")
    if program is not None and former is not None:  # it refuses to add what is there already
        _called([program, "mcp", "remove", ENTRY, "--scope", "user"], places)
    return _run_claude(places, [*add, "--", what.command.command, *what.args], "Claude Code now starts whitespace-mcp.")


def _run_claude(places: Places, args: list[str], done: str) -> Outcome:
    program = places.program("claude")
    if program is None:
        return Outcome(("The command claude is not on the PATH here. Where it is, run:",), _line(["claude", *args]))
    failed = _called([program, *args], places)
    if failed:
        raise WhitespaceError(f"claude refused: {failed}", retry="", do=f"Try it yourself: {_line(['claude', *args])}")
    return Outcome((done,))


def _called(line: list[str], places: Places) -> str:
    """Run Claude Code's own command; why it failed, or nothing."""
    progress("Asking Claude Code")
    environment = {name: value for name, value in places.environ.items() if name not in SECRETS}
    try:
        done = subprocess.run(  # noqa: S603  # a program that the person has installed, with our words
            line, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            encoding="utf-8", errors="replace", timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    said = " ".join((done.stderr or done.stdout).split())[:300]
    return "" if done.returncode == 0 else said or f"exit code {done.returncode}"


def _line(words: list[str]) -> str:
    """A command line to be copied, for the shells of every system."""
    return " ".join(f'"{word}"' if re.search(r"[^\w@%+=:,./\\-]", word) else word for word in words)
