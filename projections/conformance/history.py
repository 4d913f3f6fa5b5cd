"""The departures of a whole history: in its first reading, in what is known today, and by another plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from domain import school
from domain.archive import Log
from domain.commands.courses import rest
from domain.desk import Bundle
from domain.events.base import Recorded, Value
from domain.events.batch import PlanAmended, PlanPublished
from domain.events.record import EventCorrected
from domain.facts import Facts, is_amendment
from domain.language import Departure
from domain.plan import Plan
from domain.redecision import View, each_as_it_counts, given_for, standing_bundles
from projections.conformance.deviation import Deviation
from projections.conformance.readings import as_decided, by_plan, having, otherwise
from projections.conformance.replay import Again, compared, replay
from projections.unhurried import unhurried

_KEPT = 2
# What of a publication and of an amendment is a rule.
RULES = frozenset({"plan", "file_sha256", "changes"})


class Reading(NamedTuple):
    """A history decided again: its facts, and by correlation what came of each command that departs or is covered."""

    known: Facts
    again: dict[str, Again]


class Judged(NamedTuple):
    """The facts of a history, what departs in it, and the limits that were crossed with support."""

    known: Facts
    deviations: tuple[Deviation, ...]
    covered: tuple[Deviation, ...]


@lru_cache(maxsize=_KEPT)
@unhurried()
def judged(log: Log, position: int) -> Judged:
    """The history up to a position; what an earlier position names never changes, so the last answers are kept."""
    known, again = first_reading(log, position)
    deviations = [d for each in again.values() for d in each.deviations]
    covered = [d for each in again.values() for d in each.covered]
    return Judged(known, (*deviations, *outdated(known, again)), tuple(covered))


def judged_by(log: Log, position: int, plan: Plan) -> list[Deviation]:
    """What another plan decides otherwise than the one that was published; each decision carries on to the next."""
    first = first_reading(log, position)
    school.plan_in_force(first.known.on(), plan.batch)
    events = by_plan(plan, transactions(log, position))
    return [
        found
        for bundle, again in replay(events, Facts(), as_decided)
        if not isinstance(bundle[0].event, PlanAmended)
        for found in otherwise(again, first.again.get(bundle[0].body.correlation))
    ]


def transactions(log: Log, position: int) -> Iterator[Recorded]:
    """The events up to a position; a transaction that it cuts through is left out, from its first amendment on."""
    following = log.read(position, limit=1)
    cut = following[0].body.correlation if following else None
    for recorded in log.scan(upto=position):
        if (getattr(recorded.event, "judged_at", None) or 0) > position:
            return
        if recorded.body.correlation != cut:
            yield recorded


def with_published_rules(known: Facts, recorded: Recorded) -> Recorded:
    """Rules are those of the published bytes and of amendments: a correction changes none, whatever it says."""
    event = recorded.event
    target = known.recorded(event.target) if isinstance(event, EventCorrected) else None
    if not isinstance(event, EventCorrected) or not target or not isinstance(target.event, PlanPublished | PlanAmended):
        return recorded
    kept = {name: value for name, value in event.changes.items() if name not in RULES}
    return having(recorded, event.model_copy(update={"changes": kept}))


@lru_cache(maxsize=_KEPT)
def first_reading(log: Log, position: int) -> Reading:
    """Every command decided again on the facts as they stood when it was recorded."""
    known, found = Facts(), {}

    def standing(bundle: Bundle, again: Again) -> list[Recorded]:
        del again
        return [with_published_rules(known, recorded) for recorded in bundle]

    for bundle, again in replay(transactions(log, position), known, standing):
        if again.deviations or again.covered:
            found[bundle[0].body.correlation] = again
    return Reading(known, found)


def outdated(known: Facts, first: dict[str, Again]) -> Iterator[Deviation]:
    """What would be decided otherwise with what is known today: nothing is decided again, but it is said."""
    last = known.recorded(known.position)
    if last is None:
        return
    late = told_late(known)
    for bundle, view in each_as_it_counts(known, 1, last.body.recorded_at):
        again, stood = compared(bundle, view.decide), first.get(bundle[0].body.correlation)
        for found in otherwise(again, stood):
            yield _outdated(found, turning(known, bundle, view.reads))
        if earlier := late.before(bundle):
            with_them, reads = _with(earlier, bundle, view)
            seen = [*again.deviations, *(stood.deviations if stood else ())]
            turned = [r.position for r in earlier if reads & {(f.subject, f.kind) for f in r.facts()}]
            for found in otherwise(with_them, again._replace(deviations=seen)):
                yield _outdated(found, turned)


def _outdated(found: Deviation, turned_by: Iterable[int]) -> Deviation:
    return found._replace(
        departure=Departure.OUTDATED,
        zh=f"按今天所知重算：{found.zh}",
        en=f"By what is known today: {found.en}",
        turned_by=tuple(turned_by),
    )


def _with(earlier: list[Recorded], bundle: Bundle, view: View) -> tuple[Again, set[tuple[str, type[Value]]]]:
    """A decision on what was told after it of days before it as well, and what it reads then."""
    places = tuple(one for one in given_for(earlier) if one.rule.endswith(".places"))
    with view.with_late(earlier):
        return compared(bundle, lambda records: view.decide(records, places)), view.reads


class Late(NamedTuple):
    """What stands that was recorded after something of a later day, people apart, in the order of the log."""

    known: Facts
    records: list[Recorded]

    def before(self, bundle: Bundle) -> list[Recorded]:
        """What of it is of a day before a decision that was recorded earlier, and does not rest on it."""
        last, day = bundle[-1].position, bundle[0].day
        found = [recorded for recorded in self.records if recorded.position > last and recorded.day < day]
        resting = rest(self.known, [recorded.position for recorded in bundle]) if found else ()
        return [recorded for recorded in found if recorded.position not in resting]


def told_late(known: Facts) -> Late:
    """Whatever counts from a day before something that was recorded earlier."""
    found, latest = [], date.min
    for bundle in standing_bundles(known):
        found += [recorded for recorded in bundle if recorded.day < latest]
        latest = max(latest, bundle[0].day)
    return Late(known, found)


def turning(known: Facts, bundle: Bundle, reads: Collection[tuple[str, type[Value]]]) -> Iterator[int]:
    """What was recorded after a decision, of people or as an amendment, of facts that the decision looks at."""
    own = {recorded.position for recorded in bundle}
    for recorded in known.log():
        if recorded.position > bundle[-1].position:
            versions = _said_anew(known, recorded)
            if own & {v.position for v in versions} or any(
                (f.subject, f.kind) in reads for v in versions for f in v.facts()
            ):
                yield recorded.position


def _said_anew(known: Facts, recorded: Recorded) -> list[Recorded]:
    """The versions of an event between which an amendment turns; biography that was told late."""
    if not is_amendment(recorded.event):
        return [recorded] if recorded.event.BIOGRAPHY else []
    target = getattr(recorded.event, "target")  # noqa: B009 - both amendments have one
    versions = (known.recorded(target), known.standing(target))
    if all(versions) and (versions[0].event, versions[0].day) == (versions[1].event, versions[1].day):  # type: ignore[union-attr]
        return []
    return [version for version in versions if version and not is_amendment(version.event)]
