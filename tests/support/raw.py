"""The platform's own words, read without any of the code under test."""

import http.client
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit
from weakref import WeakKeyDictionary

from whitespace_mcp.demo import Running

_BEARERS: WeakKeyDictionary[Running, str] = WeakKeyDictionary()
"""The id token of each platform's demo person, until it is refused."""


def raw_list(running: Running, organisation: int = 0) -> list[dict[str, Any]]:
    """`GET /api/risks` as the demo person sees it in the first or second organisation."""
    return raw_read(running, "/api/risks", organisation)


def raw_read(running: Running, target: str, organisation: int = 0) -> Any:
    """Any GET as the demo person makes it in the first or second organisation."""
    login = running.platform.login
    user_id = login.memberships[organisation].user_id
    if running not in _BEARERS:
        place = f"/sync/{running.platform.bucket}/_oidc_refresh"
        _, answer = _get(running, f"{place}?refresh_token={quote(login.refresh_token or '', safe='')}", {})
        _BEARERS[running] = answer["id_token"]
    status, answer = _get(running, target, {"Authorization": f"Bearer {_BEARERS[running]}", "UserID": user_id})
    if status == HTTPStatus.UNAUTHORIZED:
        del _BEARERS[running]
        return raw_read(running, target, organisation)
    return answer


def lowered(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its keys in lower case."""
    return {key.lower(): value for key, value in row.items()}


def _get(running: Running, target: str, headers: dict[str, str]) -> tuple[int, Any]:
    address = urlsplit(running.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    try:
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()
