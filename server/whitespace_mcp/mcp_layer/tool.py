"""A tool, or a resource template, as its module exports it: everything about it in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from whitespace_mcp.config.settings import Settings


def _always(_settings: Settings) -> bool:
    return True


@dataclass(frozen=True)
class Tool:
    """A tool that only reads the platform.

    Attributes:
        function: its name is the tool's, its signature the input schema, its docstring the description.
        title: for people.
        changes_default: whether it changes the default organisation of this process.
        saves_files: whether it writes new files on this machine where a folder is configured for them.
        drawn: whether hosts that draw show its answer on the page of `views`.
        offered: whether it is offered under a configuration.
    """

    function: Callable[..., Any]
    title: str
    changes_default: bool = False
    saves_files: bool = False
    drawn: bool = False
    offered: Callable[[Settings], bool] = _always

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.function.__name__

    def only_reads(self, settings: Settings) -> bool:
        """Whether it changes nothing at all, not even here."""
        return not (self.changes_default or (self.saves_files and settings.downloads is not None))


@dataclass(frozen=True)
class ResourceTemplate:
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
