"""The story of the 2024 second batch from the plan to the end of the cycle, and the third batch's beginning.

It acts through the same commands as everyone. What must be refused is tried and kept, so that the demo can show it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from api.demo import next_batch
from api.demo.cast import CAST, NEXT_CAST, SUPPLEMENTS, Part, School, Trainee
from api.demo.incidents import Incidents
from api.demo.narrator import Narrator
from api.demo.next_batch import NextBatch
from api.demo.selecting import Selection, candidate
from api.demo.staff import Teacher, colleagues, teacher
from api.demo.training import Training, YearlyReview

ROLES = (*CAST, *SUPPLEMENTS.values(), *NEXT_CAST)
NOT_ADMITTED = ("not_voted", "postponed", "withdrawn")


@dataclass
class Story:
    """One school and one batch's life."""

    n: Narrator
    plan: bytes
    batch: str = "2024-second"
    staff_count: int = 165
    first_number: int = 1
    cast: tuple[Part, ...] = ROLES
    school: School = field(default_factory=School)

    start = date(2024, 3, 14)

    def tell(self) -> None:
        """Live through it all, and see the next batch begin."""
        self.plan_ahead(continued=True)
        self.n.tell()

    def plan_ahead(self, *, continued: bool) -> None:
        """Put it all on the agenda."""
        self.training = Training(self.n, self.school, self.batch, self.start)
        onward = next_batch.BATCH if continued else None
        incidents = Incidents(self.n, self.school, self.batch, self.start, self.training, onward)
        self.n.at(date(2024, 2, 26), self.register)
        self.n.at(date(2024, 3, 1), self.publish)
        self.n.at(date(2024, 3, 4), self.nominate)
        self.n.at(date(2024, 3, 7), self.late_nomination)
        self.n.at(date(2024, 3, 11), self.assess)
        self.n.at(date(2024, 3, 14), self.decide)
        incidents.plan()
        for year in (2024, 2025, 2026):
            self.training.plan_year(year)
        review = YearlyReview(self.n, self.school, self.batch)
        self.n.at(date(2025, 3, 6), lambda: review.hold(2024, waived=("supplement_five",)))
        self.n.at(date(2026, 3, 6), lambda: review.hold(2025, waived=("late_joiner",)))
        self.n.at(date(2027, 3, 3), lambda: review.hold(2026))
        if continued:
            self.n.at(date(2027, 3, 1), NextBatch(self.n, self.school, self.batch).begin)

    def register(self) -> None:
        """Everybody on file, with posts and honours of earlier years."""
        rng = self.n.rng
        for index, hired in enumerate(colleagues(rng, self.staff_count, self.first_number)):
            self.school.staff.append(self.put_on_file(hired))
            if index == 40:
                self.school.committee = self.committee()
        for index, part in enumerate(self.cast):
            number = self.first_number + self.staff_count + index
            candidate(
                self.school, part, self.put_on_file(teacher(rng, part.born, part.name, part.gender, number, part.posts))
            )
        self.school.mentors = self.school.staff[50:58]
        for mentor in self.school.mentors:
            self.n.do("record-post", on=date(2019, 9, 1), person=mentor, post="middle_manager", unit="教务处")

    def put_on_file(self, hired: Teacher) -> str:
        person = self.n.made("register-person", "person", **hired.data)
        for since, until, post, unit in hired.posts:
            record = self.n.made("record-post", "record", on=since, person=person, post=post, unit=unit)
            if until:
                self.n.do("end-post", on=until, person=person, record=record)
        for day, title in hired.honours:
            self.n.do("record-honour", on=day, person=person, title=title, awarded_by="学校")
        return person

    def committee(self) -> list[str]:
        """Nine of the staff sit on the Party committee, the secretary first."""
        members = self.school.staff[28:37]
        self.school.secretary_post = self.n.made("record-post", "record", on=date(2020, 8, 1), person=members[0],
                                                 post="party_secretary", unit="校党委")  # fmt: skip
        return members

    def publish(self) -> None:
        n = self.n
        n.do("publish-plan", toml=self.plan.decode(), document="通一中党〔2024〕6号")
        for step in ("announce", "nominate"):
            n.do("open-step", batch=self.batch, step=step)
        n.do("close-step", batch=self.batch, step="announce")
        chair = self.school.committee[0]
        members = [{"person": p, "office": "组长" if p == chair else "组员"} for p in self.school.committee[:5]]
        n.do("form-leading-group", batch=self.batch, chair=chair, members=members)

    def applicants(self) -> list[Trainee]:
        return [self.school.trainees[part.role] for part in CAST]

    def nominate(self) -> None:
        selection = Selection(self.n, self.school, self.batch)
        for trainee in self.applicants():
            if trainee.part.role != "weak":
                nomination = selection.nominate(trainee)
                selection.nominate_widely(trainee)
                if trainee.part.role == "withdrawn":
                    self.n.do("withdraw-nomination", person=trainee.person, batch=self.batch, nomination=nomination,
                              reason="推荐部门重复提交，撤回一份。")  # fmt: skip
        selection.tally([t for t in self.applicants() if t.part.role != "weak"])
        self.n.do("close-step", batch=self.batch, step="nominate")

    def late_nomination(self) -> None:
        """Two days after the window: refused without a reason, accepted and flagged with one."""
        selection, weak = Selection(self.n, self.school, self.batch), self.school.trainees["weak"]
        self.n.refuse("推荐期已过而没有理由", "nominate-candidate", person=weak.person, batch=self.batch, tier="five",
                      source="office", unit="德育处")  # fmt: skip
        selection.nominate(weak, "德育处", reason="部门公章当日外出使用，推荐表晚交两天。")
        self.n.do("open-step", batch=self.batch, step="assess")

    def assess(self) -> None:
        selection = Selection(self.n, self.school, self.batch)
        for trainee in self.applicants():
            selection.assess(trainee)
        relaxed, parity = self.school.trainees["relaxed"], self.school.trainees["promoted"]
        self.n.do("note-preference", person=parity.person, batch=self.batch, tier="three",
                  parity_with=[self.school.trainees["transferred"].person], experience=["homeroom_teacher"],
                  reason="与另一名人选条件相当，有班主任经历者优先。")  # fmt: skip
        self.n.refuse(
            "46 岁超过 45 周岁而未申请例外",
            "shortlist-candidate",
            person=relaxed.person,
            batch=self.batch,
            tier="three",
        )
        sha = self.n.evidence("放宽年龄说明.txt", "连续三年获市级表彰，表现特别突出，申请放宽年龄。\n")
        for trainee in self.applicants():
            role = trainee.part.role
            if role == "relaxed":
                selection.shortlist(trainee, evidence=[sha], exceptions=[
                    {"rule": "T1.age", "reason": "表现特别突出，适当放宽年龄。", "approver": "学校党委"}])  # fmt: skip
            elif role == "outside_band":
                selection.shortlist(trainee, reason="年龄略超左右范围，管理经验丰富。")
            elif role != "withdrawn":
                selection.shortlist(trainee)
        self.n.do("close-step", batch=self.batch, step="assess")

    def decide(self) -> None:
        """The committee's day: a vote per person, admission, the places left open."""
        selection, n = Selection(self.n, self.school, self.batch), self.n
        n.do("open-step", batch=self.batch, step="decide")
        meeting = selection.meet("党委会 2024年第5次会议")
        spouse = self.school.trainees["transferred"]
        n.do("declare-recusal", person=spouse.person, batch=self.batch, meeting=meeting, member=self.school.committee[4],
             because="系人选配偶，申请回避。")  # fmt: skip
        for trainee in self.applicants():
            self.vote_on(selection, meeting, trainee)
        extra = self.school.trainees["not_voted"]
        n.refuse("没有通过的决议", "admit-candidate", person=extra.person, batch=self.batch, tier="five",
                 resolution=extra.resolution)  # fmt: skip
        n.do("announce-result", batch=self.batch, meeting=meeting, channel="校务公开栏")
        n.do("close-step", batch=self.batch, step="decide")
        n.do("open-initial-vacancies", batch=self.batch)

    def vote_on(self, selection: Selection, meeting: str, trainee: Trainee) -> None:
        role = trainee.part.role
        if role == "withdrawn":
            return
        votes = (7, 0, 1) if role == "transferred" else trainee.part.votes
        trainee.resolution = selection.vote(meeting, trainee, votes, deferred=role == "postponed")
        if role not in NOT_ADMITTED:
            selection.admit(trainee)
