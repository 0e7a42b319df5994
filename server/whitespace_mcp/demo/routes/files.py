"""Attachments, logos and the contract as a PDF (platform.md 5.9)."""

import json
from typing import Any

from whitespace_mcp.demo.http import dump, typed_response
from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.files import File, archive, files_of, pdf, picture
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.routes.call import Call, Entry, of_document
from whitespace_mcp.demo.views.background import file_metadata, file_parent
from whitespace_mcp.demo.views.placing import placing
from whitespace_mcp.demo.wording.contract import has_verticals

_COLLECTION = "::ATCH"


def _files(call: Call, root: str) -> tuple[Slip, list[File]] | None:
    slip = call.slip(root)
    return slip and (slip, [file for file in files_of(slip) if not call.viewer.channels.isdisjoint(file.channels)])


def _listed(slip: Slip, file: File) -> dict[str, Any]:
    return {**file_metadata(file), "parentDocID": file_parent(slip, file), "channels": list(file.channels)}


def _list(call: Call) -> object:
    root = call.parts["root"]
    match = _files(call, root.removesuffix(_COLLECTION))
    if match is None or not root.endswith(_COLLECTION):
        return match and [_listed(match[0], file) for file in match[1]]
    # The older form: an object by file name, in which `stub` is sometimes a number.
    return {
        file.name: {
            "stub": True if number % 2 else 1,
            "length": len(file.content),
            "digest": file.digest,
            "content_type": file.content_type,
            "revpos": 2,
        }
        for number, file in enumerate(match[1])
    }


def _content(call: Call) -> object:
    parent, name = call.parts["parent"], call.parts["name"]
    if parent.startswith("Corporate-"):
        is_company = parent.removeprefix("Corporate-") in call.world.directory.companies
        return typed_response(picture(name + parent), "image/png") if is_company and name.startswith("logo") else None
    match = _files(call, parent.partition("::")[0])
    if match is None:
        return None
    slip, files = match
    for file in files:
        by_id = parent == file_parent(slip, file) and name == file.identifier
        by_name = parent == f"{slip.root}{_COLLECTION}" and name == file.name
        if by_id or by_name:
            return typed_response(file.content, file.content_type)
    return None


@of_document
def _export(call: Call, slip: Slip, document: Document) -> object:
    """The contract as a PDF, or several files in a ZIP."""
    try:
        options: Any = json.loads(call.body or b"{}")
    except ValueError:
        return None
    contract = placing(slip, document, call.world.directory)
    paper = pdf(_plain(contract))
    extras = [key for key in ("exportDefinedData", "exportQuestionnaire", "exportCarrierTerms") if options.get(key)]
    if not extras and not has_verticals(contract["MRCContract"]["lineItems"]):
        return typed_response(paper, "application/pdf")
    files = {"contract.pdf": paper} | {f"{key}.json": dump({"of": contract["_id"]}) for key in extras}
    if not extras:
        files["contract for one carrier.pdf"] = paper
    return typed_response(archive(files), "application/zip")


def _plain(contract: dict[str, Any]) -> list[str]:
    lines = [str(contract["_id"]), ""]
    for item in contract["MRCContract"]["lineItems"]:
        lines.append(str(item["originalHeading"]))
        lines += [f"    {element['text']}"[:100] for element in item["elements"] if element.get("text")]
    return lines[:55]


ROUTES: list[Entry] = [
    ("GET", "/api/attachments/array/{root}", _list),
    ("GET", "/api/attachments/{root}", _list),
    ("GET", "/api/attachments/{parent}/{name}", _content),
    ("GET", "/export/pdf/{id}", _export),
    ("POST", "/export/pdf/{id}", _export),
]
