"""Ways in which real environments differ, or might: what the demo platform can be told to do."""

from dataclasses import dataclass
from typing import Final, Literal

BUCKET: Final = "sandboxbucket"
"""The name of the platform's database."""


@dataclass(frozen=True)
class Options:
    """Behaviour of the platform that is not certain, or that differs between environments.

    The defaults are the likeliest reading of docs/platform.md; the section is named in brackets.
    """

    person_lookup_needs_user_id: bool = True
    """A SUMO person's lookup by e-mail is refused without the `UserID` header [3: not stated]."""
    serves_risk_list: Literal[True, "html", "404"] = True
    """What `GET /api/risks` answers: the list, the web app's shell, or 404 [5.2: undocumented]."""
    serves_summary: bool = True
    """Whether `/api/summary` exists; without it the path answers the web app's shell."""
    summary_per_team: bool = False
    """A person in two teams that both hold a slip gets two summaries of it [5.1]."""
    name_claim: bool = False
    """Id tokens carry the person's name."""
    email_claim: bool = True
    """Id tokens carry the person's e-mail."""
    lifetime_claims: bool = True
    """Id tokens carry `iat` and `exp`."""
    suspended_membership: bool = False
    """The demo person has a third organisation, in which the membership is suspended."""
    user_id_for_single: Literal["ignored", "refused", "checked"] = "ignored"
    """What a `UserID` header does for a login with one organisation: nothing, a refusal, or it must be the own id."""
    single_use_tokens: bool = False
    """The provider takes each refresh token once; the gateway drops the new one, so the first renewal fails [2.1]."""


DEFAULTS: Final = Options()
