"""How an engineer asks the platform without this server: headers, UserIDs, and shell lines without a secret in them."""

from collections.abc import Mapping
from shlex import quote

from whitespace_mcp.answers.base import Answer


class ByHand(Answer):
    """Shell lines take secrets from variables; `user_ids` are by company id, for the header `UserID`.

    A login with a single organisation needs no `UserID`.
    """

    headers: list[str]
    user_ids: dict[str, str] | None = None
    renew: str | None = None
    call: str


def by_hand(*, sync_url: str | None, bucket: str, api_url: str, user_ids: Mapping[str, str]) -> ByHand:
    """The lines for one environment (platform.md 2.1, 2.5, 5.2).

    Args:
        sync_url: where the login service is; None where the credential is not renewed.
        bucket: its database.
        api_url: where the API is.
        user_ids: the MU id of each organisation that needs one, by company id.
    """
    token = "ID_TOKEN" if sync_url else "SERVICE_TOKEN"
    headers = [f"Authorization: Bearer ${token}", *(["UserID: $USER_ID"] if user_ids else [])]
    renewal = f"{sync_url}/{bucket}/_oidc_refresh"
    return ByHand(
        headers=headers,
        user_ids=dict(user_ids) or None,
        renew=(
            'ID_TOKEN=$(printf %s "$REFRESH_TOKEN" | curl -sS -G --data-urlencode refresh_token@- '
            f"{quote(renewal)} | jq -r .id_token)"
        )
        if sync_url
        else None,
        call=" ".join(["curl -sS --compressed", *(f'-H "{header}"' for header in headers), quote(f"{api_url}/risks")]),
    )
