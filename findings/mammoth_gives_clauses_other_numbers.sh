#!/usr/bin/env bash
# mammoth 1.13.0 and markitdown 0.1.9, which reads Word documents with it, on a document of python-docx 1.2.0; beside pandoc (of
# pypandoc_binary 1.17) on the same document.
#
# The guess: the Markdown of a slip has the clauses' numbers that its readers see in Word, or none, as its raw text has none.
# What happens: each run of numbered paragraphs begins with 1 again. The third exclusion, which comes after a paragraph without
# a number, becomes the first, and so does the fourth behind a heading, though all four are one list of the document and Word
# counts on. The numbers look right and there is one of each kind everywhere, so an assistant that is asked for clause 3, or for
# what "subject to exclusion 3" means, reads another clause, and two people with the same document speak of different ones. A
# document without paragraphs between is right. pandoc counts on.
# Seen: "markitdown: 1. War 2. Terrorism 1. Nuclear 1. Asbestos", the same of mammoth, "pandoc: 1. War 2. Terrorism 3. Nuclear
# 4. Asbestos".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "mammoth==1.13.0" "markitdown[docx]==0.1.9" "python-docx==1.2.0" "pypandoc_binary==1.17"
cd "$folder"
cat >look.py <<'PYTHON'
import re

import docx
import mammoth
import pypandoc
from markitdown import MarkItDown

slip = docx.Document()
for style, text in [
    ("List Number", "War"),
    ("List Number", "Terrorism"),
    ("Normal", "Both of these may be bought back."),
    ("List Number", "Nuclear"),
    ("Heading 2", "Further exclusions"),
    ("List Number", "Asbestos"),
]:
    slip.add_paragraph(text, style=style)
slip.save("slip.docx")


def said(name: str, text: str) -> None:
    print(f"{name}:", *(f"{number}. {clause}" for number, clause in re.findall(r"^(\d+)\.\s+(\w+)$", text, re.MULTILINE)))


said("markitdown", MarkItDown().convert("slip.docx").markdown)
with open("slip.docx", "rb") as file:
    said("mammoth", mammoth.convert_to_markdown(file).value)
said("pandoc", pypandoc.convert_file("slip.docx", "gfm"))
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
markitdown: 1. War 2. Terrorism 1. Nuclear 1. Asbestos
mammoth: 1. War 2. Terrorism 1. Nuclear 1. Asbestos
pandoc: 1. War 2. Terrorism 3. Nuclear 4. Asbestos
SEEN
