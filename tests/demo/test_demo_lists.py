"""The list of risks: how many, whose, and how untidy (platform.md 4, 5.2, 9)."""

import re
from collections import Counter, defaultdict
from collections.abc import Generator
from typing import Any

import pytest
from demo_caller import Caller

from whitespace_mcp.demo import Options, Platform, Running, serve

KEYS = {
    "id", "rev", "type", "Status", "InsuredName", "ContractType", "IsFacility", "umr", "placingBrokerChannel",
    "channels", "createdAt", "updatedAt",
}  # fmt: skip
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ID = re.compile(r"IC[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}(::[A-Za-z0-9-]+)*")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def market() -> Generator[Running]:
    """The default market, whose numbers are told here; tests must leave it as it is."""
    with serve(Platform()) as running:
        yield running


@pytest.fixture(scope="module")
def ours(broker: Caller) -> Rows:
    return broker.get("/api/risks")


@pytest.fixture(scope="module")
def theirs(underwriter: Caller) -> Rows:
    return underwriter.get("/api/risks")


def by_root(rows: Rows) -> dict[str, Rows]:
    by_root: defaultdict[str, Rows] = defaultdict(list)
    for row in rows:
        by_root[row["id"].partition("::")[0]].append(row)
    return by_root


def shapes(rows: Rows) -> Counter[str]:
    """What follows the roots, with what varies taken out."""
    tails = (row["id"].partition("::")[2] for row in rows)
    tails = (re.sub(r"MU[0-9A-F-]{36}", "MU", tail) for tail in tails)
    tails = (re.sub(r"\d+", "", tail) for tail in tails)
    return Counter(re.sub(r"(FO|FOD|FOW|BQ|SIGNED)::(?!EN)\w+::\w+", r"\1::COPY", tail) for tail in tails)


def test_the_two_organisations_see_as_many_documents_as_the_article_says(ours: Rows, theirs: Rows) -> None:
    assert (len(ours), len(theirs)) == (1528, 439)


@pytest.mark.parametrize("documents", [(0, 0), (1, 0), (0, 1), (7, 3), (3, 60), (200, 9), (61, 61)])
def test_any_number_of_documents_can_be_had(documents: tuple[int, int]) -> None:
    with serve(Platform(documents=documents)) as running:
        counts = [len(Caller(running, running.platform.login, i).get("/api/risks")) for i in (0, 1)]
    assert tuple(counts) == documents


def test_no_document_is_listed_twice(ours: Rows, theirs: Rows) -> None:
    for rows in (ours, theirs):
        ids = [row["id"] for row in rows]
        assert len(ids) == len(set(ids))


def test_rows_have_the_keys_of_mixed_case(ours: Rows, theirs: Rows) -> None:
    whole = [row for row in [*ours, *theirs] if set(row) == KEYS]
    assert len(whole) > 1_800
    for row in whole:
        assert ID.fullmatch(row["id"]), row
        assert re.fullmatch(r"\d+-[0-9a-f]{32}", row["rev"])
        assert row["type"] == "RWPlacing"
        assert STAMP.fullmatch(row["createdAt"])
        assert STAMP.fullmatch(row["updatedAt"])
        assert row["createdAt"] <= row["updatedAt"]


def test_a_row_is_shown_only_to_whom_it_concerns(ours: Rows, theirs: Rows) -> None:
    for rows, prefix in ((ours, "calderfinch_"), (theirs, "marrowgate_")):
        assert all(any(c.startswith(prefix) for c in row["channels"]) for row in rows if "channels" in row)


def test_the_broker_sees_documents_of_every_kind(ours: Rows) -> None:
    result = shapes(ours)
    kinds = {"", "DR", "QR", "MU::UQ", "M", "BQ", "BQ::COPY", "FO", "FO::COPY", "FOD::COPY", "FOW::COPY", "SIGNED",
             "SIGNED::COPY", "SIGNED::EN", "FO::EN"}  # fmt: skip
    assert kinds <= set(result)


def test_the_carrier_sees_its_copies_and_nothing_of_the_others(theirs: Rows) -> None:
    kinds = shapes(theirs)
    assert not {"", "DR", "FO", "SIGNED", "BQ"} & set(kinds)
    assert {"QR", "MU::UQ", "M", "FO::COPY", "FOD::COPY", "FOW::COPY", "SIGNED::COPY", "SIGNED::EN"} <= set(kinds)
    copies = [row["id"] for row in theirs if re.search(r"::(FO|SIGNED|FOD|FOW|BQ1)::(?!EN)", row["id"])]
    assert copies
    assert all("::MARROWGATE::" in document_id for document_id in copies)


def test_a_signed_slip_keeps_its_firm_order_beside_it(ours: Rows) -> None:
    for root, rows in by_root(ours).items():
        ids = {row["id"] for row in rows}
        if f"{root}::SIGNED" in ids:
            assert f"{root}::FO" in ids
            firm = next(row for row in rows if row["id"] == f"{root}::FO")
            assert firm.get("Status", firm.get("status", "FirmOrder")).replace(" ", "") == "FirmOrder"


def test_every_status_of_a_life_occurs(ours: Rows, theirs: Rows) -> None:
    expected = {
        "NotFinalised", "Template", "Marketed Only", "QuotationRequest", "QuotationRequestDeclined",
        "QuotationRequestWithdrawn", "QuotationInPreparation", "QuotedByUnderwriter", "NotTakenUp", "BindableQuote",
        "FirmOrder", "FirmOrderDeclined", "FirmOrderWithdrawn", "Signed", "EndorsementInPreparation", "Endorsement",
        "EndorsementFinalised", "EndorsementWithdrawn", "EndorsementDeclined",
    }  # fmt: skip
    assert expected <= {row.get("Status") for row in [*ours, *theirs]}


def test_a_quotation_in_preparation_is_seen_by_its_author_only(ours: Rows, theirs: Rows) -> None:
    assert "QuotationInPreparation" in {row.get("Status") for row in theirs}
    assert "QuotationInPreparation" not in {row.get("Status") for row in ours}


def test_some_slips_are_in_both_books_and_tell_the_same(ours: Rows, theirs: Rows) -> None:
    mine, yours = by_root(ours), by_root(theirs)
    both = mine.keys() & yours.keys()
    assert len(both) >= 20
    assert yours.keys() - both
    seen = {row["id"]: row for row in ours}
    alike = [row for row in theirs if row["id"] in seen]
    assert alike
    assert all(seen[row["id"]] == row for row in alike)


def test_facilities_and_declarations_are_among_them(ours: Rows, theirs: Rows) -> None:
    for rows in (ours, theirs):
        words = Counter(row.get("ContractType") for row in rows if row.get("IsFacility") is True)
        assert "Non-Bulking Line Slip" in words or len(words) >= 2
        assert len({row.get("ContractType") for row in rows if row.get("IsFacility") is False}) > 10


def test_one_client_is_in_both_books(ours: Rows, theirs: Rows) -> None:
    for rows in (ours, theirs):
        assert any(str(row.get("InsuredName")).startswith("Acorn Shipping") for row in rows)


@pytest.mark.parametrize("number", [0, 1])
def test_the_untidiness_of_real_data_is_in_each_book(number: int, ours: Rows, theirs: Rows) -> None:
    rows = (ours, theirs)[number]
    umrs = [row.get("umr") for row in rows]
    assert any(umr and umr.startswith(" ") for umr in umrs)
    assert any(umr and re.match(r"\d", umr) for umr in umrs), "without its B"
    assert any(umr and re.search(r"[a-z]", umr) for umr in umrs), "mixed case"
    assert any(umr and umr.endswith("TBA") for umr in umrs)
    assert "" in umrs
    assert any("umr" in row and row["umr"] is None for row in rows)
    names = [row.get("InsuredName") for row in rows]
    assert any(name and name != name.strip() for name in names)
    assert any(name and not name.isascii() for name in names)
    assert any("InsuredName" in row and row["InsuredName"] is None for row in rows)
    for key in KEYS - {"id", "rev", "type", "placingBrokerChannel", "createdAt"}:
        assert any({key, key[0].lower() + key[1:]}.isdisjoint(row) for row in rows), key
    assert any("insuredName" in row and "status" in row for row in rows)
    statuses = {row.get("Status") for row in rows}
    assert "PlacementPaused" in statuses
    assert any(status and status.endswith(" ") for status in statuses)


@pytest.mark.parametrize("number", [0, 1])
def test_a_umr_can_be_on_several_slips_and_a_slip_can_have_two(number: int, ours: Rows, theirs: Rows) -> None:
    rows = (ours, theirs)[number]
    roots: defaultdict[str, set[str]] = defaultdict(set)
    umrs: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.get("umr"):
            root = row["id"].partition("::")[0]
            roots[row["umr"].strip()].add(root)
            umrs[root].add(row["umr"])
    assert {2, 3} <= {len(group) for umr, group in roots.items() if not umr.endswith("TBA")}
    if number == 0:
        assert any(len(group) == 2 for group in umrs.values())


def test_rows_are_not_in_the_order_of_time(ours: Rows) -> None:
    moments = [row["updatedAt"] for row in ours if "updatedAt" in row]
    assert moments not in (sorted(moments), sorted(moments, reverse=True))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    bodies: list[tuple[bytes, ...]] = []
    for seed in (5, 5, 6):
        platform = Platform(seed=seed, documents=(120, 60))
        with serve(platform) as running:
            callers = [Caller(running, platform.login, i) for i in (0, 1)]
            paths = ("/api/risks", "/api/summary", "/api/shared/corporate", "/api/user/myDetails")
            bodies.append(tuple(caller.ask(path).body for caller in callers for path in paths))
    assert bodies[0] == bodies[1]
    assert all(first != other for first, other in zip(bodies[0], bodies[2], strict=True))


@pytest.mark.parametrize(("way", "status"), [("html", 200), ("404", 404)])
def test_an_environment_can_be_without_the_undocumented_list(way: Any, status: int) -> None:
    with serve(Platform(documents=(3, 2), options=Options(serves_risk_list=way))) as running:
        reply = Caller(running, running.platform.login).ask("/api/risks")
    assert (reply.status, reply.content_type) == (status, "text/html")


def test_other_logins_have_books_of_their_own(market: Running) -> None:
    single = Caller(market, market.platform.logins["single"], None).get("/api/risks")
    assert len(single) > 30
    assert all("::CALDERFINCH" not in row["id"] for row in single)
    for number, prefix in enumerate(("wrenlock_", "amberlock_")):
        rows = Caller(market, market.platform.logins["readonly"], number).get("/api/risks")
        assert rows
        assert all(any(c.startswith(prefix) for c in row.get("channels", [prefix])) for row in rows)


def test_a_touched_slip_has_changed_in_the_list(caller: Caller, small: Running) -> None:
    before = {row["id"]: row for row in caller.get("/api/risks")}
    root = next(document.partition("::")[0] for document in before if document.endswith("::SIGNED"))
    small.platform.touch(root, caller.user_id, at="2027-01-02 03:04:05")
    after = {row["id"]: row for row in caller.get("/api/risks")}
    changed = {name for name in after if after[name] != before[name]}
    assert {
        row["updatedAt"]
        for name, row in after.items()
        if name.startswith(root) and "::SIGNED" in name and "::EN" not in name
    } == {"2027-01-02 03:04:05"}
    assert all(name.startswith(root) for name in changed)
    assert after[f"{root}::FO"]["updatedAt"] == before[f"{root}::FO"]["updatedAt"]
    assert after[f"{root}::SIGNED"]["rev"].startswith("2-")


def test_slips_come_and_go_while_the_platform_runs(caller: Caller, small: Running) -> None:
    platform = small.platform
    assert caller.user_id
    root = platform.add_slip(
        caller.user_id, name="Acorn Shipping Extra", umr="B1 X", stage="signed", carriers=["TIDEWELL"]
    )
    rows = [row for row in caller.get("/api/risks") if row["id"].startswith(root)]
    assert {row["id"].partition("::")[2].partition("::")[0] for row in rows} == {"FO", "SIGNED"}
    assert {(row["InsuredName"], row["umr"]) for row in rows} == {("Acorn Shipping Extra", "B1 X")}
    assert caller.get("/api/summary")[0]["rootID"] == root
    assert root in platform.roots(caller.user_id)
    platform.remove_slip(root)
    assert len(caller.get("/api/risks")) == 90
    assert caller.get("/api/summary")[0]["rootID"] != root


def test_a_slip_can_be_added_to_a_carriers_book(small: Running) -> None:
    carrier = Caller(small, small.platform.login, 1)
    assert carrier.user_id
    root = small.platform.add_slip(carrier.user_id, stage="quote_request")
    assert [row["Status"] for row in carrier.get("/api/risks") if row["id"].startswith(root)] == ["QuotationRequest"]


@pytest.mark.parametrize("stage", ["draft", "template", "marketed", "quoted", "bindable", "firm_order", "signed"])
def test_a_slip_of_any_stage_can_be_added_without_saying_more(stage: Any, caller: Caller, small: Running) -> None:
    assert caller.user_id
    root = small.platform.add_slip(caller.user_id, stage=stage)
    assert caller.get(f"/api/risks/root/{root}")
    for document in caller.get(f"/api/risks/root/{root}"):
        assert caller.get(f"/api/risks/{document['id']}")["MRCContract"]["lineItems"]
    assert isinstance(caller.get(f"/api/overview/{root}"), list)


def test_touching_what_is_not_seen_is_a_mistake_of_the_test(small: Running) -> None:
    draft = next(
        r["id"] for r in Caller(small, small.platform.login).get("/api/risks") if r.get("Status") == "Template"
    )
    with pytest.raises(KeyError):
        small.platform.touch(draft, small.platform.login.memberships[1].user_id)
    with pytest.raises(KeyError):
        small.platform.touch("IC-nothing")
    with pytest.raises(KeyError):
        small.platform.remove_slip("IC-nothing")
    with pytest.raises(KeyError):
        small.platform.suspend("MU-nobody")
