"""Atomic claims: each a figure or statement that can be checked alone in an answer."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evals.truth import Book, Slip


@dataclass(frozen=True)
class Claim:
    """One thing that a right answer contains.

    Attributes:
        text: in words, for whoever reads the verdict.
        patterns: regular expressions, any of which shows that it is there.
    """

    text: str
    patterns: tuple[str, ...]

    def holds(self, answer: str) -> bool:
        """Whether an answer contains it."""
        return any(re.search(pattern, answer, re.IGNORECASE | re.DOTALL) for pattern in self.patterns)


@dataclass(frozen=True)
class Question:
    """What somebody types, perhaps in several turns.

    Attributes:
        name: short, for files.
        role: whose desk.
        turns: what is typed, one after the other.
        claims: what a right answer to all of it contains.
        wrong: what a misleading answer contains, with words for it.
        about: 0 the broker's book, 1 the carrier's, None both or neither.
    """

    name: str
    role: str
    turns: tuple[str, ...]
    claims: tuple[Claim, ...]
    wrong: tuple[Claim, ...] = ()
    about: int | None = None


@dataclass
class Truth:
    """Both books and the day."""

    ours: Book
    theirs: Book
    today: date
    questions: list[Question] = field(default_factory=list[Question])

    def ask(
        self, role: str, name: str, turns: str | Sequence[str], *claims: Claim, wrong: Iterable[Claim] = (),
        about: int | None = None,
    ) -> None:  # fmt: skip
        """Add a question."""
        typed = (turns,) if isinstance(turns, str) else tuple(turns)
        self.questions.append(Question(name, role, typed, claims, tuple(wrong), about))

    def broker(self, name: str, turns: str | Sequence[str], *claims: Claim, wrong: Iterable[Claim] = ()) -> None:
        """Add a broker's question about the broker's book."""
        self.ask("broker", name, turns, *claims, wrong=wrong, about=0)

    def operations(self, name: str, turns: str | Sequence[str], *claims: Claim) -> None:
        """Add a question of operations about the broker's book."""
        self.ask("operations", name, turns, *claims, about=0)

    def underwriter(self, name: str, turns: str | Sequence[str], *claims: Claim) -> None:
        """Add an underwriter's question about the carrier's book."""
        self.ask("underwriter", name, turns, *claims, about=1)


def number(value: int | Decimal, what: str) -> Claim:
    """A figure, with or without a comma for thousands, that is no part of another."""
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    forms = {text, f"{int(text):,}"} if text.isdigit() else {text}
    trailing = "0*" if "." in text else r"(?:\.0+)?"
    counted = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    words = {"0": r"\b(none|no|nothing|zero)\b"} | {str(n): rf"\b{word}\b" for n, word in enumerate(counted, 1)}
    patterns = [rf"(?<![\d.,/-]){re.escape(form)}{trailing}(?![\d/-]|[.,]\d)" for form in sorted(forms)]
    return Claim(f"{what}: {text}", (*patterns, *([words[text]] if text in words else [])))


def words(text: str, *others: str, what: str = "") -> Claim:
    """A name or some words, whatever dashes, quotation marks and blanks are used."""
    return Claim(f"{what}: {text}" if what else text, tuple(loose(words) for words in (text, *others)))


def loose(text: str) -> str:
    """A pattern for words as people retype them."""
    escaped = re.escape(" ".join(text.split()))
    escaped = re.sub(r"(\\-|\u2013|\u2014)", "[-\u2010-\u2015]", escaped)
    return re.sub(r"['\u2019]", "['\u2019]", escaped).replace(r"\ ", r"\s+")


def said(pattern: str, what: str) -> Claim:
    """A statement, by a pattern."""
    return Claim(what, (pattern,))


def day(value: date, what: str) -> Claim:
    """A date in any usual way of writing it, or without its year."""
    month, short = value.strftime("%B"), value.strftime("%b")
    d = value.day
    return Claim(
        f"{what}: {value}",
        (
            value.isoformat(),
            rf"\b0?{d}(st|nd|rd|th)?\s+(of\s+)?({month}|{short})\b",
            rf"\b({month}|{short})\.?\s+0?{d}\b",
        ),
    )


def slip(risk: Slip) -> Claim:
    """A slip by its title, UMR or short id."""
    names = [text for text in (risk.name, risk.umr, risk.short) if len(text) > 5]
    return Claim(f"{risk.name} ({risk.umr}, {risk.short})", tuple(loose(name) for name in names))


def first(slips: Iterable[Slip], suits: Callable[[Slip], bool]) -> Slip:
    """The first slip that suits; there has to be one."""
    return next(candidate for candidate in slips if suits(candidate))
