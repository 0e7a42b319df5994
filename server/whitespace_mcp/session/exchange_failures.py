"""What an exchange of a refresh token that failed means: the table of platform.md 2.1, decided on the reason first.

A body with a text `error` is the login service's own (the REST API's `error` is true or false), whatever its reason;
anything else that answers is something in front of it, or a wrong address.
"""

from dataclasses import dataclass
from typing import Final

from whitespace_mcp.api.failures import HttpResponse, later, said_in_front
from whitespace_mcp.config.errors import NO_RETRY, CredentialRefused, NotConfigured, Unavailable, WhitespaceError

NO_ATTEMPT_AGAIN: Final = 1
DEAD_TOKEN_ATTEMPTS: Final = 2
OUTAGE_ATTEMPTS: Final = 3
"""Requests in all, by kind of failure."""


class TokenExchangeFailed(Exception):
    """One failed attempt to get a token.

    Attributes:
        error: what the assistant reads.
        attempts: how many requests this kind of failure deserves in all.
        refusal: whether the login service said no, as opposed to being unable to answer.
    """

    def __init__(self, error: WhitespaceError, *, attempts: int, refusal: bool) -> None:
        super().__init__(error.what)
        self.error: Final = error
        self.attempts: Final = attempts
        self.refusal: Final = refusal


@dataclass(frozen=True)
class ExchangeFailures:
    """Says what a failure means at one place.

    Attributes:
        host: what the environment is called.
        successes: exchanges that have worked in this process.
    """

    host: str
    successes: int

    def of(self, answer: HttpResponse) -> TokenExchangeFailed:
        """The failure that an answer without a usable id token is."""
        if answer.status == 429:
            return _outage(self._limited(answer.retry_after), NO_ATTEMPT_AGAIN)
        document = answer.document
        if not isinstance(document.get("error"), str):
            return self._of_something_else(answer)
        reason = document.get("reason")
        said = reason.lower() if isinstance(reason, str) else ""
        if "unable to refresh token" in said:
            error = self._single_use() if self.successes == 1 else self._dead_token()
            return _refusal(error, DEAD_TOKEN_ATTEMPTS)
        if ("login required" in said or "no such database" in said) and self.successes:
            return _outage(self._gone(), OUTAGE_ATTEMPTS)
        if "oidc initialization" in said or answer.status in {502, 503, 504}:
            return _outage(self._down(), OUTAGE_ATTEMPTS)
        error = next((error for words, error in self._meanings() if words in said), None)
        return _refusal(error or (self._fault() if answer.status >= 500 else self._not_taken(answer.status)))

    def too_large(self) -> TokenExchangeFailed:
        """More came than a login service ever says."""
        return _refusal(self._wrong_address())

    def _of_something_else(self, answer: HttpResponse) -> TokenExchangeFailed:
        if answer.status in {502, 503, 504}:
            return _outage(self._down(), OUTAGE_ATTEMPTS)
        word = said_in_front(answer.status, answer.media, answer.body)
        if word is not None:
            return _refusal(
                NotConfigured(
                    f"Something in front of the login service at {self.host} answered in its place: {word}",
                    retry=NO_RETRY,
                    do="Check WHITESPACE_ROOT; if it is right, ask your IT department about the proxy on the way.",
                )
            )
        return _refusal(self._wrong_address())

    def _dead_token(self) -> WhitespaceError:
        return CredentialRefused(
            f"The refresh token does not work at {self.host}",
            retry="Trying again within a minute will not help.",
            do="Log in to Whitespace there, copy a new token from User Profile straight after logging in, and put it"
            " into WHITESPACE_REFRESH_TOKEN, or run `whitespace-mcp login`. A production token does not work on"
            " sandbox, nor the other way round. If a new one fails too, the login service has an outage.",
        )

    def _single_use(self) -> WhitespaceError:
        return CredentialRefused(
            f"The refresh token worked once and is refused at its first renewal at {self.host}: it looks like one that"
            " can be used only once",
            retry="Trying again within a minute will not help.",
            do="Log in to Whitespace, copy a new token and run `whitespace-mcp login`. If the same happens to each new"
            " one, ask Whitespace Support for a login whose tokens can be renewed. It can also be an outage of the"
            " login service.",
        )

    def _meanings(self) -> tuple[tuple[str, WhitespaceError], ...]:
        """What is wrong, by words of the login service's reason; the first that fit."""
        no_bucket = self._wrong_bucket("does not exist", " Or the address has one /sync too many.")
        return (
            ("refresh token must be present", not_configured()),
            ("unable to identify provider", self._wrong_bucket("has no login provider")),
            (
                "invalid database name",
                self._wrong_bucket("cannot be one", " Its letters are small ones, and it has no dot."),
            ),
            ("login required", no_bucket),
            ("no such database", no_bucket),
            (
                "user is disabled",
                CredentialRefused(f"The login is disabled at {self.host}", do="Ask Whitespace Support."),
            ),
            (
                "invalid login",
                CredentialRefused(
                    f"The login behind the refresh token is not enabled at {self.host}",
                    do="Ask Whitespace Support to enable renewable tokens for it.",
                ),
            ),
            (
                "unknown url",
                NotConfigured(
                    f"The login service at {self.host} has nothing at the address that is configured",
                    retry=NO_RETRY,
                    do="Check WHITESPACE_SYNC_URL if it is set, else WHITESPACE_ROOT and WHITESPACE_BUCKET.",
                ),
            ),
        )

    def _not_taken(self, status: int) -> WhitespaceError:
        return CredentialRefused(
            f"The login service at {self.host} does not take this request ({status})",
            do="If a proxy stands on the way, ask your IT department whether it changes requests; else ask Whitespace"
            " Support.",
        )

    def _wrong_bucket(self, problem: str, more: str = "") -> WhitespaceError:
        return NotConfigured(
            f"The bucket that WHITESPACE_BUCKET names {problem} at {self.host}",
            retry=NO_RETRY,
            do=f"Set WHITESPACE_BUCKET to the environment's bucket; on sandbox it is sandboxbucket.{more}",
        )

    def _wrong_address(self) -> WhitespaceError:
        return NotConfigured(
            f"What answered at {self.host} is not the Whitespace login service",
            retry=NO_RETRY,
            do="The address in the configuration is probably wrong: check WHITESPACE_ROOT (and WHITESPACE_SYNC_URL"
            " if set) and WHITESPACE_BUCKET.",
        )

    def _fault(self) -> WhitespaceError:
        return CredentialRefused(
            f"The login service at {self.host} failed on this login",
            retry="Trying again in a minute may help.",
            do="If it lasts, ask Whitespace Support.",
        )

    def _limited(self, wait: float | None) -> Unavailable:
        return Unavailable(
            f"The Whitespace login service at {self.host} limits how often it may be asked",
            retry=f"Try again {later(wait)}.",
        )

    def _gone(self) -> Unavailable:
        return Unavailable(
            f"The login database at {self.host}, which worked before, is not there now",
            retry="It may pass: try again in a minute.",
        )

    def _down(self) -> Unavailable:
        return Unavailable(
            f"The Whitespace login service at {self.host} is not available", retry="Try again in a minute."
        )


def not_configured() -> NotConfigured:
    """What a person reads who has configured nothing yet."""
    return NotConfigured(
        "No Whitespace credential is configured",
        retry="Trying again will not help until that is done and the server restarted.",
        do="Log in to Whitespace, open User Profile, copy the refresh token, and run `whitespace-mcp login` or set"
        " it as WHITESPACE_REFRESH_TOKEN for this server. To look around without an account, start the server with"
        " --demo.",
    )


def _refusal(error: WhitespaceError, attempts: int = NO_ATTEMPT_AGAIN) -> TokenExchangeFailed:
    return TokenExchangeFailed(error, attempts=attempts, refusal=True)


def _outage(error: Unavailable, attempts: int) -> TokenExchangeFailed:
    return TokenExchangeFailed(error, attempts=attempts, refusal=False)
