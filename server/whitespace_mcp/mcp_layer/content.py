"""What a resource holds, with its media type: that of an attachment is known only when it has been read."""

from typing import Self


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
