"""What is used of the SDK beyond its public interface, in one place: written against mcp 2.3.0.

`tests/mcp_layer/test_sdk.py` fails when it has changed.
"""

from typing import Any

from mcp.server import Server
from mcp.server.mcpserver import MCPServer


async def run_on_streams(server: MCPServer[Any], received: Any, sending: Any) -> None:
    """Serve one client over a pair of message streams; the public `run_stdio_async` takes none.

    Args:
        server: which.
        received: messages of the client.
        sending: for messages to it.
    """
    inner = _inner(server)
    await inner.run(received, sending, inner.create_initialization_options())


def without_parameter_headers(server: MCPServer[Any]) -> None:
    """Let no call over HTTP look through its tool's schema for arguments that a header has to repeat: we have none.

    The SDK does it for each call anew, and for a tool with thirty arguments it takes as long as to find the answer.
    """

    def nothing(_name: str) -> None:
        return None

    _inner(server).get_tool_input_schema = nothing


def _inner(server: MCPServer[Any]) -> Server[Any]:
    return server._lowlevel_server  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # see above
