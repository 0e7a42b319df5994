"""A server for the whole firm: needs the extra `whitespace-mcp[team]`, and nothing else of the package imports it."""
