"""A tool, or a resource template, as its module exports it: everything about it in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from whitespace_mcp.config.settings import Settings

Setting = Literal["extra_reads", "downloads", "views"]


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

    def only_reads(self, settings: Settings) -> bool:
        """Whether it changes nothing at all, not even here."""
        return not (self.changes_default or (self.saves_files and settings.downloads is not None))


@dataclass(frozen=True)
class Tool(Conditions):
    """A tool that only reads the platform.

    Attributes:
        function: its name is the tool's, its signature the input schema, its docstring the description.
        title: for people.
        drawn: whether hosts that draw show its answer on the page of `views`.
    """

    function: Callable[..., Any]
    title: str
    drawn: bool = False

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.function.__name__


@dataclass(frozen=True)
class ResourceFunction:
    """A resource template.

    Attributes:
        uri: with a `{name}` for each of the function's arguments but the context.
        make: gives the content; its docstring is the description.
        title: for people.
        media: the media type, unless the function gives `TypedText` or `TypedBytes`.
    """

    uri: str
    make: Callable[..., Any]
    title: str
    media: str
