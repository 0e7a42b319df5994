"""Our entry in a host's configuration: what it says, and how it is put in, taken out or shown."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.config.placeholders import is_placeholder
from whitespace_mcp.config.settings import given, wants_demo
from whitespace_mcp.documents.json import as_list, as_object
from whitespace_mcp.setup.configuration import TOKEN
from whitespace_mcp.setup.hosts import DEMO_ENTRY, ENTRY, Host, StartCommand, secrets_in
from whitespace_mcp.setup.json_edit import NotEditable, with_member, without_member
from whitespace_mcp.setup.machine import Places
from whitespace_mcp.setup.place import PLACE, environment_of, layered
from whitespace_mcp.setup.profiles import PROFILE, Profile, profile_name, read_profile

INPUT: Final = {
    "id": "whitespace-refresh-token",
    "type": "promptString",
    "password": True,
    "description": "Whitespace refresh token, from User Profile",
}
DEMO: Final = "WHITESPACE_DEMO"
_OPTION: Final = re.compile(r"^--(profile|root|bucket|sync-url|api-url)[=\n](.+)$", re.MULTILINE)


@dataclass(frozen=True)
class EntryPlan:
    """What the entry is to start: the demo platform, a profile, or neither."""

    command: StartCommand
    demo: bool = False
    profile: Profile | None = None

    @property
    def name(self) -> str:
        """The entry's name; the demo never stands in the place of a real login."""
        return DEMO_ENTRY if self.demo else ENTRY

    @property
    def args(self) -> list[str]:
        """The command's arguments."""
        chosen = ["--demo"] if self.demo else ["--profile", self.profile.name] if self.profile else []
        return [*self.command.args, "serve", *chosen]

    @property
    def needs_token(self) -> bool:
        """Whether the host has to bring the token."""
        return not self.demo and (self.profile is None or self.profile.storage == "environment")


def entry_of(places: Places, host: Host, what: EntryPlan, former: Mapping[str, Any]) -> dict[str, Any]:
    """Our entry; what the person has added to a former one stays.

    A secret goes that is not needed any more, and so does one that would be sent to another address than before.

    `former` is the entry that the file has; empty if none.
    """
    before = dict(as_object(former.get(host.environment_key)))
    environment = {name: value for name, value in before.items() if name not in _chosen_by(what)}
    moved = _place(places, before, former.get("args")) != _place(places, environment, what.args)
    if moved or not what.needs_token:
        for name in secrets_in(former):
            environment.pop(name, None)
    if what.needs_token:
        question = f"${{input:{input_of(what)['id']}}}" if host.name == "vscode" else host.reference
        present = str(environment.get(TOKEN) or "").strip()
        if moved or not present or is_placeholder(present):
            environment[TOKEN] = question
    else:
        environment.pop(TOKEN, None)
    entry = {name: value for name, value in former.items() if name != host.environment_key}
    entry |= {name: value for name, value in host.more.items() if name not in former}
    if host.form in {"stdio", "local", "listed"}:
        entry["type"] = "stdio" if host.form == "stdio" else "local"
    if host.form == "listed":
        entry["command"] = [what.command.command, *what.args]
    else:
        entry |= {"command": what.command.command, "args": what.args}
    if host.form == "toml":
        return _with_passed_on(entry, environment, what)
    return entry | ({host.environment_key: environment} if environment or host.name == "claude-code" else {})


def _with_passed_on(entry: dict[str, Any], environment: dict[str, Any], what: EntryPlan) -> dict[str, Any]:
    """Codex starts servers with a small part of the environment, and takes the names of what it is to pass on."""
    if not environment.get(TOKEN):
        environment.pop(TOKEN, None)
    names = [str(name) for name in as_list(entry.get("env_vars"))]
    wanted = [TOKEN] if what.needs_token and TOKEN not in environment else ["DBUS_SESSION_BUS_ADDRESS"]
    names += [name for name in wanted if name not in names]
    entry |= {"env_vars": [name for name in names if name != TOKEN or what.needs_token], "required": True}
    return entry | ({"env": environment} if environment else {})


def _chosen_by(what: EntryPlan) -> frozenset[str]:
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


def input_of(what: EntryPlan) -> dict[str, object]:
    """What VS Code asks for and keeps; one for each profile, since their tokens belong to different addresses."""
    return {**INPUT, "id": f"{INPUT['id']}-{what.profile.name}"} if what.profile else dict(INPUT)


def with_entry(host: Host, text: str, name: str, entry: Mapping[str, Any]) -> str:
    """A host's file with our entry in it, everything else as it is.

    `text` is the file, `name` the entry's, `entry` its JSON object.

    Raises:
        NotEditable: that is not possible.
    """
    if host.form != "toml":
        return with_member(text, (host.key, name), dict(entry))
    rest = without_entry(host, text, name)
    changed = rest + ("\n" if rest and not rest.endswith("\n\n") else "") + by_hand(host, name, entry)
    return _checked(host, text, changed, name, dict(entry))


def without_entry(host: Host, text: str, name: str) -> str:
    """A host's file without our entry.

    `text` is the file, `name` the entry's.

    Raises:
        NotEditable: that is not possible.
    """
    if host.form != "toml":
        return without_member(text, (host.key, name))
    table = re.compile(
        rf"^\[{host.key}\.(?:{name}|\"{name}\")(?:\.[^\]\n]*)?\][^\n]*\n(?:(?!\[)[^\n]*(?:\n|\Z))*", re.MULTILINE
    )
    return _checked(host, text, table.sub("", text), name, None)


def _checked(host: Host, before: str, after: str, name: str, entry: object) -> str:
    """A changed TOML file, provided that nothing but our entry is another one in it."""
    try:
        former, changed = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise NotEditable(str(error)) from None
    servers = {key: value for key, value in former.get(host.key, {}).items() if key != name}
    wanted = {**former, host.key: servers | ({name: entry} if entry else {})}
    if changed | {host.key: changed.get(host.key, {})} != wanted:
        raise NotEditable(f"the entry '{name}' is not a table of its own")
    return after


def by_hand(host: Host, name: str, entry: Mapping[str, Any]) -> str:
    """The lines to paste into a host's file.

    `name` is the entry's, `entry` its JSON object.
    """
    match host.form:
        case "toml":
            lines = [f"[{host.key}.{name}]", *_lines(entry)]
            for key in entry:
                if table := as_object(entry[key]):
                    lines += ["", f"[{host.key}.{name}.{key}]", *_lines(table)]
            return "\n".join(lines) + "\n"
        case "yaml":
            rows = [f"    {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
            return "\n".join([f"{host.key}:", f"  - name: {name}", "    type: stdio", *rows]) + "\n"
        case _:
            return json.dumps({host.key: {name: dict(entry)}}, indent=2, ensure_ascii=False)


def _lines(table: Mapping[str, Any]) -> list[str]:
    """Keys and values as TOML, whose strings, lists and truth values are written like JSON's; without tables in it."""
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items() if not as_object(value)]
