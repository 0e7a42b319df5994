"""Our tools and prompts as the SDK takes them: as the catalogue lists them, and whole once one is called."""

from collections.abc import Callable
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument
from mcp.server.mcpserver.tools import Tool as SDKTool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp.types import Prompt as MCPPrompt
from mcp.types import Tool as MCPTool
from mcp.types import ToolAnnotations
from pydantic import Field

from whitespace_mcp.mcp_layer.prompts import Guide
from whitespace_mcp.mcp_layer.schema import lean_input, output_of
from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.views import VIEW_URI


class Arguments(FuncMetadata):
    """The arguments of a tool, in which words stay words."""

    def pre_parse_json(self, data: dict[str, Any]) -> dict[str, Any]:
        """Read lists that a host sends as text, as the SDK does, but not words such as "[1]" or "[ ]" in a clause.

        "null" for words is none: models write it where they mean to leave an argument out.

        `data` is the call's JSON object.
        """
        read = super().pre_parse_json(data)
        return {
            name: value if value is None or not self._holds_words(name) else data[name] for name, value in read.items()
        }

    def _holds_words(self, name: str) -> bool:
        """Whether an argument is a text that may be left out."""
        field = self.arg_model.model_fields.get(name)
        kinds = get_args(field.annotation) if field is not None else ()
        return {get_args(kind)[0] if get_origin(kind) is Annotated else kind for kind in kinds} == {str, NoneType}


class ListedTool(SDKTool):
    """A tool as the catalogue lists it; whatever it does is imported when it is called.

    Attributes:
        load: gives the whole one.
    """

    load: Callable[[], SDKTool] = Field(exclude=True)

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:  # noqa: FBT001  # as the SDK has it
        """Call it.

        `arguments` is the call's JSON object, `convert_result` what the SDK passes.
        """
        return await self.load().run(arguments, context, convert_result)


def whole(tool: SDKTool) -> SDKTool:
    """The tool with the model of its arguments and its function."""
    return tool.load() if isinstance(tool, ListedTool) else tool


def listed_tool(entry: MCPTool, load: Callable[[], SDKTool], *, only_reads: bool, text_only: bool = False) -> SDKTool:
    """A tool of the catalogue.

    Args:
        entry: how it is listed.
        load: gives the whole one.
        only_reads: whether it changes nothing, not even on this machine.
        text_only: whether answers have no structured content, so that none may be promised.
    """
    return ListedTool(
        load=load,
        fn=load,
        name=entry.name,
        title=entry.title,
        description=entry.description or "",
        parameters=entry.input_schema,
        fn_metadata=FuncMetadata(arg_model=ArgModelBase, output_schema=None if text_only else entry.output_schema),
        is_async=True,
        context_kwarg=None,
        annotations=_hints(only_reads=only_reads),
        meta=entry.meta,
    )


@cache
def sdk_tool(tool: Tool, *, only_reads: bool, text_only: bool = False) -> SDKTool:
    """A whole tool, with lean schemas and its hints; made once, since every server of a process has the same one.

    Args:
        tool: ours.
        only_reads: as for `listed_tool`.
        text_only: the same.
    """
    made = SDKTool.from_function(
        tool.function,
        title=tool.title,
        description=" ".join((tool.function.__doc__ or "").split()),
        annotations=_hints(only_reads=only_reads),
        structured_output=False,
        meta={"ui": {"resourceUri": VIEW_URI}} if tool.drawn else None,
    )
    made.parameters = lean_input(made.parameters)
    made.fn_metadata = Arguments(
        arg_model=made.fn_metadata.arg_model, output_schema=None if text_only else output_of(tool.function)
    )
    return made


def listed_prompt(entry: MCPPrompt, guide: Guide) -> Prompt:
    """A prompt of the catalogue; there is little to import."""
    arguments = [
        PromptArgument(name=argument.name, description=argument.description, required=bool(argument.required))
        for argument in entry.arguments or ()
    ]
    return Prompt(
        name=entry.name,
        title=entry.title,
        description=entry.description,
        arguments=arguments,
        fn=guide.function,
        context_kwarg=None,
    )


def sdk_prompt(guide: Guide) -> Prompt:
    """A prompt: its function's signature is the arguments, the docstring the description."""
    description = " ".join((guide.function.__doc__ or "").split())
    return Prompt.from_function(guide.function, title=guide.title, description=description)


def _hints(*, only_reads: bool) -> ToolAnnotations:
    """What hosts are told of a tool's effects: there are none on the platform."""
    return ToolAnnotations(
        read_only_hint=only_reads, destructive_hint=False, idempotent_hint=True, open_world_hint=True
    )
