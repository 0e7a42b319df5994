"""Line sets, line guidance and answers to subjectivities as documents (platform.md 5.6)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.documents import when
from whitespace_mcp.demo.market.lines import Line, Subjectivity, leader_of, lines_of, percent, sections_of
from whitespace_mcp.demo.market.linesets import LineSet, line_sets_of, stem_of
from whitespace_mcp.demo.market.seeds import named_identifier, share_of
from whitespace_mcp.demo.market.slips import Share, Slip
from whitespace_mcp.demo.views.directory import stamp_of
from whitespace_mcp.demo.views.placing import head_of, provenance

Doc = dict[str, Any]


def line_documents(slip: Slip, directory: Directory) -> Iterator[Doc]:
    """Everything about lines on a slip."""
    yield from (line_set(slip, lines, directory) for lines in line_sets_of(slip))
    yield from _guidance(slip)
    yield from _no_cover(slip, directory)
    yield from _responses(slip)


def line_set(slip: Slip, source: LineSet, directory: Directory) -> Doc:
    """One line set."""
    signed = source.type == "RWSignedLineSet"
    return {
        **head_of(source.id, source.type, source.channels, source.updated, source.lines[0].share.user_id, updated=True),
        "contents": [_line_entry(slip, line, directory, signed=signed) for line in source.lines],
        "isOffline": source.is_offline,
        "parentDocID": source.parent,
    }


def _line_entry(slip: Slip, line: Line, directory: Directory, *, signed: bool) -> Doc:
    """One stamping; `signed` makes the signed one."""
    team = line.share.team
    stem = stem_of(slip, team)
    member = directory.member(line.share.user_id)
    entry: Doc = {
        "sectionIdentifiers": [line.section] if line.section else [],
        "businessUnit": f"{directory.companies[team.company_id].name}  ",
        "stamperName": member[1].name if member else "",
        "stamperEmail": member[1].email if member else "",
        "stamperUserID": line.share.user_id,
        "stamperChannel": team.channel,
        "stampedAt": when(line.stamped),
        "toStand": line.to_stand,
        "lineConditions": list(line.conditions),
        "conditionsEnabled": True,
        "conditionsApproved": slip.stage == "signed",
        "canUpdateConditions": slip.stage != "signed",
        "subjectivities": [_subjectivity(subjectivity) for subjectivity in line.subjectivities],
        "subjectivityMode": _mode(line),
        "contractHash": provenance(slip.root, "", line.stamped)["dataHash"],
        "contractArchiveID": f"{stem}::ARCH::{named_identifier('', f'archive {stem}')}",
        "mode": "written",
        "version": 1,
        "impressions": list(_impressions(slip, line, directory, signed=signed)),
    }
    if slip.is_facility or slip.facility:
        entry["role"] = "leader" if line.is_leader else "agreementParty"
    if slip.facility:
        entry |= {"associatedFacilityId": slip.facility, "associatedFacilitySectionID": line.section or "1"}
    if any(not subjectivity.deadline for subjectivity in line.subjectivities):
        entry["subjectivitiesDeadlineNotRequired"] = "Yes"
    return entry


def _mode(line: Line) -> str:
    if not line.written:
        return "noCoverGiven"
    return "holdingCover" if line.subjectivities else "unchosen"


def _subjectivity(subjectivity: Subjectivity) -> Doc:
    return {
        "identifier": subjectivity.identifier,
        "text": subjectivity.text,
        "approvedStatus": subjectivity.status,
        "deadline": f"{subjectivity.deadline}.0" if subjectivity.deadline else "",
    }


def _impressions(slip: Slip, line: Line, directory: Directory, *, signed: bool) -> Iterator[Doc]:
    stamp = stamp_of(directory.companies[line.share.team.company_id])
    shares = line.split
    written_left, signed_left = line.written, line.signed or Decimal(0)
    for number, part in enumerate(shares):
        last = number == len(shares) - 1
        written = written_left if last else (line.written * part).quantize(Decimal("0.0001"))
        share = signed_left if last else ((line.signed or Decimal(0)) * part).quantize(Decimal("0.0001"))
        written_left, signed_left = written_left - written, signed_left - share
        second = named_identifier("ST", f"second {stamp['uniqueID']}")
        reference = f"{line.share.team.company_id[:3]}{slip.line.code}{slip.number % 100_000:05d}{'AB'[number]}"
        yield {
            "writtenLinePercentageString": percent(written),
            "signedLinePercentageString": percent(share) if signed else "",
            "uwRefs": [] if share_of(f"ref {slip.root} {stamp['uniqueID']}") < 0.1 else [reference],
            "riskCodes": [{"code": slip.line.risk_code, "index": "0"}],
            "tiltAngleString": f"{share_of(f'tilt {slip.root} {number}') / 10}",
            "stamp": stamp | {"uniqueID": second} if number else stamp,
            "stampIdentifiers": [_identifier(stamp, number)],
            **({"yearOfAccount": str(datetime.fromtimestamp(line.stamped, UTC).year)} if line.is_leader else {}),
        }


def _identifier(stamp: Doc, number: int) -> Doc:
    lloyds = stamp["stampType"] == "lloyds"
    return {
        "category": "LloydsSyndicate" if lloyds else "Company",
        "categoryNumber": stamp["bureauMarketCode"],
        "categoryExtra": stamp["bureauSubMarket"],
        "splitPercentage": "100%" if not number else "82%",
        "pseudonymn": stamp["bureauSubMarket"],
        "coverholder": False,
    }


def guided(slip: Slip) -> list[Share]:
    """The carriers that were asked for a line."""
    return slip.shares if slip.is_firm else []


def guidance_id(slip: Slip, share: Share) -> str:
    """The document in which a carrier is asked for a line."""
    return f"{stem_of(slip, share.team)}::LGUS"


def section_stubs(slip: Slip) -> list[Doc]:
    """The sections of a slip as line guidance has them."""
    leader = leader_of(slip)
    return [
        {
            "index": number,
            "multiSectionId": section,
            "multiSectionName": f"{section}: {name}",
            **({"leadUnderwriterChannel": leader.channel} if leader else {}),
        }
        for number, (section, name) in enumerate(sections_of(slip), 1)
    ]


def _guidance(slip: Slip) -> Iterator[Doc]:
    for share in guided(slip):
        least = str(5 * (1 + int(share_of(f"wanted {slip.root} {share.team.channel}") * 8)))
        content: Doc = {
            "minString": least,
            "maxString": least if share_of(f"range {slip.root}") < 0.6 else str(int(least) + 10),
            "conditionsEnabled": True,
            "sectionIdentifiers": [section for section, _ in sections_of(slip)],
            "suggestedStamps": [],
        }
        if slip.facility:
            content |= {"role": "agreementParty", "associatedFacilityId": slip.facility}
        name, channels = guidance_id(slip, share), slip.both(share.team)
        yield {
            **head_of(name, "RWLineGuidanceSet", channels, slip.moment(6), slip.author_id, updated=True),
            "associatedPlacingID": f"{slip.root}::FO",
            "contents": [content],
            "sections": section_stubs(slip),
            "userID": slip.author_id,
        }


def _no_cover(slip: Slip, directory: Directory) -> Iterator[Doc]:
    for line in lines_of(slip):
        if not line.written:
            stem = stem_of(slip, line.share.team)
            name = f"{stem}::NoCoverGivenLines::{named_identifier('', f'no cover {stem} {line.section}')}"
            channels = slip.both(line.share.team)
            yield {
                **head_of(name, "RWNoCoverGivenLinesStorer", channels, line.stamped, line.share.user_id, updated=True),
                "line": [_line_entry(slip, line, directory, signed=False)],
                "isValid": True,
                "associatedFirmOrderDocID": stem,
            }


def _responses(slip: Slip) -> Iterator[Doc]:
    """The broker's answers to subjectivities that are not merely waiting."""
    for line in lines_of(slip):
        for subjectivity in line.subjectivities:
            if subjectivity.status in ("accepted", "rejected") or subjectivity.is_answered:
                stem = stem_of(slip, line.share.team)
                moment = min(slip.changed, line.stamped + 86400)
                channels = slip.both(line.share.team)
                name = f"{stem}::WRLS::SUBJR::{subjectivity.identifier}"
                yield {
                    **head_of(name, "RWSubjectivityResponse", channels, moment, slip.author_id, updated=True),
                    "associatedAwDocID": "",
                    "associatedFirmOrderDocID": stem,
                    "associatedNoCoverStorerDocID": "",
                    "associatedSetDocID": f"{stem}::WRLS",
                    "attachmentsMetadata": [],
                    "cannotBeSatisfied": subjectivity.status == "rejected",
                    "isValid": True,
                    "message": "The insured has none" if subjectivity.status == "rejected" else "Attached as asked for",
                    "mode": "holdingCover",
                    "status": "awaiting" if subjectivity.is_answered else subjectivity.status,
                    "subjectivity": _subjectivity(subjectivity),
                }
