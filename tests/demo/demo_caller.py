"""A plain HTTP caller of the demo platform; it logs nothing, since renewals have the secret in their URL."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from whitespace_mcp.demo import Login, Running

RENEWAL = "/sync/sandboxbucket/_oidc_refresh"


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


def call(running: Running, target: str, method: str = "GET", *, body: bytes = b"", **headers: str) -> Reply:
    """One request on a connection of its own; header names are written with underscores."""
    address = urlsplit(running.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=60)
    try:
        connection.request(method, target, body or None, {k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        content = response.read()
        return Reply(response.status, content, {k.lower(): v for k, v in response.getheaders()})
    finally:
        connection.close()


class Caller:
    """Somebody who is logged in, in one organisation."""

    def __init__(self, running: Running, login: Login, membership: int | None = 0) -> None:
        self.running = running
        self.login = login
        self.user_id = login.memberships[membership].user_id if membership is not None else None
        self.token = login.service_token or renew(running, login)

    def ask(self, target: str, method: str = "GET", *, body: Any = None, **headers: str) -> Reply:
        """A request with the bearer, and the MU id if there is one."""
        if self.user_id:
            headers.setdefault("UserID", self.user_id)
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return call(self.running, target, method, body=content, Authorization=f"Bearer {self.token}", **headers)

    def get(self, target: str) -> Any:
        """The JSON of an answer that must be one."""
        reply = self.ask(target)
        assert reply.status == 200, (target, reply)
        assert reply.content_type == "application/json", (target, reply)
        return reply.json

    def post(self, target: str, body: Any) -> Any:
        """The same for a question that is posted."""
        reply = self.ask(target, "POST", body=body, Content_Type="application/json")
        assert reply.status == 200, (target, reply)
        return reply.json

    def pages(self, **filters: Any) -> list[list[dict[str, Any]]]:
        """Every page of the summary, by both cursors."""
        pages: list[list[dict[str, Any]]] = []
        target = "/api/summary"
        while len(pages) < 100:
            page = self.post(target, filters) if filters else self.get(target)
            pages.append(page)
            if len(page) < 60:
                return pages
            target = f"/api/summary?last={page[-1]['rootID']}&from={quote(page[-1]['updatedAt'])}"
        raise AssertionError("the summary does not end")


def renewal_of(refresh_token: str, **more: str) -> str:
    """The path of a renewal."""
    query = {"refresh_token": refresh_token, **more}
    return f"{RENEWAL}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())


def renew(running: Running, login: Login) -> str:
    """A new id token."""
    reply = call(running, renewal_of(login.refresh_token))
    assert reply.status == 200, reply
    return str(reply.json["id_token"])
