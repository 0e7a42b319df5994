"""A small firm at work for some seconds, and whether the search for secrets would find one."""

from pathlib import Path

from team.simulation import Plan, simulate
from team.traces import Trace, found_in

SMALL = Plan(people=20, active=6, minutes=0.3, speed=10, calls=900, memory=1, documents=(60, 30), replicas=1)


async def test_a_firm_at_work_gets_no_wrong_answer_leaves_no_secret_and_keeps_within_its_memory(tmp_path: Path) -> None:
    report = await simulate(SMALL, tmp_path)
    assert (report.wrong, report.failed, report.traces) == ([], [], [])
    assert report.good, list(report.lines())
    assert report.calls.total() >= SMALL.active
    assert min(report.searched.values()) > 0
    assert report.secrets > SMALL.people


def test_a_secret_is_found_wherever_a_part_of_it_stands() -> None:
    secret = "Zm9vYmFyYmF6cXV4+MTIzNDU2Nzg5MA=="
    texts = {
        "a log": f"GET /?refresh_token={secret.replace('+', '%2B')}",
        "a dump": f"\\\\x{secret.encode().hex()}",
        "a part": f"...{secret[:14]}...",
        "nothing": "Zm9vYmFy and MTIzNDU2",
    }
    assert {trace.place for trace in found_in(texts, [secret])} == {"a log", "a dump", "a part"}
    assert found_in(texts, [secret])[0] == Trace("a dump", secret[:8])
