"""Calls that meet their deadline: what the assistant reads, and what is saved of the answer."""

from pathlib import Path

from support.clock import passing
from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.demo import Running
from whitespace_mcp.session.directory import WAITING_MOST


async def test_a_platform_that_hangs_is_told_before_the_host_gives_up(running: Running, era: str) -> None:
    hold = running.platform.faults.hold("/api/user/myDetails", times=None)
    async with client_of(settings_for(running), era) as client, passing(at=lambda: hold.hits):
        said = await refused(client, "list_organisations")
    assert said.startswith("There was no answer within 60 seconds.")
    assert "WHITESPACE_TIMEOUT" in said


async def test_a_list_that_hangs_names_its_organisation(running: Running, era: str) -> None:
    hold = running.platform.faults.hold("/api/risks", times=None)
    async with client_of(settings_for(running), era) as client, passing(at=lambda: hold.hits):
        said = await refused(client, "get_risks", organisation="CALDERFINCH")
    assert said.startswith("The platform did not answer within 5")
    assert "seconds (Calderfinch Partners). Try again in a minute." in said


async def test_a_directory_that_hangs_does_not_take_the_answer_along(
    running: Running, era: str, tmp_path: Path
) -> None:
    settings = settings_for(running, cache_folder=tmp_path)
    async with client_of(settings, era) as client:
        await ask(client, "list_organisations")  # known from now on, also to the next server
    hold = running.platform.faults.hold("/api/shared/corporate", times=None)
    slowly = passing(WAITING_MOST + 1, each=0, pause=0.05)  # the list is read meanwhile
    async with client_of(settings, era) as client, slowly:
        answer = await ask(client, "get_risks", organisation="MARROWGATE", page_size=100)
    assert hold.hits
    assert "CALDERFINCH" in {row.get("broker") for row in answer["risks"]}, "company ids in place of names"


async def test_with_all_one_organisation_that_hangs_does_not_spoil_the_other(running: Running, era: str) -> None:
    user_id = running.platform.login.memberships[1].user_id
    hold = running.platform.faults.hold("/api/risks", user_id=user_id, times=None)
    async with client_of(settings_for(running), era) as client:
        await ask(client, "get_risks", organisation="CALDERFINCH", page_size=0)
        async with passing(at=lambda: hold.hits):
            answer = await ask(client, "get_risks", organisation="all", page_size=0)
    well, failed = answer["organisations"]
    assert (well["documents"], failed["documents"], failed["matched"]) == (80, 0, 0)
    assert "seconds (Marrowgate Underwriting). Try again in a minute." in failed["error"]
