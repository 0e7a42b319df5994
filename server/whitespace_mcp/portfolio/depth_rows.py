"""What contracts and lines tell of every match of a question, for answers that are not a page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import anyio.to_thread

from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth import Depth
from whitespace_mcp.portfolio.depth_facts import Wanted
from whitespace_mcp.portfolio.matches import Match, Tell, read_deep, wanted_of
from whitespace_mcp.portfolio.portfolio import Portfolios
from whitespace_mcp.portfolio.query import NotKnown, Query

_CHUNK = 5_000


@dataclass(frozen=True)
class DepthRows:
    """What is known of all matches, by MU id; asked for some slips at a time, so that it need not be held at once.

    Attributes:
        wanted: by root; `depths`: where it is known.
        lacking: of how many slips it is not known.
    """

    wanted: Mapping[str, Mapping[str, Wanted]]
    depths: Mapping[str, Depth]
    lacking: Mapping[str, NotKnown]

    async def facts(self, organisation_id: str, roots: Collection[str]) -> dict[str, SlipFacts]:
        """The facts of those of some slips of which all that is shown is known, by root."""
        wanted = self.wanted.get(organisation_id)
        if wanted is None:
            return {}
        return await self.depths[organisation_id].facts([wanted[root] for root in roots if root in wanted])


async def read_all_rows(query: Query, matches: Sequence[Match], portfolios: Portfolios, tell: Tell) -> DepthRows:
    """Read what the columns of a question need, of every match, as far as the time of the call allows."""
    wanted: dict[str, list[Wanted]] = {}
    for match in matches if query.deep else ():
        if match.view:
            roots = await anyio.to_thread.run_sync(_roots, match.view.book, match.query)
            wanted[match.organisation.id] = await wanted_of(match, query.deep, roots)
    await read_deep(matches, wanted, portfolios, tell)
    depths = {m.organisation.id: portfolios.of(m.organisation).depth for m in matches if m.organisation.id in wanted}
    return DepthRows(
        wanted={mu: {slip.root: slip for slip in slips} for mu, slips in wanted.items()},
        depths=depths,
        lacking={mu: depths[mu].not_known(slips) for mu, slips in wanted.items()},
    )


def _roots(book: Book, query: Query) -> set[str]:
    return {record["root"] for records in book.pages(query, "newest", _CHUNK) for record in records}
