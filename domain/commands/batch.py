"""The timetable of a batch, its leading group, its first vacancies, closing it (W, O1, E2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import first_round, school
from domain.capacities import COMMITTEE, GROUP, OFFICE
from domain.commands.rounds import check_order, window, within_cycle
from domain.desk import Command, Desk, Happening
from domain.errors import Refusal
from domain.events.base import INITIAL_ROUND, BatchId, Event, PersonId, Round
from domain.events.batch import (
    BatchClosed,
    GroupMember,
    LeadingGroupChanged,
    LeadingGroupFormed,
    StepClosed,
    StepOpened,
    StepRescheduled,
)
from domain.events.committee import ResultAnnounced
from domain.events.cycle_end import OutcomeDecided
from domain.events.vacancy import VacancyOpened
from domain.facts import Reader
from domain.language import Step, VacancyCause


class _StepCommand(Command):
    batch: BatchId
    step: Step
    round: Round = INITIAL_ROUND

    def _done(self, desk: Desk, kind: type[StepOpened | StepClosed], by: Reader | None = None) -> bool:
        rows = (by or desk.latest).all(self.batch, kind)
        return any(row.value.step == self.step and row.value.round == self.round for row in rows)


class OpenStep(_StepCommand):
    """Records that a step of the timetable began."""

    CLAUSE = "W"
    EVENT = StepOpened
    LABEL = ("开始步骤", "Open a step")
    CAPACITIES = GROUP
    EXAMPLE = {"batch": "2024-second", "step": "nominate"}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        window(desk, self.batch, self.step, self.round)
        if not self._done(desk, StepOpened):
            yield Happening(self.batch, StepOpened(batch=self.batch, step=self.step, round=self.round))


class CloseStep(_StepCommand):
    """Records that a step of the timetable ended."""

    CLAUSE = "W"
    EVENT = StepClosed
    LABEL = ("结束步骤", "Close a step")
    CAPACITIES = GROUP
    EXAMPLE = {"batch": "2024-second", "step": "nominate"}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if not self._done(desk, StepOpened, desk.facts):
            raise Refusal("W", "这一步骤到当日还没有开始。", "The step was not open by that day.")
        if not self._done(desk, StepClosed):
            yield Happening(self.batch, StepClosed(batch=self.batch, step=self.step, round=self.round))


class RescheduleStep(_StepCommand):
    """Gives a step another window, with a reason."""

    CLAUSE = "W"
    EVENT = StepRescheduled
    LABEL = ("调整步骤时间", "Reschedule a step")
    CAPACITIES = GROUP | COMMITTEE
    REASON_DUE = True
    EXAMPLE = {"batch": "2024-second", "step": "assess", "starts_on": "2024-03-06", "ends_on": "2024-03-15"}

    starts_on: date
    ends_on: date

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if self.ends_on < self.starts_on:
            raise Refusal("W", "结束日早于开始日。", "The window ends before it starts.")
        if window(desk, self.batch, self.step, self.round) == (self.starts_on, self.ends_on):
            return
        check_order(desk, self.batch, self.round, self.step, self.starts_on)
        within_cycle("W" if self.round == INITIAL_ROUND else "D3", desk.plan(self.batch), self.ends_on)
        yield Happening(
            self.batch,
            StepRescheduled(
                batch=self.batch,
                step=self.step,
                round=self.round,
                starts_on=self.starts_on,
                ends_on=self.ends_on,
            ),
        )


class _GroupCommand(Command):
    batch: BatchId
    chair: PersonId
    members: tuple[GroupMember, ...]

    def _check(self, desk: Desk) -> None:
        post = desk.plan(self.batch).leading_group.chair_post
        people = [member.person for member in self.members]
        for person in people:
            desk.here(person, self.CLAUSE)
        if len(set(people)) != len(people) or self.chair not in people:
            raise Refusal(
                "O1",
                "组长须在组员名单中，且每人只列一次。",
                "The chair is one of the members, each named once.",
            )
        if not school.holds_post(desk.facts, self.chair, post):
            label = desk.plan(self.batch).posts[post].label
            raise Refusal("O1", f"领导小组组长须为{label}。", "The leading group is headed by the Party secretary.")


class FormLeadingGroup(_GroupCommand):
    """Forms the leading group, headed by the Party secretary of the day."""

    CLAUSE = "O1"
    EVENT = LeadingGroupFormed
    LABEL = ("成立领导小组", "Form the leading group")
    CAPACITIES = GROUP | COMMITTEE
    EXAMPLE = {
        "batch": "2024-second",
        "chair": "p-0000000000000000",
        "members": [{"person": "p-0000000000000000", "office": "组长"}],
    }

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check(desk)
        standing = school.leading_group(desk.latest, self.batch)
        if standing is None:
            yield Happening(self.batch, LeadingGroupFormed(batch=self.batch, chair=self.chair, members=self.members))
        elif (standing.value.chair, standing.value.members) != (self.chair, self.members):
            raise Refusal(
                "O1",
                "领导小组已成立，请用调整（change-leading-group）。",
                "The leading group stands; use change-leading-group.",
            )


class ChangeLeadingGroup(_GroupCommand):
    """Changes the leading group, with a reason."""

    CLAUSE = "O1"
    EVENT = LeadingGroupChanged
    LABEL = ("调整领导小组", "Change the leading group")
    CAPACITIES = GROUP | COMMITTEE
    REASON_DUE = True
    EXAMPLE = FormLeadingGroup.EXAMPLE

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check(desk)
        standing = school.leading_group(desk.facts, self.batch)
        if standing is None:
            raise Refusal("O1", "领导小组还没有成立。", "There is no leading group yet.")
        if (standing.value.chair, standing.value.members) != (self.chair, self.members):
            yield Happening(self.batch, LeadingGroupChanged(batch=self.batch, chair=self.chair, members=self.members))


def leading_group_acts(desk: Desk, batch: str) -> None:
    """The leading group exists; while its chair is not the secretary its acts need a reason (O1)."""
    group = school.leading_group(desk.facts, batch)
    if group is None:
        raise Refusal("O1", "领导小组还没有成立，不能提出。", "There is no leading group yet to move this.")
    if not school.holds_post(desk.facts, group.value.chair, desk.plan(batch).leading_group.chair_post):
        desk.reason("O1", "领导小组组长已不是党委书记", "The group's chair is no longer the secretary")


class OpenInitialVacancies(Command):
    """Opens the places that a tier starts without, once the batch's selection is announced (cause: initial)."""

    CLAUSE = "D3"
    EVENT = VacancyOpened
    LABEL = ("确认起始空缺", "Open initial vacancies")
    CAPACITIES = OFFICE
    EXAMPLE = {"batch": "2024-second"}

    batch: BatchId

    @classmethod
    def leads_to(cls, event: Event) -> bool:
        return isinstance(event, VacancyOpened) and event.cause is VacancyCause.INITIAL

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        if not any(row.value.round == INITIAL_ROUND for row in desk.facts.all(self.batch, ResultAnnounced)):
            raise Refusal("D3", "首轮结果还没有公布。", "The result of the first round is not announced yet.")
        pending = [code for code in plan.tiers if first_round.is_pending(desk.facts, self.batch, code)]
        if len(pending) == len(plan.tiers):
            raise Refusal("D3", "各梯队首轮结果都还没有公布。", "No tier's first result is announced yet.")
        for code, tier in plan.tiers.items():
            if code in pending:
                continue
            for _ in range(first_round.to_declare(desk.latest, self.batch, code, tier.target)):
                yield Happening(
                    self.batch,
                    VacancyOpened(vacancy=desk.new_id("v"), batch=self.batch, tier=code, cause=VacancyCause.INITIAL),
                )


class CloseBatch(Command):
    """Closes the batch once every member has an outcome and every appeal is decided, not before the cycle's end and
    the last day of the last membership.
    """

    CLAUSE = "E2"
    EVENT = BatchClosed
    LABEL = ("本批结束", "Close the batch")
    CAPACITIES = OFFICE
    EXAMPLE = {"batch": "2024-second"}

    batch: BatchId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.plan(self.batch)
        if desk.latest.all(self.batch, BatchClosed):
            return
        decided = {row.value.membership for row in desk.facts.all(self.batch, OutcomeDecided)}
        open_members = [m for m in school.members(desk.latest, self.batch) if m.active]
        undecided = [m for m in school.members(desk.facts, self.batch) if m.active and m.membership not in decided]
        if undecided or open_members:
            count = len({m.membership for m in undecided + open_members})
            raise Refusal(
                "E2",
                f"还有 {count} 名培养对象没有期满结果。",
                f"{count} members have no outcome yet.",
                value=count,
                limit=0,
            )
        self._check_appeals(desk)
        lasts = [m.last_day or m.ends_on for m in school.members(desk.latest, self.batch)]
        last = max([desk.plan(self.batch).cycle.ends_on, *lasts])
        if desk.day < last:
            raise Refusal(
                "E2",
                f"本批培养周期和最后一名培养对象的培养期到 {last} 为止，此前本批不能结束。",
                f"The batch's cycle and its last membership run to {last}; the batch does not close before.",
                value=desk.day,
                limit=last,
            )
        yield Happening(self.batch, BatchClosed(batch=self.batch))

    def _check_appeals(self, desk: Desk) -> None:
        people = {member.person for member in school.members(desk.latest, self.batch)}
        undecided = [person for person in people if school.awaits_appeal(desk.latest, person, self.batch)]
        if undecided:
            raise Refusal(
                "D2",
                f"还有 {len(undecided)} 名培养对象的申诉没有决定，此前本批不能结束。",
                f"{len(undecided)} members wait for the decision on an appeal; the batch does not close before.",
                value=len(undecided),
                limit=0,
            )
