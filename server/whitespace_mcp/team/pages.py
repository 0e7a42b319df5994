"""The few pages that people see: plain HTML without scripts; whatever is put into them is escaped here."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from starlette.responses import HTMLResponse, Response

from whitespace_mcp.icon import icon
from whitespace_mcp.team.vault import State

_STYLE: Final = (
    ":root{color-scheme:light dark;--ground:#f3f4f6;--card:#fff;--text:#1c1d21;--soft:#50545e;--line:#8a8f9a;"
    "--edge:#dcdfe4;--act:#1d4f85;--on-act:#fff;--good:#17633a;--bad:#a3121f;--doubt:#7a4b00}"
    "@media(prefers-color-scheme:dark){:root{--ground:#15161a;--card:#202227;--text:#e9eaed;--soft:#b0b4be;"
    "--line:#7d828d;--edge:#34373e;--act:#9cc4f0;--on-act:#10161d;--good:#7fd3a0;--bad:#ff9a9f;--doubt:#f0c274}}"
    "*{box-sizing:border-box}"
    "body{font:16px/1.55 system-ui,sans-serif;margin:0;padding:6vh 1rem 2rem;background:var(--ground);"
    "color:var(--text)}"
    "main{max-width:36rem;margin:0 auto;padding:1.75rem;background:var(--card);border:1px solid var(--edge);"
    "border-radius:12px;overflow-wrap:anywhere}"
    "header{display:flex;gap:.9rem;align-items:center}h1{font-size:1.5rem;line-height:1.25;margin:0}"
    "h2{font-size:1.1rem;margin:1.6rem 0 .4rem}p,ul,ol{margin:.6rem 0}ul,ol{padding-left:1.4rem}li{margin:.2rem 0}"
    ".state{margin-top:1.2rem;padding:.7rem .9rem;border-left:4px solid var(--line);background:var(--ground);"
    "border-radius:4px}.state b{display:block}.good{border-color:var(--good)}.good b{color:var(--good)}"
    ".doubt{border-color:var(--doubt)}.doubt b{color:var(--doubt)}.bad{border-color:var(--bad)}.bad b{color:var(--bad)}"
    "label{display:block;font-weight:600;margin-top:1rem}.soft{color:var(--soft);font-size:.9rem}"
    "input[type=password]{width:100%;font:inherit;color:inherit;background:var(--card);padding:.55rem .7rem;"
    "margin:.35rem 0;border:1px solid var(--line);border-radius:8px}"
    "button{font:inherit;font-weight:600;padding:.55rem 1.3rem;margin:.5rem 0;min-height:2.75rem;border-radius:8px;"
    "border:1px solid var(--act);background:var(--act);color:var(--on-act);cursor:pointer}"
    "button.quiet{background:transparent;color:var(--bad);border-color:var(--bad)}"
    "summary{cursor:pointer;font-weight:600;margin-top:1.4rem;min-height:1.6rem}a{color:var(--act)}"
    ":focus-visible{outline:3px solid var(--act);outline-offset:2px}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FORM_HEADERS: Final = {**HEADERS, "Referrer-Policy": "same-origin"}
"""A browser sends the forms of a page without any referrer as if they came from nowhere (`Origin: null`)."""


class _PageText(NamedTuple):
    kind: str
    title: str
    text: str


_STATES: Final[dict[State | None, _PageText]] = {
    None: _PageText("none", "Not connected", "No login is stored for you."),
    "connected": _PageText(
        "good", "Connected", "Your login is stored here, sealed. You can go back to your assistant."
    ),
    "doubtful": _PageText(
        "doubt", "In doubt", "Your login is stored here. It was refused once, which an outage also looks like."
    ),
    "refused": _PageText("bad", "Refused", "Your stored login does not work any more: give a new refresh token."),
}


def message(text: str, status: int) -> Response:
    """What went wrong, with the way to begin again."""
    words = _PageText("bad", "That did not work", text)
    return _page(f'{_box(words, "alert")}<p><a href="/connect">Begin again</a></p>', status, HEADERS)


def form(
    mark: str, *, state: State | None, host: str, most: int, problem: str = "", opens: Sequence[str] = ()
) -> Response:
    """The page for somebody who has logged in.

    `mark` shows that a form is ours, `host` is the platform's, for people, and a token has `most` characters. Of the
    one that was just given, `problem` is why it was not stored, `opens` the organisations that it opens.
    """
    hidden = f'<input type="hidden" name="mark" value="{escape(mark)}">'
    names = "".join(f"<li>{escape(name)}</li>" for name in opens)
    wanted = state in {None, "refused"} or bool(problem)
    giving = _giving(hidden, host, most, problem=bool(problem))
    parts = [
        _box(_STATES[state], "status"),
        f"<h2>What it opens</h2><ul>{names}</ul>" if names else "",
        _box(_PageText("bad", "Nothing was stored", problem), "alert", name="problem") if problem else "",
        giving if wanted else f"<details><summary>Give another refresh token</summary>{giving}</details>",
        _leaving(hidden) if state else "",
    ]
    return _page("".join(parts), 200, _FORM_HEADERS)


def _giving(hidden: str, host: str, most: int, *, problem: bool) -> str:
    trouble = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    return (
        "<h2>Give your refresh token, once</h2>"
        f"<ol><li>Log in to Whitespace at <b>{escape(host)}</b>.</li>"
        "<li>Open your User Profile and copy the refresh token.</li><li>Paste it here.</li></ol>"
        f'<form method="post" action="/connect" autocomplete="off">{hidden}'
        '<label for="token">Refresh token</label>'
        '<input type="password" id="token" name="token" autocomplete="off" autocapitalize="off" spellcheck="false"'
        f' data-1p-ignore data-bwignore data-lpignore="true" maxlength="{most}" required{trouble}>'
        '<p class="soft">It is tried once, sealed, and used only to answer your own questions. No assistant and no chat'
        " ever sees it, and this page does not show it again.</p><button>Connect</button></form>"
    )


def _leaving(hidden: str) -> str:
    return (
        '<h2>Leave</h2><p class="soft">Your login is removed from this server. The token itself goes on working until'
        " it is revoked at Whitespace.</p>"
        '<form method="post" action="/connect/disconnect">'
        f'{hidden}<button class="quiet">Disconnect</button></form>'
    )


def _box(words: _PageText, role: str, *, name: str = "") -> str:
    mark = f' id="{name}"' if name else ""
    return f'<p class="state {words.kind}" role="{role}"{mark}><b>{escape(words.title)}</b> {escape(words.text)}</p>'


def _page(body: str, status: int, headers: dict[str, str]) -> Response:
    picture = icon().src
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>Connect Whitespace</title><link rel="icon" href="{picture}"><style>{_STYLE}</style></head>'
        f'<body><main><header><img src="{picture}" alt="" width="44" height="44"><h1>Connect Whitespace</h1></header>'
        "<p>Your assistant can then answer from what you may see there: as you, and read only.</p>"
        f"{body}</main></body></html>"
    )
    return HTMLResponse(text, status, headers={**headers, "Content-Security-Policy": _POLICY})
