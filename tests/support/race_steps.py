"""The calls of a race, what came of them, and how answers are compared."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, cast

from mcp import Client, MCPError
from mcp.types import TextResourceContents

from support.servers import text_of
from support.slips import short_of

DOCUMENTS: Final = (80, 50)
ABOUT_A_SLIP: Final = (
    "get_risk", "get_lines", "get_wording", "get_history", "get_messages", "get_endorsements", "get_documents",
    "get_data", "get_open_items", "compare_risks",
)  # fmt: skip
ABOUT_ALL: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("my_desk", {}),
    ("find_people", {"company": "a"}),
    ("summarise_risks", {"group_by": ["stage"]}),
    ("get_history", {"since": "2026-11-01"}),
)
IN_DEPTH: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("get_risks", {"expiry_from": "2026-01-01", "show": ["expiry", "premium"], "page_size": 20}),
    ("get_risks", {"stage": ["firm_order"], "show": ["placed", "leader", "subjectivities"], "page_size": 20}),
    ("get_risks", {"subjectivity": "open", "show": ["subjectivities"], "page_size": 20}),
    ("summarise_risks", {"group_by": ["placed", "leader"], "stage": ["firm_order"]}),
    ("summarise_risks", {"group_by": ["expiry_month"], "stage": ["signed"]}),
    ("get_open_items", {"stage": ["firm_order", "signed"], "page_size": 20}),
)
KINDS: Final = (
    "depth", "depth", "depth for both", "list", "list", "both", "slip", "slip", "slip", "slip", "default", "default",
    "whole", "cursor", "foreign cursor", "foreign id", "foreign root", "foreign resource", "resource", "resource",
)  # fmt: skip
IDENTITY: Final = ("/sync/", "/api/user/", "/api/lookup/", "/api/shared/", "/api/version")
DEEP_PATHS: Final = ("/api/risks/", "/api/overview/", "/api/endorsements/")
VOLATILE: Final = frozenset({"as_of", "next_cursor", "stale", "stale_reason"})
ROOT: Final = re.compile(r"IC[0-9A-F-]{30,}")


@dataclass
class Org:
    """What is true of one organisation."""

    mu: str
    company_id: str
    documents: int
    roots: frozenset[str]
    only: tuple[str, ...] = ()
    """Slips that the other organisation does not see."""

    @property
    def shorts(self) -> frozenset[str]:
        return frozenset(map(short_of, self.roots))


@dataclass
class Step:
    """One call, what must come of it, and what came."""

    kind: str
    tool: str
    arguments: dict[str, Any]
    orgs: tuple[Org, ...]
    """Any of those it may be about; with `all`, all of them."""
    root: str | None = None
    must_fail: bool = False
    uri: str | None = None
    others: tuple[str, ...] = ()
    """Further slips that it is about."""
    failed: str | None = None
    answer: Any = None


@dataclass
class Report:
    """What a schedule came to."""

    seed: int
    steps: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])
    answered: int = 0
    compared: int = 0
    refused: int = 0
    failed: int = 0
    requests: int = 0
    renewals: int = 0
    events: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])


async def outcome(client: Client, step: Step) -> tuple[str | None, Any]:
    """The words of an error, or the answer."""
    if step.uri is not None:
        try:
            (content,) = (await client.read_resource(step.uri)).contents
        except MCPError as error:
            return error.message, None
        return None, parsed(content.text) if isinstance(content, TextResourceContents) else None
    result = await client.call_tool(step.tool, step.arguments)
    return (text_of(result), None) if result.is_error else (None, result.structured_content)


def parsed(text: str) -> Any:
    """A resource that is JSON as data, any other as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def steady(value: Any) -> Any:
    """An answer without what may differ between two servers that say the same."""
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return {key: steady(part) for key, part in parts.items() if key not in VOLATILE}
    return [steady(part) for part in cast("list[Any]", value)] if isinstance(value, list) else value


def reads_in_depth(step: Step) -> bool:
    """Whether a call may have slips read that it does not name."""
    return step.kind.startswith("depth")


def lacking(answer: Any) -> Any:
    """What an answer says is not known, whatever the seconds that it will take."""
    if not isinstance(answer, dict):
        return None
    parts = cast("dict[str, Any]", answer)
    parts = [parts, *parts.get("organisations", [])]
    return [steady({k: v for k, v in part.get("not_known", {}).items() if k != "seconds"}) for part in parts]


def ids_in(value: Any) -> set[str]:
    """Every id of a slip or document under the keys that name them."""
    if isinstance(value, list):
        return {name for part in cast("list[Any]", value) for name in ids_in(part)}
    if not isinstance(value, dict):
        return set()
    parts = cast("dict[str, Any]", value)
    own = {text for key in ("id", "risk") if isinstance(text := parts.get(key), str) and text.startswith("IC")}
    return own.union(*map(ids_in, parts.values()))
