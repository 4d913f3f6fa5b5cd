"""民主推荐: who nominates whom, and the ballot (R2)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from domain import school, votes
from domain.capacities import GROUP, SELF, UNIT
from domain.commands.rounds import check_counts, in_window, judge_free, nominated, round_takes
from domain.desk import Bundle, Command, Desk, Happening, Inputs, repeated, same_day
from domain.errors import Refusal, Unknown
from domain.events.base import INITIAL_ROUND, BatchId, NominationId, PersonId, Round
from domain.events.person import PersonLeft
from domain.events.selection import (
    BallotCounted,
    BallotHeld,
    CandidateNominated,
    NominationWithdrawn,
)
from domain.facts import Facts
from domain.language import Capacity, Code, Count, Line, Step, Text
from domain.plan import Plan, pick
from domain.text import alike

# The field that names who nominates, by the kind of source; what else is told of a nomination makes it no other one.
NAMED = {"self": "nominator", "person": "nominator", "unit": "unit", "other": "other"}


class NominateCandidate(Command):
    """Records one nomination: by a leader, an office, a group, a division, oneself, or another form explained."""

    CLAUSE = "R2"
    EVENT = CandidateNominated
    LABEL = ("推荐人选", "Nominate a candidate")
    CAPACITIES = GROUP | UNIT | SELF
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "tier": "three",
        "source": "office",
        "unit": "教务处",
    }

    person: PersonId
    batch: BatchId
    tier: Code
    source: Code
    round: Round = INITIAL_ROUND
    nominator: PersonId | None = None
    unit: Line | None = None
    other: Line | None = None
    statement: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        plan.tier(self.tier)
        desk.person(self.person)
        self._check_source(self._by(plan), desk)
        if self._is_on_record(desk, plan):
            return
        self._check_nominee(desk, plan)
        round_takes(desk, self.batch, self.round, self.tier)
        judge_free(desk, self.batch, self.round, self.tier)
        in_window(desk, self.batch, Step.NOMINATE, self.round)
        yield Happening(
            self.person,
            CandidateNominated(nomination=desk.new_id("n"), **self.model_dump(exclude={"person"})),
        )

    def _by(self, plan: Plan) -> str:
        return pick(plan.sources, self.source, "推荐来源", "source").by

    def _is_on_record(self, desk: Desk, plan: Plan) -> bool:
        """Whether the same nominator has nominated this person in the round, whatever the day; a tier it may not be."""
        named = NAMED[self._by(plan)]
        same = [
            n
            for n in votes.nominations(desk.latest, self.person, self.batch, self.round)
            if n.value.source == self.source and alike(getattr(n.value, named), getattr(self, named))
        ]
        if same and self.tier != same[0].value.tier:
            tier = plan.tier(same[0].value.tier)
            raise Refusal(
                "R2",
                f"同一推荐人已推荐此人为“{tier.label}”梯队人选；如要改推，请先撤回原推荐。",
                f"The same nominator has nominated this person for tier {tier.label_en}: withdraw that first.",
            )
        if same:
            repeated(desk, same[0], statement=self.statement)
        return bool(same)

    def _check_source(self, by: str, desk: Desk) -> None:
        wants = {
            "self": self.nominator == self.person,
            "person": self.nominator not in {None, self.person},
            "unit": self.unit is not None,
            "other": self.other is not None,
        }
        if not wants[by]:
            raise Refusal(
                "R2",
                {
                    "self": "自荐的推荐人须是本人（nominator）。",
                    "person": "须写明推荐人（nominator），且不是本人；本人推荐属自荐。",
                    "unit": "须写明推荐单位（unit）。",
                    "other": "须写明推荐形式（other）。",
                }[by],
                {
                    "self": "A self-nomination is made by the nominee.",
                    "person": "Name the nominator, another than the nominee; else it is a self-nomination.",
                    "unit": "Name the unit.",
                    "other": "Explain the form (other).",
                }[by],
            )
        if desk.request.capacity is Capacity.SELF and by != "self":
            raise Refusal("O2", "本人只能自荐。", "As oneself one only nominates oneself.", value=self.source)
        if self.source == "other":
            desk.reason("R2", "其他推荐形式", "Another form of nomination")
        if self.nominator:
            desk.here(self.nominator, self.CLAUSE)

    def _check_nominee(self, desk: Desk, plan: Plan) -> None:
        """Somebody still here, whose training elsewhere is over when this cycle begins (H1)."""
        if desk.facts.one(self.person, PersonLeft):
            raise Refusal("R2", "此人已离校。", "This person has left the school.")
        standing = school.active_membership(desk.facts, self.person)
        if standing and (standing.batch == self.batch or standing.ends_on >= plan.cycle.starts_on):
            raise Refusal("H1", "此人已是在培对象，一人只能有一个在培资格。", "One active membership per person.")
        if school.disqualified(desk.facts, self.person, self.batch):
            raise Refusal(
                "D2",
                "此人在本批已被取消培养资格，不能再次推荐。",
                "Disqualified in this batch: not to be nominated again in it.",
            )


class WithdrawNomination(Command):
    """Takes a nomination back, with a reason. At the nominee's own wish all of theirs in the round go with it."""

    CLAUSE = "R2"
    EVENT = NominationWithdrawn
    LABEL = ("撤回推荐", "Withdraw a nomination")
    CAPACITIES = GROUP | UNIT | SELF
    REASON_DUE = True
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "nomination": "n-0000000000000000"}

    person: PersonId
    batch: BatchId
    nomination: NominationId
    at_own_wish: bool = False

    def decide(self, desk: Desk) -> Iterator[Happening]:
        made = desk.facts.one(self.person, CandidateNominated, self.nomination)
        if made is None or made.value.batch != self.batch:
            raise Unknown(f"没有推荐记录 {self.nomination}。", f"There is no nomination {self.nomination}.")
        self._check_whose(desk, made.value)
        withdrawn = NominationWithdrawn(**self.model_dump(exclude={"person"}))
        standing = {row.key for row in votes.nominations(desk.latest, self.person, self.batch, made.value.round)}
        if self.nomination in standing:
            yield Happening(self.person, withdrawn)
        elif self.at_own_wish and standing:
            raise Refusal(
                "R2",
                f"这份推荐已撤回；本人放弃请写明仍有效的一份：{'、'.join(sorted(standing))}。",
                f"That nomination was taken back; name one that stands: {', '.join(sorted(standing))}.",
            )

    def _check_whose(self, desk: Desk, made: CandidateNominated) -> None:
        """Who records only their own takes back only their own: a unit its nomination, the nominee theirs or all."""
        own = {
            Capacity.SELF: self.at_own_wish or made.nominator == self.person,
            Capacity.UNIT: made.unit is not None and not self.at_own_wish,
        }
        if not own.get(desk.request.capacity, True):
            raise Refusal(
                "O2", "只能撤回自己提出的推荐。", "One takes back only one's own nomination.", value=made.source
            )


class BallotLine(BaseModel):
    """One person's line in a ballot."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    person: PersonId
    agree: Count
    disagree: Count
    abstain: Count


class TallyBallot(Command):
    """Records a nomination ballot: its counts once, and a line for each person on it."""

    CLAUSE = "R2"
    EVENT = BallotHeld
    LABEL = ("推荐票统计", "Tally a ballot")
    CAPACITIES = UNIT
    EXAMPLE = {
        "batch": "2024-second",
        "meeting": "教职工大会",
        "expected": 190,
        "present": 180,
        "issued": 180,
        "returned": 178,
        "valid": 176,
        "invalid": 2,
        "lines": [{"person": "p-0000000000000000", "agree": 150, "disagree": 20, "abstain": 6}],
    }

    batch: BatchId
    round: Round = INITIAL_ROUND
    meeting: Line
    expected: Count
    present: Count
    issued: Count
    returned: Count
    valid: Count
    invalid: Count
    lines: tuple[BallotLine, ...]

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del known
        lines = [
            BallotLine(person=r.stream, agree=r.event.agree, disagree=r.event.disagree, abstain=r.event.abstain)
            for r in bundle
            if isinstance(r.event, BallotCounted)
        ]
        return {"lines": tuple(lines)}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.plan(self.batch)
        check_counts("R2", self)
        if len({line.person for line in self.lines}) != len(self.lines):
            raise Refusal("R2", "推荐票名单有重复，一人只列一行。", "Somebody is on the ballot twice.")
        for line in self.lines:
            nominated(desk, line.person, self.batch, self.round)
            if line.agree + line.disagree + line.abstain > self.valid:
                raise Refusal(
                    "R2",
                    f"{line.person} 的得票合计多于有效票 {self.valid} 张。",
                    f"The line of {line.person} adds up to more than {self.valid} valid ballots.",
                    value=line.agree + line.disagree + line.abstain,
                    limit=self.valid,
                )
        held = BallotHeld(record=desk.new_id("x"), **self.model_dump(exclude={"lines"}))
        for row in desk.latest.all(self.batch, BallotHeld):
            if (row.value.meeting, row.value.round, row.since) == (self.meeting, self.round, desk.day):
                if self._counted(desk, row.key) and same_day(desk, self.batch, held):
                    return
                raise Refusal(
                    "R2", f"此次推荐已有统计（@{row.source}），内容不同。", f"Tallied otherwise: @{row.source}."
                )
        in_window(desk, self.batch, Step.NOMINATE, self.round)
        yield Happening(self.batch, held)
        for line in self.lines:
            yield Happening(line.person, self._line(line, held.record))

    def _line(self, line: BallotLine, ballot: str) -> BallotCounted:
        return BallotCounted(ballot=ballot, batch=self.batch, round=self.round, **line.model_dump(exclude={"person"}))

    def _counted(self, desk: Desk, ballot: str) -> bool:
        return all(
            any(row.value == self._line(line, ballot) for row in desk.latest.all(line.person, BallotCounted))
            for line in self.lines
        )
