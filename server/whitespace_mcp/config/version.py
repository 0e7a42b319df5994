"""Which release this is."""

from importlib.metadata import version
from typing import Final

VERSION: Final = version("whitespace-mcp")
"""`1.2.3`, as the installed package says; looked up once, since that reads its whole description."""
