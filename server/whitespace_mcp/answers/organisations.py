"""Who am I, and for which organisations."""

from typing import Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.answers.by_hand import ByHand


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


class Switched(Answer):
    """Answer of `switch_org`."""

    active: OrganisationKeys
    previous: OrganisationKeys | None = None
    as_of: str


class CredentialState(Answer):
    """What is known of the credential; `expires_in_s` is the current id token's."""

    kind: Literal["refresh_token", "service_token", "none"]
    state: Literal["fresh", "stale", "refused", "unverified"]
    expires_in_s: int | None = None
    problem: str | None = None


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
