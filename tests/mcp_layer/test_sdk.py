"""What is used of the SDK beyond its public interface still does what it should."""

import inspect
import json
from importlib.metadata import version

from mcp.server.mcpserver import MCPServer

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings


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
