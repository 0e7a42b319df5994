"""A question's way through the house: how many modules of ours a call waits in."""

import inspect
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Final

import whitespace_mcp
from support.servers import ask, client_of, settings_for
from whitespace_mcp.demo import Running

HOME: Final = Path(whitespace_mcp.__file__).parent


async def test_a_question_on_a_fresh_list_waits_in_twelve_modules_at_most(running: Running) -> None:
    modules: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and frame.f_code.co_flags & inspect.CO_COROUTINE and path.is_relative_to(HOME):
            modules.add(path.relative_to(HOME).as_posix())

    async with client_of(settings_for(running)) as client:
        await ask(client, "get_risks", organisation="CALDERFINCH")
        former = sys.getprofile()
        sys.setprofile(note)
        try:
            await ask(client, "get_risks", organisation="CALDERFINCH", page_size=3)
        finally:
            sys.setprofile(former)
    ours = {module for module in modules if not module.startswith("demo/")}
    assert "tools/risks.py" in ours
    assert len(ours) <= 12, sorted(ours)
