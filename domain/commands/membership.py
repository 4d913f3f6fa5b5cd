"""Taking a place in a tier, keeping it, and being suspended from it (R4, D3, H1, H2)."""

from __future__ import annotations

from collections.abc import Iterator

from domain import school
from domain.capacities import COMMITTEE, GROUP
from domain.commands.assessment import shortlist_rules
from domain.commands.notice import notice_allows
from domain.desk import Bundle, Command, Desk, Ground, Happening, Inputs
from domain.errors import Refusal
from domain.events.base import INITIAL_ROUND, BatchId, CaseId, Event, PersonId, ResolutionId, Round, VacancyId
from domain.events.membership import SEAT, MembershipResumed, MembershipStarted, MembershipSuspended
from domain.events.person import PersonLeft
from domain.events.vacancy import MotionConsented, MotionRaised, VacancyFilled
from domain.facts import Facts
from domain.language import Code, Origin, Status, Text, Verdict
from domain.rules import judge_places


class AdmitCandidate(Command):
    """Starts a membership by a passed resolution. In a supplement round it fills one of the motion's vacancies."""

    CLAUSE = "R4"
    EVENT = MembershipStarted
    LABEL = ("列入培养", "Admit a candidate")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "tier": "three",
        "resolution": "r-0000000000000000",
    }

    person: PersonId
    batch: BatchId
    tier: Code
    resolution: ResolutionId
    round: Round = INITIAL_ROUND
    vacancy: VacancyId | None = None

    @classmethod
    def leads_to(cls, event: Event) -> bool:
        return isinstance(event, MembershipStarted) and event.origin is not Origin.ADVANCED

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        """The round is that of the resolution."""
        event = bundle[0].event
        assert isinstance(event, MembershipStarted)
        made = known.maker("resolution", event.resolution)
        turn = getattr(made.event, "round", None) if made else None
        return {"round": INITIAL_ROUND if event.origin is Origin.INITIAL else turn or INITIAL_ROUND}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        asked = (self.batch, self.tier, self.resolution)
        standing = school.members(desk.latest, desk.person(self.person))
        if any(m.active and (m.batch, m.tier, m.resolution) == asked for m in standing):
            return
        if any(m.resolution == self.resolution for m in standing):
            raise Refusal("R4", "此决议已执行过，不能再次列入。", "The resolution was carried out before.")
        check_free(desk, self.person)
        if desk.day > plan.cycle.ends_on:
            raise Refusal(
                "O3",
                f"培养周期已于 {plan.cycle.ends_on} 结束。",
                f"The cycle ended on {plan.cycle.ends_on}.",
                value=desk.day,
                limit=plan.cycle.ends_on,
            )
        desk.passed(
            self.person,
            self.resolution,
            matter="admission",
            batch=self.batch,
            tier=self.tier,
            round=self.round,
        )
        notice_allows(desk, self.person, self.batch, self.round)
        self._exceptions_granted(desk)
        self._check_vacancy(desk)
        place(desk, self.tier, self._ground)
        started = MembershipStarted(
            membership=desk.new_id("s"),
            batch=self.batch,
            tier=self.tier,
            resolution=self.resolution,
            origin=Origin.INITIAL if self.round == INITIAL_ROUND else Origin.SUPPLEMENT,
            ends_on=plan.cycle.ends_on,
            vacancy=self.vacancy,
        )
        yield Happening(self.person, started)
        if self.vacancy:
            yield Happening(
                self.batch,
                VacancyFilled(vacancy=self.vacancy, batch=self.batch, membership=started.membership),
            )

    @property
    def _ground(self) -> Ground:
        return Ground(self.person, self.batch, self.resolution)

    def _exceptions_granted(self, desk: Desk) -> None:
        """Every exception the shortlist needed is granted; one granted for age does not cover another rule."""
        for judgement in shortlist_rules(desk, self.person, self.batch, self.round, self.tier):
            if judgement.verdict is Verdict.EXCEPTION and not self._granted(desk, judgement.rule):
                desk.judge(judgement, self._ground)

    def _granted(self, desk: Desk, rule: str) -> bool:
        granted = school.granted(desk.facts, self.person, self.batch, rule)
        if granted:
            desk.carried(rule, granted.value.resolution, self._ground)
        return granted is not None

    def _check_vacancy(self, desk: Desk) -> None:
        if self.round == INITIAL_ROUND:
            if self.vacancy:
                raise Refusal("D3", "空缺由增补轮次补足，不在首轮。", "A vacancy is filled by a supplement round.")
            return
        if desk.facts.one(self.batch, MotionConsented, self.round) is None:
            raise Refusal("D3", "增补动议还没有经党委会同意。", "The Party committee has not consented to this motion.")
        motion = desk.facts.one(self.batch, MotionRaised, self.round)
        still_open = {row.key: row.value for row in school.open_vacancies(desk.latest, self.batch)}
        if motion is None or self.vacancy not in motion.value.vacancies or self.vacancy not in still_open:
            raise Refusal("D3", "须写明本动议中尚未补足的空缺（vacancy）。", "Name an open vacancy of this motion.")
        if still_open[self.vacancy].tier != self.tier:
            raise Refusal("D3", "该空缺属于另一梯队。", "That vacancy is in another tier.")


def check_free(desk: Desk, person: str) -> None:
    """Somebody of the school, with no other membership from the day on, not even one that ends later (H1)."""
    if desk.facts.one(person, PersonLeft):
        raise Refusal("R4", "此人已离校。", "This person has left the school.")
    if any(m.last_day is None or m.last_day >= desk.day for m in school.members(desk.latest, person)):
        raise Refusal("H1", "此人已是在培对象，一人只能有一个在培资格。", "One active membership per person.")


def place(desk: Desk, tier_code: str, ground: Ground) -> None:
    """Judge the places of a tier once one more is taken from the day on: no seat over the target stands uncovered."""
    plan = desk.plan(ground.batch)
    tier = plan.tier(tier_code)
    days = {desk.day} | {day for day in desk.known.days(ground.batch, *SEAT) if day > desk.day}
    after = 1 + max(school.taken(desk.known.on(day), ground.batch, tier_code) for day in days)
    places = judge_places(
        tier.clause, after=after, target=tier.target, with_reason=plan.places_with_reason, on=desk.day
    )
    desk.judge(places, ground)


class SuspendMembership(Command):
    """Suspends a trainee, who stays on the roster, marked, and keeps the place (H2)."""

    CLAUSE = "H2"
    EVENT = MembershipSuspended
    LABEL = ("暂停培养", "Suspend a membership")
    CAPACITIES = GROUP
    REASON_DUE = True
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "text": "借调在外"}

    person: PersonId
    batch: BatchId
    case: CaseId | None = None
    text: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        member = desk.member(self.person, self.batch)
        if member.status is not Status.SUSPENDED:
            yield Happening(
                self.person,
                MembershipSuspended(membership=member.membership, batch=self.batch, case=self.case, text=self.text),
            )


class ResumeMembership(Command):
    """Takes a suspended trainee back (H2)."""

    CLAUSE = "H2"
    EVENT = MembershipResumed
    LABEL = ("恢复培养", "Resume a membership")
    CAPACITIES = GROUP
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second"}

    person: PersonId
    batch: BatchId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        member = desk.member(self.person, self.batch)
        if member.status is Status.SUSPENDED:
            yield Happening(self.person, MembershipResumed(membership=member.membership, batch=self.batch))
