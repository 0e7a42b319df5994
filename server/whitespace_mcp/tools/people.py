"""The directory: companies, teams and people."""

from typing import Annotated, Final, Literal

from mcp.types import CallToolResult
from pydantic import Field

from whitespace_mcp.answers.people import MarketPeople, PeopleSearch, company_entry, person_entry, search, suggestions
from whitespace_mcp.config.errors import WhitespaceError, listed
from whitespace_mcp.mcp_layer.dependencies import InOrganisation
from whitespace_mcp.mcp_layer.paging import text_size
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, Tool, result

MOST: Final = 40

_Words = Annotated[str | None, Field(max_length=100)]
CompanyWordsArgument = Annotated[_Words, Field(description="Company id or part of its name.")]
TeamArgument = Annotated[_Words, Field(description="Team id or part of its name.")]
PersonArgument = Annotated[_Words, Field(description="Part of a person's name.")]
RoleArgument = Annotated[Literal["broker", "underwriter"] | None, Field()]
NamePeopleArgument = Annotated[bool, Field(description="Name the people, not only count them.")]


async def find_people(
    call: InOrganisation,
    organisation: OneOrganisation = None,
    company: CompanyWordsArgument = None,
    team: TeamArgument = None,
    person: PersonArgument = None,
    role: RoleArgument = None,
    who: NamePeopleArgument = False,  # the SDK passes arguments by name
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, MarketPeople]:
    """Search the market's directory: companies with role, teams and headcount; people with company, teams, state."""
    wanted = PeopleSearch(company, team, person, role)
    if wanted == PeopleSearch() or (who and wanted == PeopleSearch(role=role)):
        raise WhitespaceError(
            "The call does not say whom to look for",
            retry="Call again with at least one of company, team, person"
            + (": not everybody of a role is named." if who else ", role."),
            do="Example: company=Kestrel, who=true.",
        )
    own_prefix = call.organisation.channel_prefix
    market = await call.session.directory.market()
    matches = search(market.companies.values(), wanted)
    people = [(member, match.company) for match in matches for member in match.people]
    near = [] if matches else suggestions(market.companies.values(), wanted)
    answer = MarketPeople(**call.head(), matched={"companies": len(matches), "people": len(people)})
    if not matches:
        answer.notes = [f"Nothing matches. Did you mean: {listed(near)}?" if near else "Nothing matches."]
    question = ("people", company, team, person, role, who)
    if who or person:
        people.sort(key=lambda entry: (entry[0].name.casefold(), entry[1].name.casefold(), entry[0].user_id))
        page = call.page(
            people, *question, cursor=cursor, most=MOST, name=lambda entry: entry[0].user_id,
            size=lambda entry: text_size(person_entry(*entry)),
        )  # fmt: skip
        answer.people, answer.next_cursor = [person_entry(*entry) for entry in page.entries], page.next_cursor
    else:
        companies = call.page(
            matches, *question, cursor=cursor, most=MOST, name=lambda match: match.company.id,
            size=lambda match: text_size(company_entry(match, own_prefix)),
        )  # fmt: skip
        answer.companies = [company_entry(match, own_prefix) for match in companies.entries]
        answer.next_cursor = companies.next_cursor
    return result(answer)


TOOL: Final = Tool(find_people, title="People and companies")
