"""`python -m whitespace_mcp`: the same as the `whitespace-mcp` command."""

from whitespace_mcp.cli import main

main()
