"""The page `/connect` as people meet it: in a real browser, with a real identity provider."""

import json
import re
import secrets
import shutil
from pathlib import Path
from typing import Final

import anyio
from scripts.node import command

from support.servers import refused
from team.engines import ROOT, missing
from team.firm import Firm

SCRIPT: Final = Path(__file__).with_name("chromium") / "connect.mjs"


async def test_people_connect_and_leave_in_a_browser_and_no_token_stays_in_it(firm: Firm) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None or not (ROOT / "build/npm/views/node_modules").exists():
        missing("npm's packages and Chromium have to be here; `make test` fetches the packages")
    async with firm.client(await firm.access_token("mallory")) as client:
        link = re.search(r"http\S+/connect\?for=\w+", await refused(client, "list_organisations"))
    assert link
    values = {
        "origin": firm.origin,
        "token": firm.platform.platform.login.refresh_token,
        "wrongToken": "no such token " + secrets.token_hex(20),
        "names": ["Calderfinch Partners", "Marrowgate Underwriting"],
        "foreignLink": link.group(),
    }
    line = [*command("node"), str(SCRIPT), str(browser)]
    with anyio.fail_after(400):
        done = await anyio.run_process(line, input=json.dumps(values).encode())
    assert json.loads(done.stdout) == []
