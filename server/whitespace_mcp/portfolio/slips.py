"""What documents tell of their slips: which one stands for the slip, how many there are, UMRs of several slips."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from whitespace_mcp.portfolio.rows import Kind, SlipColumns
from whitespace_mcp.terms.ids import short_roots
from whitespace_mcp.terms.stages import slip_stage

_PLAIN_ROOTS: Final = re.compile(r"(?:IC[0-9A-F]{8}[0-9A-F-]*\n)*")
SHORT: Final = 10
"""Characters of a short id, as far as they tell slips apart."""


class Slips:
    """Which documents each slip has: the furthest, how many, and UMRs that it shares with another."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ranks: list[int] = []
        self._best: list[tuple[str, str, int, int]] = []
        """Of each slip's current document so far: moment, tail of its id, number and kind; `_ranks` has its rank."""
        self._sizes: list[int] = []
        self._with_umr: dict[str, int] = {}
        self._sharing: set[int] = set()

    @property
    def roots(self) -> list[str]:
        """The slips' roots, by number."""
        return list(self._numbers)

    def place(self, document_id: str) -> str:
        """A document's slip's number and tail in one; empty if there is no such slip."""
        root, separator, rest = document_id.partition("::")
        return f"{self._numbers[root]}{separator}{rest}" if root in self._numbers else ""

    def add(
        self,
        docs: Iterable[int],
        roots: Iterable[str],
        tails: Iterable[str],
        kinds: Iterable[int],
        ranks: Iterable[int],
        moments: Iterable[str | None],
    ) -> list[int]:
        """Take in documents; the number of each one's slip.

        `docs` are their numbers, `roots` and `tails` the parts of their ids, `kinds` numbers of what they have in
        common, `ranks` how far on they are, `moments` their last edits (ISO 8601).
        """
        numbers, best, furthest, sizes = self._numbers, self._best, self._ranks, self._sizes
        slips: list[int] = []
        for doc, root, tail, kind, rank, moment in zip(docs, roots, tails, kinds, ranks, moments, strict=True):
            slip = numbers.get(root)
            if slip is None:
                slip = numbers[root] = len(sizes)
                best.append((moment or "", tail, doc, kind))
                furthest.append(rank)
                sizes.append(1)
            else:
                sizes[slip] += 1
                far = furthest[slip]
                if rank < far or (rank == far and _is_later(moment or "", tail, best[slip])):
                    best[slip] = (moment or "", tail, doc, kind)
                    furthest[slip] = rank
            slips.append(slip)
        return slips

    def share(self, umrs: Iterable[tuple[str | None, int]]) -> None:
        """Take in UMRs, in the form in which they are compared, and the slips that they stand on.

        Of a dash, or of `UMR:` alone, nothing is left to compare.
        """
        for umr, slip in umrs:
            if umr:
                first = self._with_umr.setdefault(umr, slip)
                if first != slip:
                    self._sharing |= {first, slip}

    def columns(self, kinds: Sequence[Kind] | Mapping[int, Kind]) -> SlipColumns:
        """What is known of each; `kinds` are those of the documents, by number."""
        roots = list(self._numbers)
        best = zip(self._ranks, self._best, strict=True)
        return SlipColumns(
            roots,
            [doc for _, _, doc, _ in self._best],
            [slip_stage(rank, kinds[kind].stage) for rank, (_, _, _, kind) in best],
            self._sizes,
            [int(slip in self._sharing) for slip in range(len(roots))],
            _shorts(roots),
        )


def _is_later(moment: str, tail: str, former: tuple[str, str, int, int]) -> bool:
    """Whether a document is later than another of the same rank, or nearer to the master."""
    if moment != former[0]:
        return moment > former[0]
    return (len(tail), tail) < (len(former[1]), former[1])


def _shorts(whole: Sequence[str]) -> list[str | None]:
    """Short ids of slips with these roots, where they are not simply how the root begins."""
    if len({root[:SHORT] for root in whole}) == len(whole) and _PLAIN_ROOTS.fullmatch("\n".join([*whole, ""])):
        return [None] * len(whole)
    short = short_roots(whole)
    return [None if short[root] == root[:SHORT] else short[root] for root in whole]
