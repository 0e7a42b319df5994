"""What words of an answer mean, in few words: actions, flags and states that nobody should have to guess at.

An answer that uses such words carries their meanings once, under `meaning`. Add a word here, in one place.
"""

from collections.abc import Iterable
from typing import Final

ACTIONS: Final = {
    "uwFirmOrder": "a firm order to answer: write a line or decline",
    "uwRequestToQuote": "a request to quote to answer",
    "uwEndorsement": "an endorsement to agree or decline",
    "uwSubjectivity": "a subjectivity to attend to",
    "brReadyForSigning": "a firm order ready for signing",
    "brQuoteReceived": "a quote was received",
    "brFirmOrder": "a firm order to follow up",
    "brEndorsement": "an endorsement to follow up",
    "brSubjectivity": "a subjectivity to answer",
    "reviseWrittenLine": "a change to a written line was asked for",
    "reviseWrittenLinePercentageResponse": "an answer about a line's percentage",
    "reviseWrittenLineReferenceResponse": "an answer about a line's reference",
    "respondedToSubjectivity": "the broker has answered a subjectivity",
    "responedToSubjectivity": "the broker has answered a subjectivity",
    "wroteNoCoverGivenLine": "a carrier wrote a line that gives no cover",
    "editedLeadUnderwriterLineItem": "the leader changed a line of the contract",
    "updatedConditions": "a carrier changed its conditions or subjectivities",
    "rejectedSubjectivityResponse": "the carrier did not accept the answer to a subjectivity",
    "requestedSecondApproval": "an internal second approval was asked for",
    "withdrawnSecondApproval": "the request for a second approval was withdrawn",
    "stampUpdateSubmitted": "a change of stamps to accept or reject",
    "rollbackSignedRisk": "a signed contract went back to firm order",
    "lineRemovalRequest": "a request to remove a line",
    "lineRemovalAccepted": "a line's removal was accepted",
    "lineRemovalRejected": "a line's removal was rejected",
    "lineRemoved": "a line was removed",
}
"""Tasks and alerts of the platform's inbox (platform.md 4.4, 5.1), in its own spelling, the misspelt one included."""

FLAGS: Final = {
    "to_stand": "the line may not be signed down",
    "off_platform": "recorded by the broker for a carrier that is not on the platform",
    "not_accepted": "conditions or subjectivities that the broker has not accepted yet",
    "not_written": "asked for a line on the firm order, and none is recorded",
    "no_participation": "a line of 0 %",
    "unreadable": "the percentage cannot be read; it is in no total",
    "placed: unreadable": "the order, or a line, cannot be read, so they are not compared",
    "placed: not every line is visible": "its sums may not be the whole; unknown=true, show=placed lists them",
    "copies_differ": "visible copies of this line differ; the latest is shown",
    "no_cover_given": "written without giving cover; in no total",
    "quoted": "offered for a price; binds nobody",
    "bindable": "a quote that becomes a line when the broker accepts it",
    "quote_request": "asked for a quote; not a quote",
    "conflict": "places of the record name different ones",
    "facility": "others are declared to it",
    "facilities": "those that it is declared to",
    "umr_shared": "another slip has the same UMR",
    "no_b": "UMRs without their leading B",
    "padded": "UMRs with blanks, hyphens or other characters that do not count",
    "malformed": "not of the form of a UMR",
    "shared": "several slips have the same UMR",
    "found_in": "organisations searched; this one alone has the risk",
    "in_several": "seen by several of them, and counted in each",
    "reckoned": "arithmetic on the contract's figures; not in the record",
    "current": "false: not the document that gives its slip's stage",
}
"""Keys and values of our own."""

STATES: Final = {
    "notYetResponded": "the broker has not answered",
    "awaiting": "answered, the carrier has to accept",
    "accepted": "the carrier has accepted",
    "answered": "the broker has answered; the carrier has to accept it",
    "rejected": "the carrier did not accept the answer",
    "deadlineExpired": "not accepted; its time is over by the platform, whatever day is due",
    "expired": "not accepted, and its time is over by the platform; not open",
    "holdingCover": "there is cover meanwhile, while the subjectivity is open",
    "noCoverGiven": "no cover until the subjectivity is met",
    "awaiting_agreement": "shown, and somebody who is asked has not agreed",
    "agreed": "all who are asked have agreed; the broker has not completed it",
    "completed": "in force: the broker has completed it",
    "contradicted": "recorded as completed, yet somebody who is asked has not agreed",
    "in_preparation": "not shown to carriers yet",
}
"""States of subjectivities and endorsements."""

MEANINGS: Final = {word.casefold(): meaning for word, meaning in (FLAGS | STATES | ACTIONS).items()}
"""All of them, by the word in small letters."""


def meanings_of(words: Iterable[str | None]) -> dict[str, str] | None:
    """The meanings of those of some words that have one, by word, each once; None if none has."""
    meanings = {word: MEANINGS[word.casefold()] for word in words if word and word.casefold() in MEANINGS}
    return meanings or None
