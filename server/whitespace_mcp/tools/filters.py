"""The filters that `get_risks` and `summarise_risks` share: their schema, and how words become a selection."""

import difflib
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from whitespace_mcp.config.errors import BadArgument, listed
from whitespace_mcp.documents.identity import Team
from whitespace_mcp.portfolio.selection import Facility, Missing, Owner, Selection, Unit
from whitespace_mcp.portfolio.summary_facts import money
from whitespace_mcp.session.directory import MarketDirectory
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.ids import umr_key
from whitespace_mcp.terms.moments import asked_instant
from whitespace_mcp.terms.stages import PENDING_FILTERS, STAGES, Stage, stage_named
from whitespace_mcp.terms.text import clean, fold, squeeze


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20), BeforeValidator(_as_list)]
Text = Annotated[str, Field(max_length=200)]

UnitArgument = Annotated[Unit, Field(description="Count slips (risks), or contract documents.")]
StageArgument = Annotated[Words | None, Field(description=f"Any of: {', '.join(STAGES)}.")]
StatusArgument = Annotated[Words | None, Field(description="Any of the platform's own status words.")]
NameArgument = Annotated[Text | None, Field(description="Part of the contract's title, any case.")]
UmrArgument = Annotated[Text | None, Field(description="UMR, with or without its B.")]
ContractTypeArgument = Annotated[Text | None, Field(description="Equal, any case.")]
BrokerArgument = Annotated[Text | None, Field(description="Placing broker: name, its beginning, or channel.")]
TeamArgument = Annotated[Text | None, Field(description="Own team: id or name.")]
SinceArgument = Annotated[Text | None, Field(description="ISO 8601, inclusive; UTC.")]
BeforeArgument = Annotated[Text | None, Field(description="Exclusive.")]
InceptionFromArgument = Annotated[Text | None, Field(description="Date, inclusive.")]
InceptionToArgument = Annotated[Text | None, Field(description="Inclusive.")]
OwnerArgument = Annotated[Owner | None, Field(description="Of the slip, on our side.")]
WaitingArgument = Annotated[bool | None, Field(description="Something is open for our teams.")]
LimitOverArgument = Annotated[Text | None, Field(description="USD 5,000,000: that currency only.")]
RefreshArgument = Annotated[bool, Field(description="Read anew, even if fresh.")]

NEAR: Final = 0.6


def selected(
    *,
    unit: Unit = "slip",
    stage: list[str] | None = None,
    status: list[str] | None = None,
    name: str | None = None,
    umr: str | None = None,
    contract_type: str | None = None,
    facility: Facility | None = None,
    updated_since: str | None = None,
    updated_before: str | None = None,
    missing: Missing | None = None,
    inception_from: str | None = None,
    inception_to: str | None = None,
    owner: Owner | None = None,
    waiting: bool | None = None,
    limit_over: str | None = None,
) -> Selection:
    """The filters that mean the same in every organisation, as a selection.

    Raises:
        BadArgument: a value that cannot be used.
    """
    return Selection(
        unit=unit,
        stages=tuple(dict.fromkeys(_stage(word) for word in stage or [])),
        statuses=tuple(dict.fromkeys(_status(word) for word in status or [])),
        name=fold(name) if name and name.strip() else None,
        umr=umr_key(umr) if umr and umr.strip() else None,
        contract_type=fold(contract_type) if contract_type and contract_type.strip() else None,
        facility=facility,
        updated_since=asked_instant("updated_since", updated_since) if updated_since else None,
        updated_before=asked_instant("updated_before", updated_before) if updated_before else None,
        missing=missing,
        inception_from=_day("inception_from", inception_from) if inception_from else None,
        inception_to=_day("inception_to", inception_to) if inception_to else None,
        owner=owner,
        waiting=waiting,
        limit_over=_money("limit_over", limit_over) if limit_over else None,
    )


def broker_prefixes(asked: str, market: MarketDirectory) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The channel prefixes of the brokers that `asked` names, or the one channel that it is.

    Raises:
        BadArgument: no company of the directory has that name, or several begin with it.
    """
    key = fold(asked)
    company = market.company_of(key)
    if company is not None and (key == company.channel_prefix or key.startswith(f"{company.channel_prefix}_")):
        return ((key,), None) if key == company.channel_prefix else (None, (key,))
    names = {prefix: fold(company.name) for prefix, company in market.companies.items()}
    found = [p for p, name in names.items() if name == key] or [p for p, name in names.items() if name.startswith(key)]
    if len(found) == 1:
        return tuple(found), None
    if found:
        raise BadArgument(
            "broker",
            "could be several companies",
            allowed=f"Pass one of: {listed(market.company_name(prefix) for prefix in sorted(found))}.",
        )
    if is_channel(key):
        return None, (key,)
    near = difflib.get_close_matches(key, list(names.values()), n=3, cutoff=NEAR)
    suggested = [company.name for prefix, company in market.companies.items() if names[prefix] in near]
    hint = f"Did you mean {listed(suggested)}?" if suggested else "Pass a company's name as the market knows it."
    raise BadArgument("broker", "names no company of the directory", allowed=hint)


def is_channel(word: str) -> bool:
    """Whether a word looks like a channel, `acme_MARINE`, rather than like a company's name."""
    return "_" in word and " " not in word.strip()


def team_channels(
    asked: str, organisations: tuple[Organisation, ...], market: MarketDirectory | None = None
) -> dict[str, str]:
    """The channel, lower case, of the team that `asked` names, by the MU id of the organisation that has it.

    Args:
        asked: a team's id, name or channel.
        organisations: whose teams: those of the login there.
        market: the directory, for the organisations' other teams.
    """
    key = fold(asked)
    return {
        organisation.id: team.channel.lower()
        for organisation in organisations
        for team in _teams(organisation, market)
        if key in {fold(team.id), fold(team.name), fold(team.channel)}
    }


def no_such_team(organisations: tuple[Organisation, ...], market: MarketDirectory) -> BadArgument:
    """That no organisation asked has such a team; the message lists those there are."""
    teams = [f"{team.name} ({team.id})" for one in organisations for team in _teams(one, market)]
    return BadArgument(
        "team",
        "names no team of the organisation",
        allowed=f"Teams: {listed(dict.fromkeys(teams), most=20)}." if teams else "No teams are known.",
    )


def _teams(organisation: Organisation, market: MarketDirectory | None) -> list[Team]:
    """The teams of an organisation: those that the directory knows, and those of the login there."""
    company = market.companies.get(organisation.channel_prefix) if market else None
    return list(
        {team.channel.lower(): team for team in (*organisation.teams, *(company.teams if company else ()))}.values()
    )


def _day(argument: str, text: str) -> str:
    """The day of `2026-01-31`."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise BadArgument(argument, "is not a date", allowed="A day in ISO 8601.", example="2026-01-31") from None


def _money(argument: str, text: str) -> tuple[str, str]:
    """Currency and amount of `USD 5,000,000`."""
    found = money(text.upper())
    if found is None:
        raise BadArgument(
            argument,
            "is not an amount with its currency",
            allowed="A currency's three letters, then the whole amount.",
            example="USD 5,000,000",
        )
    return found


def _stage(word: str) -> Stage:
    stage = stage_named(word)
    if stage is None:
        _refuse_pending("stage", word)
        near = difflib.get_close_matches(squeeze(word), [squeeze(stage) for stage in STAGES], n=1, cutoff=NEAR)
        hint = next((f"Did you mean {stage}? " for stage in STAGES if squeeze(stage) in near), "")
        raise BadArgument(
            "stage", "is not a stage", allowed=f"{hint}Any of: {', '.join(STAGES)}.", example='["firm_order"]'
        )
    return stage


def _status(word: str) -> str:
    _refuse_pending("status", word)
    return squeeze(word)


def _refuse_pending(argument: str, word: str) -> None:
    stage = PENDING_FILTERS.get(squeeze(word))
    if stage is not None:
        raise BadArgument(
            argument,
            f"is given {clean(word, 40)}, a filter of the platform's inbox and not a status: no document has it",
            allowed=f"Use stage=['{stage}'] for the documents themselves; my_desk shows what waits for your team.",
        )
