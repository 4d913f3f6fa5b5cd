"""The dossier: every part of D1, each field with the event it comes from."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.events.review import GradeProposed, GradeWaived
from domain.events.training import DocumentFiled, DocumentReturned, MentorPaired
from domain.language import Grade
from projections.dossier import content_hash, dossier
from tests.projections.records import BATCH, Records, person

P, MENTOR = person(1), person(2)


def shown(records: Records, as_of: str = "2025-03-20", known_at: str | None = None, who: str = P) -> dict[str, Any]:
    return dossier(records.moment(date.fromisoformat(as_of), known_at), who).model_dump(mode="json")


def member(records: Records) -> int:
    records.register(1, "单晓珺")
    records.register(2, "欧阳·明")
    records.nominate(1, "four")
    return records.admit(1, "four")


def fields(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "value" in part:
            yield part
        for inner in part.values():
            yield from fields(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from fields(inner)


def test_every_field_of_every_part_names_its_event(records: Records) -> None:
    member(records)
    found = list(fields(shown(records)["parts"]))
    assert len(found) > 30
    for field in found:
        assert field["label"], field
        assert all(records.log.get(position) for position in (field["source"], *field["sources"].values())), field


def test_it_names_the_person_the_batch_and_the_moment(records: Records) -> None:
    started = member(records)
    found = shown(records, known_at=f"@{started}")
    assert (found["name"], found["tier"], found["tier_label"], found["status"]) == ("单晓珺", "four", "四", "active")
    assert found["batch"]["cycle"] == {"start": "2024-03-14", "end": "2027-03-13"}
    assert (found["as_of"], found["known_at"], found["position"]) == ("2025-03-20", f"@{started}", started)
    assert found["parts"]["training_register"]["membership"]["source"] == started


def test_somebody_only_nominated_has_a_dossier(records: Records) -> None:
    records.register(1, "单晓珺")
    records.nominate(1)
    found = shown(records)
    assert (found["tier"], found["number"], found["parts"]["training_register"]["membership"]) == (None, None, None)
    assert [n["nominator"] for n in found["parts"]["assessments"]["selection"]["nominations"]] == ["教务处"]
    assert found["parts"]["materials"] == []


def test_age_counts_full_years_on_the_day(records: Records) -> None:
    records.register(1, "单晓珺", born=date(1988, 2, 29))
    ages = {
        day: {f["key"]: f for f in shown(records, day)["parts"]["information_form"]["fields"]}["age"]["value"]
        for day in ("2025-02-28", "2025-03-01")
    }
    assert ages == {"2025-02-28": 36, "2025-03-01": 37}


def test_a_correction_shows_with_both_contents_and_is_the_source(records: Records) -> None:
    member(records)
    first = records.record(
        P, GradeProposed(batch=BATCH, year=2024, grade=Grade.EXCELLENT, comment="好"), date(2025, 3, 1)
    )
    second = records.correct(first, date(2025, 3, 5), comment="很好")
    now, then = shown(records), shown(records, known_at=f"@{first}")
    assert now["parts"]["assessments"]["years"][0]["comment"] == "很好"
    assert now["parts"]["assessments"]["years"][0]["sources"]["comment"] == second
    assert then["parts"]["assessments"]["years"][0]["comment"] == "好"
    [entry] = now["corrections"]
    assert (entry["of"], entry["what"], entry["before"], entry["after"], entry["source"]) == (
        first,
        "comment",
        "好",
        "很好",
        second,
    )
    assert then["corrections"] == []


def test_what_was_withdrawn_is_gone_and_the_withdrawal_tells_of_it(records: Records) -> None:
    member(records)
    paired = records.record(
        P,
        MentorPaired(batch=BATCH, record="x-00000001", year=2024, mentor=MENTOR, mentor_post="grade_leader"),
        date(2024, 4, 1),
    )
    [measure] = shown(records)["parts"]["training_register"]["measures"]
    assert (measure["title"], measure["source"]) == ("欧阳·明（年级组长）", paired)
    gone = records.withdraw(paired, date(2024, 4, 9))
    found = shown(records)
    assert found["parts"]["training_register"]["measures"] == []
    assert {entry["after"] for entry in found["corrections"] if entry["source"] == gone} == {None}


def test_a_waived_grade_tells_its_reason(records: Records) -> None:
    member(records)
    records.record(P, GradeWaived(batch=BATCH, year=2024), date(2025, 3, 1), reason="入培不足半年")
    year = shown(records)["parts"]["assessments"]["years"][0]
    assert (year["grade"], year["absence_reason"]) == (None, "入培不足半年")


def test_materials_are_present_returned_or_missing_once_due(records: Records) -> None:
    member(records)
    filed = DocumentFiled(batch=BATCH, record="x-00000001", form="summary", title="总结", year=2024)
    records.record(P, filed, date(2025, 3, 1))
    states = {m["form"]: m["state"] for m in shown(records, "2025-03-13")["parts"]["materials"]}
    assert states == {"summary": "present", "information_form": "missing", "training_register": "missing"}
    returned = records.record(P, DocumentReturned(batch=BATCH, record="x-00000001", text="缺页"), date(2025, 3, 10))
    found = {m["form"]: m for m in shown(records, "2025-03-14")["parts"]["materials"]}
    assert (found["summary"]["state"], found["summary"]["comment"], found["summary"]["sources"]["state"]) == (
        "returned",
        "缺页",
        returned,
    )
    assert found["reflection"]["state"] == "missing"


def test_the_hash_changes_with_what_concerns_the_dossier_and_with_nothing_else(records: Records) -> None:
    member(records)
    before = shown(records)
    records.register(3, "仇红")
    records.nominate(3)
    records.admit(3, "five")
    after = shown(records)
    assert after["position"] > before["position"]
    assert (after["hash"], after["rests_on"]) == (before["hash"], before["rests_on"])
    records.correct(2, date(2025, 3, 1), ethnicity="回族")
    changed = shown(records)
    assert changed["hash"] != before["hash"]
    assert changed["rests_on"] == changed["position"]
    assert changed["hash"] == content_hash(changed)
