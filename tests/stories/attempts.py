"""More that a clerk might try: yearly grades, ends before the term's, leaving and returning, lists of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import rule

from domain.school import name_of
from tests.support.scenario import BATCH
from tests.support.stages import Programme, excepted

# How many days ago something happened, or will have; the how-manieth of what there is; the reason given for it.
AGO = st.sampled_from([0, 0, 0, 1, 2, 5, 10, 20, 40, 70, 100, -1])
PICK = st.integers(0, 20)
WHY = st.sampled_from(["另有说明", "另有说明", "另有说明", None])
YEARS = st.sampled_from([2024, 2024, 2024, 2025, 2026, 2027])
GRADES = st.sampled_from(["excellent", "qualified", "deferred", "termination_recommended"])
# A cause of an early end, with the matter that is voted on for it, or another.
EARLY = st.sampled_from(
    [("promoted", "early_promotion"), ("withdrawn", "withdrawal"), ("terminated", "termination")] * 2
    + [("withdrawn", "termination"), ("disqualified", "withdrawal")]
)


class FurtherAttempts:
    """Rules for a machine that has a school, its people, their votes, and ways to try commands."""

    school: Programme
    people: list[str]
    votes: list[dict[str, Any]]
    tries: Any
    together: Any
    who: Any
    voted: Any
    one: Any
    _request: Any

    @rule(pick=PICK, ago=AGO, year=YEARS, grade=GRADES, other=GRADES, why=WHY)
    def grade_a_year(self, pick: int, ago: int, year: int, grade: str, other: str, why: str | None) -> None:
        """From the opening to the close, now and then with another grade than was voted."""
        of_year, who = {"batch": BATCH, "year": year}, self.who(pick) | {"year": year}
        self.tries("open-review", ago, **of_year)
        self.tries("submit-self-summary", ago, **who, text="本年度总结", reason=why)
        self.tries("propose-grade", ago, **who, grade=grade, comment="同意", reason=why)
        resolution = self.voted(ago, who["person"], "grade", year=year, grade=grade)
        confirmed = grade if pick % 5 else other
        self.tries("confirm-grade", ago, **who, grade=confirmed, resolution=resolution, reason=why)
        self.tries("close-review", ago, **of_year)

    @rule(pick=PICK, ago=AGO, year=YEARS, why=WHY)
    def waive_a_grade(self, pick: int, ago: int, year: int, why: str | None) -> None:
        who = self.who(pick)
        rests_on = self.voted(ago, who["person"], "exception", rule="E1.waived", year=year) if pick % 2 else None
        exceptions = excepted("E1.waived", by=rests_on) if rests_on else []
        self.tries("waive-grade", ago, **who, year=year, reason=why, exceptions=exceptions)

    @rule(pick=PICK, ago=AGO, year=YEARS, grade=GRADES)
    def resolve_a_deferred_grade(self, pick: int, ago: int, year: int, grade: str) -> None:
        who = self.who(pick)
        resolution = self.voted(ago, who["person"], "grade", year=year, grade=grade)
        self.tries("resolve-deferred-grade", ago, **who, year=year, grade=grade, resolution=resolution, reason="逾期")

    @rule(pick=PICK, ago=AGO, early=EARLY, agree=st.sampled_from([3, 3, 1]), why=WHY)
    def end_early(self, pick: int, ago: int, early: tuple[str, str], agree: int, why: str | None) -> None:
        who, (cause, matter) = self.who(pick), early
        resolution = self.voted(ago, who["person"], matter, agree=agree, disagree=3 - agree)
        self.tries("end-membership", ago, **who, cause=cause, resolution=resolution, reason=why)

    @rule(pick=PICK, ago=AGO)
    def come_back(self, pick: int, ago: int) -> None:
        self.tries("record-return", ago, person=self.one(pick, self.people), text="调回")

    @rule(pick=PICK, ago=AGO, days=st.sampled_from([-400, -30, 30, 400]), excused=st.booleans())
    def admit_for_another_length(self, pick: int, ago: int, days: int, excused: bool) -> None:
        """A term that ends on another day than the cycle's (O3)."""
        vote = self.one(pick, self.votes)
        ends_on = self.school.today + timedelta(days=1000 + days)
        length = {"rule": "O3.length", "round": vote["round"], "tier": vote["tier"]}
        rests_on = self.voted(ago, vote["person"], "exception", **length)
        exceptions = excepted("O3.length", by=rests_on) if excused else []
        self.tries("admit-candidate", ago, **vote, ends_on=ends_on, exceptions=exceptions, reason="须说明")

    @rule(pick=PICK, ago=AGO, opens=st.booleans())
    def announce(self, pick: int, ago: int, opens: bool) -> None:
        """What a meeting decided; then the places that the first round leaves."""
        resolution = self.one(pick, self.votes)["resolution"]
        held = self.school.known.maker("resolution", resolution)
        meeting = getattr(held.event, "meeting", None) if held else None
        told = {"batch": BATCH, "meeting": meeting or "m-000000", "channel": "公告栏"}
        self.tries("announce-result", ago, **told, reason="须说明")
        if opens:
            self.tries("open-initial-vacancies", ago, batch=BATCH)

    @rule(pick=PICK, known=st.booleans(), same_as=st.sampled_from([None, "new"]), whole=st.booleans())
    def bring_in_a_list(self, pick: int, known: bool, same_as: str | None, whole: bool) -> None:
        """Rows of a list, each by itself or all in one transaction; one may be somebody on file, one a namesake."""
        on_file = name_of(self.school.facts(), self.one(pick, self.people)) if known else f"来人{pick}"
        rows = [
            {"name": name, "gender": "male", "birth_date": "1985-05-01", "staff_number": number, "same_as": same_as}
            for name, number in ((on_file, f"L{pick}"), (f"同来{pick % 3}", None), ("同来0", f"L{pick % 4}"))
        ]
        if whole:
            self.together([("register-person", row, self._request("名册")) for row in rows])
        else:
            for row in rows:
                self.tries("register-person", 0, **row)
