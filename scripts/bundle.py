"""Pack the extension for Claude Desktop: `python scripts/bundle.py OUT.mcpb`.

The packer takes what `.mcpbignore` lets through. A bundle carries no dependencies and no lock file of uv's (it would
record the addresses of whoever packed it): the host's uv resolves them at the first start. So the packed project file
is given the versions of requirements.lock as constraints, and a bundle installs later what was tested now.
"""

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import node

ROOT: Final = Path(__file__).resolve().parent.parent
MCPB: Final = ROOT / "build/npm/mcpb/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<rest>[^\\\n]+)", re.MULTILINE)


def pack(out: Path) -> None:
    """Write the bundle.

    Raises:
        SystemExit: with the packer's own words when it refuses the manifest.
    """
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.mcpb"
        _mcpb("pack", str(ROOT), str(raw))
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(raw) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
            for entry in packed.infolist():
                content = packed.read(entry)
                bundle.writestr(entry, content + pins() if entry.filename == "pyproject.toml" else content)


def pins() -> bytes:
    """The versions of requirements.lock, as an addition to pyproject.toml that uv reads."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions = [f"{pin['name']}=={pin['rest'].strip()}" for pin in _PIN.finditer(lock)]
    return f"\n[tool.uv]\nconstraint-dependencies = {json.dumps(versions, indent=2)}\n".encode()


def _mcpb(*arguments: str) -> None:
    line = [*node.command("node"), str(MCPB), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, env=node.environment(), check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    pack(target)
    sys.stdout.write(f"  {target}: {target.stat().st_size / 1000:.0f} kB\n")
