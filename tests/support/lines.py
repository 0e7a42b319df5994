"""Contracts and line sets as the platform writes them (shapes of the published specification)."""

from collections.abc import Sequence
from typing import Any

from support.depth import BROKER, ROOT

Doc = dict[str, Any]


def item(heading: str, text: str, *values: tuple[str, str], sections: Sequence[str] = (), **more: Any) -> Doc:
    """A line item; each value is (tag, text) and stands in `text` as `{0}`, `{1}` and so on."""
    page = f"PAGE-{heading}-{'-'.join(sections)}"
    names = [f"[[DefinedData{number}]]" for number, _ in enumerate(values)]
    return {
        "index": 1,
        "mrcHeading": heading,
        "mrcSection": "RiskDetails",
        "originalHeading": heading.upper(),
        "elements": [{"index": 0, "text": text.format(*names)}] if text else list[Any](),
        "placeholders": [
            {"name": f"DefinedData{number}", "value": value, "tags": [f"Page:{page}", tag]}
            for number, (tag, value) in enumerate(values)
        ],
        "tagPages": [{"pageID": page, "sectionIDs": list(sections), "title": ""}],
    } | more


def contract(*items: Doc, name: str = f"{ROOT}::FO", **control: Any) -> Doc:
    """A contract document with these line items."""
    return {
        "_id": name,
        "_rev": "1-a",
        "type": "RWPlacing",
        "channels": [BROKER],
        "control": {"status": "FirmOrder", "placingBrokerChannel": BROKER} | control,
        "MRCContract": {"lineItems": list(items)},
    }


def order_items(order: str, written: str, signed: str | None = None) -> list[Doc]:
    """The order and the bases, all tagged."""
    return [
        item("OrderHereon", "{0}", ("Order", order)),
        item("BasisOfWrittenLines", "{0}", ("Basis_Of_Written_Lines", written)),
        item("BasisOfSignedLines", "{0}", ("Basis_Of_Signed_Lines", signed or written)),
    ]


def impression(percent: Any, *, signed: Any = "", **more: Any) -> Doc:
    """One stamp."""
    return {
        "writtenLinePercentageString": percent,
        "signedLinePercentageString": signed,
        "uwRefs": ["REF1"],
        "riskCodes": [{"code": "H3", "index": "0"}],
        "stamp": {"uniqueID": "ST1", "businessUnit": "Birch Syndicate 4471"},
        "stampIdentifiers": [{"categoryNumber": "4471", "pseudonymn": "BIR", "splitPercentage": "100%"}],
    } | more


def entry(*percents: Any, sections: Sequence[str] = (), signed: Any = "", **more: Any) -> Doc:
    """One stamping with an impression for each percentage."""
    return {
        "sectionIdentifiers": list(sections),
        "stamperName": "Sam Alder",
        "stamperEmail": "sam.alder@birch.example",
        "stampedAt": "2026-02-03 10:00:00",
        "toStand": False,
        "lineConditions": [],
        "subjectivities": [],
        "conditionsApproved": False,
        "subjectivityMode": "unchosen",
        "mode": "written",
        "impressions": [impression(percent, signed=signed) for percent in percents],
    } | more


def line_set(carrier: str, *entries: Doc, signed: bool = False, copy_for: str = "", **more: Any) -> Doc:
    """A carrier's line set, by channel: `birch_MARINE`; or the copy of it that another carrier is shown."""
    company, _, team = carrier.partition("_")
    stem = f"{ROOT}::FO::{company.upper()}::{team}"
    kind = "SILS" if signed else f"WRLS-{copy_for}" if copy_for else "WRLS"
    return {
        "_id": f"{stem}::{kind}",
        "_rev": "1-a",
        "type": "RWSignedLineSet" if signed else "RWWrittenLineSet",
        "channels": [BROKER, copy_for or carrier],
        "updatedAt": "2026-02-03 10:00:00",
        "contents": list(entries),
        "isOffline": False,
        "parentDocID": stem,
    } | more


def no_cover(carrier: str, written: Doc, **more: Any) -> Doc:
    """A line that gives no cover."""
    company, _, team = carrier.partition("_")
    stem = f"{ROOT}::FO::{company.upper()}::{team}"
    return {
        "_id": f"{stem}::NoCoverGivenLines::1",
        "type": "RWNoCoverGivenLinesStorer",
        "channels": [BROKER, carrier],
        "line": [written],
        "isValid": True,
    } | more


def guidance(carrier: str, least: Any, most: Any, sections: Sequence[str] = (), **more: Any) -> Doc:
    """What a carrier is asked for."""
    company, _, team = carrier.partition("_")
    return {
        "_id": f"{ROOT}::FO::{company.upper()}::{team}::LGUS",
        "type": "RWLineGuidanceSet",
        "channels": [BROKER, carrier],
        "contents": [{"minString": least, "maxString": most, "sectionIdentifiers": list(sections)}],
        "sections": [
            {"index": n, "multiSectionId": s, "multiSectionName": f"Part {s}"} for n, s in enumerate(sections)
        ],
    } | more


def sections(**names: str) -> Doc:
    """The definition of a slip's sections: `s1="Hull"` is section 1."""
    stubs = [
        {"index": n, "multiSectionId": key.removeprefix("s"), "multiSectionName": name}
        for n, (key, name) in enumerate(names.items())
    ]
    return {"_id": f"{ROOT}::MS", "type": "RWMultiSectionStorer", "channels": [BROKER], "sections": stubs}
