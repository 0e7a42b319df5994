"""What is filled in beside a contract: questionnaires, and the panel of a quote (platform.md 5.3, 5.7)."""

from typing import Any, Final

from whitespace_mcp.demo.market.companies import Company
from whitespace_mcp.demo.market.documents import Document, when
from whitespace_mcp.demo.market.seeds import named_identifier, pick, revision, share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import Terms
from whitespace_mcp.demo.views.directory import stamp_of

_QUESTIONS: Final = (
    ("Client Contact Name", "Who looks after insurance at the client?", "Client_Contact_Name", ""),
    ("Number Of Employees", "How many people are employed?", "Number_Of_Employees", "37"),
    ("Multi Factor Sign In", "Is a second factor asked for at every remote sign-in?", "Multi_Factor_Indicator", "12"),
    ("Known Circumstances", "Is any circumstance known that may lead to a claim?", "Known_Circumstances", "12"),
)
_REVENUE: Final = "Revenue By Year"
_ANSWERS: Final = (("P. Wainscott", "", "Ms D. Overbeck"), ("140", "2300", "18"), ("Yes", "No", ""), ("No", "", "No"))


def _has_questionnaire(slip: Slip) -> bool:
    """Whether a questionnaire was added to a slip."""
    return slip.line.code in ("CY", "PI", "DO") and share_of(f"asked {slip.root}") < 0.6


def questionnaire(slip: Slip) -> dict[str, Any]:
    """Every question, answered or not, with the rules for answers."""
    questions: list[dict[str, Any]] = []
    for (identifier, text, tag, _), answer in zip(_QUESTIONS, _answers(slip), strict=True):
        question: dict[str, Any] = {"id": identifier, "text": text, "tag": tag, "dependents": []}
        if answer:
            question["answer"] = answer
        questions.append(question)
    columns = [{"tag": "Revenue_Amount", "text": "Revenue"}, {"tag": "Revenue_Year", "text": "Year"}]
    questions.append({"id": _REVENUE, "text": "What was the revenue?", "dependents": [], "table": columns})
    return {
        "rules": {
            "12": {"type": "list", "values": ["Yes", "No"]},
            "37": {"type": "regex", "regex": "^[0-9]+$", "example": "250", "phType": "DefinedData"},
        },
        "tags": {
            tag: {"ruleID": rule, "preferredListPresentation": "buttons"} for _, _, tag, rule in _QUESTIONS if rule
        },
        "questions": questions if _has_questionnaire(slip) else [],
    }


def answered(slip: Slip, document: Document, terms: Terms, *, reader: str, at: str) -> dict[str, Any]:
    """The answered questions only, as `v23.09` has them.

    `reader` is the MU id of who reads, `at` ISO 8601 in UTC.
    """
    rev = revision(document.id, when(document.updated), 1 + slip.edits)
    questions: list[dict[str, Any]] = [
        {"id": identifier, "label": text, "tag": tag, "value": answer}
        for (identifier, text, tag, _), answer in zip(_QUESTIONS, _answers(slip), strict=True)
        if answer
    ]
    revenue = {"value": terms.money(terms.premiums[0].amount * 300), "phType": "Amount"}
    rows = [{"Revenue_Amount": revenue, "Revenue_Year": str(terms.inception.year - 1)}]
    labels = {"Revenue_Amount": "Revenue", "Revenue_Year": "Year"}
    questions.append({"id": _REVENUE, "label": "What was the revenue?", "table": {"rows": rows, "labels": labels}})
    metadata = {"userID": reader, "fetchedAt": at, "documentID": document.id, "documentRevision": rev, "env": "demo"}
    return {"questions": questions if _has_questionnaire(slip) else [], "metadata": metadata, "rev": rev}


def extended_questions(slip: Slip) -> dict[str, Any]:
    """The questionnaire as the extended contract has it, twice wrapped."""
    questions = [{**question, "hidden": False} for question in questionnaire(slip)["questions"]]
    for question in questions:
        for key in ("answer", "dependents"):
            question.pop(key, None)
    return {"questionnaire": {"questions": questions}}


def quote_details(document: Document, company: Company) -> dict[str, Any]:
    """The panel that an underwriter may fill in beside a quote; any or all of it may be blank."""
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


def _answers(slip: Slip) -> list[str]:
    return [pick(f"answer {number} {slip.root}", choices) for number, choices in enumerate(_ANSWERS)]
