"""The short forms in which a summary lists a slip's documents (platform.md 5.1)."""

from collections.abc import Iterator
from typing import Any

from whitespace_mcp.demo.market.book import Viewer
from whitespace_mcp.demo.market.changes import followers_of
from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.documents import Document, when
from whitespace_mcp.demo.market.files import files_of
from whitespace_mcp.demo.market.lines import leader_in_head, percent
from whitespace_mcp.demo.market.linesets import LineSet, line_sets_of
from whitespace_mcp.demo.market.seeds import revision, share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.talk import messages_of
from whitespace_mcp.demo.market.terms import inception_of, limit_summary_of
from whitespace_mcp.demo.views.linedocs import guidance_id, guided, section_stubs
from whitespace_mcp.demo.views.rows import head_from_row

Stub = dict[str, Any]


def stubs_of(slip: Slip, documents: list[Document], viewer: Viewer) -> list[Stub]:
    """The stubs of everything that a viewer sees of a slip, in the order of their ids."""
    leader = leader_in_head(slip)
    stubs = [
        *(_placing(slip, document, leader) for document in documents),
        *(_line_set(line_set) for line_set in line_sets_of(slip) if not viewer.channels.isdisjoint(line_set.channels)),
        *_guidance(slip, viewer),
        *_owners(slip, viewer),
        *_followers(slip, documents, viewer),
        *_files(slip, viewer),
        *_talk(slip, viewer),
    ]
    return sorted(stubs, key=lambda stub: str(stub["id"]))


def _placing(slip: Slip, document: Document, leader: Team | None) -> Stub:
    listed = head_from_row(slip, document)
    listed.pop("contractType", None)
    stub: Stub = {
        **listed,
        "limitSummary": limit_summary_of(slip),
        "leadUnderwriterChannel": leader.channel if leader else "",
        "lastModifiedBy": document.author,
        "placementType": "Template" if slip.stage == "template" else "FullContract",
    }
    if share_of(f"dated {slip.root}") > 0.1:
        stub["inceptionDate"] = inception_of(slip)
    if slip.facility:
        stub["associatedFacilityIDs"] = [slip.facility]
    if document.endorsement:
        stub["endorsementNumber"] = str(document.endorsement)
    return stub


def _line_set(line_set: LineSet) -> Stub:
    stub: Stub = {"id": line_set.id, "type": line_set.type, "updatedAt": when(line_set.updated)}
    if line_set.type == "RWSignedLineSet":
        lines = [percent(line.signed) for line in line_set.lines if line.signed is not None]
        return stub | {"signed": lines, "carriers": {line_set.team.channel: lines}}
    lines = [percent(line.written) for line in line_set.lines]
    return stub | {"written": lines, "carriers": {line_set.team.channel: lines}, "needsApproving": False}


def _guidance(slip: Slip, viewer: Viewer) -> Iterator[Stub]:
    for share in guided(slip):
        if not viewer.channels.isdisjoint(channels := slip.both(share.team)):
            yield {
                "id": guidance_id(slip, share),
                "type": "RWLineGuidanceSet",
                "channels": list(channels),
                "empty": False,
                "sections": section_stubs(slip),
            }


def _owners(slip: Slip, viewer: Viewer) -> Iterator[Stub]:
    """Each side's owner; brokers see the carriers' too."""
    sees_all = slip.broker.channel in viewer.channels
    for team in (slip.broker, *(share.team for share in slip.shares)):
        owner = slip.owner_of(team)
        if owner and (sees_all or team.channel in viewer.channels):
            yield {
                "id": f"{slip.root}::OWN::{team.segments}",
                "type": "RWRiskOwner",
                "ownerChannel": team.channel,
                "ownerUserID": owner,
                "updatedAt": when(slip.created),
            }


def _followers(slip: Slip, documents: list[Document], viewer: Viewer) -> Iterator[Stub]:
    for document in documents:
        for follower in followers_of(slip, document) if document.endorsement else []:
            team = follower.share.team
            if not viewer.channels.isdisjoint(slip.both(team)):
                yield {
                    "id": f"{document.id}::ENF::{team.channel}",
                    "type": "RWEndorsementFollower",
                    "uwrChannel": team.channel,
                    "role": follower.role,
                    "agreed": follower.has_agreed,
                }


def _files(slip: Slip, viewer: Viewer) -> Iterator[Stub]:
    files = [file for file in files_of(slip) if not viewer.channels.isdisjoint(file.channels)]
    if files:
        yield {
            "id": f"{slip.root}::ATCH",
            "type": "RWAttachmentCollection",
            "count": len(files),
            "digests": {file.digest: file.author for file in files},
            "updatedAt": when(max(file.moment for file in files)),
        }


def _talk(slip: Slip, viewer: Viewer) -> Iterator[Stub]:
    for message in messages_of(slip):
        if not viewer.channels.isdisjoint(message.channels):
            name = f"{slip.root}::CHAT::{message.id}"
            yield {
                "id": name,
                "rev": revision(name, when(message.moment)),
                "type": "RWComment",
                "sender": message.author,
                "channels": list(message.channels),
                "updatedAt": when(message.moment),
            }
