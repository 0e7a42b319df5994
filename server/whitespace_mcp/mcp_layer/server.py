"""The MCP server: what every call goes through, once.

The SDK masks what a tool raises before any middleware sees it, so the public `call_tool` is overridden: argument names
are checked, the deadline is set, and our errors are put into words.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from types import MappingProxyType
from typing import Any, cast

import anyio
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.tools import Tool as SDKTool
from mcp.shared.exceptions import MCPError
from mcp.shared.uri_template import UriTemplate
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
    ResourceTemplate,
    ResourceTemplateReference,
)
from mcp.types import Tool as MCPTool
from pydantic import AnyUrl, ValidationError

from whitespace_mcp.config.errors import WhitespaceError, explain
from whitespace_mcp.mcp_layer.completions import COMPLETED
from whitespace_mcp.mcp_layer.connecting import LOOK_SECONDS, has_opened, question
from whitespace_mcp.mcp_layer.prompts import check_arguments
from whitespace_mcp.mcp_layer.refusals import (
    joined,
    refused_arguments,
    resource_error,
    tool_error,
    unknown_arguments,
    unknown_tool,
    words_of,
)
from whitespace_mcp.mcp_layer.resource import ResourceFunction, TypedBytes, TypedText
from whitespace_mcp.mcp_layer.sdk import without_parameter_headers
from whitespace_mcp.mcp_layer.tool import Services, whole, without_empty
from whitespace_mcp.runtime.call import deadline
from whitespace_mcp.telemetry.recording import UNKNOWN, Recorder, Spans, instead_of_the_sdks, size_of

Complete = Callable[
    [PromptReference | ResourceTemplateReference, CompletionArgument, CompletionContext | None],
    Awaitable[Completion | None],
]


class Server(MCPServer[Services]):
    """An `MCPServer` with our way of telling errors, and with our spans instead of the SDK's.

    Args:
        name: of the server.
        tools: what is offered; `prompts` and `templates` (of resources) likewise.
        parts: gives what is behind the templates, for the first resource that is read.
        complete: completes arguments; each use is recorded, since it can name risks.
        recorder: keeps the audit trail.
        call_seconds: how long one call may take, retries included.
        connected: called when a host lists the tools, as all do once they have connected; it must not wait.
        text_only: leave structured content out of answers, for hosts that show the model both.
        withheld: tools that this configuration leaves out, and where they are offered.
        serving: what every call runs in: the services of whoever asks, where that is not always the same person.
        options: as the SDK takes them.
    """

    def __init__(
        self,
        name: str,
        *,
        tools: Sequence[SDKTool],
        prompts: Sequence[Prompt] = (),
        templates: Sequence[ResourceTemplate] = (),
        parts: Callable[[], Sequence[ResourceFunction]] = tuple,
        complete: Complete | None = None,
        recorder: Recorder | None = None,
        call_seconds: float = 40,
        connected: Callable[[], None] = lambda: None,
        text_only: bool = False,
        withheld: Mapping[str, str] = MappingProxyType({}),
        serving: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        **options: Any,
    ) -> None:
        super().__init__(name, tools=list(tools), **options)
        self._tools = {tool.name: tool for tool in tools}
        self._arguments = {tool.name: cast("dict[str, Any]", tool.parameters.get("properties", {})) for tool in tools}
        self._prompt_arguments = {
            prompt.name: [(argument.name, argument.required) for argument in prompt.arguments or []]
            for prompt in prompts
        }
        self._listed_templates = list(templates)
        self._templates = {each.uri_template: UriTemplate.parse(each.uri_template) for each in templates}
        self._parts: Callable[[], Sequence[ResourceFunction]] | None = parts
        self._recorder = recorder or Recorder()
        self._call_seconds = call_seconds
        self._connected = connected
        self._text_only = text_only
        self._withheld = withheld
        self._serving = serving
        without_parameter_headers(self)
        instead_of_the_sdks(self.middleware, Spans(frozenset([*self._arguments, *self._prompt_arguments])))
        for prompt in prompts:
            self.add_prompt(prompt)
        if complete is not None:
            self.completion()(self._recording(complete))

    async def list_tools(self) -> list[MCPTool]:
        """List the tools."""
        self._connected()
        return await super().list_tools()

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Services, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Give a prompt's page; an unknown one or a missing argument is told in words, in both eras of the protocol.

        `arguments` are texts by name, as the host sends them; `name` is the prompt's.

        Raises:
            MCPError: -32602 with those words.
        """
        try:
            check_arguments(name, self._prompt_arguments.get(name), arguments or {}, list(self._prompt_arguments))
        except WhitespaceError as error:
            raise MCPError(INVALID_PARAMS, explain(error)) from error
        return await super().get_prompt(name, arguments, context)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Services, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; whatever of ours goes wrong becomes the words that the assistant reads.

        `arguments` is the call's JSON object, `name` the tool's.

        Raises:
            ToolError: with those words.
        """
        try:
            async with (
                self._serving(),
                self._recorder.call("tool", name if name in self._arguments else UNKNOWN) as outcome,
            ):
                result = await self._call(name, arguments, context)
                if isinstance(result, CallToolResult):
                    outcome.answers(result.content, result.structured_content)
                    if self._text_only:
                        result.structured_content = None
                else:
                    outcome.said = "asked"
                return result
        except WhitespaceError as error:
            raise ToolError(explain(error)) from error

    async def _call(
        self, name: str, arguments: dict[str, Any], context: Context[Services, Any] | None
    ) -> CallToolResult | InputRequiredResult:
        try:
            checked = self._checked(name, arguments)
            with deadline(self._call_seconds):
                return await self._with_login(name, checked, context)
        except WhitespaceError as error:
            raise ToolError(words_of(error)) from error
        except ToolError as error:
            raise ToolError(words_of(tool_error(name, error, self._arguments.get(name, {})))) from error

    async def _with_login(
        self, name: str, arguments: dict[str, Any], context: Context[Services, Any] | None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; whoever has to give a login first is asked to, where the host can, and waited for a while."""
        end = anyio.current_time() + self._call_seconds / 2
        while True:
            try:
                return await super().call_tool(name, arguments, context)
            except ToolError as error:
                if not isinstance(error.__cause__, WhitespaceError) or not error.__cause__.link:
                    raise
                if (result := question(error.__cause__, context)) is not None:
                    return result
                if not has_opened(context) or anyio.current_time() >= end:
                    raise
            await anyio.sleep(LOOK_SECONDS)

    def _checked(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments that say something.

        Raises:
            WhitespaceError: there is no such tool, or it does not take one of the arguments; all faults together.
        """
        tool = self._tools.get(name)
        if tool is None:
            raise unknown_tool(name, self._tools, self._withheld)
        said = without_empty(arguments, tool.parameters.get("required", ()))
        taken = {argument: value for argument, value in said.items() if argument in self._arguments[name]}
        if len(taken) < len(said):
            faults = unknown_arguments(said, self._arguments[name])
            try:
                whole(tool).fn_metadata.validate_arguments(taken)
            except ValidationError as error:
                faults += refused_arguments(error, self._arguments[name])
            raise joined(faults)
        return said

    def _recording(self, complete: Complete) -> Complete:
        """A completion that is recorded."""

        async def record(
            ref: PromptReference | ResourceTemplateReference,
            argument: CompletionArgument,
            context: CompletionContext | None,
        ) -> Completion | None:
            name = argument.name if argument.name in COMPLETED else UNKNOWN
            try:
                async with self._serving(), self._recorder.call("completion", name) as outcome:
                    completion = await complete(ref, argument, context)
                    outcome.size = sum(map(size_of, completion.values)) if completion else 0
                    return completion
            except WhitespaceError as error:
                raise MCPError(INTERNAL_ERROR, explain(error)) from error

        return record

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        """List the resource templates."""
        return self._listed_templates

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[Services, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Read a resource; whatever of ours goes wrong becomes the words that the client gets.

        Raises:
            ResourceError: with those words; `ResourceNotFoundError` where another address would help.
        """
        try:
            async with self._serving(), self._recorder.call("resource", self._template_of(str(uri))) as outcome:
                content = await self._read(uri, context)
                if isinstance(content, InputRequiredResult):
                    outcome.said = "asked"
                else:
                    outcome.size = sum(size_of(part.content) for part in content)
                return content
        except WhitespaceError as error:
            raise ResourceError(explain(error)) from error

    async def _read(
        self, uri: AnyUrl | str, context: Context[Services, Any] | None
    ) -> list[ReadResourceContents] | InputRequiredResult:
        try:
            self._register_parts()
            with deadline(self._call_seconds):
                content = await super().read_resource(uri, context)
        except WhitespaceError as error:
            raise ResourceError(words_of(error)) from error
        except ResourceError as error:
            raise resource_error(error, self._templates) from error
        if isinstance(content, InputRequiredResult):
            return content
        parts = list(content)
        for part in parts:
            if isinstance(part.content, TypedText | TypedBytes):
                part.mime_type = part.content.media
        return parts

    def _register_parts(self) -> None:
        """Let the SDK know what is behind the templates; once."""
        parts, self._parts = self._parts, None
        for part in parts() if parts else ():
            self.resource(part.uri, title=part.title, mime_type=part.media)(part.make)

    def _template_of(self, uri: str) -> str:
        """The resource template that an address is of."""
        return next((name for name, template in self._templates.items() if template.match(uri) is not None), UNKNOWN)
