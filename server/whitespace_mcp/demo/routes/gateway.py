"""The Sync Gateway: token renewal and how it fails (platform.md 2.1)."""

import re
from email.utils import formatdate
from typing import Final

from starlette.responses import Response

from whitespace_mcp.demo.http import PlatformRequest, gzipped, json_response
from whitespace_mcp.demo.options import BUCKET
from whitespace_mcp.demo.world import World

PREFIX: Final = "/sync/"
_PROVIDER: Final = "default"
_RENEWAL: Final = "_oidc_refresh"
SERVER: Final = "Couchbase Sync Gateway/4.2 CE"
_DATABASE: Final = re.compile(r"[a-z][a-z0-9_$()+-]*")


def answer(world: World, request: PlatformRequest) -> Response:
    """What the gateway says to any request under `/sync/`."""
    response = _answer(world, request)
    response.headers["server"] = SERVER
    return response


def _answer(world: World, request: PlatformRequest) -> Response:
    bucket, _, rest = request.path.removeprefix(PREFIX).partition("/")
    if bucket and rest == f"{_RENEWAL}/":
        return Response(status_code=301, headers={"location": f"/{bucket}/{_RENEWAL}?{request.url.query}"})
    if not bucket or rest != _RENEWAL:
        return failure(404, "not_found", "unknown URL")
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"allow": "GET"})
    if request.method != "GET":
        refused = failure(405, "Method Not Allowed", "")
        refused.headers["allow"] = "GET"
        return refused
    return _not_admitted(world, request, bucket) or _renewal(world, request)


def _not_admitted(world: World, request: PlatformRequest, bucket: str) -> Response | None:
    """The refusal of a bucket, or of a login that came in a header beside the token."""
    if not _DATABASE.fullmatch(bucket):
        return failure(400, "Bad Request", f'invalid database name "{bucket}"')
    if bucket != BUCKET:
        return failure(401, "Unauthorized", "Login required")
    basic = request.headers.get("authorization", "").lower().startswith("basic ")
    if basic or (request.bearer is not None and world.accounts.holder(request.bearer) is None):
        return failure(401, "Unauthorized", "Invalid login")
    return None


def failure(status: int, error: str, reason: str) -> Response:
    """The gateway's error body, in which `error` is text.

    `status` is that of HTTP, `reason` the platform's sentence.
    """
    return json_response({"error": error, "reason": reason}, status)


def _renewal(world: World, request: PlatformRequest) -> Response:
    refresh_token = request.query.get("refresh_token")
    if not refresh_token:
        return failure(400, "Bad Request", "Refresh token must be present for oidc refresh")
    if request.query.get("provider", _PROVIDER) not in ("", _PROVIDER):
        return failure(400, "Bad Request", "Unable to identify provider for callback request")
    renewed = world.accounts.renew(refresh_token)
    if renewed is None:
        return failure(500, "Internal Server Error", "Unable to refresh token.")
    if not renewed.login.memberships:
        return failure(401, "Unauthorized", "Invalid login")
    end = formatdate(renewed.end, usegmt=True)
    session = {"set-cookie": f"SyncGatewaySession={renewed.session_id}; Path=/{BUCKET}; Expires={end}"}
    if not _takes_json(request.headers.get("accept", "")):  # by now the exchange has happened
        refused = failure(406, "Not Acceptable", "only application/json available")
        refused.headers.update(session)
        return refused
    name = f"login.demo_{renewed.login.subject}"
    body = {"id_token": renewed.id_token, "session_id": renewed.session_id, "name": name}
    response = json_response(body, headers=session)
    return gzipped(response) if "gzip" in request.headers.get("accept-encoding", "") else response


def _takes_json(accept: str) -> bool:
    """Whether the gateway finds JSON in an `Accept` header; it knows neither `application/*` nor capitals."""
    ranges = [part.partition(";")[0].strip() for part in accept.split(",") if part.strip()]
    return not ranges or any(media_type in ("*/*", "application/json") for media_type in ranges)
