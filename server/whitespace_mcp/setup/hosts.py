"""The programs that start us: where each keeps its configuration on each system, and what stands in it about us."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.config.placeholders import is_placeholder
from whitespace_mcp.setup.files import read_regular
from whitespace_mcp.setup.machine import Places

HostName = Literal["claude-desktop", "claude-code", "cursor", "vscode"]
ENTRY: Final = "whitespace"
SECRETS: Final = ("WHITESPACE_REFRESH_TOKEN", "WHITESPACE_SERVICE_TOKEN", "WHITESPACE_HTTP_TOKEN")
_OURS: Final = ("whitespace-mcp", "whitespace_mcp")


@dataclass(frozen=True)
class Host:
    """One program.

    Attributes:
        name: as the command line has it; `title`: as people call it.
        key: under which its file lists servers.
    """

    name: HostName
    title: str
    key: str

    def file(self, places: Places) -> Path:
        """Its configuration of this person, on this system."""
        match self.name:
            case "claude-desktop":
                return _claude_desktop(places) / "claude_desktop_config.json"
            case "claude-code":
                return places.home / ".claude.json"
            case "cursor":
                return places.home / ".cursor" / "mcp.json"
            case "vscode":
                return places.applications / "Code" / "User" / "mcp.json"


HOSTS: Final = {
    host.name: host
    for host in (
        Host("claude-desktop", "Claude Desktop", "mcpServers"),
        Host("claude-code", "Claude Code", "mcpServers"),
        Host("cursor", "Cursor", "mcpServers"),
        Host("vscode", "VS Code", "servers"),
    )
}


@dataclass(frozen=True)
class Command:
    """How this installation is started; `temporary` if it will not be there tomorrow."""

    command: str
    args: tuple[str, ...]
    temporary: bool = False


def our_command(executable: str = sys.executable) -> Command:
    """The absolute path: hosts on a desktop do not have the terminal's PATH."""
    folder = Path(executable).parent
    temporary = "archive-v0" in folder.parts or "builds-v0" in folder.parts  # where uvx makes its environments
    for name in ("whitespace-mcp", "whitespace-mcp.exe"):
        if (folder / name).is_file():
            return Command(str(folder / name), (), temporary)
    return Command(executable, ("-m", "whitespace_mcp"), temporary)


def read_config(path: Path) -> dict[str, Any]:
    """A host's configuration; empty if the file is not there or has nothing in it.

    Raises:
        NotConfigured: it cannot be read, or is not what the host would understand.
    """
    try:
        text = read_regular(path)
        document: object = json.loads(text) if text.strip() else {}
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise _broken(path, f"line {error.lineno}, column {error.colno}: {error.msg.lower()}") from None
    except RecursionError:
        raise _broken(path, "it is nested too deeply") from None
    except OSError as error:
        raise NotConfigured(
            f"{path} cannot be opened ({(error.strerror or type(error).__name__).lower()})", retry="",
            do="Make it readable for you, or paste in what `whitespace-mcp install print` shows.",
        ) from None  # fmt: skip
    except ValueError as error:
        raise _broken(path, type(error).__name__) from None
    if not isinstance(document, dict):
        raise _broken(path, "it is not an object in braces")
    return cast("dict[str, Any]", document)


def servers_in(document: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    """The servers that a configuration lists.

    Raises:
        NotConfigured: there is something else in their place.
    """
    servers: object = document.get(key, {})
    if not isinstance(servers, dict):
        raise _broken(path, f"'{key}' in it is not an object in braces")
    return cast("dict[str, Any]", servers)


def points_at_us(entry: object) -> bool:
    """Whether an entry starts this server, however it is installed."""
    words = _words(entry)
    return any(ours in word for word in words for ours in _OURS)


def command_of(entry: object) -> str:
    """The program that an entry starts, if it tells."""
    command = _part(entry, "command")
    return command if isinstance(command, str) else ""


def secrets_in(entry: object) -> list[str]:
    """The variables that hold a secret in plain text; a reference such as `${input:token}` is none."""
    environment = _part(entry, "env")
    if not isinstance(environment, dict):
        return []
    held = cast("dict[str, object]", environment)
    return [name for name in SECRETS if (value := str(held.get(name) or "").strip()) and not is_placeholder(value)]


def _words(entry: object) -> list[str]:
    args = _part(entry, "args")
    return [command_of(entry), *(map(str, cast("list[object]", args)) if isinstance(args, list) else [])]


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


def _broken(path: Path, reason: str) -> NotConfigured:
    return NotConfigured(
        f"{path} cannot be read ({reason}), so it was left as it is",
        retry="",
        do="Correct it (JSON here has no comments and no comma before a closing brace), or paste in what"
        " `whitespace-mcp install print` shows.",
    )
