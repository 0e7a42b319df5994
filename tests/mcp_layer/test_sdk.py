"""What is used of the SDK beyond its public interface still does what it should."""

import inspect
from importlib.metadata import version

from mcp.server.mcpserver import MCPServer


def test_the_inner_server_runs_on_two_streams() -> None:
    assert version("mcp").startswith("2."), "written against 2.3.0: look at mcp_layer/sdk.py"
    inner = MCPServer("test")._lowlevel_server  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # what is tested
    assert list(inspect.signature(inner.run).parameters)[:3] == [
        "read_stream", "write_stream", "initialization_options",
    ]  # fmt: skip
    assert inner.create_initialization_options().server_name == "test"
