"""Defined data: the marked values of a contract and what the platform adds to them (platform.md 5.7)."""

from collections.abc import Iterator
from typing import Any, Final

from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.documents import Document, when
from whitespace_mcp.demo.market.lines import Line, lines_of, percent, sections_of
from whitespace_mcp.demo.market.seeds import revision
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.views.directory import stamp_of
from whitespace_mcp.demo.wording.contract import line_items

Point = dict[str, Any]
_ACORD: Final = {
    "Broker_Reference": "ACORDGPM:BrokerContractReference",
    "Placing_Broker_Unique_Identifier": "ACORDGPM:BrokerIdentification",
    "Placing_Broker_Unique_Identifier_Agency": "ACORDGPM:BrokerIdentificationAgency",
    "Insured_Name": "ACORDGPM:InsuredName",
    "Insured_Number_And_Street": "ACORDGPM:InsuredAddressNumberAndStreet",
    "Insured_City_Name": "ACORDGPM:InsuredAddressCityName",
    "Insured_Postal_Code": "ACORDGPM:InsuredAddressZipOrPostCode",
    "Insured_Country": "ACORDGPM:InsuredAddressCountry",
    "Inception_Date": "ACORDGPM:InceptionDate",
    "Expiry_Date": "ACORDGPM:ExpiryDate",
    "Inception_Time": "ACORDGPM:InceptionTime",
    "Expiry_Time": "ACORDGPM:ExpiryTime",
    "Time_Qualifier": "ACORDGPM:TimeQualifier",
}
TAGSETS: Final = ("Whitespace", "ACORDGPM")


def defined_data(
    slip: Slip,
    document: Document,
    visible: list[Line],
    directory: Directory,
    umr: str,
    *,
    tagset: str,
    reader: str,
    at: str,
) -> dict[str, Any]:
    """The data document of a contract.

    `visible` are the lines that the `reader`, an MU id, may see; `umr` is as this document has it; `tagset` is
    `Whitespace` or `ACORDGPM`, `at` when it is read, as the platform writes moments.
    """
    points = [*_marked(line_items(slip, document, directory, umr)), *_controlled(slip, document, visible, directory)]
    if tagset == "ACORDGPM":
        points = [point | {"tag": _ACORD.get(point["tag"], point["tag"])} for point in points]
    return {
        "metadata": {
            "documentID": document.id,
            "documentRevision": revision(document.id, when(document.updated), 1 + slip.edits),
            "env": "demo",
            "fetchedAt": at,
            "tagSet": tagset,
            "userID": reader,
            "version": "23.09",
        },
        "multiSectionDefinition": [{"sectionID": number, "sectionName": name} for number, name in sections_of(slip)],
        # No order is promised, so none is kept.
        "definedData": sorted(points, key=lambda point: (len(str(point["value"])), str(point["tag"]))),
    }


def visible_lines(slip: Slip, channels: frozenset[str]) -> list[Line]:
    """The lines that a reader's data holds: the broker's all, a carrier's its own."""
    everything = slip.broker.channel in channels
    return [line for line in lines_of(slip) if everything or line.share.team.channel in channels]


def _marked(items: list[dict[str, Any]]) -> Iterator[Point]:
    for item in items:
        sections = {page["pageID"]: page["sectionIDs"] for page in item.get("tagPages", [])}
        for placeholder in item["placeholders"]:
            page, *tags = placeholder.get("tags", [""])
            for tag in tags:
                point: Point = {
                    "name": placeholder["name"],
                    "value": placeholder["value"],
                    "tag": tag,
                    "parentID": page,
                    "mrcHeading": item["mrcHeading"],
                    "originalHeading": item["originalHeading"],
                    "section": item["mrcSection"],
                    "lineItemIndex": item["index"],
                    "phType": placeholder["phType"],
                }
                concerned = sections.get(page.removeprefix("Page:"), [])
                if concerned:
                    point["sectionIDs"] = concerned
                if "vertical" in item:
                    point["vertical"] = item["vertical"]
                yield point


def _controlled(slip: Slip, document: Document, visible: list[Line], directory: Directory) -> Iterator[Point]:
    broker, umr = "Placing_Broker_Unique_Identifier", "Unique Market Reference"
    yield _point(broker, slip.umr.strip()[1:5], document.id, "UMR", umr)
    yield _point(f"{broker}_Agency", "Lloyd's of London", document.id, "UMR", umr)
    kind = "Reinsurance" if slip.contract_type.endswith("Reinsurance") else "Insurance"
    yield _point("Insurance_Type", kind, document.id, "ContractType", "Contract Type")
    for section, _ in sections_of(slip):
        reference = f"{slip.umr.strip()}_{section}"
        yield _point("Section_Reference", reference, slip.root, "ContractSections", "SECTIONS")
    for line in visible:
        yield from _stamp_points(line, directory)


def _stamp_points(line: Line, directory: Directory) -> Iterator[Point]:
    stamp = stamp_of(directory.companies[line.share.team.company_id])
    values = {
        "Insurer_Identification": stamp["bureauMarketCode"],
        "Insurer_Identification_Agency": stamp["bureauMarket"],
        "Written_Line_Percentage": f"{percent(line.written)}%",
        "Written_Date_Time": when(line.stamped),
        "Line_To_Stand_Indicator": "Yes" if line.to_stand else "No",
        "Subjectivity_Indicator": "Yes" if line.subjectivities else "No",
    }
    if line.signed is not None:
        values["Signed_Line_Percentage"] = f"{percent(line.signed)}%"
    for tag, value in values.items():
        point = _point(tag, value, f"{stamp['uniqueID']}::0", "InsurersWrittenLine", "WRITTEN LINES")
        if line.section:
            point["sectionIDs"] = [line.section]
        yield point


def _point(tag: str, value: str, parent: str, heading: str, title: str) -> Point:
    section = "SecurityDetails" if heading == "InsurersWrittenLine" else "RiskDetails"
    return {
        "value": value,
        "tag": tag,
        "parentID": parent,
        "mrcHeading": heading,
        "originalHeading": title,
        "section": section,
        "controlled": True,
        "phType": "DefinedData",
    }
