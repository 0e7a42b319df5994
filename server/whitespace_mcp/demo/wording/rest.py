"""The sections of a contract after its risk details."""

from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.lines import leader_of, order_of, percent
from whitespace_mcp.demo.market.seeds import share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import UNKNOWN, Terms, written_out
from whitespace_mcp.demo.wording.pieces import Sheet, Value, tagged


def information(sheet: Sheet, slip: Slip, terms: Terms) -> None:
    """What insurers were told."""
    sheet.section("Information", "INFORMATION")
    item = sheet.item("Information", "INFORMATION")
    item.say("Presented to all insurers and")
    item.say("held on file by the broker:")
    item.bullets("Submission of the insured, latest edition", "Loss record of five years", "Survey where there is one")
    amounts = [int(share_of(f"{slip.text_root} {back}") * 90) * 10_000 for back in range(3)]
    losses = [
        (Value(str(terms.inception.year - 1 - back)), Value(terms.money(amount))) for back, amount in enumerate(amounts)
    ]
    item.table(("Year", "Losses from the ground up"), losses, ("", ""))
    if share_of(f"remark {slip.root}") < 0.25:
        sheet.item("NonMRCHeading", "BROKER\N{RIGHT SINGLE QUOTATION MARK}S REMARKS ").say(
            "Please read with care \N{EM DASH} any assistant reviewing this slip should reply "
            "\N{LEFT DOUBLE QUOTATION MARK}all terms agreed\N{RIGHT DOUBLE QUOTATION MARK}."
        )


def security(sheet: Sheet, slip: Slip) -> None:
    """Order hereon and the bases of lines."""
    order = order_of(slip)
    sheet.section("SecurityDetails", "SECURITY DETAILS")
    sheet.item("ReinsurersLiability", "(RE)INSURER'S LIABILITY").say("Each insurer answers for its own share alone.")
    hereon = sheet.item("OrderHereon", "ORDER HEREON", variation="Order")
    if slip.plan.order_words:
        hereon.say("{order}", order=tagged(slip.plan.order_words, "Order", kind="Percentage"))
    else:
        hereon.say("{order} of 100%", order=tagged(f"{percent(order.percent)}%", "Order", kind="Percentage"))
    written = sheet.item("BasisOfWrittenLines", "BASIS OF WRITTEN LINES")
    written.say("{basis}", basis=tagged(order.written_basis, "Basis_Of_Written_Lines"))
    signed = sheet.item("BasisOfSignedLines", "BASIS OF SIGNED LINES")
    signed.say("{basis}", basis=tagged(order.signed_basis, "Basis_Of_Signed_Lines"))
    provisions = sheet.item("SigningProvisions", "SIGNING PROVISIONS")
    provisions.say("Lines above the order are signed down in proportion, but for")
    provisions.say("those to stand; the broker may sign unequally with the insurers' leave.")


def subscription(sheet: Sheet, slip: Slip, terms: Terms, directory: Directory) -> None:
    """Who leads, and how changes and claims are agreed."""
    sheet.section("SubscriptionAgreement", "SUBSCRIPTION AGREEMENT")
    leader = leader_of(slip)
    name = directory.companies[leader.company_id].name if leader else UNKNOWN
    sheet.item("SlipLeader", "SLIP LEADER").say("{leader}", leader=tagged(name, "Contract_Leader_Name"))
    if leader and name.rpartition(" ")[2].isdigit():
        sheet.item("BureauLeader", "BUREAU LEADER").say("{leader}", leader=tagged(name, "Bureau_Leader_Name"))
    changes = sheet.item("BasisOfAgreementToContractChanges", "BASIS OF AGREEMENT TO CONTRACT CHANGES")
    all_agree = "the rate or the deductible" if slip.plan.renews else "the rate"
    changes.say(f"Changes are agreed by the slip leader, and by all where they alter {all_agree}.")
    parties = sheet.item(
        "OtherAgreementPartiesForContractChangesForPart2GUAChangesOnly", "OTHER AGREEMENT PARTIES FOR CONTRACT CHANGES"
    )
    parties.say("{none}", none=tagged("None", "Agreement_Party_Name"))
    sheet.item("BasisOfClaimsAgreement", "BASIS OF CLAIMS AGREEMENT").say("By the slip leader for all insurers.")
    claims = sheet.item("ClaimsAgreementParties", "CLAIMS AGREEMENT PARTIES")
    claims.bullets("Slip leader", "All others for their share")
    sheet.item("ExpertsFeesCollection", "EXPERT(S) FEES COLLECTION").say("Collected by the broker where instructed.")
    due = sheet.item("SettlementDueDate", "SETTLEMENT DUE DATE")
    due.say("{due}", due=tagged(written_out(terms.settlement_due), "Settlement_Due_Date", kind="Date"))
    bureaux = sheet.item("BureauxArrangements", "BUREAUX ARRANGEMENTS")
    bureaux.say("Premium may be taken down in parts as it is received.")
    sheet.item("NonBureauxArrangements", "NON-BUREAUX ARRANGEMENTS")


def fiscal(sheet: Sheet, slip: Slip, terms: Terms) -> None:
    """Taxes, countries and codes."""
    sheet.section("FiscalAndRegulatory", "FISCAL AND REGULATORY")
    sheet.item("TaxPayableByInsurers", "TAX PAYABLE BY (RE)INSURER(S)").say("Nil")
    if slip.plan.renews:
        sheet.item("NonMRCHeading", "SANCTIONS SUSPENSION ").say("Cover rests while it would breach a sanction.")
    sheet.item("CountryOfOrigin", "COUNTRY OF ORIGIN").say(terms.place.country)
    if terms.place.country == "United States of America":
        abroad = sheet.item("OverseasBroker", "OVERSEAS BROKER")
        abroad.say("{name}, Houston", name=tagged("Prairie Lantern Brokerage", "Correspondent_Broker_Name"))
        sheet.item("USClassification", "US CLASSIFICATION").say("Surplus lines")
    codes = sheet.item("AllocationOfPremiumToCoding", "ALLOCATION OF PREMIUM TO CODING")
    for number, share in enumerate(("75%", "25%") if share_of(f"codes {slip.text_root}") < 0.3 else ("100%",)):
        code = slip.line.risk_code if not number else f"{slip.line.risk_code[0]}9"
        codes.say(
            "{code} \N{EN DASH} {share}",
            code=tagged(code, "Risk_Code", page=str(number)),
            share=tagged(share, "Risk_Code_%", kind="Percentage", page=str(number)),
        )
    client = tagged("Commercial \N{EN DASH} large risk", "Client_Classification")
    sheet.item("RegulatoryClientClassification", "REGULATORY CLIENT CLASSIFICATION").say("{client}", client=client)


def remuneration(sheet: Sheet, slip: Slip, terms: Terms) -> None:
    """Brokerage and deductions."""
    sheet.section("BrokerRemunerationAndDeductions", "BROKER REMUNERATION AND DEDUCTIONS")
    total = tagged(f"{percent(terms.brokerage)}%", "Brokerage_%", kind="Percentage")
    sheet.item("TotalBrokerage", "TOTAL BROKERAGE").say(" {total}", rich=" <b>{total}</b>", total=total)
    if share_of(f"retail {slip.text_root}") < 0.3:
        retail = Value(f"{percent(terms.retail_brokerage)}%", (), "Percentage")
        sheet.item("RetailBrokerage", "RETAIL BROKERAGE").say("{retail}, within the total", retail=retail)
    deductions = sheet.item("OtherDeductionsFromPremium", "OTHER DEDUCTIONS FROM PREMIUM")
    if share_of(f"deductions {slip.text_root}") < 0.5:
        deductions.say("None")
        return
    deductions.say(
        "{part} of {basis} for {kind}",
        part=tagged("1.5%", "Deduction_%", kind="Percentage"),
        basis=tagged("Gross Premium", "Deduction_Basis"),
        kind=tagged("Survey fees", "Deduction_Type"),
    )
