"""Several at once run beside each other; one alone is awaited where it is; reads run few at a time."""

from typing import Any

import anyio
import anyio.lowlevel

from support.sessions import BOTH_LOOPS, error_of
from whitespace_mcp.config.errors import Unavailable
from whitespace_mcp.runtime.side_by_side import MOST, side_by_side, together


async def test_all_run_at_the_same_time() -> None:
    met = [anyio.Event() for _ in range(3)]

    async def meet(own: int) -> None:
        met[own].set()
        for other in met:
            await other.wait()

    with anyio.fail_after(60):
        await side_by_side(meet, [(0,), (1,), (2,)])
        await side_by_side(meet, [(0,)])
        await side_by_side(meet, [])


@BOTH_LOOPS
async def test_calls_run_side_by_side_but_few_at_a_time_and_keep_their_order() -> None:
    running, most = 0, 0

    def call(number: int) -> Any:
        async def work() -> int:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            running -= 1
            return number

        return work

    assert await together([call(number) for number in range(20)]) == list(range(20))
    assert 1 < most <= MOST == 6


@BOTH_LOOPS
async def test_the_first_failure_is_raised_bare_and_the_others_stop() -> None:
    finished = anyio.Event()

    async def fails() -> int:
        raise Unavailable("The platform is down")

    async def waits() -> int:
        await anyio.sleep_forever()
        finished.set()
        return 1

    with anyio.fail_after(60):
        error = await error_of(lambda: together([waits, fails, waits]))
    assert isinstance(error, Unavailable)
    assert not finished.is_set()
