"""The list of one organisation, read column by column, a piece at a time (platform.md 5.1, 5.2, 9).

A list of a hundred thousand documents holds few different statuses, types, brokers and teams: each different set of
them is understood once, a `Kind`. What is the same for all documents of a slip is told of the slip. A row is kept with
whatever it has.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

import msgspec

from whitespace_mcp.documents.json import read_json
from whitespace_mcp.documents.listing import Values
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.columns import (
    Memo,
    as_shown,
    as_words,
    comparable,
    comparables,
    document_ids,
    is_true,
    lines_of,
    lookup_channels,
    reference,
    title,
)
from whitespace_mcp.portfolio.rows import Documents, Kind, NumberedTitle, SlipColumns
from whitespace_mcp.portfolio.slips import Slips
from whitespace_mcp.terms.ids import own_channels
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.stages import Stage, slip_rank, stage_of

_FOREIGN: Final = "foreign"
_WHOLE_COMPANY: Final = "_company_shared"
_PLAIN_DAY: Final = (
    r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8]|(?<!02-)(?:29|30)|(?<=0[13578]-|1[02]-)31)"
)
"""A day of the calendar, but for the 29th of February."""
_PLAIN_MOMENTS: Final = re.compile(rf"(?:{_PLAIN_DAY} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\n)*")
_TEXTS: Final = msgspec.json.Decoder(tuple[str, ...]).decode
MOST_TITLES: Final = 4_096
"""Remembered at a time: documents of a slip stand together, and a title that is read twice does no harm."""


class ListReader:
    """Reads the list of one organisation, a piece at a time.

    Elements are left out that are not objects, have no id, repeat an id, or belong to another organisation.

    Args:
        side: the organisation; a row with channels of others only is left out.
        listed: which of some documents are among those of earlier pieces; each by its slip's number and tail in one.

    Attributes:
        kinds: of the documents that were read so far, by number.
        newest: the instant of the last edit of all; empty if none tells.
    """

    def __init__(self, side: Side, *, listed: Callable[[list[str]], set[str]] = lambda _: set()) -> None:
        self.kinds: list[Kind] = []
        self.newest = ""
        self._ranks: list[int] = []
        self._count = 0
        self._hashes: set[int] = set()
        """Of ids, which take a third of the memory; an id whose hash is among them is looked up."""
        self._listed = listed
        self._slips = Slips()
        self._codes = Memo(self._coded)
        self._silent: set[int] = set()
        """Kinds of documents without a status: the id of each tells its stage."""
        self._staged = Memo(self._staged_as)
        self._statuses = Memo(_status)
        self._titles = Memo(self._titled)
        self._new_titles: list[NumberedTitle] = []
        self._title_count = 0
        self._umr_keys: dict[int, str | None] = {}
        self._moments = Memo(instant)
        self._texts = Memo(as_shown)
        self._flags = Memo(is_true)
        self._teams = Memo(self._teams_of)
        self._bars = Memo(_bars)
        self._side = side
        self._prefix = f"{side.channel_prefix.lower()}_"

    def __len__(self) -> int:
        """How many documents can be used, of those that were read so far."""
        return self._count

    def documents(self, values: Values) -> Documents | None:
        """Those of one piece; what else is told of them is whole after the last one."""
        return self._piece(values) if values[0] else None

    def titles(self) -> list[NumberedTitle]:
        """Those that are new since this was last asked, each with its number."""
        new, self._new_titles = self._new_titles, []
        return new

    def slips(self) -> SlipColumns:
        """The slips by number, after all documents were read."""
        return self._slips.columns(self.kinds)

    @property
    def roots(self) -> list[str]:
        """The roots of the slips so far, by number."""
        return self._slips.roots

    def close(self) -> None:
        """Let go what only reading needs: the memos refer back to here, so it would stay until they are collected."""
        self._codes.clear()
        del self._codes, self._staged, self._teams, self._titles, self._slips, self._listed

    def _piece(self, values: Values) -> Documents | None:
        ids, teams = document_ids(values[0]), list(map(self._teams.__getitem__, lookup_channels(values[7])))
        hashes = set(map(hash, ids))
        if len(hashes) < len(ids) or not self._hashes.isdisjoint(hashes) or None in ids or _FOREIGN in teams:
            listed = self._already([i for i in ids if i is not None and hash(i) in self._hashes])
            first: dict[str, int] = {}
            for place, (document_id, team) in enumerate(zip(ids, teams, strict=True)):
                if document_id is not None and document_id not in listed and team is not _FOREIGN:
                    first.setdefault(document_id, place)
            values = tuple([column[place] for place in first.values()] for column in values)
            ids, teams = list(first), [teams[place] for place in first.values()]
            hashes = set(map(hash, ids))
        whole = cast("list[str]", ids)
        self._hashes |= hashes
        self._count += len(whole)
        return self._columns(whole, teams, values) if whole else None

    def _already(self, ids: Iterable[str]) -> set[str]:
        """Those of some ids that are among the documents of earlier pieces."""
        places = {place: i for i in ids if (place := self._slips.place(i))}
        return {places[place] for place in self._listed(list(places))}

    def _columns(self, ids: list[str], teams: list[str], values: Values) -> Documents:
        _, statuses, names, umrs, types, facilities, brokers, _, updated = values
        commons = zip(*map(comparables, (statuses, types, facilities, brokers)), teams, strict=True)
        kinds = list(map(self._codes.__getitem__, commons))
        if not self._silent.isdisjoint(kinds):
            kinds = [
                self._staged[kind, stage_of(None, i)] if kind in self._silent else kind
                for i, kind in zip(ids, kinds, strict=True)
            ]
        moments = self._instants(updated)
        if len(self._titles) > MOST_TITLES:
            self._titles.clear()
            self._umr_keys.clear()
        titles = list(map(self._titles.__getitem__, zip(comparables(names), comparables(umrs), strict=True)))
        roots = [i.partition("::")[0] for i in ids]  # as root_of has it, which takes twice as long
        tails = [i[len(root) :] for i, root in zip(ids, roots, strict=True)]
        docs = range(1 + self._count - len(ids), 1 + self._count)
        slips = self._slips.add(docs, roots, tails, kinds, self._ranks_of(kinds, tails), moments)
        self._slips.share((self._umr_keys[title], slip) for title, slip in set(zip(titles, slips, strict=True)))
        return Documents(slips, kinds, titles, tails, moments)

    def _ranks_of(self, kinds: list[int], tails: list[str]) -> list[int]:
        """How far each document carries its slip; an id tells more than its kind where it is an endorsement's."""
        ranks = list(map(self._ranks.__getitem__, kinds))
        for place, tail in enumerate(tails):
            if "::EN" in tail:
                ranks[place] = slip_rank(self.kinds[kinds[place]].stage, tail)
        return ranks

    def _titled(self, pair: tuple[Any, Any]) -> int:
        (name, name_key), (umr, umr_key) = title(pair[0]), reference(pair[1])
        number, self._title_count = self._title_count, self._title_count + 1
        padded = int(umr is not None and umr != pair[1])
        self._new_titles.append((number, name, umr, name_key, umr_key, padded))
        self._umr_keys[number] = umr.lower().lstrip("b") if umr is not None and umr_key is None else umr_key
        return number

    def _teams_of(self, channels: object) -> str:
        """Own teams, each followed by a bar; or that the document is another organisation's."""
        if isinstance(channels, bytes):
            try:
                channels = _TEXTS(channels)
            except ValueError:
                return teams_of(read_json(channels), self._side)
        if isinstance(channels, tuple):
            names = cast("tuple[object, ...]", channels)
            own = tuple([name for name in names if isinstance(name, str) and name.lower().startswith(self._prefix)])
            return self._bars[own] if own else teams_of(names, self._side)
        return teams_of(channels, self._side)

    def _coded(self, common: tuple[Any, Any, Any, Any, str]) -> int:
        status, stage = self._statuses[common[0]]
        _, kind, facility, broker, teams = common
        code = self._kind(Kind(status, stage, self._texts[kind], self._flags[facility], self._texts[broker], teams))
        if status is None:
            self._silent.add(code)
        return code

    def _staged_as(self, kind: tuple[int, Stage]) -> int:
        """The same kind, of documents whose stage only their ids tell."""
        return self._kind(self.kinds[kind[0]]._replace(stage=kind[1]))

    def _kind(self, kind: Kind) -> int:
        self.kinds.append(kind)
        self._ranks.append(slip_rank(kind.stage, ""))
        return len(self.kinds) - 1

    def _instants(self, values: Sequence[Any]) -> list[str | None]:
        lines = lines_of(values)
        if lines is not None and _PLAIN_MOMENTS.fullmatch(lines):
            self.newest = max(self.newest, max(values).replace(" ", "T") + "Z")
            return cast("list[str | None]", lines.replace(" ", "T").replace("\n", "Z\n").split("\n")[:-1])
        moments = list(map(self._moments.__getitem__, comparables(values)))
        self.newest = max(self.newest, *filter(None, moments), "")
        return moments


def _status(value: object) -> tuple[str | None, Stage]:
    """A status in the platform's words, and what it means."""
    status = as_words(value)
    return (status, stage_of(status, "")) if status else (None, "other")


def teams_of(channels: object, side: Side) -> str:
    """Own teams among a document's channels as they came, each followed by a bar; or that it is another's."""
    own = own_channels(comparable(channels), channel_prefix=side.channel_prefix, user_id=side.id)
    return _FOREIGN if own is None else _bars(own)


def _bars(own: Iterable[str]) -> str:
    return "".join([f"{name}|" for name in sorted(set(own)) if not name.lower().endswith(_WHOLE_COMPANY)])
