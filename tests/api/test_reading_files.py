"""Attachments in all the forms in which the platform lists them, and the contract as a file (platform.md 5.9)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from support.clock import FakeClock
from support.depth import BROKER, ROOT, json_values
from support.sessions import error_of, session_of
from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import attachment, attachments, contract_paper
from whitespace_mcp.config.errors import BadAnswer, NotFound
from whitespace_mcp.demo import Running
from whitespace_mcp.documents.attachments import Attachment, AttachmentList
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.session.session import Session

SIDE = Side("acorn", "MU1")
FILE: dict[str, Any] = {
    "attachmentName": "Plan \u202e  of\nberth.png", "identifier": "A-1.png", "parentDocID": f"{ROOT}::ATCH::A-1.png",
    "content_type": "application/octet-stream", "length": 12, "digest": "sha1-x", "version": 1,
    "attachedAt": "2026-03-05 09:00:00", "attachedByUser": "MU1", "channels": [BROKER],
}  # fmt: skip


def api_of(session: Session, user_id: str | None = None) -> OrganisationApi:
    return OrganisationApi(session.api, SIDE, user_id)


async def listed(running: Running, clock: FakeClock, document: Any) -> AttachmentList:
    running.platform.faults.add("/api/attachments/", status=200, body=json.dumps(document))
    async with session_of(running, clock) as session:
        return await attachments(api_of(session), ROOT)


async def test_an_entry_is_read_as_the_platform_writes_it(running: Running, clock: FakeClock) -> None:
    assert await listed(running, clock, [FILE]) == AttachmentList(
        (
            Attachment(
                "A-1.png", f"{ROOT}::ATCH::A-1.png", "Plan of berth.png", "application/octet-stream", 12, "sha1-x",
                "2026-03-05T09:00:00Z", "MU1",
            ),
        ),
        skipped=0,
    )  # fmt: skip


async def test_the_older_form_is_an_object_by_name(running: Running, clock: FakeClock) -> None:
    document = {"Plan.png": {"stub": 1, "length": 5, "digest": "sha1-y", "content_type": "image/png", "revpos": 2}}
    result = await listed(running, clock, document)
    assert [(file.identifier, file.parent, file.name, file.size) for file in result.files] == [
        ("Plan.png", f"{ROOT}::ATCH", "Plan.png", 5)
    ]


async def test_the_latest_stands_first_and_one_that_is_listed_twice_once(running: Running, clock: FakeClock) -> None:
    older = FILE | {"identifier": "A-2", "attachedAt": "2026-01-01 09:00:00"}
    result = await listed(running, clock, [older, FILE, older, FILE | {"identifier": "A-3", "attachedAt": "?"}])
    assert [file.identifier for file in result.files] == ["A-1.png", "A-2", "A-3"]


@pytest.mark.parametrize(
    "entry",
    [
        FILE | {"channels": ["birch_MARINE"]},
        FILE | {"parentDocID": "IC00000000-0000-4000-8000-00000000000B::ATCH::A-1"},
        FILE | {"identifier": ""},
        {"attachmentName": "no ids"},
        None,
        7,
    ],
)
async def test_what_is_not_this_organisations_is_dropped_and_counted(
    running: Running, clock: FakeClock, entry: Any
) -> None:
    result = await listed(running, clock, [entry, FILE])
    assert (len(result.files), result.skipped) == (1, 1)


@pytest.mark.parametrize("length", [-1, True, "12", None, 1.5])
async def test_a_size_that_is_none_is_not_told(running: Running, clock: FakeClock, length: Any) -> None:
    assert (await listed(running, clock, [FILE | {"length": length}])).files[0].size is None


@given(document=json_values)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_json_at_all_is_a_list_or_an_error_of_ours(running: Running, clock: FakeClock, document: Any) -> None:
    running.platform.faults.clear()
    if isinstance(document, list | dict):
        result = await listed(running, clock, document)
        assert len(result.files) + result.skipped <= len(document)  # pyright: ignore[reportUnknownArgumentType]
    else:
        running.platform.faults.add("/api/attachments/", status=200, body=json.dumps(document))
        async with session_of(running, clock) as session:
            error = await error_of(lambda: attachments(api_of(session), ROOT))
        assert isinstance(error, BadAnswer)


ONE = Attachment("A-1", f"{ROOT}::ATCH::A-1", "x", None, 1, None, None, None)


async def test_a_files_bytes_are_what_the_platform_sends(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/api/attachments/", status=200, body=b"\x00\xff", content_type="image/png")
    async with session_of(running, clock) as session:
        assert await attachment(api_of(session), ONE) == b"\x00\xff"
    path = running.platform.requests[-1].path
    assert path == f"/api/attachments/{ROOT}::ATCH::A-1/A-1"


async def test_a_file_that_has_gone_is_not_found(running: Running, clock: FakeClock) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with session_of(running, clock) as session:
        error = await error_of(lambda: attachment(api_of(session, user_id), ONE))
    assert isinstance(error, NotFound)


async def test_a_web_page_is_not_taken_for_an_error_page(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock) as session:
        error = await error_of(lambda: attachment(api_of(session), replace(ONE, declared="text/html")))
    assert "declared a web page" in error.what
    assert "address" not in error.do


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"PK\x03\x04 x"])
async def test_a_contract_is_a_pdf_or_a_zip_whatever_is_declared(
    running: Running, clock: FakeClock, content: bytes
) -> None:
    running.platform.faults.add("/export/pdf/", status=200, body=content, content_type="application/json")
    async with session_of(running, clock) as session:
        assert await contract_paper(api_of(session), f"{ROOT}::FO") == content


async def test_an_export_that_is_neither_is_an_error(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/export/pdf/", status=200, body=b"{}", content_type="application/pdf")
    async with session_of(running, clock) as session:
        error = await error_of(lambda: contract_paper(api_of(session), f"{ROOT}::FO"))
    assert isinstance(error, BadAnswer)
    assert "neither a PDF nor a ZIP" in error.what


@pytest.mark.parametrize("answer", [{"status": 200, "content_type": "text/html"}, {"status": 404}])
async def test_a_contract_is_asked_for_by_post_where_the_get_is_not_served(
    running: Running, clock: FakeClock, answer: dict[str, Any]
) -> None:
    running.platform.faults.add("/export/pdf/", body=b"<!doctype html>", method="GET", **answer)
    running.platform.faults.add("/export/pdf/", status=200, body=b"%PDF-1.7 x", method="POST")
    async with session_of(running, clock) as session:
        assert await contract_paper(api_of(session), f"{ROOT}::FO") == b"%PDF-1.7 x"
    assert [seen.method for seen in running.platform.requests if "export" in seen.path] == ["GET", "POST"]


async def test_a_contract_that_neither_brings_is_refused_in_the_first_words(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/export/pdf/", status=404, body=b"{}", method="GET")
    running.platform.faults.add("/export/pdf/", status=401, body=b"{}", method="POST", times=None)
    async with session_of(running, clock) as session:
        error = await error_of(lambda: contract_paper(api_of(session), f"{ROOT}::FO"))
    assert isinstance(error, NotFound)
