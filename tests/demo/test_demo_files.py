"""Attachments and exports: lists in three forms, and bytes that are what they seem (platform.md 5.9)."""

import base64
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from demo_caller import Caller, call

from whitespace_mcp.demo import Running


@pytest.fixture(scope="module")
def files(broker: Caller) -> dict[str, list[dict[str, Any]]]:
    roots = sorted({row["id"].partition("::")[0] for row in broker.get("/api/risks")})
    return {root: broker.get(f"/api/attachments/{root}") for root in roots}


def all_of(files: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((root, file) for root, attachments in files.items() for file in attachments)


def test_a_file_is_what_its_entry_says(broker: Caller, files: dict[str, list[dict[str, Any]]]) -> None:
    for _, file in list(all_of(files))[:20]:
        reply = broker.ask(f"/api/attachments/{file['parentDocID']}/{file['identifier']}")
        assert (reply.status, reply.content_type, len(reply.body)) == (200, file["content_type"], file["length"])
        assert file["digest"] == "sha1-" + base64.b64encode(hashlib.sha1(reply.body).digest()).decode()  # noqa: S324
        assert file["parentDocID"].startswith("IC")


def test_names_types_and_identifiers_are_untidy(files: dict[str, list[dict[str, Any]]]) -> None:
    every = [file for _, file in all_of(files)]
    assert {"application/octet-stream", "image/png"} <= {
        file["content_type"] for file in every if file["attachmentName"].endswith(".png")
    }
    assert {re.sub(r"A-[0-9A-F-]{36}", "", file["identifier"]) for file in every} >= {"", ".pdf"}
    names = {file["attachmentName"] for file in every}
    assert any(" " in name for name in names)
    assert any(not name.isascii() for name in names)
    assert any("ignore previous instructions" in name for name in names)
    assert [] in files.values()


def test_bytes_are_pictures_documents_and_tables(broker: Caller, files: dict[str, list[dict[str, Any]]]) -> None:
    starts: dict[str, set[bytes]] = {}
    for _, file in all_of(files):
        body = broker.ask(f"/api/attachments/{file['parentDocID']}/{file['identifier']}").body
        starts.setdefault(file["attachmentName"].rpartition(".")[2], set()).add(body[:4])
    assert starts["png"] == {b"\x89PNG"}
    assert starts["pdf"] == {b"%PDF"}
    assert starts["xlsx"] == {b"PK\x03\x04"}
    assert starts["csv"] == {b"item"}


def test_there_is_a_list_an_array_and_an_object_by_name(broker: Caller, files: dict[str, list[dict[str, Any]]]) -> None:
    root = max(files, key=lambda key: len(files[key]))
    assert broker.get(f"/api/attachments/array/{root}") == files[root]
    by_name = broker.get(f"/api/attachments/{root}::ATCH")
    assert set(by_name) == {file["attachmentName"] for file in files[root]}
    assert {type(entry["stub"]) for entry in by_name.values()} == {bool, int}
    for file in files[root]:
        target = f"/api/attachments/{root}::ATCH/{quote(file['attachmentName'])}"
        assert len(broker.ask(target).body) == file["length"]


def test_carriers_see_what_was_shown_to_them(underwriter: Caller, broker: Caller) -> None:
    hidden = shown = 0
    ours = {row["id"].partition("::")[0] for row in broker.get("/api/risks")}
    theirs = {row["id"].partition("::")[0] for row in underwriter.get("/api/risks")}
    for root in sorted(ours & theirs):
        mine, yours = broker.get(f"/api/attachments/{root}"), underwriter.get(f"/api/attachments/{root}")
        shown += len(yours)
        assert all(file in mine for file in yours)
        for file in mine:
            if file not in yours:
                hidden += 1
                reply = underwriter.ask(f"/api/attachments/{file['parentDocID']}/{file['identifier']}")
                assert (reply.status, reply.body) == (400, b"")
    assert (hidden > 0, shown > 0) == (True, True)


def test_companies_have_logos(broker: Caller) -> None:
    colour, plain = (broker.ask(f"/api/attachments/Corporate-TIDEWELL/{name}") for name in ("logocolour", "logobw"))
    assert (colour.status, colour.content_type, colour.body[:4]) == (200, "image/png", b"\x89PNG")
    assert colour.body != plain.body
    pixels = zlib.decompress(colour.body[colour.body.index(b"IDAT") + 4 : colour.body.index(b"IEND") - 8])
    assert len(pixels) == 24 * (1 + 3 * 24)


def references_hold(document: bytes) -> bool:
    """Whether each entry of a PDF's table points at its object."""
    place = int(document.rpartition(b"startxref\n")[2].split(b"\n")[0])
    offsets = re.findall(rb"(\d{10}) 00000 n ", document[place:])
    return all(document[int(o) :].startswith(b"%d 0 obj" % n) for n, o in enumerate(offsets, 1)) and len(offsets) > 3


def has_own_wording(broker: Caller, name: str) -> bool:
    return any("vertical" in item for item in broker.get(f"/api/risks/{name}")["MRCContract"]["lineItems"])


def masters(broker: Caller) -> list[str]:
    return [row["id"] for row in broker.get("/api/risks") if row["id"].endswith("::FO")]


def test_a_contract_is_exported_as_a_pdf_by_get_and_by_post(broker: Caller) -> None:
    name = next(name for name in masters(broker) if not has_own_wording(broker, name))
    got, posted = broker.ask(f"/export/pdf/{name}"), broker.ask(f"/export/pdf/{name}", "POST", body={})
    assert (got.status, got.content_type) == (200, "application/pdf")
    assert got.body.startswith(b"%PDF-1.4")
    assert got.body.endswith(b"%%EOF\n")
    assert references_hold(got.body)
    assert name.encode() in got.body
    assert posted.body == got.body


def test_an_export_is_an_archive_when_it_is_several_files(broker: Caller) -> None:
    own = next(name for name in masters(broker) if has_own_wording(broker, name))
    plain = next(name for name in masters(broker) if not has_own_wording(broker, name))
    several = broker.ask(f"/export/pdf/{own}")
    with_data = broker.ask(f"/export/pdf/{plain}", "POST", body={"exportDefinedData": True})
    for reply in (several, with_data):
        assert (reply.status, reply.content_type) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(reply.body)) as packed:
            assert len(packed.namelist()) == 2
            assert packed.read("contract.pdf").startswith(b"%PDF")


def test_an_export_needs_a_bearer_and_a_body_that_is_json(broker: Caller, market: Running) -> None:
    name = masters(broker)[0]
    assert call(market, f"/export/pdf/{name}").status == 401
    assert broker.ask(f"/export/pdf/{name}", "POST", body=b"{").status == 400
    assert broker.ask(f"/api/export/pdf/{name}").content_type == "text/html", "it is not under /api"
