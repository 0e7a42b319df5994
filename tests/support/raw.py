"""The platform's own words, read without any of the code under test."""

import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit

from whitespace_mcp.demo import Running


def raw_list(running: Running, organisation: int = 0) -> list[dict[str, Any]]:
    """`GET /api/risks` as the demo person sees it in the first or second organisation."""
    return raw_read(running, "/api/risks", organisation)


def raw_read(running: Running, target: str, organisation: int = 0) -> Any:
    """Any GET as the demo person makes it in the first or second organisation."""
    login = running.platform.login
    renewal = f"/sync/{running.platform.bucket}/_oidc_refresh?refresh_token={quote(login.refresh_token, safe='')}"
    bearer = _get(running, renewal, {})["id_token"]
    user_id = login.memberships[organisation].user_id
    return _get(running, target, {"Authorization": f"Bearer {bearer}", "UserID": user_id})


def lowered(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its keys in lower case."""
    return {key.lower(): value for key, value in row.items()}


def _get(running: Running, target: str, headers: dict[str, str]) -> Any:
    address = urlsplit(running.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", target, headers=headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
