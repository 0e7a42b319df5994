"""Questions about the whole book that take a comparison: the most, the largest, the furthest, the oldest."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Final

from evals.claims import Truth, first, number, said, slip, words
from evals.truth import Slip

OFF_PLATFORM: Final = " (off-platform)"


def ask_of_the_book(t: Truth) -> None:
    """Those of brokers, underwriters and operations people, in that order."""
    _brokers(t)
    _underwriters(t)
    _operations(t)


def _brokers(t: Truth) -> None:
    company, led = Counter(leader for risk in t.ours.at("signed") if (leader := _leader(risk))).most_common(1)[0]
    t.broker(
        "leads-most",
        "Which company leads the most of our signed risks at Calderfinch, and how many?",
        words(company),
        number(led, "led by it"),
    )
    share = {
        risk.root: sum(companies.values(), Decimal(0)) / risk.full
        for risk in t.ours.at("firm_order")
        if risk.placed == "short" and len(risk.written()) == 1 and risk.full
        for companies in risk.written().values()
    }
    furthest = min(share, key=lambda root: share[root])
    if list(share.values()).count(share[furthest]) == 1:
        t.broker(
            "furthest",
            "Which Calderfinch firm order without sections that has some line written is the furthest from full?",
            slip(t.ours.slips[furthest]),
        )
    nobodys = [risk for risk in t.ours.at("firm_order") if risk.root not in t.ours.owners]
    t.broker(
        "orders-of-nobody",
        "How many of the Calderfinch firm orders has nobody on our side taken on?",
        number(len(nobodys), "firm orders without an owner"),
    )


def _underwriters(t: Truth) -> None:
    names = t.theirs.companies
    brokers = Counter(risk.current.get("placingbrokerchannel", "").partition("_")[0] for risk in t.theirs.at("signed"))
    largest = [(names[prefix], slips) for prefix, slips in brokers.most_common(4) if prefix]
    if len({slips for _, slips in largest}) == len(largest):
        t.underwriter(
            "three-brokers",
            "Marrowgate: our three largest brokers by number of signed risks?",
            *(words(name) for name, _ in largest[:3]),
            *(number(slips, name) for name, slips in largest[:3]),
        )
    based = first(
        t.theirs.at("signed"),
        lambda risk: bool(risk.written("signed") and len(risk.tags("Basis_Of_Signed_Lines")) == 1 and risk.order),
    )
    basis = "order" if "order" in based.tags("Basis_Of_Signed_Lines")[0].lower() else "whole"
    t.underwriter(
        "basis",
        f"Is Marrowgate's signed line on {based.short} of the order or of the whole, and how large is the order?",
        said(rf"of (the )?(\w+ )?{basis}|{basis} basis|basis.{{0,20}}{basis}", f"of the {basis}"),
        number(based.order or Decimal(0), "order"),
    )

    led = [risk for risk in t.theirs.at("firm_order") if _leader(risk) == names["marrowgate"]]
    t.underwriter(
        "led-orders",
        "How many of the firm orders in Marrowgate's book do we lead?",
        number(len(led), "firm orders led by Marrowgate"),
    )
    both = len(t.ours.slips.keys() & t.theirs.slips.keys())
    t.ask(
        "operations",
        "seen-by-both",
        "How many risks do both of my organisations see, and how many different ones is that in all?",
        number(both, "seen by both"),
        number(len(t.ours.slips) + len(t.theirs.slips) - both, "different ones"),
    )


def _operations(t: Truth) -> None:
    begin = date(t.today.year, 1, 1).isoformat()
    stale = [risk for risk in t.ours.at("draft") if "" < (risk.current.get("updatedat") or "") < begin]
    t.operations(
        "stale-drafts",
        f"How many drafts at Calderfinch have not been edited since the beginning of {begin[:4]}?",
        number(len(stale), "drafts"),
    )
    umrs = Counter(risk.umr.upper() for book in (t.ours, t.theirs) for risk in book.slips.values())
    some = first(t.ours.at("firm_order"), lambda risk: len(risk.umr) == 14 and umrs[risk.umr.upper()] == 1)
    t.ask(
        "operations",
        "umr-as-typed",
        f"umr: {some.umr[:5].lower()}-{some.umr[5:7]}-{some.umr[7:]}, what is it and at which stage?",
        slip(some),
        said("firm.order", "stage"),
    )
    prefix = f"{t.theirs.member.company_id.lower()}_"
    people = sorted(t.theirs.people.values(), key=lambda person: person["uniqueID"])
    names = Counter(person["name"] for person in people)
    person = next(each for each in people if names[each["name"]] == 1 and len(each["teams"]) == 1)
    t.ask(
        "operations",
        "which-team",
        f"Which team is {person['name']} of Marrowgate in, and is the login live?",
        words(person["teams"][0].removeprefix(prefix)),
        said(r"\blive\b|active|yes" if person["currentState"] == "Live" else person["currentState"], "state"),
        about=1,
    )


def _leader(risk: Slip) -> str | None:
    """The company that leads, where the contract and the platform's field name no two."""
    companies = risk.book.companies
    texts = risk.tags("Contract_Leader_Name") or [risk.text("SlipLeader")]
    names = {text.strip().removesuffix(OFF_PLATFORM) for text in texts if text.strip() and "???" not in text}
    channel = str(risk.contract.get("control", {}).get("leadUnderwriterChannel") or "").partition("_")[0].lower()
    names |= {companies[channel].removesuffix(OFF_PLATFORM)} if channel in companies else set()
    return names.pop() if len(names) == 1 else None
