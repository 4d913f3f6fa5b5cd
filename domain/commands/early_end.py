"""提前结束培养: an end of a membership before its term's, by resolution and with a reason (E2)."""

from __future__ import annotations

from collections.abc import Iterator

from domain import school
from domain.capacities import COMMITTEE
from domain.commands.leaving import end_and_open
from domain.desk import Command, Desk, Happening
from domain.errors import Malformed, Refusal
from domain.events.base import BatchId, Event, PersonId, ResolutionId
from domain.events.membership import MembershipEnded
from domain.language import EndCause, Matter, VacancyCause
from domain.rules import judge

# Ends before the term's, each with the matter that the committee votes on and the cause of the place that opens.
EARLY = {
    EndCause.PROMOTED: (Matter.EARLY_PROMOTION, VacancyCause.PROMOTED),
    EndCause.WITHDRAWN: (Matter.WITHDRAWAL, VacancyCause.WITHDRAWN),
    EndCause.TERMINATED: (Matter.TERMINATION, VacancyCause.TERMINATED),
}


class EndMembership(Command):
    """Ends a membership before its term does: by promotion, at the member's wish, or after 建议终止.

    The membership ends on the day and its place opens, in one transaction. After 建议终止 the committee votes on
    `termination`: passed it ends the membership, failed the training goes on.
    """

    CLAUSE = "E2"
    EVENT = MembershipEnded
    LABEL = ("提前结束培养", "End a membership")
    CAPACITIES = COMMITTEE
    REASON_DUE = True
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "cause": "withdrawn",
        "resolution": "r-0000000000000000",
    }

    person: PersonId
    batch: BatchId
    cause: EndCause
    resolution: ResolutionId

    @classmethod
    def leads_to(cls, event: Event) -> bool:
        return isinstance(event, MembershipEnded) and event.cause in EARLY

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if self.cause not in EARLY:
            raise Malformed(
                f"提前结束的原因（cause）只有：{'、'.join(EARLY)}。", f"The causes of an early end: {', '.join(EARLY)}."
            )
        if any(
            (m.batch, m.cause, m.ended_by) == (self.batch, self.cause, self.resolution)
            for m in school.members(desk.latest, desk.person(self.person))
        ):
            return
        member = desk.member(self.person, self.batch)
        if desk.day >= member.ends_on:
            raise Refusal(
                "E2",
                f"培养期到 {member.ends_on} 为止，请作期满决定（decide-outcome）。",
                f"The term runs to {member.ends_on}: decide the outcome instead (decide-outcome).",
                value=desk.day,
                limit=member.ends_on,
            )
        matter, opens = EARLY[self.cause]
        desk.passed(self.person, self.resolution, matter=matter, batch=self.batch)
        if self.cause is EndCause.TERMINATED:
            self._check_recommended(desk)
        desk.judge(judge("E2.early", ok=False, value=desk.day, limit=member.ends_on, on=desk.day))
        yield from end_and_open(desk, member, self.cause, opens, self.resolution)

    def _check_recommended(self, desk: Desk) -> None:
        """The committee decides on a recommendation that stands, and after it."""
        days = [day for _, day in school.termination_recommended(desk.facts, self.person, self.batch)]
        if not days:
            raise Refusal("E2", "没有“建议终止培养”的评价意见。", "No grade recommends to terminate.")
        desk.voted_after("E2", self.person, self.resolution, max(days))
