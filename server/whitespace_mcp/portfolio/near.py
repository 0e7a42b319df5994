"""What is near to a filter that finds nothing: the values of a book that come closest."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from whitespace_mcp.documents.leaders import party_is_channel
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.selection import Selection, View
from whitespace_mcp.portfolio.values import NEAR
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import clean, fold, squeeze

MOST: Final = 3
_MOST_WORDS: Final = 12
"""Statuses and contract types are few: those there are are all named."""
_LONG_ENOUGH: Final = 4
"""Characters of a part of a UMR."""
_ALIKE: Final = 0.75


def nearest(views: Sequence[View], company: Callable[[str], str]) -> dict[str, list[str]]:
    """For each filter by a text that finds nothing even alone: what the lists have instead.

    `company` names a company by channel prefix.
    """
    nearest_values: dict[str, list[str]] = {}
    for name in ("name", "umr", "status", "contract_type", "action", "leader"):
        if views and name in views[0].query.values and not any(_alone(view, name) for view in views):
            words = views[0].query.values[name]
            values = dict.fromkeys(value for view in views for value in _near(view.book, name, words, company))
            if values:
                nearest_values[name] = list(values)[: MOST if name in {"name", "umr", "leader"} else _MOST_WORDS]
    return nearest_values


def _alone(view: View, name: str) -> bool:
    alone = replace(view.query, values={name: view.query.values[name]}, show=(), group_by=(), sort="newest")
    return bool(Selection(view.book, alone).counts())


def _near(book: Book, name: str, wanted: str | Sequence[str], company: Callable[[str], str]) -> list[str]:
    match name, wanted:
        case "leader", str(text):
            parties = (company(channel_company(who)) if party_is_channel(who) else who for who in book.leaders())
            return _by_likeness(dict.fromkeys(map(clean, parties)), text)
        case "name", str(text):
            return _titles(book.names(), text)
        case "umr", str(key):
            umrs = book.umrs(key[:5])
            alike = [umrs[near] for near in difflib.get_close_matches(key, umrs, n=MOST, cutoff=NEAR)]
            return alike or (book.umrs_with(key, MOST) if len(key) >= _LONG_ENOUGH else [])
        case "status", _:
            there = any(squeeze(word) in wanted for word in book.words.statuses)  # of documents that are not current
            return [] if there else _by_likeness(map(clean, book.words.statuses), wanted)
        case "contract_type", _:
            return _by_likeness(map(clean, book.words.types), wanted)
        case _:
            return book.actions()


def _by_likeness(words: Iterable[str], wanted: str | Sequence[str]) -> list[str]:
    """All of some words, the most alike first."""
    keys = [wanted] if isinstance(wanted, str) else wanted

    def unlike(word: str) -> float:
        return -max(difflib.SequenceMatcher(None, squeeze(word), squeeze(key)).ratio() for key in keys)

    return sorted(words, key=lambda word: (unlike(word), word))


def _titles(names: dict[str, str], wanted: str) -> list[str]:
    """Titles that hold most of the words asked for, or words that are spelt nearly so.

    Args:
        names: titles by their folded form.
        wanted: folded.
    """
    vocabulary = {word for key in names for word in key.split(" ")}
    alike = {
        word: {near for near in vocabulary if word in near}
        or set(difflib.get_close_matches(word, vocabulary, n=4, cutoff=_ALIKE))
        for word in dict.fromkeys(fold(wanted).split(" "))
    }
    score: Counter[str] = Counter()
    for key in names:
        words = set(key.split(" "))
        score[key] = sum(bool(words & near) for near in alike.values())
    best = sorted((key for key, held in score.items() if held), key=lambda key: (-score[key], len(key), key))
    return [names[key] for key in best[:MOST]]
