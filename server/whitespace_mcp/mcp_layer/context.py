"""What every tool receives: the services of the process, and a way to tell how far it is."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from mcp.server.mcpserver import Context

from whitespace_mcp.session.session import Session

if TYPE_CHECKING:
    from whitespace_mcp.portfolio.depth_rows import Tell
    from whitespace_mcp.portfolio.portfolio import Portfolios


@dataclass(frozen=True)
class Services:
    """What tools work with; a server makes it once for each login.

    Attributes:
        session: who we are, and the way to the platform.
        most_bytes: of memory for the lists of risks, where it is to be less than usual.
    """

    session: Session
    most_bytes: int | None = None

    @cached_property
    def portfolios(self) -> "Portfolios":
        """The login's lists of risks."""
        from whitespace_mcp.portfolio.portfolio import Portfolios  # noqa: PLC0415  # a start does without

        portfolios = Portfolios(self.session)
        if self.most_bytes is not None:
            portfolios.most_bytes = min(portfolios.most_bytes, self.most_bytes)
        return portfolios


_of_call: ContextVar[Services | None] = ContextVar("services", default=None)


def services(context: Context) -> Services:
    """The services that a call is answered with: those of the person who asks, or the process's."""
    return services_of_call() or cast("Services", cast("Any", context.request_context).lifespan_context)


def services_of_call() -> Services | None:
    """The services that are held for the call that is running, where one process serves many people."""
    return _of_call.get()


@contextmanager
def held(services: Services) -> Generator[None]:
    """Hold services for the call that is running."""
    token = _of_call.set(services)
    try:
        yield
    finally:
        _of_call.reset(token)


def reading_progress(context: Context) -> "Tell":
    """Tells the host how many slips of how many are read, and of what."""

    async def tell(done: int, slips: int, what: str) -> None:
        await context.report_progress(done, slips, f"Reading {what}: {done} of {slips} slips")

    return tell
