"""When a tool is offered, and the tools as `catalogue.json` lists them; nothing of the SDK is imported for either."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

from whitespace_mcp.config.settings import Settings

Setting = Literal["extra_reads", "downloads", "views"]
_WHERE: Final[dict[Setting, str]] = {
    "extra_reads": "WHITESPACE_EXTRA_READS is on",
    "downloads": "WHITESPACE_DOWNLOADS names a folder",
    "views": "WHITESPACE_VIEWS is on",
}


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """When a tool is offered, and what it changes. It never changes anything on the platform.

    Attributes:
        needs: the setting without which it is not offered.
        changes_default: whether it changes the default organisation of this process.
        saves_files: whether it writes new files on this machine where a folder is configured for them.
    """

    needs: Setting | None = None
    changes_default: bool = False
    saves_files: bool = False

    def offered(self, settings: Settings) -> bool:
        """Whether it is offered under a configuration; no default is changed where every call has to name one."""
        pointless = self.changes_default and settings.require_organisation
        return not pointless and (self.needs is None or bool(getattr(settings, self.needs)))

    @property
    def where(self) -> str:
        """The configuration under which it is offered, as half a sentence."""
        return _WHERE[self.needs] if self.needs else "WHITESPACE_REQUIRE_ORGANISATION is off"

    def only_reads(self, settings: Settings) -> bool:
        """Whether it changes nothing at all, not even here."""
        return not (self.changes_default or (self.saves_files and settings.downloads is not None))


def lists() -> dict[str, list[dict[str, Any]]]:
    """What stands in `catalogue.json`: an entry has a `tool` as hosts list it, and its conditions beside that."""
    return json.loads(files("whitespace_mcp.mcp_layer").joinpath("catalogue.json").read_bytes())


def tools_offered(settings: Settings) -> dict[str, dict[str, Any]]:
    """The tools of a configuration: the schema of each one's arguments, by its name."""
    entries = [(entry.pop("tool"), Conditions(**entry)) for entry in lists()["tools"]]
    return {tool["name"]: tool["inputSchema"] for tool, conditions in entries if conditions.offered(settings)}
