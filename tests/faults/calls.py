"""The kinds of call that a fault is put in front of, and what of each the platform sees."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import BlobResourceContents

from support.servers import text_of
from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import contract_paper, placing
from whitespace_mcp.api.identity import my_details
from whitespace_mcp.api.reads import SUMMARY_SEARCH
from whitespace_mcp.api.risks import risk_list
from whitespace_mcp.demo import RequestRecord
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.intake import Intake
from whitespace_mcp.session.session import Session

Kind = Literal["renewal", "identity", "list", "document", "file", "search"]
READS: Final[tuple[Kind, ...]] = ("identity", "list", "document", "file", "search")
KINDS: Final[tuple[Kind, ...]] = ("renewal", *READS)
MEANING: Final[Mapping[Kind, str]] = {
    "renewal": "the exchange of the refresh token for an id token, `GET /_oidc_refresh`",
    "identity": "who the login is, `GET /user/myDetails`, by `switch_org`",
    "list": "the risks of an organisation, `GET /risks`, by the first `get_risks`",
    "document": "one contract, `GET /risks/{id}`, by `get_wording`",
    "file": "a contract as PDF, `GET /export/pdf/{id}`, by reading the resource",
    "search": "a read by POST, `POST /summary`, by `my_desk`",
}


@dataclass(frozen=True)
class Wanted:
    """Whose call it is: the organisation's company id, and a risk of it."""

    organisation: str
    risk: str


def path_of(kind: Kind) -> str:
    """Where the requests of one kind of call begin."""
    paths: dict[Kind, str] = {
        "renewal": "/sync/",
        "identity": "/api/user/myDetails",
        "list": "/api/risks",
        "document": "/api/risks/IC",
        "file": "/export/pdf/",
        "search": "/api/summary",
    }
    return paths[kind]


def method_of(kind: Kind) -> str:
    """How a kind of call asks."""
    return "POST" if kind == "search" else "GET"


def is_of(seen: RequestRecord, kind: Kind) -> bool:
    """Whether a request is of this kind; the list is one path, and not what lies below it."""
    below = seen.path == path_of(kind) if kind == "list" else seen.path.startswith(path_of(kind))
    return below and seen.method == method_of(kind)


async def said_by(client: Client, kind: Kind, wanted: Wanted) -> tuple[bool, str]:
    """Make the call as an assistant; whether it failed, and what it read."""
    tools: dict[Kind, tuple[str, dict[str, Any]]] = {
        "renewal": ("switch_org", {"organisation": wanted.organisation}),
        "identity": ("switch_org", {"organisation": wanted.organisation}),
        "list": ("get_risks", {"organisation": wanted.organisation, "page_size": 1}),
        "document": ("get_wording", {"organisation": wanted.organisation, "risk": wanted.risk}),
        "search": ("my_desk", {"organisation": wanted.organisation}),
    }
    if kind == "file":
        try:
            resource = await client.read_resource(f"whitespace://{wanted.organisation}/risks/{wanted.risk}/pdf")
        except MCPError as error:
            return True, error.message
        assert isinstance(resource.contents[0], BlobResourceContents)
        return False, resource.contents[0].blob
    tool, arguments = tools[kind]
    result = await client.call_tool(tool, arguments)
    if not result.is_error:
        assert json.loads(text_of(result)) == result.structured_content
    return bool(result.is_error), text_of(result)


def asked_of(session: Session, kind: Kind, user_id: str, document: str) -> Callable[[], Awaitable[object]]:
    """The same call below the tools: for addresses at which nothing else could be asked first."""
    api = OrganisationApi(session.api, Side("", user_id), user_id)
    calls: dict[Kind, Callable[[], Awaitable[object]]] = {
        "renewal": session.token_cache.current,
        "identity": lambda: my_details(session.api, user_id=user_id),
        "list": lambda: risk_list(api, partial(Intake, api.side)),
        "document": lambda: placing(api, document),
        "file": lambda: contract_paper(api, document),
        "search": lambda: api.fetch(SUMMARY_SEARCH, body={}),
    }
    return calls[kind]
