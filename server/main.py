"""The entry of the Claude Desktop bundle: the same commands as `whitespace-mcp`."""

from whitespace_mcp.cli import main

main()
