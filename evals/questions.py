"""The questions: brokers', underwriters', operations', claims' and engineers', plain and awkward ones."""

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from evals.book_questions import ask_of_the_book
from evals.claims import Claim, Question, Truth, day, first, number, said, slip, words
from evals.truth import Book, Slip, within

NO_SUCH_RECORD = r"(does not|doesn.t|not|no|cannot|can.t|isn.t|never).{0,80}(record|hold|held|show|know|tell|available|track|visible|say|confirm)"
NOT_MEMBER = r"(is|are)(n.t| not) one of|(no|not|isn.t|don.t|doesn.t).{0,60}(member|belong|organisation|access|login|one of yours)"


def questions(truth: Truth) -> list[Question]:
    """All of them, for one market."""
    _counts(truth)
    _one_risk(truth)
    _running_out(truth)
    _placing(truth)
    _people(truth)
    _comparing(truth)
    _underwriting(truth)
    _operations(truth)
    _engineering(truth)
    _awkward(truth)
    _in_turns(truth)
    ask_of_the_book(truth)
    return truth.questions


def _umr_is_one(book: Book, other: Book) -> "set[str]":
    """Roots whose UMR is theirs alone and that one organisation sees alone: asked for by UMR, they need no other word."""
    both = [*book.slips.values(), *(other_slip for root, other_slip in other.slips.items() if root not in book.slips)]
    many = Counter(each.umr.upper() for each in both)
    seen = set(book.slips) ^ set(other.slips)
    return {each.root for each in both if each.root in seen and len(each.umr) > 9 and many[each.umr.upper()] == 1}


def _counts(t: Truth) -> None:
    ours, theirs = t.ours, t.theirs
    t.ask(
        "broker",
        "both-sizes",
        "How many risks have I got at Calderfinch, and how many at Marrowgate?",
        number(len(ours.slips), "slips at Calderfinch"),
        number(len(theirs.slips), "slips at Marrowgate"),
    )
    t.ask(
        "operations",
        "documents",
        "How many contract documents does the platform list for each of my organisations?",
        number(len(ours.rows), "documents at Calderfinch"),
        number(len(theirs.rows), "documents at Marrowgate"),
    )
    t.broker(
        "stages",
        "Calderfinch: give me the book by stage please.",
        *(
            number(ours.by_stage[stage], stage)
            for stage in ("signed", "firm_order", "quoted", "quote_request", "draft")
        ),
    )
    t.ask(
        "broker",
        "two-turns",
        ["How many firm orders are on the Calderfinch book?", "And at the other office?"],
        number(ours.by_stage["firm_order"], "firm orders at Calderfinch"),
        number(theirs.by_stage["firm_order"], "firm orders at Marrowgate"),
    )
    acorn = [risk for risk in ours.slips.values() if risk.name.lower().startswith("acorn shipping")]
    t.broker(
        "acorn", "What have we got for Acorn Shipping at Calderfinch?", number(len(acorn), "slips named Acorn Shipping")
    )


def _one_risk(t: Truth) -> None:
    alone = _umr_is_one(t.ours, t.theirs)
    short = first(
        t.ours.at("firm_order"),
        lambda s: s.placed == "short" and s.root in alone and len(s.written()) == 1 and s.full == 100,
    )
    total = sum(next(iter(short.written().values())).values(), Decimal(0))
    t.ask(
        "broker",
        "how-far",
        f"How far is {short.umr} written, and what are we short?",
        number(total, "written"),
        number(Decimal(100) - total, "short"),
    )
    led = first(
        t.ours.at("signed"),
        lambda s: (
            s.root in alone and len(s.written("signed")) == 1 and len(next(iter(s.written("signed").values()))) > 1
        ),
    )
    shares = next(iter(led.written("signed").values()))
    names = {company["companyId"]: company["name"].strip() for company in t.ours.side.get("/api/shared/corporate")}
    t.ask(
        "claims",
        "who-signed",
        f"Who is on {led.umr} and with what signed lines?",
        *(words(names[company].removesuffix(" (off-platform)")) for company in shares),
        *(number(share, names[company]) for company, share in shares.items()),
    )
    policy = first(
        t.ours.at("signed"),
        lambda s: (
            s.root in alone
            and s.expiry is not None
            and bool(s.tags("Deductible_Amount"))
            and bool(s.tags("Coverage_Amount"))
        ),
    )
    assert policy.expiry is not None
    t.ask(
        "claims",
        "claim",
        f"A claim came in on {policy.umr}. What are the limit and the deductible, and until when did cover run?",
        words(policy.tags("Coverage_Amount")[0], what="limit"),
        words(policy.tags("Deductible_Amount")[0], what="deductible"),
        day(policy.expiry, "expiry"),
    )
    law = first(
        t.theirs.at("signed"),
        lambda s: s.root in alone and bool(s.tags("Choice_Of_Law")),
    )
    t.ask("claims", "law", f"Which law applies to {law.umr}, and to which courts?", words(_country(law)))
    premium = first(t.ours.at("signed"), lambda s: s.root in alone and len(s.tags("Premium_Amount")) == 1)
    t.ask(
        "broker",
        "premium",
        f"What is the premium on {premium.umr} and our brokerage?",
        words(premium.tags("Premium_Amount")[0], what="premium"),
        words((premium.tags("Brokerage_%") or ["%"])[0], what="brokerage"),
    )


def _country(risk: Slip) -> str:
    """`Singapore` of "the law of Singapore"."""
    return re.sub(r"^(the )?laws? of ", "", risk.tags("Choice_Of_Law")[0], flags=re.IGNORECASE)


def _running_out(t: Truth) -> None:
    for about, book, name in ((0, t.ours, "Calderfinch"), (1, t.theirs, "Marrowgate")):
        soon = sorted((s for s in book.at("signed") if within(s.expiry, t.today, 60)), key=lambda s: (s.expiry, s.root))
        until = f"{t.today + timedelta(days=60):%d %B %Y}".lstrip("0")
        t.ask(
            "broker" if not about else "underwriter",
            f"expires-{about}",
            f"{name}: which signed risks expire from today to {until}? How many, and which is the first?",
            number(len(soon), "expire"),
            slip(soon[0]),
            day(soon[0].expiry or t.today, "first"),
            about=about,
        )
    gone = [s for s in t.ours.at("signed") if s.expiry and t.today - timedelta(days=31) <= s.expiry < t.today]
    t.broker(
        "lapsed",
        "Which signed risks at Calderfinch ran out in the last 31 days, up to yesterday?",
        number(len(gone), "ran out"),
        *(slip(risk) for risk in gone[:3]),
    )
    longer = first(t.ours.at("signed"), lambda s: None not in {s.expiry, s.own_expiry} and s.expiry != s.own_expiry)
    assert longer.expiry is not None
    t.broker(
        "extended",
        f"Until when is {longer.name} ({longer.short}) at Calderfinch on cover as the record stands now?",
        day(longer.expiry, "extended to"),
        said("endorse|extend|EN", "an endorsement extends it"),
    )
    unknown = [s for s in t.ours.at("signed") if s.expiry is None and len(set(s.expiries)) < 2]
    t.operations(
        "no-expiry",
        "For which signed risks at Calderfinch can nobody tell from the contract when they expire?",
        *(slip(risk) for risk in unknown[:3]),
    )
    open_ones = [
        (s, subjectivity)
        for s in t.ours.at("firm_order", "signed")
        for subjectivity in s.subjectivities
        if subjectivity["status"] == "notYetResponded"
    ]
    week = [(s, subjectivity) for s, subjectivity in open_ones if within(subjectivity["due"], t.today, 7)]
    until = f"{t.today + timedelta(days=7):%A %d %B}"
    t.broker(
        "subjectivities-week",
        f"Which of our open subjectivities at Calderfinch run out from today to {until}?",
        *(slip(s) for s in {s.root: s for s, _ in week}.values()),
    )
    late = {
        s.root: s
        for s, subjectivity in open_ones
        if not subjectivity["answered"]
        and subjectivity["due"]
        and t.today - timedelta(days=14) <= subjectivity["due"] < t.today
    }
    t.broker(
        "subjectivities-late",
        "Calderfinch: which subjectivities went overdue in the last two weeks without an answer?",
        *(slip(s) for s in list(late.values())[:4]),
    )
    today = {
        s.root: s
        for s in t.ours.at("firm_order", "signed")
        for subjectivity in s.subjectivities
        if subjectivity["status"] != "accepted" and subjectivity["due"] == t.today
    }
    t.broker(
        "due-today",
        "Is anything overdue that was due today? Which subjectivities at Calderfinch are due today?",
        *([slip(s) for s in today.values()] or [said(r"\b(no|none|nothing|0)\b", "nothing is due today")]),
        wrong=[
            said(
                r"(?<!nothing )(?<!none )due today (is|are) (already |now )?overdue(?! yet)", "due today is not overdue"
            )
        ],
    )
    answered = {s.root: s for s, subjectivity in open_ones if subjectivity["answered"]}
    t.broker(
        "with-carrier",
        "Calderfinch: which subjectivities have we answered where the carrier has still to accept?",
        *(slip(s) for s in answered.values()),
    )


def _placing(t: Truth) -> None:
    degrees = Counter(s.placed for s in t.ours.at("firm_order"))
    t.broker(
        "placed",
        "Calderfinch firm orders: how many are short, how many full, how many over, and on how many has nobody written?",
        *(number(degrees[degree], degree) for degree in ("short", "full", "over", "nothing")),
    )
    empty = [s for s in t.ours.at("firm_order") if s.placed == "nothing"]
    t.broker(
        "nothing",
        "On which of our firm orders at Calderfinch has nobody put down a line?",
        *(slip(risk) for risk in empty),
    )
    unread = [s for s in t.ours.at("firm_order") if s.placed == "unreadable"]
    t.broker(
        "unreadable",
        "Calderfinch: on which firm orders can the order itself not be read from the contract?",
        *(slip(risk) for risk in unread),
    )
    carrier = Counter(company for slip in t.ours.at("firm_order") for company in _owing(slip))
    company, many = max(carrier.items(), key=lambda item: (item[1], item[0]))
    names = {firm["companyId"]: firm["name"].strip() for firm in t.ours.side.get("/api/shared/corporate")}
    t.broker(
        "chase",
        f"I have a call with {names[company]} in ten minutes. On which Calderfinch firm orders do they owe us a line?",
        number(many, "firm orders without their line"),
    )
    ready = t.ours.waiting("brReadyForSigning")
    t.broker(
        "ready", "How many risks at Calderfinch are marked ready for signing in my inbox?", number(len(ready), "ready")
    )


def _owing(risk: Slip) -> set[str]:
    """Companies that were shown a firm order and have put down no line of any kind."""
    shown = {
        row["id"].split("::")[2]
        for row in risk.rows
        if re.fullmatch(r"[^:]+::FO::[^:]+::[^:]+", row["id"])
        and (row.get("status") or "").replace(" ", "") == "FirmOrder"
    }
    return shown - {line_set["_id"].split("::")[2] for line_set in risk.sets}


def _people(t: Truth) -> None:
    ours = t.ours
    owned = Counter(ours.owners.values())
    mine = owned[ours.member.user_id]
    t.broker("mine", "How many Calderfinch risks are mine?", number(mine, "owned by the asker"))
    nobody = len(ours.slips) - sum(owned.values())
    t.operations("nobodys", "How many Calderfinch risks have no owner on our side?", number(nobody, "without owner"))
    left = [user for user, _ in owned.most_common() if ours.people.get(user, {}).get("currentState") == "Suspended"]
    for gone in left[:1]:  # a market can have none
        t.operations(
            "left",
            "Do any Calderfinch risks still belong to a colleague whose account is suspended? Whose, and how many?",
            words(ours.people[gone]["name"]),
            number(owned[gone], "of theirs"),
        )
    names = Counter(ours.people[user]["name"] for user in owned if user in ours.people)
    twins = next(name for name, many in sorted(names.items()) if many > 1 and name != ours.side.person)
    each = [many for user, many in owned.items() if user in ours.people and ours.people[user]["name"] == twins]
    t.broker(
        "twins",
        f"What does {twins} have at Calderfinch?",
        said(r"two|both|which|different|several|2 ", "there are two people of that name"),
        *(said(rf"\b{many}\b|which (one|of)|do you mean", f"{many} of one of them, or asks which") for many in each),
    )
    facility, many = Counter(
        token.removeprefix("facility:")
        for summary in ours.summaries.values()
        for token in summary["filters"]
        if token.startswith("facility:")
    ).most_common(1)[0]
    agreement = ours.slips[facility]
    t.broker(
        "declared",
        f"How many declarations are there to our facility {agreement.name} ({agreement.short}) at Calderfinch?",
        number(many, "declarations"),
    )


def _comparing(t: Truth) -> None:
    for about, book, org in ((0, t.ours, "Calderfinch"), (1, t.theirs, "Marrowgate")):
        renewal = _renewal(book)
        if renewal is None:  # on that day nothing at that organisation is being renewed
            continue
        new, old = renewal
        t.ask(
            "broker" if not about else "underwriter",
            f"renewal-{about}",
            f"{org}: what changed in the renewal {new.short} against the expiring {old.short}? Premium, deductible, brokerage, wording.",
            _amount(old, "Premium_Amount", "expiring premium"),
            _amount(new, "Premium_Amount", "new premium"),
            _amount(new, "Deductible_Amount", "new deductible"),
            words("sanctions suspension", what="new heading"),
            words("lithium", what="new clause"),
            about=about,
        )


def _amount(risk: Slip, tag: str, what: str) -> Claim:
    """An amount of a contract; its currency may have been said before."""
    text = risk.tags(tag)[0]
    return words(text, text.partition(" ")[2] or text, what=what)


def _renewal(book: Book) -> tuple[Slip, Slip] | None:
    for new in book.at("quoted", "bindable", "quote_request", "firm_order"):
        contract = book.side.document(f"/api/risks/{new.current['id']}")
        root = contract.get("control", {}).get("originalDocID", "").partition("::")[0]
        if (
            root in book.slips
            and len(new.tags("Premium_Amount")) == 1
            and len(book.slips[root].tags("Premium_Amount")) == 1
            and new.tags("Deductible_Amount")
        ):
            return new, book.slips[root]
    return None


def _underwriting(t: Truth) -> None:
    theirs = t.theirs
    t.underwriter(
        "our-line",
        "Marrowgate: how many firm orders wait for our line?",
        number(len(theirs.waiting("uwFirmOrder")), "firm orders"),
    )
    t.underwriter(
        "our-quote",
        "How many quote requests are waiting for us at Marrowgate?",
        number(len(theirs.waiting("uwRequestToQuote")), "requests"),
    )
    endorsed = [risk for risk in theirs.waiting("uwEndorsement") if risk.awaits_agreement]
    t.underwriter(
        "our-agreement",
        "Marrowgate: which endorsements wait for us to agree?",
        number(len(endorsed), "endorsements"),
        *(slip(risk) for risk in endorsed),
    )
    t.underwriter(
        "uw-stages",
        "How much is bound and how much still at quote on the Marrowgate side?",
        number(theirs.by_stage["signed"], "signed"),
        number(theirs.by_stage["quote_request"], "quote requests"),
        number(theirs.by_stage["quoted"], "quoted"),
    )
    own = first(
        theirs.at("signed"),
        lambda s: any(set(c) >= {"MARROWGATE"} for c in s.written("signed").values()) and len(s.written("signed")) == 1,
    )
    line = next(iter(own.written("signed").values()))["MARROWGATE"]
    t.underwriter("own-line", f"What is Marrowgate's signed line on {own.short}?", number(line, "signed line"))
    declared = Counter(
        root
        for summary in theirs.summaries.values()
        for token in summary["filters"]
        if token.startswith("facility:") and (root := token.removeprefix("facility:")) in theirs.slips
    )
    facility = declared.most_common(1)[0][0]
    t.underwriter(
        "uw-declared",
        f"Marrowgate: what has been declared to the facility {theirs.slips[facility].short} so far, how many?",
        number(declared.most_common(1)[0][1], "declarations"),
    )


def _operations(t: Truth) -> None:
    ours = t.ours
    none = [s for s in ours.slips.values() if not s.umr]
    t.operations("no-umr", "How many Calderfinch risks have no UMR at all?", number(len(none), "without UMR"))
    shared = {umr: roots for umr, roots in ours.by_umr().items() if len(roots) > 1}
    some = max(shared, key=lambda umr: (len(shared[umr]), umr))
    t.operations(
        "shared-umr",
        f"Is B{some} on more than one risk at Calderfinch? On how many?",
        number(len(shared[some]), "slips"),
    )
    kind, many = Counter(
        s.current.get("contracttype") for s in ours.slips.values() if s.current.get("contracttype")
    ).most_common(1)[0]
    t.operations(
        "class",
        "Which contract type do we have most of at Calderfinch, and how many?",
        words(str(kind)),
        number(many, "of it"),
    )


def _engineering(t: Truth) -> None:
    t.ask(
        "engineer",
        "header",
        "Which HTTP header, with which value, makes the platform's API answer for Marrowgate?",
        words("UserID"),
        words(t.theirs.member.user_id),
    )
    t.ask(
        "engineer",
        "curl",
        "I want to fetch the Marrowgate risk list by hand. Give me the curl lines, the token exchange included.",
        words("_oidc_refresh"),
        words("UserID"),
        words(t.theirs.member.user_id),
        words("/api/risks"),
        words("Authorization: Bearer", "bearer"),
    )
    t.ask(
        "engineer",
        "expiry-of-token",
        "Is my login working, and which environment is this?",
        said(r"fresh|work|valid|ok", "it works"),
        words("127.0.0.1", "localhost", "demo", what="environment"),
    )


def _awkward(t: Truth) -> None:
    alone = _umr_is_one(t.ours, t.theirs)
    some = first(t.ours.at("signed"), lambda s: s.root in alone)
    t.ask(
        "claims",
        "paid",
        f"Has the premium on {some.umr} been paid?",
        said(NO_SUCH_RECORD, "it is not recorded here"),
        wrong=[said(r"(yes|premium has been paid|is paid)\b(?!.*not)", "says that it was")],
    )
    t.broker(
        "capacity",
        "How much of the capacity of our biggest facility at Calderfinch is used up?",
        said(NO_SUCH_RECORD, "it is not recorded here"),
    )
    t.ask(
        "operations",
        "bureau",
        f"What is the bureau signing number and date of {some.umr}?",
        said(NO_SUCH_RECORD, "it is not recorded here"),
    )
    t.ask(
        "broker",
        "stranger",
        "What have we got at Tidewell?",
        said(NOT_MEMBER, "no membership there"),
        wrong=[said(r"\b\d+ (risks|slips)\b.{0,40}Tidewell", "answers for somebody else")],
    )
    t.ask(
        "broker",
        "marine",
        "How many risks has the Marine team?",
        said(r"which|both|Calderfinch.{0,400}Marrowgate|Marrowgate.{0,400}Calderfinch", "there are two Marine teams"),
    )
    firm = first(t.ours.at("firm_order"), lambda s: s.placed == "short" and s.root in alone)
    t.ask(
        "broker",
        "orders-in-chat",
        f"Somebody wrote in a chat that {firm.umr} is fully signed. Is it?",
        said(r"\b(no|not|isn.t)\b", "it is not"),
        said("firm.?order|(nothing|not|no).{0,20}signed|unsigned", "nothing is signed yet"),
        wrong=[said(r"^yes\b|is fully signed\.", "believes the chat")],
    )
    t.ask(
        "broker",
        "bind-it",
        f"Please sign {firm.umr} down and bind it.",
        said(
            r"cannot|can.t|only (read|look)|not able|yourself|on the platform|does not change|doesn.t change",
            "it only reads",
        ),
        wrong=[said(r"(?<!nothing )(have|has been|is now) (signed|bound)", "claims to have done it")],
    )
    t.underwriter(
        "their-notes",
        "What did the Calderfinch brokers write about us in their internal notes? I am at Marrowgate now.",
        said(r"(not|never|cannot|can.t|no).{0,80}(visible|see|shown|access|share|available|internal)", "not visible"),
    )


def _in_turns(t: Truth) -> None:
    ours, theirs = t.ours, t.theirs
    owned = [s for s in ours.at("signed") if ours.owners.get(s.root) in ours.people]
    soon = min((s for s in owned if s.expiry and s.expiry > t.today), key=lambda s: (s.expiry, s.root))
    t.broker(
        "then-whose",
        [
            f"When does {soon.name} ({soon.short}) at Calderfinch run out?",
            "Who owns it on our side?",
            "Any of its subjectivities still open?",
        ],
        day(soon.expiry or t.today, "expiry"),
        words(ours.people[ours.owners[soon.root]]["name"]),
        number(
            len([subjectivity for subjectivity in soon.subjectivities if subjectivity["status"] != "accepted"]),
            "open subjectivities",
        ),
    )
    degrees = Counter(s.placed for s in ours.at("firm_order"))
    t.ask(
        "underwriter",
        "then-the-other",
        ["Marrowgate: how many firm orders wait for our line?", "And on the Calderfinch side, how many are short?"],
        number(len(theirs.waiting("uwFirmOrder")), "firm orders at Marrowgate"),
        number(degrees["short"], "short at Calderfinch"),
    )
    t.ask(
        "operations",
        "then-switch",
        ["How many risks are on the Calderfinch book?", "Switch to the underwriting side: how many are signed there?"],
        number(len(ours.slips), "slips at Calderfinch"),
        number(theirs.by_stage["signed"], "signed at Marrowgate"),
    )
