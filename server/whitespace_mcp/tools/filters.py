"""The filters as arguments of tools: signatures made of the one table in `portfolio/filters.py`."""

import inspect
from collections.abc import Callable, Collection
from typing import Annotated, Any, Final, TypeVar, cast, get_origin

from pydantic import BeforeValidator, Field

from whitespace_mcp.mcp_layer.tool import as_list
from whitespace_mcp.portfolio.filters import FILTERS, Facility, Filter

_MOST_WORDS: Final = 20
_LONGEST_WORD: Final = 60
_LONGEST_TEXT: Final = 200

F = TypeVar("F", bound=Callable[..., Any])


def with_filters(*, described: bool, after: str = "unit", without: Collection[str] = ()) -> Callable[[F], F]:
    """Give a tool that takes `**filters` an argument for each filter, in place of these.

    Args:
        described: whether the schema says what each is; one tool does, and the others refer to it.
        after: the argument behind which they stand.
        without: filters that the tool does not take.
    """

    def decorate(tool: F) -> F:
        signature = inspect.signature(tool, eval_str=True)
        own = [p.replace(kind=p.KEYWORD_ONLY) for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        filters = [_argument(name, row, described=described) for name, row in FILTERS.items() if name not in without]
        place = 1 + next(n for n, parameter in enumerate(own) if parameter.name == after)
        arguments = [*own[:place], *filters, *own[place:]]
        tool.__signature__ = signature.replace(parameters=arguments)  # type: ignore[attr-defined]
        tool.__annotations__ = {p.name: p.annotation for p in arguments} | {"return": signature.return_annotation}
        return tool

    return decorate


def _argument(name: str, row: Filter, *, described: bool) -> inspect.Parameter:
    field = Field(description=row.about) if described and row.about else Field()
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[_kind(row.kind) | None, field]
    )


def _kind(kind: Any) -> Any:
    if kind is str:
        return Annotated[str, Field(max_length=_LONGEST_TEXT), BeforeValidator(_as_text)]
    if kind == list[str]:
        words = list[Annotated[str, Field(max_length=_LONGEST_WORD)]]
        return Annotated[words, Field(max_length=_MOST_WORDS), BeforeValidator(as_list)]
    if get_origin(kind) is list:
        return Annotated[kind, Field(max_length=_MOST_WORDS), BeforeValidator(_as_words)]
    return Annotated[kind, BeforeValidator(_as_shown)] if kind is Facility else kind


def _as_words(value: Any) -> Any:
    """A list of words, which are spelt like the schema's."""
    words = as_list(value)
    return [word.replace(" ", "_") for word in words] if isinstance(value, str) else words


def _as_text(value: Any) -> Any:
    """The text in a list of one."""
    if not isinstance(value, list):
        return value
    entries = cast("list[Any]", value)
    return entries[0] if len(entries) == 1 else entries


def _as_shown(value: Any) -> Any:
    """Whether facilities only are asked for, where it is said as rows and groups do, or with yes or no."""
    said = {"true": "only", "yes": "only", "false": "exclude", "no": "exclude"}
    return said.get(str(value).strip().lower(), value)
