"""Each setting once: its variable, how it is read, its default and its meaning.

`Settings` reads by this table; `--help`, docs/configuration.md and the listings are made from it. Nothing is imported
here that takes time: help and completion read it too.
"""

from typing import Final, Literal, NamedTuple

ValueKind = Literal[
    "address", "bucket", "choice", "flag", "folder", "hosts", "http_token", "megabytes", "mu_id", "name",
    "number", "secret", "words",
]  # fmt: skip
"""A way of reading: the method of `reading.Reader` that has this name."""


class Variable(NamedTuple):
    """One variable of the environment.

    Attributes:
        name: in full.
        kind: how it is read.
        meaning: a sentence, for `--help` too.
        default: as one would write it; empty if there is none.
        more: further sentences, for the page.
        words: what a choice is between.
        least: the smallest number; `most`: the largest.
        demo: the demo platform's server reads it too.
        apart: it decides which settings are read, and is no setting itself; its option is not made from this table.
    """

    name: str
    kind: ValueKind
    meaning: str
    default: str = ""
    more: str = ""
    words: tuple[str, ...] = ()
    least: float = 0
    most: float = 0
    demo: bool = False
    apart: bool = False

    @property
    def secret(self) -> bool:
        """Whether it never has an option: command lines are seen by everybody on a machine."""
        return self.kind in {"secret", "http_token"}

    @property
    def key(self) -> str:
        """The field of `Settings`, and the name in a profile's file."""
        return key_of(self.name)

    @property
    def option(self) -> str:
        """The option of `whitespace-mcp serve`."""
        return "--" + self.key.replace("_", "-")


def key_of(name: str) -> str:
    """How a profile's file spells a variable, be it one of ours or not."""
    return name.removeprefix("WHITESPACE_").lower()


GROUPS: Final[dict[str, tuple[Variable, ...]]] = {
    "The login": (
        Variable(
            "WHITESPACE_REFRESH_TOKEN", "secret", "The renewable token (secret).",
            more="Better kept by `whitespace-mcp login`; see [token.md](token.md).",
        ),
        Variable(
            "WHITESPACE_SERVICE_TOKEN", "secret", "Instead of it: a static token for one organisation (secret).",
            more="Only one of the two may be set. A service token cannot be renewed from here.",
        ),
        Variable(
            "WHITESPACE_PROFILE", "name", "Which login of `whitespace-mcp login` is used; needed if there are several.",
            more="If none is named, the profile `default` is used, else the only one there is.", apart=True,
        ),
        Variable(
            "WHITESPACE_DEMO", "flag",
            "on: answer from an invented market; every configured credential is ignored.", "off",
            more="`--demo` does the same.", apart=True,
        ),
    ),
    "The platform": (
        Variable(
            "WHITESPACE_ROOT", "address", "Address of the platform.", "https://sandbox.whitespace.co.uk",
            more="Production is `https://www.whitespaceplatform.com`. Addresses begin with https://; http:// is for"
            " this machine only. Tokens go to the configured addresses and nowhere else.",
        ),
        Variable(
            "WHITESPACE_BUCKET", "bucket", "Name of its login database.", "sandboxbucket",
            more="Whitespace Support tells the name that belongs to another environment.",
        ),
        Variable(
            "WHITESPACE_SYNC_URL", "address", "Address of the login service, if it is not ROOT/sync.", "{root}/sync",
        ),
        Variable(
            "WHITESPACE_API_URL", "address", "Address of the API, if it is not ROOT/api.", "{root}/api",
        ),
    ),
    "You and your organisations": (
        Variable(
            "WHITESPACE_USER_ID", "mu_id", "Your MU id in the default organisation.",
            more="Usually not needed: the organisations are found from the login, and `switch_org` changes the"
            " default.",
        ),
        Variable(
            "WHITESPACE_USER_NAME", "name", "Your name as the Whitespace directory has it.",
            more="Needed only if your organisations are not found without it.",
        ),
        Variable(
            "WHITESPACE_ORGANISATIONS", "words",
            "Company ids or MU ids, with commas, that may be read; others do not exist.",
        ),
        Variable(
            "WHITESPACE_REQUIRE_ORGANISATION", "flag",
            "on: every call must name its organisation; no switch_org.", "off",
            more="For people who have chats about different books open at once: see"
            " [organisations.md](organisations.md).",
            demo=True,
        ),
    ),
    "Answers": (
        Variable(
            "WHITESPACE_FRESH_SECONDS", "number", "Seconds for which a list is used without asking again.", "60",
            more="0 to 86400. `refresh=true` on a call asks at once.",
            most=86_400, demo=True,
        ),
        Variable(
            "WHITESPACE_TIMEOUT", "number", "Seconds for one tool call, retries included.", "40",
            more="1 to 600. Most hosts give up at 60.",
            least=1, most=600, demo=True,
        ),
        Variable(
            "WHITESPACE_MAX_BODY", "megabytes",
            "Megabytes, unpacked, of one answer of the platform.", "128", more="1 to 4096.",
            least=1, most=4_096, demo=True,
        ),
        Variable(
            "WHITESPACE_ANSWERS", "choice",
            "text: leave structured content out, for hosts that show the model both.", "both",
            more="Codex in code mode and Cline do.", words=("both", "text"), demo=True,
        ),
        Variable(
            "WHITESPACE_VIEWS", "flag", "off: offer no pictures to hosts that draw (MCP Apps).", "on",
            more="Hosts that draw nothing read the same in words.", demo=True,
        ),
        Variable(
            "WHITESPACE_EXTRA_READS", "flag", "on: also offer read_platform, for any other documented read.", "off",
            demo=True,
        ),
    ),
    "Files and logs": (
        Variable(
            "WHITESPACE_CACHE", "choice",
            "disk: also keep lists of risks (business data) in your cache folder.", "memory",
            more="A restart then needs no list that has not changed, and an outage shows the last one. For your eyes"
            " only (mode 0600); `whitespace-mcp logout` removes them.",
            words=("memory", "disk"),
        ),
        Variable(
            "WHITESPACE_DOWNLOADS", "folder", "Folder where documents are saved on request; without it none are.",
            more="A whole path. It gets a folder for each environment, organisation and risk; nothing there is ever"
            " overwritten. Names that a file manager acts upon (shortcuts, folder settings) get `.data` at their end.",
            demo=True,
        ),
        Variable(
            "WHITESPACE_AUDIT", "folder",
            "Folder of the audit trail: a line for each call, on disk before its answer leaves.",
            more="A whole path. `whitespace-mcp audit verify FOLDER` checks the trail.",
            demo=True,
        ),
        Variable(
            "WHITESPACE_LOG_LEVEL", "choice", "DEBUG, INFO, WARNING, ERROR or CRITICAL; logs go to stderr.", "WARNING",
            words=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), demo=True,
        ),
    ),
    "Over HTTP": (
        Variable(
            "WHITESPACE_HTTP_TOKEN", "http_token", "Bearer token that callers over HTTP must present (secret).",
            more="At least 16 characters. Needed wherever others can reach the server.",
            demo=True,
        ),
        Variable(
            "WHITESPACE_HTTP_HOSTS", "hosts", "Names of hosts, with commas, by which others may reach the HTTP server.",
            more="Without them, and without the token, it listens on this machine only.",
            demo=True,
        ),
    ),
}  # fmt: skip

VARIABLES: Final = tuple(variable for group in GROUPS.values() for variable in group)

SETTINGS: Final = tuple(variable for variable in VARIABLES if not variable.apart)
"""Those that `Settings` has."""

SECRETS: Final = tuple(variable.name for variable in SETTINGS if variable.secret)

BY_NAME: Final = {variable.name: variable for variable in VARIABLES}
