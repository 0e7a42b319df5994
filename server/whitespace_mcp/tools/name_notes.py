"""What has to be said of filters that name somebody: who is meant, and that several at once are meant together."""

from collections.abc import Sequence
from typing import Final

from whitespace_mcp.answers.people import Names
from whitespace_mcp.portfolio.names import INACTIVE
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.selection import View
from whitespace_mcp.terms.text import fold

ALL_OF_THEM_NOTE: Final = "'{}' names several: slips that have all of them; a call for each finds those of any."
_TOGETHER: Final = ("team", "owner", "leader")


def name_notes(query: Query, views: Sequence[View], names: Names) -> list[str]:
    """The notes that apply to a question; `views` are the lists seen through it, `names` the market's."""
    return _who_is_meant(query, views, names) + _several_at_once(views)


def _several_at_once(views: Sequence[View]) -> list[str]:
    """That a filter which names several teams, owners or leaders selects what has all of them."""
    meant = {name: max((len(view.query.scope.names.get(name, ())) for view in views), default=0) for name in _TOGETHER}
    return [ALL_OF_THEM_NOTE.format(name) for name, several in meant.items() if several > 1]


def _who_is_meant(query: Query, views: Sequence[View], names: Names) -> list[str]:
    """Who is counted where a part of a broker's or a colleague's name was passed; a whole name says that itself."""
    meant: dict[str, dict[str, None]] = {"broker": {}, "owner": {}}
    for view in views:
        prefixes, _ = view.query.scope.names.get("broker", ((), ()))
        people = view.query.scope.names.get("owner", ()) if query.values.get("owner") != INACTIVE else ()
        meant["broker"].update(dict.fromkeys(map(names.company, prefixes)))
        meant["owner"].update(
            dict.fromkeys(names.apart(person, view.query.scope.person) for party in people for person in party)
        )
    return [
        f"{name} '{query.values[name]}' is {', '.join(called)}."
        for name, called in meant.items()
        if called and query.values[name] not in map(fold, called)
    ]
