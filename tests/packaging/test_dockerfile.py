"""The container image, as far as its recipe tells: who it runs as, what it holds, and how its health is seen.

`make lint` also has hadolint look at it. Building it takes Docker, which few machines that run these tests have.
"""

import json
import re
import subprocess
import sys
from typing import Final
from urllib.parse import urlsplit

import anyio
import yaml
from repository import ROOT, text

from support.servers import settings_for
from support.web import listening
from whitespace_mcp.config.variables import VARIABLES
from whitespace_mcp.demo import Running

_STEP = re.compile(r"^([A-Z]+)\s+((?:.*\\\n)*.*)$", re.MULTILINE)
_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)
STEPS: Final = [
    (word, " ".join(rest.replace("\\\n", " ").split()))
    for word, rest in _STEP.findall(_COMMENT.sub("", text("Dockerfile")))
]
Steps = list[tuple[str, str]]
BASE: Final = STEPS[0][1].removeprefix("BASE=")
"""What all stages are built on; `--build-arg` puts another in its place, such as one named by its digest."""


def stages() -> dict[str, Steps]:
    """The steps of each stage, those of the stage that it is built on first; the last one has an empty name."""
    stages: dict[str, Steps] = {}
    name = ""
    for word, rest in STEPS[1:]:
        if word == "FROM":
            base, _, name = rest.replace("${BASE}", BASE).partition(" AS ")
            stages[name] = [*stages.get(base, []), ("FROM", base)]
        else:
            stages[name].append((word, rest))
    return stages


STAGES: Final = stages()
IMAGES: Final = {"": "build", "team": "build-team"}
"""What people build, and the stage that its environment is made in."""
SHIPPED: Final = STAGES[""]
HEALTH: Final[list[str]] = json.loads(next(rest for word, rest in STEPS if word == "HEALTHCHECK").partition(" CMD ")[2])


def all_of(word: str) -> list[str]:
    return [rest for kind, rest in STEPS if kind == word]


def test_it_is_built_on_one_slim_python_that_we_support() -> None:
    bases = {rest.split()[0] for rest in all_of("FROM")} - set(STAGES)
    assert STEPS[0][0] == "ARG"
    assert bases == {"${BASE}"}, "all stages need the same Python: the environment is copied from one to the other"
    assert re.fullmatch(r"python:3\.(1[1-9])-slim-[a-z]+", BASE)


def test_it_does_not_run_as_root_and_cannot_change_itself() -> None:
    for image, environment in IMAGES.items():
        words = [word for word, _ in STAGES[image]]
        user = next(rest for word, rest in STAGES[image] if word == "USER")
        assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number: clusters check it without a list of users"
        assert words.index("USER") < words.index("ENTRYPOINT")
        copies = [rest for word, rest in STAGES[image] if word == "COPY"]
        assert copies == [f"--from={environment} /opt/whitespace-mcp /opt/whitespace-mcp"], "root's, from one stage"
        assert "RUN" not in words


def test_everything_that_is_installed_is_pinned_by_hash() -> None:
    installs = [line for line in all_of("RUN") for line in line.split("&&") if " install " in line]
    assert installs
    for line in installs:
        assert "--no-deps" in line
        assert "--no-cache-dir" in line
        assert re.search(r"--require-hashes -r requirements(-team)?\.lock$", line.strip()) or line.split()[-1] == "."
    assert not re.search(r"curl|wget|apt-get|\bADD\b", " ".join(all_of("RUN") + [word for word, _ in STEPS]))


def test_no_secret_can_get_into_it() -> None:
    settings = " ".join(rest for word, rest in STEPS if word in {"ENV", "ARG", "LABEL", "COPY"})
    assert [variable.name for variable in VARIABLES if variable.secret and variable.name in settings] == []
    assert [rest.partition("=")[0] for rest in all_of("ARG")] == ["BASE"]


def test_what_is_copied_is_what_the_ignore_file_lets_through() -> None:
    first, *rules = [line for line in text(".dockerignore").splitlines() if not line.startswith("#")]
    assert first == "*"
    let = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied = {word for rest in all_of("COPY") if "--from" not in rest for word in rest.split()[:-1]}
    assert copied == let
    assert {name for name in let if not (ROOT / name).exists()} == set()


def test_it_serves_over_http_and_its_health_is_asked_where_it_listens() -> None:
    assert json.loads(next(rest for word, rest in SHIPPED if word == "ENTRYPOINT")) == ["whitespace-mcp"]
    command: list[str] = json.loads(next(rest for word, rest in SHIPPED if word == "CMD"))
    port = command[command.index("--port") + 1]
    assert command[:3] == ["serve", "--transport", "streamable-http"]
    assert next(rest for word, rest in SHIPPED if word == "EXPOSE") == port
    assert f"'127.0.0.1', {port}," in HEALTH[-1]


def test_the_trial_with_containers_builds_the_teams_image_from_what_is_here() -> None:
    folder = ROOT / "deploy"
    services = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert {"replica-1", "replica-2", "proxy", "database", "cache", "provider", "migrate"} <= set(services)
    builds = [service["build"] for service in services.values() if "build" in service]
    assert len(builds) == 3
    for build in builds:
        assert (folder / build["context"]).resolve() == ROOT
        assert build["target"] in STAGES
    published = [port.rpartition(":")[2] for port in services["proxy"]["ports"]]
    assert published == ["8080", "9000"]
    assert '"port": 9000, "host": "0.0.0.0"' in services["provider"]["command"][-1], "else no browser reaches it"
    for service in services.values():
        for volume in service.get("volumes", []):
            assert (folder / volume.partition(":")[0]).exists(), volume


def health_at(port: int) -> int:
    line = [sys.executable, *HEALTH[1:-1], HEALTH[-1].replace("8765", str(port))]
    return subprocess.run(line, capture_output=True, timeout=180, check=False).returncode  # noqa: S603  # ours


async def test_only_the_servers_own_word_counts_as_health(running: Running) -> None:
    """Whatever else listens there, the platform's web pages for one, may well answer 200."""
    async with listening(settings_for(running)) as address:
        port = urlsplit(address).port or 0
        assert await anyio.to_thread.run_sync(health_at, port) == 0
    assert health_at(port) != 0  # nobody is there any more
    assert health_at(urlsplit(running.root).port or 0) != 0
