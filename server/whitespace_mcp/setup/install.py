"""Writing ourselves into a host's configuration, and taking ourselves out again.

Everything else in the file stays, a copy of the former file is kept, and no secret is ever written: an entry names a
profile; where there is none, it leaves the place for the token empty, or lets the host ask.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from whitespace_mcp.config.errors import NotConfigured, WhitespaceError
from whitespace_mcp.config.variables import SECRETS
from whitespace_mcp.documents.json import as_object
from whitespace_mcp.setup.configuration import TOKEN
from whitespace_mcp.setup.entries import INPUT, EntryPlan, by_hand, entry_of, input_of, with_entry, without_entry
from whitespace_mcp.setup.files import replace, unwritable
from whitespace_mcp.setup.hosts import (
    DEMO_ENTRY,
    ENTRY,
    HOSTS,
    Host,
    StartCommand,
    broken,
    read_text,
    secrets_in,
    servers_in,
)
from whitespace_mcp.setup.json_edit import NotEditable, plain, scan, with_member
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.profiles import chosen_name, read_profile
from whitespace_mcp.setup.terminal import progress

_SECONDS: Final = 60


@dataclass(frozen=True)
class InstallOutcome:
    """What was done, in sentences for the person; `text` is something to be pasted, if that is the way."""

    said: tuple[str, ...]
    text: str = ""


def wanted(places: Places, command: StartCommand, *, demo: bool, profile: str | None) -> EntryPlan:
    """What to start: the profile that was named, else the only one.

    `demo` starts the demo platform; `profile` is the name that was given, if any.

    Raises:
        WhitespaceError: there is no such profile, or several and none was named.
    """
    if demo:
        return EntryPlan(command, demo=True)
    name = chosen_name(places, profile)
    return EntryPlan(command, profile=read_profile(places, name) if name else None)


def install(places: Places, host: Host, what: EntryPlan) -> InstallOutcome:
    """Put our entry into a host's configuration; a second time changes nothing.

    Raises:
        WhitespaceError: the file cannot be read or written; it is as it was, and the error has the lines to paste.
    """
    path = host.file(places)
    if host.form == "yaml":
        said = f"Put this into {path}, among what is there, and start {host.title} again:"
        return InstallOutcome((said, *_hints(what)), by_hand(host, what.name, entry_of(places, host, what, {})))
    text = read_text(path)
    former: object = servers_in(host, path, text).get(what.name)
    entry = entry_of(places, host, what, as_object(former))
    if entry == former:
        changed = text
    elif host.name == "claude-code":
        return _with_claude(places, what, is_new=former is None)
    else:
        changed = _in_words(host, path, entry, what.name, lambda: with_entry(host, text, what.name, entry))
    if host.name == "vscode" and what.needs_token:
        changed = _with_input(path, changed, what)
    if changed == text:
        return InstallOutcome(
            (f"{host.title} already starts whitespace-mcp like that; nothing was changed.", *_hints(what))
        )
    said = _write(path, changed, f"{host.title} now starts whitespace-mcp, as '{what.name}'.")
    if secrets_in(former) and not secrets_in(entry):
        said += ("The token that stood in the file is gone from it, but not from that copy: delete the copy.",)
        if what.needs_token:
            said += ("It belongs to another address than the entry has now.",)
    return InstallOutcome((*said, f"Quit {host.title} completely and start it again.", *_hints(what)))


def uninstall(places: Places, host: Host, *, demo: bool) -> InstallOutcome:
    """Take our entry, or that of the demo, out of a host's configuration.

    `demo` takes the demo's entry instead of the login's.

    Raises:
        WhitespaceError: the file cannot be read or written; it is as it was.
    """
    path, name = host.file(places), DEMO_ENTRY if demo else ENTRY
    if host.form == "yaml":
        return InstallOutcome((f"Remove the entry '{name}' from {path} yourself: a file of YAML is left as it is.",))
    text = read_text(path)
    if name not in servers_in(host, path, text):
        return InstallOutcome((f"{host.title} has no entry '{name}'; nothing was changed.",))
    if host.name == "claude-code":
        return _run_claude(places, ["mcp", "remove", name, "--scope", "user"], "Claude Code no longer starts it.")
    changed = _in_words(host, path, None, name, lambda: without_entry(host, text, name))
    if host.name == "vscode" and not demo:
        changed = _without_inputs(changed)
    return InstallOutcome(_write(path, changed, f"{host.title} no longer starts whitespace-mcp as '{name}'."))


def shown(places: Places, what: EntryPlan) -> InstallOutcome:
    """The block that most hosts take, to be pasted by hand."""
    text = by_hand(HOSTS["cursor"], what.name, entry_of(places, HOSTS["cursor"], what, {}))
    return InstallOutcome(
        (*_hints(what), "VS Code calls 'mcpServers' 'servers' and wants \"type\": \"stdio\" in the entry."), text
    )


def _in_words(host: Host, path: Path, entry: Mapping[str, Any] | None, name: str, edit: Callable[[], str]) -> str:
    """The changed text of a host's file; where it cannot be changed safely, the lines to paste instead."""
    try:
        return edit()
    except NotEditable as error:
        lines = f"put this in yourself:\n{by_hand(host, name, entry)}" if entry else f"remove '{name}' yourself"
        raise NotConfigured(
            f"{path} cannot be changed without touching more of it ({error}), so it was left as it is",
            do=f"Correct it, or {lines}",
        ) from None


def _with_input(path: Path, text: str, what: EntryPlan) -> str:
    """VS Code's question for the token, which it asks once and keeps."""
    try:
        inputs = plain(text, scan(text)).get("inputs")
        ours = input_of(what)
        if isinstance(inputs, list):
            others = [item for item in cast("list[object]", inputs) if as_object(item).get("id") != ours["id"]]
            return text if ours in inputs else with_member(text, ("inputs",), [*others, ours])
        return with_member(text, ("inputs",), [ours])
    except NotEditable as error:
        raise broken(path, str(error)) from None


def _without_inputs(text: str) -> str:
    inputs = plain(text, scan(text)).get("inputs")
    if not isinstance(inputs, list):
        return text
    others = [item for item in cast("list[object]", inputs)
              if not str(as_object(item).get("id")).startswith(str(INPUT["id"]))]  # fmt: skip
    return text if others == inputs else with_member(text, ("inputs",), others)


def _hints(what: EntryPlan) -> tuple[str, ...]:
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


def _write(path: Path, text: str, done: str) -> tuple[str, ...]:
    copy = _copied(path)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    replace(path, re.sub(r"\r?\n", "\r\n", text) if "\r\n" in text else text, mode=mode)
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


def _with_claude(places: Places, what: EntryPlan, *, is_new: bool) -> InstallOutcome:
    """Through Claude Code's own command, whose file holds much else."""
    add = ["mcp", "add", what.name, "--scope", "user"]
    if what.needs_token:
        line = _line(["claude", *add, "--env", f"{TOKEN}=", "--", what.command.command, *what.args])
        if places.system == "windows":
            return InstallOutcome((*_hints(what), "Or run this line yourself, with the token behind its =:"), line)
        asking = "read -rs TOKEN\n" + line.replace(f"{TOKEN}=", f'{TOKEN}="$TOKEN"', 1)
        return InstallOutcome((*_hints(what), "Or run these lines; the first waits for the token, unseen:"), asking)
    program = places.program("claude")
    if program is not None and not is_new:  # it refuses to add what is there already
        _called([program, "mcp", "remove", what.name, "--scope", "user"], places)
    return _run_claude(places, [*add, "--", what.command.command, *what.args], "Claude Code now starts whitespace-mcp.")


def _run_claude(places: Places, args: list[str], done: str) -> InstallOutcome:
    program = places.program("claude")
    if program is None:
        return InstallOutcome(
            ("The command claude is not on the PATH here. Where it is, run:",), _line(["claude", *args])
        )
    failed = _called([program, *args], places)
    if failed:
        raise WhitespaceError(f"claude refused: {failed}", retry="", do=f"Try it yourself: {_line(['claude', *args])}")
    return InstallOutcome((done,))


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
