"""The risk details of a contract."""

import re
from datetime import timedelta
from typing import Final

from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.lines import sections_of
from whitespace_mcp.demo.market.seeds import share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import UNKNOWN, Terms, written_out
from whitespace_mcp.demo.wording.pieces import Item, Sheet, Value, tagged
from whitespace_mcp.demo.wording.schedules import schedule_of

_CLAUSES: Final = (
    ("DM 104", "Sanctions and trade restrictions"),
    ("DM 221", "Notice of claims"),
    ("DM 305", "Several liability"),
    ("DM 417", "Errors and omissions in good faith"),
    ("DM 560", "Thirty days' notice of cancellation"),
)
_NEW_CLAUSE: Final = ("DM 633", "Carriage and storage of lithium batteries")
_NEW_EXCLUSION: Final = "Loss of data without physical damage"
_EXCLUSIONS: Final = (
    "War on land",
    "Nuclear, chemical and biological contamination",
    "Wear and tear, gradual deterioration",
    "Fines and penalties",
    "Infectious disease, except as bought back",
)


def identity(sheet: Sheet, slip: Slip, document: Document, terms: Terms, umr: str) -> None:
    """Who, what and when.

    `umr` as it is written.
    """
    sheet.section("RiskDetails", "RISK DETAILS")
    sheet.item("UMR", "UNIQUE MARKET REFERENCE").say(" {umr}", umr=tagged(umr.strip() or UNKNOWN, "Broker_Reference"))
    if slip.facility:
        sheet.item("AttachingToLineslipContractOrBindingAuthorityAgreementNumber", "ATTACHING TO LINE SLIP").say(
            "Attaching to and forming part of facility {facility}.", facility=Value(slip.facility[:10])
        )
    kind = slip.contract_type if share_of(f"type {slip.text_root}") < 0.7 else slip.line.name
    sheet.item("ContractType", "TYPE").say(" {kind}", kind=tagged(kind, "Class_Of_Business"))
    _insured(sheet, slip)
    address = sheet.item("PrincipalAddress", "ADDRESS", variation="Address")
    address.say("{street},", street=tagged(terms.street, "Insured_Number_And_Street"))
    address.say(
        "{city} {code}, {country}",
        city=tagged(terms.place.city, "Insured_City_Name"),
        code=tagged(terms.place.postcode, "Insured_Postal_Code"),
        country=tagged(terms.place.country, "Insured_Country"),
    )
    _period(sheet, slip, document, terms)


def _insured(sheet: Sheet, slip: Slip) -> None:
    ceded = slip.contract_type.endswith("Reinsurance")
    heading, title = ("Reinsured", "REINSURED") if ceded else ("Insured", "INSURED  ")
    if ceded:
        name = sheet.item("OriginalInsured", "ORIGINAL INSURED")
        name.say("{name}", name=tagged(slip.insured, "Original_Insured_Name", "Insured_Name"))
        sheet.item(heading, title).say(f"The insurer of {slip.insured} as its interest may appear")
    elif share_of(f"plain insured {slip.text_root}") < 0.2:
        sheet.item(heading, title).say(f"{slip.insured} and its subsidiaries  ")
    else:
        name = tagged(slip.insured, "Insured_Name")
        sheet.item(heading, title).say("{name} and its subsidiary and affiliated companies", name=name)


def _period(sheet: Sheet, slip: Slip, document: Document, terms: Terms) -> None:
    style = int(share_of(f"dates {slip.text_root}") * 2)
    expiry = written_out(terms.expiry, style)
    expiry = slip.plan.expiry_words or expiry
    if document.status == "NotFinalised" and share_of(f"open end {slip.root}") < 0.3:
        expiry = UNKNOWN
    if slip.is_facility:
        sheet.item("PeriodFromDate", "PERIOD FROM").say(
            "{from_}", from_=tagged(written_out(terms.inception, style), "Inception_Date", kind="Date")
        )
        sheet.item("PeriodToDate", "PERIOD TO").say("{to}", to=tagged(expiry, "Expiry_Date", kind="Date"))
        return
    period = sheet.item("Period", "PERIOD")
    if slip.plan.period_by_section:
        _periods(period, slip, terms)
        return
    period.say(
        "From: {start}", rich="<b>From: </b>{start}",
        start=tagged(written_out(terms.inception, style), "Inception_Date", kind="Date"),
    )  # fmt: skip
    period.say("To: {end}", rich="<b>To: </b>{end}", end=tagged(expiry, "Expiry_Date", kind="Date"))
    period.say(
        "Both days at {hour} {zone} at the place of the",
        hour=tagged(terms.hour, "Expiry_Time", "Inception_Time"),
        zone=tagged("Local Standard Time", "Time_Qualifier"),
    )
    period.say("interest insured.")


def _periods(item: Item, slip: Slip, terms: Terms) -> None:
    """A period for each section: each ends a quarter of a year after the one before."""
    for number, (section, name) in enumerate(sections_of(slip)):
        expiry = terms.expiry + timedelta(days=91 * number)
        page = f"period {section}"
        item.say(
            f"Section {section}, {name}: from {{start}} to {{end}}",
            start=tagged(written_out(terms.inception), "Inception_Date", kind="Date", page=page, section=section),
            end=tagged(written_out(expiry), "Expiry_Date", kind="Date", page=page, section=section),
        )


def cover(sheet: Sheet, slip: Slip, terms: Terms) -> None:
    """What is covered, for how much."""
    interest = sheet.item("Interest", "INTEREST").say(slip.line.interest, rich=f"<i>{slip.line.interest}</i>")
    schedule = schedule_of(slip, terms)
    if schedule:
        interest.table(*schedule).say("")
    limits = sheet.item("LimitOfLiability", "LIMITS OF LIABILITY", variation="LimitsOfLiability")
    if sections_of(slip):
        limits.say("By section:", rich="<u>By section:</u> <red-note>check against the schedule</red-note>")
    for number, limit in enumerate(terms.limits):
        page = f"limit {number}"
        limits.say(
            "{coverage}: {amount} {basis}",
            coverage=tagged(limit.coverage, "Coverage", page=page, section=limit.section),
            amount=tagged(
                terms.money(limit.amount), "Coverage_Amount", kind="Amount", page=page, section=limit.section
            ),
            basis=tagged(limit.basis, "Coverage_Basis", page=page, section=limit.section),
        )
    excess = re.search(r"xs (\d+)M|XS \w{3} (\d+)M", slip.title, re.IGNORECASE)
    if excess:
        below = terms.money(int(excess[1] or excess[2]) * 1_000_000)
        sheet.item("Excess", "EXCESS").say(f"In excess of {below}, which the insured or underlying insurers bear.")
    deductible = sheet.item("Deductibles", "DEDUCTIBLE")
    amount = tagged(terms.money(terms.deductible), "Deductible_Amount", kind="Amount")
    deductible.say("{amount} each and every loss, costs included", amount=amount)
    situation = sheet.item("Situation", "TERRITORIAL LIMITS", variation="Territory")
    country = tagged(terms.place.country, "Risk_Location_Country")
    situation.say("{country}, and worldwide where agreed", country=country)


def conditions(sheet: Sheet, slip: Slip, terms: Terms, prefix: str) -> None:
    """Conditions and exclusions; those of one carrier, in vertical terms, are marked with its channel prefix.

    `prefix` is the carrier's channel prefix.
    """
    chosen = _clauses_of(slip)
    clauses = [
        Value(f"{name} ({reference})", ("Clause_Name", "Clause_Reference"), "Clause", reference)
        for reference, name in chosen
    ]
    item = sheet.item("Conditions", "CONDITIONS")
    item.say("Subject to:").bullets(*clauses).paragraphs("All other terms as expiring,", "save as amended above.")
    if prefix:
        own = sheet.item("Conditions", "CONDITIONS").say("Subject to:").bullets(*clauses[:1])
        own.say("and to a separate agreement about claims handling with this insurer only.")
        _vertical(own, slip, prefix, 1)
        deductible = sheet.item("Deductibles", "DEDUCTIBLE")
        amount = tagged(terms.money(terms.deductible * 2), "Deductible_Amount", kind="Amount", page="own")
        deductible.say("{amount} each and every loss, costs in addition", amount=amount)
        _vertical(deductible, slip, prefix, 2)
    texts = [text for text in _EXCLUSIONS if share_of(f"{text} {slip.text_root}") < 0.6]
    if slip.plan.renews:
        texts.append(_NEW_EXCLUSION)
    sheet.item("Exclusions", "EXCLUSIONS").bullets(*texts) if texts else sheet.item("Exclusions", "EXCLUSIONS")


def _clauses_of(slip: Slip) -> list[tuple[str, str]]:
    """References and names; a renewal has a new one, and the last of the others first."""
    chosen = [clause for clause in _CLAUSES if share_of(f"{clause[0]} {slip.text_root}") < 0.7] or [_CLAUSES[0]]
    return [chosen[-1], *chosen[:-1], _NEW_CLAUSE] if slip.plan.renews else chosen


def _vertical(item: Item, slip: Slip, prefix: str, number: int) -> None:
    item.content["vertical"] = {"id": f"V{slip.root[2:]}_{number}", "assignedCarrierPrefixes": [prefix]}


def money(sheet: Sheet, slip: Slip, terms: Terms) -> None:
    """Law, premium and how it is paid."""
    law = sheet.item("ChoiceOfLawAndJurisdiction", "CHOICE OF LAW AND JURISDICTION")
    law.say("This contract is subject to {law}, and to its courts.", law=tagged(terms.place.law, "Choice_Of_Law"))
    premium = sheet.item("Premium", "PREMIUM")
    for number, part in enumerate(terms.premiums):
        page = f"premium {number}"
        premium.say(
            "{amount}  (100%), {kind} for the {span}",
            amount=tagged(terms.money(part.amount), "Premium_Amount", kind="Amount", page=page, section=part.section),
            kind=tagged(part.kind, "Premium_Type", page=page, section=part.section),
            span=tagged("Period", "Premium_Period_Qualifier", page=page, section=part.section),
        )
    if slip.is_facility:
        income = tagged(terms.money(terms.premiums[0].amount * 20), "Gross_Premium_Income_Limit", kind="Amount")
        sheet.item("GrossPremiumIncomeLimit", "GROSS PREMIUM INCOME LIMIT").say("{income}", income=income)
    days = Value(f"{terms.payment_days} days", ("Settlement_Terms",), "TimeDuration")
    sheet.item("PremiumPaymentTerms", "PREMIUM PAYMENT TERMS").say("Payable within {days} of inception.", days=days)
    taxes = sheet.item("TaxesPayableByInsuredAndAdministeredByInsurers", "TAXES PAYABLE BY THE INSURED")
    taxes.say("None known to apply")
    record = sheet.item("RecordingTransmittingAndStoringInformation", "RECORDING, TRANSMITTING AND STORING INFORMATION")
    record.say("The broker keeps risk and claim data electronically.")
    sheet.item("InsurerContractDocumentation", "INSURER CONTRACT DOCUMENTATION").say("This slip is the whole contract.")
