"""The story's 培养 and 年度考核: three training years of study, measures, material, talks and grades."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.demo.cast import School, Trainee
from api.demo.narrator import Narrator
from api.demo.selecting import Selection

TOPICS = (("学习党的二十大精神", ["political"], 2.0), ("师德师风专题", ["ethics"], 2.0), ("新课程标准解读", ["professional"], 3.0),
          ("学校管理实务", ["ability"], 3.0), ("法规制度学习", ["political", "ethics"], 2.0), ("课堂观察与评课", ["professional"], 2.5),
          ("家校沟通案例研讨", ["ability"], 2.0), ("廉洁从教警示教育", ["ethics"], 1.5))  # fmt: skip
FORMS = (
    ("survey_report", "调查报告"),
    ("reflection", "学习体会"),
    ("study_notes", "学习笔记"),
    ("summary", "年度总结"),
)
PRACTICE = (("clubs", "指导天文社团开展观测活动。"), ("class_management", "协助班主任开展主题班会。"),
            ("student_management", "参与学生常规检查与讲评。"), ("lesson_group", "主持备课组集体备课。"),
            ("branch_activities", "承办党支部主题党日活动。"))  # fmt: skip


@dataclass
class Training:
    """Plans the ordinary course of a batch onto the agenda."""

    n: Narrator
    school: School
    batch: str
    start: date

    def plan_year(self, year: int) -> None:
        """Everything that recurs in one training year."""
        n, first = self.n, self.start.replace(year=year)
        for index, (title, areas, hours) in enumerate(TOPICS):
            n.at(first + timedelta(days=25 + 38 * index), lambda t=title, a=areas, h=hours: self.study(t, a, h, year))  # type: ignore[misc]
        n.at(first + timedelta(days=12), lambda: self.measures(year))
        n.at(first + timedelta(days=120), lambda: self.placements(year, "教务处" if year % 2 else "德育处"))
        for month in (60, 150, 240, 320):
            n.at(first + timedelta(days=month), self.activities)
        for day in (90, 270):
            n.at(first + timedelta(days=day), self.talks)
        for index, (form, title) in enumerate(FORMS):
            n.at(first + timedelta(days=250 + 20 * index), lambda f=form, t=title: self.file(f, t, year))  # type: ignore[misc]
        n.at(first + timedelta(days=330), lambda: self.close_measures(year))
        n.at(first + timedelta(days=340), lambda: self.make_up(year))

    def each(self, tier: str | None = None) -> list[Trainee]:
        """Everybody in training today; who is suspended sits out."""
        return [t for t in self.school.trained_on(self.n.today, tier) if t not in self.paused]

    def __post_init__(self) -> None:
        self.paused: list[Trainee] = []
        self.placed: dict[str, str] = {}
        self.paired: dict[str, str] = {}
        self.studied: set[tuple[str, int, str]] = set()
        self.filed: set[tuple[str, int, str]] = set()
        self.practised: Counter[str] = Counter()

    def about(self, trainee: Trainee) -> dict[str, Any]:
        return {"person": trainee.person, "batch": self.batch}

    def study(self, title: str, areas: list[str], hours: float, year: int) -> None:
        session = self.session(f"{title}（{year}）", areas, hours)
        came = {t.person: self.n.rng.random() >= 0.06 for t in self.each()}
        lines = [{"person": person, "attendance": "present" if there else "leave"} for person, there in came.items()]
        self.n.do("record-attendance", batch=self.batch, session=session, lines=lines)
        self.studied |= {(person, year, area) for person, there in came.items() if there for area in areas}

    def session(self, title: str, areas: list[str], hours: float) -> str:
        return self.n.made("hold-study-session", "session", batch=self.batch, title=title, areas=areas, hours=hours,
                           place="报告厅", speaker="党政办")  # fmt: skip

    def measures(self, year: int) -> None:
        """The pairings of 四 and the requirements and guides of 五, within thirty days."""
        for index, trainee in enumerate(self.each("four")):
            mentor = self.school.mentors[(index + year) % len(self.school.mentors)]
            self.paired[trainee.person] = self.n.made("pair-mentor", "record", **self.about(trainee), year=year, mentor=mentor,
                                                      mentor_post="middle_manager", goals="熟悉学校管理流程。")  # fmt: skip
        for trainee in self.each("five"):
            self.n.do("issue-requirement", **self.about(trainee), year=year, text="立足岗位，参与班级管理与社团指导，每学期完成一次总结。",
                      document=f"通一中党〔{year}〕9号")  # fmt: skip
            self.n.do("assign-guide", **self.about(trainee), kind="branch_secretary", guide=self.school.committee[2])
            self.n.do("assign-guide", **self.about(trainee), kind="grade_division", unit="高一年级部")

    def placements(self, year: int, department: str) -> None:
        for trainee in self.each("three"):
            self.placed[trainee.person] = self.n.made("start-placement", "record", **self.about(trainee),
                                                      department=department, role=f"干事（{year}）")  # fmt: skip

    def activities(self) -> None:
        for trainee in self.each("four"):
            if trainee.person in self.paired:
                self.n.do("record-mentoring", **self.about(trainee), record=self.paired[trainee.person],
                          text="跟岗一天，共同处理年级事务。")  # fmt: skip
        for trainee in self.each("five"):
            kind, text = PRACTICE[self.practised[trainee.person] % len(PRACTICE)]
            self.practised[trainee.person] += 1
            self.n.do("record-practice", **self.about(trainee), kind=kind, text=text)

    def talks(self) -> None:
        for trainee in self.each():
            self.n.do("hold-inspection-talk", **self.about(trainee), talker=self.school.committee[1],
                      text="思想稳定，工作积极，希望加强理论学习。")  # fmt: skip

    def file(self, form: str, title: str, year: int) -> None:
        for trainee in self.each():
            if trainee.part.role == "weak" and form == "study_notes":
                continue  # never handed in: a gap to be seen
            record = self.hand_in(trainee, form, title, year)
            if trainee.part.role == "weak" and (form, year) == ("survey_report", 2026):
                self.send_back(trainee, record)  # and never sees it again: another gap
                continue
            if form == "survey_report" and self.n.rng.random() < 0.2:
                self.send_back(trainee, record)
            self.n.do("accept-document", **self.about(trainee), record=record)

    def hand_in(self, trainee: Trainee, form: str, title: str, year: int) -> str:
        self.filed.add((trainee.person, year, form))
        text = f"{title}（{year}年度）\n{trainee.person}\n本年度在岗位上学习、实践与思考。\n"
        return self.n.made("file-document", "record", **self.about(trainee), form=form, title=f"{year}年度{title}",
                           year=year, evidence=[self.n.evidence(f"{title}-{year}.txt", text)])  # fmt: skip

    def send_back(self, trainee: Trainee, record: str) -> None:
        self.n.do("return-document", **self.about(trainee), record=record, text="请补充数据来源。")

    def make_up(self, year: int) -> None:
        """Before the year ends: an area that somebody missed, and the papers of who joined when they were due."""
        areas = sorted({area for _, covered, _ in TOPICS for area in covered})
        behind = [t.person for t in self.each() if any((t.person, year, area) not in self.studied for area in areas)]
        if behind:
            session = self.session(f"年度补课（{year}）", areas, 4.0)
            lines = [{"person": person, "attendance": "present"} for person in behind]
            self.n.do("record-attendance", batch=self.batch, session=session, lines=lines)
        for trainee in self.each():
            late = trainee.joined is not None and trainee.joined > self.start.replace(year=year)
            for form, title in FORMS if late else ():
                if (trainee.person, year, form) not in self.filed:
                    self.hand_in(trainee, form, title, year)

    def joining_forms(self) -> None:
        """信息表 and 培养登记表 of everybody who has none yet."""
        for trainee in self.each():
            for form, title in (("information_form", "后备干部信息表"), ("training_register", "培养登记表")):
                sha = self.n.evidence(f"{title}.txt", f"{title}\n{trainee.person}\n")
                self.n.do(
                    "file-document",
                    **self.about(trainee),
                    form=form,
                    title=title,
                    year=self.n.today.year,
                    evidence=[sha],
                )

    def close_measures(self, year: int) -> None:
        for trainee in self.each("three"):
            if trainee.person in self.placed:
                self.n.do("end-placement", **self.about(trainee), record=self.placed.pop(trainee.person),
                          appraisal="熟悉部门流程，能独立组织活动，表现优秀。")  # fmt: skip
        for trainee in self.each("four"):
            if trainee.person in self.paired:
                self.n.do("close-pairing", **self.about(trainee), record=self.paired.pop(trainee.person),
                          summary=f"{year}年度结对任务完成，管理能力有提高。")  # fmt: skip


@dataclass
class YearlyReview:
    """One year's evaluation: summaries, tallies, proposals, the committee's confirmation, acknowledgement."""

    n: Narrator
    school: School
    batch: str

    def grade_of(self, trainee: Trainee, year: int) -> str:
        """The grade the story wants."""
        role = trainee.part.role
        if (role, year) == ("deferred", 2025):
            return "deferred"
        if (role, year) == ("weak", 2026):
            return "termination_recommended"
        return (
            "excellent"
            if role in {"relaxed", "promoted", "advanced_to_three"} or self.n.rng.random() < 0.15
            else "qualified"
        )

    def hold(self, year: int, waived: tuple[str, ...] = ()) -> None:
        """The review of a training year, on one day of its last month."""
        n = self.n
        n.do("open-review", batch=self.batch, year=year)
        members = self.school.trained_on(n.today)
        graded = [t for t in members if t.part.role not in waived]
        grades = {t.person: self.grade_of(t, year) for t in graded}
        for trainee in graded:
            self.prepare(trainee, year, grades[trainee.person])
        selection = Selection(n, self.school, self.batch)
        meeting = selection.meet(f"党委会（{year}年度考核）", absent=1)
        for trainee in graded:
            grade = grades[trainee.person]
            resolution = selection.vote(meeting, trainee, (8, 0, 0), "grade", year=year, grade=grade, en_bloc=True)
            n.do(
                "confirm-grade", person=trainee.person, batch=self.batch, year=year, grade=grade, resolution=resolution
            )
            n.do("acknowledge-grade", person=trainee.person, batch=self.batch, year=year)
        for trainee in members:
            if trainee not in graded:
                self.waive(trainee, year, "列入培养不足六个月，本年度不评定等次。")
        n.at(date(year + 1, 3, 13), lambda: n.do("close-review", batch=self.batch, year=year))

    def waive(self, trainee: Trainee, year: int, reason: str) -> None:
        self.n.do("waive-grade", person=trainee.person, batch=self.batch, year=year, reason=reason)

    def prepare(self, trainee: Trainee, year: int, grade: str) -> None:
        """Summary, tally and the leading group's proposal for one member."""
        n = self.n
        about: dict[str, Any] = {"person": trainee.person, "batch": self.batch, "year": year}
        n.do(
            "submit-self-summary",
            **about,
            text="一年来认真完成培养任务，积极参加各项学习与岗位锻炼，努力改进不足。",
            capacity="self",
        )
        best = n.rng.randint(20, 34)
        n.do("tally-appraisal", **about, expected=46, present=45, issued=45, returned=44, valid=44, invalid=0,
             excellent=best, qualified=44 - best, deferred=0, termination_recommended=0)  # fmt: skip
        n.do(
            "propose-grade",
            **about,
            grade=grade,
            comment="经领导小组研究，提出本年度评价意见。",
            capacity="leading_group",
        )
