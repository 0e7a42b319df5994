"""What the server offers, as hosts list it, without importing any of it.

To import every tool and to make schemas of their signatures takes half as long again as to import the SDK, and a host
that lists the tools needs none of it. So the lists stand in `catalogue.json`, which `make docs` makes from the tools,
prompts and resource templates themselves; a test says when it is old. A tool is imported when it is first called, or
in the background once a host has listed the tools.
"""

from dataclasses import dataclass
from functools import cache

from mcp.types import Prompt, ResourceTemplate, Tool

from whitespace_mcp.mcp_layer.conditions import Conditions, lists


@dataclass(frozen=True)
class CatalogueEntry(Conditions):
    """A tool, and when it is offered.

    Attributes:
        tool: as hosts list it, where it only reads and answers have structured content.
    """

    tool: Tool


@dataclass(frozen=True)
class Catalogue:
    """All lists, in their order."""

    tools: tuple[CatalogueEntry, ...]
    prompts: tuple[Prompt, ...]
    templates: tuple[ResourceTemplate, ...]


@cache
def catalogue() -> Catalogue:
    """The lists of this release."""
    listed = lists()
    return Catalogue(
        tuple(CatalogueEntry(Tool.model_validate(entry.pop("tool")), **entry) for entry in listed["tools"]),
        tuple(Prompt.model_validate(prompt) for prompt in listed["prompts"]),
        tuple(ResourceTemplate.model_validate(template) for template in listed["templates"]),
    )
