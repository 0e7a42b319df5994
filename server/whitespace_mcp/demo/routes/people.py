"""Who one is, who the others are, and what the platform is."""

from starlette.responses import Response

from whitespace_mcp.demo.http import json_response
from whitespace_mcp.demo.market.companies import Company, Member
from whitespace_mcp.demo.people import STATES
from whitespace_mcp.demo.routes.call import Call, Entry
from whitespace_mcp.demo.views.directory import corporate_detail, member_details


def version() -> Response:
    """The build, which anybody may ask for."""
    return json_response(
        {
            "buildDate": "2026-11-12@06:40:07",
            "revapiCommit": "5d1f0c8e2b7a49d6830e4c95fa17b2d3c6e8f901",
            "revapiCommitMessage": "demo platform",
            "riskLibraryCommit": "a90b3e77c14d52f86be0d3915c2f4870e6d1ab34",
            "platformVersion": 30700,
        }
    )


def _corporate(call: Call) -> object:
    """Every company with its teams and people, e-mail addresses removed."""
    return [corporate_detail(company, emails=False) for company in call.world.directory]


def _my_details(call: Call) -> object:
    company, member = _entry(call)
    return {
        "companyId": company.company_id,
        "username": member.email,
        "companyName": company.name,
        "uniqueID": member.user_id,
        "role": company.role,
        "teams": [{"name": t.name, "teamId": t.team_id, "channel": t.channel} for t in member.teams],
    }


def _person(call: Call) -> object:
    email = call.parts["email"].lower()
    everybody = [member for company in call.world.directory for member in company.members]
    members = [member_details(member, email=True) for member in everybody if member.email.lower() == email]
    return {"search": call.parts["email"], "count": len(members), "members": members}


def _entry(call: Call) -> tuple[Company, Member]:
    entry = call.world.directory.member(call.viewer.user_id)
    assert entry is not None, "admitted by the directory"  # noqa: S101  # narrows the type
    return entry


ROUTES: list[Entry] = [
    ("GET", "/api/user/myDetails", _my_details),
    ("GET", "/api/lookup/person/{email}", _person),
    ("GET", "/api/shared/corporate", _corporate),
    ("GET", "/api/shared/corporate/memberStates", lambda _: list(STATES)),
]
