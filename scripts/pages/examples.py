"""The questions that docs/tools.md answers: what a person asks, and the call that an assistant makes of it."""

from typing import Any, Final, NamedTuple

BROKER: Final = "CALDERFINCH"
CARRIER: Final = "MARROWGATE"

SIGNED: Final = "Blackthorne-Mere Petroleum Offshore Package 2026"
ENDORSED: Final = "Ironquill Capital D&O XS GBP 10M 2026/27"
OPEN: Final = "Tamarisk Paper Mills Primary USD 25M 2026"
OVERWRITTEN: Final = "Hearthstone Surveyors PI 2026"
QUOTED: Final = "Falconhurst Helicopters Hull & Liabilities 2026"
FACILITY: Final = "Ironquill Ports Marine Liability Facility 2025"
SLIPS: Final = (SIGNED, ENDORSED, OPEN, OVERWRITTEN, QUOTED, FACILITY)
"""Slips of the broker's book, by title; in a call a title stands for the id."""


class Example(NamedTuple):
    """One question.

    Attributes:
        asked: by a person.
        job: what it belongs to; 0 is the main job, the others are those of `JOBS`.
        tool: what is called, and with which `arguments`.
    """

    asked: str
    job: int
    tool: str
    arguments: dict[str, Any]


JOBS: Final = (
    "The book, in one organisation or in all",
    "A risk on a card",
    "What the contract says",
    "Lines, against the order",
    "Endorsements",
    "What happened, and what changed",
    "Messages",
    "Documents and files",
    "Structured data",
    "My desk",
    "People and companies",
    "Anything else that can be read",
    "The whole book in depth: what runs out, what is short, whom we wait for",
)

ASKS: Final = {
    "whoami": "the platform's version",
    "list_organisations": "nothing once they are known; with `refresh` the search for them again",
    "switch_org": "the login's details in that organisation",
    "get_risks": "nothing while the lists are fresh, else each list; what only summaries tell comes in pages of 60,"
    " what only contracts and lines tell slip by slip, once",
    "summarise_risks": "the same as `get_risks`",
    "export_risks": "the same as `get_risks`",
    "get_risk": "the contract, what stands behind the slip, its owners, its labels, and a summary for each own team"
    " that the slip is with, two at most; and its endorsements, if it has some",
    "get_lines": "the contract and what stands behind the slip; one more for each quote shown, six at most",
    "get_open_items": "of a risk the contract, what stands behind it, its endorsements if it has some, and a summary"
    " for each own team that it is with, two at most; of the book what is not known yet of each slip",
    "show_placement": "the same as `get_lines`",
    "show_book": "the lists while they are not fresh, and what is not known yet of signed slips and firm orders",
    "get_wording": "the contract",
    "compare_risks": "both contracts",
    "get_endorsements": "the endorsements, the carriers' parts in them, and the history",
    "get_history": "a risk's history; or one search for each kind of activity; or one page for each 60 risks that"
    " changed, 20 at most, and the history of each risk that is shown",
    "get_messages": "comments and broker messages; with `internal` what stands behind the slip instead",
    "get_documents": "the attachments; to save, each file that is not there yet",
    "get_data": "the data, or the headings; for a questionnaire its answers and its questions",
    "my_desk": "one page for each 60 risks that match, 20 at most; without the right to filter, for each 60 at all",
    "find_people": "nothing once the directory is known",
    "read_platform": "that one operation",
}
"""What each tool asks of the platform, six requests at a time at most; tests/tools/test_tool_requests.py counts."""

EXAMPLES: Final = (
    Example("Who am I logged in as?", 0, "whoami", {}),
    Example("Which organisations do I work for?", 0, "list_organisations", {}),
    Example("Switch to the underwriting side.", 0, "switch_org", {"organisation": CARRIER}),
    Example("How many risks are in each, by stage?", 0, "get_risks", {"organisation": "all", "page_size": 0}),
    Example(
        "Our hull firm orders, two at a time?", 0, "get_risks",
        {"organisation": BROKER, "stage": ["firm order"], "name": "hull", "page_size": 2},
    ),
    Example(
        "What incepts in January with a limit over USD 10 million, and whose is it?", 0, "get_risks",
        {
            "organisation": BROKER, "inception_from": "2027-01-01", "inception_to": "2027-01-31",
            "limit_over": "USD 10,000,000", "show": ["inception", "limit", "owner"], "page_size": 3,
        },
    ),
    Example(
        "Which brokers have signed facilities with us?", 0, "summarise_risks",
        {"organisation": CARRIER, "group_by": ["broker"], "stage": ["signed"], "facility": "only"},
    ),
    Example(
        "What expires in the next sixty days?", 12, "get_risks",
        {
            "organisation": BROKER, "stage": ["signed"], "expiry_from": "2026-11-23", "expiry_to": "2027-01-22",
            "show": ["expiry"], "sort": "expiry", "page_size": 3,
        },
    ),
    Example(
        "Which firm orders are short, the furthest from full first?", 12, "get_risks",
        {"organisation": BROKER, "placed": ["short"], "sort": "shortfall", "page_size": 3},
    ),
    Example(
        "Which firm orders do we lead on the underwriting side?", 12, "get_risks",
        {"organisation": CARRIER, "stage": ["firm order"], "leader": "us", "page_size": 3},
    ),
    Example(
        "Which contracts do both of my organisations see?", 0, "get_risks",
        {"organisation": "all", "in_several": True, "stage": ["signed"], "page_size": 2},
    ),
    Example(
        "And who was asked on them and has not written?", 12, "get_open_items",
        {
            "organisation": BROKER, "stage": ["firm order"], "kind": ["line"], "lies_with": "carrier",
            "page_size": 3,
        },
    ),
    Example(
        "Which subjectivities run out this week?", 12, "get_open_items",
        {
            "organisation": BROKER, "kind": ["subjectivity"], "due_from": "2026-11-23", "due_to": "2026-11-29",
            "page_size": 3,
        },
    ),
    Example(
        "What is declared to that facility?", 12, "get_risks",
        {"organisation": BROKER, "declared_to": FACILITY, "page_size": 3},
    ),
    Example(
        "What does Rhys Weatherall sit on, the longest first?", 12, "get_risks",
        {"organisation": BROKER, "owner": "Rhys Weatherall", "waiting": True, "sort": "waiting", "page_size": 3},
    ),
    Example("Tell me about this risk.", 1, "get_risk", {"organisation": BROKER, "risk": SIGNED}),
    Example("What is in the slip?", 2, "get_wording", {"organisation": BROKER, "risk": OPEN}),
    Example(
        "Read me the conditions and the premium.", 2, "get_wording",
        {"organisation": BROKER, "risk": OPEN, "heading": ["Conditions", "Premium"]},
    ),
    Example(
        "What does it say about notice?", 2, "get_wording", {"organisation": BROKER, "risk": OPEN, "search": "notice"},
    ),
    Example(
        "What differs between these two?", 2, "compare_risks", {"organisation": BROKER, "risk": OPEN, "other": SIGNED},
    ),
    Example("How far is it written, and what is open?", 3, "get_lines", {"organisation": BROKER, "risk": OPEN}),
    Example(
        "It is over. What would the lines sign down to?", 3, "get_lines",
        {"organisation": BROKER, "risk": OVERWRITTEN, "indicate_signing": True},
    ),
    Example("What is in the way of signing?", 3, "get_open_items", {"organisation": BROKER, "risk": OPEN}),
    Example("Show me how it is placed.", 3, "show_placement", {"organisation": BROKER, "risk": OVERWRITTEN}),
    Example("Show me both books.", 2, "show_book", {"organisation": "all"}),
    Example("And the signed one, as the carrier sees it?", 3, "get_lines", {"organisation": CARRIER, "risk": SIGNED}),
    Example("What has been quoted?", 3, "get_lines", {"organisation": BROKER, "risk": QUOTED}),
    Example(
        "Which endorsements are there, and whom do they wait for?", 4, "get_endorsements",
        {"organisation": BROKER, "risk": ENDORSED},
    ),
    Example("What happened on this risk?", 5, "get_history", {"organisation": BROKER, "risk": SIGNED}),
    Example(
        "Which lines have we written since mid-October?", 5, "get_history",
        {"organisation": CARRIER, "activity": ["Line Written"], "since": "2026-10-15"},
    ),
    Example("What changed since Friday?", 5, "get_history", {"organisation": CARRIER, "since": "2026-11-20"}),
    Example("What have they written to us?", 6, "get_messages", {"organisation": BROKER, "risk": OPEN}),
    Example(
        "And what is internal about the signed one?", 6, "get_messages",
        {"organisation": BROKER, "risk": SIGNED, "internal": True},
    ),
    Example(
        "Save all firm orders for a spreadsheet, with their limits.", 7, "export_risks",
        {"organisation": BROKER, "stage": ["firm order"], "show": ["limit"], "format": "csv"},
    ),
    Example("Which files are with it?", 7, "get_documents", {"organisation": BROKER, "risk": SIGNED}),
    Example("Give me its tagged values.", 8, "get_data", {"organisation": BROKER, "risk": OPEN}),
    Example(
        "The premium, under the ACORD GPM name?", 8, "get_data",
        {"organisation": BROKER, "risk": OPEN, "what": "ACORDGPM", "find": ["premium"]},
    ),
    Example(
        "What did the insured answer?", 8, "get_data",
        {"organisation": BROKER, "risk": OVERWRITTEN, "what": "questionnaire"},
    ),
    Example(
        "Which MRC headings are about claims?", 8, "get_data",
        {"organisation": BROKER, "what": "headings", "find": ["claims"]},
    ),
    Example("What waits for us the longest?", 9, "my_desk", {"organisation": CARRIER, "sort": "oldest"}),
    Example("And which risks are mine?", 9, "my_desk", {"organisation": CARRIER, "show": "mine"}),
    Example("Who is Marrowgate?", 10, "find_people", {"organisation": BROKER, "company": "Marrowgate"}),
    Example(
        "Who is in their Aviation team?", 10, "find_people",
        {"organisation": BROKER, "company": "Marrowgate", "team": "Aviation", "who": True},
    ),
    Example(
        "Who owns it, as the platform has it?", 11, "read_platform",
        {"organisation": BROKER, "operation": "owners", "risk": OPEN},
    ),
)  # fmt: skip
