"""The third batch: another plan file, the same course, told as far as its first month."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from api.demo.cast import NEXT_CAST, School, Trainee
from api.demo.narrator import Narrator
from api.demo.selecting import Selection
from api.demo.training import Training
from domain.plan import shipped_plan

BATCH = "2027-third"
START = date(2027, 3, 15)


def third_plan() -> bytes:
    """The shipped file with its own dates and name. Another batch is another file."""
    text = shipped_plan().decode().replace("2024-second", BATCH).replace("第二批", "第三批").replace("Second", "Third")
    text = text.replace("2024-03-14", str(START)).replace("2024-03-13", "2027-03-14")
    return re.sub("= 2024-", "= 2027-", text).encode()


@dataclass
class NextBatch:
    """One round with candidates of its own, who are in training from then on; two come from the batch before."""

    n: Narrator
    before: School
    batch_before: str

    def begin(self) -> None:
        """Publish the plan, and put the rest on the agenda."""
        people = [self.before.trainees.pop(part.role) for part in NEXT_CAST]
        self.school = replace(self.before, trainees={trainee.part.role: trainee for trainee in people})
        self.selection = Selection(self.n, self.school, BATCH)
        self.training = Training(self.n, self.school, BATCH, START)
        self.publish()
        for day, act in (
            (date(2027, 3, 4), lambda: self.nominate(people)),
            (date(2027, 3, 10), lambda: self.assess(people)),
            (START, lambda: self.decide(people)),
            (date(2027, 3, 18), self.fill),
            (date(2027, 3, 29), lambda: self.training.measures(START.year)),
            (date(2027, 4, 9), self.training.joining_forms),
        ):
            self.n.at(day, act)

    def publish(self) -> None:
        n, committee = self.n, self.school.committee
        n.do("publish-plan", toml=third_plan().decode(), document="通一中党〔2027〕4号")
        members = [{"person": p, "office": "组长" if p == committee[0] else "组员"} for p in committee[:5]]
        n.do("form-leading-group", batch=BATCH, chair=committee[0], members=members)

    def nominate(self, people: list[Trainee]) -> None:
        for trainee in people:
            self.selection.nominate(trainee)
            self.selection.nominate_widely(trainee)
        self.selection.tally(people)
        self.n.do("reschedule-step", batch=BATCH, step="assess", starts_on="2027-03-06", ends_on="2027-03-12",
                  reason="考评组提前完成，为党委会留出准备时间。")  # fmt: skip

    def assess(self, people: list[Trainee]) -> None:
        for trainee in people:
            self.selection.assess(trainee)
            self.selection.shortlist(trainee)

    def decide(self, people: list[Trainee]) -> None:
        meeting = self.selection.meet("党委会 2027年第6次会议")
        for trainee in people:
            trainee.resolution = self.selection.vote(meeting, trainee, (9, 0, 0))
            self.selection.admit(trainee)
        self.n.do("announce-result", batch=BATCH, meeting=meeting, channel="校务公开栏")

    def fill(self) -> None:
        """Who was advanced comes in; the place that is left stays open."""
        self.advance("advanced_to_three", "three")
        self.advance("suspended", "four", reason="年龄略低于左右范围，一贯表现突出。")
        self.n.do("open-initial-vacancies", batch=BATCH)

    def advance(self, role: str, tier: str, reason: str | None = None) -> None:
        """Into a higher tier of this batch, by the outcome in the batch before."""
        former = self.before.trainees[role]
        self.n.do("advance-member", person=former.person, batch=self.batch_before, reason=reason)
        part = replace(former.part, tier=tier)
        self.school.trainees[role] = Trainee(part, former.person, joined=self.n.today)
