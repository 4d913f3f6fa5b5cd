"""The story's 选拔: nomination, assessment, the committee's vote, admission. Used for every round of every batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.demo.cast import Part, School, Trainee
from api.demo.narrator import Narrator
from domain.bounds import day_name

UNITS = ("教务处", "德育处", "科研处", "总务处")
CONDITIONS = ("S1", "S2", "S3", "S4", "S5", "S6")


@dataclass
class Selection:
    """One round: the first of a batch, or a supplement's."""

    n: Narrator
    school: School
    batch: str
    round: str = "initial"

    def nominate(self, trainee: Trainee, unit: str | None = None, reason: str | None = None) -> str:
        """An office nominates; grade division and leader follow for some."""
        return self.n.made("nominate-candidate", "nomination", person=trainee.person, batch=self.batch, round=self.round,
                           tier=trainee.part.tier, source="office", unit=unit or self.n.rng.choice(UNITS),
                           statement="工作踏实，群众认可。", reason=reason)  # fmt: skip

    def nominate_widely(self, trainee: Trainee) -> None:
        """The other sources, one or two each."""
        wide: tuple[dict[str, Any], ...] = ({"source": "teaching_research_group", "unit": "学科教研室"}, {"source": "grade_division", "unit": "高二年级部"},
                {"source": "leader", "nominator": self.school.committee[1]}, {"source": "self", "nominator": trainee.person})  # fmt: skip
        for source in self.n.rng.sample(wide, 2):
            self.n.do("nominate-candidate", person=trainee.person, batch=self.batch, round=self.round,
                      tier=trainee.part.tier, **source)  # fmt: skip

    def tally(self, trainees: Sequence[Trainee]) -> None:
        """The staff's ballot."""
        valid = 176
        lines = [{"person": t.person, "agree": (a := self.n.rng.randint(110, 165)), "disagree": (valid - a) // 3,
                  "abstain": valid - a - (valid - a) // 3} for t in trainees]  # fmt: skip
        self.n.do("tally-ballot", batch=self.batch, round=self.round, meeting="教职工大会", expected=192, present=181,
                  issued=181, returned=178, valid=valid, invalid=2, lines=lines)  # fmt: skip

    def assess(self, trainee: Trainee) -> None:
        """Eligibility, conduct, staff opinion, an earlier appraisal, and the whole."""
        about: dict[str, Any] = {"person": trainee.person, "batch": self.batch, "round": self.round}
        year = self.n.today.year - 1
        self.n.do("assess-eligibility", **about, tier=trainee.part.tier)
        self.n.do("cite-appraisal", person=trainee.person, batch=self.batch, year=year, result="合格")
        self.n.do("record-staff-opinion", **about, heard=12, text="为人正派，工作主动，愿意帮助同事。")
        self.n.do("assess-conduct", **about, conditions=[
            {"code": code, "finding": "met", "assessor": "考评组", "evidence": f"{year}年度考核材料"} for code in CONDITIONS])  # fmt: skip
        self.n.do("complete-assessment", **about, tier=trainee.part.tier, conclusion="综合考评良好，建议列为初步人选。", components=[
            {"component": "nomination", "text": "多个部门推荐，得票靠前。"}, {"component": "appraisal", "text": f"{year}年度考核合格。"},
            {"component": "staff_opinion", "text": "代表意见正面。"}, {"component": "conduct", "text": "一贯表现良好。"}])  # fmt: skip

    def shortlist(self, trainee: Trainee, **asking: Any) -> None:
        """Onto the shortlist, asking for what it needs."""
        self.n.do("shortlist-candidate", person=trainee.person, batch=self.batch, round=self.round,
                  tier=trainee.part.tier, opinion="同意列为初步人选。", **asking)  # fmt: skip

    def meet(self, title: str, absent: int = 0) -> str:
        """A meeting of the Party committee today."""
        members = self.school.committee
        return self.n.made("hold-meeting", "meeting", batch=self.batch, title=title, members=members,
                           present=members[: len(members) - absent], chair=members[0])  # fmt: skip

    def vote(self, meeting: str, trainee: Trainee, votes: tuple[int, int, int], matter: str = "admission",
             **more: Any) -> str:  # fmt: skip
        """A vote on one person; returns the resolution."""
        about = {"round": self.round, "tier": trainee.part.tier} if matter == "admission" else {}
        return self.n.made("pass-resolution", "resolution", person=trainee.person, batch=self.batch, meeting=meeting,
                           matter=matter, agree=votes[0], disagree=votes[1], abstain=votes[2],
                           **about, **more)  # fmt: skip

    def admit(self, trainee: Trainee, vacancy: str | None = None, **more: Any) -> None:
        """Into the tier, by the resolution the trainee carries."""
        trainee.membership = self.n.made("admit-candidate", "membership", person=trainee.person, batch=self.batch,
                                         tier=trainee.part.tier, resolution=trainee.resolution, round=self.round,
                                         vacancy=vacancy, **more)  # fmt: skip
        trainee.joined = self.n.today

    def whole_round(self, trainee: Trainee, vacancy: str, first: date) -> None:
        """A supplement's small round: nominate, assess, decide, announce."""
        n = self.n

        def nominate() -> None:
            self.nominate(trainee)
            self.nominate_widely(trainee)
            self.tally([trainee])

        def assess() -> None:
            self.assess(trainee)
            self.shortlist(trainee)

        def decide() -> None:
            meeting = self.meet(f"党委会（增补，{day_name(n.today).zh}）")
            trainee.resolution = self.vote(meeting, trainee, (9, 0, 0))
            self.admit(trainee, vacancy)
            n.do("announce-result", batch=self.batch, round=self.round, meeting=meeting, channel="校务公开栏")

        n.at(first, nominate)
        n.at(first + timedelta(days=6), assess)
        n.at(first + timedelta(days=13), decide)

    def windows(self, first: date) -> list[dict[str, str]]:
        """The windows that a motion brings for its round."""
        spans = (("nominate", 0, 3), ("assess", 6, 10), ("decide", 13, 13))
        return [{"step": step, "starts_on": str(first + timedelta(days=a)), "ends_on": str(first + timedelta(days=b))}
                for step, a, b in spans]  # fmt: skip


def candidate(school: School, part: Part, person: str) -> Trainee:
    """Put a registered person into the story under a role."""
    trainee = school.trainees[part.role] = Trainee(part, person)
    return trainee
