"""Who can log in to the demo platform, and as whom."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

DEMO_NAME: Final = "Rosalind Quenby"
State = Literal["Draft", "Live", "Suspended", "Digitiser", "ReadOnly"]
STATES: Final[tuple[State, ...]] = get_args(State)
Role = Literal["broker", "underwriter"]


@dataclass(frozen=True)
class Membership:
    """One organisation of a person: the MU id there, and its state when the platform started."""

    user_id: str
    company_id: str
    company_name: str
    role: Role
    state: State


@dataclass(frozen=True)
class Login:
    """One login: a person, or a service account, with what it needs to get in."""

    name: str
    email: str
    memberships: tuple[Membership, ...]
    refresh_token: str = ""
    service_token: str = ""
    subject: str = ""

    @property
    def is_sumo(self) -> bool:
        """Whether the person has several organisations, so that calls must name one."""
        return len(self.memberships) > 1
