"""Completions where clients offer them: organisations, stages, headings, risks and UMRs.

A completion is a comfort: where the platform cannot be asked now, there is none, and no error.
"""

from collections.abc import Callable, Iterable
from typing import Final

import anyio
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from whitespace_mcp.api.documents import mrc_headings
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.mcp_layer.tool import Services
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.stages import STAGES
from whitespace_mcp.terms.text import clean, fold, squeeze

MOST: Final = 100
"""Values that the protocol allows in one completion."""
SECONDS: Final = 8.0
"""A completion that comes later than that helps nobody."""

COMPLETED: Final = frozenset({"organisation", "organisations", "stage", "stages", "heading", "risk", "umr"})
"""The arguments, by name."""


class Completions:
    """Completes arguments of resources and prompts by their names.

    Args:
        services: the services of the process, once it runs.
    """

    def __init__(self, services: Callable[[], Services | None]) -> None:
        self._services = services
        self._headings: dict[str, list[str]] = {}

    async def complete(
        self,
        ref: PromptReference | ResourceTemplateReference,  # noqa: ARG002  # names mean the same everywhere
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        """The values that an argument may be meant to have, those that begin with what was typed first."""
        if argument.name in {"stage", "stages"}:
            return _completion(_like(STAGES, argument.value))
        service = self._services()
        if service is None:
            return None
        given = (context.arguments if context else None) or {}
        values: list[str] = []
        with anyio.move_on_after(SECONDS):
            try:
                values = await self._values(service, argument, given.get("organisation"))
            except WhitespaceError:
                return None
        return _completion(values)

    async def _values(self, service: Services, argument: CompletionArgument, organisation: str | None) -> list[str]:
        if argument.name in {"organisation", "organisations"}:
            organisations = await service.session.organisations.all()
            return _organisations(organisations, argument.value)
        if argument.name not in {"heading", "risk", "umr"}:
            return []
        owner = await service.session.organisations.chosen(organisation)
        if argument.name == "heading":
            return _like(await self._known_headings(service, owner), argument.value)
        view = await service.portfolios.of(owner).view()
        return view.book.beginning(argument.value, ids=argument.name == "risk", limit=MOST + 1)

    async def _known_headings(self, service: Services, owner: Organisation) -> list[str]:
        """The MRC headings, read once: they are the same for everybody and change with the platform's releases."""
        root = service.session.settings.root
        if root not in self._headings:
            headings = await mrc_headings(service.session.api_for(owner))
            self._headings[root] = [clean(name, 120) for name in headings]
        return self._headings[root]


def _organisations(organisations: Iterable[Organisation], typed: str) -> list[str]:
    """Company ids, found by id or by name."""
    key = fold(typed)
    return [o.company_id for o in organisations if o.live and (key in fold(o.company_id) or key in fold(o.name))]


def _like(values: Iterable[str], typed: str) -> list[str]:
    """The values that begin like what was typed, then those that contain it."""
    key = squeeze(typed)
    among = [value for value in values if key in squeeze(value)]
    return sorted(among, key=lambda value: not squeeze(value).startswith(key))


def _completion(values: list[str]) -> Completion:
    more = len(values) > MOST
    return Completion(values=values[:MOST], total=None if more else len(values), has_more=more)
