"""The drawing of the house in docs/architecture.md, made from what the modules import."""

import re
from pathlib import Path
from typing import Final

import whitespace_mcp

HOME: Final = Path(whitespace_mcp.__file__).parent
GROUND: Final = frozenset({"config", "runtime", "terms"})
"""What everybody stands on; arrows to it would hide the others."""
APART: Final = frozenset({"__main__", "icon"})
"""Too small to be drawn."""
TOLD: Final = {
    "cli": "commands",
    "setup": "login, doctor, install",
    "tour": "the guided tour",
    "shell": "any tool as a command",
    "web": "HTTP: who may ask",
    "sheets": "tables as files",
    "team": "a server for a firm",
    "views": "the page that hosts draw on",
    "connections": "silent ones keep nobody out",
    "app": "wires everything",
    "mcp_layer": "what every call goes through",
    "tools": "arguments to answers",
    "answers": "documents to small objects",
    "portfolio": "lists of risks",
    "session": "who we are",
    "api": "the platform over HTTP",
    "documents": "platform documents as data",
    "downloads": "files that are saved",
    "telemetry": "calls, spans, audit trail",
    "demo": "the demo platform",
}


_IMPORT: Final = re.compile(r"^ *from whitespace_mcp(?:\.(\w+)| import \(?([\w,\s]+))", re.MULTILINE)
"""The room that something is imported from, or the names that are imported from the package itself."""


def house() -> str:
    """The rooms and who leans on whom, as a Mermaid drawing; an arrow that others imply is left out."""
    uses = _uses()
    rooms = [*(room for room in TOLD if room in uses), *sorted(set(uses) - GROUND - APART - set(TOLD))]
    lines = [f'  {room}["<b>{room}</b><br>{TOLD.get(room, "")}"]' for room in rooms]
    arrows = {room: uses[room] - GROUND - APART - {room} for room in rooms}
    for room in rooms:
        further = set[str]().union(*(_reached(other, arrows) for other in arrows[room]))
        lines += [f"  {room} --> {other}" for other in sorted(arrows[room] - further)]
    lines.append("  api -. HTTP .-> demo")
    ground = ", ".join(sorted(GROUND & set(uses)))
    lines += [f'  ground["what all stand on<br>{ground}"]:::ground', "  demo ~~~ ground"]
    return "\n".join(["", "```mermaid", "flowchart TD", *lines, "  classDef ground stroke-dasharray: 4", "```", "", ""])


def _uses() -> dict[str, set[str]]:
    """Which rooms each room imports."""
    uses: dict[str, set[str]] = {}
    for path in sorted(HOME.rglob("*.py")):
        room = path.relative_to(HOME).parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        mine = uses.setdefault(room, set())
        for other, names in _IMPORT.findall(path.read_text(encoding="utf-8")):
            mine |= {other} if other else set(re.findall(r"\w+", names))
    return uses


def _reached(room: str, arrows: dict[str, set[str]]) -> set[str]:
    """Everything that a room leans on, directly or not."""
    reached = set(arrows[room])
    for other in arrows[room]:
        reached |= _reached(other, arrows)
    return reached
