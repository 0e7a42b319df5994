"""The MCP server: what every call goes through, once.

The SDK masks what a tool raises before any middleware sees it, so the public `call_tool` is overridden: argument names
are checked, the deadline is set, and our errors are put into words.
"""

import difflib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.resources.templates import ResourceSecurityError
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolResult,
    Completion,
    CompletionArgument,
    CompletionContext,
    GetPromptResult,
    InputRequiredResult,
    PromptReference,
    ResourceTemplateReference,
    ToolAnnotations,
)
from mcp.types import Tool as MCPTool
from pydantic import AnyUrl, ValidationError

from whitespace_mcp.config.errors import (
    BadArgument,
    InternalFault,
    NotFound,
    OrganisationError,
    WhitespaceError,
    explain,
    listed,
)
from whitespace_mcp.mcp_layer.completions import COMPLETED
from whitespace_mcp.mcp_layer.content import TypedBytes, TypedText
from whitespace_mcp.mcp_layer.context import Services, deadline
from whitespace_mcp.mcp_layer.prompts import Guide, check_arguments
from whitespace_mcp.mcp_layer.schema import lean_input, output_of
from whitespace_mcp.telemetry.audit.trail import NotRecorded
from whitespace_mcp.telemetry.calls import noted
from whitespace_mcp.telemetry.recording import UNKNOWN, Recorder, size_of
from whitespace_mcp.telemetry.spans import Spans, instead_of_the_sdks

logger = logging.getLogger(__name__)

Complete = Callable[
    [PromptReference | ResourceTemplateReference, CompletionArgument, CompletionContext | None],
    Awaitable[Completion | None],
]
_KINDS: Final = {"array": "a list", "string": "text", "integer": "a whole number", "boolean": "true or false"}


class Server(MCPServer[Services]):
    """An `MCPServer` with our way of registering tools and of telling errors.

    Attributes:
        call_seconds: how long one tool call may take, retries included.
        recorder: keeps the audit trail.
        connected: called when a host lists the tools, as all do once they have connected; it must not wait.
    """

    call_seconds: float = 40
    recorder: Recorder = Recorder()
    connected: Callable[[], None] = staticmethod(lambda: None)

    async def list_tools(self) -> list[MCPTool]:
        """List the tools."""
        self.connected()
        return await super().list_tools()

    def span_ourselves(self) -> None:
        """Make our spans instead of the SDK's."""
        instead_of_the_sdks(self.middleware, Spans(self._names))

    def _names(self) -> frozenset[str]:
        known = [*self._tool_manager.list_tools(), *self._prompt_manager.list_prompts()]
        return frozenset(one.name for one in known)

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Services, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Give a prompt's page; an unknown one or a missing argument is told in words, in both eras of the protocol.

        Raises:
            MCPError: -32602 with those words.
        """
        prompt = self._prompt_manager.get_prompt(name)
        known = [(one.name, one.required) for one in prompt.arguments or []] if prompt else None
        names = [one.name for one in self._prompt_manager.list_prompts()]
        try:
            check_arguments(name, known, arguments or {}, names)
        except WhitespaceError as error:
            raise MCPError(INVALID_PARAMS, explain(error)) from error
        return await super().get_prompt(name, arguments, context)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Services, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; whatever of ours goes wrong becomes the words that the assistant reads.

        Raises:
            ToolError: with those words.
        """
        known = name if self._tool_manager.get_tool(name) else UNKNOWN
        try:
            async with self.recorder.call("tool", known) as outcome:
                result = await self._called(name, arguments, context)
                if isinstance(result, CallToolResult):
                    outcome.answers(result.content, result.structured_content)
                else:
                    outcome.said = "asked"
                return result
        except NotRecorded as error:
            raise ToolError(explain(error)) from error

    async def _called(
        self, name: str, arguments: dict[str, Any], context: Context[Services, Any] | None
    ) -> CallToolResult | InputRequiredResult:
        try:
            self._check_names(name, arguments)
            given = {argument: value for argument, value in arguments.items() if value is not None}
            with deadline(self.call_seconds):
                return await super().call_tool(name, given, context)
        except WhitespaceError as error:
            raise ToolError(_told(error)) from error
        except ToolError as error:
            raise ToolError(_told(self._understood(name, error))) from error

    def add_part(self, uri: str, function: Callable[..., Any], *, title: str, media: str) -> None:
        """Register a resource template.

        Args:
            uri: with a `{name}` for each of the function's arguments but the context.
            function: its docstring is the description.
            title: for people.
            media: the media type, unless the function gives `TypedText` or `TypedBytes`.
        """
        description = " ".join((function.__doc__ or "").split())
        self.resource(uri, title=title, description=description, mime_type=media)(function)

    def add_completions(self, complete: Complete) -> None:
        """Register what completes arguments; each use is recorded, since it can name risks."""

        async def recorded(
            ref: PromptReference | ResourceTemplateReference,
            argument: CompletionArgument,
            context: CompletionContext | None,
        ) -> Completion | None:
            known = argument.name if argument.name in COMPLETED else UNKNOWN
            try:
                async with self.recorder.call("completion", known) as outcome:
                    found = await complete(ref, argument, context)
                    outcome.size = sum(map(size_of, found.values)) if found else 0
                    return found
            except NotRecorded as error:
                raise MCPError(INTERNAL_ERROR, explain(error)) from error

        self.completion()(recorded)

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[Services, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Read a resource; whatever of ours goes wrong becomes the words that the client gets.

        Raises:
            ResourceError: with those words; `ResourceNotFoundError` where another address would help.
        """
        try:
            async with self.recorder.call("resource", self._template_of(str(uri))) as outcome:
                found = await self._read(uri, context)
                if isinstance(found, InputRequiredResult):
                    outcome.said = "asked"
                else:
                    outcome.size = sum(size_of(part.content) for part in found)
                return found
        except NotRecorded as error:
            raise ResourceError(explain(error)) from error

    async def _read(
        self, uri: AnyUrl | str, context: Context[Services, Any] | None
    ) -> list[ReadResourceContents] | InputRequiredResult:
        try:
            with deadline(self.call_seconds):
                found = await super().read_resource(uri, context)
        except WhitespaceError as error:
            raise ResourceError(_told(error)) from error
        except ResourceError as error:
            raise self._unread(error) from error
        if isinstance(found, InputRequiredResult):
            return found
        parts = list(found)
        for part in parts:
            if isinstance(part.content, TypedText | TypedBytes):
                part.mime_type = part.content.media
        return parts

    def _template_of(self, uri: str) -> str:
        """The resource template that an address is of."""
        for template in self._resource_manager.list_templates():
            try:
                if template.matches(uri) is not None:
                    return template.uri_template
            except ResourceSecurityError:
                break
        return UNKNOWN

    def _unread(self, error: ResourceError) -> ResourceError:
        """What the SDK's wrapper holds: our error, an address that is none, or a fault of ours."""
        cause = error.__cause__
        if isinstance(error, ResourceNotFoundError):
            known = listed((template.uri_template for template in self._resource_manager.list_templates()), most=20)
            told = NotFound("There is no such resource", do=f"Resources: {known}.")
            return ResourceNotFoundError(_told(told))
        if isinstance(cause, NotFound | BadArgument | OrganisationError):
            return ResourceNotFoundError(_told(cause))
        if isinstance(cause, WhitespaceError):
            return ResourceError(_told(cause))
        logger.error("A resource failed", exc_info=cause or error)
        return ResourceError(_told(InternalFault()))

    def _understood(self, name: str, error: ToolError) -> WhitespaceError:
        """What the SDK's wrapper holds: our error, a refused argument, or a fault of ours."""
        cause = error.__cause__
        if isinstance(cause, WhitespaceError):
            return cause
        if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
            return _refused_argument(cause, self._parameters(name))
        if isinstance(cause, ToolError):
            return WhitespaceError(
                "The answer to the question could not be used",
                retry="Call again.",
                do="Pass 'organisation' as list_organisations gives it.",
            )
        logger.error("Tool %r failed", name, exc_info=cause or error)
        return InternalFault()

    def _check_names(self, name: str, arguments: Mapping[str, Any]) -> None:
        tools = [tool.name for tool in self._tool_manager.list_tools()]
        if name not in tools:
            meant = _meant(name, tools)
            hint = f"Did you mean {meant}? " if meant else ""
            raise WhitespaceError("There is no such tool", do=f"{hint}Tools: {listed(tools, most=30)}.")
        allowed = list(self._parameters(name))
        for argument in arguments:
            if argument not in allowed:
                meant = _meant(argument, allowed)
                hint = f"Did you mean '{meant}'? " if meant else ""
                known = f"Arguments: {listed(allowed, most=30)}." if allowed else "This tool takes none."
                raise BadArgument(argument[:40], "does not exist", allowed=f"{hint}{known}")

    def _parameters(self, name: str) -> dict[str, Any]:
        tool = self._tool_manager.get_tool(name)
        return cast("dict[str, Any]", tool.parameters.get("properties", {})) if tool else {}


def _told(error: WhitespaceError) -> str:
    """The words of an error that a call ends with; its type is noted."""
    noted().error = type(error).__name__
    return explain(error)


@cache
def read_tool(
    function: Callable[..., Any], *, title: str, changes_default: bool = False, saves_files: bool = False
) -> Tool:
    """A tool that only reads the platform; made once, since every server of a process has the same ones.

    Args:
        function: its signature is the input schema, its docstring the description.
        title: for people.
        changes_default: whether it changes the default organisation of this process.
        saves_files: whether it can write new files on this machine; it never changes or removes one.
    """
    tool = Tool.from_function(
        function,
        title=title,
        description=" ".join((function.__doc__ or "").split()),
        annotations=ToolAnnotations(
            read_only_hint=not (changes_default or saves_files),
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=True,
        ),
        structured_output=False,
    )
    tool.parameters = lean_input(tool.parameters)
    tool.fn_metadata.output_schema = output_of(function)
    return tool


@cache
def prompt_of(guide: Guide) -> Prompt:
    """A prompt: its function's signature is the arguments, the docstring the description."""
    description = " ".join((guide.function.__doc__ or "").split())
    return Prompt.from_function(guide.function, title=guide.title, description=description)


def _meant(word: str, known: Sequence[str]) -> str | None:
    """The name that was probably meant: the only one that begins like that, or the most similar."""
    begins = [name for name in known if word and name.startswith(word.lower())]
    near = begins if len(begins) == 1 else difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return near[0] if near else None


def _refused_argument(error: ValidationError, parameters: Mapping[str, Any]) -> BadArgument:
    """The first refused argument, told by its schema; the refused value is not repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    argument = str(first["loc"][0]) if first["loc"] else "arguments"
    schema = cast("dict[str, Any]", parameters.get(argument, {}))
    limit = first.get("ctx", {}).get("max_length")
    if first["type"] == "missing":
        return BadArgument(argument, "is missing", allowed=_allowed(schema), example=_example(schema))
    if limit is not None:
        return BadArgument(argument, f"is too long: at most {limit}", example=_example(schema))
    return BadArgument(argument, "has a value that cannot be used", allowed=_allowed(schema), example=_example(schema))


def _allowed(schema: Mapping[str, Any]) -> str:
    items = cast("dict[str, Any]", schema.get("items", {}))
    kind = _KINDS.get(str(schema.get("type")), "a value")
    parts = [f"It takes {kind}"]
    if "enum" in items or "enum" in schema:
        parts.append(f"of: {listed(map(str, schema.get('enum') or items['enum']), most=20)}")
    if "minimum" in schema or "maximum" in schema:
        parts.append(f"from {schema.get('minimum', 0)} to {schema.get('maximum')}")
    return " ".join(parts) + "."


def _example(schema: Mapping[str, Any]) -> str:
    """A value that would work, where the schema tells one."""
    default, items = schema.get("default"), cast("dict[str, Any]", schema.get("items", {}))
    if default is not None:
        return json.dumps(default)
    known = [items["enum"][:1]] if "enum" in items else schema.get("enum", [])
    return json.dumps(known[0]) if known else ""
