"""Links that let a host install this server, for README.md.

The command in them is looked for on the PATH, where `uv tool install` puts it. No link ever holds a token: Cursor uses
the login that `whitespace-mcp login` keeps, VS Code asks for it and keeps it itself.
"""

import base64
import json
from typing import Any
from urllib.parse import quote

from whitespace_mcp.setup.configuration import TOKEN
from whitespace_mcp.setup.entries import INPUT

DEMO: dict[str, Any] = {"command": "whitespace-mcp", "args": ["serve", "--demo"]}
OWN: dict[str, Any] = {"command": "whitespace-mcp", "args": ["serve"]}


def links() -> str:
    """A line of four links."""
    entry = {**OWN, "env": {TOKEN: f"${{input:{INPUT['id']}}}"}, "inputs": [INPUT]}
    named = [
        ("Cursor, demo", cursor("whitespace-demo", DEMO)),
        ("Cursor, your login", cursor("whitespace", OWN)),
        ("VS Code, demo", vscode("whitespace-demo", DEMO)),
        ("VS Code, your login", vscode("whitespace", entry)),
    ]
    return "\n" + "\n".join(f"- [{text}]({address})" for text, address in named) + "\n\n"


def cursor(name: str, server: dict[str, Any]) -> str:
    """Cursor's link: the server as JSON in base64."""
    config = base64.b64encode(_json(server).encode()).decode()
    return f"https://cursor.com/install-mcp?name={name}&config={quote(config, safe='')}"


def vscode(name: str, server: dict[str, Any]) -> str:
    """VS Code's link; in a page of its own, since many pages take out addresses that begin with vscode:."""
    own = f"vscode:mcp/install?{quote(_json({'name': name, **server}), safe='')}"
    return f"https://insiders.vscode.dev/redirect?url={quote(own, safe='')}"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
