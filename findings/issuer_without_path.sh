#!/usr/bin/env bash
# mcp 2.3.0 (Python SDK), a resource server whose identity provider's issuer has no path.
#
# Guess: `create_protected_resource_routes(authorization_servers=[AnyHttpUrl("https://id.example")])` publishes the issuer as it
# was written, since the argument has the type that the function asks for.
# Behaviour: it publishes "https://id.example/" with a slash, which is another issuer: clients compare letter by letter, and look
# for its metadata and refuse. The SDK's own `AuthSettings` keeps the issuer as it is when it is given a string, and adds the
# slash when it is given an AnyHttpUrl that was made before; the two look alike where they are written.
# Output seen: routes from AnyHttpUrl: ['https://id.example/']  settings from text: https://id.example  settings from AnyHttpUrl: https://id.example/
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mcp==2.3.0
"$folder/venv/bin/python" - <<'PY'
import asyncio

import httpx2
from mcp.server.auth.routes import create_protected_resource_routes
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl
from starlette.applications import Starlette

ISSUER, RESOURCE = "https://id.example", "https://mcp.example/mcp"


async def published(issuer: AnyHttpUrl) -> list[str]:
    routes = create_protected_resource_routes(resource_url=AnyHttpUrl(RESOURCE), authorization_servers=[issuer])
    transport = httpx2.ASGITransport(app=Starlette(routes=routes))
    async with httpx2.AsyncClient(transport=transport, base_url="https://mcp.example") as http:
        return (await http.get("/.well-known/oauth-protected-resource/mcp")).json()["authorization_servers"]


def settings(issuer: object) -> AuthSettings:
    return AuthSettings.model_validate(
        {"issuer_url": issuer, "resource_server_url": RESOURCE, "validate_token_resource": True}
    )


from_url = asyncio.run(published(AnyHttpUrl(ISSUER)))
from_text, from_both = str(settings(ISSUER).issuer_url), str(settings(AnyHttpUrl(ISSUER)).issuer_url)
print(f"routes from AnyHttpUrl: {from_url}  settings from text: {from_text}  settings from AnyHttpUrl: {from_both}")
assert from_url == ["https://id.example/"]
assert from_text == "https://id.example"
assert from_both == "https://id.example/"
assert asyncio.run(published(settings(ISSUER).issuer_url)) == ["https://id.example"]
PY
