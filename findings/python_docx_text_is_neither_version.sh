#!/usr/bin/env bash
# python-docx 1.2.0, beside docx2txt 0.9 and mammoth 1.13.0 on the same document.
#
# The guess: the text of a paragraph with tracked changes is the one that Word shows when they are accepted, or else the one
# before them. Either would do to compare wordings.
# What happens: it is neither. Deleted words are left out and so are inserted ones, so "the limit is GBP 1,000,000", changed to
# 2,000,000, is "the limit is ". A clause that was inserted as a whole is an empty paragraph, and what stands in a content
# control, as the headings of forms do, is not among the document's paragraphs at all. Nothing says that something is missing.
# Two drafts that differ only in tracked words compare as equal. docx2txt and mammoth give the text with the changes accepted.
# Seen: "python-docx: ['The limit is  any one occurrence.', '']", "docx2txt: The limit is GBP 2,000,000 any one occurrence. / War
# is excluded. / Type: Contractors All Risks", and mammoth the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "python-docx==1.2.0" "docx2txt==0.9" "mammoth==1.13.0"
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

BY = f'{nsdecls("w")} w:author="Broker" w:date="2026-01-01T00:00:00Z"'
DELETED = '<w:del {} w:id="1"><w:r><w:delText xml:space="preserve">{}</w:delText></w:r></w:del>'
INSERTED = '<w:ins {} w:id="2"><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:ins>'
CONTROL = "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>Type: Contractors All Risks</w:t></w:r></w:p></w:sdtContent></w:sdt>"
whole = ["The limit is GBP 2,000,000 any one occurrence.", "War is excluded.", "Type: Contractors All Risks"]

slip = docx.Document()
limit = slip.add_paragraph("The limit is ")
limit._p.append(parse_xml(DELETED.format(BY, "GBP 1,000,000")))
limit._p.append(parse_xml(INSERTED.format(BY, "GBP 2,000,000")))
limit.add_run(" any one occurrence.")
slip.add_paragraph()._p.append(parse_xml(INSERTED.format(BY, "War is excluded.")))
slip.element.body.insert(2, parse_xml(CONTROL.format(nsdecls("w"))))
slip.save("slip.docx")

texts = [paragraph.text for paragraph in docx.Document("slip.docx").paragraphs]
print("python-docx:", texts)
others = []
with open("slip.docx", "rb") as file:
    for name, text in (("docx2txt", docx2txt.process("slip.docx")), ("mammoth", mammoth.extract_raw_text(file).value)):
        others.append([line for line in text.splitlines() if line])
        print(f"{name}:", " / ".join(others[-1]))
raise SystemExit(0 if texts == ["The limit is  any one occurrence.", ""] and others == [whole, whole] else 1)
PYTHON
