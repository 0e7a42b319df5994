"""Words that people and assistants have for arguments, keys and columns, and ours: a refusal names what was meant."""

from collections.abc import Collection
from typing import Final

_OURS: Final[dict[str, tuple[str, ...]]] = {
    "assured": ("name",),
    "before": ("updated_before", "due_to", "expiry_to"),
    "carrier": ("carrier", "leader"),
    "class": ("contract_type",),
    "class_of_business": ("contract_type",),
    "client": ("name",),
    "colleague": ("owner", "person"),
    "columns": ("show",),
    "company": ("company", "organisation"),
    "count": ("page_size",),
    "ends": ("expiry_to", "expiry_month", "expiry"),
    "expires": ("expiry_to", "expiry_month", "expiry"),
    "expiry": ("expiry_to", "expiry_month", "expiry"),
    "expiry_date": ("expiry_to", "expiry_month", "expiry"),
    "expiring": ("expiry_to", "expiry_month", "expiry"),
    "fields": ("show",),
    "id": ("risk",),
    "inception": ("inception_from", "inception_month", "inception"),
    "inception_date": ("inception_from", "inception_month", "inception"),
    "insured": ("name",),
    "insurer": ("carrier", "leader"),
    "lead": ("leader",),
    "limit": ("page_size", "limit"),
    "line_of_business": ("contract_type",),
    "max_results": ("page_size",),
    "month": ("expiry_month", "updated_month"),
    "offset": ("cursor",),
    "order_by": ("sort",),
    "org": ("organisation",),
    "organization": ("organisation",),
    "page": ("cursor",),
    "person": ("owner", "person"),
    "query": ("name", "search", "find"),
    "reference": ("umr", "risk"),
    "search": ("name", "find"),
    "shortest": ("shortfall", "placed"),
    "since": ("updated_since", "since"),
    "syndicate": ("carrier", "leader"),
    "text": ("name", "search", "find"),
    "title": ("name",),
    "type": ("contract_type",),
    "underwriter": ("carrier", "leader"),
    "user": ("owner", "person"),
}

ELSEWHERE: Final = {
    "(not at firm order)": "That is told of firm orders only; pass stage for the others.",
    "not every line is visible": "Those are listed by unknown=true with show=placed.",
}
"""Words of answers that no argument takes, and how what they stand for is asked."""

LESS: Final = {"leader": " That is who leads, not who follows; get_lines has every carrier of one risk."}
"""Arguments that mean less than the word for which they are suggested."""


def ours(word: str, names: Collection[str]) -> str | None:
    """The one of some names that a word stands for; None where it stands for none of them."""
    key = word.strip().lower().replace(" ", "_").replace("-", "_")
    return next((name for name in _OURS.get(key, _OURS.get(key.removesuffix("s"), ())) if name in names), None)
