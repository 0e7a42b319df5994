"""`make pictures`: docs/placement.png and docs/book.png, drawn by the view itself in Chromium from answers of the demo.

The README and the extension's listing show them. The same fonts make the same bytes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import anyio
from examples import BROKER, OPEN

from market import market
from whitespace_mcp.views import page

ROOT: Final = Path(__file__).resolve().parents[2]
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


async def shown() -> list[dict[str, Any]]:
    """Both pictures: name, tool, arguments and answer."""
    async with market() as demo:
        answer = json.loads(await demo.ask("get_risks", {"organisation": BROKER, "name": OPEN, "page_size": 1}))
        placement = {"risk": answer["risks"][0]["id"], "organisation": BROKER}
        pictures = [("placement", "show_placement", placement), ("book", "show_book", {"organisation": "all"})]
        return [
            {"name": name, "tool": tool, "args": args, "result": _result(await demo.ask(tool, args))}
            for name, tool, args in pictures
        ]


def _result(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "structuredContent": json.loads(text)}


def main() -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise SystemExit("Chromium is needed to draw the pictures.")
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.json"
        cases.write_text(json.dumps({"page": page(), "shown": anyio.run(shown)}), encoding="utf-8")
        script = [str(ROOT / "scripts/node.py"), "node", str(ROOT / "scripts/views/pictures.mjs")]
        subprocess.run([sys.executable, *script, browser, str(cases), str(ROOT / "docs")], check=True)


if __name__ == "__main__":
    main()
