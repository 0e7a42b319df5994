"""What goes wrong in a call, put into words: arguments that a tool does not take, and what the SDK wraps.

The SDK wraps what a tool or a resource raises in an error of its own before anybody sees it.
"""

import difflib
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError, UnexpectedToolError
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from whitespace_mcp.config.errors import (
    BadArgument,
    BadArguments,
    InternalFault,
    NotFound,
    OrganisationError,
    WhitespaceError,
    explain,
    listed,
)
from whitespace_mcp.mcp_layer.synonyms import ELSEWHERE, LESS, ours
from whitespace_mcp.runtime.call import this_call
from whitespace_mcp.terms.text import fold

logger = logging.getLogger(__name__)

_WHOLE_BOOK: Final = "The whole book: get_risks, get_open_items, get_history."
"""Where a tool about one risk is called without one."""
_KINDS: Final = {"array": "a list", "string": "text", "integer": "a whole number", "boolean": "true or false"}


def unknown_tool(name: str, tools: Collection[str], withheld: Mapping[str, str]) -> WhitespaceError:
    """There is no such tool; the message has the one that was probably meant, and all.

    Args:
        name: that was called.
        tools: that are offered.
        withheld: those that this configuration leaves out, and where they are offered.
    """
    if name in withheld:
        return WhitespaceError(f"There is no such tool here: {name} is offered where {withheld[name]}")
    meant = _meant(name, list(tools))
    hint = f"Did you mean {meant}? " if meant else ""
    return WhitespaceError("There is no such tool", do=f"{hint}Tools: {listed(tools, most=30)}.")


def unknown_arguments(arguments: Mapping[str, Any], parameters: Mapping[str, Any]) -> list[BadArgument]:
    """A fault for each argument that the tool does not take; the first also lists what it takes."""
    faults: list[BadArgument] = []
    for argument in [name for name in arguments if name not in parameters]:
        meant = _meant(argument, list(parameters))
        hint = f"Did you mean '{meant}'?{LESS.get(meant, '')}" if meant else ""
        more = " ".join(filter(None, [hint, "" if faults else _takes(parameters)]))
        faults.append(BadArgument(argument[:40], "does not exist", allowed=more))
    return faults


def _takes(parameters: Collection[str]) -> str:
    return f"Arguments: {listed(parameters, most=40)}." if parameters else "This tool takes none."


def refused_arguments(error: ValidationError, parameters: Mapping[str, Any]) -> list[BadArgument]:
    """A fault for each refused argument, told by its schema; no refused value is repeated."""
    faults: dict[str, BadArgument] = {}
    for problem in error.errors(include_url=False):
        argument = str(problem["loc"][0]) if problem["loc"] else "arguments"
        faults.setdefault(argument, _refused(argument, problem, cast("dict[str, Any]", parameters.get(argument, {}))))
    return list(faults.values())


def _refused(argument: str, problem: ErrorDetails, schema: Mapping[str, Any]) -> BadArgument:
    limit = problem.get("ctx", {}).get("max_length")
    allowed, example = _allowed(schema), _example(schema)
    if problem["type"] == "missing" or problem.get("ctx", {}).get("min_length"):
        about = schema.get("description") if argument == "risk" else None
        return BadArgument(
            argument, "is missing", allowed=f"{about} {_WHOLE_BOOK}" if about else allowed, example=example
        )
    if limit is not None:
        return BadArgument(argument, f"is too long: at most {limit}", example=example)
    value, words = problem.get("input"), _words(schema)
    meant = _meant(value, words) if isinstance(value, str) else None
    if isinstance(value, str) and (elsewhere := ELSEWHERE.get(fold(value).replace("_", " "))):
        allowed, example = f"{elsewhere} {allowed}", ""
    elif meant:
        allowed, example = f"Did you mean {meant}? {allowed}", ""
    return BadArgument(argument, "has a value that cannot be used", allowed=allowed, example=example)


def joined(faults: Sequence[BadArgument]) -> BadArgument:
    """One error for all faults of a call."""
    return faults[0] if len(faults) == 1 else BadArguments(faults)


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
    this_call().error = type(error).__name__
    return explain(error)


def _allowed(schema: Mapping[str, Any]) -> str:
    kind = _KINDS.get(str(schema.get("type")), "a value")
    parts = [f"It takes {kind}"]
    if words := _words(schema):
        parts.append(f"of: {listed(words, most=20)}")
    if "minimum" in schema or "maximum" in schema:
        parts.append(f"from {schema.get('minimum', 0)} to {schema.get('maximum')}")
    return " ".join(parts) + "."


def _words(schema: Mapping[str, Any]) -> list[str]:
    """The words that an argument takes, where these are few."""
    items = cast("dict[str, Any]", schema.get("items", {}))
    return list(map(str, schema.get("enum") or items.get("enum", [])))


def _example(schema: Mapping[str, Any]) -> str:
    """A value that would work, where the schema tells one."""
    default, items = schema.get("default"), cast("dict[str, Any]", schema.get("items", {}))
    if default is not None:
        return json.dumps(default)
    values = [items["enum"][:1]] if "enum" in items else schema.get("enum", [])
    return json.dumps(values[0]) if values else ""


def _meant(word: str, names: Sequence[str]) -> str | None:
    """The name that was probably meant: the only one that begins like that, or the most similar."""
    if synonym := ours(word, names):
        return synonym
    begins = [name for name in names if word and name.startswith(word.lower())]
    near = begins if len(begins) == 1 else difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    return near[0] if near else None
