"""Names of insureds and of contracts, with the untidiness of people who type."""

from random import Random
from typing import Final

from whitespace_mcp.demo.market.classes import LineOfBusiness
from whitespace_mcp.demo.market.slips import Kind
from whitespace_mcp.demo.market.words import FOREIGN_HOUSES, HOUSES

_CONTRACTS: Final = ("Insurance", "Insurance", "Insurance", "Reinsurance")
_TRIALS: Final = ("TEST do not quote", "Training slip", "zz old copy", "UAT round 3", "New joiner practice")


def insured_name(source: Random, line: LineOfBusiness) -> str:
    """A company that does not exist."""
    houses = FOREIGN_HOUSES if source.random() < 0.06 else HOUSES
    return f"{source.choice(houses)} {source.choice(line.trades)}"


def contract_type(source: Random, line: LineOfBusiness) -> str:
    """The class as the TYPE heading has it."""
    return f"{line.name} {source.choice(_CONTRACTS)}"


def contract_title(source: Random, insured: str, line: LineOfBusiness, year: int, kind: Kind) -> str:
    """What the contract is called, which is more than its insured, or something else.

    `insured` is the name, `year` that of account.
    """
    luck = source.random()
    if luck < 0.02:
        return f"{source.choice(_TRIALS)} {source.randrange(1, 90)}"
    if kind == "facility":
        return f"{insured} {line.name} Facility {year}"
    about = source.choice(line.titles).format(y=year, n=f"{(year + 1) % 100:02d}")
    if luck < 0.1:
        return f"{insured} \N{EN DASH} {about}"
    title = f"{insured} {about}"
    return title.upper() if luck < 0.13 else f"{title}  " if luck < 0.16 else title
