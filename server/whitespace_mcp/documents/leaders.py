"""Who leads, as each place of the record says it; never inferred from the size of lines (platform.md 5.5)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.documents.contract import Contract, is_known, section_label
from whitespace_mcp.documents.contract_values import tag_facts
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.participation import section_leaders
from whitespace_mcp.terms.text import fold, typed

NAME: Final = 80
_LEAD_IN: Final = re.compile(r"(?:the )?(?:(?:slip|bureau|contract) )?leader(?: is|:| shall be) +(?=\S)", re.IGNORECASE)
"""Words before a name that is written out: `The Slip Leader is Kestrel`."""
_NOBODY: Final = frozenset(
    {
        "", "tba", "tbc", "tbd", "to be advised", "to be agreed", "to be confirmed", "to be decided", "none", "nil",
        "n/a", "not applicable", "not known",
    }
)  # fmt: skip
"""What stands where no leader is named yet."""


@dataclass(frozen=True)
class LeaderMention:
    """One place that names a leader, and what is led there: the `slip`, the `bureau`'s part, or a `section` by its id.

    `party` is the leader as named there: a channel such as `birch_MARINE`, or a name.
    """

    of: Literal["slip", "bureau", "section"]
    section: str | None
    party: str
    source: str

    @property
    def is_channel(self) -> bool:
        """Whether `party` is a channel, which the directory can name."""
        return party_is_channel(self.party)


def party_is_channel(party: str) -> bool:
    """Whether a leader is named by a channel, such as `birch_MARINE`, and not in words."""
    return "_" in party and " " not in party


def leader_mentions(contract: Contract, documents: Iterable[Document]) -> list[LeaderMention]:
    """Everything that names a leader: the contract's tags and headings, its control block, the slip's sections."""
    return [
        *_in_text(contract, "slip", "Contract_Leader_Name", "SlipLeader"),
        *_in_control(contract),
        *_in_text(contract, "bureau", "Bureau_Leader_Name", "BureauLeader"),
        *(
            LeaderMention("section", section, party, source)
            for section, party, source in section_leaders(documents)
            if is_known(party)
        ),
    ]


def _in_text(contract: Contract, of: Literal["slip", "bureau"], tag: str, heading: str) -> Iterator[LeaderMention]:
    facts = tag_facts(contract, tag)
    text = contract.name_under(heading) if not facts else None
    for fact in [*facts, *([text] if text else [])]:
        sentence = _LEAD_IN.match(fact.value)
        party = typed(fact.value[sentence.end() :].removesuffix(".") if sentence else fact.value, NAME)
        if fold(party) not in _NOBODY:
            yield LeaderMention("section" if fact.section else of, fact.section, party, fact.source)


def _in_control(contract: Contract) -> Iterator[LeaderMention]:
    for key in ("leadUnderwriterChannel", "leadUnderwriter"):
        party = contract.word(key)
        if party:
            yield LeaderMention("slip", None, party, f"control {key}")
            return


def leader_label(mention: LeaderMention) -> str:
    """What is led, in words: `slip`, `bureau`, `section 2`."""
    return f"section {section_label(mention.section)}" if mention.section else mention.of
