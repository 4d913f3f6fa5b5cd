"""The plan as data: it is read whole, and each contradiction is named by its key."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from domain.errors import Malformed, Refusal, Unknown
from domain.plan import Plan, read_plan, read_plan_file, shipped_plan

SHIPPED = shipped_plan().decode()


def plan(text: str = SHIPPED) -> Plan:
    return read_plan(text.encode())[0]


def edited(*changes: tuple[str, str]) -> str:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


ASSESS = "starts_on = 2024-03-06\nends_on = 2024-03-13"
DECIDE = "starts_on = 2024-03-14\nends_on = 2024-03-14"
ANNOUNCE = """[windows.announce]
label = "公布方案"
label_en = "Plan announced"
starts_on = 2024-03-01
ends_on = 2024-03-01
"""
CONTRADICTIONS = {
    "published_on": ("published_on = 2024-03-01", "published_on = 2024-02-20"),
    "tiers.three.experience_any_of": ('["director_assistant"', '["gardener"'),
    "tiers.four.age.caution": ("free = 3 # open: “左右”\ncaution = 5", "free = 3\ncaution = 2"),
    "tiers.four.next_tier": ('next_tier = "three"', 'next_tier = "six"'),
    "tiers.three.next_tier": ('measure = "placement"', 'measure = "placement"\nnext_tier = "five"'),
    "windows.announce": (ANNOUNCE, ""),
    "windows.assess": (ASSESS, "starts_on = 2024-03-13\nends_on = 2024-03-06"),
    "windows.decide": (DECIDE, "starts_on = 2024-03-04\nends_on = 2024-03-14"),
    "committee.quorum_share": ("quorum_share = [2, 3]", "quorum_share = [4, 3]"),
    "leading_group.chair_post": ('chair_post = "party_secretary"', 'chair_post = "gardener"'),
    "impact_and_loss_ground": ('impact_and_loss_ground = "work_failure"', 'impact_and_loss_ground = "weather"'),
    "preferred_experience": ('preferred_experience = ["subject_director"', 'preferred_experience = ["gardener"'),
    "training.mentor_posts": ('mentor_posts = ["middle_manager"', 'mentor_posts = ["gardener"'),
    "tiers.three.age.kind": ('kind = "at_most"', 'kind = "atmost"'),
    "tiers.three.target": ("target = 3", "target = 0"),
    "cycle.weeks": ("months = 36", "months = 36\nweeks = 2"),
    "batch": ('batch = "2024-second"', 'batch = "second batch"'),
    "forms.information_form": ('due = "joining", within_days = 30', 'due = "joining"'),
    "notice": ("[notice]\nrequired = false # open\nworking_days = 5 # open\n", ""),
}


@pytest.mark.parametrize("key", CONTRADICTIONS)
def test_each_contradiction_is_named_by_its_key(key: str) -> None:
    with pytest.raises(Malformed) as refused:
        plan(edited(CONTRADICTIONS[key]))
    assert f"{key}：" in refused.value.zh
    assert f"{key}: " in refused.value.en


def test_all_contradictions_are_named_at_once() -> None:
    with pytest.raises(Malformed) as refused:
        plan(edited(("target = 3", "target = 0"), ("target = 4", "target = -4"), ("months = 36", "months = 0")))
    assert refused.value.en.startswith("The plan has 3 problems")


def test_what_is_no_toml_is_malformed() -> None:
    for content in (b"batch = ", b"batch = \xff"):
        with pytest.raises(Malformed):
            read_plan(content)


def test_a_plan_is_read_from_a_file_with_its_hash(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + shipped_plan())
    from_file, digest = read_plan_file(tmp_path / "plan.toml")
    shipped, shipped_digest = read_plan_file(Path("2024-second"))
    assert from_file == shipped
    assert digest != shipped_digest
    with pytest.raises(Unknown):
        read_plan_file(tmp_path / "none.toml")


def test_another_batch_is_another_file() -> None:
    third = plan(SHIPPED.replace("2024-", "2027-").replace("2027-02-27", "2027-02-26"))
    assert third.batch == "2027-second"
    assert third.cycle.ends_on == date(2030, 3, 13)


@pytest.mark.parametrize(("members", "quorum"), [(1, 1), (3, 2), (4, 3), (7, 5), (8, 6), (9, 6), (10, 7)])
def test_the_quorum_is_two_thirds_rounded_up(members: int, quorum: int) -> None:
    assert plan().committee.quorum(members) == quorum


@pytest.mark.parametrize(
    ("day", "year"), [("2024-03-13", 2023), ("2024-03-14", 2024), ("2025-03-13", 2024), ("2025-03-14", 2025)]
)
def test_training_years_are_named_by_the_year_they_begin(day: str, year: int) -> None:
    assert plan().year_of(date.fromisoformat(day)) == year


def test_training_years_and_their_bounds() -> None:
    assert list(plan().years()) == [2024, 2025, 2026]
    assert list(plan().years(date(2028, 3, 13))) == [2024, 2025, 2026, 2027]
    assert plan().year_bounds(2024) == (date(2024, 3, 14), date(2025, 3, 13))


def test_a_cycle_that_begins_on_29_february_has_years_without_gaps() -> None:
    leap = plan(edited(("starts_on = 2024-03-14\nmonths", "starts_on = 2024-02-29\nmonths")))
    first, last = leap.year_bounds(2024)
    assert (first, last) == (date(2024, 2, 29), date(2025, 2, 27))
    assert leap.year_of(last) == 2024
    assert leap.year_of(date(2025, 2, 28)) == 2025


def test_the_tiers_above() -> None:
    assert {code: list(plan().above(code)) for code in plan().tiers} == {
        "three": [],
        "four": ["three"],
        "five": ["four", "three"],
    }


def test_unknown_codes_name_the_known_ones() -> None:
    with pytest.raises(Unknown, match="three、four、five"):
        plan().tier("six")


def test_an_amendment_sets_dotted_keys() -> None:
    amended = plan().amended({"tiers.three.target": 4, "windows.assess.ends_on": "2024-03-15"})
    assert amended.tiers["three"].target == 4
    assert amended.windows["assess"].ends_on == date(2024, 3, 15)  # type: ignore[index]
    assert plan().amended({"tiers.three.next_tier": None}) == plan()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"tiers.six.target": 4}, Malformed),
        ({"tiers.three.targets": 4}, Malformed),
        ({"name.first": "x"}, Malformed),
        ({"tiers.three.target": 0}, Malformed),
        ({"committee.quorum_share": [3, 2]}, Malformed),
        ({"batch": "2024-third"}, Refusal),
        ({"cycle.starts_on": "2024-03-15"}, Refusal),
        ({"cycle": plan().cycle.model_dump(mode="json") | {"starts_on": "2024-03-15"}}, Refusal),
    ],
)
def test_an_amendment_leaves_a_plan_that_holds_together(changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        plan().amended(changes)


# The one form of text


@pytest.mark.parametrize(
    ("key", "written", "code"),
    [("school", r"\u0000", "U+0000"), ("name", r"\u202e", "U+202E"), ("committee_name", r"\n", "换行"),
     ("school_en", r"\ufffd", "U+FFFD")],
)  # fmt: skip
def test_text_that_no_record_takes_is_refused_by_key_and_character(key: str, written: str, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        plan(edited((f'{key} = "', f'{key} = "甲{written}')))
    assert key in refused.value.zh
    assert code in refused.value.zh


def test_text_in_a_table_is_named_by_its_whole_key() -> None:
    label = plan().tiers["three"].label
    with pytest.raises(Malformed, match=r"tiers\.three\.label.*U\+0007"):
        plan(edited((f'label = "{label}"', rf'label = "{label}\u0007"')))
    with pytest.raises(Malformed, match=r"school："):
        plan(edited((f'school = "{plan().school}"', r'school = "\u200b"')))


def test_text_is_brought_to_its_one_form_and_the_shipped_plan_has_it() -> None:
    spaced = plan(edited((f'school = "{plan().school}"', f'school = "  {plan().school}\u200b "')))
    assert spaced == plan()
    assert plan() == Plan.model_validate(tomllib.loads(SHIPPED))
