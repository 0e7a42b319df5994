"""Documents behind a slip as the platform writes them (shapes of the published specification), and names for them."""

from typing import Any, Final

from hypothesis import strategies as st

from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.identity import Company, MarketDirectory, Member

ROOT: Final = "IC0A1B2C3D-0000-4000-8000-00000000000A"
SHORT: Final = "IC0A1B2C3D"
ME: Final = "MU00000000-0000-4000-8000-00000000000A"
BROKER: Final = "acorn_MARINE"
LEADER: Final = "birch_MARINE"
PARTY: Final = "cedar_CARGO"
TOLD: Final = "dogwood_ALL"


class TitledMarket(MarketDirectory):
    """A directory with a single person, in which every company and team is called by its id in capitals."""

    def company_name(self, prefix: str) -> str:
        return prefix.title()

    def team_name(self, channel: str) -> str:
        return channel.partition("_")[2].title()

    def member(self, user_id: str) -> tuple[Member, Company] | None:
        acorn = Company("ACORN", "Acorn", "broker", "acorn", (), ())
        return (Member(ME, "Jo Bright", None), acorn) if user_id == ME else None


NAMES: Final = Names(TitledMarket([]))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON at all."""


def mangled(documents: "st.SearchStrategy[dict[str, Any]]") -> "st.SearchStrategy[dict[str, Any]]":
    """Documents of which some keys hold any JSON at all, or are gone."""

    def mangle(document: dict[str, Any], changes: dict[str, Any], gone: set[str]) -> dict[str, Any]:
        return {key: value for key, value in (document | changes).items() if key not in gone}

    def of(document: dict[str, Any]) -> "st.SearchStrategy[dict[str, Any]]":
        keys = st.sampled_from(sorted(document))
        return st.builds(
            mangle, st.just(document), st.dictionaries(keys, json_values, max_size=3), st.sets(keys, max_size=3)
        )

    return documents.flatmap(of)


def endorsement(number: int = 1, status: str = "Endorsement", **changes: Any) -> dict[str, Any]:
    """An endorsement's contract document."""
    items = [
        _item(0, "NonMRCHeading", "ContractChanges", "CONTRACT CHANGES", "", "self"),
        _item(1, "EndorsementEffectiveDate", "ContractChanges", "EFFECTIVE DATE", "[[Date1]]")
        | {"placeholders": [{"name": "Date1", "value": "3 April 2026", "phType": "Date"}]},
        _item(2, "ContractChanges", "ContractChanges", "CONTRACT CHANGES", "The deductible is USD 5,000."),
        _item(3, "ParticipantChanges", "ContractChanges", "PARTICIPANT CHANGES", ""),
    ]
    return {
        "_id": f"{ROOT}::SIGNED::EN{number}",
        "_rev": "1-a",
        "type": "RWPlacing",
        "channels": [BROKER, LEADER, PARTY, TOLD],
        "createdAt": f"2026-03-0{number % 10} 10:00:00",
        "updatedAt": "2026-03-10 10:00:00",
        "control": {
            "status": status,
            "endorsementNumber": str(number),
            "endorsementType": "standard",
            "placingBrokerChannel": BROKER,
        },
        "MRCContract": {"lineItems": items},
        "proposedEndorsementFollowers": {},
    } | changes


def follower(channel: str, role: str, *, agreed: bool = False, number: int = 1, **changes: Any) -> dict[str, Any]:
    """One carrier's part in an endorsement, as a whole document."""
    agreement = {"dateOfAgreement": "2026-03-05 09:00:00", "user": ME, "instruction": "leaderAndAgreementParties"}
    return (
        {
            "_id": f"{ROOT}::SIGNED::EN{number}::ENF::{channel}",
            "type": "RWEndorsementFollower",
            "channels": [BROKER, channel],
            "updatedAt": "2026-03-05 09:00:00",
            "endorsementDocID": f"{ROOT}::SIGNED::EN{number}",
            "uwrChannel": channel,
            "followerType": role,
        }
        | ({"agreement": agreement} if agreed else {})
        | changes
    )


def activity(kind: str, at: str, *, parent: str = f"{ROOT}::SIGNED::EN1", **changes: Any) -> dict[str, Any]:
    """One entry of the history."""
    return {
        "_id": f"{parent}::ACTI::{kind} {at}",
        "type": "RWActivity",
        "hardcodedActivity": kind,
        "activity": kind,
        "createdAt": at,
        "userID": ME,
        "parentDocID": parent,
        "channels": [BROKER],
    } | changes


def comment(name: str, text: str, *, internal: object = False, **changes: Any) -> dict[str, Any]:
    """A comment."""
    return {
        "_id": f"{ROOT}::CHAT::{name}",
        "type": "RWComment",
        "channels": [BROKER, LEADER],
        "createdAt": "2026-03-05 09:00:00",
        "comment": text,
        "user": ME,
        "isInternal": internal,
    } | changes


def summary(
    root: str = ROOT, *, updated: str = "2026-03-05 09:00:00", channel: str = BROKER, **changes: Any
) -> dict[str, Any]:
    """A risk as the inbox has it."""
    facts: dict[str, Any] = {
        "_id": f"RWRiskSummary::{root}::{channel}",
        "rootID": root,
        "updatedAt": updated,
        "actions": [],
        "docs": [],
        "filters": [],
    }
    return facts | changes


def _item(index: int, heading: str, section: str, title: str, text: str, original: str = "") -> dict[str, Any]:
    return {
        "index": index,
        "mrcHeading": heading,
        "mrcSection": section,
        "originalHeading": title,
        "originalSection": original,
        "elements": [{"index": 0, "text": text}][: len(text)],
        "placeholders": list[Any](),
    }
