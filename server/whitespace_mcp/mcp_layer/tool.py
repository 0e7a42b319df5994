"""A tool: what it works with, what its module exports, what it takes and gives, and how the SDK has it.

It is as the catalogue lists it until it is called; then it is imported, whole.
"""

import json
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args, get_origin

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool as SDKTool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from mcp.types import Tool as MCPTool
from pydantic import Field
from pydantic_core import to_jsonable_python

from whitespace_mcp.mcp_layer.conditions import Conditions
from whitespace_mcp.mcp_layer.schema import lean_input, output_of
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.views import VIEW_URI

if TYPE_CHECKING:
    from whitespace_mcp.answers.base import Answer
    from whitespace_mcp.portfolio.depth import Tell
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
def hold(services: Services) -> Generator[None]:
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


OneOrganisation = Annotated[
    str | None, Field(description="Company id, name or MU id. Pass it once named.", max_length=200)
]
OneOrAllOrganisations = Annotated[
    str | None,
    Field(description="Company id, name or MU id, or 'all'. Pass it once named.", max_length=200),
]
RiskArgument = Annotated[str, Field(description="Risk id from an answer, or UMR.", min_length=1, max_length=200)]
OptionalRiskArgument = Annotated[str | None, Field(description="Risk id or UMR.", max_length=200)]
CursorArgument = Annotated[str | None, Field(max_length=64)]

IGNORED: Final = frozenset({"wait_for_previous", "tool_call_id", "toolCallId"})
"""Arguments that some hosts add to every call: they say when it runs or what it is called there, and nothing to us."""


@dataclass(frozen=True)
class Tool(Conditions):
    """A tool that only reads the platform.

    Attributes:
        function: its name is the tool's, its signature the input schema, its docstring the description.
        title: for people.
        drawn: whether hosts that draw show its answer on the page of `views`.
    """

    function: Callable[..., Any]
    title: str
    drawn: bool = False

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.function.__name__


def as_list(value: Any) -> Any:
    """A single text as a list, its words between commas, since assistants pass either."""
    return [word.strip() for word in value.split(",")] if isinstance(value, str) else value


def result(answer: "Answer") -> CallToolResult:
    """Some hosts show the model the text, some the structured content, some both: they are the same object."""
    data: dict[str, Any] = to_jsonable_python(answer, exclude_none=True)
    if "found_in" in data:
        data["meaning"] = {**data.get("meaning", {}), **(meanings_of(["found_in"]) or {})}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)


def without_empty(arguments: Mapping[str, Any], required: Collection[str]) -> dict[str, Any]:
    """The arguments that say something: without those that hosts add, and without empty ones that are optional.

    Args:
        arguments: the caller's.
        required: those that the tool cannot do without; an empty one of these is a fault and stays.
    """
    said = {name: value for name, value in arguments.items() if name not in IGNORED and value is not None}
    return {name: value for name, value in said.items() if name in required or not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, list) and all(
        isinstance(part, str) and not part.strip() for part in cast("list[Any]", value)
    )


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


def _hints(*, only_reads: bool) -> ToolAnnotations:
    """What hosts are told of a tool's effects: there are none on the platform."""
    return ToolAnnotations(
        read_only_hint=only_reads, destructive_hint=False, idempotent_hint=True, open_world_hint=True
    )
