"""Letting the host open the page where a person gives their login (URL-mode elicitation of protocol 2026-07-28).

Where the host cannot, the link stands in the error's words. So it does for hosts of older protocols: to a server
without sessions their requests do not tell what they can do.
"""

from typing import Any, Final

from mcp.server.mcpserver import Context
from mcp.types import ElicitRequest, ElicitRequestURLParams, ElicitResult, InputRequiredResult

from whitespace_mcp.config.errors import WhitespaceError

LOOK_SECONDS: Final = 1.0
"""How often it is looked whether somebody who opened the page has given their login."""
_KEY: Final = "connect"
_SINCE: Final = "2026-07-28"
_MESSAGE: Final = (
    "To answer, this server needs your Whitespace login: open the page, log in with your firm's account, and give your"
    " refresh token there, once."
)


def question(error: WhitespaceError, context: Context[Any, Any] | None) -> InputRequiredResult | None:
    """What to ask the host: to open the page; None where it cannot, was asked already, or no page would help."""
    if not error.link or context is None or (context.protocol_version or "") < _SINCE:
        return None
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None or elicitation.url is None or _KEY in (context.input_responses or {}):
        return None
    params = ElicitRequestURLParams(message=_MESSAGE, url=error.link)
    return InputRequiredResult(input_requests={_KEY: ElicitRequest(params=params)})


def has_opened(context: Context[Any, Any] | None) -> bool:
    """Whether the person has opened the page. That says nothing of whether a login was given there."""
    response = (context.input_responses or {}).get(_KEY) if context else None
    return isinstance(response, ElicitResult) and response.action == "accept"
