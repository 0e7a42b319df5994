"""Several at once run beside each other; one alone is awaited where it is."""

import anyio

from whitespace_mcp.runtime.side_by_side import side_by_side


async def test_all_run_at_the_same_time() -> None:
    met = [anyio.Event() for _ in range(3)]

    async def meet(own: int) -> None:
        met[own].set()
        for other in met:
            await other.wait()

    with anyio.fail_after(5):
        await side_by_side(meet, [(0,), (1,), (2,)])
        await side_by_side(meet, [(0,)])
        await side_by_side(meet, [])
