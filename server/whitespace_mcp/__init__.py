"""An MCP server for questions about insurance risks on the Whitespace placing platform."""
