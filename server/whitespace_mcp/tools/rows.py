"""Rows of a list of risks, with the names that their ids stand for."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from whitespace_mcp.answers.depth_columns import depth_in_row
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.risks import action_columns, risk_values, summary_columns
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.portfolio.pages import PagedRow
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.session.directory import MarketDirectory

_SUMMARY: Final = ("inception", "limit", "owner", "waiting", "written", "signed", "facilities", "activity")

_SEEN_FORMS: Final = frozenset({"", "none", "shared"})
"""Forms of a UMR that a row shows anyway: it has none, or `umr_shared`."""


def row_values(
    paged: PagedRow,
    query: Query,
    market: MarketDirectory,
    depth: Mapping[tuple[str, str], SlipFacts] | None = None,
    today: date = date.min,
) -> dict[str, Any]:
    """The keys of a `RiskRow` with their values.

    Args:
        paged: the record, and whose it is.
        query: what was asked.
        market: names.
        depth: what contracts and lines tell, by MU id and root, where they were read.
        today: the day in London.
    """
    organisation_id, record = paged
    organisation = next(o for o in query.organisations if o.id == organisation_id)
    own = organisation.team_names
    shown = [fact for fact in query.show if fact in _SUMMARY]
    columns: dict[str, Any] = summary_columns(record, shown, Names(market)) if shown else {}
    unseen = [form for form in record.get("umr_form", "").split(", ") if form not in _SEEN_FORMS]
    columns |= {"umr_form": ", ".join(unseen)} if unseen else {}
    if "action" in query.values or query.sort == "waiting":
        columns |= action_columns(record, organisation_id)
    if query.deep:
        facts = (depth or {}).get((organisation_id, record["root"]))
        columns |= depth_in_row(facts, query.deep, stage=record["slip_stage"], today=today, names=Names(market))
    return risk_values(
        record,
        as_slip=query.terms.unit == "slip",
        own_prefix=organisation.channel_prefix,
        company_name=market.company_name,
        team_name=lambda channel: own.get(channel.lower()) or market.team_name(channel),
        organisation=organisation.company_id if len(query.organisations) > 1 else None,
        facts=columns,
    )
