"""Premium and brokerage in money: to the cent, and nothing where the contract leaves a doubt."""

from decimal import Decimal

import pytest

from support.lines import Doc, contract, item
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.reckoning import ContractSums, contract_sums

FLAT = "{0} (100%), Flat Premium for the Period"


def premium(amount: str, text: str = FLAT, *sections: str) -> Doc:
    return item("Premium", text, ("Premium_Amount", amount), sections=sections)


RATE = item("TotalBrokerage", "{0}", ("Brokerage_%", "27.5%"))


@pytest.mark.parametrize(
    ("items", "order", "sums"),
    [
        ([premium("USD 1,015,000"), RATE], "82.5",
         ContractSums(premium_for_order="USD 837,375", brokerage_for_order="USD 230,278.13")),
        ([premium("USD 1,015,000"), RATE], "100", ContractSums(brokerage="USD 279,125")),
        ([premium("GBP 333.33"), RATE], None, None),
        ([premium("GBP 333.33"), RATE], "100", ContractSums(brokerage="GBP 91.67")),
        ([premium("USD 1,015,000")], "50", ContractSums(premium_for_order="USD 507,500")),
        ([premium("USD 70,000", FLAT, "1"), premium("USD 30,000", FLAT, "2"), RATE], "100",
         ContractSums(premium="USD 100,000", brokerage="USD 27,500")),
        ([premium("USD 70,000", FLAT, "1", "2"), RATE], "100", ContractSums(brokerage="USD 19,250")),
        ([premium("USD 70,000", "{0} (100%) per annum"), RATE], "100", ContractSums(brokerage="USD 19,250")),
        ([premium("USD 70,000", "{0} (100%),\n  in orderly  money"), RATE], "100",
         ContractSums(brokerage="USD 19,250")),
    ],
)  # fmt: skip
def test_what_is_stated_once_is_reckoned(items: list[Doc], order: str | None, sums: ContractSums | None) -> None:
    assert contract_sums(read_contract(contract(*items)), Decimal(order) if order else None) == sums


@pytest.mark.parametrize(
    "items",
    [
        [premium("USD 1,015,000")],
        [RATE],
        [premium("USD 1,015,000", "{0}, Flat Premium for the order hereon"), RATE],
        [premium("As agreed"), RATE],
        [premium("USD 1,000", "{0} (100%), 2.5% of turnover at least"), RATE],
        [premium("USD 70,000", FLAT, "1"), premium("EUR 30,000", FLAT, "2"), RATE],
        [premium("USD 70,000", FLAT, "1"), premium("USD 30,000", "{0} (100%), Deposit Premium", "2"), RATE],
        [premium("USD 70,000", FLAT, "1", "2"), premium("USD 30,000", FLAT, "2"), RATE],
        [premium("USD 70,000", FLAT, "1"), premium("USD 30,000", "as agreed: {0}", "2"), RATE],
        [premium("USD 1,000"), item("RetailBrokerage", "{0}", ("Brokerage_%", "5%"))],
        [premium("USD 1,000"), item("TotalBrokerage", "{0}", ("Brokerage_%", "???"))],
        [premium("USD 1,000", "{0} (100%), net of brokerage"), RATE],
        [premium("USD 1,000", "{0} (100%) per vessel"), RATE],
        [premium("USD 1,000", "{0} (100%), for each month"), RATE],
        [premium("USD 1,000", "{0} (100%), or as agreed"), RATE],
        [premium("USD 70,000", FLAT, "1"), premium("???", FLAT, "2"), RATE],
        [premium("USD 70,000", FLAT, "1"), premium("USD 1", FLAT, "2"), item("Premium", "As agreed", sections=["3"])],
        [premium("USD 70,000"), item("Premium", "Plus a share of the turnover"), RATE],
        [premium("USD 1,000"), item("TotalBrokerage", "{0} of the net premium", ("Brokerage_%", "5%"))],
        [premium("USD 1,000"), item("TotalBrokerage", "{0}, then {1}", ("Brokerage_%", "5%"), ("Brokerage_%", "???"))],
    ],
)
def test_a_doubt_leaves_it_to_the_words(items: list[Doc]) -> None:
    assert contract_sums(read_contract(contract(*items)), Decimal(100)) is None
