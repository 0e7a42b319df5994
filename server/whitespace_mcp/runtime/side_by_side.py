"""The same thing done with several others at once."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import anyio


async def side_by_side(do: Callable[..., Coroutine[Any, Any, None]], each: Sequence[tuple[Any, ...]]) -> None:
    """Do something with each of several lists of arguments, all at the same time; a single one needs no task."""
    if len(each) <= 1:
        for arguments in each:
            await do(*arguments)
        return
    async with anyio.create_task_group() as tasks:
        for arguments in each:
            tasks.start_soon(do, *arguments)
