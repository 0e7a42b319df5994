"""A host that logs in by itself, to see that a team's server answers.

`python ask.py [ADDRESS OF /mcp [CLIENT ID]]` learns from the server which identity provider logs people in, registers
there (or uses the public client of that id, whose redirect address is http://127.0.0.1/callback with any port), lets
you log in with a browser, and asks which organisations you have and how many risks are at which stage.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp.types import TextContent
from pydantic import AnyUrl

ADDRESS: Final = "http://localhost:8080/mcp"


class Memory:
    """Keeps tokens as long as this runs."""

    def __init__(self, client: OAuthClientInformationFull | None) -> None:
        self._tokens: OAuthToken | None = None
        self._client = client

    async def get_tokens(self) -> OAuthToken | None:
        return self._tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self._tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self._client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self._client = client_info


class Return(HTTPServer):
    """Where the browser comes back to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Arrival)
        self.answer: dict[str, str] = {}
        self.address = f"http://127.0.0.1:{self.server_port}/callback"

    async def send(self, address: str) -> None:
        print(f"Log in with a browser: {address}", flush=True)

    async def wait(self) -> AuthorizationCodeResult:
        while "code" not in self.answer:
            await anyio.to_thread.run_sync(self.handle_request, abandon_on_cancel=True)
            if "error" in self.answer:
                sys.exit(f"The provider did not log you in: {self.answer['error']}")
        known = {name: self.answer.get(name) for name in ("state", "iss")}
        return AuthorizationCodeResult(code=self.answer["code"], **known)


class Arrival(BaseHTTPRequestHandler):
    """The browser that comes back."""

    server: Return

    def do_GET(self) -> None:  # the library's name
        self.server.answer = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"You can close this window.\n")

    def log_message(self, *_: Any) -> None:
        """Its address holds the code."""


async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    if result.is_error or not isinstance(content, TextContent):
        sys.exit(content.text if isinstance(content, TextContent) else "No text was answered.")
    return json.loads(content.text)


async def main(address: str = ADDRESS, client_id: str = "") -> None:
    back = Return()
    redirects = [AnyUrl(back.address)]
    about = OAuthClientMetadata(client_name="a trial", redirect_uris=redirects)
    made = OAuthClientInformationFull(client_id=client_id, redirect_uris=redirects) if client_id else None
    auth = OAuthClientProvider(address, about, Memory(made), back.send, back.wait)
    async with (
        httpx2.AsyncClient(auth=auth, timeout=60) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        await ask(client, "list_organisations")
        counted = await ask(client, "get_risks", organisation="all", page_size=0)
    for organisation in counted["organisations"]:
        stages = ", ".join(f"{number} {stage}" for stage, number in organisation["by_stage"].items())
        print(f"{organisation['name']}: {stages}")


if __name__ == "__main__":
    anyio.run(main, *sys.argv[1:])
