"""增补 (D3): the leading group moves, the Party committee consents, and only then a round of its own begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import school
from domain.capacities import COMMITTEE, GROUP
from domain.commands.batch import leading_group_acts
from domain.commands.rounds import within_cycle
from domain.desk import Command, Desk, Happening, repeated
from domain.errors import Refusal, Unknown
from domain.events.base import BatchId, MotionId, ResolutionId, VacancyId
from domain.events.batch import BatchClosed
from domain.events.vacancy import (
    MotionConsented,
    MotionRaised,
    MotionRefused,
    RoundWindow,
    VacancyCancelled,
    VacancyFilled,
    VacancyOpened,
)
from domain.facts import Row
from domain.language import Matter, Result, Step, Text


class RaiseMotion(Command):
    """The leading group moves to fill one or several open places, with the windows of the round."""

    CLAUSE = "D3"
    EVENT = MotionRaised
    LABEL = ("提出增补动议", "Raise a motion")
    CAPACITIES = GROUP
    EXAMPLE = {
        "batch": "2024-second",
        "vacancies": ["v-0000000000000000"],
        "text": "建议增补一名。",
        "windows": [
            {"step": "nominate", "starts_on": "2025-05-06", "ends_on": "2025-05-09"},
            {"step": "assess", "starts_on": "2025-05-12", "ends_on": "2025-05-16"},
            {"step": "decide", "starts_on": "2025-05-19", "ends_on": "2025-05-19"},
        ],
    }

    batch: BatchId
    vacancies: tuple[VacancyId, ...]
    windows: tuple[RoundWindow, ...]
    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        leading_group_acts(desk, self.batch)
        pending = self._pending(desk)
        for row in pending:
            if (row.value.vacancies, row.value.windows) == (self.vacancies, self.windows):
                return repeated(desk, row, text=self.text)
        still_open = {row.key for row in school.open_vacancies(desk.facts, self.batch)}
        still_open &= {row.key for row in school.open_vacancies(desk.latest, self.batch)}
        named = set(self.vacancies)
        if not named or len(named) != len(self.vacancies) or not named <= still_open:
            raise Refusal("D3", "动议须针对尚未补足的空缺，每个一次。", "A motion names open vacancies, each once.")
        if any(named & set(row.value.vacancies) for row in pending):
            raise Refusal("D3", "其中的空缺已有动议在先。", "One of these vacancies is under another motion.")
        if desk.day > plan.cycle.ends_on or desk.facts.all(self.batch, BatchClosed):
            raise Refusal("D3", "本批培养周期已结束，不再增补。", "The cycle is over: no supplement.")
        self._check_windows(desk)
        yield Happening(self.batch, MotionRaised(motion=desk.new_id("d"), **self._fields()))

    def _fields(self) -> dict[str, Any]:
        return {"batch": self.batch, "vacancies": self.vacancies, "windows": self.windows, "text": self.text}

    def _pending(self, desk: Desk) -> list[Row[MotionRaised]]:
        refused = {row.key for row in desk.latest.all(self.batch, MotionRefused)}
        return [row for row in desk.latest.all(self.batch, MotionRaised) if row.key not in refused]

    def _check_windows(self, desk: Desk) -> None:
        steps = [window.step for window in self.windows]
        if steps != [Step.NOMINATE, Step.ASSESS, Step.DECIDE]:
            raise Refusal(
                "D3",
                "须依次写明推荐、考评、党委会三步的时间。",
                "Give the windows of nominate, assess, decide, in order.",
            )
        starts = [window.starts_on for window in self.windows]
        if any(w.ends_on < w.starts_on for w in self.windows) or starts != sorted(starts) or starts[0] < desk.day:
            raise Refusal(
                "D3",
                "时间安排前后矛盾，或早于动议之日。",
                "The windows are out of order or before the motion.",
            )
        within_cycle("D3", desk.plan(self.batch), max(window.ends_on for window in self.windows))


def _motion(desk: Desk, batch: str, motion: str) -> MotionRaised:
    raised = desk.facts.one(batch, MotionRaised, motion)
    if raised is None:
        raise Unknown(f"{desk.day} 之前没有动议 {motion}。", f"There is no motion {motion} by {desk.day}.")
    return raised.value


class ConsentToMotion(Command):
    """The Party committee consents, by a passed resolution on this motion."""

    CLAUSE = "D3"
    EVENT = MotionConsented
    LABEL = ("同意增补", "Consent to a motion")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"batch": "2024-second", "motion": "d-0000000000000000", "resolution": "r-0000000000000000"}

    batch: BatchId
    motion: MotionId
    resolution: ResolutionId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        _motion(desk, self.batch, self.motion)
        if standing := desk.latest.one(self.batch, MotionConsented, self.motion):
            return repeated(desk, standing, resolution=self.resolution)
        if desk.latest.one(self.batch, MotionRefused, self.motion):
            raise Refusal("D3", "此动议已被否决。", "The motion was refused.")
        desk.passed(self.batch, self.resolution, matter="supplement", batch=self.batch, round=self.motion)
        yield Happening(self.batch, MotionConsented(**self.model_dump()))


class RefuseMotion(Command):
    """The Party committee does not consent."""

    CLAUSE = "D3"
    EVENT = MotionRefused
    LABEL = ("不同意增补", "Refuse a motion")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"batch": "2024-second", "motion": "d-0000000000000000", "resolution": "r-0000000000000000"}

    batch: BatchId
    motion: MotionId
    resolution: ResolutionId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        _motion(desk, self.batch, self.motion)
        if standing := desk.latest.one(self.batch, MotionRefused, self.motion):
            return repeated(desk, standing, resolution=self.resolution)
        if desk.latest.one(self.batch, MotionConsented, self.motion):
            raise Refusal("D3", "此动议已经同意。", "The motion was consented to.")
        voted = school.resolution(desk.facts, self.batch, self.resolution).value
        if (voted.result, voted.matter, voted.round) != (Result.FAILED, Matter.SUPPLEMENT, self.motion):
            raise Refusal("D3", "所引决议不是对此动议的否决。", "The resolution cited does not refuse this motion.")
        desk.not_overtaken(self.batch, self.resolution)
        yield Happening(self.batch, MotionRefused(**self.model_dump()))


class CancelVacancy(Command):
    """Gives an open place up, with a reason."""

    CLAUSE = "D3"
    EVENT = VacancyCancelled
    LABEL = ("取消空缺", "Cancel a vacancy")
    CAPACITIES = GROUP | COMMITTEE
    REASON_DUE = True
    EXAMPLE = {"batch": "2024-second", "vacancy": "v-0000000000000000"}

    batch: BatchId
    vacancy: VacancyId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if desk.facts.one(self.batch, VacancyOpened, self.vacancy) is None:
            raise Unknown(f"没有空缺 {self.vacancy}。", f"There is no vacancy {self.vacancy}.")
        if desk.latest.one(self.batch, VacancyFilled, self.vacancy):
            raise Refusal("D3", "此空缺已补足。", "The vacancy is filled.")
        if desk.latest.one(self.batch, VacancyCancelled, self.vacancy) is None:
            yield Happening(self.batch, VacancyCancelled(vacancy=self.vacancy, batch=self.batch))
