"""How a replica's chain of the audit trail names people."""

import json
from pathlib import Path

import anyio
import pytest
from click.testing import CliRunner

from support.clock import FakeClock
from whitespace_mcp.team.commands import team
from whitespace_mcp.team.configuration import PREFIX, read_team_settings
from whitespace_mcp.team.keys import read_keys
from whitespace_mcp.team.trail import TeamTrail


def test_a_pseudonym_is_one_persons_and_whoever_has_the_keys_can_undo_it(
    good: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = good | {f"{PREFIX}_AUDIT_PEOPLE": "pseudonym", f"{PREFIX}_REPLICA": "r7"}
    read = read_team_settings(settings)
    trail = TeamTrail(tmp_path, read, read_keys(read.keys), "platform.example", FakeClock().now)
    who = trail.who(read.issuer, "alice", "host")
    anyio.run(trail.note, "connected", who)
    assert trail.who(read.issuer, "bob", "host") != who
    (file,) = (tmp_path / "r7").glob("*.jsonl")
    first, line = map(json.loads, file.read_bytes().splitlines())
    assert first["replica"] == "r7"
    assert "alice" not in str(line)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    told = CliRunner().invoke(team, ["pseudonym", "alice"])
    assert line["person"]["pseudonym"] in told.output.split()
