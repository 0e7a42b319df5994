"""The hosts' files: the right one, everything else untouched, no secret in it, and the same after a second time."""

import json
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.setups import Desk, machine
from whitespace_mcp.demo import Running
from whitespace_mcp.setup.hosts import HOSTS, our_command
from whitespace_mcp.setup.machine import System

OURS = our_command()
SERVE = [*OURS.args, "serve"]


def file_of(desk: Desk, host: str) -> Path:
    return HOSTS[host].file(desk.places)


def put(desk: Desk, host: str, document: Any) -> Path:
    path = file_of(desk, host)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def with_profile(desk: Desk, token: str = "keychain", name: str = "acme") -> Desk:
    desk.places.config.mkdir(exist_ok=True)
    (desk.places.config / f"{name}.toml").write_text(f'token = "{token}"\n')
    return desk


@pytest.mark.parametrize(
    ("system", "host", "path"),
    [
        ("macos", "claude-desktop", "Library/Application Support/Claude/claude_desktop_config.json"),
        ("windows", "claude-desktop", "AppData/Roaming/Claude/claude_desktop_config.json"),
        ("linux", "claude-desktop", ".config/Claude/claude_desktop_config.json"),
        ("macos", "vscode", "Library/Application Support/Code/User/mcp.json"),
        ("windows", "vscode", "AppData/Roaming/Code/User/mcp.json"),
        ("linux", "vscode", ".config/Code/User/mcp.json"),
        ("linux", "cursor", ".cursor/mcp.json"),
        ("windows", "cursor", ".cursor/mcp.json"),
    ],
)
def test_each_host_keeps_its_file_where_it_does(tmp_path: Path, system: System, host: str, path: str) -> None:
    desk = with_profile(Desk(machine(tmp_path, system)))
    said = desk.says("install", host)
    written = desk.places.home / path
    assert f"Changed: {written}" in said
    entry = json.loads(written.read_text())[HOSTS[host].key]["whitespace"]
    assert entry == {
        **({"type": "stdio"} if host == "vscode" else {}),
        "command": OURS.command,
        "args": [*SERVE, "--profile", "acme"],
    }


def test_the_edition_of_the_windows_store_has_a_folder_of_its_own(tmp_path: Path) -> None:
    desk = Desk(machine(tmp_path, "windows"))
    packages = desk.places.home / "AppData/Local/Packages"
    packages.mkdir(parents=True)
    assert "Roaming/Claude" in file_of(desk, "claude-desktop").as_posix()
    store = packages / "Claude_abc/LocalCache/Roaming/Claude"
    store.mkdir(parents=True)
    assert file_of(desk, "claude-desktop") == store / "claude_desktop_config.json"


def test_other_entries_stay_and_the_former_file_is_kept(desk: Desk) -> None:
    former = '{\n    "theme": "dämmerung",\n    "mcpServers": {\n        "files": {"command": "x"}\n    }\n}'
    path = put(desk, "claude-desktop", former)
    path.chmod(0o640)
    said = desk.says("install", "claude-desktop", "--demo")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == {
        "theme": "dämmerung",
        "mcpServers": {
            "files": {"command": "x"},
            "whitespace-demo": {"command": OURS.command, "args": [*SERVE, "--demo"]},
        },
    }
    assert '\n    "theme": "dämmerung"' in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    copy = path.with_name(f"{path.name}.bak")
    assert copy.read_text(encoding="utf-8") == former
    assert str(copy) in said
    assert "Quit Claude Desktop completely" in said


@pytest.mark.parametrize("host", ["claude-desktop", "cursor", "vscode"])
@pytest.mark.parametrize("options", [("--demo",), ()])
def test_a_second_time_changes_nothing(desk: Desk, host: str, options: tuple[str, ...]) -> None:
    desk.says("install", host, *options)
    before = file_of(desk, host).read_bytes()
    assert "nothing was changed" in desk.says("install", host, *options)
    assert file_of(desk, host).read_bytes() == before
    assert [path.name for path in file_of(desk, host).parent.iterdir()] == [file_of(desk, host).name]


@pytest.mark.parametrize("host", ["claude-desktop", "cursor", "vscode"])
def test_what_was_put_in_can_be_taken_out(desk: Desk, host: str) -> None:
    former = {HOSTS[host].key: {"files": {"command": "x"}}, "inputs": [{"id": "other"}]}
    path = put(desk, host, former)
    desk.says("install", host)
    assert "no longer starts whitespace-mcp" in desk.says("install", host, "--remove")
    assert json.loads(path.read_text()) == former
    assert path.with_name(f"{path.name}.bak2").exists()
    assert "has no entry 'whitespace'; nothing was changed" in desk.says("install", host, "--remove")


def test_nothing_is_taken_out_where_there_is_no_file(desk: Desk) -> None:
    assert "nothing was changed" in desk.says("install", "cursor", "--remove")
    assert not file_of(desk, "cursor").exists()
    assert "There is nothing to remove" in desk.says("install", "print", "--remove", code=2)


def test_without_a_profile_the_place_for_the_token_is_left_empty(desk: Desk) -> None:
    said = desk.says("install", "cursor")
    entry = json.loads(file_of(desk, "cursor").read_text())["mcpServers"]["whitespace"]
    assert entry == {"command": OURS.command, "args": SERVE, "env": {"WHITESPACE_REFRESH_TOKEN": ""}}
    assert "Better: run whitespace-mcp login" in said


def test_vscode_asks_for_the_token_itself(desk: Desk) -> None:
    put(desk, "vscode", {"inputs": "not a list"})
    desk.says("install", "vscode")
    document = json.loads(file_of(desk, "vscode").read_text())
    assert document["servers"]["whitespace"]["env"] == {"WHITESPACE_REFRESH_TOKEN": "${input:whitespace-refresh-token}"}
    assert [(question["id"], question["password"]) for question in document["inputs"]] == [
        ("whitespace-refresh-token", True)
    ]


def test_a_token_put_in_by_hand_stays_until_a_profile_makes_it_needless(desk: Desk) -> None:
    entry = {"command": "old", "args": ["serve"], "disabled": True,
             "env": {"WHITESPACE_REFRESH_TOKEN": "canary", "WHITESPACE_TIMEOUT": "20"}}  # fmt: skip
    path = put(desk, "cursor", {"mcpServers": {"whitespace": entry}})
    desk.says("install", "cursor")
    server = json.loads(path.read_text())["mcpServers"]["whitespace"]
    assert server == {**entry, "command": OURS.command, "args": SERVE}
    said = with_profile(desk).says("install", "cursor")
    assert "canary" not in path.read_text() + said
    assert "delete the copy" in said
    server = json.loads(path.read_text())["mcpServers"]["whitespace"]
    assert server["env"] == {"WHITESPACE_TIMEOUT": "20"}
    assert server["disabled"] is True


def test_a_token_in_an_entry_is_not_taken_to_another_address(desk: Desk) -> None:
    """Each change of what the entry starts that changes where its token goes takes the token out, and says so."""
    desk.places.config.mkdir()
    for name, root in (("production", "https://p.example"), ("same", "https://sandbox.whitespace.co.uk")):
        (desk.places.config / f"{name}.toml").write_text(f'root = "{root}"\ntoken = "environment"')
    secret = {"WHITESPACE_REFRESH_TOKEN": "canary", "WHITESPACE_TIMEOUT": "20"}
    moved = {"args": ["serve"], "env": secret}
    entries = [
        (moved, "production", False),
        (moved, "same", True),
        ({"args": ["serve", "--profile", "production"], "env": secret}, "production", True),
        ({"args": ["serve", "--profile=production"], "env": secret}, "same", False),
        ({"args": ["serve"], "env": {**secret, "WHITESPACE_PROFILE": "production"}}, "production", True),
        ({"args": ["serve"], "env": {**secret, "WHITESPACE_ROOT": "https://q.example"}}, "production", False),
        ({"args": ["serve", "--root", "https://p.example"], "env": secret}, "production", True),
        ({"args": ["serve", "--demo"], "env": secret}, "same", False),
        ({"args": ["serve", "--profile", "gone"], "env": secret}, "same", False),
    ]
    for entry, profile, stays in entries:
        path = put(desk, "cursor", {"mcpServers": {"whitespace": entry}})
        said = desk.says("install", "cursor", "--profile", profile)
        written = json.loads(path.read_text())["mcpServers"]["whitespace"]["env"]
        expected = {"WHITESPACE_REFRESH_TOKEN": "canary" if stays else "", "WHITESPACE_TIMEOUT": "20"}
        assert written == expected, entry
        assert ("belongs to another address" in said) is not stays
    static = {"args": ["serve"], "env": {"WHITESPACE_SERVICE_TOKEN": "canary"}}
    put(desk, "cursor", {"mcpServers": {"whitespace": static}})
    desk.says("install", "cursor", "--profile", "production")
    assert "canary" not in file_of(desk, "cursor").read_text()


def test_vscode_asks_for_a_token_of_each_profile(desk: Desk) -> None:
    """It keeps what it asked for by the input's name: one name for two profiles would give one the other's token."""
    with_profile(desk, "environment", "one")
    with_profile(desk, "environment", "two")
    for name in ("one", "two"):
        desk.says("install", "vscode", "--profile", name)
        document = json.loads(file_of(desk, "vscode").read_text())
        reference = document["servers"]["whitespace"]["env"]["WHITESPACE_REFRESH_TOKEN"]
        assert reference == f"${{input:whitespace-refresh-token-{name}}}"
        assert reference[8:-1] in [item["id"] for item in document["inputs"]]
    desk.says("install", "vscode", "--remove")
    assert json.loads(file_of(desk, "vscode").read_text())["inputs"] == []


def test_a_copy_of_a_file_is_never_more_readable_than_the_file(desk: Desk) -> None:
    path = put(desk, "cursor", {})
    path.chmod(0o600)
    desk.says("install", "cursor", "--demo")
    assert stat.S_IMODE(path.with_name("mcp.json.bak").stat().st_mode) == 0o600


@pytest.mark.usefixtures("shelf")
def test_no_secret_of_the_environment_or_the_keychain_reaches_a_file(desk: Desk, running: Running) -> None:
    desk.log_in(running)
    token = running.platform.login.refresh_token
    there = desk.with_environment(WHITESPACE_REFRESH_TOKEN=token, PATH="")
    said = "".join(
        there.says("install", host) for host in ("claude-desktop", "claude-code", "cursor", "vscode", "print")
    )
    written = "".join(p.read_text() for p in desk.places.home.rglob("*") if p.is_file())
    assert token not in said + written
    assert written.count("--profile") == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"mcpServers": {} "a": 1}', "line 1, column 19: a comma or } should stand here"),
        ('{"a": nope}', "line 1, column 7: a value should stand here"),
        ("{", "line 1, column 2"),
        ("{} {}", "line 1, column 4: there is more behind its end"),
        ("[]", "it is not an object in braces"),
        ('{"mcpServers": []}', "'mcpServers' in it is not an object"),
        ('{"mcpServers": null}', "'mcpServers' in it is not an object"),
        ('{"mcpServers": {}, "mcpServers": {}}', "'mcpServers' stands in it 2 times"),
        ('{"a": ' + "[" * 500 + "]" * 500 + "}", "it is nested too deeply"),
    ],
)
def test_a_file_edited_by_hand_and_broken_is_left_as_it_is(desk: Desk, text: str, reason: str) -> None:
    path = put(desk, "claude-desktop", text)
    for line in (("install", "claude-desktop", "--demo"), ("install", "claude-desktop", "--remove")):
        said = desk.says(*line, code=1)
        assert f"cannot be read ({reason}" in said
        assert "so it was left as it is" in said
        assert "whitespace-mcp install print" in said
    assert path.read_text() == text
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_file_in_another_encoding_is_left_as_it_is(desk: Desk) -> None:
    put(desk, "cursor", "{}").write_bytes('{"ä": 1}'.encode("utf-16"))
    assert "cannot be read (UnicodeDecodeError)" in desk.says("install", "cursor", "--demo", code=1)


@pytest.mark.parametrize("text", ["", "\ufeff{}", '\ufeff{\n\t"a": 1}'])
def test_an_empty_file_and_a_byte_order_mark_do_no_harm(desk: Desk, text: str) -> None:
    path = put(desk, "cursor", text)
    desk.says("install", "cursor", "--demo")
    assert "whitespace-demo" in json.loads(path.read_text())["mcpServers"]


def test_a_link_stays_a_link(desk: Desk, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    file_of(desk, "cursor").parent.mkdir()
    file_of(desk, "cursor").symlink_to(real)
    desk.says("install", "cursor", "--demo")
    assert file_of(desk, "cursor").is_symlink()
    assert "whitespace" in real.read_text()


def test_a_home_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("")
    there = Desk(replace(desk.places, home=tmp_path / "full"))
    assert "mcp.json cannot be opened (not a directory). Make it readable for you" in there.says(
        "install", "cursor", "--demo", code=1
    )
    (desk.places.home / ".cursor").symlink_to("/proc/self")
    said = desk.says("install", "cursor", "--demo", code=1)
    assert "mcp.json cannot be changed (" in said


def test_with_several_profiles_one_must_be_named(desk: Desk) -> None:
    with_profile(desk, name="one")
    with_profile(desk, name="two")
    assert "There are several profiles: one, two" in desk.says("install", "cursor", code=1)
    desk.says("install", "cursor", "--profile", "two")
    assert "two" in file_of(desk, "cursor").read_text()
    desk.with_environment(WHITESPACE_PROFILE="one").says("install", "cursor")
    assert "one" in file_of(desk, "cursor").read_text()
    with_profile(desk, name="default")
    desk.says("install", "cursor")
    assert "default" in file_of(desk, "cursor").read_text()
    assert "There is no profile 'three'" in desk.says("install", "cursor", "--profile", "three", code=1)


def test_printing_gives_json_alone_on_the_output(desk: Desk) -> None:
    done = with_profile(desk, "environment").run("install", "print")
    assert json.loads(done.stdout)["mcpServers"]["whitespace"]["env"] == {"WHITESPACE_REFRESH_TOKEN": ""}
    assert "VS Code calls" in done.stderr


def test_claude_code_gets_a_line_to_run_where_it_is_not_here(desk: Desk) -> None:
    done = desk.run("install", "claude-code", "--demo")
    assert (
        done.stdout.strip() == f"claude mcp add whitespace-demo --scope user -- {OURS.command} {' '.join(SERVE)} --demo"
    )
    assert "not on the PATH" in done.stderr


def claude(desk: Desk, tmp_path: Path, *, fails: str = "") -> Desk:
    """A program of that name that notes what it was asked, and keeps the entries as the real one does."""
    program = tmp_path / "claude"
    program.write_text(
        f"""#!{sys.executable}
import json, pathlib, sys
home = pathlib.Path({str(desk.places.home)!r})
with (home / "asked").open("a") as asked: print(*sys.argv[1:], file=asked)
if any(name.endswith("_TOKEN") for name in __import__("os").environ): sys.exit("a secret was handed over")
if sys.argv[2] == {fails!r}: sys.exit("no\\nroom")
file = home / ".claude.json"
document = json.loads(file.read_text()) if file.exists() else {{"mcpServers": {{}}}}
if sys.argv[2] == "remove": document["mcpServers"].pop(sys.argv[3])
elif sys.argv[3] in document["mcpServers"]: sys.exit("already exists")
else:
    command, *args = sys.argv[sys.argv.index("--") + 1:]
    document["mcpServers"][sys.argv[3]] = {{"type": "stdio", "command": command, "args": args, "env": {{}}}}
file.write_text(json.dumps(document))
"""
    )
    program.chmod(0o755)
    return desk.with_environment(PATH=str(tmp_path))


def questions(desk: Desk) -> list[str]:
    path = desk.places.home / "asked"
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def test_claude_code_is_told_through_its_own_command(desk: Desk, tmp_path: Path) -> None:
    there = claude(desk, tmp_path).with_environment(WHITESPACE_REFRESH_TOKEN="canary")
    assert "Claude Code now starts" in there.says("install", "claude-code", "--demo")
    added = f"mcp add whitespace-demo --scope user -- {OURS.command} {' '.join(SERVE)} --demo"
    assert questions(desk) == [added]
    assert "nothing was changed" in there.says("install", "claude-code", "--demo")
    assert questions(desk) == []
    real = added.replace("whitespace-demo", "whitespace").replace("--demo", "--profile acme")
    with_profile(there).says("install", "claude-code")
    with_profile(there, name="other").says("install", "claude-code", "--profile", "other")
    assert questions(desk) == [real, "mcp remove whitespace --scope user", real.replace("acme", "other")]
    assert "no longer starts" in there.says("install", "claude-code", "--remove")
    assert questions(desk) == ["mcp remove whitespace --scope user"]
    assert "nothing was changed" in there.says("install", "claude-code", "--remove")


def test_a_token_is_never_put_on_claude_codes_line(desk: Desk, tmp_path: Path) -> None:
    there = claude(desk, tmp_path).with_environment(WHITESPACE_REFRESH_TOKEN="canary")
    done = there.run("install", "claude-code")
    assert done.stdout.startswith("read -rs TOKEN\nclaude ")
    assert '--env WHITESPACE_REFRESH_TOKEN="$TOKEN" --' in done.stdout
    assert "canary" not in done.output
    assert questions(desk) == []


def test_what_claude_code_refuses_is_told(desk: Desk, tmp_path: Path) -> None:
    said = claude(desk, tmp_path, fails="add").says("install", "claude-code", "--demo", code=1)
    assert "claude refused: no room. Try it yourself: claude mcp add whitespace" in said
    (tmp_path / "claude").write_bytes(b"\x7fELF")
    assert "claude refused: OSError" in claude_as_it_is(desk, tmp_path)


def claude_as_it_is(desk: Desk, tmp_path: Path) -> str:
    return desk.with_environment(PATH=str(tmp_path)).says("install", "claude-code", "--demo", code=1)


def test_the_command_is_the_one_that_is_installed(tmp_path: Path) -> None:
    temporary = tmp_path / "archive-v0" / "bin"
    temporary.mkdir(parents=True)
    python = str(temporary / "python")
    assert our_command(python) == replace(our_command(python), command=python, args=("-m", "whitespace_mcp"))
    assert our_command(python).temporary
    (temporary / "whitespace-mcp.exe").touch()
    assert our_command(python).command.endswith("whitespace-mcp.exe")
    assert not OURS.temporary
