"""Prompts for the jobs that come back: a page of instructions each, which the user picks and the assistant follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

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
