"""The stops of the tour: a question as a person would ask it, the call, the answer; each gives why it matters."""

from typing import Any, Final

from whitespace_mcp.terms.stages import STAGES
from whitespace_mcp.tour.guide import TourFailed, TourGuide

DOCUMENTS: Final = (1528, 439)
"""What the demo person must see in the two organisations."""

_ON_THE_DESK: Final = ["quote request", "firm order"]


def walk(guide: TourGuide) -> None:
    """Go to every stop, in order.

    Raises:
        TourFailed: an answer is not what it must be.
    """
    stops = (
        ("Who am I?", _login),
        ("Which organisations?", _organisations),
        ("Both books, side by side", _side_by_side),
        ("Which organisation is meant?", _which_one),
        ("A page of one book", _page),
        ("The whole book in depth", _in_depth),
        ("Switching sides", _switch),
        ("Who brings what", _summary),
        ("The token expires on the way", _expired),
    )
    for number, (title, stop) in enumerate(stops, 1):
        guide.printer.heading(f"{number} of {len(stops)}  {title}")
        guide.printer.labelled("Why", stop(guide), fg="green")


def _login(guide: TourGuide) -> str:
    answer, _ = guide.ask("Who am I logged in as?", "whoami")
    credential, default = answer["credential"], answer.get("organisation")
    if "problem" in credential:
        raise TourFailed(credential["problem"])
    guide.printer.pairs(
        [
            ("user", answer["user"]),
            ("environment", f"{answer['environment']}, platform version {answer['platform_version']}"),
            ("credential", f"{credential['kind']}, {credential['state']}, {credential['expires_in_s']} s left"),
            ("organisation", default["name"] if default else "(no default yet)"),
            ("read_only", "true" if answer["read_only"] else "false"),
            ("server_version", answer["server_version"]),
        ]
    )
    return (
        "The refresh token is the one secret you hold. The server trades it for short-lived tokens by itself; none of"
        " them is ever part of an answer or a log. And it can only look: no tool changes anything."
    )


def _organisations(guide: TourGuide) -> str:
    answer, _ = guide.ask("Which organisations do I work for?", "list_organisations")
    guide.printer.table(
        ("company_id", "name", "role", "state", "teams"),
        [
            (o["company_id"], o["name"], o.get("role", ""), o.get("state", ""), ", ".join(o.get("teams", [])))
            for o in answer["organisations"]
        ],
    )
    return (
        "One login, two books, found without any configuration. What you see depends on the organisation you look"
        " from, so every answer names the one it is about."
    )


def _side_by_side(guide: TourGuide) -> str:
    answer, text = guide.ask("How many risks are in each, by stage?", "get_risks", organisation="all", page_size=0)
    books = answer["organisations"]
    _check_counts(guide, {book["company_id"]: book for book in books})
    stages = [stage for stage in STAGES if any(stage in book["by_stage"] for book in books)]
    guide.printer.table(
        ("", *(book["name"] for book in books)),
        [
            *((key, *(book[key] for book in books)) for key in ("documents", "slips")),
            *((f"  {stage}", *(book["by_stage"].get(stage, 0) for book in books)) for stage in stages),
        ],
    )
    return (
        "A risk is a slip, and a slip can have many contract documents, so each count says which it is. Whitespace"
        f" sent {sum(book['documents'] for book in books)} documents; the assistant reads {len(text)} characters."
    )


def _which_one(guide: TourGuide) -> str:
    question: dict[str, Any] = {"stage": ["firm order"], "page_size": 0}
    guide.printer.quoted(guide.ask_in_vain("How many firm orders have we got?", "get_risks", **question))
    refusal = guide.ask_in_vain("Sorry, at Marowgate.", "get_risks", organisation="Marowgate", **question)
    guide.printer.quoted(refusal)
    return (
        "The right organisation, or no answer. These are the words that the assistant reads: it asks you, or corrects"
        " itself. A near miss is never chosen, and no error looks like an empty list."
    )


def _page(guide: TourGuide) -> str:
    answer, _ = guide.ask(
        "Our Marine firm orders at Calderfinch, latest first?",
        "get_risks", organisation="Calderfinch", team="Marine", stage=["firm order"], page_size=5,
    )  # fmt: skip
    rows = answer["risks"]
    guide.printer.table(
        ("id", "name", "umr", "updated", "documents"),
        [
            (r["id"], r.get("name", ""), r.get("umr", ""), r.get("updated", "")[:10], r.get("documents", 1))
            for r in rows
        ],
        flexible=1,
    )
    more = "; next_cursor fetches the following ones" if "next_cursor" in answer else ""
    head, matched = answer["organisations"][0], answer["matched"]
    guide.printer.note(f"{head['name']}: {len(rows)} of {matched} slips{more}.")
    return (
        "Filters, order and sums are worked out by the server, over the whole list: the model does not have to read"
        f" {head['documents']} documents to count {matched} slips, and cannot miscount them."
    )


def _in_depth(guide: TourGuide) -> str:
    seen = len(guide.platform.requests)
    firm: dict[str, Any] = {"organisation": "Calderfinch", "stage": ["firm order"]}
    answer, _ = guide.ask("How far are our firm orders placed?", "summarise_risks", group_by=["placed"], **firm)
    first = len(guide.platform.requests) - seen
    guide.printer.table(("placed", "slips"), [(group["placed"], group["slips"]) for group in answer["groups"]])
    seen += first
    short, _ = guide.ask(
        "Which are short, and by how much?",
        "get_risks", organisation="Calderfinch", placed=["short"], show=["placed"], page_size=4,
    )  # fmt: skip
    again = len(guide.platform.requests) - seen
    rows = short["risks"]
    guide.printer.table(("id", "name", "placed"), [(r["id"], r.get("name", ""), r["placed"]) for r in rows], flexible=1)
    guide.printer.note(
        f"{len(rows)} of {short['matched']} slips. Requests to the platform: {first} for the first question,"
        f" {again} for the second."
    )
    if again:
        raise TourFailed(f"what was read was read again, with {again} requests")
    return (
        "Lists do not tell orders, lines, expiries or subjectivities: contracts and lines do. They are read once, a few"
        " at a time, and remembered; only what changed is read again, and what is not known yet is counted."
    )


def _switch(guide: TourGuide) -> str:
    answer, _ = guide.ask("Switch to the underwriting side.", "switch_org", organisation="Marrowgate Underwriting")
    previous = answer.get("previous")
    guide.printer.pairs(
        [
            ("active", f"{answer['active']['name']}, {answer['active']['id']}"),
            ("previous", previous["name"] if previous else "(none)"),
        ]
    )
    return (
        "Checked with the platform before it takes effect. A question that names no organisation is now about this"
        " one, as the next answer shows."
    )


def _summary(guide: TourGuide) -> str:
    answer, _ = guide.ask(
        "Which brokers have quote requests and firm orders with us?",
        "summarise_risks", group_by=["broker"], stage=_ON_THE_DESK,
    )  # fmt: skip
    groups, most = answer["groups"], 6
    guide.printer.table(
        ("broker", "slips", "documents"), [(g["broker"], g["slips"], g["documents"]) for g in groups[:most]]
    )
    head = answer["organisations"][0]
    guide.printer.note(
        f"{head['name']}: {answer['matched']} of {head['slips']} slips match; the answer has"
        f" {len(groups) - most} more brokers."
    )
    return (
        "Group by one or two of stage, broker, team, owner, leader, month of expiry and a dozen others. The groups add"
        " up to what matched."
    )


def _expired(guide: TourGuide) -> str:
    platform = guide.platform
    guide.printer.text("The demo platform is told to refuse every token that it has given out. Then:")
    guide.printer.gap()
    before, seen = platform.renewals, len(platform.requests)
    platform.expire_tokens()
    answer, _ = guide.ask("Look again: is that still so?", "get_risks", stage=_ON_THE_DESK, page_size=0, refresh=True)
    after, head = platform.renewals, answer["organisations"][0]
    if after != before + 1:
        raise TourFailed(f"an expired token caused {after - before} renewals where one was expected")
    guide.printer.table(
        ("what the platform saw", "status"),
        [(f"{request.method} {request.path}", request.status) for request in platform.requests[seen:]],
        flexible=0,
    )
    guide.printer.note(
        f"{head['name']}: {head['matched']} of {head['slips']} slips match, as of {head['as_of']}."
        f" Token renewals: {before} before, {after} after."
    )
    return (
        "You notice nothing. One refusal, one renewal, the same question again; two hundred questions at once would"
        " share that renewal."
    )


def _check_counts(guide: TourGuide, books: dict[str, Any]) -> None:
    companies = [membership.company_id for membership in guide.platform.login.memberships]
    counts = tuple(books[company]["documents"] if company in books else 0 for company in companies)
    if counts != DOCUMENTS:
        raise TourFailed(
            f"the two organisations have {counts[0]} and {counts[1]} documents,"
            f" and it should be {DOCUMENTS[0]} and {DOCUMENTS[1]}"
        )
    for book in books.values():
        if sum(book["by_stage"].values()) != book["slips"]:
            raise TourFailed(f"the stages of {book['name']} do not add up to its slips")
