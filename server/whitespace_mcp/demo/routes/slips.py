"""One slip: its contracts and everything behind them (platform.md 5.3 to 5.8)."""

from typing import Any

from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.market.terms import terms_of
from whitespace_mcp.demo.routes.call import Call, Entry, Handler, of_document, of_slip
from whitespace_mcp.demo.views.background import background_of
from whitespace_mcp.demo.views.data import TAGSETS, defined_data, visible_lines
from whitespace_mcp.demo.views.directory import corporate_detail
from whitespace_mcp.demo.views.placing import placing
from whitespace_mcp.demo.views.questions import answered, extended_questions, questionnaire, quote_details
from whitespace_mcp.demo.views.rows import umr_of
from whitespace_mcp.demo.views.shared import approved_carriers, defined_tags
from whitespace_mcp.demo.views.summary import summary_of

Doc = dict[str, Any]


def background(call: Call, slip: Slip, *types: str) -> list[Doc]:
    """The documents behind a slip that the caller sees, of some types or all."""
    return [
        doc
        for doc in background_of(slip, call.world.directory)
        if (not types or doc["type"] in types) and not call.viewer.channels.isdisjoint(doc["channels"])
    ]


def of_types(*types: str) -> Handler:
    """A route that lists a slip's documents of some types, or all that stands behind it."""
    return of_slip(lambda call, slip: background(call, slip, *types))


@of_slip
def _instances(call: Call, slip: Slip) -> object:
    documents = call.documents(slip)
    return [{"id": document.id, "type": "RWPlacing", "channels": list(document.channels)} for document in documents]


@of_document
def _contract(call: Call, slip: Slip, document: Document) -> object:
    return placing(slip, document, call.world.directory)


@of_document
def _extended(call: Call, slip: Slip, document: Document) -> object:
    contract = placing(slip, document, call.world.directory)
    references = {"RiskID": contract.pop("_id"), "Revision": contract.pop("_rev")}
    return {
        **contract,
        "platformReferences": references,
        "writtenLineSets": background(call, slip, "RWWrittenLineSet"),
        "signedLineSets": background(call, slip, "RWSignedLineSet"),
        "questionnaire": extended_questions(slip),
    }


@of_document
def _line_item(call: Call, slip: Slip, document: Document) -> object:
    heading = call.parts["heading"]
    items: list[Doc] = placing(slip, document, call.world.directory)["MRCContract"]["lineItems"]
    return [item for item in items if heading in (item["mrcHeading"], str(item["index"]))]


@of_slip
def _related(call: Call, slip: Slip) -> object:
    kind = call.parts["type"]
    if kind == "RWPlacing":
        return [placing(slip, document, call.world.directory) for document in call.documents(slip)]
    return background(call, slip, kind) if kind.startswith("RW") else None


def _any_document(call: Call) -> object:
    name, world = call.parts["id"], call.world
    if name == "RWDefinedData":
        return defined_tags()
    if name.startswith("Corporate-"):
        company = world.directory.companies.get(name.removeprefix("Corporate-"))
        return None if company is None else corporate_detail(company, emails=True)
    if name.startswith("RWRiskSummary::"):
        return _summary_document(call, name)
    if contract := _contract(call):
        return contract
    slip = world.market.slip(name.partition("::")[0])
    return next((doc for doc in (background(call, slip) if slip else []) if doc["_id"] == name), None)


def _summary_document(call: Call, name: str) -> object:
    _, root, channel = (*name.split("::"), "", "")[:3]
    slip = call.slip(root)
    if slip is None or channel not in call.viewer.channels:
        return None
    return summary_of(slip, call.documents(slip), call.viewer, channel)


@of_slip
def _endorsements(call: Call, slip: Slip) -> object:
    return [placing(slip, document, call.world.directory) for document in call.documents(slip) if document.endorsement]


@of_document
def _followers(call: Call, slip: Slip, document: Document) -> object:
    docs = background(call, slip, "RWEndorsementFollower")
    return [doc for doc in docs if doc["endorsementDocID"] == document.id] if document.endorsement else None


@of_document
def _quote(call: Call, _slip: Slip, document: Document) -> object:
    if not document.id.endswith("::UQ1") or document.carrier is None:
        return None
    return quote_details(document, call.world.directory.companies[document.carrier.company_id])


@of_document
def _data(call: Call, slip: Slip, document: Document) -> object:
    tagset = call.parts.get("tagset", "Whitespace")
    lines = visible_lines(slip, call.viewer.channels)
    if tagset not in TAGSETS:
        return None
    return defined_data(
        slip, document, lines, call.world.directory, umr_of(slip, document),
        tagset=tagset, reader=call.viewer.user_id, at=call.world.moment(),
    )  # fmt: skip


@of_document
def _answered(call: Call, slip: Slip, document: Document) -> object:
    return answered(slip, document, terms_of(slip), reader=call.viewer.user_id, at=call.world.moment())


@of_document
def _questions(_call: Call, slip: Slip, _document: Document) -> object:
    return questionnaire(slip)


def _approved(call: Call) -> object:
    return approved_carriers(call.viewer.company_id, call.world.directory) if call.viewer.role == "broker" else None


ROUTES: list[Entry] = [
    ("GET", "/api/risks/root/{root}", _instances),
    ("GET", "/api/risks/{id}", _contract),
    ("GET", "/api/risks/{id}/getExtendedMRC", _extended),
    ("GET", "/api/risks/{id}/lineitem/{heading}", _line_item),
    ("GET", "/api/risks/{root}/related/{type}", _related),
    ("GET", "/api/risks/{id}/endorsementFollowers", _followers),
    ("GET", "/api/risks/{id}/getQuoteDetails", _quote),
    ("GET", "/api/overview/{root}", of_types()),
    ("GET", "/api/documents/corporateApprovedCarriers/getAll", _approved),
    ("GET", "/api/documents/getLineGuidanceForRoot/{root}", of_types("RWLineGuidanceSet")),
    ("GET", "/api/documents/{id}", _any_document),
    ("GET", "/api/lines/{root}/combinedSets", of_types("RWWrittenLineSet", "RWSignedLineSet")),
    ("GET", "/api/endorsements/{root}", _endorsements),
    ("GET", "/api/owner/{root}", of_types("RWRiskOwner")),
    ("GET", "/api/v23.09/data/questionnaire/{id}", _answered),
    ("GET", "/api/v23.09/data/{id}/tagset/{tagset}", _data),
    ("GET", "/api/v23.09/data/{id}", _data),
    ("GET", "/api/questionnaire/{id}", _questions),
]
