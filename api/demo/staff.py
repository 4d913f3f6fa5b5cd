"""About 190 plausible members of staff, the hard names of real registers among them. Everything comes from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN_MALE = tuple("伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁海峰晨志远")
GIVEN_FEMALE = tuple("芳娜敏静丽艳娟霞秀燕玲桂英洁梅琳雪倩婷颖瑶慧莹丹萍红妍蕾薇佳")
# Surnames that readers and libraries get wrong, four-character and dotted names, rare characters, namesakes.
HARD_NAMES: tuple[tuple[str, str], ...] = (
    ("单晓珺", "female"), ("解东", "male"), ("仇英", "female"), ("曾志刚", "male"), ("区伟明", "male"), ("查理文", "male"),
    ("盖雪", "female"), ("朴正浩", "male"), ("欧阳明月", "female"), ("司马青", "male"), ("阿依古丽·买买提", "female"),
    ("王𬭚", "male"), ("李㛃", "female"), ("陈䶮", "male"), ("周昇", "male"), ("吴镕", "male"), ("徐頔", "male"),
    ("孙堃", "male"), ("赵珺玥", "female"), ("刘淼", "female"), ("张喆", "male"), ("王伟", "male"), ("王伟", "male"),
    ("乐璟", "female"), ("尹晞", "female"), ("石翀", "male"), ("方赟", "male"), ("于玙", "female"),
)  # fmt: skip
SUBJECTS = (
    "语文",
    "数学",
    "英语",
    "物理",
    "化学",
    "生物",
    "政治",
    "历史",
    "地理",
    "信息技术",
    "体育",
    "音乐",
    "美术",
    "心理",
)
BRANCHES = ("文科党支部", "理科党支部", "综合党支部")
TITLES = ("正高级教师", "高级教师", "一级教师", "二级教师")
UNIVERSITIES = ("南京师范大学", "南通大学", "江苏师范大学", "扬州大学", "苏州大学", "华东师范大学", "江南大学")
PLACES = ("江苏南通", "江苏如皋", "江苏海安", "江苏启东", "江苏扬州", "江苏盐城", "安徽合肥", "山东临沂")


@dataclass(frozen=True)
class Teacher:
    """What is put on file of one person, and the posts and honours before the batch."""

    data: dict[str, Any]
    posts: tuple[tuple[date, date | None, str, str], ...]
    honours: tuple[tuple[date, str], ...]


def teacher(rng: Random, born: date, name: str, gender: str, number: int, posts: tuple[str, ...] = ()) -> Teacher:
    """A person born on a day, with work, schooling and posts that fit."""
    started = date(born.year + rng.choice((22, 23, 25)), 8, 20)
    party = "member" if rng.random() < 0.55 else "none"
    data: dict[str, Any] = {
        "name": name, "gender": gender, "birth_date": born.isoformat(), "ethnicity": "汉族",
        "native_place": rng.choice(PLACES), "party_status": party,
        "party_joined_on": date(born.year + 24, rng.randint(5, 7), 1).isoformat() if party == "member" else None,
        "work_started_on": started.isoformat(), "education": rng.choice(("本科", "研究生")), "degree": rng.choice(("学士", "硕士")),
        "graduated_from": rng.choice(UNIVERSITIES), "title": TITLES[min(3, max(1, (2024 - started.year) // 7 - 4) * -1 + 3)],
        "subject": rng.choice(SUBJECTS), "staff_number": f"T{number:04d}",
    }  # fmt: skip
    if party == "member":
        data["branch"] = BRANCHES[SUBJECTS.index(data["subject"]) % len(BRANCHES)]
    held = []
    since = started + timedelta(days=365)
    for post in posts:
        since = min(since + timedelta(days=rng.randint(300, 900)), date(2023, 9, 1))
        held.append((since, None if rng.random() < 0.6 else min(since + timedelta(days=700), date(2024, 1, 31)), post,
                     f"高{rng.choice('一二三')}年级部"))  # fmt: skip
    honours = ((date(2022, 9, 10), "校优秀教师"),) if rng.random() < 0.5 else ()
    return Teacher(data, tuple(held), honours)


def some_name(rng: Random, gender: str) -> str:
    """An ordinary name."""
    given = rng.sample(GIVEN_MALE if gender == "male" else GIVEN_FEMALE, rng.choice((1, 2, 2)))
    return rng.choice(SURNAMES) + "".join(given)


def colleagues(rng: Random, count: int, first_number: int) -> list[Teacher]:
    """The rest of the staff: the hard names first, then ordinary ones."""
    found = []
    posts = ("homeroom_teacher", "lesson_group_leader", "subject_director", "club_advisor", "middle_manager",
             "senior_homeroom_teacher", "youth_league_committee", "branch_secretary")  # fmt: skip
    for index in range(count):
        if index < len(HARD_NAMES):
            name, gender = HARD_NAMES[index]
        else:
            gender = rng.choice(("male", "female"))
            name = some_name(rng, gender)
        leap = index % 47 == 0
        born = date(1988, 2, 29) if leap else date(1964, 3, 1) + timedelta(days=rng.randint(0, 34 * 365))
        held = tuple(rng.sample(posts, rng.choice((0, 1, 1, 2))))
        found.append(teacher(rng, born, name, gender, first_number + index, held))
    return found
