"""Where a command meets the facts: what a decision may ask, and the house rules that hold for every event."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from domain import school, text, votes
from domain.capacities import OFFICE, Capacities
from domain.entry import Entry, Reading, hints
from domain.errors import Malformed, Refusal, Unknown
from domain.events.base import Event, Evidence, Recorded
from domain.events.person import PersonLeft, PersonRegistered
from domain.facts import Facts, Index, Row
from domain.identity import find_person
from domain.language import Capacity, Line, Matter, Result, Sha256, Text, Verdict
from domain.malformed import malformed
from domain.plan import Plan
from domain.rules import GrantedException, Judgement

M = TypeVar("M", bound=BaseModel)

# What one command recorded, and fields of a command by name.
Bundle = Sequence[Recorded]
Inputs = Mapping[str, Any]


class Ground(NamedTuple):
    """What the resolution of an exception is about: the subject, its batch, and the decision's own resolution, if any.

    The committee resolves on the exception by itself, naming the rule, or grants it with the decision it is part of.
    """

    subject: str
    batch: str
    decision: str | None = None
    # What a resolution on the exception must say as well, where it says anything of it: the year, the tier, the round.
    about: Mapping[str, object] = MappingProxyType({})


class Happening(NamedTuple):
    """An event that a decision makes, for a stream. `on` where it is another day than the command's."""

    stream: str
    event: Event
    reason: str | None = None


class Command(Entry):
    """What somebody wants recorded. Subclasses are imperatives; `decide` yields what happens, or refuses.

    Yielding nothing means that it is already so.
    """

    CLAUSE: ClassVar[str]
    # What its records begin with: where it is recorded, the command can be put together again (domain.reconstruct).
    EVENT: ClassVar[type[Event]]
    LABEL: ClassVar[tuple[str, str]]
    EXAMPLE: ClassVar[dict[str, Any]]
    REASON_DUE: ClassVar[bool] = False
    # An exception is only asked for here, with its reason and something to show for it; who decides grants it.
    ASKS: ClassVar[bool] = False
    # Who may record it. What names nobody else is the office's (O2).
    CAPACITIES: ClassVar[Capacities] = OFFICE
    # Whether it changes what earlier records count as; what of its own no correction changes, with the cure.
    AMENDS: ClassVar[bool] = False
    UNCORRECTED: ClassVar[frozenset[str]] = frozenset()
    CURE: ClassVar[tuple[str, str]] = ("请撤销后重新记录。", "Withdraw it and record anew.")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "EVENT" in cls.__dict__:
            LEADING[cls.EVENT].append(cls)

    def decide(self, desk: Desk) -> Iterator[Happening]:
        """What happens, judged by the plan in force and the facts."""
        raise NotImplementedError

    @classmethod
    def leads_to(cls, event: Event) -> bool:  # noqa: ARG003 - for those that share a type of event
        """Whether an event of the command's type comes from this command, and not from another."""
        return True

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:  # noqa: ARG003 - for those that need it
        """The fields that the command has otherwise than its first event, from all that it recorded."""
        return {}

    @classmethod
    def types(cls, data: Mapping[str, Any], known: Facts | None) -> Mapping[str, Any]:  # noqa: ARG003 - as above
        """The types of the fields in plain data, for the forms of text in them and the people named there."""
        return hints(cls)

    @classmethod
    def command_name(cls) -> str:
        """The kebab-case name, `NominateCandidate` -> `nominate-candidate`."""
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")


# By the type of event, the commands whose records begin with it; filled as commands are defined.
LEADING: defaultdict[type[Event], list[type[Command]]] = defaultdict(list)


def _one_a_rule(exceptions: tuple[GrantedException, ...]) -> tuple[GrantedException, ...]:
    rules = [exception.rule for exception in exceptions]
    if doubled := next((rule for rule in rules if rules.count(rule) > 1), None):
        raise PydanticCustomError(
            "doubled_rule", "{rule} stands twice: give one exception for a rule", {"rule": doubled}
        )
    return exceptions


class Request(Entry):
    """What accompanies a command. Who acts is never part of it."""

    occurred_on: date
    capacity: Capacity
    reason: Text | None = None
    document: Line | None = None
    exceptions: Annotated[tuple[GrantedException, ...], AfterValidator(_one_a_rule)] = ()
    evidence: tuple[Sha256, ...] = ()
    expected: dict[str, int] = Field(default_factory=dict)
    causation: Line | None = None
    clock_reason: Text | None = None


class Deferred(NamedTuple):
    """A change of what is on record, to be judged by the state at the end of its transaction."""

    desk: Desk
    changed: frozenset[int]
    place: int | None = None
    # Whether it says that people who look alike then are not one.
    another: bool = False


@dataclass
class Desk:
    """One decision: the facts, the request, the time, and the judgements that gather on the way."""

    known: Facts
    request: Request
    now: datetime
    new_id: Callable[[str], str]
    evidence: tuple[Evidence, ...] = ()
    judgements: list[Judgement] = field(default_factory=list)
    # What was judged with the decision that is corrected, and so has what it needs.
    settled: list[Judgement] = field(default_factory=list)
    # What corrections gave for limits: it was looked up when they were recorded.
    granted: tuple[GrantedException, ...] = ()
    # In a transaction of several commands: what is checked at its end.
    deferred: list[Deferred] | None = None
    begun_at: int = 0
    place: int | None = None
    # Where the decision stands in the log, when it is decided again: what people did is on file there, told later too.
    decided_at: int | None = None
    # What a later step will need; nothing is needed for it yet.
    outlook: list[Judgement] = field(default_factory=list)
    # Raises Unknown for a photo that is not kept, Malformed for one that nobody could see; what is decided again was
    # asked when it was recorded.
    look_at: Callable[[str], object] = str
    # What the clock said, where that is not `now`, and the reason for which it was followed.
    clock: datetime | None = None
    clock_reason: str | None = None

    @property
    def day(self) -> date:
        """The Shanghai day the command counts from."""
        return self.request.occurred_on

    @property
    def facts(self) -> Index:
        """What was so at the end of the command's day, as known now."""
        return self.known.on(self.day)

    @property
    def latest(self) -> Index:
        """Everything that is on record, later days and planned ends included."""
        return self.known.on()

    def plan(self, batch: str) -> Plan:
        """The batch's plan in force on the day."""
        return school.plan_in_force(self.facts, batch)

    def photo(self, file: str | None) -> None:
        """A photo that is named is there, and can be seen."""
        if file:
            self.look_at(file)

    def person(self, person: str) -> str:
        """The id of a registered person who was born by the day, or a clear error."""
        if self.latest.one(person, PersonRegistered) is None:
            raise Unknown(f"没有登记人员 {person}，请先登记。", f"Nobody is registered as {person}; register first.")
        if self.day <= school.birth_date(self.latest, person):
            raise Malformed(f"{self.day} 不晚于此人的出生日期。", f"{self.day} is not after this person's birth date.")
        return person

    def here(self, person: str, clause: str) -> str:
        """The id of somebody who has not left the school by the day: who has left decides nothing in it."""
        if left := self.facts.one(self.person(person), PersonLeft):
            name = school.name_of(self.facts, person)
            raise Refusal(
                clause,
                f"{name} 已于 {left.since} 离校，不能列入。如已回校，请先登记（record-return）。",
                f"{name} left the school on {left.since}. If they came back, record that first (record-return).",
                value=self.day,
                limit=left.since,
            )
        return person

    def member(self, person: str, batch: str) -> school.Member:
        """The person's active membership in the batch on the day."""
        found = school.active_membership(self.facts, self.person(person), batch)
        if found is None:
            raise Refusal(
                "H2",
                f"{self.day} 当日此人不是本批在培对象，不能记录。",
                f"On {self.day} this person is no active member of the batch; it cannot be recorded.",
            )
        return found

    def passed(self, subject: str, key: str, **must: object) -> None:
        """The resolution exists, was passed by the day, and is about what it is cited for."""
        if school.resolution(self.facts, subject, key).value.result is not Result.PASSED:
            raise Refusal("R4", f"决议 {key} 没有通过，不能作为依据。", f"Resolution {key} was not passed: no ground.")
        self.about(subject, key, **must)

    @property
    def is_new(self) -> bool:
        """Whether the decision is taken for the first time, not one on record taken again."""
        return self.decided_at is None

    def about(self, subject: str, key: str, **must: object) -> None:
        """The resolution is the last on its matter, and about what it is cited for, as far as it tells."""
        self.not_overtaken(subject, key)
        found = school.resolution(self.facts, subject, key).value
        untold = {name for name in votes.FIELDS[found.matter].optional if getattr(found, name) is None}
        wrong = [name for name, value in must.items() if name not in untold and getattr(found, name) != value]
        if wrong:
            raise Refusal(
                "R4",
                f"决议 {key} 所议事项不同（{'、'.join(wrong)}），不能作为依据。",
                f"Resolution {key} is about something else ({', '.join(wrong)}): no ground.",
            )

    def not_overtaken(self, subject: str, key: str) -> None:
        """No later vote on the matter is on record, whatever day the decision is given.

        The one that settles a deferred grade leaves the deferral of the days before it.
        """
        vote = school.resolution(self.facts, subject, key)
        later = votes.overtaking(self.latest, subject, vote)
        if later and not (votes.settles(later.value, vote.value) and self.day <= later.since):
            raise Refusal(
                "R4",
                f"决议 {key} 之后，{later.since} 对同一事项又作了表决，以后一次为准。",
                f"After resolution {key} the matter was voted on again on {later.since}: the later vote counts.",
                value=vote.since,
                limit=later.since,
            )

    def left(self, person: str) -> date | None:
        """Since when somebody has left the school, on the day or by what was on record when this is decided."""
        now = self.latest.one(person, PersonLeft)
        on_record = now if now and (self.decided_at is None or now.origin < self.decided_at) else None
        found = self.facts.one(person, PersonLeft) or on_record
        return found.since if found else None

    def voted_after(self, clause: str, subject: str, key: str, day: date) -> None:
        """The vote did not come before what it is about."""
        voted = school.resolution(self.facts, subject, key).since
        if voted < day:
            raise Refusal(
                clause,
                f"决议 {key} 在 {voted} 表决，早于所议事项的 {day}，顺序不对。",
                f"Resolution {key} was voted on {voted}, before what it decides on ({day}): out of order.",
                value=voted,
                limit=day,
            )

    def judge(self, judgement: Judgement, ground: Ground | None = None) -> Judgement:
        """Add a judgement to the decision, with what the request gives for it.

        An exception's resolution is looked up. Without a `ground` none can exist yet, and the number of the document
        that the command comes with stands in its place.
        """
        if judgement.verdict is Verdict.OK:
            return judgement
        later = next((e for e in self.granted if e.rule == judgement.rule), None)
        given = None if later else next((e for e in self.request.exceptions if e.rule == judgement.rule), None)
        if later:
            given_later = {"reason": later.reason, "approver": later.approver, "resolution": later.resolution}
            judgement = judgement.supported(**given_later)
        elif given:
            judgement = judgement.supported(reason=given.reason, approver=given.approver)
        elif judgement.verdict is Verdict.CAUTION:
            judgement = judgement.supported(reason=self.request.reason)
        if given and judgement.verdict is Verdict.EXCEPTION:
            judgement = judgement.supported(**self._decided_by(judgement, given, ground))
        self.judgements.append(judgement)
        return judgement

    def _decided_by(self, judgement: Judgement, given: GrantedException, ground: Ground | None) -> dict[str, str]:
        """What an exception rests on: a resolution that carries it, or a document where none can exist yet."""
        if ground is None and given.resolution:
            raise Refusal(
                judgement.clause,
                "此时还不可能有决议，请写明批准人和发文号（document）。",
                "No resolution can exist yet: name the approver and the number of the document.",
            )
        if ground is None:
            return {"document": self.request.document} if self.request.document else {}
        if given.resolution is None:
            return {}
        self.carried(judgement.rule, given.resolution, ground)
        return {"resolution": given.resolution}

    def tell(self, forecast: Iterable[Judgement]) -> None:
        """Tell what a later step will need; nothing is needed for it yet, and nothing recorded."""
        self.outlook += [judgement for judgement in forecast if judgement.verdict is not Verdict.OK]

    def carried(self, rule: str, key: str, ground: Ground) -> None:
        """The resolution exists, was passed by the day, and makes the exception, or decides what it is part of."""
        if key == ground.decision:
            self.passed(ground.subject, key)
            self._not_declined(rule, ground.subject, key)
        else:
            said = school.resolution(self.facts, ground.subject, key).value
            about = {name: value for name, value in ground.about.items() if getattr(said, name) is not None}
            self.passed(ground.subject, key, matter=Matter.EXCEPTION, batch=ground.batch, rule=rule, **about)

    def _not_declined(self, rule: str, subject: str, key: str) -> None:
        """No later vote on the exception by itself declined it, whatever day the decision is given."""
        vote = school.resolution(self.facts, subject, key)
        if later := votes.exception_declined(self.latest, subject, vote, rule):
            raise Refusal(
                "R4",
                f"决议 {key} 之后，{later.since} 对例外 {rule} 单独作了表决，没有通过，以后一次为准。",
                f"After resolution {key} the exception from {rule} was put to the vote by itself on {later.since} and"
                " did not pass: the later vote counts.",
                value=vote.since,
                limit=later.since,
            )

    def reason(self, clause: str, zh: str, en: str) -> str:
        """The request's reason, which is due here."""
        if self.request.reason is None:
            raise Refusal(clause, f"{zh}，须说明理由（reason）。", f"{en}: a reason is due.")
        return self.request.reason


def batch_of(known: Facts, kind: str, key: str) -> str:
    """The batch of a meeting or a resolution, or a clear error."""
    made = known.maker(kind, key)
    if made is None:
        raise Unknown(f"没有 {key} 的记录。", f"Nothing on record is {key}.")
    return str(getattr(made.event, "batch"))  # noqa: B009 - meetings and resolutions are of a batch


def validate(model: type[M], data: Any, known: Facts | None = None) -> M:
    """A strict model from plain data that comes in, its text in its one form and everybody named found in `known`.

    Raises Malformed with every problem, Unknown or Ambiguous where somebody is not found.
    """
    reading = Reading(partial(find_person, known.on()) if known else None)
    types = model.types(data, known) if issubclass(model, Command) and isinstance(data, dict) else hints(model)
    made = strict(model, reading.read(types, data))
    if isinstance(made, Entry):
        made.note(reading.remarks)
    return made


def strict(model: type[M], data: Any) -> M:
    """A strict model from plain JSON data as it stands, or Malformed with every problem."""
    try:
        return model.model_validate_json(json.dumps(data, ensure_ascii=False))
    except (ValidationError, UnicodeEncodeError) as error:
        problems = (
            error.errors(include_url=False)
            if isinstance(error, ValidationError)
            else [{"loc": ("body",), "msg": "holds text that is not valid Unicode"}]
        )
        raise malformed(problems) from error


def unless_so(desk: Desk, happening: Happening, key: str = "") -> Iterator[Happening]:
    """The happening, unless just that is in force on the day; a later one takes the place of an earlier."""
    standing = desk.facts.one(happening.stream, type(happening.event), key)
    if standing is None or standing.value != happening.event:
        yield happening


def once(desk: Desk, happening: Happening, key: str = "") -> Iterator[Happening]:
    """The happening; nothing when it already stands under its key, and a refusal when something else stands there."""
    event = happening.event
    standing = desk.latest.one(happening.stream, type(event), key)
    if standing is None:
        yield happening
        return
    repeated(desk, standing)
    if standing.value != event:
        raise _otherwise(standing)


def repeated(desk: Desk, standing: Row[Any], **told: object) -> None:
    """It is so already, and nothing that was typed is lost: Refusal when it stands otherwise, or for another reason."""
    recorded = desk.known.standing(standing.origin) if desk.is_new else None
    reasons = {recorded.body.reason, desk.request.reason} if recorded else set()
    if None not in reasons and len(reasons) > 1:
        raise _otherwise(standing)
    if any(value is not None and not text.alike(getattr(standing.value, name), value) for name, value in told.items()):
        raise _otherwise(standing)


def _otherwise(standing: Row[Any]) -> Refusal:
    return Refusal(
        type(standing.value).CLAUSE,
        f"已有内容不同的记录（@{standing.source}）。如有错误，请更正该记录（correct-event）。",
        f"It stands otherwise on record (@{standing.source}). If that is wrong, correct it (correct-event).",
    )


def same_day(desk: Desk, stream: str, event: Event) -> bool:
    """Whether the same is on record for the day, whatever id it was given."""
    own = {event.KEY} if event.KEY else set()
    return any(
        row.since == desk.day and said_alike(row.value, event, besides=own)
        for row in desk.latest.all(stream, type(event))
    )


def said_alike(one: BaseModel, other: BaseModel, besides: AbstractSet[str] = frozenset()) -> bool:
    """Whether two say the same, texts in any spelling."""
    said, too = (each.model_dump(exclude=set(besides)) for each in (one, other))
    return all(text.alike(said[name], too[name]) for name in said)


def other_explained(code: str, said: str | None, zh: str, en: str) -> None:
    """A list that ends in 等 takes `other` with a text."""
    if code == "other" and not said:
        raise Malformed(f"{zh}选“其他”时须写明（other）。", f"{en}: other needs its text.")
