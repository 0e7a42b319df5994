"""Arguments, addresses and values as a client could send them: sensible, sloppy, and hostile."""

import string
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

LONG: Final = 120
"""Characters from which on a value of the caller's must not come back in an error."""

ODD: Final = (
    "", " ", "all", "ALL", "none", "null", "..", "../..", "%2e%2e", "a/b", "a?b=c", "a#b", "a@b", "{risk}", "{0}", "%s",
    "IC", "IC00000000", "MU00000000", "::", "IC1::FO::EN1", "B0999X", "\u0000", "a\r\nX: y", "\u202egnp.exe", "\u200b",
    "\u00e9", "\U0001f600", "\uff0f", "' OR 1=1 --", "%", "_", "*", "2026-13-45", "-1", "1e309", "nan", "9" * 40,
    "0000-00-00", "2026-02-30T25:61", "last week", "x" * LONG, "canary " * 40, "\u00df" * 250, "1" * 5_000, "a," * 500,
)  # fmt: skip
WORDS: Final = (
    "signed", "firm order", "FirmOrder", "declined", "2026-01-01", "2026-06-30T12:00:00Z", "hull", "premium", "1", "A",
    "Marrowgate", "Marine", "broker", "RiskDetails", "Insured", "Line Written", "newest", "quoted", "B9800", "SLIPS",
)  # fmt: skip
"""What means something to one argument or another."""
texts: Final = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
numbers: Final = (
    st.sampled_from([0, 1, -1, 99, 100, 101, 2**31, 2**63, 2**64, -(2**63) - 1, 10**30, 0.5, -0.0, 1e308])
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
anything: Final[st.SearchStrategy[Any]] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=15,
)


def _nested(depth: int) -> Any:
    result: Any = "canary"
    for _ in range(depth):
        result = [result] if depth % 2 else {"a": result}
    return result


deep: Final = st.integers(2, 60).map(_nested)


def mostly(usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual, and one time in eight the other."""

    def either(often: bool) -> st.SearchStrategy[Any]:  # noqa: FBT001  # what is drawn
        return usual if often else other

    return st.sampled_from([True] * 7 + [False]).flatmap(either)


def fitting(part: dict[str, Any], ids: list[str]) -> st.SearchStrategy[Any]:
    """Values that a schema allows, and for text some that mean something."""
    if "enum" in part:
        return st.sampled_from(part["enum"])
    options = [fitting(entry, ids) for entry in part.get("anyOf", [])]
    if options:
        return st.one_of(options)
    match part.get("type"):
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(part.get("minimum", 0), part.get("maximum", 100))
        case "array":
            return st.lists(fitting(part.get("items", {}), ids), max_size=4)
        case _:
            return mostly(st.sampled_from(WORDS) | st.sampled_from(ids), texts)


def arguments(schema: dict[str, Any], organisations: list[str], ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of a tool: mostly fitting ones, so that its own code is reached, and some that are not.

    Args:
        schema: the tool's.
        organisations: words for some that exist.
        ids: of slips, UMRs and a cursor that mean something.
    """
    properties: dict[str, dict[str, Any]] = schema.get("properties", {})
    required = set(schema.get("required", []))
    values = {name: _value(name, part, organisations, ids) for name, part in properties.items()}
    optional = sorted(set(properties) - required - {"organisation"})

    def few(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        chosen = sorted(required | set(names)) + ["organisation"] * ("organisation" in properties)
        return st.fixed_dictionaries({name: values[name] for name in chosen})

    good = st.lists(st.sampled_from(optional), max_size=3).flatmap(few) if optional else few([])
    misspelt = st.dictionaries(st.sampled_from(sorted(properties) or ["x"]).flatmap(_misspelt), anything, max_size=1)
    loose = st.dictionaries(st.sampled_from(sorted(properties) or ["x"]), anything | deep, max_size=3)
    either = st.sampled_from([False] * 8 + [True])

    def joined(base: dict[str, Any], more: dict[str, Any], odd: dict[str, Any], *use: bool) -> dict[str, Any]:
        return base | (more if use[0] else {}) | (odd if use[1] else {})

    return st.builds(joined, good, loose, misspelt, either, either)


def _value(name: str, part: dict[str, Any], organisations: list[str], ids: list[str]) -> st.SearchStrategy[Any]:
    if name == "organisation":
        return mostly(st.just(organisations[0]), st.sampled_from([*organisations, "all"]) | texts)
    if name == "risk":
        return mostly(st.sampled_from(ids), texts)
    if name == "cursor":
        return mostly(st.none(), st.sampled_from(ids) | texts)
    return fitting(part, ids)


def changed(text: str) -> st.SearchStrategy[str]:
    """A text with one letter more, one less, or cut short."""
    places = st.integers(0, len(text))

    def with_letter(place: int, letter: str) -> str:
        return text[:place] + letter + text[place:]

    def without_letter(place: int) -> str:
        return text[:place] + text[place + 1 :]

    def cut(place: int) -> str:
        return text[:place]

    letters = st.sampled_from(string.ascii_letters + "0-_=+/ \u00e9")
    return st.builds(with_letter, places, letters) | st.builds(without_letter, places) | st.builds(cut, places)


def _misspelt(name: str) -> st.SearchStrategy[str]:
    return st.one_of(changed(name), st.just(name.upper()), st.just(name + "s"), texts)


def pages(names: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """Arguments of a prompt."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, texts)) | st.dictionaries(texts, texts, max_size=3)


def addresses(organisations: list[str], risks: list[str]) -> st.SearchStrategy[str]:
    """Addresses of resources: of things that exist, of things that do not, and of no resource at all."""
    rests = ["", "/", "/wording", "/wording/", "/documents", "/pdf", "/attachments/x", "/pdf/../x", "?a"]
    segments = texts.map(lambda text: quote(text, safe=""))

    def address(organisation: str, risk: str, rest: str) -> str:
        return f"whitespace://{organisation}/risks/{risk}{rest}"

    ours = st.builds(
        address,
        mostly(st.sampled_from(organisations).map(quote), segments),
        mostly(st.sampled_from(risks).map(quote), segments),
        mostly(st.sampled_from(rests), segments.map(lambda text: f"/wording/{text}")),
    )
    loose = texts.map(lambda text: "whitespace://" + quote(text, safe="/:?#@%"))
    others = st.sampled_from(["whitespace:", "file:///etc/passwd", "http://127.0.0.1/", "whitespace://x" * 500, "a:b"])
    return mostly(ours, loose | others)
