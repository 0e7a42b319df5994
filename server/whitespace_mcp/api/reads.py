"""Every request that this server can make of the platform: an allow-list, so that a write cannot happen by accident.

Each is a documented read (platform.md 1.3, 3, 5 and 6). The client takes nothing else.
"""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from whitespace_mcp.config.errors import NotFound


@dataclass(frozen=True)
class Read:
    """A method and a path template, below the API's address or, for exports, below the platform's root."""

    method: Literal["GET", "POST"]
    template: str
    below: Literal["api", "root"] = "api"

    def path(self, **ids: str) -> str:
        """The path with ids percent-encoded; `::` stays, as in all of the vendor's code (platform.md 1.4).

        Raises:
            NotFound: an id that could not be one.
        """
        return self.template.format(**{name: _segment(value) for name, value in ids.items()})


VERSION: Final = Read("GET", "/version")
MY_DETAILS: Final = Read("GET", "/user/myDetails")
PERSON: Final = Read("GET", "/lookup/person/{email}")
CORPORATE: Final = Read("GET", "/shared/corporate")
RISKS: Final = Read("GET", "/risks")
SUMMARY: Final = Read("GET", "/summary")
SUMMARY_SEARCH: Final = Read("POST", "/summary")
SUMMARY_PINNED: Final = Read("GET", "/summary/pinned")

SLIP_DOCUMENTS: Final = Read("GET", "/risks/root/{root}")
CONTRACT: Final = Read("GET", "/risks/{document}")
EXTENDED_CONTRACT: Final = Read("GET", "/risks/{document}/getExtendedMRC")
LINE_ITEMS: Final = Read("GET", "/risks/{document}/lineitem/{heading}")
RELATED: Final = Read("GET", "/risks/{root}/related/{type}")
OVERVIEW: Final = Read("GET", "/overview/{root}")
DOCUMENT: Final = Read("GET", "/documents/{document}")
LINE_GUIDANCE: Final = Read("GET", "/documents/getLineGuidanceForRoot/{root}")
LINE_SETS: Final = Read("GET", "/lines/{root}/combinedSets")
QUOTE: Final = Read("GET", "/risks/{document}/getQuoteDetails")
ENDORSEMENTS: Final = Read("GET", "/endorsements/{root}")
FOLLOWERS: Final = Read("GET", "/risks/{document}/endorsementFollowers")
OWNERS: Final = Read("GET", "/owner/{root}")
LABELS: Final = Read("GET", "/labels/{root}")
ACTIVITIES: Final = Read("GET", "/activities/{root}/full")
ACTIVITY_SEARCH: Final = Read("POST", "/activities/filter")
DEFINED_DATA: Final = Read("GET", "/v23.09/data/{document}")
DEFINED_DATA_TAGSET: Final = Read("GET", "/v23.09/data/{document}/tagset/{tagset}")
ANSWERED_QUESTIONS: Final = Read("GET", "/v23.09/data/questionnaire/{document}")
QUESTIONNAIRE: Final = Read("GET", "/questionnaire/{document}")
HEADINGS: Final = Read("GET", "/lookup/headings")
ATTACHMENTS: Final = Read("GET", "/attachments/{root}")
ATTACHMENT: Final = Read("GET", "/attachments/{parent}/{attachment}")
CONTRACT_PDF: Final = Read("GET", "/export/pdf/{document}", below="root")
CONTRACT_PDF_POST: Final = Read("POST", "/export/pdf/{document}", below="root")

HISTORY_OF_DOCUMENT: Final = Read("GET", "/activities/{document}")
ACTIVITY_HELP: Final = Read("GET", "/activities/filter/help")
ATTACHMENTS_ARRAY: Final = Read("GET", "/attachments/array/{root}")
ANNOUNCEMENTS: Final = Read("GET", "/comments/global")
CUSTOMER_DATA: Final = Read("GET", "/customer/{team}/{reference}")
OLD_DATA: Final = Read("GET", "/v22.04/data/{document}")
OLD_DATA_TAGSET: Final = Read("GET", "/v22.04/data/{document}/tagset/{tagset}")
APPROVED_CARRIERS: Final = Read("GET", "/documents/corporateApprovedCarriers/getAll")
SUGGESTED_LABELS: Final = Read("GET", "/labels/suggested")
TEAM_LABELS: Final = Read("GET", "/labels/teamLabels")
HEADING_CHECK: Final = Read("GET", "/lookup/check/{heading}")
HEADINGS_IN_SECTION: Final = Read("GET", "/lookup/headingsInSection/{section}")
ENDORSEMENT_HEADINGS: Final = Read("GET", "/lookup/endorsementHeadingsInSection/{section}")
NAME_VARIATIONS: Final = Read("GET", "/lookup/namevariations")
MEMBER_STATES: Final = Read("GET", "/shared/corporate/memberStates")

READS: Final = tuple(value for value in dict(globals()).values() if isinstance(value, Read))
"""All of them."""


def _segment(value: str) -> str:
    encoded = quote(value, safe=":", errors="replace")
    if not value.strip() or encoded.strip(".") == "":
        raise NotFound("There is nothing with an empty id", do="Pass an id from an earlier answer.")
    return encoded
