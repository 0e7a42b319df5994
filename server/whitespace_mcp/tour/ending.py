"""What to do after the tour: the lines to paste into an assistant, and the way to real data."""

import json
import shlex
import subprocess
import sys
from typing import Final

from whitespace_mcp.setup.hosts import DEMO_ENTRY, our_command
from whitespace_mcp.tour.terminal import Printer

_DESKTOP: Final = """\
{{
  "mcpServers": {{
    "{name}": {{
      "command": {command},
      "args": {arguments}
    }}
  }}
}}"""


def what_next(printer: Printer) -> None:
    """Write what can be looked at and taken along, the configuration of two hosts, and what real data needs."""
    ours = our_command()
    command, first = ours.command, ours.args
    save = ["call", "export_risks", "organisation=all", "stage=firm order", "--downloads", ".", "--demo"]
    printer.heading("A picture and a spreadsheet of this market, in a minute")
    printer.text("In your browser: how far a risk is placed, and both books side by side.")
    printer.verbatim(_typed([command, *first, "demo", "--open"]))
    printer.text("Every firm order as XLSX, below the folder that you are in.")
    printer.verbatim(_typed([command, *first, *save]))
    arguments = [*first, "serve", "--demo"]
    code = ["claude", "mcp", "add", DEMO_ENTRY, "--scope", "user", "--", command, *arguments]
    printer.heading("Now in your own assistant, with the same invented market")
    printer.text("Claude Desktop: Settings, Developer, Edit Config; merge this in and restart it.")
    printer.verbatim(_DESKTOP.format(name=DEMO_ENTRY, command=json.dumps(command), arguments=json.dumps(arguments)))
    printer.text("Claude Code: one line in a terminal.")
    printer.verbatim(_typed(code))
    printer.text("Then ask: “How many risks are in each of my organisations, by stage?”")
    printer.heading("And with your own login")
    printer.text(
        "Log in to Whitespace, open the User Profile panel and copy the refresh token straight away."
        " `whitespace-mcp login` tries it and keeps it, and `whitespace-mcp install` lets your assistant use it. Or"
        " leave out --demo in the configuration above, and give the token under “env” as WHITESPACE_REFRESH_TOKEN."
        " README.md has the settings for production too, and what your firm's compliance should know first."
    )
    printer.gap()


def _typed(words: list[str]) -> str:
    """A command as one types it."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
