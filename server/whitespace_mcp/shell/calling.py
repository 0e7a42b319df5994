"""A tool asked from the terminal: the very server that an assistant asks, in this process, and its very words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mcp import Client
from mcp.types import TextContent

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.documents.json import as_object, objects_of
from whitespace_mcp.shell.arguments import read_arguments


@dataclass(frozen=True)
class Reply:
    """What a tool answered: its words, which are JSON unless they are an error's."""

    text: str
    failed: bool

    @property
    def answer(self) -> Any:
        """The answer as data; the words themselves if they are no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text

    def about(self, host: str) -> str:
        """For whom it was asked, in a line."""
        answer = as_object(self.answer)
        only = as_object(answer.get("organisation") or answer.get("active"))
        rows = [only] if only else objects_of(answer.get("organisations"))
        names = [f"{row.get('name', '')} ({row.get('company_id', '')})" for row in rows if row.get("company_id")]
        when = f", as of {answer['as_of']}" if isinstance(answer.get("as_of"), str) else ""
        return f"{', '.join(names) or 'no organisation in particular'} at {host}{when}"


async def ask(settings: Settings, tool: str, words: Sequence[str]) -> Reply:
    """Ask a tool once; progress and questions of the server are not shown.

    `tool` is its name, `words` its arguments as `key=value`.

    Raises:
        ValueError: a word is no `key=value`.
    """
    server = build_server(settings)
    tool = tool.encode(errors="replace").decode()  # bytes that are no text are surrogates, which JSON does not hold
    properties = {
        offered.name: as_object(offered.input_schema.get("properties")) for offered in await server.list_tools()
    }
    arguments = read_arguments(words, properties.get(tool, {}))
    async with Client(server) as client:
        result = await client.call_tool(tool, arguments)
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    return Reply(text, bool(result.is_error))
