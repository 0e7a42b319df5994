"""The directory: companies, teams and people."""

from functools import cache
from typing import Annotated, Final, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from whitespace_mcp.answers.people import (
    Directory,
    Found,
    Names,
    Wanted,
    company_entry,
    person_entry,
    search,
    suggestions,
)
from whitespace_mcp.config.errors import WhitespaceError, listed
from whitespace_mcp.documents.identity import Company, Member
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.organisation import InOrganisation, OneOrganisation, keys
from whitespace_mcp.mcp_layer.paging import Page, page_of, text_size
from whitespace_mcp.mcp_layer.result import result
from whitespace_mcp.session.directory import MarketDirectory
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.moments import iso

MOST: Final = 40

_Words = Annotated[str | None, Field(max_length=100)]
CompanyArgument = Annotated[_Words, Field(description="Company id or part of its name.")]
TeamArgument = Annotated[_Words, Field(description="Team id or part of its name.")]
PersonArgument = Annotated[_Words, Field(description="Part of a person's name.")]
RoleArgument = Annotated[Literal["broker", "underwriter"] | None, Field()]
WhoArgument = Annotated[bool, Field(description="Name the people, not only count them.")]
CursorArgument = Annotated[str | None, Field(max_length=64)]


async def find_people(
    ctx: Context,
    owner: InOrganisation,
    organisation: OneOrganisation = None,  # noqa: ARG001  # read by the resolver
    company: CompanyArgument = None,
    team: TeamArgument = None,
    person: PersonArgument = None,
    role: RoleArgument = None,
    who: WhoArgument = False,  # the SDK passes arguments by name
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, Directory]:
    """Search the market's directory: companies with role, teams and headcount; people with company, teams, state."""
    wanted = Wanted(company, team, person, role)
    if wanted == Wanted() or (who and wanted == Wanted(role=role)):
        raise WhitespaceError(
            "The call does not say whom to look for",
            retry="Call again with at least one of company, team, person"
            + (": not everybody of a role is named." if who else ", role."),
            do="Example: company=Kestrel, who=true.",
        )
    session = services(ctx).session
    market = await session.directory.market()
    found = search(market.companies.values(), wanted)
    people = [(member, one.company) for one in found for member in one.people]
    question = [session.settings.root, owner.id, "people", company, team, person, role, who]
    matched = {"companies": len(found), "people": len(people)}
    near = [] if found else suggestions(market.companies.values(), wanted)
    notes = [f"Nothing matches. Did you mean: {listed(near)}?" if near else "Nothing matches."] if not found else None
    if who or person:
        named = _people(people, question, cursor)
        return result(
            Directory(
                organisation=keys(owner),
                as_of=iso(session.clock.now()),
                matched=matched,
                people=[person_entry(member, house) for member, house in named.entries],
                next_cursor=named.next_cursor,
                notes=notes,
            )
        )
    page = _companies(found, owner, question, cursor)
    return result(
        Directory(
            organisation=keys(owner),
            as_of=iso(session.clock.now()),
            matched=matched,
            companies=[company_entry(one, owner.channel_prefix) for one in page.entries],
            next_cursor=page.next_cursor,
            notes=notes,
        )
    )


def names_of(market: MarketDirectory) -> Names:
    """The directory as far as answers need it; each person is looked up once."""

    @cache
    def member(user_id: str) -> tuple[str, str] | None:
        found = market.member(user_id)
        return (found[0].name or user_id[:10], found[1].name) if found else None

    return Names(company=market.company_name, team=market.team_name, member=member)


def _people(people: list[tuple[Member, Company]], question: object, cursor: str | None) -> Page[tuple[Member, Company]]:
    return page_of(
        sorted(people, key=lambda one: (one[0].name.casefold(), one[1].name.casefold(), one[0].user_id)),
        question=question,
        cursor=cursor,
        most=MOST,
        name=lambda one: one[0].user_id,
        size=lambda one: text_size(person_entry(*one)),
    )


def _companies(found: list[Found], owner: Organisation, question: object, cursor: str | None) -> Page[Found]:
    return page_of(
        found,
        question=question,
        cursor=cursor,
        most=MOST,
        name=lambda one: one.company.id,
        size=lambda one: text_size(company_entry(one, owner.channel_prefix)),
    )
