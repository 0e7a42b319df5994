"""What arrived at the platform, as tests look at it afterwards."""

from dataclasses import dataclass, field


@dataclass
class Seen:
    """One request, noted on arrival and before anything could go wrong with it."""

    method: str
    path: str
    """Decoded, without the query."""
    query: dict[str, str] = field(default_factory=dict[str, str])
    """The value of `refresh_token` is replaced by `***`."""
    user_id: str | None = None
    """The `UserID` header."""
    has_bearer: bool = False
    has_cookie: bool = False
    status: int = 0
    """0 until it is answered, and for good when the connection was closed without an answer."""
