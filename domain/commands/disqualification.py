"""取消培养资格 (D2): concern, verified, heard, proposed, decided; notice, appeal, restoration."""

from __future__ import annotations

from collections.abc import Iterator

from domain import school
from domain.capacities import COMMITTEE, DISCIPLINE, GROUP, SELF, UNIT
from domain.commands.batch import leading_group_acts
from domain.commands.leaving import end_and_open, ends_today
from domain.commands.places import place
from domain.desk import Command, Desk, Ground, Happening, once, other_explained, same_day
from domain.errors import Refusal, Unknown
from domain.events.base import SCHOOL, BatchId, CaseId, Event, PersonId, ResolutionId
from domain.events.disqualification import (
    AppealDecided,
    AppealLodged,
    ConcernRaised,
    ConcernUnfounded,
    ConcernVerified,
    DecisionNotified,
    DisqualificationDecided,
    DisqualificationProposed,
    DisqualificationRevoked,
    HearingWaived,
    KnownCase,
    PersonHeard,
)
from domain.events.membership import MembershipRestored
from domain.events.vacancy import VacancyCancelled
from domain.facts import Reader
from domain.language import Code, EndCause, Line, Matter, Result, Text, VacancyCause
from domain.plan import pick
from domain.rules import judge


class RaiseConcern(Command):
    """Opens a case about a trainee. Who raised it and what was said stays in the case."""

    CLAUSE = "D2"
    EVENT = ConcernRaised
    LABEL = ("反映问题", "Raise a concern")
    CAPACITIES = DISCIPLINE | UNIT
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "ground": "complaints",
        "raised_by": "教师代表",
        "text": "多名教师反映其长期推诿工作。",
    }

    person: PersonId
    batch: BatchId
    ground: Code
    raised_by: Line
    text: Text
    other: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        pick(desk.plan(self.batch).grounds, self.ground, "取消情形", "ground")
        other_explained(self.ground, self.other, "情形", "ground")
        if self.ground == "other":
            desk.reason("D2", "情形不在方案所列之内", "The ground is not one that the plan names")
        desk.member(self.person, self.batch)
        raised = ConcernRaised(case=desk.new_id("c"), **self.model_dump())
        known = [row.key for row in desk.latest.all(SCHOOL, KnownCase) if row.value.person == self.person]
        if not any(same_day(desk, case, raised) for case in known):
            yield Happening(raised.case, raised)


class _CaseStep(Command):
    """A step of a case: each in its order, each once."""

    case: CaseId

    def _concern(self, desk: Desk) -> ConcernRaised:
        raised = desk.facts.one(self.case, ConcernRaised)
        if raised is None:
            raise Unknown(f"{desk.day} 之前没有案件 {self.case}。", f"There is no case {self.case} by {desk.day}.")
        return raised.value

    def _after(self, desk: Desk, zh: str, en: str, *kinds: type[Event]) -> None:
        if not any(desk.facts.one(self.case, kind) for kind in kinds):
            raise Refusal("D2", f"顺序不对：须先{zh}。", f"Out of order: {en} comes first.")

    def _alive(self, facts: Reader) -> None:
        if facts.one(self.case, ConcernUnfounded):
            raise Refusal("D2", "此案已认定不实，不能继续。", "The concern was found to be unfounded.")


class VerifyConcern(_CaseStep):
    """Records what was found. A work failure names impact and loss; with only one of them a reason is due."""

    CLAUSE = "D2"
    EVENT = ConcernVerified
    LABEL = ("核实问题", "Verify a concern")
    CAPACITIES = DISCIPLINE
    EXAMPLE = {"case": "c-0000000000000000", "facts_found": "经核实属实。"}

    facts_found: Text
    impact: bool | None = None
    loss: bool | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        concern = self._concern(desk)
        self._alive(desk.facts)
        if concern.ground == desk.plan(concern.batch).impact_and_loss_ground:
            if not (self.impact or self.loss):
                raise Refusal(
                    "D2",
                    "工作失误须造成较大影响和损失，请写明（impact、loss）。",
                    "A work failure is a ground when it had larger impact and loss; state both.",
                )
            both = bool(self.impact and self.loss)
            desk.judge(
                judge(
                    "D2.impact_and_loss",
                    ok=both,
                    value="impact" if self.impact else "loss",
                    limit="impact+loss",
                    on=desk.day,
                )
            )
        yield from once(desk, Happening(self.case, ConcernVerified(**self.model_dump())))


class DismissConcern(_CaseStep):
    """Closes a case as unfounded."""

    CLAUSE = "D2"
    EVENT = ConcernUnfounded
    LABEL = ("认定不实", "Dismiss a concern")
    CAPACITIES = DISCIPLINE
    EXAMPLE = {"case": "c-0000000000000000", "text": "经核实不属实。"}

    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._concern(desk)
        if desk.facts.one(self.case, DisqualificationProposed):
            raise Refusal("D2", "已提出取消资格，不能再认定不实。", "Disqualification was already proposed.")
        yield from once(desk, Happening(self.case, ConcernUnfounded(**self.model_dump())))


class HearPerson(_CaseStep):
    """Records what the person said."""

    CLAUSE = "D2"
    EVENT = PersonHeard
    LABEL = ("听取申辩", "Hear the person")
    CAPACITIES = DISCIPLINE | SELF
    EXAMPLE = {"case": "c-0000000000000000", "statement": "本人承认并检讨。"}

    statement: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._concern(desk)
        self._alive(desk.facts)
        self._after(desk, "核实", "verification", ConcernVerified)
        yield from once(desk, Happening(self.case, PersonHeard(**self.model_dump())))


class WaiveHearing(_CaseStep):
    """Goes on without hearing the person, with a reason."""

    CLAUSE = "D2"
    EVENT = HearingWaived
    LABEL = ("不听取申辩", "Waive the hearing")
    CAPACITIES = DISCIPLINE
    REASON_DUE = True
    EXAMPLE = {"case": "c-0000000000000000"}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._concern(desk)
        self._alive(desk.facts)
        self._after(desk, "核实", "verification", ConcernVerified)
        yield from once(desk, Happening(self.case, HearingWaived(case=self.case)))


class ProposeDisqualification(_CaseStep):
    """The leading group proposes, after verification and hearing."""

    CLAUSE = "D2"
    EVENT = DisqualificationProposed
    LABEL = ("提出取消资格", "Propose a disqualification")
    CAPACITIES = GROUP
    EXAMPLE = {"case": "c-0000000000000000", "text": "建议取消培养资格。"}

    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        concern = self._concern(desk)
        self._alive(desk.latest)
        self._after(desk, "核实", "verification", ConcernVerified)
        self._after(
            desk,
            "听取本人申辩（或说明不听取的理由）",
            "the hearing, or its waiver",
            PersonHeard,
            HearingWaived,
        )
        leading_group_acts(desk, concern.batch)
        yield from once(desk, Happening(self.case, DisqualificationProposed(**self.model_dump())))


class DecideDisqualification(_CaseStep):
    """The committee decides: the membership ends and its place opens, in one transaction."""

    CLAUSE = "D2"
    EVENT = DisqualificationDecided
    LABEL = ("决定取消资格", "Decide a disqualification")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"case": "c-0000000000000000", "resolution": "r-0000000000000000"}

    resolution: ResolutionId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        concern = self._concern(desk)
        decided = desk.latest.one(concern.person, DisqualificationDecided, self.case)
        if decided and decided.value.resolution == self.resolution:
            return
        if decided:
            raise Refusal("D2", "此案已有决定。", "The case is decided.")
        self._alive(desk.latest)
        proposed = desk.facts.one(self.case, DisqualificationProposed)
        if proposed is None:
            raise Refusal(
                "D2", "顺序不对：须先由领导小组提出。", "Out of order: the leading group's proposal comes first."
            )
        about = {"matter": Matter.DISQUALIFICATION, "batch": concern.batch, "case": self.case}
        desk.passed(concern.person, self.resolution, **about)
        desk.voted_after("D2", concern.person, self.resolution, proposed.since)
        member = desk.member(concern.person, concern.batch)
        if ends_today(desk, member):
            raise Refusal(
                "E2",
                f"培养期今日（{desk.day}）届满，期满结果已定；如须取消资格，请先撤销期满决定。",
                f"The term ends today ({desk.day}) with its outcome; to disqualify, withdraw the outcome first.",
                value=desk.day,
                limit=member.ends_on,
            )
        verified = desk.facts.one(self.case, ConcernVerified)
        assert verified is not None, "a proposal follows a verification"
        yield Happening(
            concern.person,
            DisqualificationDecided(
                case=self.case,
                batch=concern.batch,
                membership=member.membership,
                ground=concern.ground,
                other=concern.other,
                facts_found=verified.value.facts_found,
                resolution=self.resolution,
            ),
        )
        yield from end_and_open(desk, member, EndCause.DISQUALIFIED, VacancyCause.DISQUALIFIED, self.resolution)


class _AfterDecision(Command):
    person: PersonId
    case: CaseId

    def _decided(self, desk: Desk) -> DisqualificationDecided:
        decided = desk.facts.one(self.person, DisqualificationDecided, self.case)
        if decided is None:
            raise Refusal("D2", f"{desk.day} 之前没有取消资格的决定。", f"There was no decision by {desk.day}.")
        return decided.value


class NotifyDecision(_AfterDecision):
    """Records that the person was told."""

    CLAUSE = "D2"
    EVENT = DecisionNotified
    LABEL = ("告知决定", "Notify the decision")
    CAPACITIES = DISCIPLINE | COMMITTEE
    EXAMPLE = {"person": "p-0000000000000000", "case": "c-0000000000000000"}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        batch = self._decided(desk).batch
        if desk.latest.one(self.person, DecisionNotified, self.case) is None:
            yield Happening(self.person, DecisionNotified(case=self.case, batch=batch))


class LodgeAppeal(_AfterDecision):
    """Records the person's appeal."""

    CLAUSE = "D2"
    EVENT = AppealLodged
    LABEL = ("提出申诉", "Lodge an appeal")
    CAPACITIES = DISCIPLINE | SELF
    EXAMPLE = {"person": "p-0000000000000000", "case": "c-0000000000000000", "text": "请求复核。"}

    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        batch = self._decided(desk).batch
        lodged = AppealLodged(case=self.case, batch=batch, text=self.text)
        yield from once(desk, Happening(self.person, lodged), self.case)


class DecideAppeal(_AfterDecision):
    """Decides an appeal. Upheld, it restores the membership from this day; the place rule judges.

    It is turned down by a vote to do so that passed, or by one to uphold it that failed.
    """

    CLAUSE = "D2"
    EVENT = AppealDecided
    LABEL = ("决定申诉", "Decide an appeal")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "case": "c-0000000000000000",
        "upheld": True,
        "text": "原决定撤销。",
        "resolution": "r-0000000000000000",
    }

    upheld: bool
    text: Text
    resolution: ResolutionId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        decided = self._decided(desk)
        lodged = desk.facts.one(self.person, AppealLodged, self.case)
        if lodged is None:
            raise Refusal("D2", "没有提出过申诉。", "No appeal was lodged.")
        self._check_vote(desk, decided.batch)
        desk.voted_after("D2", self.person, self.resolution, lodged.since)
        appeal = AppealDecided(batch=decided.batch, **self.model_dump(exclude={"person"}))
        decision = list(once(desk, Happening(self.person, appeal), self.case))
        yield from decision
        if decision and self.upheld:
            yield from self._restore(desk, decided)

    def _check_vote(self, desk: Desk, batch: str) -> None:
        """A vote for what is decided, or one that did not uphold the appeal."""
        about = {"matter": Matter.APPEAL, "batch": batch, "case": self.case}
        vote = school.resolution(desk.facts, self.person, self.resolution).value
        if not self.upheld and vote.upheld and vote.result is Result.FAILED:
            desk.about(self.person, self.resolution, **about)
        else:
            desk.passed(self.person, self.resolution, **about, upheld=self.upheld)

    def _restore(self, desk: Desk, decided: DisqualificationDecided) -> Iterator[Happening]:
        if school.active_membership(desk.latest, self.person):
            raise Refusal("H1", "此人另有在培资格，不能恢复。", "The person has another active membership.")
        member = next(m for m in school.members(desk.facts, self.person) if m.membership == decided.membership)
        if member.cause is not EndCause.DISQUALIFIED or desk.left(self.person):
            raise Refusal(
                "D2",
                "此人已离校，或培养另因他故先已结束，不能恢复。",
                "The person has left, or the membership ended before for another cause: it is not restored.",
            )
        if desk.day > member.ends_on:
            raise Refusal(
                "H2",
                f"培养期已于 {member.ends_on} 届满，不能恢复。",
                f"The term ended on {member.ends_on}.",
                value=desk.day,
                limit=member.ends_on,
            )
        place(desk, member.tier, Ground(self.person, decided.batch, self.resolution))
        yield Happening(
            self.person,
            DisqualificationRevoked(
                case=self.case, batch=decided.batch, membership=member.membership, resolution=self.resolution
            ),
        )
        yield Happening(
            self.person,
            MembershipRestored(membership=member.membership, batch=decided.batch, resolution=self.resolution),
        )
        for vacancy in school.open_vacancies(desk.latest, decided.batch):
            if vacancy.value.membership == member.membership:
                yield Happening(decided.batch, VacancyCancelled(vacancy=vacancy.key, batch=decided.batch))
