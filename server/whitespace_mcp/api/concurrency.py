"""Several reads side by side, few at a time."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import anyio

from whitespace_mcp.config.errors import BadAnswer, NotFound, WrongAddress

MOST: Final = 6
"""Requests at a time, of one call: the platform's limits are not published (platform.md 8)."""

T = TypeVar("T")


async def together(calls: Sequence[Callable[[], Awaitable[T]]], *, most: int = MOST) -> list[T]:
    """The results of several reads, in their order.

    Raises:
        WhitespaceError: what the first of them that failed raised; the others are cancelled.
    """
    results: dict[int, T] = {}
    errors: list[Exception] = []
    limiter = anyio.CapacityLimiter(most)

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


async def where_served(call: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """What a read brings, or `otherwise` where the platform does not serve it for this slip or this login.

    For what completes an answer only: failures that may pass go on being failures.
    """
    try:
        return await call()
    except (NotFound, BadAnswer, WrongAddress):
        return otherwise
