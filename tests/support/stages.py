"""A school brought to a stage of the 2024 batch in one line: published, with candidates, in training, at its end.

school = stages.in_training(tmp_path)      # one member of each tier, kept as a copy of an archive made once
school.members["four"]                     # their ids
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from domain import school as questions
from domain.events.committee import MeetingHeld
from domain.events.disqualification import ConcernRaised
from domain.plan import shipped_plan
from tests.support.scenario import BATCH, Day, Scenario, a_day

CONDITIONS = [{"code": f"S{n}", "finding": "met", "assessor": "考评组"} for n in range(1, 7)]
COMPONENTS = [{"component": c, "text": "好"} for c in ("nomination", "appraisal", "staff_opinion", "conduct")]
BORN = {"three": "1984-05-01", "four": "1989-05-01", "five": "1994-05-01"}


@dataclass(frozen=True)
class Turn:
    """A round of selection, with a day within each of its windows."""

    batch: str = BATCH
    round: str = "initial"
    nominate: Day = "2024-03-04"
    assess: Day = "2024-03-12"
    decide: Day = "2024-03-14"


INITIAL = Turn()


class Programme(Scenario):
    """A scenario that knows how to get to the usual places."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(folder, **options)
        self.committee: list[str] = []
        self.members: dict[str, str] = {}
        self._count = 0

    # The batch

    def publish(self, on: Day = "2024-03-01", edit: Callable[[str], str] = str) -> str:
        """Publish the shipped plan, its text edited where a test wants another; the batch."""
        text = edit(shipped_plan().decode())
        late = {"reason": "须说明"} if a_day(on) > a_day("2024-03-01") else {}
        self.given("publish-plan", on=on, toml=text, **late)
        return str(tomllib.loads(text)["batch"])

    def found(self, size: int = 9, **publish: Any) -> None:
        """The plan published, a Party committee of so many, and the leading group under its secretary."""
        batch = self.publish(**publish)
        self.committee = [self.person(f"委员{n}", posts=()) for n in range(size)]
        self.given("record-post", on="2020-09-01", person=self.committee[0], post="party_secretary")
        group = [{"person": p, "office": "组员"} for p in self.committee[:3]]
        self.given("form-leading-group", batch=batch, chair=self.committee[0], members=group)

    # People

    def person(self, name: str = "", born: str = "1985-05-01", posts: tuple[str, ...] = ("homeroom_teacher",)) -> str:
        """Somebody on file, with posts held since 2015."""
        self._count += 1
        data = {"name": name or f"教师{self._count}", "gender": "female", "birth_date": born}
        person = str(self.given("register-person", **data)["person"])
        for post in posts:
            self.given("record-post", on="2015-09-01", person=person, post=post)
        return person

    def nominee(self, tier: str = "three", turn: Turn = INITIAL, *, person: str = "", **on_file: Any) -> str:
        """Somebody nominated by an office."""
        person = person or self.person(**{"born": BORN[tier]} | on_file)
        about = {"person": person, "batch": turn.batch, "round": turn.round, "tier": tier}
        self.given("nominate-candidate", on=turn.nominate, **about, source="office", unit="教务处")
        return person

    def assessed(
        self, tier: str = "three", turn: Turn = INITIAL, *, conditions: Any = CONDITIONS, **nominee: Any
    ) -> str:
        """Somebody all four components of whose assessment are there, ready for the shortlist."""
        person = self.nominee(tier, turn, **nominee)
        about = {"on": turn.assess, "person": person, "batch": turn.batch, "round": turn.round}
        self.given("assess-eligibility", **about, tier=tier)
        self.given("assess-conduct", **about, conditions=conditions)
        self.given("complete-assessment", **about, tier=tier, components=COMPONENTS, conclusion="建议列入")
        return person

    def shortlisted(self, tier: str = "three", turn: Turn = INITIAL, *, asked: Any = (), **assessed: Any) -> str:
        """Somebody on the shortlist; `asked` are the exceptions asked for."""
        person = self.assessed(tier, turn, **assessed)
        about = {"person": person, "batch": turn.batch, "round": turn.round, "tier": tier}
        why = {"exceptions": asked, "reason": "表现突出", "document": "申请1号"}
        self.given("shortlist-candidate", on=turn.assess, **about, **why)
        return person

    # The committee

    def meeting(self, on: Day, batch: str = BATCH, title: str = "党委会") -> str:
        """The committee's meeting of a day, everybody present."""
        held: dict[str, Any] = {"members": self.committee, "present": self.committee, "chair": self.committee[0]}
        self.when("hold-meeting", on=on, batch=batch, title=title, **held).done()
        same = [r for r in self.facts().all(batch, MeetingHeld) if (r.value.title, r.since) == (title, a_day(on))]
        return same[0].key

    def resolved(self, person: str | None, matter: str, on: Day, **about: Any) -> str:
        """A resolution that everybody agreed to."""
        batch = about.pop("batch", BATCH)
        votes: dict[str, Any] = {"agree": len(self.committee), "disagree": 0, "abstain": 0}
        told: dict[str, Any] = {"matter": matter, "meeting": self.meeting(on, batch), **votes, **about}
        if matter in ("disqualification", "appeal"):
            told = {"case": self.last_case(str(person))} | told
        if matter == "appeal":
            told = {"upheld": True} | told
        if matter == "plan":
            told = {"text": f"修订方案 {self.log.head()}"} | told
        return str(
            self.given("pass-resolution", on=on, batch=batch, person=person, reason="须说明", **told)["resolution"]
        )

    def excepted(self, person: str, rule: str, on: Day, **about: Any) -> list[Mapping[str, str]]:
        """An exception from a rule that the committee resolved on by itself."""
        return excepted(rule, by=self.resolved(person, "exception", on, rule=rule, **about))

    def last_case(self, person: str) -> str:
        """The case last raised about somebody."""
        raised = [r.event for r in self.log.scan() if isinstance(r.event, ConcernRaised) and r.event.person == person]
        return raised[-1].case

    def last(self, event: str, stream: str) -> dict[str, Any]:
        """The contents of the last event of a type in a stream."""
        found = [r for r in self.log.stream(stream, self.log.head()) if event == r.event.KIND]
        return dict(found[-1].event.model_dump(mode="json"))

    # Membership

    def admissible(self, tier: str = "three", turn: Turn = INITIAL, **shortlisted: Any) -> dict[str, str]:
        """What `admit-candidate` needs for somebody whom the committee has admitted."""
        person = self.shortlisted(tier, turn, **shortlisted)
        about = {"batch": turn.batch, "round": turn.round, "tier": tier}
        return {"person": person, **about, "resolution": self.resolved(person, "admission", turn.decide, **about)}

    def member(self, tier: str = "three", turn: Turn = INITIAL, *, on: Day | None = None, **admissible: Any) -> str:
        """Somebody in training since a day."""
        admit: dict[str, Any] = {**self.admissible(tier, turn, **admissible), "on": on or turn.decide}
        self.given("admit-candidate", reason="须说明", **admit)
        return str(admit["person"])

    def membership(self, person: str, day: Day = "2099-12-31") -> questions.Member:
        """The last membership as it stands on a day."""
        return questions.members(self.facts(day), person)[-1]

    def about(self, tier: str, **more: Any) -> dict[str, Any]:
        """Whom and in which batch, for commands about the member of a tier."""
        return {"person": self.members[tier], "batch": BATCH, **more}

    def disqualified(self, person: str, on: Day) -> str:
        """Somebody's disqualification, all its steps on one day; the case."""
        about = {"person": person, "batch": BATCH, "ground": "complaints", "raised_by": "教师", "text": "反映"}
        case = str(self.given("raise-concern", on=on, **about)["case"])
        for step, told in (
            ("verify-concern", {"facts_found": "属实"}),
            ("hear-person", {"statement": "承认"}),
            ("propose-disqualification", {"text": "建议取消"}),
        ):
            self.given(step, on=on, case=case, **told)
        resolution = self.resolved(person, "disqualification", on)
        self.given("decide-disqualification", on=on, case=case, resolution=resolution)
        return case

    # Supplement

    def vacated(self, tier: str, on: Day) -> str:
        """The member of a tier leaves the school; the vacancy that opens."""
        self.given("record-leaving", on=on, person=self.members[tier], cause="transferred")
        return str(self.last("vacancy-opened", BATCH)["vacancy"])

    def moved(self, *vacancies: str, on: Day) -> Turn:
        """The leading group's motion to fill vacancies; the round it asks for, a week for each step."""
        days = [a_day(on) + timedelta(days=7 * week) for week in (1, 2, 3)]
        steps = [
            {"step": step, "starts_on": day, "ends_on": day + timedelta(days=4)}
            for step, day in zip(("nominate", "assess", "decide"), days, strict=True)
        ]
        told = {"vacancies": vacancies, "windows": steps, "text": "建议增补"}
        motion = self.given("raise-motion", on=on, batch=BATCH, **told)["motion"]
        return Turn(BATCH, motion, *days)

    def consented(self, *vacancies: str, on: Day) -> Turn:
        """The same with the committee's consent, given on the day."""
        turn = self.moved(*vacancies, on=on)
        resolution = self.resolved(None, "supplement", on, round=turn.round)
        self.given("consent-to-motion", on=on, batch=BATCH, motion=turn.round, resolution=resolution)
        return turn

    # The end

    def outcome(self, tier: str, outcome: str, on: Day, **more: Any) -> dict[str, Any]:
        """What `decide-outcome` needs for an outcome that the committee resolved on, an extension `until` a day."""
        person = self.members[tier]
        self.given("assess-cycle", on=on, person=person, batch=BATCH, text=f"完成任务 {on}")
        until = {"extended_to": more.pop("until")} if "until" in more else {}
        resolution = self.resolved(person, "outcome", on, outcome=outcome, **until)
        return {"on": on, **self.about(tier, outcome=outcome, resolution=resolution), **until, **more}


def excepted(*rules: str, by: str) -> list[Mapping[str, str]]:
    """Exceptions with all three parts, by one resolution."""
    return [{"rule": r, "reason": "表现突出", "approver": "党委会", "resolution": by} for r in rules]


def requested(*rules: str) -> list[Mapping[str, str]]:
    """Exceptions asked for before anybody decided."""
    return [{"rule": r, "reason": "表现突出", "approver": "党委会"} for r in rules]


def published(folder: Path) -> Programme:
    """The plan published, a committee and a leading group; 1 March 2024."""
    return _copy(_published, folder)


def in_training(folder: Path) -> Programme:
    """A member of each tier, `school.members[tier]`, since 14 March 2024."""
    return _copy(_in_training, folder)


def _copy(made: Callable[[], Programme], folder: Path) -> Programme:
    model = made()
    shutil.copytree(model.folder, folder, dirs_exist_ok=True)
    copy = Programme(folder, today=model.today)
    copy.committee, copy.members, copy._count = [*model.committee], {**model.members}, model._count
    return copy


@cache
def _kept() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _published() -> Programme:
    (folder := _kept() / "published").mkdir()
    school = Programme(folder)
    school.found()
    school.close()
    return school


@cache
def _in_training() -> Programme:
    school = _copy(_published, _kept() / "in-training")
    school.members = {tier: school.member(tier) for tier in BORN}
    school.close()
    return school
