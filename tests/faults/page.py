"""docs/reliability.md, made from the tables that the tests of this folder run."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from faults import test_accounts, test_unreachable
from faults.calls import KINDS, MEANING, Kind
from faults.depth import COURSES, READ_WELL, rows
from faults.messages import HOST, TRIED, WHO, Outcome
from faults.promises import PROMISES
from faults.table import GROUPS, PLACES
from whitespace_mcp.portfolio.depth_failures import MOST_TRIES

PROMISING: Final = (test_accounts, test_unreachable)
"""Importing these fills `PROMISES`."""
PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
STAND_INS: Final = {
    HOST: "sandbox.whitespace.co.uk",
    f"to {WHO}": "to the platform",
    TRIED: "",
    "1 MB": "128 MB",
}
HEAD: Final = """\
# What happens when something goes wrong

Made by `make docs` from the tables in `tests/faults`, which the tests run: every row of the first tables is put in
front of each kind of call, over real HTTP against the demo platform, and each cell is what an assistant then reads and
how many requests the platform saw. Each row also shows that the call ends within its deadline
(`WHITESPACE_TIMEOUT`), that no task or connection is left behind, that the next call works once the fault is gone, and
that the same call for the other organisation is answered meanwhile. No redirect is ever followed.

The kinds of call:

{kinds}

A read by GET is made again, at most twice and with at most eight seconds of waiting, where that can help: no
connection, an answer cut off, 429, 502, 503, 504. A search by POST is not, unless its token was refused and has been
renewed: then once. A call that hangs has no time for another.
"""
MESSAGES: Final = """
## What the assistant reads

The names are those of the tables below. Where it was tried more than once, each message says for how long; each names
the organisation that it is about.

"""
DEPTH: Final = f"""
## In the middle of reading the book in depth

Expiries, premiums, lines and subjectivities of many slips are read slip by slip, and go on being read after the call
has answered. Every outcome below is put behind the first {READ_WELL} slips, in front of contracts and of what stands
behind slips: the call is answered, what was learned stays, `not_known` counts the rest with the reason, and once the
fault is gone everything is known and nothing is read twice. A slip that always fails is tried at most {MOST_TRIES}
times an hour and spoils no other; with `WHITESPACE_CACHE=disk` a restart loses nothing
(`tests/portfolio/test_depth.py`).

"""
NOTES: Final = """
In the cells: what the assistant reads, and how many requests were made for it. A call is *answered* in spite of the
fault where there is another way: a list that the platform does not serve is made from the summaries, and a membership
that may not search has its risks read page by page; both answers say so.
"""


def page() -> str:
    """The whole page."""
    meanings = "\n".join(f"- *{kind}*: {MEANING[kind]}." for kind in KINDS)
    parts = [HEAD.format(kinds=meanings), MESSAGES, *_table(["", "in words"], _messages()), "\n## Nobody to ask\n\n"]
    parts.append("The same for every kind of call; a renewal names the login service instead, a search tries once.\n\n")
    parts += _table(["what goes wrong", "every call"], ((place.name, _cell(place.told)) for place in PLACES))
    for number, (title, faults) in enumerate(GROUPS.items()):
        parts.append(f"\n## {title}\n{NOTES if not number else ''}\n")
        kinds: list[Kind] = [kind for kind in KINDS if any(fault.outcome(kind) for fault in faults)]
        parts += _table(
            ["what goes wrong", *kinds],
            [[fault.name, *(_cell(fault.outcome(kind)) for kind in kinds)] for fault in faults],
        )
    parts.append(DEPTH)
    outcomes = (
        (row.why.replace("1 MB", STAND_INS["1 MB"]), ", ".join(faults), COURSES[row.course]) for row, faults in rows()
    )
    parts += _table(["`not_known` says", "what goes wrong", "what becomes of the others"], outcomes)
    parts.append("\n## Courses of events\n\n")
    parts += _table(["what happens", "what comes of it"], ((promise.happens, promise.outcome) for promise in PROMISES))
    return "".join(parts)


def _cell(words: Outcome | None) -> str:
    return f"{words.name}, {words.requests}" if words else ""


def _messages() -> list[tuple[str, str]]:
    """Every message, in the order in which it comes up."""
    rows = [words for faults in GROUPS.values() for fault in faults for kind in KINDS if (words := fault.outcome(kind))]
    results: dict[str, str] = {}
    for words in [*(place.told for place in PLACES), *rows]:
        if words.words:
            results.setdefault(words.name, _words(words.words))
    return list(results.items())


def _words(words: str) -> str:
    """A message as the platform's name would make it, where these tests have a stand-in."""
    for stand_in, meant in STAND_INS.items():
        words = words.replace(stand_in, meant)
    words = words if words[0].isupper() else f"... {words}"
    return words if words.endswith(".") else f"{words} ..."


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = [head, ("---" for _ in head), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines]
