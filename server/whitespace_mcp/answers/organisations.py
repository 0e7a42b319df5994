"""Who am I, for which organisations, what they have side by side, and how to ask the platform without this server."""

from collections.abc import Mapping
from shlex import quote
from typing import Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys


class OrganisationEntry(OrganisationKeys):
    """An organisation of the login."""

    role: str | None = None
    teams: list[str] | None = None
    state: str | None = None
    default: Literal[True] | None = None


class OrganisationList(Answer):
    """Answer of `list_organisations`."""

    user: str | None = None
    default: OrganisationKeys | None = None
    organisations: list[OrganisationEntry]
    as_of: str


class OrganisationSwitch(Answer):
    """Answer of `switch_org`."""

    active: OrganisationKeys
    previous: OrganisationKeys | None = None
    as_of: str


class BookOrganisation(OrganisationKeys):
    """One organisation's counts of slips: by stage, signed ones by month of expiry, firm orders by how far written."""

    slips: int
    as_of: str
    stale_reason: str | None = None
    error: str | None = None
    by_stage: dict[str, int] | None = None
    expiring: dict[str, int] | None = None
    placed: dict[str, int] | None = None
    waiting: dict[str, int] | None = None
    not_known: dict[str, dict[str, object]] | None = None


class BookPicture(Answer):
    """Answer of `show_book`: every organisation; `not_known` says which counts are not complete yet."""

    organisations: list[BookOrganisation]
    meaning: dict[str, str] | None = None


class CredentialState(Answer):
    """What is known of the credential; `expires_in_s` is the current id token's."""

    kind: Literal["refresh_token", "service_token", "none"]
    state: Literal["fresh", "stale", "refused", "unverified"]
    expires_in_s: int | None = None
    problem: str | None = None


class ByHand(Answer):
    """Shell lines take secrets from variables; `user_ids` are by company id, for the header `UserID`.

    A login with a single organisation needs no `UserID`.
    """

    headers: list[str]
    user_ids: dict[str, str] | None = None
    renew: str | None = None
    call: str


class WhoAmI(Answer):
    """Answer of `whoami`; `configured` tells where each setting came from, `by_hand` how to ask without this server."""

    environment: str
    user: str | None = None
    credential: CredentialState
    organisation: OrganisationKeys | None = None
    read_only: bool
    configured: dict[str, str] | None = None
    platform_version: str | None = None
    server_version: str
    by_hand: ByHand | None = None
    as_of: str


def by_hand(*, sync_url: str | None, bucket: str, api_url: str, user_ids: Mapping[str, str]) -> ByHand:
    """The lines for one environment (platform.md 2.1, 2.5, 5.2).

    Without a `sync_url`, that of the login service, the credential is not renewed; `bucket` is its database. `api_url`
    is where the API is, `user_ids` the MU id of each organisation that needs one, by company id.
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
