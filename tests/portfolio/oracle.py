"""Lists of risks as the platform might write them, and a plain reading of them to compare with."""

import json
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from whitespace_mcp.portfolio.filters import Scope, Unit
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.summary_facts import SummaryFacts, amount_key
from whitespace_mcp.terms.ids import root_of, segments_of, umr_key
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.stages import STAGES, Stage, stage_of
from whitespace_mcp.terms.text import fold, squeeze

PREFIX: Final = "acme"
ME: Final = "MU00000000-0000-4000-8000-00000000000A"
ROOTS: Final = tuple(f"IC0000000{n}-0000-4000-8000-00000000000{n}" for n in range(6))
TAILS: Final = (
    "",
    "::DR1",
    "::QR1",
    "::FO",
    "::FO::ACME::MARINE",
    "::FOD::ACME::CYBER",
    "::SIGNED",
    "::FO::EN1",
    "::X",
)
STATUSES: Final = (
    None, "NotFinalised", "Marketed Only", "FirmOrder", "firm order", "Signed", "FirmOrderDeclined",
    "QuotationWithdrawn", "EndorsementFinalised", "Brand New",
)  # fmt: skip
MOMENTS: Final = (None, "2026-01-02 03:04:05", "2026-01-02 03:04:06", "2026-02-01T00:00:00", "2025-12-31 23:59:59")
TEAMS: Final = ("acme_MARINE", "acme_CYBER", "acme_COMPANY_SHARED", "shared", "other_MARINE")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_KEYS: Final = (
    "id", "Status", "InsuredName", "umr", "ContractType", "IsFacility", "placingBrokerChannel", "channels", "updatedAt",
)  # fmt: skip
any_rows = st.dictionaries(
    st.one_of(st.sampled_from(_KEYS), st.sampled_from(_KEYS).map(str.lower), st.sampled_from(_KEYS).map(str.upper)),
    st.one_of(json_values, st.sampled_from([*ROOTS, *TEAMS]), st.lists(st.sampled_from(TEAMS), max_size=2)),
)
any_lists = st.lists(st.one_of(json_values, any_rows), max_size=12)
"""Whatever JSON allows."""

good_rows = st.fixed_dictionaries(
    {
        "id": st.builds("{}{}".format, st.sampled_from(ROOTS), st.sampled_from(TAILS)),
        "Status": st.sampled_from(STATUSES),
        "InsuredName": st.sampled_from([None, "Acorn Shipping", "ACORN Logistics", "Bramble Energy"]),
        "umr": st.sampled_from(
            [None, "B0999AAA1", "0999aaa1", "B0999BBB2", "Placeholder", " B0999 CCC3", "B0999DDD4 "]
        ),
        "ContractType": st.sampled_from([None, "Open Market", "open market", "Line Slip"]),
        "IsFacility": st.sampled_from([True, False, None, "Yes", "false"]),
        "placingBrokerChannel": st.sampled_from([None, "acme_MARINE", "birch_CYBER", "Birch_MARINE", "cedar"]),
        "channels": st.lists(st.sampled_from(TEAMS[:3]), min_size=1, max_size=3),
        "updatedAt": st.sampled_from(MOMENTS),
    }
)
good_lists = st.lists(good_rows, max_size=25, unique_by=lambda row: str(row["id"]))
"""Lists that are tidy enough to be reckoned by hand."""


def selection_of(unit: Unit = "slip", names: dict[str, Any] | None = None, **values: Any) -> Query:
    """A query as questions make it: what is not asked is left out."""
    by_name = {name: value for name, value in values.items() if value not in (None, [])}
    return Query(by_name, Scope(unit, person=ME, names=names or {}))


names = st.fixed_dictionaries(
    {
        "team": st.sampled_from([("acme_marine",), ("acme_marine", "acme_cyber"), ("-",), ()]),
        "broker": st.sampled_from([(("birch",), ()), ((), ("birch_cyber",))]),
    }
)
questions = st.fixed_dictionaries(
    {
        "stage": st.lists(st.sampled_from(STAGES), max_size=3, unique=True),
        "status": st.lists(st.sampled_from(["firmorder", "signed", "brandnew", "nothing"]), max_size=2, unique=True),
        "name": st.sampled_from([None, None, "acorn", "ergy", "zzz"]),
        "umr": st.sampled_from([None, None, "0999aaa1", "placeholder", "zzz"]),
        "contract_type": st.sampled_from([None, None, "open market", "zzz"]),
        "facility": st.sampled_from([None, None, "only", "exclude"]),
        "broker": st.sampled_from([None, None, None, "birch"]),
        "team": st.sampled_from([None, None, None, "marine"]),
        "updated_since": st.sampled_from([None, None, "2026-01-02T03:04:06Z"]),
        "updated_before": st.sampled_from([None, None, "2026-01-02T03:04:06Z"]),
        "missing": st.sampled_from([None, None, "umr", "name"]),
        "umr_form": st.lists(
            st.sampled_from(["none", "no_b", "malformed", "padded", "shared"]), max_size=2, unique=True
        ),
    }
)
units = st.sampled_from(["slip", "document"])


def _selected(unit: Any, meant: dict[str, Any], values: dict[str, Any], more: dict[str, Any]) -> Query:
    return selection_of(unit, meant, **values, **more)


selections = st.builds(_selected, units, names, questions, st.just({}))


@dataclass
class Plain:
    """One document, understood field by field."""

    id: str
    status: str | None
    name: str | None
    umr: str | None
    type: str | None
    facility: bool
    broker: str | None
    teams: list[str]
    updated: str | None
    stage: Stage
    slip_stage: Stage = "other"
    current: bool = False
    documents: int = 0

    @property
    def root(self) -> str:
        return root_of(self.id)


def plainly(rows: list[dict[str, Any]]) -> list[Plain]:
    """Read a tidy list one row at a time."""
    documents = [
        Plain(
            id=row["id"],
            status=row["Status"],
            name=row["InsuredName"],
            umr=row["umr"],
            type=row["ContractType"],
            facility=row["IsFacility"] in (True, "Yes"),
            broker=row["placingBrokerChannel"],
            teams=[t.lower() for t in row["channels"] if t.startswith("acme_") and not t.endswith("COMPANY_SHARED")],
            updated=instant(row["updatedAt"]),
            stage=stage_of(row["Status"], row["id"]),
        )
        for row in rows
    ]
    for root in {document.root for document in documents}:
        _mark_slip([document for document in documents if document.root == root])
    return documents


def _mark_slip(slip: list[Plain]) -> None:
    """The contract of product terms, spelt out: the furthest living stage, else the latest that ended, else other."""
    says = [document for document in slip if "EN1" not in segments_of(document.id)]
    best: list[Plain] = []
    stage: Stage = "other"
    for living in STAGES[:8]:
        best = [document for document in says if document.stage == living]
        if best:
            stage = living
            break
    if not best:
        best = [document for document in says if document.stage in ("declined", "withdrawn", "not_taken_up")]
        stage = latest(best).stage if best else "other"
    current = latest(best or slip)
    current.current = True
    for document in slip:
        document.slip_stage, document.documents = stage, len(slip)


def latest(documents: list[Plain]) -> Plain:
    """The latest edit; of equally late ones the shortest id, then the first in the alphabet."""
    newest = max(document.updated or "" for document in documents)
    return min((d for d in documents if (d.updated or "") == newest), key=lambda d: (len(d.id), d.id))


def umr_forms(document: Plain, documents: list[Plain]) -> set[str]:
    """What is unusual about a document's UMR, or a slip's; spelt out."""
    if document.umr is None:
        return {"none"} | ({"shared"} if _shared(document, documents) else set())
    text = document.umr.replace(" ", "").upper()
    tail = text.removeprefix("B")
    plain_tail = tail[:4].isdigit() and 5 <= len(tail) <= 16 and tail.isalnum() and tail.isascii()
    forms: set[str] = set() if plain_tail and text[0] == "B" else {"no_b"} if plain_tail else {"malformed"}
    forms |= {"padded"} if document.umr.strip() != document.umr or " " in document.umr.strip() else set()
    return forms | ({"shared"} if _shared(document, documents) else set())


def _shared(document: Plain, documents: list[Plain]) -> bool:
    own = {umr_key(d.umr) for d in documents if d.root == document.root and d.umr}
    return any(d.umr and umr_key(d.umr) in own for d in documents if d.root != document.root)


def matches(document: Plain, query: Query, documents: list[Plain]) -> bool:
    """Whether a document, or the slip that it stands for, is asked for."""
    slip = query.scope.unit == "slip"
    wants: Any = query.values.get
    meant = query.scope.names
    stage = document.slip_stage if slip else document.stage
    umrs = {umr_key(d.umr) for d in documents if d.root == document.root and d.umr}
    channel = (document.broker or "").lower()
    prefixes, channels = meant.get("broker", ((), ()))
    updated = document.updated
    return all(
        [
            document.current or not slip,
            not wants("stage") or stage in wants("stage"),
            not wants("status") or (document.status and squeeze(document.status) in wants("status")),
            not wants("name") or wants("name") in fold(document.name or ""),
            not wants("umr") or wants("umr") in umrs,
            not wants("contract_type") or fold(document.type or "") == wants("contract_type"),
            not wants("facility") or document.facility == (wants("facility") == "only"),
            not wants("broker") or (channel and (channel in channels or channel.partition("_")[0] in prefixes)),
            not wants("team") or (meant["team"] and set(meant["team"]) <= set(document.teams)),
            not wants("updated_since") or (updated is not None and updated >= wants("updated_since")),
            not wants("updated_before") or (updated is not None and updated < wants("updated_before")),
            not wants("missing") or not getattr(document, wants("missing")),
            not wants("umr_form") or set(wants("umr_form")) & umr_forms(document, documents),
        ]
    )


DAYS: Final = ("2026-01-01", "2026-01-31", "2026-02-01")
SOMEBODY: Final = "MU00000000-0000-4000-8000-00000000000B"
_LIMITS: Final = (None, ("USD", 5_000_000), ("USD", 5_000_001), ("GBP", 9_000_000))


def told_of(
    root: str, day: str | None, limit: tuple[str, int] | None, owners: list[str], actions: list[str], links: list[str]
) -> SummaryFacts:
    """What a slip's summary tells: the day it begins, its limit, owners, open actions, and facilities."""
    return SummaryFacts(
        root=root,
        activity="2026-01-02T03:04:05Z",
        inception=day,
        limit_text=f"{limit[0]} {limit[1]}" if limit else None,
        currency=limit[0] if limit else None,
        amount=amount_key(str(limit[1])) if limit else None,
        owners="".join(f"|{owner}|" for owner in sorted(owners)),
        asked=json.dumps({action: f"2026-01-0{n + 1}T00:00:00Z" for n, action in enumerate(actions)}),
        facilities="".join(f"{link}|" for link in links if link != root),
    )


summaries = st.lists(
    st.builds(
        told_of,
        st.sampled_from(ROOTS),
        st.sampled_from([None, *DAYS]),
        st.sampled_from(_LIMITS),
        st.lists(st.sampled_from([ME, SOMEBODY]), max_size=2, unique=True),
        st.lists(st.sampled_from(["uwFirmOrder", "uwEndorsement", "brReadyForSigning"]), max_size=2, unique=True),
        st.lists(st.sampled_from(ROOTS[:2]), max_size=2, unique=True),
    ),
    max_size=6,
    unique_by=lambda facts: facts.root,
)
"""What summaries tell of some of the slips."""

facts_asked = st.fixed_dictionaries(
    {
        "inception_from": st.sampled_from([None, *DAYS]),
        "inception_to": st.sampled_from([None, *DAYS]),
        "owner": st.sampled_from([None, "mine", "unassigned", "other", "somebody"]),
        "waiting": st.sampled_from([None, True, False]),
        "action": st.sampled_from([None, None, ["firmorder"], ["endorsement", "uwother"]]),
        "declared_to": st.sampled_from([None, None, "a facility"]),
        "limit_over": st.sampled_from([None, ["USD", amount_key("5000000")]]),
    }
)
_facts_meant = st.just(
    {"owner": ((SOMEBODY,),), "declared_to": ROOTS[0], "team": ("acme_marine",), "broker": (("birch",), ())}
)
selections_of_facts = st.builds(_selected, units, _facts_meant, questions, facts_asked)


def told_matches(facts: SummaryFacts | None, query: Query) -> bool | None:
    """Whether what is told of a slip is what is asked for; None where that cannot be said."""
    wants: Any = query.values.get
    tests: list[bool | None] = []
    if facts is None:
        return None if query.facts else True
    if wants("inception_from"):
        tests.append(None if facts.inception is None else facts.inception >= wants("inception_from"))
    if wants("inception_to"):
        tests.append(None if facts.inception is None else facts.inception <= wants("inception_to"))
    if wants("limit_over"):
        tests.append(None if facts.amount is None else facts.currency == "USD" and int(facts.amount) > 5_000_000)
    if wants("waiting") is not None:
        tests.append(wants("waiting") == (facts.asked != "{}"))
    if wants("action"):
        names = {"firmorder": {"uwFirmOrder", "brFirmOrder"}, "endorsement": {"uwEndorsement", "brEndorsement"}}
        meant = {name for kind in wants("action") for name in names.get(kind, {kind})}
        tests.append(any(name in meant for name in json.loads(facts.asked)))
    if wants("owner"):
        mine, theirs = ME in facts.owners, bool(facts.owners) and ME not in facts.owners
        whose = {"mine": mine, "unassigned": not facts.owners, "other": theirs, "somebody": SOMEBODY in facts.owners}
        tests.append(whose[wants("owner")])
    if wants("declared_to"):
        tests.append(ROOTS[0] in facts.facilities)
    if False in tests:
        return False
    return None if None in tests else True
