"""What a slip is in the market: the one record from which lists, summaries, contracts and lines are drawn."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from whitespace_mcp.demo.market.classes import LineOfBusiness
from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.seeds import share_of

SlipStage = Literal[
    "template", "draft", "marketed", "quote_request", "quoted", "bindable", "firm_order", "signed", "declined",
    "withdrawn", "not_taken_up", "parked",
]  # fmt: skip
"""`parked` stands for a status that no published list has."""
Kind = Literal["open market", "facility", "declaration"]
Part = Literal["asked", "preparing", "quoted", "offered", "written", "signed", "no cover", "declined", "withdrawn"]
Change = Literal["draft", "shown", "agreed", "finalised", "withdrawn", "declined"]
Quirk = Literal[
    "no umr key", "null umr", "empty umr", "two umrs", "no name", "null name", "no status", "odd status spelling",
    "lower-case keys", "no contract type", "null contract type", "no updatedAt", "no facility flag", "no channels",
]  # fmt: skip
Degree = Literal["as drawn", "nothing", "full", "over"]
"""How much of its order a slip at firm order has been written for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was arranged for a slip, in place of what chance would have given it."""

    degree: Degree = "as drawn"
    order_words: str = ""
    """What stands for the order in place of a percentage."""
    bases_differ: bool = False
    """Lines are written as percentages of the order and signed as percentages of the whole."""
    expiry: date | None = None
    expiry_words: str = ""
    """What stands for the expiry in place of a date."""
    period_by_section: bool = False
    extension: int = 0
    """The number of the endorsement that extends the period; 0 for none."""
    extended_to: date | None = None
    due: tuple[date, ...] = ()
    """Deadlines of subjectivities that nobody has accepted yet."""
    renews: str = ""
    """The root of the slip that this one is to replace."""


NO_PLAN: Final = Plan()
LABELS: Final = ("High Priority", "Renewal", "Chase")


@dataclass(slots=True)
class Share:
    """What one carrier's team has to do with a slip."""

    team: Team
    part: Part
    user_id: str
    """Who looks after it there."""

    @property
    def has_line(self) -> bool:
        """Whether it has put down a line."""
        return self.part in ("written", "signed")


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
    plan: Plan = NO_PLAN
    touched: int = 0
    """When it was changed while the platform ran; 0 for never."""
    edits: int = 0
    """Changes since the platform started; part of every revision."""

    @property
    def text_root(self) -> str:
        """What chance draws the contract's text from: a renewal has its predecessor's, but for what was changed."""
        return self.plan.renews or self.root

    @property
    def company_ids(self) -> set[str]:
        """Of its broker and of every carrier that it was shown to."""
        return {self.broker.company_id, *(share.team.company_id for share in self.shares)}

    def both(self, team: Team) -> tuple[str, str]:
        """The channels of its broker and of a carrier's team: who sees what is between the two."""
        return self.broker.channel, team.channel

    def owner_of(self, team: Team) -> str:
        """The MU id of a side's owner; empty when nobody has taken it."""
        if team == self.broker:
            return self.owner_id
        mine = next((share for share in self.shares if share.team == team), None)
        return mine.user_id if mine and share_of(f"owned {self.root} {team.channel}") < 0.7 else ""

    def labels_of(self, team: Team) -> list[str]:
        """The labels that a team put on it."""
        luck = share_of(f"label {team.channel} {self.root}")
        return [LABELS[int(luck * 1000) % len(LABELS)]] if luck < 0.08 else []

    def moment(self, tenths: int) -> int:
        """A moment between its beginning and its last edit, so many tenths of the way."""
        return self.created + (self.changed - self.created) * tenths // 10

    @property
    def is_firm(self) -> bool:
        """Whether it has come as far as a firm order."""
        return self.stage in ("firm_order", "signed")

    @property
    def is_facility(self) -> bool:
        """Whether it is a facility agreement."""
        return self.kind == "facility"
