"""The programs that start us: where each keeps its configuration on each system, and what stands in it about us."""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.config.placeholders import is_placeholder
from whitespace_mcp.config.variables import SECRETS
from whitespace_mcp.documents.json import as_list, as_object
from whitespace_mcp.setup.files import read_regular, system_reason
from whitespace_mcp.setup.json_edit import NotEditable, plain, scan
from whitespace_mcp.setup.machine import Places

Form = Literal["plain", "stdio", "local", "listed", "toml", "yaml"]
"""How a host writes an entry: command and arguments; the same with a type (`stdio`, or Copilot's `local`); one list of
words, as OpenCode; a table of TOML; a list of YAML, which is shown to be pasted."""
ENTRY: Final = "whitespace"
DEMO_ENTRY: Final = "whitespace-demo"
_OURS: Final = ("whitespace-mcp", "whitespace_mcp")


@dataclass(frozen=True)
class Host:
    """One program, as the command line and as people call it.

    `key` is under which its file lists servers, `path` where that file is under the person's home folder (the desktop's
    programs keep theirs elsewhere), `more` what it wants in an entry besides; `reference` stands where it puts the
    value of the shell's variable, empty if it knows no such form.
    """

    name: str
    title: str
    key: str
    path: str = ""
    form: Form = "plain"
    more: Mapping[str, object] = field(default_factory=dict[str, object])
    reference: str = ""

    def file(self, places: Places) -> Path:
        """Its configuration of this person, on this system."""
        match self.name:
            case "claude-desktop":
                return _claude_desktop(places) / "claude_desktop_config.json"
            case "vscode":
                return places.applications / "Code" / "User" / "mcp.json"
            case _:
                return places.home / self.path

    @property
    def environment_key(self) -> str:
        """What it calls the variables of an entry."""
        return "environment" if self.form == "listed" else "env"


HOSTS: Final = {
    host.name: host
    for host in (
        Host("claude-desktop", "Claude Desktop", "mcpServers"),
        Host("claude-code", "Claude Code", "mcpServers", ".claude.json", "stdio"),
        Host("cursor", "Cursor", "mcpServers", ".cursor/mcp.json"),
        Host("vscode", "VS Code", "servers", form="stdio"),
        Host("codex", "Codex", "mcp_servers", ".codex/config.toml", "toml"),
        Host("gemini", "Gemini CLI", "mcpServers", ".gemini/settings.json", reference="$WHITESPACE_REFRESH_TOKEN"),
        Host("qwen", "Qwen Code", "mcpServers", ".qwen/settings.json", reference="$WHITESPACE_REFRESH_TOKEN"),
        Host("copilot", "Copilot CLI", "mcpServers", ".copilot/mcp-config.json", "local", {"tools": ["*"]}),
        Host("opencode", "OpenCode", "mcp", ".config/opencode/opencode.json", "listed", {"enabled": True},
             "{env:WHITESPACE_REFRESH_TOKEN}"),
        Host("cline", "Cline CLI", "mcpServers", ".cline/data/settings/cline_mcp_settings.json", more={"timeout": 60}),
        Host("continue", "Continue CLI", "mcpServers", ".continue/config.yaml", "yaml"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class StartCommand:
    """How this installation is started; `temporary` if it will not be there tomorrow."""

    command: str
    args: tuple[str, ...]
    temporary: bool = False


def our_command(executable: str = sys.executable) -> StartCommand:
    """The absolute path: hosts on a desktop do not have the terminal's PATH."""
    folder = Path(executable).parent
    temporary = "archive-v0" in folder.parts or "builds-v0" in folder.parts  # where uvx makes its environments
    for name in ("whitespace-mcp", "whitespace-mcp.exe"):
        if (folder / name).is_file():
            return StartCommand(str(folder / name), (), temporary)
    return StartCommand(executable, ("-m", "whitespace_mcp"), temporary)


def read_text(path: Path) -> str:
    """A host's file, as it is; empty if it is not there.

    Raises:
        NotConfigured: it cannot be opened, or is no text.
    """
    try:
        return read_regular(path)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise NotConfigured(
            f"{path} cannot be opened ({system_reason(error)})",
            do="Make it readable for you, or paste in what `whitespace-mcp install print` shows.",
        ) from None
    except ValueError as error:
        raise broken(path, type(error).__name__) from None


def servers_in(host: Host, path: Path, text: str) -> dict[str, Any]:
    """The servers that a host's file lists; none where it is written in YAML, which is not read.

    `path` is only for the message, `text` the file.

    Raises:
        NotConfigured: it is not what the host would understand.
    """
    try:
        if host.form == "yaml":
            return {}
        if host.form == "toml":
            servers: object = tomllib.loads(text).get(host.key, {})
        else:
            root = scan(text)
            member = root.member(host.key) if root.kind == "object" else None
            if member is None:
                return {}
            if member.kind == "object":
                for name in (ENTRY, DEMO_ENTRY):
                    member.member(name)
            servers = plain(text, member)
    except (NotEditable, tomllib.TOMLDecodeError, RecursionError) as error:
        raise broken(path, str(error)) from None
    if not isinstance(servers, dict):
        raise broken(path, f"'{host.key}' in it is not an object in braces")
    return cast("dict[str, Any]", servers)


def points_at_us(entry: object) -> bool:
    """Whether an entry starts this server, however it is installed."""
    words = _words(entry)
    return any(ours in word for word in words for ours in _OURS)


def command_of(entry: object) -> str:
    """The program that an entry starts, if it tells."""
    return next(iter(_words(entry)), "")


def starts_demo(entry: object) -> bool:
    """Whether an entry starts this server with the invented market."""
    return points_at_us(entry) and "--demo" in _words(entry)


def secrets_in(entry: object) -> list[str]:
    """The variables that hold a secret in plain text; a reference such as `${input:token}` is none."""
    variables = {**as_object(_part(entry, "environment")), **as_object(_part(entry, "env"))}
    return [name for name in SECRETS if (value := str(variables.get(name) or "").strip()) and not is_placeholder(value)]


def _words(entry: object) -> list[str]:
    """The command with its arguments; OpenCode has both in one list."""
    command = _part(entry, "command")
    first = [str(word) for word in as_list(command)] or [command if isinstance(command, str) else ""]
    return [*first, *(str(word) for word in as_list(_part(entry, "args")))]


def _part(entry: object, key: str) -> object:
    return cast("dict[str, object]", entry).get(key) if isinstance(entry, dict) else None


def _claude_desktop(places: Places) -> Path:
    """Its folder; the edition of the Windows store has one of its own."""
    if places.system == "windows":
        packages = places.applications.parent / "Local" / "Packages"
        store = sorted(packages.glob("Claude_*/LocalCache/Roaming/Claude")) if packages.is_dir() else []
        if store:
            return store[0]
    return places.applications / "Claude"


def broken(path: Path, reason: str) -> NotConfigured:
    """A host's file that cannot be read, and why, half a sentence."""
    return NotConfigured(
        f"{path} cannot be read ({reason}), so it was left as it is",
        do="Correct it, or paste in what `whitespace-mcp install print` shows.",
    )
