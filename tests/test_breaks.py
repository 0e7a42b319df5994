"""The list of defences that `python scripts/breaks` undoes: each still stands in the code, and has its tests."""

import re
import tomllib

from support.pages import ROOT


def test_each_break_finds_its_words_once_and_its_tests() -> None:
    breaks = tomllib.loads((ROOT / "scripts/breaks/defences.toml").read_text(encoding="utf-8"))["break"]
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "server/whitespace_mcp").rglob("*.py")]
    cases = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }
    assert len(breaks) >= 40
    for entry in breaks:
        places = [text.count(entry["old"]) for text in modules if entry["old"] in text]
        assert places == [1], f"{entry['title']}: its words are not in the code, or several times"
        assert set(entry["tests"]) <= cases, entry["title"]
