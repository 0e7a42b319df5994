"""Many clients on one server, with switches, expiry and faults: never a wrong organisation."""

from support.races import KINDS, scene

STEPS = 60


async def test_no_answer_is_about_the_wrong_organisation() -> None:
    """One schedule; `make races` runs thousands."""
    async with scene(1) as race:
        await race.run(STEPS)
    report = race.report
    assert report.wrong == []
    assert report.steps >= STEPS
    assert report.answered > STEPS / 3, "it is about answers"
    assert report.compared > STEPS / 4
    assert report.refused == sum(count for kind, count in report.kinds.items() if kind.startswith("foreign"))
    assert report.requests > report.answered / 2
    assert set(report.kinds) == {*KINDS, "switch"}
    assert report.events
