"""Lists and sums of risks."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, Literal, Required, TypedDict, cast

from pydantic_core import to_json

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.size import beginning
from whitespace_mcp.documents.percent import percentage, total, written
from whitespace_mcp.terms.ids import channel_company, short_document
from whitespace_mcp.terms.meanings import MEANINGS
from whitespace_mcp.terms.stages import says_no_more
from whitespace_mcp.terms.text import NOT_READ

_NOT_TOLD: Final = "since when is not told"
MOST_CHARACTERS: Final = 18_000
"""Of the rows of a page: with its head an answer stays below 20,000, where some hosts cut."""


class OrganisationSums(OrganisationKeys):
    """One organisation's part of an answer.

    `documents` is the length of the platform's list, `slips` the distinct slips in it, `matched` counts the unit
    asked for, `as_of` is when the data was read. `not_known` tells of how many `slips` it is not known whether they
    match, by fact and reason, and in about how many `seconds` more will be. With `limit_over`,
    `other_currency` and `no_limit` count slips that cannot be compared. With an `error` all counts are 0 and nothing
    is known.
    """

    documents: int
    slips: int
    matched: int
    as_of: str
    source: Literal["summaries"] | None = None
    stale: Literal[True] | None = None
    stale_reason: str | None = None
    skipped: int | None = None
    other_currency: int | None = None
    no_limit: int | None = None
    not_known: dict[str, Any] | None = None
    error: str | None = None


class OrganisationCounts(OrganisationSums):
    """The same with the matched units by stage (slips) or by the platform's status (documents)."""

    by_stage: dict[str, int] | None = None
    by_status: dict[str, int] | None = None


class RiskRow(TypedDict, total=False):
    """A slip seen through its current document, or one document; an owner who is not Live has `name` and `state`."""

    id: Required[str]
    name: str
    umr: str
    umr_form: str
    stage: Required[str]
    status: str
    contract_type: str
    facility: Literal[True]
    broker: str
    team: str
    updated: str
    documents: int
    umr_shared: Literal[True]
    current: Literal[False]
    inception: str
    limit: str
    owner: str | dict[str, str]
    waiting: dict[str, str]
    asked: dict[str, str]
    whose: Literal["you", "your team"]
    written: str
    signed: str
    facilities: list[str]
    activity: str
    expiry: str
    expiry_changed_by: str
    period: str
    premium: str
    order: str
    placed: str
    not_accepted: int
    leader: str
    subjectivities: dict[str, Any] | str
    organisation: str


class RiskList(Answer):
    """Answer of `get_risks`; `risks` are each a `RiskRow`, which our own code made and nobody need check again.

    Of several organisations `matched` is their sum; `distinct` of that are different, and `in_several` stand in more
    than one of the lists.
    """

    organisations: list[OrganisationCounts]
    matched: int
    distinct: int | None = None
    in_several: int | None = None
    risks: list[Any]
    next_cursor: str | None = None
    near: dict[str, list[str]] | None = None
    meaning: dict[str, str] | None = None
    notes: list[str] | None = None


class RiskGroup(TypedDict, total=False):
    """One group, or with `other` the sum of those left out (`groups` of them); `spellings` where a name has several."""

    organisation: str
    stage: str
    status: str
    contract_type: str
    facility: bool
    broker: str
    team: str
    updated_month: str
    inception_month: str
    owner: str
    waiting: str
    name: str
    spellings: list[str]
    placed: str
    action: str
    declared_to: str
    expiry_month: str
    umr_form: str
    leader: str
    other: Literal[True]
    slips: Required[int]
    documents: Required[int]
    groups: int


class RiskSums(Answer):
    """Answer of `summarise_risks`; `groups` are each a `RiskGroup`, as rows of `RiskList`."""

    organisations: list[OrganisationSums]
    matched: int
    distinct: int | None = None
    in_several: int | None = None
    groups: list[Any]
    near: dict[str, list[str]] | None = None
    meaning: dict[str, str] | None = None
    notes: list[str] | None = None


_FLAGS: Final = ("facility", "facilities", "umr_shared", "current", "not_accepted")


def meanings_in(rows: Iterable[RiskRow], further: Iterable[str] = ()) -> dict[str, str] | None:
    """What words of rows mean: their flags, what is unusual about their UMRs, the actions; and some `further` ones."""
    words = [*further, *(word for row in rows for word in _words_in(row))]
    return {word: MEANINGS[word.casefold()] for word in words if word.casefold() in MEANINGS} or None


def _words_in(row: RiskRow) -> list[str]:
    flags = [name for name in _FLAGS if name in row]
    flags += ["placed: unreadable"] if "unreadable" in row.get("placed", "") else []
    return [*flags, *row.get("umr_form", "").split(", "), *row.get("asked", ()), *row.get("waiting", ())]


def within(rows: list[RiskRow], most: int) -> int:
    """How many of some rows fit into so many characters of an answer's text; at least one."""
    if len(to_json(rows)) <= most:
        return len(rows)
    return len(beginning(rows, most, lambda row: len(to_json(row).decode()) + 1, least=1))


def risk_row(values: Mapping[str, Any]) -> RiskRow:
    """A row of `risk_values`, without what is not known."""
    return cast("RiskRow", {name: value for name, value in values.items() if value is not None})


def risk_values(
    record: Mapping[str, Any],
    *,
    as_slip: bool,
    own_prefix: str,
    company_names: Mapping[str, str],
    team_name: Callable[[str], str],
    organisation: str | None,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """What a `RiskRow` is made of, from a record of the portfolio; what is None is nothing that is known.

    `record` has the columns of `portfolio.rows.Row`; with `as_slip` the row stands for the whole slip. `own_prefix` is
    the asking organisation's channel prefix: its own name as broker is left out. `company_names` names companies by
    channel prefix, `team_name` a team by channel; `organisation` is the company id, where several were asked; `facts`
    are further columns.
    """
    channel = record["broker_channel"]
    broker = channel_company(channel) if channel else None
    stage: str = record["slip_stage"] if as_slip else record["stage"]
    return {
        "id": record["slip_short"] if as_slip else short_document(record["id"], record["slip_short"]),
        "name": record["name"],
        "umr": record["umr"],
        "stage": stage,
        "status": _status(record["status"], stage),
        "contract_type": record["type"],
        "facility": True if record["facility"] else None,
        "broker": company_names[broker] if broker and broker != own_prefix else None,
        "team": team_names(record["teams"], team_name),
        "updated": record["updated"],
        "documents": record["documents"] if as_slip and record["documents"] > 1 else None,
        "umr_shared": True if as_slip and record["umr_shared"] else None,
        "current": False if not as_slip and not record["current"] else None,
        **facts,
        "organisation": organisation,
    }


@lru_cache(maxsize=256)
def _status(status: str | None, stage: str) -> str | None:
    """The platform's word, where it says more than the stage does."""
    return None if status and says_no_more(status, stage) else status


def summary_columns(record: Mapping[str, Any], shown: Iterable[str], names: Names, me: str) -> dict[str, Any]:
    """The further columns of a row, of what summaries tell of its slip; what is not known is left out.

    `record` has the columns of `portfolio.facts.Told`, of which some are `shown`; `me` is the MU id of who asks.
    """
    columns: dict[str, Any] = {
        "inception": record["inception"],
        "limit": record["limit_text"],
        "owner": owner_entry(record["owners"] or "", names, me),
        "waiting": _actions(record),
        "written": _lines(record["written"]),
        "signed": _lines(record["signed"]),
        "facilities": [root[:10] for root in (record["facilities"] or "").split("|") if root],
        "activity": record["activity"],
    }
    return {name: columns[name] or None for name in shown}


def with_lines(row: RiskRow, record: Mapping[str, Any], shown: Iterable[str]) -> RiskRow:
    """A row that says why there is no sum of lines, of which the columns are `shown`.

    `record` has the columns of `portfolio.facts.Told`.
    """
    columns: list[Literal["written", "signed"]] = ["written", "signed"]
    for name in [name for name in columns if name in shown and name not in row]:
        row[name] = without_sum(record, name)
    return row


def without_sum(record: Mapping[str, Any], name: str) -> str:
    """Why lines have no sum: there are `none`, several sections, or one that cannot be read.

    `record` is as above, `name` is `written` or `signed`.
    """
    if record[name]:
        return "unreadable" if json.loads(record[name]) else "none"
    return f"({NOT_READ})" if record["activity"] is None else "by section, in get_lines"


def action_columns(record: Mapping[str, Any], person: str) -> dict[str, Any]:
    """What is asked of the organisation and since when, and whether that is the person's own or the team's."""
    actions = _actions(record)
    mine = f"|{person}|" in (record["owners"] or "")
    return {"asked": actions or None, "whose": ("you" if mine else "your team") if actions else None}


def _actions(record: Mapping[str, Any]) -> dict[str, str]:
    """The actions that are asked of the organisation, and since when."""
    return {action: since or _NOT_TOLD for action, since in json.loads(record["asked"] or "{}").items()}


def owner_entry(owners: str, names: Names, me: str = "") -> str | dict[str, str] | None:
    """The people in a record's `owners` column by name; with their `state` where somebody is not Live.

    `owners` are MU ids between bars, `me` is the MU id of who asks.
    """
    people = [owner for owner in owners.split("|") if owner]
    called = ", ".join(names.apart(person, me) for person in people)
    left = {names.apart(person, me): state for person in people if (state := names.not_live(person))}
    if not left:
        return called or None
    alone = len(people) == 1
    return {"name": called, "state": ", ".join(state if alone else f"{name}: {state}" for name, state in left.items())}


def _lines(text: str | None) -> str | None:
    """The sum of all carriers' percentages; None where one of them is not a percentage."""
    carriers: list[list[str]] = json.loads(text) if text else []
    values = [percentage(line) for lines in carriers for line in lines]
    numbers = [value for value in values if value is not None]
    return written(total(numbers)) if numbers and len(numbers) == len(values) else None


def team_names(teams: str, team_name: Callable[[str], str]) -> str | None:
    """The names of the teams in a row's `teams` column."""
    return ", ".join(team_name(channel) for channel in teams.split("|") if channel) or None
