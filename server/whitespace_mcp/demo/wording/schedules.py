"""What is insured, item by item: the tables of vessels, sites and aircraft in a contract."""

from random import Random
from typing import Final

from whitespace_mcp.demo.market.seeds import chance
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import Terms
from whitespace_mcp.demo.wording.pieces import Value

_VESSELS: Final = ("Grey Heron", "Petra's Pride", "Sea Thistle", "Ostfold Trader", "Marsh Harrier", "Lady Imelda")
_SITES: Final = (
    "Warehouse A, dockside", "Main plant", "Cold store", "Head office", "Tank farm north", "Distribution hub",
)  # fmt: skip
_AIRCRAFT: Final = ("twin turboprop, 50 seats", "narrow-body jet, 180 seats", "medium helicopter", "business jet")

Schedule = tuple[tuple[str, ...], list[tuple[Value, ...]], tuple[str, ...]]
"""Header, rows, and the tag of each column."""
_TAGS: Final = ("Insured_Item_Unique_Identifier", "Insured_Risk_Factor_Description", "Insured_Item_Value_Amount")


def schedule_of(slip: Slip, terms: Terms) -> Schedule | None:
    """The schedule of the classes that have one; a renewal has another value in its first row, and a row more."""
    schedule = _drawn(slip, terms)
    if schedule is None or not slip.plan.renews:
        return schedule
    header, rows, tags = schedule
    name, about, _ = rows[0]
    changed = (name, about, Value(terms.money(99_250_000), kind="Amount"))
    new = (Value("new at renewal"), about, Value(terms.money(12_500_000), kind="Amount"))
    return header, [changed, *rows[1:], new], tags


def _drawn(slip: Slip, terms: Terms) -> Schedule | None:
    source = chance(0, slip.text_root, "schedule")
    many = source.randrange(2, 9)
    match slip.line.code:
        case "MH":
            rows = [
                _row(f"IMO 99{source.randrange(10_000, 99_999)}", source.choice(_VESSELS), terms, source)
                for _ in range(many)
            ]
            return ("IMO number", "Vessel", "Agreed value"), rows, _TAGS
        case "AV":
            rows = [_row(f"Z9-{_letters(source)}", source.choice(_AIRCRAFT), terms, source) for _ in range(many)]
            return ("Registration", "Aircraft type", "Agreed value"), rows, _TAGS
        case "PD" | "TE" | "ED":
            rows = [_row(f"L{number}", source.choice(_SITES), terms, source) for number in range(1, many + 1)]
            return ("Location", "Description", "Sum insured"), rows, _TAGS
        case _:
            return None


def _row(name: str, about: str, terms: Terms, source: Random) -> tuple[Value, ...]:
    amount = source.randrange(5, 400) * 250_000
    return Value(name), Value(about), Value(terms.money(amount), kind="Amount")


def _letters(source: Random) -> str:
    return "".join(source.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
