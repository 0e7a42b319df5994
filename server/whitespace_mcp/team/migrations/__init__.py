"""Numbered SQL, run in order by `whitespace-mcp team migrate`."""
