"""The command line."""

from whitespace_mcp.cli.commands import main

__all__ = ["main"]
