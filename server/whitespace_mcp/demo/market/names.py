"""Names of insureds and of contracts, with the untidiness of people who type."""

from random import Random
from typing import Final

from whitespace_mcp.demo.market.classes import LineOfBusiness
from whitespace_mcp.demo.market.slips import Kind
from whitespace_mcp.demo.market.words import FOREIGN_HOUSES, HOUSES

_CONTRACTS: Final = ("Insurance", "Insurance", "Insurance", "Reinsurance")
_TRIALS: Final = ("TEST do not quote", "Training slip", "zz old copy", "UAT round 3", "New joiner practice")


class Names:
    """Draws names."""

    def __init__(self, source: Random) -> None:
        self._source = source

    def insured(self, line: LineOfBusiness) -> str:
        """A company that does not exist."""
        houses = FOREIGN_HOUSES if self._source.random() < 0.06 else HOUSES
        return f"{self._source.choice(houses)} {self._source.choice(line.trades)}"

    def contract_type(self, line: LineOfBusiness) -> str:
        """The class as the TYPE heading has it."""
        return f"{line.name} {self._source.choice(_CONTRACTS)}"

    def title(self, insured: str, line: LineOfBusiness, year: int, kind: Kind) -> str:
        """What the contract is called, which is more than its insured, or something else.

        `insured` is the name, `year` that of account.
        """
        luck = self._source.random()
        if luck < 0.02:
            return f"{self._source.choice(_TRIALS)} {self._source.randrange(1, 90)}"
        if kind == "facility":
            return f"{insured} {line.name} Facility {year}"
        about = self._source.choice(line.titles).format(y=year, n=f"{(year + 1) % 100:02d}")
        if luck < 0.1:
            return f"{insured} \N{EN DASH} {about}"
        if luck < 0.13:
            return f"{insured} {about}".upper()
        if luck < 0.16:
            return f"{insured} {about}  "
        return f"{insured} {about}"
