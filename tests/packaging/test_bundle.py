"""The Claude Desktop bundle, packed as it is released and started as the app starts it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from mcp import Client, StdioServerParameters
from packaging.utils import canonicalize_name
from repository import ROOT, pins, text

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.config.variables import GROUPS

MANIFEST: Final[dict[str, Any]] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
PACKER: Final = ROOT / "build/npm/mcpb/node_modules/@anthropic-ai/mcpb"
FIRST_START_SECONDS: Final = 180  # uv fetches Python packages on the way, where its cache has none

# The packer's own substitution, which is what the app does with the manifest and the user's settings.
RESOLVE: Final = """
const {getMcpConfigForManifest} = await import(process.argv[1]);
const [manifest, folder, userConfigs] = process.argv.slice(2).map(value => JSON.parse(value));
const configs = userConfigs.map(userConfig => getMcpConfigForManifest(
  {manifest, extensionPath: folder, systemDirs: {}, userConfig, pathSeparator: "/"}));
console.log(JSON.stringify(await Promise.all(configs)));
"""


def node(*arguments: str) -> str:
    line = [sys.executable, str(ROOT / "scripts/node.py"), "node", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603  # ours


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed bundle. The packer comes from npm: where that could not be reached, there is nothing to test."""
    if not PACKER.exists() and not os.environ.get("CI"):
        pytest.skip("the packer is not here; `make test` fetches it")
    packed = tmp_path_factory.mktemp("packed") / "whitespace.mcpb"
    line = [sys.executable, str(ROOT / "scripts/bundle.py"), str(packed)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603  # ours
    assert done.returncode == 0, done.stdout + done.stderr
    return packed


@pytest.fixture(scope="session")
def installed(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the bundle in it; its name has a space, as the app's folders do."""
    folder = tmp_path_factory.mktemp("claude") / "Claude Extensions"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def resolved(installed: Path) -> dict[str, dict[str, Any]]:
    """The command lines and environments that the app makes of the manifest and what the user filled in."""
    filled_in = {
        "nothing": {},
        "much": {
            "refresh_token": "canary",
            "root": "https://placing.example",
            "bucket": "livebucket",
            "user_name": "Jo Field",
            "user_id": "MU00000000-0000-0000-0000-000000000001",
            "organisations": "alpha, beta",
            "downloads": str(installed / "saved"),
            "require_organisation": True,
            "views": False,
            "answers": "text",
            "timeout": 30,
        },
        "demo": {"demo": True, "downloads": str(installed / "saved"), "extra_reads": True},
    }
    answer = node(
        "--input-type=module",
        "--eval",
        RESOLVE,
        (PACKER / "dist/node.js").as_uri(),
        (installed / "manifest.json").read_text(encoding="utf-8"),
        json.dumps(str(installed)),
        json.dumps([*filled_in.values()]),
    )
    return dict(zip(filled_in, json.loads(answer), strict=True))


def as_the_app_starts_it(config: dict[str, Any]) -> StdioServerParameters:
    """Uv comes from the development requirements; of the machine's settings only those about the network are kept."""
    inherited = {name: value for name, value in os.environ.items() if "PROXY" in name.upper() or "CERT" in name.upper()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return StdioServerParameters(
        command=config["command"], args=config["args"], env={**inherited, "PATH": path, **config["env"]}
    )


def test_the_manifest_and_the_package_have_the_same_version_and_words() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert MANIFEST["version"] == project["version"]
    assert MANIFEST["name"] == project["name"]
    assert MANIFEST["license"] == project["license"]
    assert MANIFEST["compatibility"]["runtimes"]["python"] == project["requires-python"]


async def test_the_manifest_names_the_tools_and_prompts_that_the_server_can_have() -> None:
    everything = {"WHITESPACE_DOWNLOADS": str(ROOT), "WHITESPACE_EXTRA_READS": "on"}
    async with Client(build_server(Settings.from_env(everything))) as client:
        served = {tool.name for tool in (await client.list_tools()).tools}
        offered = {prompt.name for prompt in (await client.list_prompts()).prompts}
    assert {tool["name"] for tool in MANIFEST["tools"]} == served
    assert all("\n" not in tool["description"] for tool in MANIFEST["tools"])
    assert {prompt["name"] for prompt in MANIFEST["prompts"]} == offered
    for prompt in MANIFEST["prompts"]:  # each place that the app fills in is an argument, and the other way round
        assert set(re.findall(r"\$\{arguments\.(\w+)\}", prompt["text"])) == set(prompt["arguments"])


def test_every_setting_has_a_title_and_says_what_it_is_for() -> None:
    for setting in MANIFEST["user_config"].values():
        assert 1 <= len(setting["title"]) <= 40
        assert len(setting["description"]) > len(setting["title"])
        assert setting["required"] is False  # the demo needs none of them


def test_every_setting_that_may_be_left_out_has_a_default() -> None:
    """Without one the app hands over the placeholder itself, which looks like a value."""
    settings = MANIFEST["user_config"]
    assert [
        name for name, setting in settings.items() if "default" not in setting and not setting.get("required")
    ] == []
    used = {value for value in MANIFEST["server"]["mcp_config"]["env"].values() if value.startswith("${")}
    assert used == {f"${{user_config.{name}}}" for name in settings}


def test_every_variable_can_be_set_with_the_default_that_it_has() -> None:
    """But those of HTTP, which an extension does not speak, and the choice of a kept login."""
    env = MANIFEST["server"]["mcp_config"]["env"]
    variables = {variable.name: variable for group, all_ in GROUPS.items() if group != "Over HTTP" for variable in all_}
    assert set(variables) - set(env) == {"WHITESPACE_PROFILE"}
    for name, variable in variables.items():
        if name in env:
            default = MANIFEST["user_config"][env[name].removeprefix("${user_config.").removesuffix("}")]["default"]
            usual = {"on": True, "off": False}.get(variable.default, variable.default)
            assert default == "" or str(default) == str(usual), name


def test_every_secret_setting_is_kept_as_one() -> None:
    secret = {name for name in MANIFEST["user_config"] if "token" in name}
    assert secret == {name for name, setting in MANIFEST["user_config"].items() if setting.get("sensitive")}


def test_the_bundle_holds_the_package_and_nothing_else(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        packed = set(archive.namelist())
    server = {path.relative_to(ROOT).as_posix() for path in (ROOT / "server").rglob("*") if path.is_file()}
    wanted = {name for name in server if "__pycache__" not in name}
    shown = set(MANIFEST["screenshots"])
    assert packed == wanted | shown | {"LICENSE", "README.md", "icon.png", "manifest.json", "pyproject.toml"}
    assert MANIFEST["icon"] in packed
    assert MANIFEST["server"]["entry_point"] in packed


def test_the_screenshots_are_small_pictures_of_the_views() -> None:
    for name in MANIFEST["screenshots"]:
        content = (ROOT / name).read_bytes()
        width, height = (int.from_bytes(content[place : place + 4], "big") for place in (16, 20))
        assert content.startswith(b"\x89PNG\r\n")
        assert (width, 200 < height <= 900, len(content) < 100_000) == (760, True, True), name


def test_the_bundle_installs_the_versions_that_were_tested(installed: Path) -> None:
    packed = tomllib.loads((installed / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = dict(constraint.split()[0].split("==") for constraint in packed["tool"]["uv"]["constraint-dependencies"])
    assert pinned == pins("requirements.lock")
    assert packed["project"] == tomllib.loads(text("pyproject.toml"))["project"]


def test_what_the_user_leaves_empty_reaches_the_server_as_unset(resolved: dict[str, Any]) -> None:
    config = resolved["nothing"]
    assert "${" not in json.dumps(config)
    assert Settings.from_env(config["env"]) == Settings.from_env({})


def test_what_the_user_fills_in_reaches_the_server(installed: Path, resolved: dict[str, Any]) -> None:
    config = resolved["much"]
    settings = Settings.from_env(config["env"])
    assert settings.refresh_token is not None
    assert settings.refresh_token.get_secret_value() == "canary"
    assert (settings.root, settings.environment.bucket) == ("https://placing.example", "livebucket")
    assert (settings.user_name, settings.organisations) == ("Jo Field", ("alpha", "beta"))
    assert settings.require_organisation
    assert settings.downloads == installed / "saved"
    assert (settings.views, settings.answers, settings.timeout) == (False, "text", 30)
    assert settings.problems == ()


async def test_the_bundle_starts_from_an_empty_folder_and_answers(installed: Path, resolved: dict[str, Any]) -> None:
    parameters = as_the_app_starts_it(resolved["demo"])
    with anyio.fail_after(FIRST_START_SECONDS):
        async with Client(parameters) as client:
            offered = (await client.list_tools()).tools
            answer = await client.call_tool("get_risks", {"organisation": "all", "page_size": 0})
    assert {tool.name for tool in offered} == {tool["name"] for tool in MANIFEST["tools"]}
    assert answer.structured_content is not None
    assert [row["documents"] for row in answer.structured_content["organisations"]] == [1528, 439]
    versions = dict(folder.stem.split("-") for folder in (installed / ".venv").rglob("*.dist-info"))
    brought = {canonicalize_name(name): version for name, version in versions.items() if name != "whitespace_mcp"}
    assert brought
    assert brought.items() <= pins("requirements.lock").items()
