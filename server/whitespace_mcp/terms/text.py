"""Text that other parties typed: made safe to show, and folded for comparison."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

NO_VALUE: Final = "(none)"
"""What answers show where there is no value, so that it can be asked for too."""
NOT_READ: Final = "not read yet"
"""What they say of a value that contracts, lines or summaries would tell."""

_CUT = "\N{HORIZONTAL ELLIPSIS}"
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Fillers, blanks and variation selectors: letters and marks to Unicode, nothing to a reader, fit to hide words in."""
_PILED = re.compile("([\u0300-\u036f\u0483-\u0489]{3})[\u0300-\u036f\u0483-\u0489]+")
"""More accents on one letter than any language writes: unreadable, and each costs tokens."""
_PLAIN = re.compile(r"(?:[!-~]+(?: [!-~]+)*)?")
"""Nothing to clean, as most texts: ASCII words with one space between two."""
_APOSTROPHES: Final = (
    "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb"
    "\u055a\u07f4\u07f5\u2018\u2019\u201a\u201b\u2032\u2035\u275b\u275c\ua78c\uff07"
)
_QUOTES: Final = (
    "\u02ba\u02dd\u02ee\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e\u2760\u2e42\u301d\u301e\u301f\uff02"
)
_DASHES: Final = (
    "\u02d7\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010ead"
)
"""Unicode's dash punctuation, and minus signs."""
LOOKALIKES: Final = {"'": _APOSTROPHES, '"': _QUOTES, "-": _DASHES}
"""Each sign that everybody can type, and those that look like it."""
_ALIKE: Final = {other: sign for sign, others in LOOKALIKES.items() for other in others}
_LOOKALIKE = re.compile(f"[{''.join(_ALIKE)}]")
"""A search for those that there are takes a tenth of the time in which `translate` looks each character up."""
_TOGETHER = re.compile(r"\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9}\.?,? \d{4}|[A-Z]{3} \d[\d,.]*")
"""Dates and amounts, which mean something else when a part of them is missing."""
_ADDRESS = re.compile(r"""[^\s,;<>()"]+@[^\s,;<>()"]*[^\s,;<>()".]""")


def clean(text: str, limit: int = 200) -> str:
    """One line of visible characters.

    Control, zero-width and bidirectional characters (Unicode categories Cc and Cf, lone surrogates and private use)
    and what else nobody can see are removed, white space is folded, and what is longer than `limit` characters ends in
    an ellipsis.
    """
    if len(text) <= limit and _PLAIN.fullmatch(text):
        return text
    text = text[: limit * 8]
    if not text.isascii():
        text = _PILED.sub(r"\1", _UNSEEN.sub("", text))
    if not text.isprintable():
        text = "".join(c for c in _SPACE.sub(" ", text) if c.isprintable() or unicodedata.category(c) == "Zs")
    text = _SPACE.sub(" ", text.strip()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _CUT


def clean_lines(text: str, limit: int = 4_000) -> str:
    """The same with the lines kept: each is cleaned, and empty ones stand alone and never at the ends."""
    lines: list[str] = []
    for line in text[: limit * 8].splitlines():
        line = clean(line, limit)  # noqa: PLW2901  # the raw line is not to be used again
        if line or (lines and lines[-1]):
            lines.append(line)
    joined = "\n".join(lines).rstrip()
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + _CUT


def without_addresses(text: str) -> str:
    """The text with its e-mail addresses left out: they are personal data, and names of service logins hold some."""
    return _ADDRESS.sub("(e-mail address left out)", text) if "@" in text else text


def typed(text: str, limit: int = 200) -> str:
    """One line that somebody typed into a contract, a line or a quote: clean, short, and without e-mail addresses."""
    return clean(without_addresses(clean(text, limit)), limit)


def shortened(text: str, limit: int) -> str:
    """The same as `typed`, cut at a word, and never in the middle of a date or behind a currency: `01 Sep…`."""
    whole = typed(text, len(text) + 1)
    if len(whole) <= limit:
        return whole
    end = max(whole.rfind(" ", 0, limit), 0) or limit - 1
    end = min(
        [end, *(cluster.start() for cluster in _TOGETHER.finditer(whole) if cluster.start() < end < cluster.end())]
    )
    return whole[:end].rstrip(" ,;:") + _CUT


def few(texts: Sequence[str], most: int) -> list[str]:
    """The first of some texts, and behind them how many more there are."""
    rest = len(texts) - most
    return [*texts[:most], *([f"and {rest} more"] if rest > 0 else [])]


def between_bars(text: str) -> list[str]:
    """The ids and channels in a column that holds several: `|a|b|`, or `a|b`."""
    return [part for part in text.split("|") if part]


def ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of words, the largest first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def fold(text: str) -> str:
    """The form in which two names that look the same are the same: for every comparison of what people typed.

    Unicode's NFKC, any case, any amount of white space; all quotation marks of a kind, apostrophes and dashes are one;
    what nobody sees is left out. Folding twice changes nothing.
    """
    text = plain(text)
    if text.isascii():
        return text.lower()
    while (folded := plain(text.casefold())) != text:
        text = folded
    return text


def plain(text: str) -> str:
    """The same with its case: what somebody typed or copied, in the signs that everybody can type."""
    while not (text.isascii() and text.isprintable()):
        seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", _LOOKALIKE.sub(_sign, text)))
        if not seen.isprintable():
            seen = "".join(c for c in seen if c.isprintable() or c.isspace())
        seen = " ".join(seen.split())
        if seen == text:
            return text
        text = seen
    return " ".join(text.replace("`", "'").split())


def _sign(lookalike: re.Match[str]) -> str:
    return _ALIKE[lookalike[0]]


def squeeze(text: str) -> str:
    """The form in which two status words are the same word: folded, without spaces, underscores or hyphens."""
    return fold(text).replace(" ", "").replace("_", "").replace("-", "")
