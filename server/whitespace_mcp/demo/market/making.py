"""How slips come about: one after another, until both demo organisations see as many documents as they should."""

from random import Random
from typing import Final

from whitespace_mcp.demo.market.calendar import london_day
from whitespace_mcp.demo.market.classes import FACILITY_TYPES, LINES, LineOfBusiness
from whitespace_mcp.demo.market.companies import Directory, Team
from whitespace_mcp.demo.market.documents import DAY_S, documents_of
from whitespace_mcp.demo.market.names import contract_title, contract_type, insured_name
from whitespace_mcp.demo.market.season import make_season
from whitespace_mcp.demo.market.seeds import chance, identifier
from whitespace_mcp.demo.market.slips import Change, Kind, Part, Share, Slip, SlipStage
from whitespace_mcp.demo.market.untidy import make_untidy

BROKER: Final = "CALDERFINCH"
CARRIER: Final = "MARROWGATE"
_BULK_S: Final = 33 * DAY_S
"""How long before the market's close many slips were moved in one go, so that they share a second."""
_STAGES: Final[tuple[SlipStage, ...]] = (
    "signed", "firm_order", "bindable", "quoted", "quote_request", "marketed", "declined", "withdrawn", "not_taken_up",
    "draft", "template",
)  # fmt: skip
_WEIGHTS: Final = (30, 22, 4, 8, 9, 5, 3, 3, 3, 11, 2)
_UNSHOWN: Final = 2
"""How many stages at the end of the list have been shown to nobody."""
_CHANGES: Final[tuple[Change, ...]] = ("finalised", "finalised", "agreed", "shown", "draft", "withdrawn", "declined")
_PARTS: Final[dict[SlipStage, tuple[tuple[Part, ...], tuple[int, ...]]]] = {
    "signed": (("signed", "declined", "withdrawn", "no cover"), (84, 9, 5, 2)),
    "firm_order": (("written", "offered", "declined", "withdrawn", "no cover"), (48, 37, 8, 5, 2)),
    "bindable": (("offered", "quoted"), (60, 40)),
    "quoted": (("quoted", "asked", "preparing", "declined"), (55, 20, 13, 12)),
    "not_taken_up": (("quoted", "declined"), (85, 15)),
    "quote_request": (("asked", "preparing", "declined", "withdrawn"), (70, 14, 10, 6)),
    "marketed": (("asked",), (1,)),
    "declined": (("declined",), (1,)),
    "withdrawn": (("withdrawn",), (1,)),
    "parked": (("asked",), (1,)),
}


def make_slips(seed: int, directory: Directory, documents: tuple[int, int], close: int) -> list[Slip]:
    """Make a market in which the demo broker sees exactly so many documents, and the demo carrier so many.

    `seed` and all else give the same slips each time. `documents` are of the demo person's broker and of its carrier,
    `close` is the last working moment in seconds since 1970.
    """
    ours, theirs = documents
    maker = Maker(directory, chance(seed, "slips"), chance(seed, "names"), close)
    slips: list[Slip] = []
    shared = 0
    while ours:
        slip, by_broker, by_carrier = maker.of_broker(ours, theirs * 2 // 5 - shared)
        ours, shared = ours - by_broker, shared + by_carrier
        slips.append(slip)
    theirs -= shared
    while theirs:
        slip, by_carrier = maker.of_others(theirs)
        theirs -= by_carrier
        slips.append(slip)
    make_untidy(chance(seed, "untidy"), slips, (BROKER, CARRIER))
    slips.sort(key=lambda slip: slip.root)
    make_season(chance(seed, "season"), slips, directory, (BROKER, CARRIER), london_day(close))
    return slips


class Maker:
    """Makes slips, and remembers what the next ones may refer to."""

    def __init__(self, directory: Directory, source: Random, names: Random, close: int) -> None:
        self._close = close
        self._source = source
        self._names = names
        self._directory = directory
        self._count = 0
        self._people: dict[str, list[str]] = {}
        self._facilities: dict[str, list[Slip]] = {}
        others = [c for c in directory if c.company_id not in (BROKER, CARRIER)]
        teams = {line.code: [(c.role, t) for c in others if (t := c.team_for(line.team))] for line in LINES}
        self._placers = {code: [team for role, team in each if role == "broker"] for code, each in teams.items()}
        self._writers = {code: [team for role, team in each if role == "underwriter"] for code, each in teams.items()}
        self._codes = {c.company_id: f"98{number:02d}" for number, c in enumerate(directory)}

    def of_broker(self, most: int, most_by_carrier: int) -> tuple[Slip, int, int]:
        """A slip of the demo broker, with how many documents of it the broker sees, and the demo carrier."""
        invited = most_by_carrier > 0 and self._source.random() < 0.3
        slip = self._make(BROKER, self._stage(), invited=invited)
        by_broker, by_carrier = _count(slip)
        if by_broker > most or by_carrier > max(most_by_carrier, 0):
            slip = self._make(BROKER, "draft", invited=False)
            slip.drafts = 1
            by_broker, by_carrier = 1, 0
        self._remember(slip)
        return slip, by_broker, by_carrier

    def of_others(self, most: int) -> tuple[Slip, int]:
        """A slip of another broker that the demo carrier sees, with how many documents of it."""
        slip = self._make("", self._stage(is_shown=True), invited=True)
        _, by_carrier = _count(slip)
        if by_carrier > most:
            slip = self._make("", "marketed", invited=True)
            slip.shares = [share for share in slip.shares if share.team.company_id == CARRIER][:1]
            by_carrier = 1
        self._remember(slip)
        return slip, by_carrier

    def _remember(self, slip: Slip) -> None:
        if slip.kind == "facility" and slip.is_firm:
            self._facilities.setdefault(slip.broker.company_id, []).append(slip)

    def slip_of(self, team: Team, stage: SlipStage, writers: list[Team]) -> Slip:
        """A slip of a given team, stage and carriers."""
        line = next((line for line in LINES if line.team == team.team_id), LINES[0])
        slip = self._blank(team, line, stage, "open market")
        slip.shares = self._shares(stage, writers)
        slip.drafts = 1 if stage in ("draft", "template") else 0
        return slip

    def _stage(self, *, is_shown: bool = False) -> SlipStage:
        last = len(_STAGES) - (_UNSHOWN if is_shown else 0)
        return self._source.choices(_STAGES[:last], _WEIGHTS[:last])[0]

    def _make(self, broker: str, stage: SlipStage, *, invited: bool) -> Slip:
        source = self._source
        line = LINES[0] if self._count % 97 == 5 else source.choice(LINES)
        house = self._directory.companies[broker] if broker else None
        team = house.team_for(line.team) or house.teams[0] if house else source.choice(self._placers[line.code])
        if broker and line.code == "MC" and source.random() < 0.3:
            team = self._directory.teams["calderfinch_WRENLOCKCARGO"]
        luck = source.random()
        declarable = luck < 0.2 and team.company_id in self._facilities
        kind: Kind = "facility" if luck < 0.06 else "declaration" if declarable else "open market"
        slip = self._blank(team, line, stage, kind)
        if stage not in ("draft", "template"):
            slip.shares = self._shares(stage, self._panel(slip, invited=invited))
        self._finish(slip)
        return slip

    def _blank(self, team: Team, line: LineOfBusiness, stage: SlipStage, kind: Kind) -> Slip:
        source = self._source
        self._count += 1
        changed = self._close - int(source.random() ** 2 * 900 * DAY_S)
        stirred = min(self._close, changed + int(source.random() * 18 * DAY_S)) if source.random() < 0.4 else changed
        if self._count % 400 < 75:
            stirred = self._close - _BULK_S
            changed = min(changed, stirred - self._count * 60)
        insured = "Acorn Shipping" if self._count % 97 == 6 else insured_name(self._names, line)
        author = source.choice(self._people_of(team))
        year = 1970 + changed // 31_556_952
        class_of = source.choice(FACILITY_TYPES) if kind == "facility" else contract_type(self._names, line)
        return Slip(
            root=identifier("IC", source),
            number=self._count,
            broker=team,
            author_id=author,
            owner_id=author if source.random() < 0.85 else "",
            line=line,
            kind=kind,
            stage=stage,
            insured=insured,
            title=contract_title(self._names, insured, line, year, kind),
            umr=f"B{self._codes[team.company_id]}{line.code}{year % 100}{self._count:05d}",
            contract_type=class_of,
            created=changed - int((2 + source.random() * 180) * DAY_S),
            changed=changed,
            stirred=stirred,
        )

    def _finish(self, slip: Slip) -> None:
        """Give it its drafts, its endorsements and its facility."""
        source = self._source
        if slip.stage in ("draft", "template"):
            slip.drafts = source.choices((1, 2, 3), (80, 15, 5))[0] if slip.stage == "draft" else 1
        elif slip.stage not in ("declined", "withdrawn", "not_taken_up"):
            slip.drafts = 1 if source.random() < 0.35 else 0
        agreed = any(share.has_line for share in slip.shares)
        if agreed and source.random() < (0.3 if slip.stage == "signed" else 0.06):
            slip.endorsements = tuple(source.choices(_CHANGES, k=source.choices((1, 2, 3), (70, 20, 10))[0]))
        if slip.kind == "declaration":
            slip.facility = source.choice(self._facilities[slip.broker.company_id]).root

    def _panel(self, slip: Slip, *, invited: bool) -> list[Team]:
        """The carriers' teams that a slip is shown to; the demo carrier's among them if it is invited."""
        source = self._source
        writers = self._writers[slip.line.code]
        many = source.choices((1, 2, 3, 4, 5, 6), (25, 30, 20, 12, 8, 5))[0]
        panel = source.sample(writers, min(many, len(writers)))
        if invited:
            house = self._directory.companies[CARRIER]
            mine = house.team_for(slip.line.team) or house.teams[0]
            panel[0:1] = [mine]
            if source.random() < 0.03:
                panel.append(next(team for team in house.teams if team != mine))
        return panel

    def _shares(self, stage: SlipStage, panel: list[Team]) -> list[Share]:
        source = self._source
        if stage not in _PARTS:
            return []
        parts, weights = _PARTS[stage]
        chosen = source.choices(parts, weights, k=len(panel))
        if parts[0] not in chosen:
            chosen[source.randrange(len(chosen))] = parts[0]
        return [
            Share(team, part, source.choice(self._people_of(team))) for team, part in zip(panel, chosen, strict=True)
        ]

    def _people_of(self, team: Team) -> list[str]:
        if team.channel not in self._people:
            people = self._directory.people_of(team.channel)
            self._people[team.channel] = [member.user_id for member in people]
        return self._people[team.channel]


def _count(slip: Slip) -> tuple[int, int]:
    """How many documents of a slip the demo broker and the demo carrier see."""
    channels = [document.channels for document in documents_of(slip)]
    ours, theirs = (
        sum(any(channel.startswith(f"{company.lower()}_") for channel in each) for each in channels)
        for company in (BROKER, CARRIER)
    )
    return ours, theirs
