"""What tests about a course of events promise, in words for the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T", bound=Callable[..., Any])


@dataclass(frozen=True)
class Promise:
    """One line of the page: what happens, what comes of it, and the test that says so."""

    happens: str
    outcome: str
    test: str


PROMISES: Final[list[Promise]] = []


def promise(happens: str, outcome: str) -> Callable[[T], T]:
    """Write a test's promise into the page."""

    def noted(test: T) -> T:
        PROMISES.append(Promise(happens, outcome, test.__name__))
        return test

    return noted
