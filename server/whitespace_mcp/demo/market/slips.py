"""What a slip is in the market: the one record from which lists, summaries, contracts and lines are drawn."""

from dataclasses import dataclass, field
from typing import Literal

from whitespace_mcp.demo.market.classes import LineOfBusiness
from whitespace_mcp.demo.market.companies import Team

SlipStage = Literal[
    "template",
    "draft",
    "marketed",
    "quote_request",
    "quoted",
    "bindable",
    "firm_order",
    "signed",
    "declined",
    "withdrawn",
    "not_taken_up",
    "parked",
]
"""`parked` stands for a status that no published list has."""
Kind = Literal["open market", "facility", "declaration"]
Part = Literal["asked", "preparing", "quoted", "offered", "written", "signed", "no cover", "declined", "withdrawn"]
Change = Literal["draft", "shown", "agreed", "finalised", "withdrawn", "declined"]
Quirk = Literal[
    "no umr key",
    "null umr",
    "empty umr",
    "two umrs",
    "no name",
    "null name",
    "no status",
    "odd status spelling",
    "lower-case keys",
    "no contract type",
    "null contract type",
    "no updatedAt",
    "no facility flag",
    "no channels",
]


@dataclass(slots=True)
class Share:
    """What one carrier's team has to do with a slip."""

    team: Team
    part: Part
    user_id: str
    """Who looks after it there."""


@dataclass(slots=True)
class Slip:
    """One risk over its life. Times are seconds since 1970; what is not here follows from the root alone."""

    root: str
    number: int
    broker: Team
    author_id: str
    """The MU id of the broker who drafted it."""
    owner_id: str
    """The MU id of the broker's owner; empty when nobody has taken it."""
    line: LineOfBusiness
    kind: Kind
    stage: SlipStage
    insured: str
    """The party."""
    title: str
    """The contract's name, which is what the lists show."""
    umr: str
    contract_type: str
    created: int
    changed: int
    """Last edit of a contract document."""
    stirred: int
    """Newest change to anything, chat and lines included; never before `changed`."""
    shares: list[Share] = field(default_factory=list[Share])
    drafts: int = 0
    """How many drafts are still there."""
    endorsements: tuple[Change, ...] = ()
    facility: str = ""
    """The root of the facility that a declaration belongs to."""
    quirks: tuple[Quirk, ...] = ()
    touched: int = 0
    """When it was changed while the platform ran; 0 for never."""
    edits: int = 0
    """Changes since the platform started; part of every revision."""

    @property
    def is_facility(self) -> bool:
        """Whether it is a facility agreement."""
        return self.kind == "facility"
