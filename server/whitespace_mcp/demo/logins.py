"""The people and accounts that can log in, entered in the directory."""

import base64
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from whitespace_mcp.demo.accounts import static_token
from whitespace_mcp.demo.market.companies import Directory, Team
from whitespace_mcp.demo.market.making import BROKER, CARRIER
from whitespace_mcp.demo.market.seeds import chance, identifier
from whitespace_mcp.demo.options import Options
from whitespace_mcp.demo.people import DEMO_NAME, Login, Membership, State

_YEAR_S: Final = 365 * 86400
Teams = tuple[Team, ...] | None


def make_logins(seed: int, directory: Directory, options: Options, close: int) -> dict[str, Login]:
    """Everybody who has a secret.

    `demo` has two organisations (with `Options.suspended_membership` three), `single` one, `service` a static token,
    `readonly` a second membership in state ReadOnly, `unregistered` a refresh token but no account. `close` is the last
    working moment of the market, seconds since 1970.

    `seed` decides the secrets.
    """
    source = chance(seed, "logins")
    desk = _Desk(directory, source, close)
    demo: list[tuple[str, State]] = [(BROKER, "Live"), (CARRIER, "Live")]
    if options.suspended_membership:
        demo.append(("TALLOWICK", "Suspended"))
    logins = {
        "demo": desk.person(DEMO_NAME, "rosalind.quenby@calderfinch.example", demo),
        "single": desk.person("Hamish Corrigall", "hamish.corrigall@tidewell.example", [("TIDEWELL", "Live")]),
        "service": desk.service(BROKER),
        "readonly": desk.person(
            "Philippa Drumlanrick", "p.drumlanrick@wrenlock.example", [("WRENLOCK", "Live"), ("AMBERLOCK", "ReadOnly")]
        ),
        "unregistered": desk.person("Octavia Wainscott", "octavia.wainscott@nowhere.example", []),
    }
    # Somebody else of the same name, written differently.
    desk.person(DEMO_NAME.upper(), "r.quenby@pellmarsh.example", [("PELLMARSH", "Live")])
    return logins


def add_person(
    seed: int, directory: Directory, name: str, email: str, desks: Mapping[str, Sequence[str] | None]
) -> Login:
    """Enter somebody new, with a refresh token.

    `seed` is of everything that is drawn, `name` and `email` are theirs; `desks` are the channels of their teams by
    company id, None for all that work.
    """
    desk = _Desk(directory, chance(seed, "person", email), 0)
    teams = {
        company_id: None if channels is None else tuple(directory.teams[channel] for channel in channels)
        for company_id, channels in desks.items()
    }
    return desk.person(name, email, [(company_id, "Live") for company_id in desks], teams)


class _Desk:
    """Opens accounts."""

    def __init__(self, directory: Directory, source: Random, close: int) -> None:
        self._close = close
        self._directory = directory
        self._source = source

    def person(
        self, name: str, email: str, companies: list[tuple[str, State]], teams: Mapping[str, Teams] | None = None
    ) -> Login:
        """A person with a refresh token, in these teams of each company or in all that work."""
        memberships = tuple(
            self.enrol(company_id, name, email, state, (teams or {}).get(company_id)) for company_id, state in companies
        )
        subject = identifier("", self._source).lower()
        return Login(name, email, memberships, refresh_token=self.refresh_token(), subject=subject)

    def service(self, company_id: str) -> Login:
        """A service account with a token that lasts a year."""
        email = f"platform.feeds@{company_id.lower()}.example"
        name = f"wssvc_{company_id}_{email}"
        membership = self.enrol(company_id, name, email, "Live")
        claims = {"iss": "whitespace-demo-service", "sub": name, "iat": self._close, "exp": self._close + _YEAR_S}
        token = static_token(claims, self._source.randbytes(64))
        return Login(name, email, (membership,), service_token=token, subject=name)

    def enrol(self, company_id: str, name: str, email: str, state: State, teams: Teams = None) -> Membership:
        """Enter somebody in a company, in these teams or in all that work."""
        company = self._directory.companies[company_id]
        if teams is None:
            teams = tuple(team for team in company.teams if not team.is_inactive)
        member = self._directory.enrol(company_id, name, email, state, teams, identifier("MU", self._source))
        return Membership(member.user_id, company_id, company.name, company.role, state)

    def refresh_token(self) -> str:
        """Base64 with everything in it that must be percent-encoded in a query."""
        while True:
            token = base64.b64encode(self._source.randbytes(61)).decode()
            if "+" in token and "/" in token:
                return token
