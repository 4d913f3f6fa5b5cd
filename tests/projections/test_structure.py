"""The structure panel shows what is on file, tier by tier, beside the whole staff, and judges nothing (P0)."""

from datetime import date
from typing import Any

from domain.events.person import PersonFactChanged, PersonLeft
from domain.language import EndCause, LeavingCause
from projections.structure import StructureAspect, structure
from tests.projections.records import BATCH, Records, person

DAY = date(2024, 6, 1)


def told(records: Records) -> Records:
    """Two in tier 三, one in tier 五, one who is staff and nothing else."""
    records.register(1, "单晓珺", date(1984, 6, 2), subject="数学", branch="第一党支部")
    records.register(2, "欧阳明", date(1984, 6, 1), subject="数学")
    records.register(3, "王𬭚", date(1995, 1, 1), subject="物理", branch="第二党支部")
    records.register(4, "林泉", date(1970, 1, 1))
    for number, tier in ((1, "three"), (2, "three"), (3, "five")):
        records.admit(number, tier)
    return records


def counted(records: Records, aspect: str, **when: Any) -> dict[str, dict[str, int]]:
    found = next(one for one in structure(records.moment(**{"as_of": DAY} | when)).aspects if one.aspect == aspect)
    return {row.label: row.counts for row in found.rows}


def test_each_tier_stands_beside_the_whole_staff(records: Records) -> None:
    subjects = counted(told(records), "subject")
    assert subjects["数学"] == {"three": 2, "four": 0, "five": 0, "members": 2, "staff": 2}
    assert subjects["物理"] == {"three": 0, "four": 0, "five": 1, "members": 1, "staff": 1}


def test_what_is_not_on_file_counts_as_unknown_and_comes_last(records: Records) -> None:
    branches = counted(told(records), "branch")
    assert list(branches)[-1] == "未登记"
    assert branches["未登记"] == {"three": 1, "four": 0, "five": 0, "members": 1, "staff": 2}


def test_ages_are_full_years_on_the_day(records: Records) -> None:
    ages = counted(told(records), "age")
    assert ages["36—40岁"]["three"] == 2  # 39 until the birthday on 2 June, 40 on 1 June
    later = counted(records, "age", as_of=date(2025, 6, 1))
    assert (later["36—40岁"]["three"], later["41—45岁"]["three"]) == (1, 1)
    [three] = [group for group in structure(records.moment(DAY)).groups if group.group == "three"]
    assert (three.people, three.mean_age) == (2, 39.5)


def test_every_aspect_adds_up_to_the_people_of_each_group(records: Records) -> None:
    panel = structure(told(records).moment(DAY))

    def total(aspect: StructureAspect, group: str) -> int:
        return sum(row.counts[group] for row in aspect.rows)

    for aspect in panel.aspects:
        assert {group.group: total(aspect, group.group) for group in panel.groups} == {
            group.group: group.people for group in panel.groups
        }


def test_who_ended_or_left_is_counted_no_more(records: Records) -> None:
    told(records)
    records.end(3, date(2025, 1, 1), EndCause.LEFT_SCHOOL)
    records.record(person(3), PersonLeft(cause=LeavingCause.TRANSFERRED), date(2025, 1, 1))
    assert counted(records, "gender")["女"]["staff"] == 4
    assert counted(records, "gender", as_of=date(2025, 2, 1))["女"] == {
        "three": 2, "four": 0, "five": 0, "members": 2, "staff": 3,
    }  # fmt: skip


def test_a_change_of_branch_counts_from_its_day_and_as_it_was_known(records: Records) -> None:
    told(records)
    moved = PersonFactChanged(field="branch", was="第一党支部", now="第二党支部", name="单晓珺")
    place = records.record(person(1), moved, date(2024, 5, 1), recorded=date(2024, 7, 1))
    assert counted(records, "branch")["第二党支部"]["three"] == 1
    assert "第一党支部" in counted(records, "branch", as_of=date(2024, 4, 30))
    assert counted(records, "branch", known_at=f"@{place - 1}")["第一党支部"]["three"] == 1


def test_the_bands_of_ages_are_the_plans(records: Records) -> None:
    plan = records.plan.amended({"structure.age_bands": [35]})
    assert plan.structure.bands() == [(0, 35), (36, None)]


def test_before_a_plan_there_is_nothing(records: Records) -> None:
    found = structure(records.moment(date(2024, 2, 1)), BATCH)
    assert (found.groups, found.aspects) == ((), ())
