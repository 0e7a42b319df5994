"""Each host's own form, and files that people write by hand: one entry changes, and not a byte of the rest."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.setups import Desk
from whitespace_mcp.setup.hosts import HOSTS, our_command
from whitespace_mcp.setup.json_edit import plain, scan, with_member, without_member

OURS = our_command()
SERVE = [*OURS.args, "serve"]
PLAIN = {"command": OURS.command, "args": SERVE}
WANTED: dict[str, dict[str, Any]] = {
    "codex": {**PLAIN, "env_vars": ["WHITESPACE_REFRESH_TOKEN"], "required": True},
    "gemini": {**PLAIN, "env": {"WHITESPACE_REFRESH_TOKEN": "$WHITESPACE_REFRESH_TOKEN"}},
    "qwen": {**PLAIN, "env": {"WHITESPACE_REFRESH_TOKEN": "$WHITESPACE_REFRESH_TOKEN"}},
    "copilot": {"type": "local", **PLAIN, "tools": ["*"], "env": {"WHITESPACE_REFRESH_TOKEN": ""}},
    "opencode": {
        "type": "local",
        "command": [OURS.command, *SERVE],
        "enabled": True,
        "environment": {"WHITESPACE_REFRESH_TOKEN": "{env:WHITESPACE_REFRESH_TOKEN}"},
    },
    "cline": {**PLAIN, "timeout": 60, "env": {"WHITESPACE_REFRESH_TOKEN": ""}},
}


def servers(desk: Desk, name: str) -> dict[str, Any]:
    host = next(host for host in HOSTS.values() if host.name == name)
    text = host.file(desk.places).read_text(encoding="utf-8")
    return (tomllib.loads(text) if host.form == "toml" else json.loads(text))[host.key]


@pytest.mark.parametrize("name", WANTED)
def test_each_host_gets_its_own_form_and_gives_it_back(desk: Desk, name: str) -> None:
    desk.says("install", name)
    assert servers(desk, name) == {"whitespace": WANTED[name]}
    assert "nothing was changed" in desk.says("install", name)
    desk.says("install", name, "--demo")
    both = servers(desk, name)
    assert both["whitespace"] == WANTED[name]
    demo = both["whitespace-demo"]
    assert "--demo" in [*demo.get("args", []), *demo["command"]]
    assert "WHITESPACE_REFRESH_TOKEN" not in json.dumps(demo)
    desk.says("install", name, "--remove")
    assert list(servers(desk, name)) == ["whitespace-demo"]
    assert "no longer starts" in desk.says("install", name, "--remove", "--demo")


def test_a_keychain_profile_in_codex_gets_the_bus(desk: Desk) -> None:
    desk.places.config.mkdir()
    (desk.places.config / "acme.toml").write_text('token = "keychain"')
    desk.says("install", "codex")
    entry = servers(desk, "codex")["whitespace"]
    assert entry["env_vars"] == ["DBUS_SESSION_BUS_ADDRESS"]
    assert entry["args"][-2:] == ["--profile", "acme"]


def test_a_file_of_toml_keeps_its_comments_and_its_other_tables(desk: Desk) -> None:
    path = HOSTS["codex"].file(desk.places)
    path.parent.mkdir()
    head = '# mine\nmodel = "x" # this one\n\n[mcp_servers.files]\ncommand = "y"\n\n'
    ours = '[mcp_servers.whitespace]\ncommand = "old"\n[mcp_servers.whitespace.env]\nA = "1"\n\n'
    tail = "[tools]\nweb = true\n"
    path.write_text(head + ours + tail)
    desk.says("install", "codex")
    after = path.read_text()
    assert after.startswith(
        '# mine\nmodel = "x" # this one\n\n[mcp_servers.files]\ncommand = "y"\n\n[tools]\nweb = true\n'
    )
    assert servers(desk, "codex")["whitespace"]["env"] == {"A": "1"}
    for odd in ("mcp_servers = { whitespace = { command = 'old' } }\n", "not toml\n"):
        path.write_text(odd)
        said = desk.says("install", "codex", code=1)
        assert "left as it is" in said
        assert path.read_text() == odd
    assert "[mcp_servers.whitespace]" in desk.says("install", "codex", code=1) or "cannot be read" in said


def test_a_host_with_yaml_gets_lines_to_paste(desk: Desk) -> None:
    done = desk.run("install", "continue")
    assert done.stdout.startswith("mcpServers:\n  - name: whitespace\n    type: stdio\n    command: ")
    assert "config.yaml" in done.stderr
    assert not HOSTS["continue"].file(desk.places).exists()


def test_comments_and_commas_stay_where_they_are(desk: Desk) -> None:
    path = HOSTS["cursor"].file(desk.places)
    path.parent.mkdir()
    head = '{\r\n  // mine\r\n  "big": 1e400, "twice": 1, "twice": 2,\r\n  "mcpServers": {\r\n'
    before = head + '    "files": {"command": "x",}, /* last */\r\n  },\r\n}\r\n'
    path.write_bytes(before.encode())
    desk.says("install", "cursor", "--demo")
    after = path.read_bytes().decode()
    assert after.startswith(before[: before.index(" /* last")])
    assert "/* last */" in after
    assert "\n" not in after.replace("\r\n", "")
    assert plain(after, scan(after).members[-1][2])["whitespace-demo"]["args"] == [*SERVE, "--demo"]
    desk.says("install", "cursor", "--demo", "--remove")
    values = [(name, plain(before, node)) for name, _, node in scan(before).members]
    again = path.read_bytes().decode()
    assert [(name, plain(again, node)) for name, _, node in scan(again).members] == values
    assert "// mine" in again


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(st.text(max_size=5), _JSON, max_size=4)


@given(_DOCUMENTS, _DOCUMENTS, st.sampled_from([None, 1, 4, "\t"]), _JSON)
def test_a_member_goes_in_and_out_of_any_document(
    document: dict[str, Any], others: dict[str, Any], indent: Any, value: Any
) -> None:
    document = {**document, "servers": others}
    text = json.dumps(document, indent=indent)
    added = with_member(text, ("servers", "ours"), value)
    assert json.loads(added) == {**document, "servers": {**others, "ours": value}}
    assert json.loads(without_member(added, ("servers", "ours"))) == {
        **document, "servers": {name: other for name, other in others.items() if name != "ours"}
    }  # fmt: skip
    assert (
        json.loads(with_member(text, ("new", "ours"), value)) == {**document, "new": {"ours": value}}
        or "new" in document
    )


def test_the_doctor_ends_well_for_somebody_who_has_only_the_demo(desk: Desk) -> None:
    desk.says("install", "gemini", "--demo")
    report = json.loads(desk.run("doctor", "--json").stdout)
    assert report["exit_code"] == 0
    (row,) = [check for check in report["checks"] if check["name"] == "configuration"]
    assert row["reason"] == "no login; the demo, which a host here starts, needs none"
