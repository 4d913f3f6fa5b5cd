"""党委会讨论: meetings, recusals, one vote per person, announcement (R4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain import first_round, register, school, votes
from domain.capacities import COMMITTEE
from domain.commands.rounds import first_round_takes, in_window, judge_free, let_in_once, nominated, round_takes
from domain.commands.tier_rules import asked_for, conditions, on_the_day
from domain.desk import Bundle, Command, Desk, Happening, Inputs, batch_of, once, repeated, same_day
from domain.errors import Malformed, Refusal, Unknown
from domain.events.base import INITIAL_ROUND, BatchId, CaseId, MeetingId, PersonId, Round
from domain.events.committee import (
    MeetingHeld,
    RecusalDeclared,
    ResolutionReached,
    ResultAnnounced,
)
from domain.events.disqualification import AppealLodged, ConcernRaised, DisqualificationProposed
from domain.events.selection import CandidateShortlisted, ExceptionGranted
from domain.events.vacancy import MotionRaised
from domain.facts import Facts, Row
from domain.language import Capacity, Code, Count, Grade, Group, Line, Matter, Outcome, Result, Step, Text, Verdict
from domain.plan import Plan
from domain.rulebook import exceptional
from domain.rules import Judgement, judge
from domain.text import alike


class HoldMeeting(Command):
    """Records a meeting of the Party committee: who is entitled, at the table, on leave.

    Who is entitled follows from the register; before its first entry the meeting lists them.
    """

    CLAUSE = "R4"
    EVENT = MeetingHeld
    LABEL = ("召开党委会", "Hold a meeting")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "batch": "2024-second",
        "title": "党委会 2024年第5次会议",
        "chair": "p-0000000000000000",
        "members": ["p-0000000000000000"],
        "present": ["p-0000000000000000"],
    }

    batch: BatchId
    title: Line
    present: tuple[PersonId, ...]
    chair: PersonId
    members: tuple[PersonId, ...] = ()
    on_leave: tuple[PersonId, ...] = ()

    def decide(self, desk: Desk) -> Iterator[Happening]:
        members = self._members(desk)
        self._check_lists(members)
        need = desk.plan(self.batch).committee.quorum(len(members))
        if len(self.present) < need:
            raise Refusal(
                "R4",
                f"到会 {len(self.present)} 人，不足法定的 {need} 人。",
                f"{len(self.present)} present, the quorum is {need}.",
                value=len(self.present),
                limit=need,
            )
        held = MeetingHeld(meeting=desk.new_id("m"), **self.model_dump(exclude={"members"}), members=members)
        if same_day(desk, self.batch, held):
            return
        if any(
            alike(row.value.title, self.title) and row.since == desk.day
            for row in desk.latest.all(self.batch, MeetingHeld)
        ):
            raise Refusal(
                "R4", "当日同名会议已登记，内容不同。", "Another meeting of that title is on record for the day."
            )
        yield Happening(self.batch, held)

    def _members(self, desk: Desk) -> tuple[str, ...]:
        """Everybody entitled: by the register of the day; before its first entry as the meeting lists them."""
        for person in self.members:
            desk.here(person, self.CLAUSE)
        if not register.is_kept(desk.facts, Group.PARTY_COMMITTEE):
            if not self.members:
                raise Malformed("党委会名册还没有登记，须列出委员（members）。", "No register yet: list the members.")
            return self.members
        entitled = register.entitled(desk.facts, ())
        if self.members and set(self.members) != entitled:
            names = "、".join(school.name_of(desk.facts, p) for p in sorted(set(self.members) ^ entitled))
            raise Refusal(
                "R4",
                f"委员名单与当日名册不符：{names}。",
                f"The members are not those on the register of the day: {names}.",
                value=len(self.members),
                limit=len(entitled),
            )
        return self.members or tuple(row.value.person for row in register.seats(desk.facts, Group.PARTY_COMMITTEE))

    def _check_lists(self, members: tuple[str, ...]) -> None:
        for people in (members, self.present, self.on_leave):
            if len(set(people)) != len(people):
                raise Refusal("R4", "委员名单有重复。", "A member is listed twice.")
        if not set(self.present) <= set(members) or self.chair not in self.present:
            raise Refusal("R4", "到会人员和主持人须是委员。", "Who is present, and the chair, are members.")
        if not set(self.on_leave) <= set(members) - set(self.present):
            raise Refusal("R4", "请假的须是没有到会的委员。", "Who is on leave is a member who is not present.")


def meeting(desk: Desk, batch: str, key: str) -> Row[MeetingHeld]:
    """A meeting held by the day, or a clear error."""
    held = desk.facts.one(batch, MeetingHeld, key)
    if held is None:
        raise Unknown(f"{desk.day} 之前没有会议 {key}。", f"There was no meeting {key} by {desk.day}.")
    return held


class DeclareRecusal(Command):
    """A member takes no part where this person is concerned."""

    CLAUSE = "R4"
    EVENT = RecusalDeclared
    LABEL = ("申明回避", "Declare a recusal")
    CAPACITIES = COMMITTEE | {Capacity.COMMITTEE_MEMBER}
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "meeting": "m-0000000000000000",
        "member": "p-1111111111111111",
        "because": "配偶关系",
    }

    person: PersonId
    batch: BatchId
    meeting: MeetingId
    member: PersonId
    because: Text

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        event = bundle[0].event
        assert isinstance(event, RecusalDeclared)
        return {"batch": batch_of(known, "meeting", event.meeting)}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if self.member not in meeting(desk, self.batch, self.meeting).value.members:
            raise Refusal("R4", "回避的须是委员。", "Only a member can be recused.")
        if any(
            row.value.meeting == self.meeting for row in desk.latest.all(desk.person(self.person), ResolutionReached)
        ):
            raise Refusal("R4", "此人已经表决，不能再申明回避。", "The vote on this person was already taken.")
        recusal = RecusalDeclared(meeting=self.meeting, member=self.member, because=self.because)
        yield from once(desk, Happening(self.person, recusal), f"{self.meeting}/{self.member}")


class PassResolution(Command):
    """Records the vote on one matter: passed with the agreement of more than half of those entitled to vote on it.

    The result follows from the counts; `deferred` says that no decision was taken. A passed admission grants the
    exceptions that were asked for at the shortlist. What the vote leaves open (`extended_to`, `upheld`, `rule`, `text`)
    it is on whatever it says; a `case` that it leaves open is the one that waits for it.
    """

    CLAUSE = "R4"
    EVENT = ResolutionReached
    LABEL = ("表决", "Take a vote")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "meeting": "m-0000000000000000",
        "matter": "admission",
        "tier": "three",
        "agree": 7,
        "disagree": 0,
        "abstain": 1,
    }

    batch: BatchId
    meeting: MeetingId
    matter: Matter
    agree: Count
    disagree: Count
    abstain: Count
    person: PersonId | None = None
    round: Round | None = None
    tier: Code | None = None
    year: int | None = None
    grade: Grade | None = None
    outcome: Outcome | None = None
    extended_to: date | None = None
    rule: Line | None = None
    case: CaseId | None = None
    upheld: bool | None = None
    deferred: bool = False
    en_bloc: bool = False
    text: Text | None = None

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del known
        stream, event = bundle[0].stream, bundle[0].event
        assert isinstance(event, ResolutionReached)
        return {"person": None if stream == event.batch else stream, "deferred": event.result is Result.DEFERRED}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if self.person and self.case is None and self.matter in votes.OF_CASE and desk.is_new:
            yield from self.model_copy(update={"case": self._case(desk, self.person)}).decide(desk)
            return
        self._check_about(desk)
        held = meeting(desk, self.batch, self.meeting)
        if held.since != desk.day:
            raise Refusal(
                "R4",
                f"会议在 {held.since} 召开，表决须记在当日。",
                f"The meeting was on {held.since}: so is the vote.",
                value=desk.day,
                limit=held.since,
            )
        entitled, voting = self._voters(desk, held.value)
        if self.agree + self.disagree + self.abstain != voting:
            raise Refusal(
                "R4",
                f"同意、不同意、弃权合计须等于到会且不回避的 {voting} 人。",
                f"Agree, disagree and abstain add up to the {voting} present who are not recused.",
                value=self.agree + self.disagree + self.abstain,
                limit=voting,
            )
        reached = self._reached(desk, entitled)
        if self._already(desk, reached):
            return
        self._check_announced(desk, reached)
        if self.matter is Matter.ADMISSION:
            in_window(desk, self.batch, Step.DECIDE, self.round or INITIAL_ROUND)
        if self.matter is Matter.ADMISSION and reached.result is Result.PASSED:
            judge_free(desk, self.batch, str(reached.round), str(self.tier))
        yield Happening(self.person or self.batch, reached)
        if self.matter is Matter.ADMISSION and reached.result is Result.PASSED:
            yield from self._grants(desk, reached)

    def _check_about(self, desk: Desk) -> None:
        plan = desk.plan(self.batch)
        personal = self.matter not in (Matter.PLAN, Matter.SUPPLEMENT)
        if personal != (self.person is not None):
            raise Malformed(
                "此事项须（或不须）写明 person。",
                "This matter is about a person, or about none: mind person.",
            )
        self._check_fields(plan)
        if self.tier:
            plan.tier(self.tier)
        if self.person:
            desk.person(self.person)
        if self.matter is Matter.GRADE:
            self._check_year(desk, plan)
        if self.matter is Matter.ADMISSION:
            self._check_shortlisted(desk)
        if self.case:
            self._check_case(desk, self.case)
        of_motion = self.round not in (None, INITIAL_ROUND) or self.matter is Matter.SUPPLEMENT
        if of_motion and desk.facts.one(self.batch, MotionRaised, str(self.round)) is None:
            raise Refusal("D3", "领导小组还没有提出此动议。", "The leading group has not raised this motion.")

    def _check_fields(self, plan: Plan) -> None:
        """A vote says what its matter is told by, and nothing that its matter does not have."""
        if self.rule and self.matter is Matter.EXCEPTION:
            exceptional(plan, self.rule, self.tier)
        allowed = votes.allowed(self)
        told = [name for name in votes.TELLING if getattr(self, name) is not None]
        if lacking := [name for name in votes.FIELDS[self.matter].due if name not in told]:
            raise Malformed(f"此事项须写明 {lacking[0]}。", f"This matter needs {lacking[0]}.")
        if strays := [name for name in told if name not in allowed]:
            listed = ", ".join(strays)
            raise Malformed(f"此事项没有 {listed} 一项，请删去。", f"This matter has no {listed}: leave it out.")

    def _case(self, desk: Desk, person: str) -> str | None:
        """The person's case that is put to the vote where the sender names none."""
        known = votes.cases(desk.facts, person, self.batch, self.matter)
        if len(known) > 1:
            listed = ", ".join(known)
            raise Malformed(f"此人有多个案件，须写明 case（{listed}）。", f"Several cases fit: name one ({listed}).")
        if not known and self.matter is Matter.DISQUALIFICATION:
            raise Refusal(
                "D2", "领导小组还没有提出取消资格。", "The leading group has not proposed a disqualification."
            )
        if not known:
            raise Refusal("D2", "没有提出过申诉。", "No appeal was lodged.")
        return known[0]

    def _check_case(self, desk: Desk, case: str) -> None:
        """The case is this person's, and is as far as the vote needs it."""
        raised = desk.facts.one(case, ConcernRaised)
        if raised is None or (raised.value.person, raised.value.batch) != (self.person, self.batch):
            raise Unknown(f"{desk.day} 之前此人没有案件 {case}。", f"This person has no case {case} by {desk.day}.")
        if self.matter is Matter.DISQUALIFICATION and desk.facts.one(case, DisqualificationProposed) is None:
            raise Refusal(
                "D2", "领导小组还没有对此案提出取消资格。", "The leading group has not proposed it in this case."
            )
        if self.matter is Matter.APPEAL and desk.facts.one(str(self.person), AppealLodged, case) is None:
            raise Refusal("D2", "此案没有提出过申诉。", "No appeal was lodged in this case.")

    def _check_year(self, desk: Desk, plan: Plan) -> None:
        last = max([plan.cycle.ends_on, *(m.ends_on for m in school.members(desk.facts, self.batch))])
        if self.year not in plan.years(last):
            raise Refusal("E1", f"{self.year} 不是本批的培养年度。", f"{self.year} is no training year of this batch.")

    def _check_shortlisted(self, desk: Desk) -> None:
        turn = self.round or INITIAL_ROUND
        round_takes(desk, self.batch, turn, str(self.tier))
        nominated(desk, str(self.person), self.batch, turn)
        let_in_once(desk.facts, str(self.person), self.batch, turn)
        key = f"{self.batch}/{turn}"
        listed = desk.facts.one(str(self.person), CandidateShortlisted, key)
        desk.here(str(self.person), self.CLAUSE)
        if listed is None or listed.value.tier != self.tier:
            raise Refusal("R3", "此人不是这一梯队的初步人选。", "This person is not on the shortlist of this tier.")
        if turn == INITIAL_ROUND:
            first_round_takes(desk, str(self.person), self.batch, str(self.tier))

    def _voters(self, desk: Desk, held: MeetingHeld) -> tuple[int, int]:
        """How many may vote on this, and how many of them are at the table; a nominee on the committee is recused."""
        recused = {
            row.value.member
            for row in desk.facts.all(self.person or "", RecusalDeclared)
            if row.value.meeting == self.meeting
        }
        entitled = register.entitled(desk.facts, held.members) - recused - {self.person}
        return len(entitled), len(entitled & set(held.present))

    def _reached(self, desk: Desk, entitled: int) -> ResolutionReached:
        majority = desk.plan(self.batch).committee.majority
        result = Result.PASSED if majority(self.agree, entitled) else Result.FAILED
        fields = self.model_dump(exclude={"person", "deferred", "round"})
        turn = self.round or (INITIAL_ROUND if self.matter is Matter.ADMISSION else None)
        return ResolutionReached(
            resolution=desk.new_id("r"),
            entitled=entitled,
            round=turn,
            result=Result.DEFERRED if self.deferred else result,
            results=self._results(desk),
            **fields,
        )

    def _results(self, desk: Desk) -> tuple[Judgement, ...]:
        """What the rules of the tier say on this day of whom an admission is put to the vote."""
        if self.matter is not Matter.ADMISSION:
            return ()
        return on_the_day(desk, str(self.person), self.batch, str(self.tier), desk.day)

    def _already(self, desk: Desk, reached: ResolutionReached) -> bool:
        """Whether this very vote is on record. One meeting votes once on a matter, unless it deferred it.

        Of the answers that a matter can have, grades of a year or outcomes, it passes one.
        """
        for row in desk.latest.all(self.person or self.batch, ResolutionReached):
            if row.value.model_copy(update={"resolution": reached.resolution, "results": reached.results}) == reached:
                return True
            if row.value.meeting != self.meeting or not votes.same_matter(row.value, reached):
                continue
            both = row.value.result is Result.PASSED and reached.result is Result.PASSED
            again = votes.same_proposal(row.value, reached) and row.value.result is not Result.DEFERRED
            if both or again:
                raise Refusal(
                    "R4",
                    f"本次会议对此已有表决（@{row.source}）；如有错误请更正。",
                    f"This meeting has voted on it (@{row.source}); correct that if it is wrong.",
                )
        return False

    def _check_announced(self, desk: Desk, reached: ResolutionReached) -> None:
        """An announcement tells what a meeting decided: a vote under it does not turn into none."""
        announced = desk.latest.one(self.batch, ResultAnnounced, f"{reached.round}/{self.meeting}")
        if announced and reached.result is Result.DEFERRED:
            raise Refusal(
                "R4",
                f"本次会议的结果已于 {announced.since} 公布，不能再记为暂缓；公布有误的，先更正或撤回公布。",
                f"This meeting's result was announced on {announced.since}: no vote of it is deferred. If that"
                " announcement is wrong, correct or withdraw it first.",
            )

    def _grants(self, desk: Desk, reached: ResolutionReached) -> Iterator[Happening]:
        person, turn = str(self.person), str(reached.round)
        asked = asked_for(desk, person, self.batch, turn)
        for judgement in (*reached.results, *conditions(desk, person, self.batch, turn)):
            wanted = asked.get(judgement.rule)
            if judgement.verdict is Verdict.EXCEPTION and wanted and wanted.verdict is Verdict.EXCEPTION:
                yield Happening(
                    person,
                    ExceptionGranted(
                        batch=self.batch,
                        rule=judgement.rule,
                        approver=wanted.approver or desk.plan(self.batch).committee_name,
                        resolution=reached.resolution,
                    ),
                    wanted.reason,
                )


class AnnounceResult(Command):
    """Announces what one meeting decided in one round; later than the plan's days with a reason (R4, W)."""

    CLAUSE = "R4"
    EVENT = ResultAnnounced
    LABEL = ("公布结果", "Announce the result")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"batch": "2024-second", "meeting": "m-0000000000000000", "channel": "校务公开栏"}

    batch: BatchId
    meeting: MeetingId
    channel: Line
    round: Round = INITIAL_ROUND
    audience: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        held = meeting(desk, self.batch, self.meeting)
        if standing := desk.latest.one(self.batch, ResultAnnounced, f"{self.round}/{self.meeting}"):
            return repeated(desk, standing, channel=self.channel, audience=self.audience)
        if self.meeting not in {one for _, _, one in first_round.voted_at(desk.facts, self.batch, self.round)}:
            raise Refusal(
                "R4",
                "这次会议没有就本轮人选表决，没有可公布的结果。",
                "That meeting took no vote on this round: there is no result of it to announce.",
            )
        due = held.since + timedelta(days=desk.plan(self.batch).committee.announce_within_days)
        desk.judge(judge("W.result", ok=desk.day <= due, value=desk.day, limit=due, on=desk.day))
        yield Happening(self.batch, ResultAnnounced(**self.model_dump()))
