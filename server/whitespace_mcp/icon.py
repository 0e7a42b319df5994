"""The picture that hosts show beside our name."""

from base64 import b64encode
from importlib.resources import files

from mcp.types import Icon


def icon() -> Icon:
    """The icon, as an address that holds it, so that no host has to fetch anything.

    It belongs to the server alone: in tools/list it would be repeated for each tool, at the cost of the model's room.
    In the 2026 protocol every answer carries it beside our name, so it is small. scripts/icon.py draws it.
    """
    picture = files("whitespace_mcp").joinpath("icon.png").read_bytes()
    return Icon(src=f"data:image/png;base64,{b64encode(picture).decode()}", mime_type="image/png", sizes=["48x48"])
