"""What is used of the SDK beyond its public interface, in one place: written against mcp 2.3.0.

`tests/mcp_layer/test_sdk.py` fails when it has changed.
"""

from typing import Any

from mcp.server.mcpserver import MCPServer


async def run_on_streams(server: MCPServer[Any], received: Any, sending: Any) -> None:
    """Serve one client over a pair of message streams; the public `run_stdio_async` takes none.

    Args:
        server: which.
        received: messages of the client.
        sending: for messages to it.
    """
    inner = server._lowlevel_server  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # see above
    await inner.run(received, sending, inner.create_initialization_options())
