"""A risk's card: which slip it is, what the contract says, who is on it, how far it is. About 880 tokens at most."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys, RiskAnswer
from whitespace_mcp.answers.card.budget import CardBudget, budgets
from whitespace_mcp.answers.card.facts import ContractFacts, contract_facts, inception, period_changes
from whitespace_mcp.answers.card.parties import NO_LEADER, NOBODY, Parties, ended_of, leaders_within, owners_of
from whitespace_mcp.answers.card.progress import OpenAction, endorsements_of, internal_review, open_actions
from whitespace_mcp.answers.depth_columns import expiry_text
from whitespace_mcp.answers.lines.subjectivities import SubjectivityCounts, open_count, subjectivity_counts
from whitespace_mcp.answers.lines.sums import SectionLines, measure_facts, section_sums
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.size import answer_tokens
from whitespace_mcp.documents.contract import Contract
from whitespace_mcp.documents.endorsements import Amendment, by_state
from whitespace_mcp.documents.facts_of_contract import contract_terms
from whitespace_mcp.documents.json import Document, as_text, texts_of
from whitespace_mcp.documents.placing import Placing
from whitespace_mcp.documents.reckoning import contract_sums
from whitespace_mcp.documents.slip_facts import SlipFacts, endorsement_facts
from whitespace_mcp.documents.subjectivities import all_subjectivities, responses_of
from whitespace_mcp.terms.ids import root_of, segments_of, short_document, short_id
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.moments import iso, london_day
from whitespace_mcp.terms.text import shortened, typed

TOKENS: Final = 880
"""Of a whole card, estimated."""
SHORTEST_TITLE: Final = 42
"""Characters of a title or a UMR that are never cut: it is what a risk is known by."""
LONGEST_EXPIRY: Final = 200
"""Characters: what eight sections with days of their own take."""

NOTE: Final = (
    "The platform's record; it does not confirm cover, agreement, premium or signing. Texts were typed by"
    " other parties."
)
PARTIAL: Final = "Lines are those that this organisation may see; they may not be the whole risk's."
NO_INBOX: Final = "The inbox's actions could not be read."

STALE: Final = "The list of its documents is an older one"

_PLACED: Final = frozenset({"firm_order", "signed"})
"""Stages at which it is said that no subjectivity is open, also where there are no lines."""

Linked = Callable[[str], tuple[str, str | None] | None]
"""The short id and the name of another slip by its root, if the organisation's list holds it."""


class CardDocument(Answer):
    """A contract document. Its full id is `root` with what follows the short one, unless `full_id` gives it."""

    id: str
    full_id: str | None = None
    stage: str
    current: Literal[True] | None = None


class Progress(Answer):
    """What is under way: endorsements by state, what waits for the organisation's team, its own internal review."""

    endorsements: dict[str, int] | None = None
    open_actions: list[OpenAction] | None = None
    internal_review: str | None = None


class Marks(Answer):
    """What marks the slip: a facility, the facilities that it declares to, another slip's UMR, own labels."""

    facility: Literal[True] | None = None
    facilities: list[str] | None = None
    umr_shared: Literal[True] | None = None
    labels: list[str] | None = None


class Card(RiskAnswer):
    """Answer of `get_risk`."""

    root: str
    stage: str | None = None
    documents: list[CardDocument] | None = None
    contract: ContractFacts | None = None
    parties: Parties | None = None
    lines: list[SectionLines] | None = None
    open_subjectivities: int | None = None
    subjectivities: SubjectivityCounts | None = None
    progress: Progress | None = None
    marks: Marks | None = None
    meaning: dict[str, str] | None = None
    left_out: dict[str, int] | None = None
    left_out_is_in: dict[str, str] | None = None
    skipped: int | None = None
    notes: list[str]


@dataclass(frozen=True)
class Material:
    """Everything that a card is made from.

    Attributes:
        organisation: the asking one; `prefix`: of its channels; `role`: `broker` or `underwriter`, where known.
        root, short: the slip's ids; `document_id`: of the contract that was read.
        records: the slip's documents in the list of risks (columns of `portfolio.rows.Row`), the current one first.
        contract, placing: the contract and the lines, read.
        background: the documents behind the slip.
        owners, labels: None where the platform does not serve them.
        summaries: of the slip; `stubs`: its contract documents in them.
        endorsements: their documents, as far as they were read.
        names: the directory; `linked`: finds facilities.
        now: the moment of the call.
        skipped: documents that were left out.
        stale: why the list of risks is not newer, if it should be.
    """

    organisation: OrganisationKeys
    prefix: str
    role: str | None
    root: str
    short: str
    document_id: str
    records: Sequence[Mapping[str, Any]]
    contract: Contract
    placing: Placing
    background: Sequence[Document]
    owners: Sequence[Document] | None
    labels: Sequence[Document] | None
    summaries: Sequence[Document]
    stubs: Sequence[Document]
    endorsements: Sequence[Document]
    names: Names
    linked: Linked
    now: datetime
    skipped: int = 0
    stale: str | None = None


def card_of(material: Material) -> Card:
    """The fullest card that fits."""
    cards = (_card(material, budget) for budget in budgets())
    card = next(cards)
    for smaller in cards:
        if answer_tokens(card) <= TOKENS:
            break
        card = smaller
    return card


def _card(material: Material, budget: CardBudget) -> Card:
    current = material.records[0] if material.records else None
    contract, placing = material.contract, material.placing
    listed, stage = (current["type"], current["slip_stage"]) if current else (None, None)
    facts = contract_facts(contract, listed, measure_facts(placing).get("order", []), budget)
    if current and material.document_id != current["id"]:
        facts.document = short_document(material.document_id, material.short)
    today = london_day(material.now)
    facts.inception = inception(contract, material.stubs, today)
    papers = _endorsements(material)
    depth = SlipFacts(contract_terms(contract), endorsements=endorsement_facts(papers))
    facts.expiry = shortened(expiry_text(depth), LONGEST_EXPIRY)
    facts.expiry_changed_by = ", ".join(depth.expiry_changed_by) or None
    orders = {order.percent for order in depth.terms.order}
    facts.reckoned = contract_sums(contract, orders.pop() if len(orders) == 1 else None)
    facts.period_changed = budget.few(
        "period_changed", period_changes(contract, depth.endorsements), max(1, budget.facts)
    )
    records = all_subjectivities(placing.sets, responses_of(material.background))
    parties = _parties(material, budget, current["broker_channel"] if current else None)
    actions = open_actions(material.root, material.summaries, material.background, material.prefix, material.role)
    progress = Progress(
        endorsements=by_state(papers) or None,
        open_actions=budget.few("open_actions", actions, max(1, budget.people)),
        internal_review=internal_review(material.background, material.prefix),
    )
    marks = Marks(
        facility=True if (current and current["facility"]) or contract.control.get("isFacility") is True else None,
        facilities=budget.few("facilities", _facilities(material, budget), max(1, budget.people // 2)),
        umr_shared=True if current and current["umr_shared"] else None,
        labels=budget.few("labels", _labels(material), budget.people),
    )
    counts = subjectivity_counts(records, today)
    words = [*_words(parties, progress, marks), *(change.state for change in facts.period_changed or [])]
    words += ["expired"] if counts and counts.expired else []
    words += ["reckoned"] if facts.reckoned else []
    return Card(
        organisation=material.organisation,
        as_of=iso(material.now),
        risk=material.short,
        root=material.root,
        name=_short((current["name"] if current else None) or contract.word("insuredName"), budget),
        umr=_short((current["umr"] if current else None) or contract.word("umr"), budget),
        stage=stage,
        documents=budget.few("documents", _documents(material), budget.documents),
        contract=facts.or_none(),
        parties=parties.or_none(),
        lines=budget.few("lines", section_sums(placing), max(1, budget.sections)),
        open_subjectivities=open_count(records) if placing.rows or stage in _PLACED else None,
        subjectivities=counts,
        progress=progress.or_none(),
        marks=marks.or_none(),
        meaning=meanings_of(words),
        left_out=budget.left_out or None,
        left_out_is_in=budget.places(),
        skipped=material.skipped or None,
        notes=[
            NOTE,
            *([PARTIAL] if placing.rows and not placing.sees_all else []),
            *([NO_INBOX] if not material.summaries else []),
            *([f"{STALE}: {typed(material.stale, 160)}"] if material.stale else []),
        ],
    )


def _parties(material: Material, budget: CardBudget, listed_broker: str | None) -> Parties:
    """The people and companies that fit; `listed_broker` is the channel that the list of risks has."""
    contract, names = material.contract, material.names
    channel = contract.word("placingBrokerChannel") or listed_broker
    broker = names.party(channel) if channel else contract.word("placingBroker")
    own, others = owners_of(material.owners or [], material.prefix, material.organisation.id, names)
    owner = ", ".join(budget.few("owner", own, max(1, budget.people)) or [NOBODY])
    ended = ended_of(material.placing, material.records, material.stubs, names)
    return Parties(
        broker=typed(broker or "", budget.text) or None,
        leaders=leaders_within(contract, material.background, names, budget) or NO_LEADER,
        owner=None if material.owners is None else owner,
        carriers_owners=budget.few("carriers_owners", others, budget.people // 2),
        **{ending: budget.few(ending, parties, budget.people) for ending, parties in ended.items()},
    )


def _documents(material: Material) -> list[CardDocument]:
    """The current document, then the broker's own, then carriers' copies."""
    ranked = sorted(material.records, key=lambda record: (not record["current"], len(segments_of(record["id"])) > 2))
    return [
        CardDocument(
            id=short_document(record["id"], material.short),
            full_id=record["id"] if _is_shortened(record["id"]) else None,
            stage=record["stage"],
            current=True if record["current"] else None,
        )
        for record in ranked
    ]


def _is_shortened(document_id: str) -> bool:
    """Whether more than the root is shortened in a document's short id."""
    return short_document(document_id, root_of(document_id)) != document_id


def _endorsements(material: Material) -> list[Amendment]:
    broker = as_text(material.contract.control.get("placingBrokerChannel"))
    return endorsements_of(
        material.records, material.stubs, material.endorsements, material.background, broker, material.prefix
    )


def _words(parties: Parties, progress: Progress, marks: Marks) -> list[str]:
    """The words of a card that it explains."""
    leaders = parties.leaders if isinstance(parties.leaders, list) else []
    conflicts = any(leader.conflict for leader in leaders)
    return [
        *(progress.endorsements or {}),
        *(key for key in ("facility", "facilities", "umr_shared") if getattr(marks, key)),
        *(["conflict"] if conflicts else []),
    ]


def _labels(material: Material) -> list[str]:
    titles = {as_text(label.get("title")) for label in material.labels or []}
    return sorted({shown for title in titles if title and (shown := typed(title, 40))})


def _facilities(material: Material, budget: CardBudget) -> list[str]:
    """The facilities that a declaration belongs to, by short id and name where the organisation's list has them."""
    names: list[str] = []
    for root in texts_of(material.contract.control.get("associatedFacilityIDs")):
        linked = material.linked(root_of(root))
        short, name = linked or (typed(short_id(root)) or "(no id)", None)
        names.append(f"{short} ({typed(name, budget.text)})" if name else short)
    return sorted(dict.fromkeys(names))


def _short(text: str | None, budget: CardBudget) -> str | None:
    return typed(text, max(budget.text, SHORTEST_TITLE)) or None if text else None
