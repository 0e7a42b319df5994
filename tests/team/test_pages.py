"""What the page `/connect` says, and what of it fits into a cookie."""

import json
from html import unescape

from whitespace_mcp.team.connect import fitting
from whitespace_mcp.team.login import Cookies
from whitespace_mcp.team.pages import form, message


def test_what_others_typed_is_text_on_the_page() -> None:
    name = '<img src=x onerror=alert(1)> & "Sons"'
    page = bytes(form("0" * 64, state="connected", host=name, most=10, problem=name, opens=[name]).body).decode()
    assert "<img src=x" not in page
    assert unescape(page).count(name) == 3
    assert "<b>" not in bytes(message("<b>", 400).body).decode().split("</b>")[1]


def test_many_long_names_fit_into_a_cookie_and_the_others_are_counted() -> None:
    names = [f"\u1e9e\U0001f600 organisation number {number}" * 3 for number in range(200)]
    shown = fitting(names)
    assert shown[:2] == names[:2]
    assert shown[-1] == f"and {200 - len(shown) + 1} more"
    sealed = Cookies([b"s"]).seal("said", {"mark": "0" * 64, "words": json.dumps({"opens": shown})})
    assert len(sealed) < 3_500
    assert fitting(["Calderfinch Partners"]) == ["Calderfinch Partners"]
