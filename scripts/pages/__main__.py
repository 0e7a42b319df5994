"""`make docs`: remakes every page, list and picture that is made from the server, or with `--check` compares them."""

import functools
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import anyio
from catalogue import catalogue
from configuration import variables
from house import house
from links import links
from listing import manifest, server_json
from picture import picture

from market import market
from tools import tools

ROOT: Final = Path(__file__).resolve().parents[2]


def blocks(path: str, **made: str) -> str:
    """A page that people write, with what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->` made anew."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for name, block in made.items():
        marks = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        text, count = marks.subn(lambda match, block=block: f"{match[1]}{block}{match[2]}", text)
        if count != 1:
            raise SystemExit(f"{path} has no place for '{name}'")
    return text


async def of_answers() -> tuple[str, str]:
    """docs/tools.md and docs/conversation.svg, of one market; the former counts its requests, so it is made first."""
    async with market(WHITESPACE_EXTRA_READS="on") as demo:
        return await tools(demo), await picture(demo)


def reliability() -> str:
    """docs/reliability.md, from the tables of the tests of faults."""
    sys.path.append(str(ROOT / "tests"))
    maker: Any = import_module("faults.page")
    return maker.page()


def main() -> None:
    """Write what is made, or say what is old. The catalogue is the first, since the server that is asked reads it."""
    pages = functools.cache(functools.partial(anyio.run, of_answers))
    made: dict[str, Callable[[], str]] = {
        "server/whitespace_mcp/mcp_layer/catalogue.json": functools.partial(anyio.run, catalogue),
        "README.md": functools.partial(blocks, "README.md", links=links()),
        "docs/architecture.md": functools.partial(blocks, "docs/architecture.md", house=house()),
        "docs/configuration.md": functools.partial(blocks, "docs/configuration.md", variables=variables()),
        "manifest.json": functools.partial(anyio.run, manifest),
        "server.json": server_json,
        "docs/reliability.md": reliability,
        "docs/tools.md": lambda: pages()[0],
        "docs/conversation.svg": lambda: pages()[1],
    }
    old: list[str] = []
    for path, make in made.items():
        text = make()
        file = ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            old.append(path)
            if "--check" not in sys.argv:
                file.write_text(text, encoding="utf-8", newline="\n")
    if "--check" in sys.argv and old:
        raise SystemExit(f"old, remake with `make docs`: {', '.join(old)}")


if __name__ == "__main__":
    main()
