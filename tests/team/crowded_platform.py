"""The demo platform with many more people, in a process of its own: a line of JSON says who they are.

Each is in one team of a company, or in one of each of two companies, so that what they see differs from desk to desk. A
line that comes in is answered with every id token that was given out so far, as one line of JSON.
"""

import json
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from whitespace_mcp.demo import Platform, serve

COMPANIES = ("CALDERFINCH", "MARROWGATE", "TIDEWELL")


def main() -> None:
    """Serve people, documents of the first and of the second organisation, and seconds that an id token lasts."""
    people, first, second = map(int, sys.argv[1:4])
    platform = Platform(documents=(first, second), token_lifetime_s=float(sys.argv[4]))
    desks = list(_desks(platform))
    rows: list[dict[str, Any]] = []
    for number, desk in enumerate(islice(cycle(desks), people)):
        name = f"Person {number:04d}"
        login = platform.add_person(name, f"person.{number:04d}@firm.example", desk)
        rows.append(
            {
                "name": name,
                "subject": f"subject-{number:04d}",
                "refresh_token": login.refresh_token,
                "organisations": {each.user_id: each.company_id for each in login.memberships},
                "desk": number % len(desks),
            }
        )
    with serve(platform) as running:
        print(json.dumps({"root": running.root, "bucket": platform.bucket, "people": rows}), flush=True)
        for _ in sys.stdin:
            print(json.dumps(platform.tokens_given()), flush=True)


def _desks(platform: Platform) -> Iterator[dict[str, list[str]]]:
    """Each team of each company alone, and pairs of teams of the first two companies."""
    teams = {company: platform.teams(company) for company in COMPANIES}
    for company, channels in teams.items():
        for channel in channels:
            yield {company: [channel]}
    for entry, other in zip(teams[COMPANIES[0]], teams[COMPANIES[1]], strict=False):
        yield {COMPANIES[0]: [entry], COMPANIES[1]: [other]}


if __name__ == "__main__":
    main()
