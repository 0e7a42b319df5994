"""The documents behind a slip, apart from its contracts: one list from which every route picks (platform.md 5.3)."""

from collections.abc import Iterator
from typing import Any, Final

from whitespace_mcp.demo.market.changes import Follower, followers_of
from whitespace_mcp.demo.market.companies import Directory, Team
from whitespace_mcp.demo.market.documents import Document, documents_of, when
from whitespace_mcp.demo.market.files import File, files_of
from whitespace_mcp.demo.market.history import Event, history_of
from whitespace_mcp.demo.market.lines import sections_of
from whitespace_mcp.demo.market.seeds import named_identifier, revision, share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.talk import Message, messages_of
from whitespace_mcp.demo.views.directory import stamp_of
from whitespace_mcp.demo.views.linedocs import line_documents, section_stubs
from whitespace_mcp.demo.views.placing import head_of

Doc = dict[str, Any]
_REVIEWED: Final = 0.05
"""Of a team's slips that are under way: those of which an internal review was asked."""


def background_of(slip: Slip, directory: Directory) -> list[Doc]:
    """Every such document of a slip, whoever may see it."""
    docs = [
        *line_documents(slip, directory),
        *(_activity(slip, event, directory) for event in history_of(slip)),
        *(_comment(slip, message, directory) for message in messages_of(slip)),
        *_owners(slip),
        *_labels(slip),
        *_files(slip),
        *_followers(slip, directory),
        *_sections(slip),
        *_broker_messages(slip),
        *_attention(slip),
        *_reviews(slip),
    ]
    # Activities carry a copy of the guidance that they made.
    guidance = [doc for doc in docs if doc["type"] == "RWLineGuidanceSet"]
    for doc in docs:
        if doc.get("hardcodedActivity") == "Requested a Line":
            carrier = doc["channels"][0]
            doc.update(
                RWLineGuidanceSet=next(guide for guide in guidance if carrier in guide["channels"]), _attachments=None
            )
    return docs


def _activity(slip: Slip, event: Event, directory: Directory) -> Doc:
    return {
        **head_of(event.id, "RWActivity", event.channels, event.moment, event.user_id),
        "activity": event.activity if share_of(event.id) < 0.9 else f"{event.activity} by the desk",
        "hardcodedActivity": event.activity,
        "userID": event.user_id,
        "parentDocID": event.parent,
        "linkedArchiveID": f"{event.parent}::ARCH::{named_identifier('', f'archive {event.id}')}",
        "apnsData": _notice(slip, event.activity, event.user_id, event.channels, directory),
        **event.more,
    }


def _notice(slip: Slip, title: str, user_id: str, channels: tuple[str, ...], directory: Directory) -> Doc:
    return {
        "title": title,
        "subtitle": directory.companies[slip.broker.company_id].name,
        "channels": list(channels[:1]),
        "data": {"docId": slip.root},
        "dataForEmail": {"riskInformation": [slip.title, slip.umr], "userID": user_id},
        "subscriptionRootID": slip.root,
    }


def _comment(slip: Slip, message: Message, directory: Directory) -> Doc:
    name = f"{slip.root}::CHAT::{message.id}"
    return {
        **head_of(name, "RWComment", message.channels, message.moment, message.author, updated=True),
        "comment": message.text,
        "user": message.author,
        "isInternal": message.is_internal,
        "createdAtMilliseconds": message.moment * 1000 + 333,
        "associatedRootID": slip.root,
        "apnsData": {
            **_notice(slip, "New Chat Message", message.author, message.channels, directory),
            "body": message.text,
            "category": "NEW_COMMENT",
        },
    }


def _owners(slip: Slip) -> Iterator[Doc]:
    sides: list[tuple[Team, tuple[str, ...]]] = [(slip.broker, (slip.broker.channel,))]
    sides += [(share.team, (share.team.channel, slip.broker.channel)) for share in slip.shares]
    for team, channels in sides:
        owner = slip.owner_of(team)
        if owner:
            name = f"{slip.root}::OWN::{team.segments}"
            yield {
                **head_of(name, "RWRiskOwner", channels, slip.created, owner, updated=True),
                "associatedRootID": slip.root,
                "ownerChannel": team.channel,
                "ownerUserID": owner,
            }


def _labels(slip: Slip) -> Iterator[Doc]:
    moment = when(slip.created + 7200)
    for team in (slip.broker, *(share.team for share in slip.shares)):
        for title in slip.labels_of(team):
            words = f"{title.replace(' ', '-')}::{moment.replace(' ', '::')}"
            name = f"{slip.root}::LBL::{team.segments}::{words}"
            yield {
                "_id": name,
                "_rev": revision(name, moment),
                "type": "RWLabel",
                "title": title,
                "companyID": team.company_id,
                "teamID": team.team_id,
                "rootID": slip.root,
                "channels": [team.channel],
                "createdAt": moment,
            }


def file_metadata(file: File) -> Doc:
    """An attachment as collections and lists describe it."""
    return {
        "attachmentName": file.name,
        "identifier": file.identifier,
        "content_type": file.content_type,
        "length": len(file.content),
        "digest": file.digest,
        "version": 1,
        "attachedAt": when(file.moment),
        "attachedByUser": file.author,
    }


def file_parent(slip: Slip, file: File) -> str:
    """The document that an attachment belongs to."""
    return f"{slip.root}::ATCH::{file.identifier}"


def _files(slip: Slip) -> Iterator[Doc]:
    for file in files_of(slip):
        yield {
            **head_of(
                file_parent(slip, file), "RWAttachmentCollection", file.channels, file.moment, file.author, updated=True
            ),
            "metadata": [{**file_metadata(file), "usesBlobStore": True}],
        }


def _followers(slip: Slip, directory: Directory) -> Iterator[Doc]:
    for document in documents_of(slip):
        if document.endorsement:
            for follower in followers_of(slip, document):
                yield _follower(slip, document, follower, directory)


def _follower(slip: Slip, document: Document, follower: Follower, directory: Directory) -> Doc:
    channel = follower.share.team.channel
    name = f"{document.id}::ENF::{channel}"
    doc: Doc = {
        **head_of(name, "RWEndorsementFollower", (slip.broker.channel, channel), document.created, slip.author_id),
        "updatedAt": when(document.updated),
        "endorsementDocID": document.id,
        "uwrChannel": channel,
        "followerType": follower.role,
        "template": "GUAStampA",
        "version": 3,
    }
    if follower.has_agreed:
        stamp = stamp_of(directory.companies[follower.share.team.company_id])
        doc["agreement"] = {
            "dateOfAgreement": when(follower.agreed_at),
            "followerType": follower.role,
            "instruction": "leaderOnly",
            "leader": "Yes" if follower.role == "leader" else "No",
            "numberOfDaysToNotifyFollowers": "7",
            "user": follower.share.user_id,
            "uwrChannel": channel,
            "stampDescriptions": [{"stampID": stamp["uniqueID"], "desc": stamp["businessUnit"]}],
        }
    return doc


def _sections(slip: Slip) -> Iterator[Doc]:
    if sections_of(slip):
        everybody = (slip.broker.channel, *dict.fromkeys(share.team.channel for share in slip.shares))
        name = f"{slip.root}::MS"
        yield {
            **head_of(name, "RWMultiSectionStorer", everybody, slip.created, slip.author_id),
            "associatedRootID": slip.root,
            "sections": section_stubs(slip),
        }


def _broker_messages(slip: Slip) -> Iterator[Doc]:
    """The cover note that a carrier gets with a firm order."""
    for share in slip.shares if slip.is_firm else []:
        if share_of(f"cover note {slip.root} {share.team.channel}") < 0.2:
            name = f"{slip.root}::FO::BrokerMessage::{share.team.channel}"
            yield {
                **head_of(name, "RWBrokerMessage", slip.both(share.team), slip.moment(6), slip.author_id),
                "message": "Please see the firm order for your line, terms as discussed.",
                "stage": "FirmOrder",
                "associatedRootID": slip.root,
            }


def _reviews(slip: Slip) -> Iterator[Doc]:
    """What a broker's own reviewer is asked, or a carrier's; nobody else sees it."""
    sides = [(slip.broker, slip.author_id), *((share.team, share.user_id) for share in slip.shares)]
    for team, user_id in sides if slip.stage in ("draft", "quoted", "firm_order") else []:
        luck = share_of(f"review {slip.root} {team.channel}")
        if luck < _REVIEWED:
            name = f"{slip.root}::RiskAuthState::{team.channel}"
            moment = slip.moment(9)
            is_done = luck < _REVIEWED / 2
            request = {
                "createdAt": when(moment),
                "originatingMemberID": user_id,
                "requesterNotes": "Above my line guide, please have a look before it goes out.",
                "riskStage": "brDraft" if team == slip.broker else "uwFirmOrder",
                "status": "authorised" if is_done else "pending",
                "eventID": f"{slip.root}::AW::{named_identifier('', f'review {slip.root} {team.channel}')}",
                "updatedAt": when(slip.changed if is_done else moment),
            }
            replied = {"reviewerMemberID": user_id, "reviewerNotes": "Fine by me."} if is_done else {}
            yield {
                **head_of(name, "RWRiskAuthorisationState", (team.channel,), moment, user_id),
                "updatedAt": when(moment),
                "currentAuthRequest": request | replied,
                "history": list[Doc](),
            }


def _attention(slip: Slip) -> Iterator[Doc]:
    """What waits for the broker: a line with no cover given."""
    for share in slip.shares:
        if share.part == "no cover" and slip.is_firm:
            name = f"{slip.root}::AW::{named_identifier('', f'attention {slip.root} {share.team.channel}')}"
            channels = (slip.broker.channel, slip.author_id)
            yield {
                **head_of(name, "RWAttentionWanted", channels, slip.changed, share.user_id, updated=True),
                "action": "wroteNoCoverGivenLine",
                "associatedRiskID": f"{slip.root}::FO",
                "associatedRootID": slip.root,
                "hasBeenCleared": slip.stage == "signed",
                "message": "A carrier gives no cover until its subjectivity is met.",
                "recipientRole": "broker",
            }
