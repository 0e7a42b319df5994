"""What an assistant reads when something goes wrong, in the words that it reads."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Outcome:
    """What a call comes to: words of the error that the assistant reads, and how many requests were made.

    Without words the call is answered as if nothing had happened.
    """

    words: str | None
    requests: int
    name: str
    """What the page calls it."""


TRIED: Final = "; tried for 2 seconds"
HOST: Final = "{host}"
"""Stands in words for the platform's host."""

CUT = Outcome(
    f"The answer of the platform was cut off in transit{TRIED}. Trying again in a minute may help. If it happens again,"
    " ask a narrower question.",
    3,
    "cut off",
)
BAD_JSON = Outcome(
    "The platform's answer is not valid JSON; it may have been cut off in transit. Trying again may help. If it happens"
    " again, ask a narrower question.",
    1,
    "no JSON",
)
SHAPE = Outcome(
    "The platform's answer has an unexpected shape. Trying again may help. If it happens again, this server may need an"
    " update for a new version of the platform.",
    1,
    "odd shape",
)
NO_PDF = Outcome("The platform's export is neither a PDF nor a ZIP. Trying again may help.", 1, "no PDF")
PACKED = Outcome(
    "The platform sent a body that cannot be decompressed. Trying again in a minute may help.", 1, "packed"
)
LARGE = Outcome(
    "The platform's answer is larger than 1 MB. Trying again will not help. Narrow the question, or raise"
    " WHITESPACE_MAX_BODY.",
    1,
    "too large",
)
ELSEWHERE = Outcome(
    "did not come from the platform's API. Trying again will not help. The address in the configuration is probably"
    " wrong: check WHITESPACE_ROOT, and WHITESPACE_API_URL if it is set.",
    1,
    "wrong address",
)
MISSING = Outcome("Not found, or not visible to this organisation. Trying again will not help.", 1, "not found")
LIST_REFUSED = Outcome(
    "The platform refuses to give its list of risks (400). Trying again will not help. Check WHITESPACE_API_URL if it"
    " is set, and ask Whitespace Support.",
    1,
    "list refused",
)
LATE = Outcome("There was no answer within 40 seconds. Trying again may help.", 1, "deadline")
LATE_LIST = Outcome("The platform did not answer within", 1, "slow list")
ACCOUNT = (
    "The account may not be live, it may be read-only, or this machine's address may not be on the allow-list: ask the"
    " administrator or Whitespace Support."
)
NOT_ACCEPTED = Outcome(
    "The platform does not accept this organisation's MU id for this login. Trying again will not help. Call"
    " list_organisations with refresh=true",
    1,
    "MU id",
)
FAILED = Outcome(
    "The platform failed on this request (500). Trying again later may help. If it lasts, ask Whitespace Support.",
    1,
    "failed",
)
FINE = Outcome(None, 1, "answered")
UNFILTERED = FINE
UNFILTERED_AFTER_RENEWAL = Outcome(None, 2, "answered")
"""A membership that may not ask by POST reads the same page by page instead (platform.md 8), and the answer says so."""
FROM_SUMMARIES = FINE
"""Where the platform does not serve the list, summaries stand in (platform.md 5.2), and the answer says so."""

LOGIN_CUT = Outcome(
    f"The answer of the Whitespace login service was cut off in transit{TRIED}. Trying again in a minute may help.",
    3,
    "login cut off",
)
LOGIN_LATE = Outcome("The Whitespace login service did not answer in time", 1, "login slow")
LOGIN_PACKED = Outcome("The Whitespace login service sent a body that cannot be decompressed.", 1, "login packed")
NO_LOGIN_SERVICE = Outcome(
    f"What answered at {HOST} is not the Whitespace login service. Trying again will not help. The address in the"
    " configuration is probably wrong: check WHITESPACE_ROOT (and WHITESPACE_SYNC_URL if set) and WHITESPACE_BUCKET.",
    1,
    "no login service",
)
LOGIN_DOWN = Outcome(
    f"The Whitespace login service at {HOST} is not available{TRIED}. Try again in a minute.", 3, "login down"
)
LOGIN_FAULT = Outcome(
    f"The login service at {HOST} failed on this login. Trying again in a minute may help.", 1, "login fault"
)
DEAD_TOKEN = Outcome(
    f"The refresh token does not work at {HOST}. Trying again within a minute will not help.", 2, "dead token"
)
NOT_ENABLED = Outcome(f"The login behind the refresh token is not enabled at {HOST}.", 1, "not enabled")
LOGIN_GONE = Outcome(
    f"The login database at {HOST}, which worked before, is not there now{TRIED}. It may pass: try again in a minute.",
    3,
    "login gone",
)
NO_BUCKET = Outcome(f"The bucket that WHITESPACE_BUCKET names cannot be one at {HOST}.", 1, "no bucket")
DISABLED = Outcome(f"The login is disabled at {HOST}.", 1, "disabled")
LOGIN_PATH = Outcome(f"The login service at {HOST} has nothing at the address that is configured.", 1, "login path")
IN_FRONT = Outcome(
    "Something in front of the platform answered in its place (400): too large a header. Trying again will not help.",
    1,
    "in front",
)
LOGIN_IN_FRONT = Outcome(
    f"Something in front of the login service at {HOST} answered in its place: too large a header.", 1, "in front"
)
NO_PROVIDER = Outcome(f"The bucket that WHITESPACE_BUCKET names has no login provider at {HOST}.", 1, "no provider")
UNCONFIGURED = Outcome("No Whitespace credential is configured.", 1, "not configured")
UNTRUSTED: Final = Outcome(
    "shows a certificate that this machine does not trust, so nothing was sent. Trying again will not help. Check"
    " WHITESPACE_ROOT. Where the company inspects its traffic, its certificate must be in the system's store, or in the"
    " file that SSL_CERT_FILE names.",
    1,
    "not trusted",
)
FRESH_REFUSED: Final = Outcome(
    "The platform refuses this login, and a fresh token is refused too. Trying again will not help. " + ACCOUNT,
    2,
    "account",
)
WHO: Final = "{who}"
"""Stands in words for the platform or its login service."""


def platform_down(status: int) -> Outcome:
    """A status that says "later"."""
    return Outcome(f"The platform is not available ({status}){TRIED}. Try again in a minute.", 3, "not available")


def refuses(status: int) -> Outcome:
    """A status that says no."""
    return Outcome(
        f"The platform refused this request ({status}). Trying again will not help. Ask differently, or ask Whitespace"
        " Support.",
        1,
        "refused",
    )


def login_refuses(status: int) -> Outcome:
    """A request that the gateway does not take."""
    return Outcome(f"The login service at {HOST} does not take this request ({status}).", 1, "login refused")


def limited(when: str, tried: str = TRIED, requests: int = 3) -> Outcome:
    """A 429 of the platform."""
    return Outcome(f"The platform limits how often it may be asked{tried}. Try again {when}.", requests, "limited")


def login_limited(when: str) -> Outcome:
    """A 429 of the gateway."""
    return Outcome(
        f"The Whitespace login service at {HOST} limits how often it may be asked. Try again {when}.",
        1,
        "login limited",
    )
