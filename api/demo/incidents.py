"""The story's turns: notice and objection, cases and an appeal, supplements, corrections, and the end of the cycle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from api.demo.cast import School, Trainee
from api.demo.narrator import Narrator
from api.demo.selecting import Selection
from api.demo.training import Training
from domain import school
from domain.bounds import day_name

OUTCOMES = {
    "relaxed": {"outcome": "promoted"}, "promoted": {"outcome": "promoted"},
    "advanced_to_three": {"outcome": "advanced", "to_tier": "three"},
    "suspended": {"outcome": "advanced", "to_tier": "four"},
    "extended": {"outcome": "extended", "extended_to": "2027-06-13"},
}  # fmt: skip


@dataclass
class Incidents:
    """Everything that does not recur."""

    n: Narrator
    people: School
    batch: str
    start: date
    training: Training
    next_batch: str | None = None

    def plan(self) -> None:
        """Put the turns on the agenda."""
        at = self.n.at
        at(date(2024, 3, 15), self.open_notice)
        at(date(2024, 3, 18), self.object_to)
        at(date(2024, 3, 25), lambda: self.n.do("close-notice", batch=self.batch))
        at(date(2024, 4, 8), self.training.joining_forms)
        at(date(2024, 6, 3), self.correct_mistakes)
        at(date(2024, 9, 2), lambda: self.supplement("supplement_five", date(2024, 9, 9)))
        at(date(2024, 10, 8), self.suspend)
        at(date(2024, 10, 21), self.withdraw_mistake)
        at(date(2024, 11, 4), self.unfounded_concern)
        at(date(2025, 1, 6), self.resume)
        at(date(2025, 1, 10), lambda: self.n.do("change-person-fact", person=self.who("advanced_to_three").person,
                                                field="title", now="高级教师"))  # fmt: skip
        at(date(2025, 2, 10), self.amend_plan)
        at(date(2025, 4, 7), self.case_of_complaints)
        at(date(2025, 5, 12), lambda: self.supplement("supplement_four", date(2025, 5, 19)))
        at(date(2025, 6, 20), self.uphold_appeal)
        at(date(2025, 7, 3), self.overfill)
        at(date(2025, 8, 25), self.change_secretary)
        at(date(2025, 11, 3), self.case_of_integrity)
        at(date(2025, 12, 22), lambda: self.supplement("late_joiner", date(2025, 12, 29)))
        at(date(2026, 1, 20), self.reject_appeal)
        at(date(2026, 4, 20), self.transfer_out)
        at(date(2026, 6, 15), self.resolve_deferred)
        at(date(2027, 2, 22), self.assess_cycle)
        at(date(2027, 3, 8), self.decide_outcomes)
        at(date(2027, 3, 22), self.record_promotions)
        at(date(2027, 3, 29), self.train_on)
        at(date(2027, 6, 7), self.enter_register)
        at(date(2027, 6, 11), self.decide_extended)
        at(date(2027, 6, 21), lambda: self.n.do("close-batch", batch=self.batch))

    def who(self, role: str) -> Trainee:
        return self.people.trainees[role]

    def selection(self, turn: str = "initial") -> Selection:
        return Selection(self.n, self.people, self.batch, turn)

    def position_of(self, person: str) -> int:
        """Where the registration of a person stands in the log."""
        made = self.n.office.known().maker("person", person)
        assert made is not None, "everybody in the story is registered"
        return made.position

    def open_notice(self) -> None:
        self.n.do("open-notice", batch=self.batch, place="校园网与公开栏")

    def object_to(self) -> None:
        person = self.who("promoted").person
        record = self.n.made(
            "receive-objection", "record", person=person, batch=self.batch, text="反映其赛课成绩登记有误。"
        )
        self.n.do("resolve-objection", person=person, record=record, upheld=False, text="经核对原始证书，登记无误。")

    def correct_mistakes(self) -> None:
        """A birth date typed wrongly; the assessment keeps what it was judged on."""
        promoted = self.who("promoted")
        self.n.do("correct-event", position=self.position_of(promoted.person), changes={"birth_date": "1983-06-16"},
                  reason="核对身份证件，录入时日期写错。")  # fmt: skip
        self.n.do("hold-inspection-talk", on=date(2024, 5, 10), person=promoted.person, batch=self.batch,
                  talker=self.people.committee[1], text="期初谈话，当日未及时登记。", reason="整理笔记时发现漏登。")  # fmt: skip

    def withdraw_mistake(self) -> None:
        person = self.who("deferred").person
        position = self.n.do("record-honour", on=date(2024, 10, 10), person=person, title="市级教学能手").position
        self.n.do("withdraw-event", position=position, reason="证书属同名教师，误登。")

    def suspend(self) -> None:
        trainee = self.who("suspended")
        self.n.do(
            "suspend-membership",
            person=trainee.person,
            batch=self.batch,
            text="借调市教育局一学期。",
            reason="借调，期间不安排培养。",
        )
        self.training.paused.append(trainee)

    def resume(self) -> None:
        trainee = self.who("suspended")
        self.n.do("resume-membership", person=trainee.person, batch=self.batch)
        self.training.paused.remove(trainee)

    def unfounded_concern(self) -> None:
        case = self.raise_concern("outside_band", "teacher_ethics", "反映其课后收费辅导。")
        self.n.do("dismiss-concern", case=case, text="经走访学生与家长，情况不实。", capacity="discipline_officer")

    def raise_concern(self, role: str, ground: str, text: str) -> str:
        return self.n.made("raise-concern", "case", person=self.who(role).person, batch=self.batch, ground=ground,
                           raised_by="教职工来信", text=text, capacity="discipline_officer")  # fmt: skip

    def amend_plan(self) -> None:
        selection = self.selection()
        meeting = selection.meet("党委会 2025年第2次会议")
        resolution = self.n.made("pass-resolution", "resolution", batch=self.batch, meeting=meeting, matter="plan",
                                 agree=9, disagree=0, abstain=0, text="结对期限由30日改为45日。")  # fmt: skip
        self.n.do("amend-plan", batch=self.batch, changes={"training.pairing_within_days": 45}, resolution=resolution,
                  reason="开学初工作集中，结对期限放宽。")  # fmt: skip

    def case_of_complaints(self) -> None:
        """A disqualification by the book, later revoked."""
        n, trainee = self.n, self.who("appealed")
        self.case = case = self.raise_concern("appealed", "complaints", "年级组多名教师联名反映其推诿工作。")
        n.at(date(2025, 4, 15), lambda: n.do("verify-concern", case=case, facts_found="反映的三件事中两件属实。",
                                             capacity="discipline_officer"))  # fmt: skip
        n.at(
            date(2025, 4, 18),
            lambda: n.do("hear-person", case=case, statement="承认沟通不足，对其中一件有不同意见。"),
        )
        n.at(date(2025, 4, 21), lambda: n.do("propose-disqualification", case=case, text="建议取消培养资格。",
                                             capacity="leading_group"))  # fmt: skip
        n.at(date(2025, 4, 24), lambda: self.disqualify(trainee, case))
        n.at(date(2025, 5, 8), lambda: n.do("lodge-appeal", person=trainee.person, case=case, text="请求复核第二件事的责任认定。",
                                            capacity="self"))  # fmt: skip

    def disqualify(self, trainee: Trainee, case: str) -> None:
        selection = self.selection()
        meeting = selection.meet(f"党委会（{day_name(self.n.today).zh}）")
        resolution = selection.vote(meeting, trainee, (7, 1, 1), "disqualification", case=case)
        self.n.do("decide-disqualification", case=case, resolution=resolution, capacity="committee_secretary")
        trainee.left = self.n.today
        self.training.paired.pop(trainee.person, None)
        self.n.do("notify-decision", person=trainee.person, case=case)

    def uphold_appeal(self) -> None:
        """Restored into a place that is filled by now: the place rule asks for a reason."""
        trainee = self.who("appealed")
        selection = self.selection()
        meeting = selection.meet("党委会（申诉复核）")
        resolution = selection.vote(meeting, trainee, (8, 0, 1), "appeal", case=self.case, upheld=True)
        about: dict[str, Any] = {"person": trainee.person, "case": self.case, "upheld": True, "resolution": resolution,
                                 "text": "责任认定有误，撤销原决定。"}  # fmt: skip
        self.n.refuse("名额已补足而没有理由", "decide-appeal", **about)
        self.n.do("decide-appeal", **about, reason="名额已增补，恢复后四梯队暂多一人，按左右掌握。")
        trainee.left = None

    def overfill(self) -> None:
        """A second one over the target: an exception is needed, and nobody granted one.

        So the resolution is not carried out, and its result never announced: a gap to be seen.
        """
        trainee = self.who("postponed")
        selection = self.selection()
        meeting = selection.meet("党委会 2025年第9次会议")
        trainee.resolution = selection.vote(meeting, trainee, (8, 0, 1), reason="上次会议暂缓，本次补议。")
        self.n.refuse("超过四梯队目标而没有例外", "admit-candidate", person=trainee.person, batch=self.batch, tier="four",
                      resolution=trainee.resolution)  # fmt: skip

    def change_secretary(self) -> None:
        """The secretary's post ends; the group is headed by the new one."""
        first, second = self.people.committee[:2]
        self.n.do("end-post", person=first, record=self.people.secretary_post)
        self.n.do("record-post", person=second, post="party_secretary", unit="校党委")
        self.people.committee = [second, first, *self.people.committee[2:]]
        members = [{"person": p, "office": "组长" if p == second else "组员"} for p in self.people.committee[:5]]
        self.n.do("change-leading-group", batch=self.batch, chair=second, members=members, reason="党委书记调整。")

    def enter_register(self) -> None:
        """The members of the committee and of the group, entered late; one is released, another follows."""
        first, *others = self.people.committee
        records = [self.n.made("appoint-group-member", "record", on=date(2024, 2, 26), person=person,
                               group="party_committee", office="书记" if person == first else "委员")
                   for person in self.people.committee]  # fmt: skip
        self.n.do("release-group-member", on=date(2027, 6, 7), person=others[-1], record=records[-1])
        self.n.do("appoint-group-member", on=date(2027, 6, 7), person=self.people.staff[40], group="party_committee",
                  office="委员")  # fmt: skip
        self.people.committee = [first, *others[:-1], self.people.staff[40]]
        self.n.do("appoint-group-member", on=date(2024, 3, 1), person=first, group="leading_group", office="组长")

    def case_of_integrity(self) -> None:
        n, trainee = self.n, self.who("disqualified")
        case = self.second_case = self.raise_concern("disqualified", "integrity", "反映其收受家长礼品。")
        n.do("suspend-membership", person=trainee.person, batch=self.batch, case=case, reason="核查期间暂停培养。")
        self.training.paused.append(trainee)
        n.at(date(2025, 11, 17), lambda: n.do("verify-concern", case=case, facts_found="收受礼品属实，已退还。",
                                              capacity="discipline_officer"))  # fmt: skip
        n.at(date(2025, 11, 20), lambda: n.do("waive-hearing", case=case, reason="本人书面放弃申辩。"))
        n.at(date(2025, 11, 24), lambda: n.do("propose-disqualification", case=case, text="建议取消培养资格。",
                                              capacity="leading_group"))  # fmt: skip
        n.at(date(2025, 12, 4), lambda: self.disqualify(trainee, case))
        n.at(date(2025, 12, 8), self.refused_motion)

    def refused_motion(self) -> None:
        """The first motion to fill the place finds no majority."""
        motion = self.move(date(2025, 12, 15))
        n, selection = self.n, self.selection()
        meeting = selection.meet("党委会 2025年第16次会议")
        resolution = n.made("pass-resolution", "resolution", batch=self.batch, meeting=meeting, matter="supplement",
                            round=motion, agree=3, disagree=4, abstain=2)  # fmt: skip
        n.do("refuse-motion", batch=self.batch, motion=motion, resolution=resolution)

    def reject_appeal(self) -> None:
        trainee = self.who("disqualified")
        self.n.do("lodge-appeal", person=trainee.person, case=self.second_case, text="请求从轻处理。", capacity="self")
        selection = self.selection()
        meeting = selection.meet("党委会 2026年第1次会议")
        resolution = selection.vote(meeting, trainee, (9, 0, 0), "appeal", case=self.second_case, upheld=False)
        self.n.do("decide-appeal", person=trainee.person, case=self.second_case, upheld=False, text="维持原决定。",
                  resolution=resolution)  # fmt: skip

    def open_vacancy(self) -> str:
        """The vacancy that waits."""
        return school.open_vacancies(self.n.office.known().on(self.n.today), self.batch)[0].key

    def move(self, first: date) -> str:
        return self.n.made("raise-motion", "motion", batch=self.batch, vacancies=[self.open_vacancy()], capacity="leading_group",
                           windows=self.selection().windows(first), text="建议按程序增补一名培养对象。")  # fmt: skip

    def supplement(self, role: str, first: date) -> None:
        """Motion, consent, and a round of its own."""
        n, vacancy = self.n, self.open_vacancy()
        motion = self.move(first)
        selection = self.selection(motion)
        meeting = selection.meet(f"党委会（增补动议，{day_name(n.today).zh}）")
        resolution = n.made("pass-resolution", "resolution", batch=self.batch, meeting=meeting, matter="supplement",
                            round=motion, agree=9, disagree=0, abstain=0)  # fmt: skip
        n.do("consent-to-motion", batch=self.batch, motion=motion, resolution=resolution)
        selection.whole_round(self.who(role), vacancy, first)
        self.welcome(role, first)

    def welcome(self, role: str, first: date) -> None:
        """Within thirty days the newcomer has forms, and the measure of the tier."""
        n, trainee = self.n, self.who(role)
        day = date.fromordinal(first.toordinal() + 25)

        def settle() -> None:
            about = self.training.about(trainee)
            for form, title in (("information_form", "后备干部信息表"), ("training_register", "培养登记表")):
                sha = n.evidence(f"{title}.txt", f"{title}\n{trainee.person}\n")
                n.do("file-document", **about, form=form, title=title, year=self.year(), evidence=[sha])
            if trainee.part.tier == "four":
                self.training.paired[trainee.person] = n.made(
                    "pair-mentor",
                    "record",
                    **about,
                    year=self.year(),
                    mentor=self.people.mentors[0],
                    mentor_post="middle_manager",
                )
            if trainee.part.tier == "five":
                n.do("issue-requirement", **about, year=self.year(), text="尽快熟悉岗位，参加社团指导。")
                n.do("assign-guide", **about, kind="branch_secretary", guide=self.people.committee[2])

        n.at(day, settle)

    def year(self) -> int:
        """The training year of today."""
        today = self.n.today
        return today.year - ((today.month, today.day) < (self.start.month, self.start.day))

    def transfer_out(self) -> None:
        trainee = self.who("transferred")
        self.n.do("record-leaving", person=trainee.person, cause="transferred", text="调往市教育局。")
        trainee.left = self.n.today
        self.n.at(date(2026, 9, 1), lambda: self.n.do("record-return", person=trainee.person, text="由市教育局调回。"))
        self.training.placed.pop(trainee.person, None)
        vacancy = self.open_vacancy()
        self.n.at(date(2026, 5, 11), lambda: self.n.do("cancel-vacancy", batch=self.batch, vacancy=vacancy,
                                                       reason="距周期结束不足一年，不再增补。"))  # fmt: skip

    def resolve_deferred(self) -> None:
        trainee = self.who("deferred")
        selection = self.selection()
        meeting = selection.meet("党委会 2026年第8次会议")
        resolution = selection.vote(meeting, trainee, (8, 0, 1), "grade", year=2025, grade="qualified")
        self.n.do("resolve-deferred-grade", person=trainee.person, batch=self.batch, year=2025, grade="qualified",
                  resolution=resolution)  # fmt: skip

    def assess_cycle(self) -> None:
        for trainee in self.people.trained_on(self.n.today):
            self.n.do(
                "assess-cycle", person=trainee.person, batch=self.batch, text="培养期内完成各项任务，考察情况属实。"
            )

    def decide_outcomes(self) -> None:
        selection = self.selection()
        meeting = selection.meet("党委会 2027年第5次会议", absent=1)
        for trainee in self.people.trained_on(self.n.today):
            decided = OUTCOMES.get(trainee.part.role, {"outcome": "terminated"})
            onward = {"to_batch": self.next_batch} if decided["outcome"] == "advanced" else {}
            self.decide_outcome(selection, meeting, trainee, decided | onward)

    def decide_outcome(self, selection: Selection, meeting: str, trainee: Trainee, decided: dict[str, Any]) -> None:
        votes = (8, 0, 0) if self.n.today.month == 3 else (9, 0, 0)
        put = {name: decided[name] for name in ("outcome", "extended_to") if name in decided}
        resolution = selection.vote(meeting, trainee, votes, "outcome", **put, en_bloc=True)
        self.n.do("decide-outcome", person=trainee.person, batch=self.batch, resolution=resolution, **decided)
        if decided["outcome"] != "extended":
            trainee.left = date(2027, 3, 14)

    def record_promotions(self) -> None:
        for role, post in (("relaxed", "德育处副主任"), ("promoted", "教务处副主任")):
            person = self.who(role).person
            self.n.do("record-promotion", person=person, batch=self.batch, post=post, document="通一中党〔2027〕12号")
            self.n.do("hand-over-dossier", person=person, batch=self.batch, to="市教育局人事处")

    def train_on(self) -> None:
        """The extension reaches into another training year, which has its own requirement."""
        self.n.do("issue-requirement", **self.training.about(self.who("extended")), year=2027,
                  text="延长期内补齐班级管理与社团指导。")  # fmt: skip

    def decide_extended(self) -> None:
        trainee, selection = self.who("extended"), self.selection()
        meeting = selection.meet("党委会 2027年第11次会议")
        self.decide_outcome(selection, meeting, trainee, {"outcome": "terminated"})
