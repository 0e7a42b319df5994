"""Elements of the platform's list as narrow rows (reference 5.1, 5.2, 9).

Read column by column: a list of a hundred thousand documents holds few different statuses, types, brokers and channel
sets, so each different value is understood once. A row is kept with whatever it has. Key case differs between the list
(`Status`) and summary stubs (`status`), and is not to be relied on in either.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar, cast

from whitespace_mcp.terms.channels import own_channels
from whitespace_mcp.terms.ids import root_of, short_roots, umr_key
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.stages import Stage, slip_rank, slip_stage, stage_of
from whitespace_mcp.terms.text import clean, fold

_FIELDS: Final = (
    "id", "status", "insuredname", "umr", "contracttype", "isfacility", "placingbrokerchannel", "channels", "updatedat",
)  # fmt: skip
_TRUE: Final = frozenset({"true", "yes", "1"})
_FOREIGN: Final = "foreign"
_WHOLE_COMPANY: Final = "_company_shared"
NAME_LIMIT: Final = 120
_PLAIN_ID: Final = re.compile(rf"[!-~]{{1,{NAME_LIMIT}}}")
SEARCHED_LIMIT: Final = 2_000
"""Of a title: what is shown is cut, what is searched hardly."""
WORD_LIMIT: Final = 60

T = TypeVar("T")


class Row(NamedTuple):
    """One contract document of the list, and what is known of its slip.

    Attributes:
        id: the full document id; `root`: its slip's; `slip_short`: the slip's short id.
        status: in the platform's own words; `stage`: what it means.
        name: the contract's title; `umr`: as written, trimmed; `type`: the list's ContractType.
        broker_channel: the placing broker's channel.
        teams: own teams' channels, each followed by a bar.
        updated: the contract document's last edit, ISO 8601 in UTC.
        name_key, umr_key: the forms in which names and UMRs are compared.
        current: whether it gives its slip's stage.
        slip_stage, documents, umr_shared: the slip's stage, how many documents it has, and whether another slip has
            the UMR of one of them.
    """

    id: str
    root: str
    status: str | None
    stage: Stage
    name: str | None
    umr: str | None
    type: str | None
    facility: int
    broker_channel: str | None
    teams: str
    updated: str | None
    name_key: str | None
    umr_key: str | None
    current: int
    slip_stage: Stage
    slip_short: str
    documents: int
    umr_shared: int


COLUMNS: Final = Row._fields


@dataclass(frozen=True)
class Reading:
    """What was read, column by column, and how many elements were left out.

    Attributes:
        columns: the values of each field of `Row`, in its order.
        listed: elements in the platform's array, readable or not.
        slips: distinct roots.
        skipped: elements that are not objects, have no id, repeat an id, or belong to another organisation.
    """

    columns: tuple[Sequence[Any], ...] = ((),) * len(COLUMNS)
    listed: int = 0
    slips: int = 0

    def __len__(self) -> int:
        """How many documents can be used."""
        return len(self.columns[0])

    @property
    def rows(self) -> list[Row]:
        """The same as rows."""
        return list(map(Row._make, zip(*self.columns, strict=True)))

    def of(self, column: str) -> Sequence[Any]:
        """The values of one field."""
        return self.columns[COLUMNS.index(column)]

    @property
    def skipped(self) -> int:
        """Elements that are not among the rows."""
        return self.listed - len(self)


def read_rows(elements: Sequence[object], *, channel_prefix: str, user_id: str) -> Reading:
    """Read the list of one organisation.

    Args:
        elements: the platform's array.
        channel_prefix: what the organisation's channels begin with; a row with channels of others only is left out.
        user_id: the organisation's MU id, which may stand among channels too.
    """
    narrow = list(_narrowed(elements))

    def teams_of(channels: object) -> str:
        own = own_channels(channels, channel_prefix=channel_prefix, user_id=user_id)
        return _FOREIGN if own is None else "".join(f"{c}|" for c in own if not c.lower().endswith(_WHOLE_COMPANY))

    ids = list(map(_document_id, map(itemgetter(0), narrow)))
    teams = _each(teams_of, map(itemgetter(7), narrow))
    kept: dict[str, int] = {}
    for place, (document_id, team) in enumerate(zip(ids, teams, strict=True)):
        if document_id is not None and team is not _FOREIGN:
            kept.setdefault(document_id, place)
    if not kept:
        return Reading(listed=len(elements))
    places = list(kept.values())
    columns, slips = _columns(list(kept), [narrow[place] for place in places], [teams[place] for place in places])
    return Reading(columns, len(elements), slips)


def _narrowed(elements: Iterable[object]) -> Iterator[tuple[Any, ...]]:
    """The fields that we use of each object, whatever the case of its keys."""
    shapes: dict[tuple[str, ...], Callable[[Any], tuple[Any, ...]]] = {}
    for element in elements:
        if element.__class__ is dict:
            document = cast("dict[str, Any]", element)
            keys = tuple(document)
            narrow = shapes.get(keys)
            if narrow is None:
                narrow = shapes[keys] = _narrowing(keys)
            yield narrow(document)


def _narrowing(keys: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """How to take our fields out of an object with these keys; a missing one is None."""
    lowered = {key.lower(): key for key in reversed(keys)}
    found = [lowered.get(name) for name in _FIELDS]
    if all(key is not None for key in found):
        return itemgetter(*found)
    return lambda document: tuple([None if key is None else document[key] for key in found])


def _columns(ids: list[str], values: list[tuple[Any, ...]], teams: list[str]) -> tuple[tuple[Sequence[Any], ...], int]:
    """The values of each field of `Row`, and how many slips there are."""
    _, statuses, names, umrs, types, facilities, brokers, _, updated = zip(*values, strict=True)
    status = _each(_words, statuses)
    name = _each(_text, names)
    umr = _each(_words, umrs)
    umr_keys = _each(_umr_key, umr)
    roots = list(map(root_of, ids))
    stages = _stages(status, ids)
    moments = list(map(instant, updated))
    current, slips = _slips(ids, roots, stages, moments, umr_keys)
    return (
        ids, roots, status, stages, name, umr, _each(_text, types), _each(_is_true, facilities), _each(_text, brokers),
        teams, moments, _each(_name_key, names), umr_keys, current, *zip(*map(slips.__getitem__, roots), strict=True),
    ), len(slips)  # fmt: skip


def _slips(
    ids: list[str], roots: list[str], stages: list[Stage], moments: list[str | None], umr_keys: list[str | None]
) -> tuple[list[int], dict[str, tuple[Stage, str, int, int]]]:
    """Which documents are current, and what every document of a slip tells of it: stage, short id, size, shared UMR."""
    current = [0] * len(ids)
    told: dict[str, tuple[Stage, str, int, int]] = {}
    slips: dict[str, list[int]] = {}
    for place, root in enumerate(roots):
        slips.setdefault(root, []).append(place)
    shared = _shared(zip(roots, umr_keys, strict=True))
    short = short_roots(slips)
    for root, documents in slips.items():
        best, rank = documents[0], slip_rank(stages[documents[0]], ids[documents[0]])
        for place in documents[1:]:
            other = slip_rank(stages[place], ids[place])
            if other < rank or (other == rank and _goes_before(ids, moments, place, best)):
                best, rank = place, other
        current[best] = 1
        same_umr = int(bool(shared) and any(umr_keys[place] in shared for place in documents))
        told[root] = (slip_stage(rank, stages[best]), short[root], len(documents), same_umr)
    return current, told


def _goes_before(ids: list[str], moments: list[str | None], one: int, other: int) -> bool:
    """Whether a document is the later of two; of equally late ones, the one nearer to the master goes first."""
    if moments[one] != moments[other]:
        return (moments[one] or "") > (moments[other] or "")
    return (len(ids[one]), ids[one]) < (len(ids[other]), ids[other])


def _shared(pairs: Iterable[tuple[str, str | None]]) -> set[str | None]:
    """UMRs that stand on more than one slip."""
    first: dict[str, str] = {}
    return {key for root, key in pairs if key and first.setdefault(key, root) != root}


def _stages(statuses: list[str | None], ids: list[str]) -> list[Stage]:
    by_status = dict[str, Stage]((status, stage_of(status, "")) for status in set(statuses) if status)
    return [by_status[s] if s else stage_of(None, i) for s, i in zip(statuses, ids, strict=True)]


class _Known(dict[Any, T]):
    """Values that were understood already."""

    def __init__(self, understand: Callable[[Any], T]) -> None:
        super().__init__()
        self._understand = understand

    def __missing__(self, value: Any) -> T:
        understood = self[value] = self._understand(value)
        return understood


def _each(understand: Callable[[Any], T], values: Iterable[Any]) -> list[T]:
    """Understand every value of a column, each different one once."""
    return list(map(_Known(understand).__getitem__, map(_comparable, values)))


def _comparable(value: Any) -> Any:
    """A value that can be looked up: arrays become tuples of their texts, objects say nothing to us."""
    kind = value.__class__
    if kind is str or value is None or kind is bool:
        return value
    if kind is list:
        return tuple([item if item.__class__ is str else None for item in value])
    return str(value) if kind is int or kind is float else None


def _document_id(value: object) -> str | None:
    """An id that needs no cleaning, as good as all are, or what is left of one."""
    return value if isinstance(value, str) and _PLAIN_ID.fullmatch(value) else _text(value)


def _text(value: object, limit: int = NAME_LIMIT) -> str | None:
    if isinstance(value, str):
        return clean(value, limit) or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _words(value: object) -> str | None:
    return _text(value, WORD_LIMIT)


def _is_true(value: object) -> int:
    return int(value is True or (_text(value) or "").lower() in _TRUE)


def _name_key(name: object) -> str | None:
    whole = _text(name, SEARCHED_LIMIT)
    return fold(whole) if whole else None


def _umr_key(umr: str | None) -> str | None:
    return umr_key(umr) if umr else None
