"""The market as it stands: who sees which slip, and the changes that are made while the platform runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from whitespace_mcp.demo.market.companies import Company, Directory, Member, Team
from whitespace_mcp.demo.market.documents import Document, documents_of
from whitespace_mcp.demo.market.making import Maker
from whitespace_mcp.demo.market.seeds import chance
from whitespace_mcp.demo.market.slips import Slip, SlipStage
from whitespace_mcp.demo.people import Role

_OTHER_BROKER: Final = "PELLMARSH"
_OTHER_CARRIER: Final = "TIDEWELL"


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks, in one organisation."""

    user_id: str
    company_id: str
    role: Role
    channels: frozenset[str]
    """Of the teams that the person is in, and what everybody there sees."""

    def sees(self, document: Document) -> bool:
        """Whether the document was shown to one of the person's channels."""
        return not self.channels.isdisjoint(document.channels)


def viewer_of(company: Company, member: Member) -> Viewer:
    """The view of a person in a company."""
    prefix = company.company_id.lower()
    channels = frozenset({team.channel for team in member.teams} | {"shared", f"{prefix}_COMPANY_SHARED"})
    return Viewer(member.user_id, company.company_id, company.role, channels | {member.user_id})


class Market:
    """Every slip. `version` grows with each change."""

    def __init__(self, seed: int, directory: Directory, slips: Iterable[Slip], close: int) -> None:
        self.seed: Final = seed
        self.directory: Final = directory
        self.version = 0
        self._slips = {slip.root: slip for slip in slips}
        self._by_company: dict[str, dict[str, Slip]] = {}
        for slip in self._slips.values():
            self._index(slip)
        self._close = close
        self._later: Maker | None = None

    def copy(self, directory: Directory) -> "Market":
        """One of its own, with a copy of the directory: a slip that changes is replaced, so the others are shared."""
        market = Market(self.seed, directory, (), self._close)
        market._slips = dict(self._slips)
        market._by_company = {company_id: dict(book) for company_id, book in self._by_company.items()}
        return market

    def slip(self, root: str) -> Slip | None:
        """A slip by its root, whoever sees it."""
        return self._slips.get(root)

    def slips(self, company_id: str) -> Iterator[Slip]:
        """The slips that concern a company, by root; of some of them a person there may see nothing."""
        return iter(self._by_company.get(company_id, {}).values())

    def documents(self, viewer: Viewer, slip: Slip) -> list[Document]:
        """The contract documents of a slip that a viewer sees."""
        return [document for document in documents_of(slip) if viewer.sees(document)]

    def touch(self, root: str, moment: int) -> None:
        """Let a slip's latest contract documents change, now the newest of all.

        Raises:
            KeyError: there is no such slip.
        """
        slip = self._slips[root]
        changed = replace(slip, touched=moment, stirred=moment, edits=slip.edits + 1)
        self._slips[root] = changed
        self._index(changed)
        self.version += 1

    def move_on(self, root: str, moment: int, *, stage: SlipStage | None = None, team: Team | None = None) -> None:
        """Let a slip reach another stage, or another team of its broker.

        `root` is the slip's root id, `moment` ISO 8601 in UTC.

        Raises:
            KeyError: there is no such slip.
        """
        slip = self._slips[root]
        self._slips[root] = replace(slip, stage=stage or slip.stage, broker=team or slip.broker)
        self.touch(root, moment)

    def newest(self) -> int:
        """The latest change to anything."""
        return max((slip.stirred for slip in self._slips.values()), default=0)

    def add(self, viewer: Viewer, moment: int, stage: SlipStage, *, name: str, umr: str, carriers: list[str]) -> Slip:
        """A new slip in a viewer's company; a broker places it, a carrier is shown it.

        Args:
            viewer: in whose book it is to be.
            moment: of its last change.
            stage: how far it is.
            name: the contract's title; empty draws one.
            umr: empty draws one.
            carriers: company ids that it is shown to, beside the viewer's own if that is a carrier; if there would be
                none, one is found.
        """
        own = next(iter(sorted(channel for channel in viewer.channels if channel in self.directory.teams)))
        team = self.directory.teams[own]
        houses = [self.directory.companies[company_id] for company_id in carriers]
        writers = [house.team_for(team.team_id) or house.teams[0] for house in houses]
        if viewer.role == "underwriter":
            writers.insert(0, team)
            team = self.directory.companies[_OTHER_BROKER].teams[0]
        elif not writers:
            writers = [self.directory.companies[_OTHER_CARRIER].teams[0]]
        if self._later is None:
            names = chance(self.seed, "later names")
            self._later = Maker(self.directory, chance(self.seed, "later"), names, self._close)
        slip = self._later.slip_of(team, stage, writers)
        slip.created, slip.changed, slip.stirred = moment - 3600, moment, moment
        slip.title, slip.umr = name or slip.title, umr or slip.umr
        self._slips[slip.root] = slip
        self._index(slip)
        self.version += 1
        return slip

    def remove(self, root: str) -> None:
        """Take a slip out of the market.

        Raises:
            KeyError: there is no such slip.
        """
        del self._slips[root]
        for book in self._by_company.values():
            book.pop(root, None)
        self.version += 1

    def _index(self, slip: Slip) -> None:
        for company_id in slip.company_ids:
            self._by_company.setdefault(company_id, {})[slip.root] = slip
