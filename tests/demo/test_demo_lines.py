"""Lines: written, signed, refused, and who sees them (platform.md 5.6)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from demo_caller import Caller

LineSets = list[dict[str, Any]]


@pytest.fixture(scope="module")
def ours(broker: Caller) -> dict[str, LineSets]:
    return every_slip(broker)


@pytest.fixture(scope="module")
def theirs(underwriter: Caller) -> dict[str, LineSets]:
    return every_slip(underwriter)


def every_slip(caller: Caller) -> dict[str, LineSets]:
    roots = {row["id"].partition("::")[0] for row in caller.get("/api/risks")}
    by_root = {root: caller.get(f"/api/lines/{root}/combinedSets") for root in sorted(roots)}
    return {root: sets for root, sets in by_root.items() if sets}


def entries(sets: LineSets) -> list[dict[str, Any]]:
    return [entry for line_set in sets for entry in line_set["contents"]]


def own_written(sets: LineSets) -> LineSets:
    return [line_set for line_set in sets if line_set["_id"].endswith("::WRLS")]


def total(sets: LineSets, key: str) -> dict[str, Decimal]:
    """Percent by section."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries(sets):
        for impression in entry["impressions"]:
            sums[",".join(entry["sectionIdentifiers"])] += Decimal(impression[key] or 0)
    return dict(sums)


def full_of(caller: Caller, root: str) -> Decimal:
    """What the slip's signed lines add up to when it is complete, from what its contract says."""
    items = caller.get(f"/api/risks/{root}::FO")["MRCContract"]["lineItems"]
    text: dict[str, str] = {}
    for item in items:
        if item["elements"] and "text" in item["elements"][0]:
            words = item["elements"][0]["text"]
            for placeholder in item["placeholders"]:
                words = words.replace(f"[[{placeholder['name']}]]", placeholder["value"])
            text.setdefault(item["mrcHeading"], words)
    if text["BasisOfSignedLines"] == "Percentage of Order":
        return Decimal(100)
    return Decimal(text["OrderHereon"].partition("%")[0])


def test_signed_lines_add_up_to_the_order_or_to_what_was_written(broker: Caller, ours: dict[str, LineSets]) -> None:
    seen: defaultdict[str, int] = defaultdict(int)
    for root, sets in ours.items():
        signed = [line_set for line_set in sets if line_set["type"] == "RWSignedLineSet"]
        if not signed:
            continue
        written_totals = total(own_written(sets), "writtenLinePercentageString")
        full = full_of(broker, root)
        for section, percent in total(signed, "signedLinePercentageString").items():
            written = written_totals[section]
            assert percent == min(full, written), (root, section)
            seen["over" if written > full else "under" if written < full else "even"] += 1
            seen["of whole"] += full != 100
            seen["sectioned"] += section != ""
    assert all(seen[kind] > 1 for kind in ("over", "under", "even", "of whole", "sectioned")), dict(seen)


def test_a_firm_order_has_written_lines_and_none_signed(broker: Caller, ours: dict[str, LineSets]) -> None:
    signed = {row["id"].partition("::")[0] for row in broker.get("/api/risks") if row["id"].endswith("::SIGNED")}
    waiting = [sets for root, sets in ours.items() if root not in signed]
    assert len(waiting) > 20
    assert all(line_set["type"] == "RWWrittenLineSet" for sets in waiting for line_set in sets)


def test_a_line_to_stand_is_not_signed_down(ours: dict[str, LineSets]) -> None:
    standing = 0
    for sets in ours.values():
        for entry in entries([line_set for line_set in sets if line_set["type"] == "RWSignedLineSet"]):
            for impression in entry["impressions"]:
                signed, written = (Decimal(impression[f"{k}LinePercentageString"]) for k in ("signed", "written"))
                assert signed <= written
                if entry["toStand"] and entry["lineConditions"] == ["Line to stand"]:
                    standing += signed == written
    assert standing > 5


def test_what_a_line_can_carry_occurs(ours: dict[str, LineSets]) -> None:
    stampings = [entry for sets in ours.values() for entry in entries(sets)]
    subjectivities = [subjectivity for entry in stampings for subjectivity in entry["subjectivities"]]
    assert {subjectivity["approvedStatus"] for subjectivity in subjectivities} == {
        "notYetResponded", "accepted", "rejected", "deadlineExpired",
    }  # fmt: skip
    assert all(
        subjectivity["deadline"] == "" or subjectivity["deadline"].endswith(".0") for subjectivity in subjectivities
    )
    assert {float(subjectivity["deadline"]) % 86400 for subjectivity in subjectivities if subjectivity["deadline"]} == {
        0.0,
        61200.0,
        82800.0,
    }
    assert "Yes" in {entry.get("subjectivitiesDeadlineNotRequired") for entry in stampings}
    assert {entry["subjectivityMode"] for entry in stampings} == {"unchosen", "holdingCover", "noCoverGiven"}
    assert any(len(entry["lineConditions"]) > 1 for entry in stampings)
    assert any(len(entry["impressions"]) == 2 for entry in stampings), "two stamps for one line"
    assert any(impression["uwRefs"] == [] for entry in stampings for impression in entry["impressions"])
    years = [("yearOfAccount" in impression) for entry in stampings for impression in entry["impressions"]]
    assert {True, False} == set(years)
    assert any(entry["businessUnit"].endswith("  ") for entry in stampings)
    assert {"leader", "agreementParty"} <= {entry["role"] for entry in stampings if "role" in entry}
    assert any("associatedFacilityId" in entry for entry in stampings)
    assert {line_set["isOffline"] for sets in ours.values() for line_set in sets} == {True, False}


def test_no_cover_given_is_a_line_of_nought_and_a_document(broker: Caller, ours: dict[str, LineSets]) -> None:
    refused = 0
    for root, sets in ours.items():
        noughts = [e for e in entries(own_written(sets)) if e["subjectivityMode"] == "noCoverGiven"]
        storers = broker.get(f"/api/risks/{root}/related/RWNoCoverGivenLinesStorer")
        assert len(storers) == len(noughts)
        assert all(i["writtenLinePercentageString"] == "0" for e in noughts for i in e["impressions"])
        assert all("::NoCoverGivenLines::" in storer["_id"] and "contents" not in storer for storer in storers)
        refused += len(noughts)
    assert refused > 2


def test_the_broker_sees_each_line_and_the_copies_made_of_it(ours: dict[str, LineSets]) -> None:
    copies = [line_set for sets in ours.values() for line_set in sets if "::WRLS-" in line_set["_id"]]
    assert copies
    for sets in ours.values():
        plain = {line_set["_id"]: line_set["contents"] for line_set in own_written(sets)}
        for line_set in sets:
            if "::WRLS-" in line_set["_id"]:
                assert line_set["contents"] == plain[line_set["_id"].partition("WRLS-")[0] + "WRLS"]


def test_a_carrier_sees_its_own_line_and_others_as_far_as_it_may(
    underwriter: Caller, theirs: dict[str, LineSets]
) -> None:
    others: dict[str, set[bool]] = {"Allstamps": set(), "LeadersStamps": set(), "OwnStampsOnly": set()}
    for root, sets in theirs.items():
        mine = own_written(sets)
        assert all("::MARROWGATE::" in line_set["_id"] for line_set in mine)
        assert all(
            line_set["_id"].partition("::WRLS-")[2].startswith("marrowgate_")
            for line_set in sets
            if "::WRLS-" in line_set["_id"]
        )
        instance = next(i["id"] for i in underwriter.get(f"/api/risks/root/{root}") if "::FO::" in i["id"])
        visibility = underwriter.get(f"/api/risks/{instance}")["control"]["stampVisibility"]
        others[visibility].add(any("::WRLS-" in line_set["_id"] for line_set in sets))
    assert others["OwnStampsOnly"] == {False}
    assert True in others["Allstamps"]
    assert others["LeadersStamps"] == {True, False}


def test_the_totals_of_a_carriers_view_can_be_short(underwriter: Caller, theirs: dict[str, LineSets]) -> None:
    assert underwriter
    totals = [
        percent
        for sets in theirs.values()
        for percent in total(
            [line_set for line_set in sets if line_set["type"] == "RWSignedLineSet"], "signedLinePercentageString"
        ).values()
    ]
    assert any(percent < 50 for percent in totals)


@pytest.mark.parametrize("number", [0, 1])
def test_the_summary_tells_the_same_lines(number: int, broker: Caller, underwriter: Caller) -> None:
    caller = (broker, underwriter)[number]
    for summary in caller.pages()[0]:
        stubs = {s["id"]: s for s in summary["docs"] if s["type"] in ("RWWrittenLineSet", "RWSignedLineSet")}
        sets = {line_set["_id"]: line_set for line_set in caller.get(f"/api/lines/{summary['rootID']}/combinedSets")}
        assert stubs.keys() == sets.keys()
        for name, stub in stubs.items():
            word = "signed" if stub["type"] == "RWSignedLineSet" else "written"
            percents = [
                sum((Decimal(i[f"{word}LinePercentageString"]) for i in entry["impressions"]), Decimal(0))
                for entry in sets[name]["contents"]
            ]
            assert [Decimal(text) for text in stub[word]] == percents


def test_guidance_names_every_carrier_that_was_asked(broker: Caller, ours: dict[str, LineSets]) -> None:
    for root in list(ours)[:30]:
        guidance = broker.get(f"/api/documents/getLineGuidanceForRoot/{root}")
        carriers = {line_set["_id"].split("::")[2] for line_set in ours[root]}
        assert carriers <= {doc["_id"].split("::")[2] for doc in guidance}
        for doc in guidance:
            assert doc["associatedPlacingID"] == f"{root}::FO"
            assert doc["contents"][0]["suggestedStamps"] == []
            assert int(doc["contents"][0]["minString"]) <= int(doc["contents"][0]["maxString"])


def test_answers_to_subjectivities_belong_to_a_line(broker: Caller, ours: dict[str, LineSets]) -> None:
    answers = 0
    for root, sets in ours.items():
        identifiers = {
            subjectivity["identifier"] for entry in entries(sets) for subjectivity in entry["subjectivities"]
        }
        for answer in broker.get(f"/api/risks/{root}/related/RWSubjectivityResponse"):
            answers += 1
            assert answer["subjectivity"]["identifier"] in identifiers
            assert answer["associatedSetDocID"] in {line_set["_id"] for line_set in sets}
    assert answers > 5
