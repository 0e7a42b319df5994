"""A resource template, as its module exports it, and what a resource holds, with its media type.

That of an attachment is known only when it has been read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self


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


class TypedText(str):  # noqa: SLOT000  # the SDK passes on a real str, and only that
    """The text of a resource, with a media type of its own."""

    def __new__(cls, content: str, media: str) -> Self:
        """Hold a text and its media type."""
        made = super().__new__(cls, content)
        made.media = media
        return made

    media: str


class TypedBytes(bytes):  # a variable-size type cannot have slots
    """The bytes of a resource, with a media type of their own."""

    def __new__(cls, content: bytes, media: str) -> Self:
        """Hold bytes and their media type."""
        made = super().__new__(cls, content)
        made.media = media
        return made

    media: str
