"""Questionnaires: what was answered, and what is still open (platform.md 5.7)."""

from typing import Final

from whitespace_mcp.answers.data.answer import CELL, PART, VALUE, QuestionEntry
from whitespace_mcp.answers.size import beginning, rough_tokens
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, objects_of
from whitespace_mcp.terms.text import clean, without_addresses

MOST_CELLS: Final = 12


def answered(document: Document) -> tuple[list[QuestionEntry], int]:
    """The answered questions in their order, and how many elements could not be read."""
    entries: dict[str, QuestionEntry] = {}
    skipped = 0
    for element in as_list(document.get("questions")):
        read = as_object(element)
        entry = _question(read)
        if entry is None:
            skipped += 1
        else:
            entries.setdefault(f"{as_text(read.get('id'))} {entry.plain()}", entry)
    return list(entries.values()), skipped


def unanswered(document: Document, answers: Document) -> list[str]:
    """The questions of a questionnaire that have no answer, by their text."""
    given = {as_text(as_object(answer).get("id")) for answer in as_list(answers.get("questions"))}
    open_questions = [
        clean(_shown(read.get("text")) or _shown(read.get("id")) or "", CELL)
        for read in objects_of(document.get("questions"))
        if as_text(read.get("id")) not in given and as_text(read.get("answer")) is None
    ]
    return list(dict.fromkeys(filter(None, open_questions)))


def _question(read: Document) -> QuestionEntry | None:
    question = _shown(read.get("label")) or _shown(read.get("text")) or _shown(read.get("id"))
    answer = _shown(read.get("value")) or _shown(read.get("answer"))
    table = as_object(read.get("table"))
    labels = {key: _shown(label) or key for key, label in as_object(table.get("labels")).items()}
    rows = [_row(as_object(row), labels) for row in as_list(table.get("rows"))]
    rows = [row for row in rows if row]
    shown = beginning(rows, PART, lambda row: rough_tokens(str(row)), least=1)
    if not question or not (answer or rows):
        return None
    return QuestionEntry(
        question=question,
        tag=_shown(read.get("tag")),
        answer=answer,
        rows=shown or None,
        rows_left_out=len(rows) - len(shown) or None,
    )


def _row(row: Document, labels: dict[str, str]) -> dict[str, str]:
    """A row by its columns' labels, in the labels' order; a cell is a text, a number or an object with a value."""
    cells: dict[str, str] = {}
    for tag in [*(tag for tag in labels if tag in row), *(tag for tag in row if tag not in labels)]:
        value = _shown(row[tag]) or _shown(as_object(row[tag]).get("value"))
        if value:
            cells[clean(labels.get(tag, tag), 60)] = clean(value, CELL)
    return dict(list(cells.items())[:MOST_CELLS])


def _shown(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = as_text(value)
    return without_addresses(clean(text, VALUE)) or None if text else None
