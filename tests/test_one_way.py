"""A question's way through the house: in how many modules of ours a call runs, and in how many it waits."""

import inspect
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Final

import whitespace_mcp
from support.servers import ask, client_of, settings_for
from whitespace_mcp.demo import Running

HOME: Final = Path(whitespace_mcp.__file__).parent
MOST_RUNNING: Final = 12
MOST_WAITING: Final = 7


async def test_a_question_on_a_fresh_list_runs_in_few_modules_and_waits_in_fewer(running: Running) -> None:
    modules: set[str] = set()
    waiting: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(HOME) and not path.is_relative_to(HOME / "demo"):
            module = path.relative_to(HOME).as_posix()
            modules.add(module)
            if frame.f_code.co_flags & inspect.CO_COROUTINE:
                waiting.add(module)

    async with client_of(settings_for(running)) as client:
        await ask(client, "get_risks", organisation="CALDERFINCH")
        former = sys.getprofile()
        sys.setprofile(note)
        try:
            await ask(client, "get_risks", organisation="CALDERFINCH")
        finally:
            sys.setprofile(former)
    assert "tools/risks.py" in waiting
    assert len(modules) <= MOST_RUNNING, sorted(modules)
    assert len(waiting) <= MOST_WAITING, sorted(waiting)
