"""One slip: its contracts and everything behind them (platform.md 5.3 to 5.8)."""

from typing import Any

from starlette.responses import Response

from whitespace_mcp.demo.http import json_response
from whitespace_mcp.demo.market.documents import Document, documents_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import terms_of
from whitespace_mcp.demo.routes.call import EMPTY, Call, Entry, Handler
from whitespace_mcp.demo.views.background import background_of
from whitespace_mcp.demo.views.data import TAGSETS, defined_data, visible_lines
from whitespace_mcp.demo.views.directory import corporate_detail
from whitespace_mcp.demo.views.placing import placing, platform_references
from whitespace_mcp.demo.views.questions import answered, extended_questions, questionnaire
from whitespace_mcp.demo.views.quotes import quote_details
from whitespace_mcp.demo.views.rows import umr_of
from whitespace_mcp.demo.views.shared import approved_carriers, defined_tags
from whitespace_mcp.demo.views.summary import summary_of

Doc = dict[str, Any]


def slip_of(call: Call) -> Slip | None:
    """The slip that a path's bare root names, if the caller sees anything of it."""
    slip = call.world.market.slip(call.parts["root"])
    return slip if slip and call.world.market.documents(call.viewer, slip) else None


def document_of(call: Call) -> tuple[Slip, Document] | None:
    """The contract document that a path names, if the caller sees it."""
    name = call.parts["id"]
    slip = call.world.market.slip(name.partition("::")[0])
    document = next((candidate for candidate in documents_of(slip) if candidate.id == name), None) if slip else None
    return (slip, document) if slip and document and call.viewer.sees(document) else None


def background(call: Call, slip: Slip, *types: str) -> list[Doc]:
    """The documents behind a slip that the caller sees, of some types or all."""
    return [
        doc
        for doc in background_of(slip, call.world.directory)
        if (not types or doc["type"] in types) and not call.viewer.channels.isdisjoint(doc["channels"])
    ]


def _of_types(*types: str) -> Handler:
    """A route that lists a slip's documents of some types."""

    def handler(call: Call) -> Response:
        slip = slip_of(call)
        return EMPTY if slip is None else json_response(background(call, slip, *types))

    return handler


def _instances(call: Call) -> Response:
    slip = slip_of(call)
    if slip is None:
        return EMPTY
    documents = call.world.market.documents(call.viewer, slip)
    return json_response(
        [{"id": document.id, "type": "RWPlacing", "channels": list(document.channels)} for document in documents]
    )


def _contract(call: Call) -> Response:
    match = document_of(call)
    return EMPTY if match is None else json_response(placing(*match, call.world.directory))


def _extended(call: Call) -> Response:
    match = document_of(call)
    if match is None:
        return EMPTY
    slip, document = match
    contract = placing(slip, document, call.world.directory)
    for key in ("_id", "_rev"):
        del contract[key]
    sets = background(call, slip, "RWWrittenLineSet", "RWSignedLineSet")
    return json_response(
        {
            **contract,
            "platformReferences": platform_references(slip, document),
            "writtenLineSets": [doc for doc in sets if doc["type"] == "RWWrittenLineSet"],
            "signedLineSets": [doc for doc in sets if doc["type"] == "RWSignedLineSet"],
            "questionnaire": extended_questions(slip),
        }
    )


def _line_item(call: Call) -> Response:
    match = document_of(call)
    if match is None:
        return EMPTY
    heading = call.parts["heading"]
    items: list[Doc] = placing(*match, call.world.directory)["MRCContract"]["lineItems"]
    return json_response([item for item in items if heading in (item["mrcHeading"], str(item["index"]))])


def _related(call: Call) -> Response:
    slip, kind = slip_of(call), call.parts["type"]
    if slip is None or not kind.startswith("RW"):
        return EMPTY
    if kind == "RWPlacing":
        visible = call.world.market.documents(call.viewer, slip)
        return json_response([placing(slip, document, call.world.directory) for document in visible])
    return json_response(background(call, slip, kind))


def _any_document(call: Call) -> Response:
    name, world = call.parts["id"], call.world
    if name == "RWDefinedData":
        return json_response(defined_tags())
    if name.startswith("Corporate-"):
        company = world.directory.companies.get(name.removeprefix("Corporate-"))
        return EMPTY if company is None else json_response(corporate_detail(company, emails=True))
    if name.startswith("RWRiskSummary::"):
        return _summary_document(call, name)
    if document_of(call) is not None:
        return _contract(call)
    slip = world.market.slip(name.partition("::")[0])
    documents = background(call, slip) if slip else []
    return next((json_response(doc) for doc in documents if doc["_id"] == name), EMPTY)


def _summary_document(call: Call, name: str) -> Response:
    _, root, channel = (*name.split("::"), "", "")[:3]
    slip = call.world.market.slip(root)
    visible = call.world.market.documents(call.viewer, slip) if slip else []
    if slip is None or not visible or channel not in call.viewer.channels:
        return EMPTY
    return json_response(summary_of(slip, visible, call.viewer, channel))


def _endorsements(call: Call) -> Response:
    slip = slip_of(call)
    if slip is None:
        return EMPTY
    visible = call.world.market.documents(call.viewer, slip)
    return json_response(
        [placing(slip, document, call.world.directory) for document in visible if document.endorsement]
    )


def _followers(call: Call) -> Response:
    match = document_of(call)
    if match is None or not match[1].endorsement:
        return EMPTY
    docs = background(call, match[0], "RWEndorsementFollower")
    return json_response([doc for doc in docs if doc["endorsementDocID"] == match[1].id])


def _quote(call: Call) -> Response:
    match = document_of(call)
    if match is None or not match[1].id.endswith("::UQ1") or match[1].carrier is None:
        return EMPTY
    company = call.world.directory.companies[match[1].carrier.company_id]
    return json_response(quote_details(match[1], company))


def _data(call: Call) -> Response:
    match = document_of(call)
    tagset = call.parts.get("tagset", "Whitespace")
    if match is None or tagset not in TAGSETS:
        return EMPTY
    slip, document = match
    return json_response(
        defined_data(
            slip, document, visible_lines(slip, call.viewer.channels), call.world.directory, umr_of(slip, document),
            tagset=tagset, reader=call.viewer.user_id, at=call.world.moment(),
        )
    )  # fmt: skip


def _answered(call: Call) -> Response:
    match = document_of(call)
    if match is None:
        return EMPTY
    return json_response(answered(*match, terms_of(match[0]), reader=call.viewer.user_id, at=call.world.moment()))


def _questions(call: Call) -> Response:
    match = document_of(call)
    return EMPTY if match is None else json_response(questionnaire(match[0]))


def _approved(call: Call) -> Response:
    if call.viewer.role != "broker":
        return EMPTY
    return json_response(approved_carriers(call.viewer.company_id, call.world.directory))


ROUTES: list[Entry] = [
    ("GET", "/api/risks/root/{root}", _instances),
    ("GET", "/api/risks/{id}", _contract),
    ("GET", "/api/risks/{id}/getExtendedMRC", _extended),
    ("GET", "/api/risks/{id}/lineitem/{heading}", _line_item),
    ("GET", "/api/risks/{root}/related/{type}", _related),
    ("GET", "/api/risks/{id}/endorsementFollowers", _followers),
    ("GET", "/api/risks/{id}/getQuoteDetails", _quote),
    ("GET", "/api/overview/{root}", _of_types()),
    ("GET", "/api/documents/corporateApprovedCarriers/getAll", _approved),
    ("GET", "/api/documents/getLineGuidanceForRoot/{root}", _of_types("RWLineGuidanceSet")),
    ("GET", "/api/documents/{id}", _any_document),
    ("GET", "/api/lines/{root}/combinedSets", _of_types("RWWrittenLineSet", "RWSignedLineSet")),
    ("GET", "/api/endorsements/{root}", _endorsements),
    ("GET", "/api/owner/{root}", _of_types("RWRiskOwner")),
    ("GET", "/api/v23.09/data/questionnaire/{id}", _answered),
    ("GET", "/api/v23.09/data/{id}/tagset/{tagset}", _data),
    ("GET", "/api/v23.09/data/{id}", _data),
    ("GET", "/api/questionnaire/{id}", _questions),
]
