"""The few pages that people see: plain HTML without scripts; whatever is put into them is escaped here."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

from starlette.responses import HTMLResponse, Response

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem}"
    "input{width:100%;font:inherit;padding:.4rem;box-sizing:border-box}"
    "button{font:inherit;padding:.4rem 1rem;margin:.6rem 0;min-height:2rem}.bad{color:#a3121f}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STATES: Final = {
    None: "No login is stored for you.",
    "connected": "Your login is stored here, sealed.",
    "doubtful": "Your login is stored here. It was refused once, which an outage also looks like.",
    "refused": "Your stored login is refused: copy a new refresh token.",
}


def message(text: str, status: int) -> Response:
    """What went wrong, with the way to begin again."""
    return _page(f'<p class="bad" role="alert">{escape(text)}</p><p><a href="/connect">Begin again</a></p>', status)


def form(
    mark: str, *, state: str | None, host: str, most: int, problem: str = "", opens: Sequence[str] = ()
) -> Response:
    """The page for somebody who has logged in.

    Args:
        mark: what shows that a form is ours.
        state: of the stored login; None without one.
        host: the platform's, for people.
        most: characters of a token.
        problem: why the token that was just given was not stored.
        opens: names of the organisations that the token that was just stored opens.
    """
    hidden = f'<input type="hidden" name="mark" value="{escape(mark)}">'
    label = (
        f'<label>Refresh token, from your User Profile panel at {escape(host)} <input type="password" name="token"'
        f' autocomplete="off" spellcheck="false" maxlength="{most}" required></label>'
    )
    names = "".join(f"<li>{escape(name)}</li>" for name in opens)
    parts = [
        f"<p>{_STATES[state]}</p>",
        f"<p>It opens:</p><ul>{names}</ul>" if names else "",
        f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else "",
        f'<form method="post" action="/connect">{hidden}{label}<button>Connect</button></form>',
        f'<form method="post" action="/connect/disconnect">{hidden}<button>Disconnect</button></form>' if state else "",
    ]
    return _page("".join(parts), 400 if problem else 200)


def _page(body: str, status: int) -> Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Connect Whitespace</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>Connect Whitespace</h1>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, headers={**HEADERS, "Content-Security-Policy": _POLICY})
