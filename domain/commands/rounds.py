"""What every step of a selection round asks: its window, whether it may begin, who stands in it, whether counts fit."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Protocol

from domain import first_round, school, votes
from domain.desk import Desk
from domain.errors import Refusal
from domain.events.base import INITIAL_ROUND
from domain.events.batch import StepRescheduled
from domain.events.committee import ResolutionReached
from domain.events.vacancy import MotionConsented, MotionRaised, VacancyFilled, VacancyOpened
from domain.facts import Reader
from domain.language import Step
from domain.plan import Plan
from domain.rules import Judgement, judge


def window(desk: Desk, batch: str, step: Step, round: str = INITIAL_ROUND) -> tuple[date, date]:
    """The first and last day of a step: rescheduled, else of the round's motion, else of the plan."""
    moved = [r.value for r in desk.facts.all(batch, StepRescheduled) if r.value.step == step and r.value.round == round]
    if moved:
        return moved[-1].starts_on, moved[-1].ends_on
    if round == INITIAL_ROUND:
        planned = desk.plan(batch).windows[step]
        return planned.starts_on, planned.ends_on
    motion = desk.facts.one(batch, MotionRaised, round)
    own = next((w for w in motion.value.windows if w.step == step), None) if motion else None
    if own is None:
        raise Refusal(
            "D3", f"增补动议 {round} 没有这一步骤的时间安排。", f"Motion {round} brings no window for {step}."
        )
    return own.starts_on, own.ends_on


def within_cycle(clause: str, plan: Plan, day: date) -> None:
    """A round of selection, the first or a supplement, ends with the cycle (W, D3)."""
    if day > plan.cycle.ends_on:
        raise Refusal(
            clause,
            f"本批培养周期到 {plan.cycle.ends_on} 为止，各步骤须在此前完成。",
            f"The cycle ends on {plan.cycle.ends_on}: the steps of a round end by then.",
            value=day,
            limit=plan.cycle.ends_on,
        )


def check_order(desk: Desk, batch: str, round: str, step: Step, starts_on: date) -> None:
    """A step that is moved still begins after the one before it and before the one after it (W)."""
    steps = list(Step) if round == INITIAL_ROUND else [Step.NOMINATE, Step.ASSESS, Step.DECIDE]
    begins = {one: starts_on if one is step else window(desk, batch, one, round)[0] for one in steps}
    for earlier, later in pairwise(steps):
        if step in (earlier, later) and begins[later] < begins[earlier]:
            first, second = (desk.plan(batch).windows[one] for one in (earlier, later))
            raise Refusal(
                "W",
                f"“{second.label}”不能早于“{first.label}”（{begins[earlier]}）开始。",
                f"“{second.label_en}” would begin before “{first.label_en}” ({begins[earlier]}).",
                value=begins[later],
                limit=begins[earlier],
            )


def in_window(desk: Desk, batch: str, step: Step, round: str) -> None:
    """Outside a step's window: accepted only with a reason, and flagged (W)."""
    first, last = window(desk, batch, step, round)
    desk.judge(
        judge(
            f"W.{step}",
            ok=first <= desk.day <= last,
            value=desk.day,
            limit=first if desk.day < first else last,
            on=desk.day,
        )
    )


def round_takes(desk: Desk, batch: str, round: str, tier: str) -> None:
    """A supplement's round starts with the consent to its motion, for the tiers whose places it names (D3)."""
    desk.plan(batch).tier(tier)
    if round == INITIAL_ROUND:
        return
    motion = desk.facts.one(batch, MotionRaised, round)
    if motion is None or desk.facts.one(batch, MotionConsented, round) is None:
        raise Refusal("D3", "增补动议还没有经党委会同意。", "The Party committee has not consented to this motion.")
    named = (desk.facts.one(batch, VacancyOpened, vacancy) for vacancy in motion.value.vacancies)
    if tier not in {row.value.tier for row in named if row}:
        label = desk.plan(batch).tier(tier)
        raise Refusal(
            "D3",
            f"这一轮增补的不是“{label.label}”梯队的名额。",
            f"This round does not fill places of tier {label.label_en}.",
        )


def is_filled(facts: Reader, batch: str, round: str, tier: str) -> bool:
    """Whether every place of a tier that a supplement's round fills has been filled."""
    motion = facts.one(batch, MotionRaised, round)
    named = [facts.one(batch, VacancyOpened, vacancy) for vacancy in motion.value.vacancies] if motion else []
    keys = [row.key for row in named if row and row.value.tier == tier]
    return bool(keys) and all(facts.one(batch, VacancyFilled, key) for key in keys)


def judge_free(desk: Desk, batch: str, round: str, tier: str) -> None:
    """Whoever comes after the last place of a supplement's round was filled comes with a reason (D3)."""
    filled = is_filled(desk.facts, batch, round, tier)
    desk.judge(judge("D3.filled", ok=not filled, value=tier, limit=0, on=desk.day))


def first_round_takes(desk: Desk, person: str, batch: str, tier: str) -> None:
    """Once a tier's result is out, the first round takes only whom the committee had passed or deferred (D3)."""
    if not first_round.let_in(desk.known, person, batch, tier, desk.day):
        over = first_round.ended_on(desk.facts, batch, tier)
        raise Refusal(
            "D3",
            f"这一梯队首轮结果已于 {over} 公布，此人当时未通过，也未暂缓；空余名额须经增补程序。",
            f"The tier's first result came out on {over}, and this person was neither passed nor deferred by then: "
            "open places are filled by a supplement.",
            value=desk.day,
            limit=over,
        )


def let_in_once(facts: Reader, person: str, batch: str, round: str) -> None:
    """A round lets nobody in again who left the place that it gave: another round fills it (D3)."""
    if school.disqualified(facts, person, batch):
        raise Refusal("D2", "此人在本批已被取消培养资格。", "This person was disqualified in this batch.")
    for member in school.members(facts, person):
        vote = facts.one(person, ResolutionReached, member.resolution)
        if not member.active and member.batch == batch and vote and vote.value.round == round:
            raise Refusal(
                "D3",
                f"此人已由本轮列入（{member.since}），本轮不再表决或列入；其空出的名额须经增补程序。",
                f"This round let this person in on {member.since}: the place left is filled by a supplement.",
                value=member.since,
            )


def nominated(desk: Desk, person: str, batch: str, round: str) -> None:
    """Refuse what concerns somebody nobody nominated in this round."""
    if not votes.nominations(desk.facts, desk.person(person), batch, round):
        raise Refusal("R2", "此人在本轮没有被推荐。", "Nobody nominated this person in this round.")


def nominated_for(desk: Desk, person: str, batch: str, round: str, tier: str) -> Judgement:
    """Whether a nomination of the round is for this tier: for another one somebody goes forward with a reason (R2)."""
    tiers = {row.value.tier for row in votes.nominations(desk.facts, person, batch, round)}
    return judge("R2.nominated_tier", ok=tier in tiers, value="、".join(sorted(tiers)), limit=tier, on=desk.day)


class Counts(Protocol):
    """The counts of a vote on paper."""

    @property
    def expected(self) -> int: ...
    @property
    def present(self) -> int: ...
    @property
    def issued(self) -> int: ...
    @property
    def returned(self) -> int: ...
    @property
    def valid(self) -> int: ...
    @property
    def invalid(self) -> int: ...


def check_counts(clause: str, c: Counts) -> None:
    """The counts of a tally fit: present ≤ expected, returned ≤ issued ≤ present, valid + invalid = returned."""
    if not (c.present <= c.expected and c.returned <= c.issued <= c.present and c.valid + c.invalid == c.returned):
        raise Refusal(
            clause,
            "票数不符：到会≤应到，收回≤发出≤到会，有效+无效=收回。",
            "The counts do not fit: present ≤ expected, returned ≤ issued ≤ present, valid + invalid = returned.",
        )
