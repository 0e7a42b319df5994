"""The platform's words for what happened to a risk (platform.md 7): a fixed list, though clients may add their own."""

import difflib
import re
from typing import Final

from whitespace_mcp.terms.text import fold

ACTIVITIES: Final = tuple(
    """\
A Line Was Removed|A Subjectivity Was Removed|Accepted a Quote|Accepted Endorsement|Added an Attachment
Added an Attachment from a Subjectivity Response|Attachment deleted|Attachment(s) shown|Bindable Line Written
Bindable Quote Not Taken Up|Bindable Quote Shown|Bound notify party|Broker Attempted To Satisfy A Subjectivity
Broking Partner Request|Changed or Added a Line item|Changed or Added Quote Details|Cloned a Quote|Cloned Endorsement
Cloned From Declaration|Cloned From Risk|Cloned From Template|Completed Endorsement|Contract Correction Approved
Contract Correction Completed|Contract Correction Declined|Contract Correction Deleted|Contract Correction Revoked
Contract Correction Shown|Contract Correction Withdrawn|Created Bindable Quote|Created New Draft
Created New Endorsement|Declaration shown to Facility|Declined Bindable Quote|Declined Endorsement|Declined Firm Order
Declined Quote Request|Deleted contract sections|Draft was Deleted|Endorsement was Deleted
Internal Broker Notes Edited|Internal Review: Contract Approved|Internal Review: Contract Rejected
Internal Review: Request Withdrawn|Internal Review: Requested|Internal Review: Self-Approved
Library IDs Associated with Line Items|Line Conditions/Subjectivities were updated|Line Percentage Was Revised
Line Reference Was Revised|Line Removal Accepted|Line Removal Rejected|Line Removal Request|Line Removed|Line Written
Marked as Firm Order|Marked Facility Active|Marked Facility Expired|Marked Facility Inactive|Marketed Risk
Mid-Term Participant Change Completed|Off-Platform Bindable Line Written|Off-Platform line was adjusted
Off-Platform Line Written|Proposed a new Written Line Percentage|Questionnaire Answers Updated|Questionnaire Removed
Questionnaire Structure Updated|Quote Being Prepared was Deleted|Quote in Preparation|Quote Not Taken Up
Quote Requested|Quote was forwarded as a Marketed risk|Quote was forwarded as a Request To Quote|Quoted
Quoted with Quote Details|Re-Signed Line(s)|Replaced an Attachment|Request Received from Unapproved Broker
Request to Quote cloned to a Draft|Requested a Line|Responded to Subjectivity Response|Responded to Unapproved Broker
Returned to Broking Partner|Section Assigned to Shown Contract|Sent New Quote Request|Shared Endorsement
Shared Facility|Showed Endorsement|Showed Marketed Risk for Quote|Showed to Following Market
Signed Contract reverted to Firm Order|Signed Lines|Stamp Update Accepted|Stamp Update Rejected
Stamp Update Submitted|Subjectivities/Line Conditions Accepted|Subjectivities/Line Conditions Rejected
Template Applied|Template Visibility|Vertical Terms Updated|Viewed Attachment|Withdrew Bindable Quote
Withdrew Endorsement|Withdrew Firm Order|Withdrew Quote|Withdrew Quote Request|Wrote No Cover Given Line""".replace(
        "\n", "|"
    ).split("|")
)
"""Published as in use. The search for one kind wants case, spaces and punctuation exactly so."""

RESERVED: Final = (
    "Accepted a Quote Request", "Accepted on behalf of Buyer", "Created New Placement", "Offered Quote",
    "Placing Updated", "Sent to Broker",
)  # fmt: skip
"""Listed as not implemented, but offered by the platform's own help or seen in its samples."""

_WORD: Final = re.compile(r"[a-z]+")
_FILLERS: Final = frozenset({"a", "an", "the", "was", "were", "is", "of", "to", "as", "or"})
_MOST: Final = 5
"""Kinds that are told as near."""


def activity_named(word: str) -> str | None:
    """The published kind that a person means: any case, order of words, plural; None if it is none of them."""
    return _BY_LOWER.get(fold(word)) or _BY_KEY.get(_key(word))


def activities_like(word: str) -> list[str]:
    """Published kinds that share a word's words, slips of the pen allowed; the shortest first."""
    words = {next(iter(difflib.get_close_matches(part, _VOCABULARY, n=1, cutoff=0.75)), part) for part in _key(word)}
    sharing = sorted(
        (name for key, name in _BY_KEY.items() if words and words <= key), key=lambda name: (len(name), name)
    )
    near = difflib.get_close_matches(fold(word), _BY_LOWER, n=_MOST, cutoff=0.6)
    return list(dict.fromkeys([*sharing, *(_BY_LOWER[name] for name in near)]))[:_MOST]


def _key(text: str) -> frozenset[str]:
    words = _WORD.findall(fold(text))
    return frozenset(word.removesuffix("s") for word in words if word not in _FILLERS)


_BY_LOWER: Final = {fold(name): name for name in (*ACTIVITIES, *RESERVED)}
_BY_KEY: Final = {_key(name): name for name in reversed((*ACTIVITIES, *RESERVED))}
_VOCABULARY: Final = sorted({word for key in _BY_KEY for word in key})
