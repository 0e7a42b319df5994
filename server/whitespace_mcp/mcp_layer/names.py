"""The directory's names as answers need them."""

from functools import cache

from whitespace_mcp.answers.people import UNLISTED, Names
from whitespace_mcp.session.directory import MarketDirectory


def names_of(market: MarketDirectory) -> Names:
    """The directory as far as answers need it; each person is looked up once."""

    @cache
    def member(user_id: str) -> tuple[str, str] | None:
        entry = market.member(user_id)
        return (entry[0].name or user_id[:10], entry[1].name) if entry else None

    def state(user_id: str) -> str | None:
        entry = market.member(user_id)
        if entry is None:
            return UNLISTED if market.companies else None
        return entry[0].state

    return Names(company=market.company_name, team=market.team_name, member=member, state=state)
