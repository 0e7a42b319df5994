"""Where insureds are, and what follows from it; streets and postcodes are invented."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Place:
    """A principal address with its country's law and currency."""

    city: str
    country: str
    law: str
    currency: str
    postcode: str


PLACES: Final = (
    Place("Rotterdam", "Netherlands", "the law of England and Wales", "EUR", "3999 ZZ"),
    Place("Bergen", "Norway", "the law of Norway", "USD", "5999"),
    Place("Piraeus", "Greece", "the law of England and Wales", "USD", "189 99"),
    Place("Singapore", "Singapore", "the law of Singapore", "USD", "999999"),
    Place("Houston", "United States of America", "the law of the State of New York", "USD", "77999"),
    Place("Toronto", "Canada", "the law of the Province of Ontario", "USD", "M9Z 9Z9"),
    Place("Leeds", "United Kingdom", "the law of England and Wales", "GBP", "LS99 9ZZ"),
    Place("Bristol", "United Kingdom", "the law of England and Wales", "GBP", "BS99 9ZZ"),
    Place("Perth", "Australia", "the law of Western Australia", "AUD", "6999"),
    Place("São Paulo", "Brazil", "the law of Brazil", "USD", "09999-999"),
)
STREETS: Final = ("Long Quay", "Harbour Parade", "Old Mill Lane", "Station Approach", "Beacon Street", "Ropewalk")
