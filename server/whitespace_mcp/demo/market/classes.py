"""Classes of business: what they are called on a slip, who writes them, and what their numbers look like."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class LineOfBusiness:
    """One class of business, as a broker's team places it."""

    code: str
    """Two letters, part of our brokers' references."""
    name: str
    team: str
    """The id of the team that looks after it."""
    trades: tuple[str, ...]
    """What the insureds' names end with."""
    titles: tuple[str, ...]
    """What follows the insured's name in a contract's title; `{y}` is the year, `{n}` the next one's two digits."""
    limits: tuple[int, ...]
    """Millions."""
    risk_code: str
    interest: str


LINES: Final = (
    LineOfBusiness(
        "MH", "Marine Hull", "MARINE", ("Shipping", "Tankers", "Bulk Carriers", "Towage", "Ferries"),
        ("Hull & Machinery {y}", "H&M / IV {y}/{n}", "Fleet {y}", "Increased Value {y}/{n}"), (10, 25, 40, 75), "T",
        "Hull, machinery and everything connected therewith of the vessels scheduled.",
    ),
    LineOfBusiness(
        "MC", "Marine Cargo", "MARINE", ("Trading", "Commodities", "Grain", "Coffee Company", "Freight"),
        ("Cargo Open Cover {y}", "Stock Throughput {y}/{n}", "Cargo & Storage {y}"), (2, 5, 15, 50), "V",
        "Goods of the insured's trade, in transit and in store.",
    ),
    LineOfBusiness(
        "ML", "Marine Liability", "MARINE", ("Terminals", "Ports", "Stevedoring", "Charterers"),
        ("Marine Liabilities {y}", "Terminal Operators Liability {y}/{n}", "Charterers Liability {y}"), (5, 25, 100),
        "GM",        "Legal liability of the insured arising from its marine operations.",
    ),
    LineOfBusiness(
        "PD", "Property D&F", "PROPERTY", ("Hotels", "Retail Group", "Foods", "Paper Mills", "Logistics Parks"),
        ("Property {y}", "PDBI {y}/{n}", "Primary USD 25M {y}", "XS USD 50M {y}"), (10, 25, 50, 100), "B3",
        "Real and personal property of the insured, and its business interruption.",
    ),
    LineOfBusiness(
        "TE", "Terrorism", "PROPERTY", ("Stadia", "Estates", "Airports", "Theatres"),
        ("Terrorism & Sabotage {y}", "T&S {y}/{n}", "Political Violence {y}"), (25, 50, 150), "TO",
        "Property damage by terrorism and sabotage at the locations scheduled.",
    ),
    LineOfBusiness(
        "CY", "Cyber", "CYBER", ("Digital", "Payments", "Health Systems", "Cloud", "Telecom"),
        ("Cyber {y}", "Cyber & Tech E&O {y}/{n}", "Excess Cyber USD 10M xs 10M {y}"), (5, 10, 20), "CY",
        "Loss following a security failure, and liability for it.",
    ),
    LineOfBusiness(
        "EU", "Upstream Energy", "ENERGY", ("Exploration", "Offshore", "Petroleum", "Drilling"),
        ("Upstream Package {y}", "Control of Well {y}/{n}", "Offshore Package {y}"), (50, 150, 300), "EM",
        "Platforms, pipelines and wells, and the control of those wells.",
    ),
    LineOfBusiness(
        "ED", "Downstream Energy", "ENERGY", ("Refining", "Chemicals", "Power", "Gas Storage"),
        ("Onshore Energy {y}", "Operational Package {y}/{n}", "Refinery PDBI {y}"), (50, 100, 250), "EF",
        "Plants, stocks and business interruption of the insured's sites.",
    ),
    LineOfBusiness(
        "AV", "Aviation Hull and Liability", "AVIATION", ("Airways", "Air Charter", "Helicopters", "Aerospace"),
        ("Hull & Liabilities {y}", "All Risks {y}/{n}", "Hull War {y}", "Products & Grounding {y}"),
        (50, 250, 500), "L",
        "The aircraft scheduled, and liability arising from their operation.",
    ),
    LineOfBusiness(
        "PI", "Professional Indemnity", "FINPRO", ("Architects", "Surveyors", "Consulting", "Engineers LLP"),
        ("PI {y}", "PI Primary GBP 5M {y}", "PI Excess {y}/{n}"), (2, 5, 10), "E3",
        "Civil liability of the insured for breach of professional duty.",
    ),
    LineOfBusiness(
        "DO", "Directors and Officers", "FINPRO", ("Holdings", "Capital", "Biosciences", "Mining"),
        ("D&O {y}", "Side A DIC {y}", "D&O XS GBP 10M {y}/{n}"), (5, 10, 25), "D4",
        "Loss of directors and officers from claims for wrongful acts.",
    ),
    LineOfBusiness(
        "PR", "Political Risks", "FINPRO", ("Infrastructure", "Export Finance", "Agri Invest", "Solar"),
        ("Contract Frustration {y}", "CEND {y}/{n}", "Lenders Interest {y}"), (10, 30, 80), "PR",
        "Investments and contracts abroad, against acts of governments.",
    ),
    LineOfBusiness(
        "FA", "Fine Art and Specie", "SPECIALTY", ("Gallery", "Vaulting", "Museum Trust", "Jewellers"),
        ("Fine Art {y}", "Specie {y}/{n}", "Exhibition Transit {y}"), (5, 20, 100), "FA",
        "Works of art, valuables and the like, wherever held and in transit.",
    ),
    LineOfBusiness(
        "CO", "Contingency", "SPECIALTY", ("Festivals", "Sports Federation", "Live", "Film Partners"),
        ("Event Cancellation {y}", "Non-Appearance {y}", "Prize Indemnity {y}/{n}"), (1, 3, 10), "PB",
        "Expenses and profit lost by necessary cancellation of events.",
    ),
)  # fmt: skip
TEAM_NAMES: Final = {
    "MARINE": ("Marine", ("Marine Hull", "Marine Cargo", "Marine Liability")),
    "PROPERTY": ("Property", ("Property D&F", "Terrorism")),
    "CYBER": ("Cyber", ("Cyber",)),
    "ENERGY": ("Energy", ("Upstream Energy", "Downstream Energy")),
    "AVIATION": ("Aviation", ("Aviation Hull and Liability",)),
    "FINPRO": ("FinPro", ("Professional Indemnity", "Directors and Officers")),
    "SPECIALTY": ("Specialty", ("Fine Art and Specie", "Contingency")),
    "ALL": ("All Classes", ()),
    "FACILITIES": ("Facilities", ()),
}
FACILITY_TYPES: Final = (
    "Non-Bulking Line Slip", "Bulking Line Slip", "Binding Authority", "Consortium", "Master Line Slip",
)  # fmt: skip
