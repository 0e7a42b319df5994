"""The page of the tools, made from the server itself: what each takes, asks of the platform, costs, and answers."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from examples import ASKS, BROKER, EXAMPLES, JOBS, SLIPS, Example
from layout import fitted
from mcp.types import Tool
from others import others

from market import Market, count

CURSOR: Final = re.compile(r'("next_cursor": ?)"[^"]+"')
MOST_LINES: Final = 60
_TITLED: Final = ("risk", "other", "declared_to")
"""Arguments that are slips."""
HEAD: Final = """\
# The tools

Made by `make docs` from the server and the demo platform, and compared by a test: every answer here is a real one.

Every tool about risks takes `organisation` (company id, name or MU id). Without it the default is used, and where there
is none the user is asked or the call is refused with the choices. Tools that show what is in a risk take exactly one
organisation. Ids in answers can be passed back as they are.

## What they cost

*In the list* is what a tool's entry in `tools/list` costs every conversation, *an answer* what the answers shown below
cost, both in o200k tokens. *Requests* are those that the same calls made of the platform, by a process that knew its
organisations and their lists already. A list older than `WHITESPACE_FRESH_SECONDS` is read again: one request more, or
two where something has changed on the platform. A risk that the list does not know yet costs one more. At most ten
requests are under way at a time.

"""
READING: Final = (
    "`export_risks` is only there with `WHITESPACE_DOWNLOADS`, `read_platform` with `WHITESPACE_EXTRA_READS=on`; the"
    " total is without them."
)
APART: Final = {"export_risks", "read_platform"}


class Answered(NamedTuple):
    """An example, with what came of it."""

    example: Example
    arguments: dict[str, Any]
    answer: str
    requests: int

    @property
    def tokens(self) -> int:
        """What the answer costs."""
        return count(self.answer)


async def tools(demo: Market) -> str:
    """The whole page, of a market where everything is offered."""
    offered = {tool.name: tool for tool in (await demo.client.list_tools()).tools}
    ids = {title: await _id_of(demo, title) for title in SLIPS}
    await demo.ask("get_risks", {"organisation": "all", "page_size": 0})
    answers = [await _answered(demo, example, ids) for example in EXAMPLES]
    rest = await others(demo.client)
    untold = sorted(set(offered) - {example.tool for example in EXAMPLES})
    if untold:
        raise SystemExit(f"no example of {', '.join(untold)}")
    order = list(dict.fromkeys(example.tool for example in EXAMPLES))
    parts = [HEAD, _costs([offered[name] for name in order], answers), _questions()]
    for name in order:
        parts.append(_described(offered[name]))
        parts += [_shown(answer) for answer in answers if answer.example.tool == name]
    return "".join([*parts, rest])


async def _id_of(demo: Market, title: str) -> str:
    answer = await demo.ask("get_risks", {"organisation": BROKER, "name": title, "page_size": 2})
    rows = json.loads(answer)["risks"]
    if len(rows) != 1:
        raise SystemExit(f"the demo market has {len(rows)} slips called '{title}': see scripts/pages/examples.py")
    return str(rows[0]["id"])


async def _answered(demo: Market, example: Example, ids: Mapping[str, str]) -> Answered:
    given = example.arguments
    arguments = given | {name: ids[given[name]] for name in _TITLED if name in given}
    before = demo.requests
    answer = await demo.ask(example.tool, arguments)
    return Answered(example, arguments, CURSOR.sub(r'\1"5AvrZalcm5HRkwI"', answer), demo.requests - before)


def listed(tool: Tool) -> int:
    """What a tool's entry in the list costs."""
    entry = tool.model_dump(mode="json", by_alias=True, exclude_none=True)
    return count(json.dumps(entry, separators=(",", ":")))


def _costs(offered: list[Tool], answers: list[Answered]) -> str:
    rows = ["| tool | in the list | an answer | requests |", "|---|--:|--:|--:|"]
    for tool in offered:
        mine = [answer for answer in answers if answer.example.tool == tool.name]
        tokens, requests = _span([answer.tokens for answer in mine]), _span([answer.requests for answer in mine])
        rows.append(f"| [`{tool.name}`](#{tool.name}) | {listed(tool)} | {tokens} | {requests} |")
    total = sum(listed(tool) for tool in offered if tool.name not in APART)
    return "\n".join([*rows, f"| all of them | {total} | | |", "", READING, ""])


def _span(numbers: list[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{least}" if least == most else f"{least} to {most}"


def _questions() -> str:
    parts = ["\n## What people ask\n"]
    for number, job in enumerate(JOBS):
        links = [f"[{example.asked}](#{slug(example.asked)})" for example in EXAMPLES if example.job == number]
        parts.append(f"{number}. **{job}.** {' · '.join(links)}" if number else f"**{job}.** {' · '.join(links)}\n")
    return "\n".join(parts) + "\n"


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _described(tool: Tool) -> str:
    properties = cast("dict[str, dict[str, Any]]", tool.input_schema.get("properties", {}))
    rows = [f"| `{name}` | {_kind(part)} | {part.get('description', '')} |" for name, part in properties.items()]
    table = ["| argument | takes | |", "|---|---|---|", *rows] if rows else ["It takes no arguments."]
    asks = f"It asks of the platform: {ASKS[tool.name]}."
    return f"\n## `{tool.name}`\n\n{tool.description}\n\n{asks}\n\n" + "\n".join(table) + "\n"


def _kind(part: dict[str, Any]) -> str:
    items = cast("dict[str, Any]", part.get("items", {}))
    values = cast("list[Any] | None", part.get("enum") or items.get("enum"))
    kind = "one of " + ", ".join(f"`{value}`" for value in values) if values else str(part.get("type", "value"))
    if part.get("type") == "array":
        kind = f"list of {kind.removeprefix('one of ')}" if values else f"list of {items.get('type', 'values')}s"
    default = part.get("default")
    return f"{kind} (`{json.dumps(default)}`)" if default not in (None, "") else kind


def _shown(answer: Answered) -> str:
    lines = fitted(json.loads(answer.answer)).splitlines()
    cut = [*lines[:MOST_LINES], f"... {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else lines
    call = f"{answer.example.tool} {json.dumps(answer.arguments, ensure_ascii=False)}"
    plural = "" if answer.requests == 1 else "s"
    return (
        f"\n### {answer.example.asked}\n\n<details><summary><code>{call}</code>: {answer.tokens} tokens,"
        f" {answer.requests} request{plural}</summary>\n\n```text\n" + "\n".join(cut) + "\n```\n\n</details>\n"
    )
