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
        self._best: list[tuple[int, str, str, int, int]] = []
        """Of each slip: rank, moment, id, number and kind of its current document so far."""
        self._sizes: list[int] = []
        self._with_umr: dict[str, int] = {}
        self._sharing: set[int] = set()

    def add(
        self, docs: Iterable[int], ids: list[str], kinds: list[int], ranks: list[int], moments: Sequence[str | None]
    ) -> list[int]:
        """Take in documents; the number of each one's slip.

        `docs` are their numbers, `ids` the documents' ids, `kinds` numbers of what they have in common, `ranks` how
        far on they are, `moments` their last edits (ISO 8601).
        """
        numbers, best, sizes = self._numbers, self._best, self._sizes
        slips: list[int] = []
        roots = [document_id.partition("::")[0] for document_id in ids]  # as root_of has it, which takes twice as long
        for doc, document_id, root, kind, rank, moment in zip(docs, ids, roots, kinds, ranks, moments, strict=True):
            slip = numbers.get(root)
            if slip is None:
                slip = numbers[root] = len(best)
                best.append((rank, moment or "", document_id, doc, kind))
                sizes.append(1)
            else:
                sizes[slip] += 1
                former = best[slip]
                if rank < former[0] or (rank == former[0] and _is_later(moment or "", document_id, former)):
                    best[slip] = (rank, moment or "", document_id, doc, kind)
            slips.append(slip)
        return slips

    def share(self, umrs: Iterable[tuple[str | None, str | None, int]]) -> None:
        """Take in UMRs, their forms for comparison where they need one, and the slips that they stand on."""
        for umr, key, slip in set(umrs):
            if umr is not None:
                first = self._with_umr.setdefault(umr.lower().lstrip("b") if key is None else key, slip)
                if first != slip:
                    self._sharing |= {first, slip}

    def rows(self, kinds: Sequence[Kind] | Mapping[int, Kind]) -> list[SlipColumns]:
        """What is known of each."""
        shorts = _shorts(self._numbers)
        return [
            SlipColumns(root, doc, slip_stage(rank, kinds[kind].stage), size, short, int(slip in self._sharing))
            for slip, (root, (rank, _, _, doc, kind), size, short) in enumerate(
                zip(self._numbers, self._best, self._sizes, shorts, strict=True)
            )
        ]


def _is_later(moment: str, document_id: str, former: tuple[int, str, str, int, int]) -> bool:
    """Whether a document is later than another of the same rank, or nearer to the master."""
    if moment != former[1]:
        return moment > former[1]
    return (len(document_id), document_id) < (len(former[2]), former[2])


def _shorts(roots: Iterable[str]) -> list[str | None]:
    """Short ids where they are not simply how the root begins."""
    whole = list(roots)
    if len({root[:SHORT] for root in whole}) == len(whole) and _PLAIN_ROOTS.fullmatch("\n".join([*whole, ""])):
        return [None] * len(whole)
    short = short_roots(whole)
    return [None if short[root] == root[:SHORT] else short[root] for root in whole]
