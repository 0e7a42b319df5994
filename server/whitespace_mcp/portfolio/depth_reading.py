"""What one slip takes to be known in depth: its requests, and the facts that the documents tell."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import anyio.to_thread

from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import placing
from whitespace_mcp.api.reads import ENDORSEMENTS, OVERVIEW
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.endorsements import amendments
from whitespace_mcp.documents.facts_of_contract import contract_terms
from whitespace_mcp.documents.facts_of_lines import line_facts
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.slip_facts import SlipFacts, endorsement_facts
from whitespace_mcp.documents.visibility import own_contract, usable
from whitespace_mcp.portfolio.depth_facts import Wanted
from whitespace_mcp.portfolio.facts import Part
from whitespace_mcp.portfolio.reading_queue import Turn

MANY: Final = 60
"""Documents behind a slip from which they are understood in a worker thread."""


async def read_facts(api: OrganisationApi, turn: Turn, slip: Wanted, ids: Sequence[str]) -> SlipFacts:
    """Read what is wanted of a slip; `lines` are None where that did not need what stands behind it.

    Args:
        api: the organisation's reads.
        turn: by which requests are made.
        slip: the slip.
        ids: of its contract documents in the list.

    Raises:
        WhitespaceError: it cannot be read, or is no such document.
    """
    document = own_contract(await turn.request(partial(placing, api, slip.document)), slip.root, api.side)
    background: list[Document] | None = None
    endorsed: list[Document] = []
    if _needs_background(slip):
        background = usable(await turn.request(partial(api.visible, OVERVIEW, slip.root))).documents
    if _needs_endorsements(slip):
        endorsed = usable(await turn.request(partial(api.visible, ENDORSEMENTS, slip.root))).documents
    read = partial(_facts, document, background, endorsed, ids, api.side.channel_prefix)
    return await anyio.to_thread.run_sync(read) if len(background or ()) > MANY else read()


def requests_of(slip: Wanted) -> int:
    """How many requests a slip takes."""
    return 1 + _needs_background(slip) + _needs_endorsements(slip)


def revision(slip: Wanted, part: Part) -> str:
    """What stands for the state in which a part of a slip is."""
    contract = f"{slip.document} {slip.updated or slip.activity}"
    match part:
        case "lines":
            return f"{contract} {slip.activity}"
        case "endorsements":
            return f"{slip.amended} {slip.activity}"
        case _:
            return contract


def _needs_background(slip: Wanted) -> bool:
    return "lines" in slip.parts or _needs_endorsements(slip)


def _needs_endorsements(slip: Wanted) -> bool:
    return "endorsements" in slip.parts and slip.amended is not None


def _facts(
    document: Document,
    background: Sequence[Document] | None,
    endorsed: Sequence[Document],
    ids: Sequence[str],
    prefix: str,
) -> SlipFacts:
    contract = read_contract(document)
    documents = background or ()
    return SlipFacts(
        terms=contract_terms(contract),
        lines=line_facts(contract, documents, ids, prefix) if background is not None else None,
        endorsements=endorsement_facts(
            amendments(
                endorsed, _of_type(documents, "RWEndorsementFollower"), _of_type(documents, "RWActivity"), prefix
            )
        ),
    )


def _of_type(documents: Iterable[Mapping[str, Any]], kind: str) -> list[Any]:
    return [document for document in documents if document.get("type") == kind]
