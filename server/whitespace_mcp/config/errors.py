"""What can go wrong, as types, and the one formatter that puts it into words for the assistant.

Every message has the same three parts: what happened, whether trying again helps, what to do next. None ever holds a
token, a URL with a query, a stack trace or the platform's own HTML.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import ClassVar, Self, TypedDict, TypeVar, Unpack

NO_RETRY = "Trying again will not help."


@dataclass(frozen=True)
class ErrorParts:
    """What an error says.

    Attributes:
        what: what happened, one sentence without its full stop.
        retry: whether trying again helps, a sentence.
        do: what to do next, one or two sentences.
        organisation: the organisation it is about, by name, where that is known.
        link: the page where the person can put it right; it stands in `do` as well.
    """

    what: str
    retry: str
    do: str
    organisation: str | None
    link: str = ""


class OtherParts(TypedDict, total=False):
    """Parts in which another error differs."""

    what: str
    retry: str
    do: str
    organisation: str
    link: str


class WhitespaceError(Exception):
    """A failure that the assistant may read about. It never changes: `replaced` makes another one.

    Its parts are those of `ErrorParts`; without `retry` it is the one that is usual for the type.
    """

    usual_retry: ClassVar[str] = NO_RETRY

    def __init__(
        self, what: str, *, retry: str | None = None, do: str = "", organisation: str | None = None, link: str = ""
    ) -> None:
        self._parts = ErrorParts(what, self.usual_retry if retry is None else retry, do, organisation, link)

    def __str__(self) -> str:
        return self.what

    @property
    def what(self) -> str:
        """What happened."""
        return self._parts.what

    @property
    def retry(self) -> str:
        """Whether trying again helps."""
        return self._parts.retry

    @property
    def do(self) -> str:
        """What to do next; may be empty."""
        return self._parts.do

    @property
    def organisation(self) -> str | None:
        """The organisation it is about, where that is known."""
        return self._parts.organisation

    @property
    def link(self) -> str:
        """The page where the person can put it right; empty where there is none."""
        return self._parts.link

    def replaced(self, **parts: Unpack[OtherParts]) -> Self:
        """Another error of the same type, cause and traceback, with other parts.

        An error that is kept is raised as `kept.replaced()`: one that is raised again and again would collect the
        tracebacks of everybody who ever met it.
        """
        other = copy(self)
        other._parts = replace(self._parts, **parts)  # noqa: SLF001  # of its own type
        other.__cause__, other.__context__ = self.__cause__, self.__context__
        other.__suppress_context__ = self.__suppress_context__
        return other.with_traceback(self.__traceback__)


class NotConfigured(WhitespaceError):
    """No credential, or a setting that cannot be used: the message says what to set, and that is enough."""

    usual_retry = ""


class CredentialRefused(WhitespaceError):
    """The login service does not accept the refresh token (platform.md 2.1)."""


class AccessRefused(WhitespaceError):
    """The platform answers 401 and renewing the token does not cure it (platform.md 2.5)."""


class UserIdRefused(AccessRefused):
    """The platform does not accept the MU id in the `UserID` header for this login (platform.md 3)."""


class Unavailable(WhitespaceError):
    """The login service or the platform is down, slow or rate limited: the same call may work later."""


class WrongAddress(WhitespaceError):
    """Something answered, but not the platform's API: usually a wrong setting (platform.md 1.4)."""


class NotTrusted(WhitespaceError):
    """The certificate of the other side is not one that this machine trusts."""


class Redirected(WrongAddress):
    """The platform sends us elsewhere, and tokens go to the configured hosts only."""


class BadAnswer(WhitespaceError):
    """The platform answered with something that cannot be read."""


class TooLarge(WhitespaceError):
    """The answer is larger than `WHITESPACE_MAX_BODY` or was cut off in transit."""


class OrganisationError(WhitespaceError):
    """No organisation chosen, or one that is unknown, ambiguous or not live; the message lists the choices."""


class NotFound(WhitespaceError):
    """Nothing there with that id, or not visible to this organisation: the platform does not tell the two apart."""


class BadRequest(NotFound):
    """400: usually an id of the wrong kind, which the platform does not tell apart from one that is not there."""


class BadArgument(WhitespaceError):
    """An argument that cannot be used.

    Args:
        argument: its name as the tool spells it.
        problem: what is wrong with it, continuing the name ("must be ...").
        allowed: what may be given instead.
        example: a value that would work.
    """

    def __init__(self, argument: str, problem: str, *, allowed: str = "", example: str = "") -> None:
        do = " ".join(filter(None, [allowed, f"Example: {argument}={example}." if example else ""]))
        super().__init__(f"Argument '{argument}' {problem}", retry="Call again with that corrected.", do=do)


class BadArguments(BadArgument):
    """Several arguments that cannot be used, told together so that one more call is enough."""

    def __init__(self, faults: Sequence[BadArgument]) -> None:
        WhitespaceError.__init__(
            self,
            "; ".join(fault.what for fault in faults),
            retry="Call again with all of that corrected.",
            do=" ".join(dict.fromkeys(fault.do for fault in faults if fault.do)),
        )


class InternalFault(WhitespaceError):
    """A fault of ours; the details are in the server's log only."""

    def __init__(self) -> None:
        super().__init__(
            "whitespace-mcp failed inside; its log says how",
            retry="Trying again once may help.",
            do="If it happens again, report it to whoever installed this server.",
        )


E = TypeVar("E", bound=WhitespaceError)


def explain(error: WhitespaceError) -> str:
    """Put an error into the words that the assistant reads."""
    about = f" ({error.organisation})" if error.organisation else ""
    return " ".join(filter(None, [f"{error.what}{about}.", error.retry, error.do]))


def in_seconds(seconds: float) -> str:
    """A time as people say it: `40 seconds`, `1 second`, `0.3 seconds`."""
    number = f"{seconds:.0f}" if seconds >= 0.95 else f"{seconds:.1g}"
    return f"{number} second{'' if number == '1' else 's'}"


def tried_for(error: E, seconds: float) -> E:
    """The same error, which tells for how long it was tried once that was a second."""
    return error.replaced(what=f"{error.what}; tried for {in_seconds(seconds)}") if seconds >= 1 else error.replaced()


def listed(items: Iterable[str], *, most: int = 12) -> str:
    """Join choices for a message, at most `most` of them."""
    shown = list(items)
    rest = len(shown) - most
    return ", ".join(shown[:most]) + (f" and {rest} more" if rest > 0 else "")


@contextmanager
def about(organisation: str) -> Generator[None]:
    """Name the organisation in every error that is raised inside."""
    try:
        yield
    except WhitespaceError as error:
        if error.organisation:
            raise
        raise error.replaced(organisation=organisation) from error.__cause__
