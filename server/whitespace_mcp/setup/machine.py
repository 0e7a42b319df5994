"""Where things are on this machine, as one object, so that tests can hand over another machine."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import platformdirs

from whitespace_mcp.setup.keychain import Keychain
from whitespace_mcp.setup.keychain_process import entries_of_process

System = Literal["macos", "windows", "linux"]


@dataclass(frozen=True)
class Places:
    """Folders, environment and keychain of one person on one machine.

    Systems that are neither macOS nor Windows count as linux; `applications` is where desktop applications keep their
    settings, `cache` where the confirmed organisations are remembered.
    """

    system: System
    home: Path
    config: Path
    cache: Path
    applications: Path
    environ: Mapping[str, str]
    keychain: Keychain

    @classmethod
    def of_this_machine(cls) -> "Places":
        """The real ones."""
        systems: dict[str, System] = {"darwin": "macos", "win32": "windows"}
        system = systems.get(sys.platform, "linux")
        home = _or_nowhere(Path.home)
        usual = {
            "macos": home / "Library" / "Application Support",
            "windows": Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming"),
            "linux": Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config"),
        }
        return cls(
            system=system,
            home=home,
            config=_or_nowhere(partial(platformdirs.user_config_path, "whitespace-mcp", appauthor=False)),
            cache=_or_nowhere(partial(platformdirs.user_cache_path, "whitespace-mcp", appauthor=False)),
            applications=usual[system],
            environ=os.environ,
            keychain=Keychain(partial(entries_of_process, os.environ)),
        )

    def program(self, name: str) -> str | None:
        """The full path of a program, if it is to be found."""
        return shutil.which(name, path=self.environ.get("PATH", ""))


def _or_nowhere(folder: Callable[[], Path]) -> Path:
    """A folder of this person; for one of whom the system knows no home, a place where nothing is or can be."""
    try:
        return folder()
    except RuntimeError:
        return Path(os.devnull)
