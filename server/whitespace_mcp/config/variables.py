"""What each variable means, told once: `--help` and docs/configuration.md are made from it.

`settings.py` reads them; a test compares the two.
"""

from typing import Final, NamedTuple


class Variable(NamedTuple):
    """One variable of the environment.

    Attributes:
        name: in full.
        meaning: a sentence, for `--help` too.
        default: as one would write it; empty if there is none.
        more: further sentences, for the page.
        secret: it never has an option: command lines are seen by everybody on a machine.
        apart: its option is not made from this table.
    """

    name: str
    meaning: str
    default: str = ""
    more: str = ""
    secret: bool = False
    apart: bool = False

    @property
    def key(self) -> str:
        """The name in a profile's file."""
        return self.name.removeprefix("WHITESPACE_").lower()

    @property
    def option(self) -> str:
        """The option of `whitespace-mcp serve`."""
        return "--" + self.key.replace("_", "-")


GROUPS: Final[dict[str, tuple[Variable, ...]]] = {
    "The login": (
        Variable(
            "WHITESPACE_REFRESH_TOKEN", "The renewable token (secret).", secret=True,
            more="Better kept by `whitespace-mcp login`; see [token.md](token.md).",
        ),
        Variable(
            "WHITESPACE_SERVICE_TOKEN", "Instead of it: a static token for one organisation (secret).", secret=True,
            more="Only one of the two may be set. A service token cannot be renewed from here.",
        ),
        Variable(
            "WHITESPACE_PROFILE", "Which login of `whitespace-mcp login` is used; needed if there are several.",
            more="If none is named, the profile `default` is used, else the only one there is.", apart=True,
        ),
        Variable(
            "WHITESPACE_DEMO", "on: answer from an invented market; every configured credential is ignored.", "off",
            more="`--demo` does the same.", apart=True,
        ),
    ),
    "The platform": (
        Variable(
            "WHITESPACE_ROOT", "Address of the platform.", "https://sandbox.whitespace.co.uk",
            more="Production is `https://www.whitespaceplatform.com`. Addresses begin with https://; http:// is for"
            " this machine only. Tokens go to the configured addresses and nowhere else.",
        ),
        Variable(
            "WHITESPACE_BUCKET", "Name of its login database.", "sandboxbucket",
            more="Whitespace Support tells the name that belongs to another environment.",
        ),
        Variable("WHITESPACE_SYNC_URL", "Address of the login service, if it is not ROOT/sync.", "{root}/sync"),
        Variable("WHITESPACE_API_URL", "Address of the API, if it is not ROOT/api.", "{root}/api"),
    ),
    "You and your organisations": (
        Variable(
            "WHITESPACE_USER_ID", "Your MU id in the default organisation.",
            more="Usually not needed: the organisations are found from the login, and `switch_org` changes the"
            " default.",
        ),
        Variable(
            "WHITESPACE_USER_NAME", "Your name as the Whitespace directory has it.",
            more="Needed only if your organisations are not found without it.",
        ),
        Variable(
            "WHITESPACE_ORGANISATIONS", "Company ids or MU ids, with commas, that may be read; others do not exist.",
        ),
        Variable(
            "WHITESPACE_REQUIRE_ORGANISATION", "on: every call must name its organisation; no switch_org.", "off",
            more="For people who have chats about different books open at once: see"
            " [organisations.md](organisations.md).",
        ),
    ),
    "Answers": (
        Variable(
            "WHITESPACE_FRESH_SECONDS", "Seconds for which a list is used without asking again.", "60",
            more="0 to 86400. `refresh=true` on a call asks at once.",
        ),
        Variable(
            "WHITESPACE_TIMEOUT", "Seconds for one tool call, retries included.", "40",
            more="1 to 600. Most hosts give up at 60.",
        ),
        Variable(
            "WHITESPACE_MAX_BODY", "Megabytes, unpacked, of one answer of the platform.", "128", more="1 to 4096.",
        ),
        Variable("WHITESPACE_EXTRA_READS", "on: also offer read_platform, for any other documented read.", "off"),
    ),
    "Files and logs": (
        Variable(
            "WHITESPACE_CACHE", "disk: also keep lists of risks (business data) in your cache folder.", "memory",
            more="A restart then needs no list that has not changed, and an outage shows the last one. For your eyes"
            " only (mode 0600); `whitespace-mcp logout` removes them.",
        ),
        Variable(
            "WHITESPACE_DOWNLOADS", "Folder where documents are saved on request; without it none are.",
            more="A whole path. It gets a folder for each environment, organisation and risk; nothing there is ever"
            " overwritten. Names that a file manager acts upon (shortcuts, folder settings) get `.data` at their end.",
        ),
        Variable(
            "WHITESPACE_AUDIT", "Folder of the audit trail: a line for each call, on disk before its answer leaves.",
            more="A whole path. `whitespace-mcp audit verify FOLDER` checks the trail.",
        ),
        Variable("WHITESPACE_LOG_LEVEL", "DEBUG, INFO, WARNING, ERROR or CRITICAL; logs go to stderr.", "WARNING"),
    ),
    "Over HTTP": (
        Variable(
            "WHITESPACE_HTTP_TOKEN", "Bearer token that callers over HTTP must present (secret).", secret=True,
            more="At least 16 characters. Needed wherever others can reach the server.",
        ),
        Variable(
            "WHITESPACE_HTTP_HOSTS", "Names of hosts, with commas, by which others may reach the HTTP server.",
            more="Without them, and without the token, it listens on this machine only.",
        ),
    ),
}  # fmt: skip

VARIABLES: Final = tuple(variable for group in GROUPS.values() for variable in group)
