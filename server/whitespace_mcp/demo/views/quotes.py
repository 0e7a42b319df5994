"""The panel of details that an underwriter may fill in beside a quote (platform.md 5.3)."""

from typing import Any

from whitespace_mcp.demo.market.companies import Company
from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.seeds import named_identifier, share_of
from whitespace_mcp.demo.views.directory import stamp_of


def quote_details(document: Document, company: Company) -> dict[str, Any]:
    """What was filled in; any or all of it may be blank."""
    luck = share_of(f"quote {document.id}")
    if luck < 0.2:
        return {"quotedLineSize": "", "reference": "", "conditions": "", "notes": "", "indicatedStamps": []}
    return {
        "quotedLineSize": str(5 * (1 + int(luck * 8))),
        "validityPeriod": (14, 30, 60)[int(luck * 300) % 3],
        "reference": f"{company.company_id[:3]}Q{int(luck * 90_000):05d}" if luck < 0.8 else "",
        "conditions": "Subject to survey within sixty days" if luck < 0.5 else "",
        "notes": "Rate firm for the period stated" if luck > 0.6 else "",
        "indicatedStamps": [stamp_of(company)["businessUnit"]],
        "buttonStampDetails": {"stampID": named_identifier("BTN-", f"button {company.company_id}")},
    }
