"""Taking a place in a tier, keeping it, and being suspended from it (R4, D3, H1, H2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import first_round, school, votes
from domain.capacities import COMMITTEE, GROUP
from domain.commands.notice import notice_allows
from domain.commands.places import place
from domain.commands.rounds import first_round_takes, let_in_once, nominated_for, round_takes
from domain.commands.tier_rules import asked_for, conditions, on_the_day
from domain.desk import Bundle, Command, Desk, Ground, Happening, Inputs
from domain.errors import Refusal
from domain.events.base import INITIAL_ROUND, BatchId, CaseId, Event, PersonId, ResolutionId, Round, VacancyId
from domain.events.membership import MembershipResumed, MembershipStarted, MembershipSuspended
from domain.events.vacancy import MotionRaised, VacancyFilled
from domain.facts import Facts
from domain.language import Code, Matter, Origin, Status, Text, Verdict, add_months
from domain.rules import Judgement, judge


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
    ends_on: date | None = None

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
        length = any(judgement.rule == "O3.length" for judgement in bundle[0].body.judgements)
        return {
            "round": INITIAL_ROUND if event.origin is Origin.INITIAL else turn or INITIAL_ROUND,
            "ends_on": event.ends_on if length else None,
        }

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
        vote = self._vote(desk)
        notice_allows(desk, self.person, self.batch, vote)
        results = self._judge_entry(desk, vote)
        vacancy = self._vacancy(desk, vote)
        place(desk, self.tier, self._ground, self._begun(desk))
        ends_on = self._length(desk, plan.cycle.ends_on)
        started = MembershipStarted(
            membership=desk.new_id("s"),
            batch=self.batch,
            tier=self.tier,
            resolution=self.resolution,
            origin=Origin.INITIAL if self.round == INITIAL_ROUND else Origin.SUPPLEMENT,
            ends_on=ends_on,
            vacancy=vacancy,
            results=results,
        )
        yield Happening(self.person, started)
        if vacancy:
            filled = VacancyFilled(vacancy=vacancy, batch=self.batch, membership=started.membership)
            yield Happening(self.batch, filled)

    def _length(self, desk: Desk, usual: date) -> date:
        """The planned last day: the cycle's, another one by exception (O3)."""
        ends_on = self.ends_on or usual
        if ends_on < desk.day:
            raise Refusal("O3", "培养期不能在列入之前结束。", "The term does not end before it begins.", value=ends_on)
        length = judge(
            "O3.length",
            ok=ends_on == usual,
            value=ends_on,
            limit=usual,
            on=desk.day,
            otherwise=Verdict.EXCEPTION,
        )
        desk.judge(length, self._ground)
        return ends_on

    @property
    def _ground(self) -> Ground:
        return Ground(self.person, self.batch, self.resolution, {"tier": self.tier, "round": self.round})

    def _vote(self, desk: Desk) -> votes.Vote:
        """The vote that counts on this admission, and the candidacy that was put to it, still standing."""
        about = {"matter": Matter.ADMISSION, "batch": self.batch, "tier": self.tier, "round": self.round}
        desk.passed(self.person, self.resolution, **about)
        vote = school.resolution(desk.facts, self.person, self.resolution)
        round_takes(desk, self.batch, self.round, self.tier)
        let_in_once(desk.latest, self.person, self.batch, self.round)
        standing = votes.nominations(desk.latest, self.person, self.batch, self.round)
        if not any(row.since <= vote.since for row in standing):
            raise Refusal("R2", "此人在本轮的推荐已撤回。", "The nomination that was voted on was taken back.")
        until = add_months(vote.since, desk.plan(self.batch).committee.admit_within_months)
        desk.judge(judge("R4.vote_age", ok=desk.day <= until, value=desk.day, limit=until, on=desk.day))
        return vote

    def _judge_entry(self, desk: Desk, vote: votes.Vote) -> tuple[Judgement, ...]:
        """The rules anew, of the day of the vote: what the shortlist explained or the committee granted is not asked
        again, unless the request brings its own; an exception granted for age does not cover another rule.
        """
        results = on_the_day(desk, self.person, self.batch, self.tier, vote.since)
        asked = asked_for(desk, self.person, self.batch, self.round)
        nominated = nominated_for(desk, self.person, self.batch, self.round, self.tier)
        for judgement in (*results, *conditions(desk, self.person, self.batch, self.round), nominated):
            if judgement.verdict is Verdict.EXCEPTION and not self._granted(desk, judgement.rule):
                desk.judge(judgement, self._ground)
            elif judgement.verdict is Verdict.CAUTION and judgement.rule not in asked:
                desk.judge(judgement)
        return results

    def _granted(self, desk: Desk, rule: str) -> bool:
        granted = school.granted(desk.facts, self.person, self.batch, rule)
        if granted is None or rule in {given.rule for given in desk.request.exceptions}:
            return False
        desk.carried(rule, granted.value.resolution, self._ground)
        return True

    def _begun(self, desk: Desk) -> int:
        """Places of the cycle's start that are gone: the first round fills no others, save by whom it deferred."""
        if self.round != INITIAL_ROUND or self._is_deferred(desk):
            return 0
        return first_round.places_begun(desk.latest, self.batch, self.tier)

    def _is_deferred(self, desk: Desk) -> bool:
        return first_round.is_deferred(desk.known, self.person, self.batch, self.tier, desk.day)

    def _vacancy(self, desk: Desk, vote: votes.Vote) -> str | None:
        if self.round == INITIAL_ROUND:
            return self._place_of_the_start(desk, vote)
        motion = desk.facts.one(self.batch, MotionRaised, self.round)
        still_open = {row.key: row.value for row in school.open_vacancies(desk.latest, self.batch)}
        if motion is None or self.vacancy not in motion.value.vacancies or self.vacancy not in still_open:
            raise Refusal("D3", "须写明本动议中尚未补足的空缺（vacancy）。", "Name an open vacancy of this motion.")
        if still_open[self.vacancy].tier != self.tier:
            raise Refusal("D3", "该空缺属于另一梯队。", "That vacancy is in another tier.")
        return self.vacancy

    def _place_of_the_start(self, desk: Desk, vote: votes.Vote) -> str | None:
        """The first round fills places of the cycle's start; one that was declared open meanwhile is filled with it.

        Whom the committee had deferred when the result came out may have any place that is open (D3).
        """
        first_round_takes(desk, self.person, self.batch, self.tier)
        if self._is_deferred(desk):
            return self._any_place(desk)
        target = desk.plan(self.batch).tier(self.tier).target
        free = first_round.places_free(desk.latest, self.batch, self.tier)
        begun = first_round.places_begun(desk.latest, self.batch, self.tier)
        if self.vacancy not in (None, *free):
            raise Refusal("D3", "空缺由增补轮次补足，不在首轮。", "A vacancy is filled by a supplement round.")
        if begun >= target and first_round.left_before(desk.latest, self.batch, self.tier, vote.since):
            raise Refusal(
                "D3",
                "有人离开而空出的名额只能由增补程序补足，首轮不补。",
                "A place that somebody left is filled by a supplement, not by the first round.",
            )
        return self.vacancy or (free[0] if free and begun + len(free) >= target else None)

    def _any_place(self, desk: Desk) -> str | None:
        left = first_round.places_left(desk.latest, self.batch, self.tier)
        if self.vacancy not in (None, *left):
            raise Refusal("D3", "这一空缺不能由此人补足。", "This vacancy is not this person's to fill.")
        target = desk.plan(self.batch).tier(self.tier).target
        needed = school.taken(desk.latest, self.batch, self.tier) + len(left) >= target
        return self.vacancy or (left[0] if left and needed else None)


def check_free(desk: Desk, person: str) -> None:
    """Somebody of the school, with no other membership from the day on, not even one that ends later (H1)."""
    if left := desk.left(person):
        raise Refusal(
            "R4",
            f"此人已于 {left} 离校。",
            f"This person left the school on {left}.",
            value=desk.day,
            limit=left,
        )
    if any(m.last_day is None or m.last_day >= desk.day for m in school.members(desk.latest, person)):
        raise Refusal("H1", "此人已是在培对象，一人只能有一个在培资格。", "One active membership per person.")


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
