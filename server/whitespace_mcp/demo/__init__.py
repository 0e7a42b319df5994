"""The demo platform: an imitation of the Whitespace platform, with an invented market, for tests and newcomers.

What it exports is imported when it is first used, so that `demo.late` can be had without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from whitespace_mcp.demo.asgi import RequestRecord
    from whitespace_mcp.demo.faults import Fault, Faults, Hold
    from whitespace_mcp.demo.market.calendar import CLOSE
    from whitespace_mcp.demo.options import Options
    from whitespace_mcp.demo.people import Login, Membership
    from whitespace_mcp.demo.platform import Platform
    from whitespace_mcp.demo.serving import Running, serve

__all__ = [
    "CLOSE",
    "Fault",
    "Faults",
    "Hold",
    "Login",
    "Membership",
    "Options",
    "Platform",
    "RequestRecord",
    "Running",
    "serve",
]

_MODULES: Final = {
    "CLOSE": "market.calendar", "Fault": "faults", "Faults": "faults", "Hold": "faults", "Login": "people",
    "Membership": "people", "Options": "options", "Platform": "platform", "Running": "serving", "RequestRecord": "asgi",
    "serve": "serving",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
