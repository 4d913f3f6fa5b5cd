"""The house rules that hold for every event, whatever command it comes from (H2, H4, O2, R4)."""

from __future__ import annotations

from datetime import date, datetime

from domain import school
from domain.capacities import Capacities
from domain.desk import Command, Desk, Happening, Request
from domain.errors import Refusal, Unsupported
from domain.events.base import Event, Recorded
from domain.events.batch import BatchClosed, PlanPublished
from domain.events.committee import ResolutionReached
from domain.events.membership import MembershipEnded, MembershipRestored, MembershipSuspended
from domain.events.person import PersonLeft
from domain.events.selection import ExceptionGranted
from domain.language import EndCause, Matter, Status, Verdict, today
from domain.rulebook import known_rule
from domain.rules import Judgement


def guard(desk: Desk, happening: Happening, day: date | None = None) -> None:
    """House rule H2 on the command's day, or another: what may stand on an ended or suspended membership."""
    event, batch = happening.event, getattr(happening.event, "batch", None)
    _guard_vote(desk, happening)
    _guard_closed(desk, event, batch, day or desk.day)
    if isinstance(event, MembershipEnded | MembershipSuspended):
        _guard_later(desk, happening.stream, event, day or desk.day)
    if (event.AFTER_END and event.WHILE_SUSPENDED) or batch in (None, happening.stream):
        return
    standing = [m for m in school.members(desk.known.on(day or desk.day), happening.stream) if m.batch == batch]
    if not standing:
        if event.NEEDS_MEMBERSHIP:
            raise Refusal(
                "H2", "此人当日还不是本批在培对象。", "On that day this person was no member of the batch yet."
            )
        return
    member = standing[-1]
    if member.status is Status.ENDED and not event.AFTER_END and not _selected_anew(desk, member, event, day):
        raise Refusal(
            "H2",
            f"培养已于 {member.status_since} 结束，其后的事项不能再记。",
            f"The membership ended on {member.status_since}; nothing later is recorded on it.",
            value=day or desk.day,
            limit=member.status_since,
        )
    if member.status is Status.SUSPENDED and not event.WHILE_SUSPENDED:
        raise Refusal(
            "H2",
            f"培养自 {member.status_since} 起暂停，期间不能记此事项。",
            f"The membership is suspended since {member.status_since}; this cannot be recorded.",
            value=day or desk.day,
            limit=member.status_since,
        )


def _guard_vote(desk: Desk, happening: Happening) -> None:
    """What is decided on a membership was voted on while it lasted: an earlier vote was on an earlier membership."""
    membership, key = (getattr(happening.event, name, None) for name in ("membership", "resolution"))
    member = next((m for m in school.members(desk.latest, happening.stream) if m.membership == membership), None)
    if member and key:
        desk.voted_after(type(happening.event).CLAUSE, happening.stream, key, member.since)


def _guard_closed(desk: Desk, event: Event, batch: str | None, day: date) -> None:
    """A closed batch takes what may stand after an end, and late records of days before it (M2)."""
    closed = desk.known.on(day).all(batch, BatchClosed) if batch else []
    if closed and not event.stands_after_close():
        raise Refusal(
            "H2",
            f"本批已于 {closed[0].since} 结束，其后的事项不能再记。",
            f"The batch was closed on {closed[0].since}; nothing later is recorded on it.",
            value=day,
            limit=closed[0].since,
        )


def _selected_anew(desk: Desk, member: school.Member, event: Event, day: date | None) -> bool:
    """Whether an event is of the selection of somebody who had left, and came back."""
    left = desk.known.on(day or desk.day).one(member.person, PersonLeft)
    return member.cause is EndCause.LEFT_SCHOOL and left is None and not event.NEEDS_MEMBERSHIP


def _guard_later(desk: Desk, stream: str, event: MembershipEnded | MembershipSuspended, day: date) -> None:
    """H2 looks ahead as well: no end, and no suspension, slips in before what could not stand after it.

    Leaving the school is nobody's decision here: told later, it is taken, and what it overtakes stays, marked (S5).
    """
    if isinstance(event, MembershipEnded) and event.cause is EndCause.LEFT_SCHOOL:
        return
    since, allowed = day, "WHILE_SUSPENDED"
    if isinstance(event, MembershipEnded):
        since, allowed = event.effective_on, "AFTER_END"
    later = [
        f"@{other.position}"
        for other in desk.known.standing_in(stream)
        if other.day > since
        and getattr(other.event, "batch", None) == event.batch
        and not getattr(other.event, allowed)
        and not _begins_anew(desk, stream, event, since, other.day)
    ]
    if later:
        places = ", ".join(later)
        raise Refusal(
            "H2",
            f"此后还有记录（{places}），须先撤销或更正其日期。",
            f"Later records stand ({places}); withdraw them or correct their days first.",
        )


def _begins_anew(
    desk: Desk, person: str, event: MembershipEnded | MembershipSuspended, since: date, until: date
) -> bool:
    """Whether what ends is restored, or what pauses turns otherwise, between two days. The first end wins."""
    if isinstance(event, MembershipEnded):
        restored = [row for row in desk.known.on(until).all(person, MembershipRestored) if row.since > since]
        return any(row.value.membership == event.membership for row in restored)
    standing = school.members(desk.known.on(until), person)
    return next(m.status_since for m in standing if m.membership == event.membership) > since


def decided(command: Command, desk: Desk) -> list[Happening]:
    """What a command comes to on a desk under every rule there is, or a refusal; nothing where it is already so."""
    check_request(command, desk.request, desk.now)
    happenings = list(command.decide(desk))
    for happening in happenings:
        guard(desk, happening)
    if happenings:
        check_rules(desk, happenings)
        check_judgements(command, desk)
        check_carried_out_once(desk, happenings)
    return happenings


def check_carried_out_once(desk: Desk, happenings: list[Happening]) -> None:
    """A resolution is carried out once, and an exception is made once by it (R4)."""
    for happening in happenings:
        if isinstance(happening.event, ExceptionGranted):
            _one_exception(desk, happening.stream, happening.event.rule, happening.event.resolution)
        else:
            _carried_out_before(desk, happening)
    for judgement in desk.judgements:
        if judgement.resolution and judgement.verdict is Verdict.EXCEPTION:
            _excepted_before(desk, happenings[0], judgement)
            _one_exception(desk, happenings[0].stream, judgement.rule, judgement.resolution)


def _carried_out_before(desk: Desk, happening: Happening) -> None:
    for kind, key in happening.event.mentions():
        made = desk.known.maker(kind, key) if kind == "resolution" else None
        for position in desk.known.dependents(made.position) if made else ():
            other = desk.known.standing(position)
            if other and type(other.event) is type(happening.event):
                raise _before(key, position)


def _excepted_before(desk: Desk, happening: Happening, judgement: Judgement) -> None:
    for other in desk.known.standing_in(happening.stream):
        if type(other.event) is type(happening.event):
            for by in (other, *desk.known.corrections(other.position)):
                if any((j.rule, j.resolution) == (judgement.rule, judgement.resolution) for j in by.body.judgements):
                    raise _before(str(judgement.resolution), other.position)


def _one_exception(desk: Desk, stream: str, rule: str, key: str) -> None:
    """A vote on an exception that names no rule makes one, whatever its rule."""
    vote = desk.latest.one(stream, ResolutionReached, key)
    if vote is None or vote.value.matter is not Matter.EXCEPTION or vote.value.rule:
        return
    for position in desk.known.dependents(vote.origin):
        other = desk.known.standing(position)
        if other and _excepted(other, key) - {rule}:
            raise _before(key, position)


def _excepted(recorded: Recorded, key: str) -> set[str]:
    """The rules from which a record makes an exception by a resolution."""
    event = recorded.event
    granted = {event.rule} if isinstance(event, ExceptionGranted) and event.resolution == key else set()
    return granted | {judgement.rule for judgement in recorded.body.judgements if judgement.resolution == key}


def _before(key: str, position: int) -> Refusal:
    return Refusal(
        "R4",
        f"决议 {key} 已执行过（@{position}）；另一件事须另有决议。",
        f"Resolution {key} was carried out before (@{position}): another matter needs its own.",
    )


def check_request(command: Command, request: Request, now: datetime) -> None:
    """House rule H4, the capacity, and a reason where the command always needs one."""
    if request.occurred_on > today(now):
        raise Refusal(
            "H4",
            f"{request.occurred_on} 还没有到，不能记录未来的事实。",
            f"{request.occurred_on} is still to come; no fact is dated after today.",
            value=request.occurred_on,
            limit=today(now),
        )
    check_capacity(command.CAPACITIES, request)
    if command.REASON_DUE and request.reason is None:
        raise Refusal(command.CLAUSE, "此事项须说明理由（reason）。", "This needs a reason.")


def check_capacity(may: Capacities, request: Request) -> None:
    """Who may record what: only who is named for it."""
    if request.capacity not in may:
        raise Refusal(
            "O2",
            f"以“{request.capacity}”身份不能办理此事，可用身份：{'、'.join(sorted(may))}。",
            f"Not to be done as {request.capacity}, but as {', '.join(sorted(may))}.",
            value=request.capacity,
        )


def check_rules(desk: Desk, happenings: list[Happening]) -> None:
    """A rule that the plan does not have cannot be excepted."""
    batch = next((b for h in happenings if (b := getattr(h.event, "batch", None))), None)
    if batch and desk.request.exceptions and desk.facts.one(batch, PlanPublished):
        plan = desk.plan(batch)
        for given in desk.request.exceptions:
            known_rule(plan, given.rule)


def check_judgements(command: Command, desk: Desk) -> None:
    """Refuse when a caution has no reason, or an exception lacks one of its parts."""
    judgements = [j for j in desk.judgements if j not in desk.settled]
    lacking = [j for j in judgements if (j.reason is None if command.ASKS else j.missing())]
    if lacking:
        raise Unsupported(lacking)
    asked = [j for j in judgements if j.verdict is Verdict.EXCEPTION]
    if command.ASKS and asked and not (desk.evidence or desk.request.document):
        raise Refusal(
            asked[0].clause,
            "申请例外须附材料（evidence）或文号（document）。",
            "An exception is asked for with evidence or a document number.",
        )
