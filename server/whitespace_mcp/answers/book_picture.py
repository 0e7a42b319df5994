"""The book as a picture shows it: every organisation side by side, in counts of slips."""

from whitespace_mcp.answers.base import Answer, OrganisationKeys


class BookOrganisation(OrganisationKeys):
    """One organisation's counts of slips: by stage, signed ones by month of expiry, firm orders by how far written."""

    slips: int
    as_of: str
    stale_reason: str | None = None
    error: str | None = None
    by_stage: dict[str, int] | None = None
    expiring: dict[str, int] | None = None
    placed: dict[str, int] | None = None
    waiting: dict[str, int] | None = None
    not_known: dict[str, dict[str, object]] | None = None


class BookPicture(Answer):
    """Answer of `show_book`; `not_known` says which counts are not complete yet."""

    organisations: list[BookOrganisation]
    meaning: dict[str, str] | None = None
