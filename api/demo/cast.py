"""Who plays in the story of a batch: the trainees with their parts, and the people around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Part:
    """One candidate as the story wants it: tier, birth, posts, and whether the committee admits."""

    role: str
    name: str
    gender: str
    born: date
    tier: str
    posts: tuple[str, ...]
    admitted: bool = True
    votes: tuple[int, int, int] = (8, 0, 1)


CAST: tuple[Part, ...] = (
    Part(
        "relaxed", "顾晓玥", "female", date(1977, 9, 3), "three", ("homeroom_teacher", "grade_leader")
    ),  # 46 years old
    Part("promoted", "单明远", "male", date(1983, 6, 18), "three", ("lesson_group_leader", "homeroom_teacher")),
    Part("transferred", "仇建国", "male", date(1981, 11, 2), "three", ("subject_director",)),
    Part("advanced_to_three", "沈佳宁", "female", date(1988, 2, 29), "four", ("homeroom_teacher",)),
    Part("appealed", "曾志远", "male", date(1989, 5, 21), "four", ("homeroom_teacher", "club_advisor")),
    Part("deferred", "解雨桐", "female", date(1990, 1, 15), "four", ("lesson_group_leader",)),
    Part("outside_band", "朴正宇", "male", date(1984, 8, 9), "four", ("homeroom_teacher",)),  # 39: a caution
    Part("extended", "欧阳珺", "female", date(1994, 4, 30), "five", ("club_advisor",)),
    Part("disqualified", "查一鸣", "male", date(1993, 7, 7), "five", ("homeroom_teacher",)),
    Part("suspended", "区晓堃", "male", date(1995, 10, 11), "five", ("youth_league_committee",)),
    Part("weak", "盖思远", "male", date(1992, 12, 24), "five", ("homeroom_teacher",)),
    Part("not_voted", "陆昇", "male", date(1994, 1, 9), "five", ("homeroom_teacher",), admitted=False, votes=(4, 4, 1)),
    Part("postponed", "钱頔", "male", date(1986, 3, 3), "four", ("subject_director",), admitted=False, votes=(2, 1, 6)),
    Part("withdrawn", "冯淼", "female", date(1990, 6, 6), "four", ("homeroom_teacher",), admitted=False),
)

# Who fills the places that open later.
SUPPLEMENTS: dict[str, Part] = {
    "initial": Part("supplement_five", "瞿喆", "male", date(1995, 3, 12), "five", ("homeroom_teacher",)),
    "four": Part("supplement_four", "薛赟", "female", date(1989, 9, 9), "four", ("lesson_group_leader",)),
    "five": Part("late_joiner", "贾玙", "female", date(1996, 2, 29), "five", ("club_advisor",)),
}

NEXT_CAST: tuple[Part, ...] = (
    Part("third_a", "邵晞", "female", date(1985, 5, 5), "three", ("grade_leader",)),
    Part("third_b", "龚翀", "male", date(1984, 10, 1), "three", ("subject_director",)),
    Part("third_c", "万璟", "female", date(1992, 8, 8), "four", ("homeroom_teacher",)),
    Part("third_d", "武昇", "male", date(1991, 4, 4), "four", ("homeroom_teacher",)),
    Part("third_e", "石镕", "male", date(1993, 1, 1), "four", ("lesson_group_leader",)),
    Part("third_f", "乐淼", "female", date(1998, 2, 2), "five", ("club_advisor",)),
    Part("third_g", "祁翊", "male", date(1997, 7, 17), "five", ("homeroom_teacher",)),
    Part("third_h", "闵喆", "male", date(1999, 9, 19), "five", ("youth_league_committee",)),
    Part("third_i", "于赟", "female", date(1998, 12, 12), "five", ("homeroom_teacher",)),
)


@dataclass
class Trainee:
    """A part with the ids it got."""

    part: Part
    person: str
    resolution: str = ""
    membership: str = ""
    joined: date | None = None
    left: date | None = None

    def in_training(self, day: date) -> bool:
        """Whether something done on the day is training of this person."""
        return self.joined is not None and self.joined <= day and (self.left is None or day < self.left)


@dataclass
class School:
    """The people of the story by their ids."""

    committee: list[str] = field(default_factory=list)
    secretary_post: str = ""
    staff: list[str] = field(default_factory=list)
    mentors: list[str] = field(default_factory=list)
    trainees: dict[str, Trainee] = field(default_factory=dict)

    def trained_on(self, day: date, tier: str | None = None) -> list[Trainee]:
        """Everybody in training on a day, of one tier or all."""
        return [t for t in self.trainees.values() if t.in_training(day) and tier in (None, t.part.tier)]
