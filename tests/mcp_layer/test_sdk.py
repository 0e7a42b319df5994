"""What is used of the SDK beyond its public interface still does what it should."""

import inspect
import json
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import MCPServer
from pydantic import TypeAdapter

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.mcp_layer.tool import sdk_tool
from whitespace_mcp.tools.registry import TOOLS


def is_text(annotation: Any) -> bool:
    """Whether an argument is any text, of whatever length, or none."""
    ways = TypeAdapter[Any](annotation).json_schema().get("anyOf", [])
    return [way.keys() - {"maxLength"} for way in ways] == [{"type"}] * 2 and ways[0]["type"] == "string"


def test_the_inner_server_runs_on_two_streams() -> None:
    assert version("mcp").startswith("2."), "written against 2.3.0: look at mcp_layer/sdk.py"
    inner = MCPServer("test")._lowlevel_server  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # what is tested
    assert list(inspect.signature(inner.run).parameters)[:3] == [
        "read_stream", "write_stream", "initialization_options",
    ]  # fmt: skip
    assert inner.create_initialization_options().server_name == "test"


async def test_no_argument_has_to_be_repeated_in_a_header_so_no_call_looks_for_one() -> None:
    plain = MCPServer("test")
    looked_up = plain._lowlevel_server.get_tool_input_schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert looked_up is not None, "the SDK asks for a tool's schema in another way: look at mcp_layer/sdk.py"
    server = build_server(Settings())
    assert not any("x-mcp-header" in json.dumps(tool.input_schema) for tool in await server.list_tools())
    looked_up = server._lowlevel_server.get_tool_input_schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert looked_up is not None
    assert looked_up("get_risks") is None


def test_words_that_look_like_json_arrive_as_they_were_sent() -> None:
    for tool in TOOLS:
        metadata = sdk_tool(tool, only_reads=True).fn_metadata
        fields = metadata.arg_model.model_fields.items()
        words = [name for name, field in fields if is_text(field.annotation)]
        for text in ("[1]", "[ ]", '{"a": 1}'):
            assert metadata.pre_parse_json(dict.fromkeys(words, text)) == dict.fromkeys(words, text), tool.name
        assert metadata.pre_parse_json(dict.fromkeys(words, "null")) == dict.fromkeys(words), (
            "models write it for nothing"
        )
