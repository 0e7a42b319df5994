"""Channels: who may see a document (platform.md 4.3)."""

from collections.abc import Iterable
from typing import Final, cast

SHARED: Final = "shared"


def own_channels(channels: object, *, channel_prefix: str, user_id: str) -> list[str] | None:
    """The organisation's own team channels among a document's channels, sorted.

    Args:
        channels: what the document has under `channels`; a text in place of an array is one channel.
        channel_prefix: what the organisation's channels begin with, before the underscore.
        user_id: its MU id, which may stand among channels too.

    Returns:
        None if there are channels and none of them is the organisation's, `shared` or its MU id: then the document
        cannot belong to it and must not be shown. An empty list where no channels are told.
    """
    if isinstance(channels, str):
        channels = (channels,) if channels else ()
    if not isinstance(channels, list | tuple) or not channels:
        return []
    prefix = f"{channel_prefix.lower()}_"
    named = [channel for channel in _texts(cast("Iterable[object]", channels)) if channel]
    own = sorted({channel for channel in named if channel.lower().startswith(prefix)})
    if not own and not any(channel.lower() in (SHARED, user_id.lower()) for channel in named):
        return None
    return own


def _texts(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
