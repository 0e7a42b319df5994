"""The Sync Gateway: token renewal and how it fails (platform.md 2.1)."""

from typing import Final

from starlette.responses import Response

from whitespace_mcp.demo.http import PlatformRequest, json_response
from whitespace_mcp.demo.world import BUCKET, World

PREFIX: Final = "/sync/"
_PROVIDER: Final = "default"
_RENEWAL: Final = "_oidc_refresh"


def answer(world: World, request: PlatformRequest) -> Response:
    """What the gateway says to any request under `/sync/`."""
    bucket, _, rest = request.path.removeprefix(PREFIX).partition("/")
    if not bucket or rest != _RENEWAL:
        return failure(404, "not_found", "unknown URL")
    if request.method != "GET":
        return failure(405, "Method Not Allowed", "")
    if bucket != BUCKET:
        if world.options.unknown_bucket == "no such database":
            return failure(404, "not_found", f'no such database "{bucket}"')
        return failure(401, "Unauthorized", "Login required")
    if request.bearer is not None and world.accounts.holder(request.bearer) is None:
        return failure(401, "Unauthorized", "Invalid login")
    return _renewal(world, request)


def failure(status: int, error: str, reason: str) -> Response:
    """The gateway's error body, in which `error` is text."""
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
    if not _takes_json(request.headers.get("accept", "")):
        return failure(406, "Not Acceptable", "only application/json available")
    body: dict[str, str | int] = {"id_token": renewed.id_token}
    headers: dict[str, str] = {}
    if world.options.sessions:
        body["session_id"] = renewed.session_id
        headers["set-cookie"] = f"SyncGatewaySession={renewed.session_id}; Path=/{BUCKET}; HttpOnly"
    body["name"] = f"login.demo_{renewed.login.subject}"
    if world.options.access_details:
        body |= {"access_token": renewed.session_id[::-1], "token_type": "Bearer", "expires_in": 86400}
    return json_response(body, headers=headers)


def _takes_json(accept: str) -> bool:
    ranges = [part.partition(";")[0].strip() for part in accept.split(",") if part.strip()]
    return not ranges or any(media_type in ("*/*", "application/*", "application/json") for media_type in ranges)
