"""Documents that belong to a company or to everybody: approved carriers, the list of data tags, headings."""

from typing import Any, Final

from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.seeds import revision, share_of

_SINCE: Final = "2025-03-03 09:00:00"
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "RiskDetails": (
        "UMR", "AttachingToLineslipContractOrBindingAuthorityAgreementNumber", "ContractType", "Insured",
        "OriginalInsured", "Reinsured", "PrincipalAddress", "Period", "PeriodFromDate", "PeriodToDate", "Interest",
        "LimitOfLiability", "Excess", "Deductibles", "Situation", "Conditions", "Exclusions",
        "ChoiceOfLawAndJurisdiction", "Premium", "GrossPremiumIncomeLimit", "PremiumPaymentTerms",
        "TaxesPayableByInsuredAndAdministeredByInsurers", "RecordingTransmittingAndStoringInformation",
        "InsurerContractDocumentation",
    ),
    "Information": ("Information",),
    "SecurityDetails": (
        "ReinsurersLiability", "OrderHereon", "BasisOfWrittenLines", "BasisOfSignedLines", "SigningProvisions",
    ),
    "SubscriptionAgreement": (
        "SlipLeader", "BureauLeader", "BasisOfAgreementToContractChanges",
        "OtherAgreementPartiesForContractChangesForPart2GUAChangesOnly", "BasisOfClaimsAgreement",
        "ClaimsAgreementParties", "ExpertsFeesCollection", "SettlementDueDate", "BureauxArrangements",
        "NonBureauxArrangements",
    ),
    "FiscalAndRegulatory": (
        "TaxPayableByInsurers", "CountryOfOrigin", "OverseasBroker", "USClassification", "AllocationOfPremiumToCoding",
        "RegulatoryClientClassification",
    ),
    "BrokerRemunerationAndDeductions": ("TotalBrokerage", "RetailBrokerage", "OtherDeductionsFromPremium"),
}  # fmt: skip
ENDORSEMENT_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "RiskAndEndorsementIdentificationDetails": ("UMR", "Insured", "EndorsementNumber"),
    "ContractChanges": ("EndorsementEffectiveDate", "ContractChanges", "ParticipantChanges"),
    "EndorsementData": (),
    "Information": ("Information",),
    "ContractAdministrationAndAdvisory": (),
}
VARIATIONS: Final = {
    "Address": "PrincipalAddress",
    "Assured": "Insured",
    "NamedInsured": "Insured",
    "Insured": "Insured",
    "LimitsOfLiability": "LimitOfLiability",
    "Territory": "Situation",
    "GeographicalAreas": "Situation",
    "Order": "OrderHereon",
    "Period": "Period",
}
_TAGS: Final = (
    ("Broker_Reference", "^B[0-9]{4}[A-Z0-9]+$"),
    ("Insured_Name", ""),
    ("Inception_Date", ""),
    ("Expiry_Date", ""),
    ("Premium_Amount", "^[A-Z]{3} [0-9,]+$"),
    ("Coverage_Amount", "^[A-Z]{3} [0-9,]+$"),
    ("Order", "^[0-9.]+%$"),
)


def approved_carriers(company_id: str, directory: Directory) -> list[dict[str, Any]]:
    """A broker's list of the carriers that it may show risks to."""
    carriers = [company for company in directory if company.role == "underwriter"]
    name = f"ACL::{company_id}"
    return [
        {
            "_id": name,
            "_rev": revision(name, _SINCE),
            "type": "RWApprovedCarrierList",
            "enabled": True,
            "companyID": company_id,
            "channels": [f"{company_id.lower()}_COMPANY_SHARED"],
            "carriers": [
                {
                    "companyID": carrier.company_id,
                    "active": share_of(f"approved {company_id} {carrier.company_id}") < 0.85,
                    "notes": "",
                    "canSeeExtendedData": False,
                    "approvedStamps": [],
                }
                for carrier in carriers
            ],
        }
    ]


def defined_tags() -> dict[str, Any]:
    """Every data tag with its rule."""
    return {
        "_id": "RWDefinedData",
        "_rev": revision("RWDefinedData", _SINCE),
        "type": "RWDefinedData",
        "channels": ["shared"],
        "tagSets": ["Whitespace", "ACORDGPM"],
        "tags": {tag: {"rule": rule} for tag, rule in _TAGS},
    }
