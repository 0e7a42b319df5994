"""The deadline of a call, on a clock that jumps."""

import anyio
import pytest
import trio.testing

from whitespace_mcp.config.errors import Unavailable, explain
from whitespace_mcp.runtime.call import deadline, start_the_clock, stop_the_clock

JUMPING = pytest.mark.parametrize("anyio_backend", [("trio", {"clock": trio.testing.MockClock(autojump_threshold=0)})])


@JUMPING
async def test_a_call_ends_with_advice_when_its_time_is_over() -> None:
    begun = anyio.current_time()
    with pytest.raises(Unavailable) as failure, deadline(40):
        await anyio.sleep_forever()
    assert anyio.current_time() - begun == pytest.approx(40)
    assert explain(failure.value) == (
        "There was no answer within 40 seconds. Trying again may help. Or narrow the question; the limit is"
        " WHITESPACE_TIMEOUT."
    )


@JUMPING
async def test_a_call_in_time_is_left_alone() -> None:
    with deadline(40):
        await anyio.sleep(39)


async def interrupted(seconds: float) -> None:
    """Work, a question to a person that takes an hour, and more work."""
    await anyio.sleep(39)
    stop_the_clock()
    await anyio.sleep(3600)
    start_the_clock()
    await anyio.sleep(seconds)


@JUMPING
async def test_while_a_person_is_asked_no_time_is_counted() -> None:
    with deadline(40):
        await interrupted(39)


@JUMPING
async def test_after_the_answer_the_call_has_its_whole_time_again_and_no_more() -> None:
    begun = anyio.current_time()
    with pytest.raises(Unavailable), deadline(40):
        await interrupted(50)
    assert anyio.current_time() - begun == pytest.approx(39 + 3600 + 40)


@JUMPING
async def test_without_a_call_there_is_no_clock_to_stop() -> None:
    stop_the_clock()
    start_the_clock()


@JUMPING
async def test_a_cancelled_call_stays_cancelled() -> None:
    with anyio.move_on_after(5) as scope:
        with deadline(40):
            await anyio.sleep_forever()
    assert scope.cancelled_caught
