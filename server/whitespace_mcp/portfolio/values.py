"""What callers give to filters, read into the form in which rows hold it: plain data, equal where it means the same."""

import calendar
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from whitespace_mcp.config.errors import BadArgument
from whitespace_mcp.portfolio.summary_facts import money
from whitespace_mcp.terms.ids import umr_key
from whitespace_mcp.terms.meanings import ACTIONS
from whitespace_mcp.terms.moments import asked_instant, written_day
from whitespace_mcp.terms.stages import PENDING_FILTERS, STAGES, stage_named
from whitespace_mcp.terms.text import clean, fold, plain, squeeze

NEAR: Final = 0.6
"""How alike two words are, by difflib's ratio, for one to be suggested for the other."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "firmorder": ("uwFirmOrder", "brFirmOrder"),
    "quoterequest": ("uwRequestToQuote",),
    "requesttoquote": ("uwRequestToQuote",),
    "endorsement": ("uwEndorsement", "brEndorsement"),
    "subjectivity": (
        "uwSubjectivity", "brSubjectivity", "respondedToSubjectivity", "responedToSubjectivity",
        "rejectedSubjectivityResponse",
    ),
    "quotereceived": ("brQuoteReceived",),
    "quote": ("brQuoteReceived",),
    "readyforsigning": ("brReadyForSigning",),
    "signing": ("brReadyForSigning",),
}  # fmt: skip
"""What people call the platform's inbox actions."""


_SHORT_AMOUNT: Final = re.compile(r"([A-Z]{3}) ?([\d,]{1,12}(?:\.\d{1,4})?) ?(K|MN?|MIO|MILLION|BN?|BILLION)", re.ASCII)
_UNITS: Final = {"K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_OWNERS: Final = {
    **dict.fromkeys(("me", "my", "myself", "i", "you"), "mine"),
    **dict.fromkeys(("none", "nobody", "no one", "no owner", "(none)"), "unassigned"),
    "others": "other",
    **dict.fromkeys(("left", "leavers", "suspended", "not live"), "inactive"),
}
"""Other words for whose a slip is."""
_ELSEWHERE: Final = {
    **dict.fromkeys(
        ("bound", "live", "inforce", "onrisk", "active", "placed"),
        "Signed contracts are stage=signed (in force: with expiry_from), firm orders with all lines stage=firm_order"
        " and placed=full.",
    ),
    **dict.fromkeys(("expired", "lapsed", "renewals"), "Pass stage=signed with expiry_to, and sort=expiry."),
    **dict.fromkeys(("short", "incomplete"), "Pass stage=firm_order with placed=short."),
    **dict.fromkeys(("open", "pending", "outstanding"), "get_open_items lists what is open, my_desk what waits."),
}
"""Words that people use like stages, squeezed, and where that is found."""
_OF_SLIPS: Final = frozenset({"inception_from", "inception_to", "expiry_from", "expiry_to"})
_LISTED: Final = "; what has none is listed by unknown=true."
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


def as_is(_: str, value: Any) -> Any:
    """The value as it is."""
    return value


def words(_: str, value: Sequence[str]) -> list[str]:
    """Words of a fixed list; their order does not matter."""
    return sorted(set(value))


def folded(_: str, text: str) -> str:
    """A name as names are compared."""
    return fold(text)


def owner(_: str, text: str) -> str:
    """Whose a slip is, a name as names are compared."""
    key = fold(text)
    return _OWNERS.get(key, key)


def plainly(_: str, text: str) -> str:
    """An id or a UMR, in the signs that everybody can type."""
    return plain(text)


def umr(argument: str, text: str) -> str:
    """A UMR as UMRs are compared."""
    key = umr_key(text)
    if text.strip() and not key:
        raise BadArgument(argument, "holds no letter or digit", example="B0999ABC123")
    return key


def stages(argument: str, words: Iterable[str]) -> list[str]:
    """Stages, by the words that people use."""
    return sorted({_stage(argument, word) for word in words})


def statuses(argument: str, words: Iterable[str]) -> list[str]:
    """The platform's own words, squeezed."""
    by_key = {squeeze(word): word for word in words}
    for word in by_key.values():
        _refuse_pending(argument, word)
    return sorted(by_key)


def actions(argument: str, words: Iterable[str]) -> list[str]:
    """Kinds of open actions, or the platform's names of them, squeezed."""
    kinds = sorted({_kind(squeeze(word)) for word in words})
    if not all(kinds):
        raise BadArgument(argument, "holds an empty word", allowed=f"Any of: {', '.join(sorted(ACTIONS)[:6])} ...")
    return kinds


def action_names(kinds: Iterable[str]) -> list[str]:
    """The names, lower case, that actions of some kinds have on the platform."""
    return [name.lower() for kind in kinds for name in KINDS.get(kind, (kind,))]


def moment(argument: str, text: str) -> str | None:
    """An instant; a bare date is 00:00 UTC."""
    return asked_instant(argument, plain(text)) if text.strip() else None


def day(argument: str, text: str) -> str | None:
    """The day of `2026-01-31`; of a month, as groups show it, the first, or as the end of a range the last."""
    if not text.strip():
        return None
    try:
        if month := _MONTH.fullmatch(plain(text)):
            year, number = int(month[1]), int(month[2])
            last = calendar.monthrange(year, number)[1]
            return date(year, number, last if argument.endswith("_to") else 1).isoformat()
        return (written_day(plain(text)) or date.fromisoformat(plain(text))).isoformat()
    except ValueError:
        raise BadArgument(
            argument,
            "is not a date",
            allowed="A day in ISO 8601, or a month" + (_LISTED if argument in _OF_SLIPS else "."),
            example="2026-01-31",
        ) from None


def amount(argument: str, text: str) -> list[str] | None:
    """Currency and amount of `USD 5,000,000`."""
    figure = money(_in_full(plain(text).upper()))
    if figure is None and text.strip():
        raise BadArgument(
            argument,
            "is not an amount with its currency",
            allowed="A currency's three letters, then the whole amount.",
            example="USD 5,000,000",
        )
    return list(figure) if figure else None


def _in_full(text: str) -> str:
    """`USD 5000000` of `USD 5M`, as people write it."""
    match = _SHORT_AMOUNT.fullmatch(text)
    if match is None:
        return text
    amount = Decimal(match[2].replace(",", "")) * _UNITS[match[3][0]]
    return f"{match[1]} {amount.normalize():f}"


def in_order(values: Mapping[str, Any], first: str, last: str, *, exclusive: bool = False) -> None:
    """Refuse dates the wrong way round.

    `values` are those of the filters, `first` and `last` the names of two of them; `exclusive`: the last is not in it.
    """
    if first in values and last in values and values[first] > values[last]:
        raise BadArgument(first, f"is later than '{last}'", allowed="Swap the two, or leave one out.")
    if exclusive and first in values and values[first] == values.get(last):
        raise BadArgument(last, f"is exclusive and the same as '{first}'", allowed="Pass the month behind it.")


def _kind(word: str) -> str:
    """One spelling for a kind of action, its plural included."""
    for name in (word, word.removesuffix("s"), word.removesuffix("ies") + "y"):
        if name in KINDS:
            return "quoterequest" if name == "requesttoquote" else name
    return word


def _stage(argument: str, word: str) -> str:
    stage = stage_named(word)
    if stage is None:
        _refuse_pending(argument, word)
        if elsewhere := _ELSEWHERE.get(squeeze(word)):
            raise BadArgument(argument, "is given a word that is no stage of its own", allowed=elsewhere)
        near = difflib.get_close_matches(squeeze(word), [squeeze(stage) for stage in STAGES], n=1, cutoff=NEAR)
        hint = next((f"Did you mean {stage}? " for stage in STAGES if squeeze(stage) in near), "")
        raise BadArgument(
            argument, "is not a stage", allowed=f"{hint}Any of: {', '.join(STAGES)}.", example='["firm_order"]'
        )
    return stage


def _refuse_pending(argument: str, word: str) -> None:
    stage = PENDING_FILTERS.get(squeeze(word))
    if stage is not None:
        raise BadArgument(
            argument,
            f"is given {clean(word, 40)}, a filter of the platform's inbox and not a status: no document has it",
            allowed=f"Use stage=['{stage}'] for the documents themselves; my_desk shows what waits for your team.",
        )
