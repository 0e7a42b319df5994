"""Prompts for the jobs that come back: a page of instructions each, which the user picks and the assistant follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument
from mcp.types import Prompt as MCPPrompt

from whitespace_mcp.config.errors import WhitespaceError, listed
from whitespace_mcp.mcp_layer.prompt_pages import (
    book_progress,
    changed_from_expiring,
    compare_organisations,
    hygiene,
    morning_briefing,
    placing_progress,
    prepare_call,
    renewals_coming_up,
    typed_words,
)
from whitespace_mcp.terms.text import clean


@dataclass(frozen=True)
class Guide:
    """A prompt as it is registered: the function's signature is its arguments, its docstring the description."""

    function: Callable[..., str]
    title: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.function.__name__


GUIDES: Final = (
    Guide(morning_briefing, "Morning briefing"),
    Guide(placing_progress, "Progress of a placing"),
    Guide(book_progress, "Placing progress of the book"),
    Guide(renewals_coming_up, "Renewals coming up"),
    Guide(changed_from_expiring, "What changed from expiring"),
    Guide(compare_organisations, "Compare my organisations"),
    Guide(prepare_call, "Chase list before a call with an underwriter"),
    Guide(hygiene, "Tidy UMRs and owners"),
)


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


def check_arguments(
    name: str, arguments: Sequence[tuple[str, bool]] | None, given: Mapping[str, str], names: Sequence[str]
) -> None:
    """Refuse a prompt that does not exist, or arguments that it does not take or lacks.

    Args:
        name: the prompt asked for.
        arguments: its own, each with whether it is required; None if there is no such prompt.
        given: what was passed.
        names: the prompts that there are.

    Raises:
        WhitespaceError: in words for whoever picked it.
    """
    if arguments is None:
        what = f"There is no prompt '{clean(name, 60)}'"
        raise WhitespaceError(what, retry="Pick one that there is.", do=f"Prompts: {listed(names)}.")
    missing = [argument for argument, required in arguments if required and not typed_words(given.get(argument))]
    if missing:
        what = f"The prompt '{name}' needs {listed(missing)}"
        raise WhitespaceError(what, retry="Pick it again with that filled in.")
    extra = [clean(argument, 40) for argument in given if argument not in {argument for argument, _ in arguments}]
    if extra:
        what = f"The prompt '{name}' has no argument {listed(extra)}"
        takes = listed(argument for argument, _ in arguments)
        raise WhitespaceError(what, retry="Pick it again without that.", do=f"It takes: {takes}.")
