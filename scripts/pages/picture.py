"""The picture of a conversation in the README: two questions, the calls made of them, and the real answers, drawn.

The sentences are such as an assistant writes; every figure, name and date in them is from the answers.
"""

import json
from datetime import date
from typing import Any, Final

from examples import BROKER, OPEN
from svg import Drawing

from market import Market, count

WIDTH: Final = 860
LEFT: Final = 28
RIGHT: Final = WIDTH - 28
STAGES: Final = (
    ("signed", ("signed",)),
    ("firm order", ("firm_order",)),
    ("bindable", ("bindable",)),
    ("quoted", ("quoted",)),
    ("quote request", ("quote_request",)),
    ("draft, marketed", ("draft", "template", "marketed")),
    ("ended", ("declined", "withdrawn", "not_taken_up")),
    ("other", ("endorsement", "other")),
)
FLAGS: Final = {"to_stand": "to stand", "not_accepted": "not yet accepted", "off_platform": "off platform"}
NAMED: Final = "Tamarisk Paper Mills"
MIDDLE: Final = 430
LONGEST: Final = 270


async def picture(demo: Market) -> str:
    """The SVG."""
    counts_call: dict[str, Any] = {"organisation": "all", "page_size": 0}
    counts = await demo.ask("get_risks", counts_call)
    find_call: dict[str, Any] = {"organisation": BROKER, "name": NAMED, "page_size": 3}
    answer = await demo.ask("get_risks", find_call)
    risk = next(row["id"] for row in json.loads(answer)["risks"] if row["name"] == OPEN)
    lines_call = {"organisation": BROKER, "risk": risk}
    lines = await demo.ask("get_lines", lines_call)
    drawing = Drawing(WIDTH)
    y = _asked(drawing, 24, "How many risks are in each of my organisations, by stage?")
    y = _called(drawing, y, "get_risks", counts_call, counts)
    y = _books(drawing, y, json.loads(counts)["organisations"])
    y = _asked(drawing, y + 26, f"At Calderfinch, how far is the {NAMED} slip written, and what is open?")
    y = _called(drawing, y, "get_risks", find_call, answer)
    y = _called(drawing, y - 10, "get_lines", lines_call, lines)
    y = _placing(drawing, y, json.loads(lines))
    drawing.text(
        LEFT, y + 30, f"As recorded on the platform, as of {json.loads(counts)['organisations'][0]['as_of']}; "
        "it does not confirm cover or agreement. The market is invented.", "small quiet",
    )  # fmt: skip
    texts = (
        "A person asks an assistant how many risks are in each of two organisations, and how far one slip is written."
        " Below each question stand the tool call and the answer."
    )
    return drawing.made(y + 50, "A conversation about risks on the demo platform", texts)


def _asked(drawing: Drawing, y: float, question: str) -> float:
    """What the person asks, on the right; gives where it ends."""
    width = 7.1 * len(question) + 36
    drawing.box(RIGHT - width, y, width, 38, "mine", round_by=19)
    drawing.text(RIGHT - width / 2, y + 24, question, "middle")
    return y + 38


def _called(drawing: Drawing, y: float, tool: str, arguments: dict[str, Any], answer: str) -> float:
    call = f"{tool}({', '.join(f'{name}={json.dumps(value)}' for name, value in arguments.items())})"
    drawing.box(LEFT, y + 18, 7.25 * len(call) + 24, 26, "code", round_by=6)
    drawing.text(LEFT + 12, y + 35, call, "code")
    drawing.text(RIGHT, y + 35, f"{count(answer)} tokens", "small quiet end")
    return y + 44


def _books(drawing: Drawing, y: float, organisations: list[dict[str, Any]]) -> float:
    """Two books, back to back."""
    first, second = organisations
    for organisation, x, end in ((first, MIDDLE - 72, " end"), (second, MIDDLE + 72, "")):
        drawing.text(x, y + 30, organisation["name"], f"strong{end}")
        figures = f"{organisation['slips']:,} slips in {organisation['documents']:,} documents"
        drawing.text(x, y + 48, figures, f"small quiet{end}")
    most = max(_of_stage(organisation, stages) for organisation in organisations for _, stages in STAGES)
    y += 62
    for name, stages in STAGES:
        drawing.text(MIDDLE, y + 14, name, "small middle")
        for organisation, fill, side in ((first, "one", -1), (second, "two", 1)):
            number = _of_stage(organisation, stages)
            length = LONGEST * number / most
            start = MIDDLE + side * 72
            drawing.box(start - (length if side < 0 else 0), y + 3, length, 14, fill, round_by=2)
            end = " end" if side < 0 else ""
            drawing.text(start + side * (length + 7), y + 14.5, str(number), f"small quiet{end}")
        y += 21
    return y


def _of_stage(organisation: dict[str, Any], stages: tuple[str, ...]) -> int:
    return sum(organisation["by_stage"].get(stage, 0) for stage in stages)


def _placing(drawing: Drawing, y: float, answer: dict[str, Any]) -> float:
    """How far one slip is written: the sentence, the order as a bar, and a line for each carrier."""
    section = answer["sections"][0]
    written, guidance = section["written"], section["asked_not_written"]
    of = written["against"].split(" of ")[1]
    drawing.text(
        LEFT, y + 30,
        f"{written['total']} % of the {of} is written on {written['lines']} lines, so {written['short']} % is short."
        f" {guidance['carriers']} carriers were asked and have not written.",
    )  # fmt: skip
    whole, x = float(written["against"].split()[0]), float(LEFT)
    for line in answer["lines"]:
        width = (RIGHT - LEFT) * float(line["written"]) / whole
        drawing.box(x, y + 46, width - 2, 26, "one", round_by=3)
        drawing.text(x + width / 2, y + 63.5, f"{line['written']} %", "small strong on middle")
        x += width
    drawing.box(x, y + 46, RIGHT - x, 26, "rest", round_by=3)
    drawing.text((x + RIGHT) / 2, y + 63.5, f"{written['short']} % short", "small quiet middle")
    y += 84
    for line in answer["lines"]:
        drawing.text(LEFT, y + 16, line["carrier"], "strong small")
        drawing.text(LEFT + 340, y + 16, f"{line['written']} %", "small end")
        drawing.text(LEFT + 360, y + 16, ", ".join(FLAGS[flag] for flag in line.get("flags", [])), "small quiet")
        y += 22
        for open_point in line.get("subjectivities", []):
            due = date.fromisoformat(open_point["due"])
            drawing.text(LEFT + 14, y + 14, f"Open: {open_point['text']}", "small open")
            who = f"with the {open_point['lies_with']}, due {due.day} {due:%B %Y}"
            drawing.text(RIGHT, y + 14, who, "small open end")
            y += 22
    return y
