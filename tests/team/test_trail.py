"""How a replica's chain of the audit trail names people."""

import json
import re
import shutil
from pathlib import Path

import anyio
import pytest
from click.testing import CliRunner

from support.clock import FakeClock
from whitespace_mcp.setup.commands import COMMANDS
from whitespace_mcp.team.commands import team
from whitespace_mcp.team.configuration import PREFIX, read_team_settings
from whitespace_mcp.team.keys import read_keys
from whitespace_mcp.team.trail import TeamTrail
from whitespace_mcp.telemetry.audit.chain import HEAD, Head, digest_of
from whitespace_mcp.telemetry.audit.trail import Trail


def test_a_pseudonym_is_one_persons_and_whoever_has_the_keys_can_undo_it(
    good: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = good | {f"{PREFIX}_AUDIT_PEOPLE": "pseudonym", f"{PREFIX}_REPLICA": "r7"}
    read = read_team_settings(settings)
    trail = TeamTrail(tmp_path, read, read_keys(read.keys), "platform.example", FakeClock().now)
    who = trail.who(read.issuer, "alice", "host")
    anyio.run(trail.note, "connected", who)
    assert trail.who(read.issuer, "bob", "host") != who
    other = TeamTrail(None, read, dict.fromkeys(read_keys(read.keys), bytes(32)), "platform.example", FakeClock().now)
    assert other.who(read.issuer, "alice", "host") != who, "who has not the key cannot make it"
    (file,) = (tmp_path / "r7").glob("*.jsonl")
    first, line = map(json.loads, file.read_bytes().splitlines())
    assert first["replica"] == "r7"
    assert "alice" not in str(line)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    words = CliRunner().invoke(team, ["pseudonym", "alice"])
    assert line["person"]["pseudonym"] in words.output.split()


@pytest.fixture
def trails(good: dict[str, str], tmp_path: Path) -> Path:
    """A folder with the chains of two replicas, whose events were in turn and two minutes apart."""
    clock = FakeClock()
    settings = {name: read_team_settings(good | {f"{PREFIX}_REPLICA": name}) for name in ("r0", "r1")}
    folder = tmp_path / "trail"
    replicas = [
        TeamTrail(folder, each, read_keys(each.keys), "platform.example", clock.now) for each in settings.values()
    ]
    for _ in range(3):
        for replica in replicas:
            anyio.run(replica.note, "connected", replica.who("https://id.example", "alice"))
            clock.advance(120)
    return folder


def verified(folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and words of the operator's check."""
    done = CliRunner().invoke(COMMANDS["audit"], ["verify", str(folder), *options])
    return done.exit_code, done.output


def test_a_whole_chain_that_vanishes_is_missed_by_the_others(trails: Path) -> None:
    code, said = verified(trails)
    assert (code, said.count("The trail is intact: ")) == (0, 2), said
    shutil.rmtree(trails / "r1")
    code, said = verified(trails)
    assert code == 1
    assert re.search(r"r1:\n.*\n +this whole chain is not here; audit-\S+ of r0 names it with 5 lines\n", said), said
    assert verified(trails, "--archived", "r1")[0] == 0
    shutil.rmtree(trails / "r0")
    assert verified(trails)[0] == 2


def test_a_chain_that_is_not_what_the_others_say_is_found(trails: Path) -> None:
    (file,) = (trails / "r1").glob("*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3]))
    file.with_suffix(HEAD).write_bytes(Head(3, digest_of(lines[2][:-1])).text())
    code, said = verified(trails)
    assert code == 1, "cut off at its end, with its head"
    assert f"it is not the file that {next((trails / 'r0').glob('*.jsonl')).name} of r0 names" in said
    shutil.rmtree(trails / "r1")
    Trail(trails / "r1", {"replica": "r1"}).append({"event": "connected"})
    code, said = verified(trails)
    assert code == 1, "made anew"
    assert f"{file.name}, which" in said


def test_old_files_of_a_chain_may_be_taken_into_an_archive(trails: Path) -> None:
    (file,) = (trails / "r1").glob("*.jsonl")
    Trail(trails / "r1", {"replica": "r1"}).append({"event": "connected"})
    assert verified(trails)[0] == 0
    file.unlink()
    file.with_suffix(HEAD).unlink()
    code, said = verified(trails)
    assert code == 0, said
