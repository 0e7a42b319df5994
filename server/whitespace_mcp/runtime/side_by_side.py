"""Several things at once: what is to be done to each of them, or reads, few at a time."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

import anyio

MOST: Final = 6
"""Requests at a time, of one call: the platform's limits are not published (platform.md 8)."""

T = TypeVar("T")


async def side_by_side(do: Callable[..., Coroutine[Any, Any, None]], each: Sequence[tuple[Any, ...]]) -> None:
    """Do something with each of several lists of arguments, all at the same time; a single one needs no task."""
    if len(each) <= 1:
        for arguments in each:
            await do(*arguments)
        return
    async with anyio.create_task_group() as tasks:
        for arguments in each:
            tasks.start_soon(do, *arguments)


async def together(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """The results of several reads, in their order; a single one needs no task.

    Raises:
        WhitespaceError: what the first of them that failed raised; the others are cancelled.
    """
    if len(calls) == 1:
        return [await calls[0]()]
    results: dict[int, T] = {}
    errors: list[Exception] = []
    limiter = anyio.CapacityLimiter(MOST)

    async with anyio.create_task_group() as tasks:

        async def run(place: int, call: Callable[[], Awaitable[T]]) -> None:
            try:
                async with limiter:
                    results[place] = await call()
            except Exception as error:  # noqa: BLE001  # raised below, without the task group's wrapping
                errors.append(error)
                tasks.cancel_scope.cancel()

        for place, call in enumerate(calls):
            tasks.start_soon(run, place, call)
    if errors:
        raise errors[0]
    return [results[place] for place in range(len(calls))]
