"""The list of one organisation, read column by column, a piece at a time (platform.md 5.1, 5.2, 9).

A list of a hundred thousand documents holds few different statuses, types, brokers and teams: each different set of
them is understood once, a `Kind`. What is the same for all documents of a slip is told of the slip. A row is kept with
whatever it has.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, cast

from whitespace_mcp.documents.json import read_json
from whitespace_mcp.documents.listing import Values
from whitespace_mcp.portfolio.columns import (
    Memo,
    are_references,
    are_titles,
    as_shown,
    as_words,
    comparable,
    comparables,
    document_ids,
    is_true,
    lines_of,
    lookup_channels,
    plain_or,
    reference,
    title,
)
from whitespace_mcp.portfolio.rows import Documents, Keys, Kind, SlipColumns
from whitespace_mcp.portfolio.slips import Slips
from whitespace_mcp.terms.channels import own_channels
from whitespace_mcp.terms.moments import instant, is_day
from whitespace_mcp.terms.stages import Stage, slip_rank, stage_of

_FOREIGN: Final = "foreign"
_WHOLE_COMPANY: Final = "_company_shared"
_PLAIN_MOMENTS: Final = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\n)*")
_SILENT: Final[tuple[str | None, Stage]] = (None, "other")
"""Of a document without a status: its id tells the stage."""
_DAY: Final = itemgetter(slice(0, 10))


class Reading:
    """Reads the list of one organisation, a piece at a time.

    Elements are left out that are not objects, have no id, repeat an id, or belong to another organisation.

    Args:
        channel_prefix: what the organisation's channels begin with; a row with channels of others only is left out.
        user_id: the organisation's MU id, which may stand among channels too.
        listed: which of some ids are among the documents of earlier pieces.

    Attributes:
        kinds: of the documents that were read so far, by number; `keys`: of those that need some.
        newest: the instant of the last edit of all; empty if none tells.
    """

    def __init__(
        self, *, channel_prefix: str, user_id: str, listed: Callable[[list[str]], set[str]] = lambda _: set()
    ) -> None:
        self.kinds: list[Kind] = []
        self.keys: list[Keys] = []
        self.newest = ""
        self._ranks: list[int] = []
        self._count = 0
        self._hashes: set[int] = set()
        """Of ids, which take a third of the memory; an id whose hash is among them is looked up."""
        self._listed = listed
        self._slips = Slips()
        self._days: set[str] = set()
        self._codes = Memo(self._coded)
        self._statuses = Memo(_status)
        self._titles = Memo(title)
        self._references = Memo(reference)
        self._moments = Memo(instant)

        self._texts = Memo(as_shown)
        self._teams = Memo(self._teams_of)
        self._own = (channel_prefix, user_id)
        self._own_team = re.compile(rb'"(%s_[^"]*)"' % re.escape(channel_prefix.encode()), re.IGNORECASE)

    def __len__(self) -> int:
        """How many documents can be used, of those that were read so far."""
        return self._count

    def documents(self, values: Values) -> Documents | None:
        """Those of one piece; what else is told of them is whole after the last one."""
        return self._piece(values) if values[0] else None

    def slips(self) -> list[SlipColumns]:
        """The slips by number, after all documents were read."""
        return self._slips.rows(self.kinds)

    def close(self) -> None:
        """Let go what only reading needs: the memos refer back to here, so it would stay until they are collected."""
        self._codes.clear()
        del self._codes, self._teams, self._slips, self._listed

    def _piece(self, values: Values) -> Documents | None:
        ids, teams = document_ids(values[0]), list(map(self._teams.__getitem__, lookup_channels(values[7])))
        hashes = set(map(hash, ids))
        if len(hashes) < len(ids) or not self._hashes.isdisjoint(hashes) or None in ids or _FOREIGN in teams:
            listed = self._listed([i for i in ids if i is not None and hash(i) in self._hashes])
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

    def _columns(self, ids: list[str], teams: list[str], values: Values) -> Documents:
        _, statuses, names, umrs, types, facilities, brokers, _, updated = values
        says = list(map(self._statuses.__getitem__, comparables(statuses)))
        if _SILENT in says:
            says = [
                (None, stage_of(None, i)) if stage is _SILENT else stage for i, stage in zip(ids, says, strict=True)
            ]
        commons = zip(says, comparables(types), comparables(facilities), comparables(brokers), teams, strict=True)
        kinds = list(map(self._codes.__getitem__, commons))
        moments = self._instants(updated)
        titles, title_keys = plain_or(self._titles, names, are_titles)
        references, reference_keys = plain_or(self._references, umrs, are_references)
        docs = range(1 + self._count - len(ids), 1 + self._count)
        slips = self._slips.add(docs, ids, kinds, self._ranks_of(kinds, ids), moments)
        self._slips.share(zip(references, reference_keys, slips, strict=True))
        if references is not umrs or any(key is not None for key in title_keys):
            padded = [
                int(shown is not None and raw != shown and isinstance(raw, str))
                for raw, shown in zip(umrs, references, strict=True)
            ]
            keys = zip(docs, title_keys, reference_keys, padded, strict=True)
            self.keys += [Keys(*key) for key in keys if key[1] is not None or key[2] is not None or key[3]]
        return Documents(slips, kinds, ids, titles, references, moments)

    def _ranks_of(self, kinds: list[int], ids: list[str]) -> list[int]:
        """How far each document carries its slip; an id tells more than its kind where it is an endorsement's."""
        ranks = list(map(self._ranks.__getitem__, kinds))
        for place, document_id in enumerate(ids):
            if "::EN" in document_id:
                ranks[place] = slip_rank(self.kinds[kinds[place]].stage, document_id)
        return ranks

    def _teams_of(self, channels: object) -> str:
        """Own teams, each followed by a bar; or that the document is another organisation's."""
        if isinstance(channels, bytes):
            plain = channels.isascii() and channels.count(b"[") == 1 and b"{" not in channels and b"\\" not in channels
            own = sorted({name.decode() for name in self._own_team.findall(channels)}) if plain else None
            channels = None if own else read_json(channels)
        else:
            own = None
        return _bars(own) if own else teams_of(channels, *self._own)

    def _coded(self, common: tuple[tuple[str | None, Stage], Any, Any, Any, str]) -> int:
        (status, stage), kind, facility, broker, teams = common
        self.kinds.append(Kind(status, stage, self._texts[kind], is_true(facility), self._texts[broker], teams))
        self._ranks.append(slip_rank(stage, ""))
        return len(self.kinds) - 1

    def _instants(self, values: Sequence[Any]) -> list[str | None]:
        lines = lines_of(values)
        if lines is not None and _PLAIN_MOMENTS.fullmatch(lines):
            new = set(map(_DAY, values)) - self._days
            if all(map(is_day, new)):
                self._days |= new
                self.newest = max(self.newest, max(values).replace(" ", "T") + "Z")
                return cast("list[str | None]", lines.replace(" ", "T").replace("\n", "Z\n").split("\n")[:-1])
        moments = list(map(self._moments.__getitem__, comparables(values)))
        self.newest = max(self.newest, *filter(None, moments), "")
        return moments


def _status(value: object) -> tuple[str | None, Stage]:
    """A status in the platform's words, and what it means."""
    status = as_words(value)
    return (status, stage_of(status, "")) if status else _SILENT


def teams_of(channels: object, channel_prefix: str, user_id: str) -> str:
    """Own teams among a document's channels, each followed by a bar; or that it is another organisation's.

    `channels` are the document's as they came, `channel_prefix` and `user_id` the organisation's.
    """
    own = own_channels(comparable(channels), channel_prefix=channel_prefix, user_id=user_id)
    return _FOREIGN if own is None else _bars(own)


def _bars(own: Iterable[str]) -> str:
    return "".join(f"{c}|" for c in own if not c.lower().endswith(_WHOLE_COMPANY))
