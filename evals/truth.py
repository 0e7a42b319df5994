"""What is true of the demo market, read over HTTP with the standard library and reckoned in the plainest way."""

import json
import re
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from whitespace_mcp.demo import Running

LONDON = ZoneInfo("Europe/London")
STAGES = ("signed", "firm_order", "bindable", "quoted", "quote_request", "marketed", "draft", "template")
OF_STATUS = {
    "signed": "signed", "firmorder": "firm_order", "bindablequote": "bindable", "quotedbyunderwriter": "quoted",
    "quotationrequest": "quote_request", "quotationinpreparation": "quote_request", "marketedonly": "marketed",
    "notfinalised": "draft", "template": "template",
}  # fmt: skip
OF_ID = (
    ("::SIGNED", "signed"),
    (r"::FO(::|$)", "firm_order"),
    (r"::BQ\d", "bindable"),
    (r"::UQ\d", "quoted"),
    (r"::QR\d", "quote_request"),
    (r"::M\d", "marketed"),
)
Doc = dict[str, Any]


class Side:
    """The demo person in one organisation."""

    def __init__(self, running: Running, membership: int) -> None:
        login = running.platform.login
        self.root = running.root
        self.member = login.memberships[membership]
        self.person = login.name
        query = f"refresh_token={quote(login.refresh_token, safe='')}"
        answer = self._read(f"{running.root}/sync/{running.platform.bucket}/_oidc_refresh?{query}", {})
        self.headers = {"Authorization": f"Bearer {answer['id_token']}", "UserID": self.member.user_id}

    def get(self, path: str) -> list[Doc]:
        """The list at a path of the API; empty where there is nothing."""
        try:
            return cast("list[Doc]", self._read(f"{self.root}{path}", self.headers))
        except urllib.error.HTTPError:
            return []

    def document(self, path: str) -> Doc:
        """The object at a path of the API; empty where there is nothing."""
        return cast("Doc", self.get(path) or {})

    def _read(self, url: str, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(url, headers={"Accept": "application/json", **headers})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310  # the demo, on loopback
            return json.load(response)


class Slip:
    """One root as one organisation sees it."""

    def __init__(self, book: "Book", root: str, rows: list[Doc]) -> None:
        self.book, self.root, self.rows = book, root, rows
        ranks = {row["id"]: rank_of(row) for row in rows}
        best = min(ranks.values())
        self.stage = STAGES[best] if best < len(STAGES) else ("ended" if best == len(STAGES) else "other")
        current = [row for row in rows if ranks[row["id"]] == best]
        self.current = max(current, key=lambda row: (row.get("updatedat") or "", -len(row["id"])))
        self.name = (self.current.get("insuredname") or "").strip()
        self.umr = (self.current.get("umr") or "").strip()

    @property
    def short(self) -> str:
        """`IC` and eight digits."""
        return self.root[:10]

    @cached_property
    def contract(self) -> Doc:
        """The current contract."""
        return self.book.side.document(f"/api/risks/{self.current['id']}")

    @property
    def items(self) -> list[Doc]:
        """The line items of the current contract."""
        return self.contract.get("MRCContract", {}).get("lineItems", [])

    def tags(self, tag: str, items: list[Doc] | None = None) -> list[str]:
        """Every value with a tag; wording for one carrier only does not count."""
        return [
            place["value"]
            for item in (self.items if items is None else items)
            if "vertical" not in item
            for place in item["placeholders"]
            if tag in place.get("tags", [])
        ]

    def text(self, heading: str, items: list[Doc] | None = None) -> str:
        """The text under a heading with its values filled in."""
        parts: list[str] = []
        for item in self.items if items is None else items:
            if item["mrcHeading"] == heading and "vertical" not in item:
                values = {place["name"]: place["value"] for place in item["placeholders"]}
                for element in item["elements"]:
                    parts += [
                        filled(line, values) for line in (element.get("text") or "", *element.get("textArray", []))
                    ]
        return "\n".join(part for part in parts if part.strip())

    @cached_property
    def endorsements(self) -> list[Doc]:
        """Completed endorsements, the oldest first: those of which the history says so."""
        documents = self.book.side.get(f"/api/endorsements/{self.root}")
        if not documents:
            return []
        history = self.book.side.get(f"/api/activities/{self.root}/full")
        done = {event["parentDocID"] for event in history if event["hardcodedActivity"] == "Completed Endorsement"}
        return sorted(
            (document for document in documents if document["_id"] in done), key=lambda document: document["_id"]
        )

    @cached_property
    def awaits_agreement(self) -> bool:
        """Whether somebody whom the organisation sees is asked to agree to a live endorsement and has not."""
        done = {document["_id"] for document in self.endorsements}
        return any(
            doc["followerType"] in {"leader", "agreementParty"} and "agreement" not in doc
            for document in self.book.side.get(f"/api/endorsements/{self.root}")
            if document["_id"] not in done
            for doc in self.book.side.get(f"/api/risks/{document['_id']}/endorsementFollowers")
        )

    @cached_property
    def contradicted(self) -> bool:
        """Whether an endorsement of the period counts as completed although not all who are asked have agreed."""
        for endorsement in self.endorsements:
            changes = self.text("ContractChanges", endorsement["MRCContract"]["lineItems"])
            if "expires on" not in changes and "extended by thirty days" not in changes:
                continue
            for doc in self.book.side.get(f"/api/risks/{endorsement['_id']}/endorsementFollowers"):
                if doc["followerType"] in {"leader", "agreementParty"} and "agreement" not in doc:
                    return True
        return False

    @property
    def expiries(self) -> list[date]:
        """The days that the contract's tags tell, section by section where they differ."""
        return [day for text in self.tags("Expiry_Date") if (day := day_of(text))]

    @cached_property
    def own_expiry(self) -> date | None:
        """What the contract itself says, if it says one day."""
        days = set(self.expiries)
        if not self.tags("Expiry_Date"):
            words = f"{self.text('Period')}\n{self.text('PeriodToDate')}".replace("To:", "")
            days = {day for line in words.splitlines()[1:] if (day := day_of(line.strip()))}
        return days.pop() if len(days) == 1 else None

    @cached_property
    def expiry(self) -> date | None:
        """With the completed endorsements that change it; no day where the record contradicts itself about them."""
        if self.contradicted:
            return None
        expiry = self.own_expiry
        for endorsement in self.endorsements:
            items = endorsement["MRCContract"]["lineItems"]
            words = " ".join([*self.tags("Expiry_Date", items), self.text("ContractChanges", items)])
            match = re.search(r"\d{1,2} \w{3,9} \d{4}", words)
            if match and "expires on" in words:
                expiry = day_of(match[0]) or expiry
            elif expiry and "extended by thirty days" in words:
                expiry += timedelta(days=30)
        return expiry

    @cached_property
    def order(self) -> Decimal | None:
        """Percent of the whole; None where it cannot be read."""
        return percent_of((self.tags("Order") or [self.text("OrderHereon")])[0].partition(" of ")[0])

    @cached_property
    def full(self) -> Decimal | None:
        """What written lines make up when the slip is full."""
        basis = (self.tags("Basis_Of_Written_Lines") or [self.text("BasisOfWrittenLines")])[0]
        return self.order and (Decimal(100) if "order" in basis.lower() else self.order)

    @cached_property
    def sets(self) -> list[Doc]:
        """Every line set that is no copy."""
        sets = self.book.side.get(f"/api/lines/{self.root}/combinedSets")
        return [line_set for line_set in sets if re.search(r"::(WRLS|SILS)$", line_set["_id"])]

    def written(self, key: str = "written") -> dict[str, dict[str, Decimal]]:
        """Percent by section and company."""
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for line_set in self.sets:
            if (line_set["type"] == "RWWrittenLineSet") == (key == "written"):
                for entry in line_set["contents"]:
                    if entry["subjectivityMode"] != "noCoverGiven":
                        section = ",".join(entry["sectionIdentifiers"])
                        for stamp in entry["impressions"]:
                            company = line_set["_id"].split("::")[2]
                            sums[section][company] += Decimal(stamp[f"{key}LinePercentageString"] or "0")
        return {section: dict(companies) for section, companies in sums.items()}

    @cached_property
    def placed(self) -> str:
        """How far the worst section has been written; broker's view."""
        if self.full is None:
            return "unreadable"
        totals = [sum(companies.values(), Decimal(0)) for companies in self.written().values()] or [Decimal(0)]
        full = self.full
        degrees = ["nothing" if not t else "short" if t < full else "over" if t > full else "full" for t in totals]
        return next(degree for degree in ("nothing", "short", "over", "full") if degree in degrees)

    @cached_property
    def subjectivities(self) -> list[Doc]:
        """Those that nobody has accepted: text, company, due (a London date), whether the broker has answered."""
        open_ones = [
            (line_set["_id"], subjectivity)
            for line_set in self.sets
            if line_set["type"] == "RWWrittenLineSet"
            for entry in line_set["contents"]
            for subjectivity in entry["subjectivities"]
            if subjectivity["approvedStatus"] != "accepted"
        ]
        if not open_ones:
            return []
        answers = self.book.side.get(f"/api/risks/{self.root}/related/RWSubjectivityResponse")
        waiting = {answer["subjectivity"]["identifier"] for answer in answers if answer["status"] == "awaiting"}
        by_key: dict[tuple[str, str], Doc] = {}
        for name, subjectivity in open_ones:
            moment = float(subjectivity["deadline"] or 0)
            due = datetime.fromtimestamp(moment, LONDON).date() if moment else None
            by_key[name, subjectivity["identifier"]] = {
                "text": subjectivity["text"], "company": name.split("::")[2], "due": due,
                "status": subjectivity["approvedStatus"], "answered": subjectivity["identifier"] in waiting,
            }  # fmt: skip
        return list(by_key.values())


class Book:
    """Everything that one organisation sees."""

    def __init__(self, running: Running, membership: int) -> None:
        self.side = Side(running, membership)
        self.member = self.side.member
        self.rows: list[Doc] = [
            {key.lower(): value for key, value in row.items()} for row in self.side.get("/api/risks")
        ]
        roots: dict[str, list[Doc]] = defaultdict(list)
        for row in self.rows:
            roots[row["id"].partition("::")[0]].append(row)
        self.slips = {root: Slip(self, root, rows) for root, rows in roots.items()}

    def at(self, *stages: str) -> list[Slip]:
        """Slips at some stages, by root."""
        return [slip for _, slip in sorted(self.slips.items()) if slip.stage in stages]

    @cached_property
    def by_stage(self) -> Counter[str]:
        """Slips by stage."""
        return Counter(slip.stage for slip in self.slips.values())

    @cached_property
    def summaries(self) -> dict[str, Doc]:
        """Every summary by root."""
        by_root: dict[str, Doc] = {}
        path = "/api/summary"
        while page := self.side.get(path):
            by_root |= {summary["rootID"]: summary for summary in page}
            last = page[-1]
            path = f"/api/summary?last={last['rootID']}&from={quote(last['updatedAt'])}"
        return by_root

    @cached_property
    def directory(self) -> list[Doc]:
        """Every company of the market."""
        return self.side.get("/api/shared/corporate")

    @cached_property
    def companies(self) -> dict[str, str]:
        """Names of companies by the first part of their channels."""
        return {company["companyId"].lower(): company["name"].strip() for company in self.directory}

    @cached_property
    def people(self) -> dict[str, Doc]:
        """The company's people by MU id."""
        company = next(entry for entry in self.directory if entry["companyId"] == self.member.company_id)
        return {member["uniqueID"]: member for member in company["members"]}

    @cached_property
    def owners(self) -> dict[str, str]:
        """The own side's owner of each slip that has one."""
        prefix = f"{self.member.company_id.lower()}_"
        return {
            root: doc["ownerUserID"]
            for root, summary in self.summaries.items()
            for doc in summary["docs"]
            if doc["type"] == "RWRiskOwner" and doc["ownerChannel"].startswith(prefix)
        }

    def waiting(self, action: str) -> list[Slip]:
        """Slips with an open action of the inbox."""
        return [
            self.slips[root]
            for root, summary in sorted(self.summaries.items())
            if any(action_open.partition(":")[0] == action for action_open in summary["actions"])
        ]

    def declared_to(self, root: str) -> list[Slip]:
        """Declarations to a facility."""
        token = f"facility:{root}"
        return [self.slips[root] for root, summary in sorted(self.summaries.items()) if token in summary["filters"]]

    def by_umr(self) -> dict[str, set[str]]:
        """The roots on which a UMR stands."""
        roots: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            if (row.get("umr") or "").strip():
                roots[row["umr"].strip().upper().removeprefix("B")].add(row["id"].partition("::")[0])
        return roots

    def canaries(self, other: "Book") -> set[str]:
        """UMRs and short ids that only this organisation sees: no answer about the other may hold one."""
        roots = set(self.slips) - set(other.slips)
        umrs = {self.slips[root].umr.upper() for root in roots} - {slip.umr.upper() for slip in other.slips.values()}
        return {root[:10] for root in roots} | {umr for umr in umrs if len(umr) > 9 and "TBA" not in umr}


def filled(line: str, values: dict[str, str]) -> str:
    """A line of a contract with its values."""
    return re.sub(r"\[\[(.+?)\]\]", lambda mark: values.get(mark[1], mark[0]), line)


def rank_of(row: Doc) -> int:
    """How far a document carries its slip."""
    status = re.sub(r"[\s_-]", "", row.get("status") or "").lower()
    if re.search(r"::EN\d+", row["id"]):
        return len(STAGES) + 1
    if not status:
        return next((STAGES.index(stage) for pattern, stage in OF_ID if re.search(pattern, row["id"])), 6)
    if status in OF_STATUS:
        return STAGES.index(OF_STATUS[status])
    return len(STAGES) if status.endswith(("declined", "withdrawn", "nottakenup", "rejected")) else len(STAGES) + 1


def day_of(text: str) -> date | None:
    """A day as contracts write it."""
    for style in ("%d %b %Y", "%d %B %Y"):
        try:
            return datetime.strptime(text.strip(), style).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def percent_of(text: str) -> Decimal | None:
    """`82.5%` as a number."""
    try:
        return Decimal(text.strip().rstrip("%"))
    except InvalidOperation:
        return None


def within(day: date | None, begin: date, days: int) -> bool:
    """Whether a day is one of so many after a first one, both ends included."""
    return day is not None and begin <= day <= begin + timedelta(days=days)
