# ruff: noqa: E501  # a line is an argument as it is published
"""The schema of every tool, kept as it is published: a change here is a change for every assistant.

`make test ARGS="tests/tools/test_tool_schemas.py --inline-snapshot=fix"` writes down what is published now.
"""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.types import Tool

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings


def published(tool: Tool) -> dict[str, str]:
    """A tool's words, each of its arguments, and its answer, a line each."""
    schema, answer = dict(tool.input_schema), tool.output_schema
    arguments: dict[str, Any] = schema.pop("properties", {})
    by_name = {name: _line(argument) for name, argument in arguments.items()}
    return {
        "(tool)": f"{tool.title}: {tool.description}",
        **by_name,
        "(rest)": _line(schema),
        "(answer)": _line(answer),
    }


def _line(schema: Any) -> str:
    return json.dumps(schema, ensure_ascii=False, sort_keys=True)


async def test_an_answer_that_does_not_fit_its_schema_is_an_error_of_the_client_that_tests_ask_with(
    client: Client,
) -> None:
    assert all(tool.output_schema for tool in (await client.list_tools()).tools)
    result = await client.call_tool("list_organisations")
    result.structured_content = {"user": 7, "organisations": "none"}
    with pytest.raises(RuntimeError, match="Invalid structured content returned by tool list_organisations"):
        await client.session.validate_tool_result("list_organisations", result)


async def test_the_published_schemas_are_those_that_were_reviewed(era: str) -> None:
    async with Client(build_server(Settings()), mode=era) as client:
        tools = (await client.list_tools()).tools
    assert {tool.name: published(tool) for tool in tools} == snapshot(
        {
            "whoami": {
                "(tool)": "Who am I: The login and whether it works, environment, default organisation, settings; headers, UserIDs and curl lines.",
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"credential": {"type": "object"}, "environment": {"type": "string"}, "read_only": {"type": "boolean"}, "server_version": {"type": "string"}}, "required": ["environment", "credential", "read_only", "server_version"], "type": "object"}',
            },
            "list_organisations": {
                "(tool)": "My organisations: The organisations that this login works for, with role, teams and membership state; which one is the default.",
                "refresh": '{"description": "Search again instead of using what is known.", "type": "boolean"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"organisations": {"type": "array"}}, "required": ["organisations"], "type": "object"}',
            },
            "get_risks": {
                "(tool)": "Risks: Risks of an organisation or of 'all': counts by stage, and a page of rows, newest edit first. \"How many\": page_size=0. The unit is the slip, not the document.",
                "organisation": '{"description": "Company id, name or MU id, or \'all\'. Pass it once named.", "type": "string"}',
                "unit": '{"default": "slip", "description": "Count slips (risks), or contract documents.", "enum": ["slip", "document"], "type": "string"}',
                "stage": '{"description": "Any of: draft, firm_order, signed ...", "items": {"type": "string"}, "type": "array"}',
                "status": '{"description": "In the platform\'s words.", "items": {"type": "string"}, "type": "array"}',
                "name": '{"description": "Part of the contract\'s title.", "type": "string"}',
                "umr": '{"description": "With or without its B.", "type": "string"}',
                "contract_type": '{"type": "string"}',
                "facility": '{"enum": ["only", "exclude"], "type": "string"}',
                "broker": '{"description": "Placing broker: name or channel.", "type": "string"}',
                "team": '{"description": "Id or name.", "type": "string"}',
                "updated_since": '{"description": "ISO 8601, inclusive; UTC.", "type": "string"}',
                "updated_before": '{"description": "Exclusive.", "type": "string"}',
                "missing": '{"description": "umr: as umr_form none.", "enum": ["umr", "name"], "type": "string"}',
                "inception_from": '{"description": "Date, inclusive.", "type": "string"}',
                "inception_to": '{"description": "Inclusive.", "type": "string"}',
                "expiry_from": '{"description": "Date, inclusive.", "type": "string"}',
                "expiry_to": '{"description": "Inclusive.", "type": "string"}',
                "owner": '{"description": "mine, unassigned, other, inactive (not live), or a name.", "type": "string"}',
                "waiting": '{"description": "Something is open for our teams.", "type": "boolean"}',
                "limit_over": '{"description": "USD 5,000,000: that currency only.", "type": "string"}',
                "show": '{"description": "Further columns.", "items": {"enum": ["inception", "limit", "owner", "waiting", "written", "signed", "facilities", "activity", "expiry", "period", "premium", "order", "leader", "placed", "subjectivities"], "type": "string"}, "type": "array"}',
                "sort": '{"default": "newest", "enum": ["newest", "oldest", "name", "umr", "waiting", "expiry", "shortfall"], "type": "string"}',
                "leader": '{"description": "Leading company, part of its name, or us.", "type": "string"}',
                "in_several": '{"description": "With \'all\': seen by several of them.", "type": "boolean"}',
                "placed": '{"description": "Firm orders, lines against order.", "items": {"enum": ["nothing", "short", "full", "over", "unreadable", "not_accepted"], "type": "string"}, "type": "array"}',
                "subjectivity": '{"enum": ["open", "overdue", "answered"], "type": "string"}',
                "page_size": '{"default": 20, "description": "Rows; 0 for counts only.", "maximum": 100, "minimum": 0, "type": "integer"}',
                "cursor": '{"type": "string"}',
                "action": '{"description": "Open action: firm order, quote request, endorsement ...", "items": {"type": "string"}, "type": "array"}',
                "refresh": '{"description": "Read anew, even if fresh.", "type": "boolean"}',
                "declared_to": '{"description": "A facility\'s risk id or UMR.", "type": "string"}',
                "umr_form": '{"items": {"enum": ["none", "no_b", "malformed", "padded", "shared", "well_formed"], "type": "string"}, "type": "array"}',
                "unknown": '{"description": "List what is not_known.", "type": "boolean"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"matched": {"type": "integer"}, "organisations": {"type": "array"}, "risks": {"type": "array"}}, "required": ["organisations", "matched", "risks"], "type": "object"}',
            },
            "summarise_risks": {
                "(tool)": "Risks in groups: Count risks in groups, largest first: slips and documents for each value, or pair, of group_by. Filters as in get_risks.",
                "group_by": '{"description": "One or two keys.", "items": {"enum": ["organisation", "stage", "status", "contract_type", "facility", "broker", "team", "updated_month", "inception_month", "owner", "waiting", "action", "name", "declared_to", "umr_form", "placed", "expiry_month", "leader"], "type": "string"}, "minItems": 1, "type": "array"}',
                "organisation": '{"description": "Company id, name or MU id, or \'all\'. Pass it once named.", "type": "string"}',
                "unit": '{"default": "slip", "enum": ["slip", "document"], "type": "string"}',
                "stage": '{"items": {"type": "string"}, "type": "array"}',
                "status": '{"items": {"type": "string"}, "type": "array"}',
                "name": '{"type": "string"}',
                "umr": '{"type": "string"}',
                "contract_type": '{"type": "string"}',
                "facility": '{"enum": ["only", "exclude"], "type": "string"}',
                "broker": '{"type": "string"}',
                "team": '{"type": "string"}',
                "updated_since": '{"type": "string"}',
                "updated_before": '{"type": "string"}',
                "missing": '{"enum": ["umr", "name"], "type": "string"}',
                "inception_from": '{"type": "string"}',
                "inception_to": '{"type": "string"}',
                "expiry_from": '{"type": "string"}',
                "expiry_to": '{"type": "string"}',
                "owner": '{"type": "string"}',
                "waiting": '{"type": "boolean"}',
                "limit_over": '{"type": "string"}',
                "action": '{"items": {"type": "string"}, "type": "array"}',
                "refresh": '{"type": "boolean"}',
                "leader": '{"type": "string"}',
                "in_several": '{"type": "boolean"}',
                "placed": '{"items": {"enum": ["nothing", "short", "full", "over", "unreadable", "not_accepted"], "type": "string"}, "type": "array"}',
                "subjectivity": '{"enum": ["open", "overdue", "answered"], "type": "string"}',
                "declared_to": '{"type": "string"}',
                "umr_form": '{"items": {"enum": ["none", "no_b", "malformed", "padded", "shared", "well_formed"], "type": "string"}, "type": "array"}',
                "page_size": '{"default": 50, "description": "The largest so many.", "maximum": 50, "minimum": 0, "type": "integer"}',
                "unknown": '{"type": "boolean"}',
                "(rest)": '{"additionalProperties": false, "required": ["group_by"], "type": "object"}',
                "(answer)": '{"properties": {"groups": {"type": "array"}, "matched": {"type": "integer"}, "organisations": {"type": "array"}}, "required": ["organisations", "matched", "groups"], "type": "object"}',
            },
            "get_wording": {
                "(tool)": "Contract wording: What a contract or endorsement says: its outline; with heading or section their text; with search passages. Cite by heading and index.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "heading": '{"description": "Headings, by name or index.", "items": {"type": "string"}, "type": "array"}',
                "section": '{"type": "string"}',
                "search": '{"description": "Words to quote.", "type": "string"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"document": {"type": "string"}, "organisation": {"type": "object"}, "total": {"type": "integer"}}, "required": ["organisation", "document", "total"], "type": "object"}',
            },
            "compare_risks": {
                "(tool)": "Compare two contracts: What differs between two contracts, such as renewal and expiring: values, headings, moved text, changed words.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "other": '{"description": "The other, such as the expiring one.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "heading": '{"type": "string"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk", "other"], "type": "object"}',
                "(answer)": '{"properties": {"document": {"type": "string"}, "equal": {"type": "integer"}, "organisation": {"type": "object"}, "other": {"type": "object"}}, "required": ["organisation", "document", "other", "equal"], "type": "object"}',
            },
            "get_data": {
                "(tool)": "Structured data: A contract's Defined Data (tagged values, grouped into facts), questionnaire answers, or all MRC headings.",
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "risk": '{"description": "Risk id or UMR.", "type": "string"}',
                "what": '{"default": "data", "description": "ACORDGPM: its tag names. headings: without a risk.", "enum": ["data", "ACORDGPM", "questionnaire", "headings"], "type": "string"}',
                "find": '{"description": "Tags, questions or headings with these words.", "items": {"type": "string"}, "type": "array"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"organisation": {"type": "object"}, "total": {"type": "integer"}}, "required": ["organisation", "total"], "type": "object"}',
            },
            "get_risk": {
                "(tool)": "One risk: A risk's card: insured, period, limits, premium, with sources; parties and leaders. Line totals, endorsements by state, open actions.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"organisation": {"type": "object"}, "root": {"type": "string"}}, "required": ["organisation", "root"], "type": "object"}',
            },
            "get_lines": {
                "(tool)": "Lines: How far a risk is written and signed against its order, per section. Each carrier's line, conditions, subjectivities; who has not written; quotes.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "section": '{"description": "Section id or name.", "type": "string"}',
                "indicate_signing": '{"description": "Add what signing down would come to.", "type": "boolean"}',
                "quotes": '{"description": "Add quote panels; always there before firm order.", "type": "boolean"}',
                "who": '{"description": "Name who stamped.", "type": "boolean"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"organisation": {"type": "object"}, "view": {"type": "string"}}, "required": ["organisation", "view"], "type": "object"}',
            },
            "get_open_items": {
                "(tool)": "Open items: What is open on the book or on one risk, and with whom it lies, soonest due first. With risk: also what is in the way of signing. Filters as in get_risks.",
                "risk": '{"description": "One risk instead of the book: id or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "kind": '{"description": "Any of these.", "items": {"enum": ["subjectivity", "line", "endorsement", "asked"], "type": "string"}, "type": "array"}',
                "lies_with": '{"description": "Who has to act.", "enum": ["us", "broker", "carrier"], "type": "string"}',
                "due_from": '{"description": "Today leaves out the overdue.", "type": "string"}',
                "due_to": '{"description": "Due by this London date.", "type": "string"}',
                "since": '{"description": "Opened then or later.", "type": "string"}',
                "carrier": '{"description": "Part of its name.", "type": "string"}',
                "stage": '{"items": {"type": "string"}, "type": "array"}',
                "status": '{"items": {"type": "string"}, "type": "array"}',
                "name": '{"type": "string"}',
                "umr": '{"type": "string"}',
                "contract_type": '{"type": "string"}',
                "facility": '{"enum": ["only", "exclude"], "type": "string"}',
                "team": '{"type": "string"}',
                "broker": '{"type": "string"}',
                "updated_since": '{"type": "string"}',
                "updated_before": '{"type": "string"}',
                "missing": '{"enum": ["umr", "name"], "type": "string"}',
                "inception_from": '{"type": "string"}',
                "inception_to": '{"type": "string"}',
                "expiry_from": '{"type": "string"}',
                "expiry_to": '{"type": "string"}',
                "owner": '{"type": "string"}',
                "waiting": '{"type": "boolean"}',
                "action": '{"items": {"type": "string"}, "type": "array"}',
                "limit_over": '{"type": "string"}',
                "declared_to": '{"type": "string"}',
                "leader": '{"type": "string"}',
                "placed": '{"items": {"enum": ["nothing", "short", "full", "over", "unreadable", "not_accepted"], "type": "string"}, "type": "array"}',
                "subjectivity": '{"enum": ["open", "overdue", "answered"], "type": "string"}',
                "umr_form": '{"items": {"enum": ["none", "no_b", "malformed", "padded", "shared", "well_formed"], "type": "string"}, "type": "array"}',
                "page_size": '{"default": 20, "maximum": 100, "minimum": 0, "type": "integer"}',
                "cursor": '{"type": "string"}',
                "export": '{"description": "Save every item as a spreadsheet.", "type": "boolean"}',
                "format": '{"default": "xlsx", "enum": ["xlsx", "csv"], "type": "string"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"by_kind": {"type": "object"}, "by_lies_with": {"type": "object"}, "items": {"type": "array"}, "matched": {"type": "integer"}, "organisation": {"type": "object"}, "overdue": {"type": "integer"}, "slips": {"type": "integer"}, "today": {"type": "string"}}, "required": ["organisation", "today", "matched", "slips", "by_kind", "by_lies_with", "overdue", "items"], "type": "object"}',
            },
            "get_endorsements": {
                "(tool)": "Endorsements: A risk's endorsements, newest first: what each changes, its effective date, how far it is and whom it awaits.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "endorsement": '{"description": "One endorsement, by number or id: its whole text and every party.", "type": "string"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"endorsements": {"type": "array"}, "organisation": {"type": "object"}, "total": {"type": "integer"}}, "required": ["organisation", "total", "endorsements"], "type": "object"}',
            },
            "get_history": {
                "(tool)": "History and changes: What happened, newest first: on one risk, or kinds of activity on all (7 days, or since). With since alone: every risk that changed, and what did.",
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "risk": '{"description": "Risk id or UMR.", "type": "string"}',
                "activity": '{"description": "Up to 3 kinds.", "items": {"type": "string"}, "type": "array"}',
                "since": '{"description": "ISO 8601, UTC.", "type": "string"}',
                "before": '{"type": "string"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"entries": {"type": "array"}, "organisation": {"type": "object"}, "shows": {"type": "string"}, "total": {"type": "integer"}}, "required": ["organisation", "shows", "total", "entries"], "type": "object"}',
            },
            "get_messages": {
                "(tool)": "Conversation: The conversation beside a risk, newest first: comments and broker messages, who wrote them and who reads them.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "internal": '{"description": "Also what is internal to the organisation; it is marked.", "type": "boolean"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"messages": {"type": "array"}, "organisation": {"type": "object"}, "total": {"type": "integer"}, "warning": {"type": "string"}}, "required": ["organisation", "warning", "total", "messages"], "type": "object"}',
            },
            "my_desk": {
                "(tool)": "My desk: The inbox: risks with open actions, what is asked and since when; or pinned ones, or risks by owner.",
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "show": '{"default": "actions", "description": "actions: what is open; pinned; mine, unassigned, others: by owner on our side.", "enum": ["actions", "pinned", "mine", "unassigned", "others"], "type": "string"}',
                "sort": '{"default": "newest", "description": "By since when it is asked.", "enum": ["newest", "oldest"], "type": "string"}',
                "page_size": '{"default": 20, "maximum": 100, "minimum": 0, "type": "integer"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"organisation": {"type": "object"}, "risks": {"type": "array"}, "show": {"type": "string"}, "slips": {"type": "integer"}}, "required": ["organisation", "show", "slips", "risks"], "type": "object"}',
            },
            "find_people": {
                "(tool)": "People and companies: Search the market's directory: companies with role, teams and headcount; people with company, teams, state.",
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "company": '{"description": "Company id or part of its name.", "type": "string"}',
                "team": '{"description": "Team id or part of its name.", "type": "string"}',
                "person": '{"description": "Part of a person\'s name.", "type": "string"}',
                "role": '{"enum": ["broker", "underwriter"], "type": "string"}',
                "who": '{"description": "Name the people, not only count them.", "type": "boolean"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"matched": {"type": "object"}, "organisation": {"type": "object"}}, "required": ["organisation", "matched"], "type": "object"}',
            },
            "get_documents": {
                "(tool)": "Documents: A risk's files: the contract as PDF and the attachments, each with the resource URI where its content is read. save only when the user asks for it.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "save": '{"description": "Save them in the user\'s WHITESPACE_DOWNLOADS folder.", "type": "boolean"}',
                "cursor": '{"type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"document": {"type": "string"}, "documents": {"type": "array"}, "organisation": {"type": "object"}, "total": {"type": "integer"}}, "required": ["organisation", "document", "total", "documents"], "type": "object"}',
            },
            "show_placement": {
                "(tool)": "Placement, drawn: Draw how far a risk is placed, where the host can: order, lines by carrier, subjectivities. Else as get_lines.",
                "risk": '{"description": "Risk id from an answer, or UMR.", "type": "string"}',
                "organisation": '{"description": "Company id, name or MU id. Pass it once named.", "type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["risk"], "type": "object"}',
                "(answer)": '{"properties": {"organisation": {"type": "object"}, "view": {"type": "string"}}, "required": ["organisation", "view"], "type": "object"}',
            },
            "show_book": {
                "(tool)": "The book, drawn: Draw the book, where the host can: stages of each organisation, expiries by month, how firm orders stand.",
                "organisation": '{"description": "Company id, name or MU id, or \'all\'. Pass it once named.", "type": "string"}',
                "(rest)": '{"additionalProperties": false, "type": "object"}',
                "(answer)": '{"properties": {"organisations": {"type": "array"}}, "required": ["organisations"], "type": "object"}',
            },
            "switch_org": {
                "(tool)": "Switch organisation: Make an organisation the default for calls that name none. Other chats of this app share the default.",
                "organisation": '{"description": "Company id, name or MU id.", "type": "string"}',
                "(rest)": '{"additionalProperties": false, "required": ["organisation"], "type": "object"}',
                "(answer)": '{"properties": {"active": {"type": "object"}}, "required": ["active"], "type": "object"}',
            },
        }
    )
