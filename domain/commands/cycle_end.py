"""培养期满: assessment, exactly one outcome per member and term, and what follows from it (E2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import school, votes
from domain.capacities import COMMITTEE, GROUP, OFFICE
from domain.commands.batch import leading_group_acts
from domain.commands.membership import check_free
from domain.commands.places import place
from domain.desk import Bundle, Command, Desk, Ground, Happening, Inputs, batch_of, once, same_day, unless_so
from domain.errors import Malformed, Refusal
from domain.events.base import BatchId, Event, PersonId, ResolutionId
from domain.events.cycle_end import (
    CycleAssessed,
    DossierHandedOver,
    OutcomeDecided,
    PromotionRecorded,
    post_record,
)
from domain.events.membership import MembershipEnded, MembershipExtended, MembershipStarted
from domain.facts import Facts, Row
from domain.language import Code, EndCause, Line, Matter, Origin, Outcome, Text, Verdict, add_months
from domain.plan import Plan, pick
from domain.rules import judge
from domain.text import alike

ENDS = {
    Outcome.PROMOTED: EndCause.PROMOTED,
    Outcome.ADVANCED: EndCause.ADVANCED,
    Outcome.TERMINATED: EndCause.TERMINATED,
}


class _AtTheEnd(Command):
    person: PersonId
    batch: BatchId

    def _stands(self, desk: Desk, outcome: Row[OutcomeDecided]) -> None:
        """No later vote decided otherwise before the outcome took effect."""
        if later := votes.outcome_outvoted(desk.known, self.person, outcome):
            raise Refusal(
                "R4",
                f"期满结果生效前，{later.since} 党委会对此又作了表决，以后一次为准；请撤销原结果，重新决定。",
                f"Before the outcome took effect the committee voted on it again on {later.since}: the later vote"
                " counts. Withdraw the outcome and decide it anew.",
                value=outcome.since,
                limit=later.since,
            )

    def _ended(self, desk: Desk, clause: str = "E2") -> school.Member:
        """The person's last membership in the batch, which has ended by the day."""
        of_batch = [m for m in school.members(desk.facts, desk.person(self.person)) if m.batch == self.batch]
        if not of_batch or of_batch[-1].active:
            raise Refusal(clause, "培养当日还没有结束，不能办理。", "The membership has not ended by the day.")
        return of_batch[-1]


class AssessCycle(_AtTheEnd):
    """Records the assessment that an outcome is decided on. A later one takes its place."""

    CLAUSE = "E2"
    EVENT = CycleAssessed
    LABEL = ("期满考察", "Assess the cycle")
    CAPACITIES = GROUP
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "text": "完成培养任务，群众认可。"}

    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        member = desk.member(self.person, self.batch)
        leading_group_acts(desk, self.batch)
        assessed = CycleAssessed(batch=self.batch, membership=member.membership, text=self.text)
        yield from unless_so(desk, Happening(self.person, assessed), member.membership)


class DecideOutcome(_AtTheEnd):
    """The committee decides what becomes of a member; the membership ends with its term, or is extended.

    A higher tier names the batch it continues in: the next one, or none while its plan is not published.
    """

    CLAUSE = "E2"
    EVENT = OutcomeDecided
    LABEL = ("期满决定", "Decide an outcome")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "outcome": "extended",
        "extended_to": "2028-03-13",
        "resolution": "r-0000000000000000",
    }

    outcome: Outcome
    resolution: ResolutionId
    to_tier: Code | None = None
    to_batch: BatchId | None = None
    extended_to: date | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check_form()
        if self._already(desk):
            return
        member = desk.member(self.person, self.batch)
        if standing := desk.latest.one(self.person, OutcomeDecided, f"{member.membership}/{member.ends_on}"):
            raise Refusal(
                "E2",
                f"此期培养已有期满结果（@{standing.source}）；党委会另有决定的，请先撤销该结果（withdraw-event）。",
                f"This term has its outcome already (@{standing.source}); where the committee has decided otherwise"
                " since, withdraw it first (withdraw-event).",
            )
        self._check_time(desk, member)
        about = {"batch": self.batch, "outcome": self.outcome, "extended_to": self.extended_to}
        desk.passed(self.person, self.resolution, matter=Matter.OUTCOME, **about)
        self._judge_assessment(desk, member)
        yield from self._decided(desk, member)

    def _check_form(self) -> None:
        if (self.outcome is Outcome.EXTENDED) != (self.extended_to is not None):
            raise Malformed(
                "延长须写明 extended_to，其他结果不写。", "An extension, and nothing else, has extended_to."
            )
        if self.outcome is not Outcome.ADVANCED and (self.to_tier or self.to_batch):
            raise Malformed("只有进入更高梯队才写 to_tier、to_batch。", "Only advancing has to_tier and to_batch.")

    def _already(self, desk: Desk) -> bool:
        """Whether the resolution has been carried out just so; it is not carried out twice."""
        for row in desk.latest.all(self.person, OutcomeDecided):
            if row.value.resolution == self.resolution:
                stated = self.model_dump(exclude={"person"}, exclude_none=True)
                if all(getattr(row.value, name) == value for name, value in stated.items()):
                    return True
                raise Refusal("E2", "此决议已用于另一期满结果。", "The resolution was carried out otherwise.")
        return False

    def _check_time(self, desk: Desk, member: school.Member) -> None:
        earliest = add_months(member.ends_on, -desk.plan(self.batch).cycle_end.decided_from_months)
        if min(desk.day, school.resolution(desk.facts, self.person, self.resolution).since) < earliest:
            raise Refusal(
                "E2",
                f"培养期到 {member.ends_on} 为止，{earliest} 起才能决定期满结果。",
                f"The term runs to {member.ends_on}; outcomes are decided from {earliest}.",
                value=desk.day,
                limit=earliest,
            )

    def _judge_assessment(self, desk: Desk, member: school.Member) -> None:
        assessed = desk.facts.one(self.person, CycleAssessed, member.membership)
        desk.judge(judge("E2.assessment", ok=assessed is not None, value="无", limit="期满考察", on=desk.day))

    def _decided(self, desk: Desk, member: school.Member) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        decided = OutcomeDecided(
            membership=member.membership,
            term_ends_on=member.ends_on,
            **self.model_dump(exclude={"person", "to_tier", "to_batch"}),
        )
        if self.outcome is Outcome.ADVANCED:
            onward = {"to_tier": self._higher(desk, plan, member), "to_batch": self._onward(desk)}
            decided = decided.model_copy(update=onward)
        yield Happening(self.person, decided)
        if self.outcome is Outcome.EXTENDED:
            yield Happening(self.person, self._extended(desk, plan, member))
        else:
            yield Happening(
                self.person,
                MembershipEnded(
                    membership=member.membership,
                    batch=self.batch,
                    cause=ENDS[self.outcome],
                    effective_on=decided.takes_effect_on(desk.day),
                    resolution=self.resolution,
                ),
            )

    def _higher(self, desk: Desk, plan: Plan, member: school.Member) -> str:
        """The next tier; one further up is an exception, any other is none."""
        above = list(plan.above(member.tier))
        wanted = self.to_tier or next(iter(above), None)
        if wanted not in above:
            raise Refusal(
                "E2",
                f"从“{plan.tier(member.tier).label}”没有这样的更高梯队。",
                f"There is no such higher tier from {member.tier}.",
            )
        next_one = wanted == above[0]
        desk.judge(
            judge("E2.skipped", ok=next_one, value=wanted, limit=above[0], on=desk.day, otherwise=Verdict.EXCEPTION),
            Ground(self.person, self.batch, self.resolution),
        )
        return str(wanted)

    def _onward(self, desk: Desk) -> str | None:
        if self.to_batch is None:
            return school.next_batch(desk.facts, self.batch)
        desk.plan(self.to_batch)
        if self.to_batch == self.batch:
            raise Refusal("E2", "须进入另一批继续培养。", "Training continues in another batch.")
        return self.to_batch

    def _extended(self, desk: Desk, plan: Plan, member: school.Member) -> MembershipExtended:
        """A new end in the same batch: longer than the plan's months, or once more, is an exception."""
        assert self.extended_to is not None, "checked with the form"
        if self.extended_to <= member.ends_on:
            raise Refusal(
                "E2",
                f"须延长到 {member.ends_on} 之后。",
                f"It is extended beyond {member.ends_on}.",
                value=self.extended_to,
                limit=member.ends_on,
            )
        earlier = sum(
            row.value.membership == member.membership for row in desk.facts.all(self.person, MembershipExtended)
        )
        longest = add_months(member.ends_on, plan.cycle_end.extension_months)
        for rule, ok, value, limit in (
            ("E2.extension", self.extended_to <= longest, self.extended_to, longest),
            ("E2.extensions", earlier < plan.cycle_end.extensions, earlier + 1, plan.cycle_end.extensions),
        ):
            crossing = judge(rule, ok=ok, value=value, limit=limit, on=desk.day, otherwise=Verdict.EXCEPTION)
            desk.judge(crossing, Ground(self.person, self.batch, self.resolution))
        return MembershipExtended(
            membership=member.membership, batch=self.batch, ends_on=self.extended_to, resolution=self.resolution
        )


class AdvanceMember(_AtTheEnd):
    """Starts the membership in the higher tier, in the batch that the outcome names, once its plan is published.

    `batch` is the one where the outcome was decided. Age and places are judged on the day of the start.
    """

    CLAUSE = "E2"
    EVENT = MembershipStarted
    LABEL = ("进入更高梯队", "Advance a member")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second"}

    @classmethod
    def leads_to(cls, event: Event) -> bool:
        return isinstance(event, MembershipStarted) and event.origin is Origin.ADVANCED

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        """The batch that somebody advances from is that of the resolution."""
        event = bundle[0].event
        assert isinstance(event, MembershipStarted)
        return {"batch": batch_of(known, "resolution", event.resolution)}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        outcome = self._outcome(desk)
        target = outcome.to_batch or school.next_batch(desk.facts, self.batch)
        if target is None:
            raise Refusal("E2", "下一批方案还没有公布，须等待。", "The next plan is not published yet: it waits.")
        standing = school.members(desk.latest, self.person)
        if any((m.batch, m.resolution, m.origin) == (target, outcome.resolution, Origin.ADVANCED) for m in standing):
            return
        check_free(desk, self.person)
        if school.disqualified(desk.latest, self.person, self.batch):
            raise Refusal("D2", "此人已被取消培养资格。", "This person was disqualified.")
        self._check_standing(desk)
        plan = desk.plan(target)
        tier = pick(plan.tiers, str(outcome.to_tier), "梯队", "tier")
        if not plan.cycle.starts_on <= desk.day <= plan.cycle.ends_on:
            raise Refusal("E2", "不在该批培养周期之内。", "The day lies outside that batch's cycle.")
        ground = Ground(self.person, target, outcome.resolution)
        desk.judge(tier.age.judge(school.birth_date(desk.latest, self.person), desk.day), ground)
        place(desk, str(outcome.to_tier), ground)
        yield Happening(
            self.person,
            MembershipStarted(
                membership=desk.new_id("s"),
                batch=target,
                tier=str(outcome.to_tier),
                origin=Origin.ADVANCED,
                resolution=outcome.resolution,
                ends_on=plan.cycle.ends_on,
            ),
        )

    def _outcome(self, desk: Desk) -> OutcomeDecided:
        for row in desk.facts.all(desk.person(self.person), OutcomeDecided):
            if row.value.batch == self.batch and row.value.outcome is Outcome.ADVANCED:
                self._stands(desk, row)
                return row.value
        raise Refusal("E2", "没有进入更高梯队的决定。", "There is no decision to advance this person.")

    def _check_standing(self, desk: Desk) -> None:
        if self._ended(desk).cause is not EndCause.ADVANCED:
            raise Refusal("E2", "培养先已另行结束，期满结果未生效。", "The outcome was overtaken by an earlier end.")


class RecordPromotion(_AtTheEnd):
    """Records the appointment that followed a promotion; from its day on the person holds the post.

    `post_code` names the post in the plan's list. A post that was recorded for the day already is that one.
    """

    CLAUSE = "E2"
    EVENT = PromotionRecorded
    LABEL = ("登记提拔任用", "Record a promotion")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "post": "教务处副主任",
        "post_code": "middle_manager",
    }

    post: Line
    text: Text | None = None
    post_code: Code | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        ended = self._ended(desk)
        if ended.cause is not EndCause.PROMOTED:
            raise Refusal(
                "E2",
                "培养不是因提拔任用结束的，不能登记任用。",
                "The membership did not end by promotion; no appointment is recorded on it.",
                value=ended.cause,
                limit=EndCause.PROMOTED,
            )
        outcome = school.last_outcome(desk.facts, self.person, self.batch)
        if outcome and outcome.value.membership == ended.membership:
            self._stands(desk, outcome)
        if self.post_code:
            pick(desk.plan(self.batch).posts, self.post_code, "职务", "post")
        content = self.model_dump(exclude={"person"})
        promoted = PromotionRecorded(membership=ended.membership, record=self._on_file(desk), **content)
        yield from once(desk, Happening(self.person, promoted), ended.membership)

    def _on_file(self, desk: Desk) -> str | None:
        """The same post, where it was recorded by itself."""
        derived = post_record(self._ended(desk).membership)
        for post in school.posts(desk.facts, self.person):
            named = alike(f"{post.unit or ''}{post.text or ''}", self.post)
            if post.since == desk.day and named and post.record != derived:
                return post.record
        return None


class HandOverDossier(_AtTheEnd):
    """Records to whom the dossier went after the membership ended."""

    CLAUSE = "D1"
    EVENT = DossierHandedOver
    LABEL = ("档案移交", "Hand over the dossier")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "to": "组织人事处"}

    to: Line
    text: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._ended(desk, "D1")
        handed = DossierHandedOver(**self.model_dump(exclude={"person"}))
        if not same_day(desk, self.person, handed):
            yield Happening(self.person, handed)
