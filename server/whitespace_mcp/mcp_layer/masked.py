"""What went wrong in a tool or a resource, which the SDK wraps in an error of its own before anybody sees it."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError, UnexpectedToolError
from pydantic import ValidationError

from whitespace_mcp.config.errors import (
    BadArgument,
    InternalFault,
    NotFound,
    OrganisationError,
    WhitespaceError,
    explain,
    listed,
)
from whitespace_mcp.mcp_layer.refusals import joined, refused_arguments
from whitespace_mcp.telemetry.calls import noted

logger = logging.getLogger(__name__)


def tool_error(name: str, error: ToolError, parameters: Mapping[str, Any]) -> WhitespaceError:
    """Our error, a refused argument, or a fault of ours, which is logged.

    Args:
        name: of the tool.
        error: the SDK's.
        parameters: the tool's, by name.
    """
    cause = error.__cause__
    if isinstance(cause, WhitespaceError):
        return cause
    if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
        return joined(refused_arguments(cause, parameters))
    if isinstance(cause, ToolError):
        return WhitespaceError(
            "The answer to the question could not be used",
            retry="Call again.",
            do="Pass 'organisation' as list_organisations gives it.",
        )
    logger.error("Tool %r failed", name, exc_info=cause or error)
    return InternalFault()


def resource_error(error: ResourceError, templates: Collection[str]) -> ResourceError:
    """Our error in words, an address that is none (of these `templates`), or a fault of ours, which is logged."""
    cause = error.__cause__
    if isinstance(error, ResourceNotFoundError):
        there = listed(templates, most=20)
        return ResourceNotFoundError(words_of(NotFound("There is no such resource", do=f"Resources: {there}.")))
    if isinstance(cause, NotFound | BadArgument | OrganisationError):
        return ResourceNotFoundError(words_of(cause))
    if isinstance(cause, WhitespaceError):
        return ResourceError(words_of(cause))
    logger.error("A resource failed", exc_info=cause or error)
    return ResourceError(words_of(InternalFault()))


def words_of(error: WhitespaceError) -> str:
    """The words of an error that a call ends with; its type is noted."""
    noted().error = type(error).__name__
    return explain(error)
