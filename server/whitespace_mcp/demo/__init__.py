"""The demo platform: an imitation of the Whitespace platform, with an invented market, for tests and newcomers."""

from whitespace_mcp.demo.faults import Fault, Faults, Hold
from whitespace_mcp.demo.market.calendar import CLOSE
from whitespace_mcp.demo.options import Options
from whitespace_mcp.demo.people import Login, Membership
from whitespace_mcp.demo.platform import Platform
from whitespace_mcp.demo.request_log import Seen
from whitespace_mcp.demo.serving import Running, serve

__all__ = ["CLOSE", "Fault", "Faults", "Hold", "Login", "Membership", "Options", "Platform", "Running", "Seen", "serve"]
