"""The directory as the platform writes it (CorporateDetail, platform.md 5.10)."""

from typing import Any

from whitespace_mcp.demo.market.companies import Company, Member
from whitespace_mcp.demo.market.seeds import named_identifier, revision

_SINCE = "2023-01-09 08:15:00"


def corporate_detail(company: Company, *, emails: bool) -> dict[str, Any]:
    """One company."""
    name = f"Corporate-{company.company_id}"
    detail: dict[str, Any] = {
        "_id": name,
        "_rev": revision(name, str(len(company.members)), 4),
        "companyId": company.company_id,
        "name": company.name,
        "role": company.role,
        "channelPrefix": company.company_id.lower(),
        "isOffline": company.is_offline,
        "isTestOnly": False,
        "teams": [
            {
                "teamId": team.team_id,
                "name": team.name,
                "channel": team.channel,
                "isInactive": team.is_inactive,
                "classOfBusiness": list(team.classes),
            }
            for team in company.teams
        ],
        "members": [member_details(member, email=emails, offline=company.is_offline) for member in company.members],
        "settings": {},
        "permissions": {},
        "channels": ["shared"],
        "createdAt": _SINCE,
        "updatedAt": "2026-10-02 11:20:41",
    }
    if company.role == "underwriter":
        detail["stamps"] = [stamp_of(company)]
    return detail


def member_details(member: Member, *, email: bool, offline: bool = False) -> dict[str, Any]:
    """One person.

    `email` shows the address; `offline` is told of people whose company is not on the platform.
    """
    detail: dict[str, Any] = {
        "name": member.name,
        "uniqueID": member.user_id,
        "currentState": member.state,
        "teams": [team.channel for team in member.teams],
        "allowReporting": False,
        "isOffPlatform": offline,
    }
    if email:
        detail["email"] = member.email
    return detail


def stamp_of(company: Company) -> dict[str, Any]:
    """The stamp that a carrier puts down: a syndicate's, or a company's."""
    number = company.name.rpartition(" ")[2]
    is_syndicate = number.isdigit()
    return {
        "uniqueID": named_identifier("ST", f"stamp {company.company_id}"),
        "businessUnit": f"Syndicate {number}" if is_syndicate else company.name.strip(),
        "stampType": "lloyds" if is_syndicate else "other",
        "bureauMarket": "Lloyd's" if is_syndicate else "Company market",
        "bureauMarketCode": number if is_syndicate else f"K{company.company_id[:4]}",
        "bureauSubMarket": company.company_id[:3] if is_syndicate else "",
    }
