#!/usr/bin/env bash
# mcp 2.3.0 (Python SDK of the Model Context Protocol).
#
# The guess: a tool's argument that is a text arrives as the text that was sent. Leaving it out is allowed with `str | None`
# instead of `str`; that changes nothing for those who send one.
# What happens: every argument whose annotation is not exactly `str` is read as JSON first, and what comes out takes its place
# if it is a list, an object or null. So one and the same text goes into `str` and not into `str | None`: a tool that saves a
# file's content refuses one that is JSON ("Input should be a valid string", said of a valid string), a search for "[1]" or for
# the blanks "[ ]" of a form is refused, and "null" arrives as None. It was made for hosts that send lists as text.
# The published schema says "string" for both, so neither the model that asks nor a client that checks can know.
# Seen, for a text of `str` and the same of `str | None`:
#   [1]          -> '[1]'          Input should be a valid string
#   [ ]          -> '[ ]'          Input should be a valid string
#   {"limit": 5} -> '{"limit": 5}' Input should be a valid string
#   null         -> 'null'         None
#   5            -> '5'            '5'
# Our server: words stay words in every tool (tests/mcp_layer/test_sdk.py); only "null" is none, since models write it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "mcp==2.3.0"
cat > "$folder/look.py" <<'PYTHON'
import asyncio
import sys

from mcp import Client
from mcp.server.mcpserver import MCPServer

server = MCPServer("texts", log_level="ERROR")
TEXTS = ("[1]", "[ ]", '{"limit": 5}', "null", "5")
REFUSED = "Input should be a valid string"


@server.tool()
def save(text: str) -> str:
    return repr(text)


@server.tool()
def save_some(text: str | None = None) -> str:
    return repr(text)


async def said(client: Client, tool: str, text: str) -> str:
    answer = await client.call_tool(tool, {"text": text})
    words = answer.content[0].text
    return REFUSED if answer.is_error and REFUSED in words else words


async def look() -> list[tuple[str, str]]:
    async with Client(server) as client:
        return [(await said(client, "save", text), await said(client, "save_some", text)) for text in TEXTS]


answers = asyncio.run(look())
for text, (always, optional) in zip(TEXTS, answers, strict=True):
    print(f"{text:12} -> {always:14} {optional}")
whole = [always for always, _ in answers] == [repr(text) for text in TEXTS]
sys.exit(0 if whole and [optional for _, optional in answers] == [REFUSED] * 3 + ["None", "'5'"] else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
