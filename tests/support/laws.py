"""What always holds of an archive, whatever was recorded, late, corrected or withdrawn: each law by itself."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from domain import school as questions
from domain.archive import Log
from domain.events.base import INITIAL_ROUND, Recorded
from domain.events.batch import PlanPublished
from domain.events.person import PersonLeft
from domain.facts import Facts, Row
from domain.language import EndCause, Status
from projections.conformance.history import outdated
from projections.conformance.replay import replay
from projections.moment import Views
from projections.roster import roster
from projections.runner import Runner


def fold(log: Log, upto: int | None = None) -> Facts:
    """The facts, from nothing."""
    known = Facts()
    for recorded in log.scan(upto=upto):
        known.apply(recorded)
    return known


def lines(known: Facts) -> dict[tuple[str, str, str], list[Row[Any]]]:
    """All that a fold holds, by subject, kind and key."""
    return {
        (subject, kind.KIND, key): rows
        for (subject, kind), found in known._lines.items()
        for key, rows in found.items()
        if rows
    }


def batches(known: Facts) -> list[str]:
    return [row.key for row in questions.batches(known.on())]


def turning_days(known: Facts, batch: str) -> list[date]:
    """Every day on which a membership of the batch begins, turns or ends, and the days around it."""
    found = {row.since for (subject, _, _), rows in lines(known).items() if subject == batch for row in rows}
    return sorted(found | {day - timedelta(days=1) for day in found})


# The laws


def positions_versions_and_times_run_on(log: Log) -> None:
    versions: Counter[str] = Counter()
    last = None
    for rank, recorded in enumerate(log.scan(), 1):
        versions[recorded.stream] += 1
        assert (recorded.position, recorded.version) == (rank, versions[recorded.stream])
        assert last is None or recorded.body.recorded_at >= last, "recorded_at never decreases"
        last = recorded.body.recorded_at


def a_fold_from_nothing_is_what_decisions_see(log: Log, known: Facts) -> None:
    assert known.position == log.head()
    assert lines(known) == lines(fold(log))


def a_replay_is_what_readers_see(log: Log, views: Views) -> None:
    views.runner.catch_up()
    with tempfile.TemporaryDirectory() as folder:
        afresh = Runner(Path(folder) / "views.sqlite", log)
        afresh.catch_up()
        assert afresh.digest() == views.runner.digest()
        afresh.close()


def rosters_are_those_of_a_fold(log: Log, views: Views, known_at: int) -> None:
    """At one position, on every turning day."""
    known = fold(log, known_at)
    for batch in batches(known):
        for day in turning_days(known, batch):
            if not known.on(day).one(batch, PlanPublished):
                continue
            shown = {
                m.membership: m.status for t in roster(views.at(day, f"@{known_at}"), batch).tiers for m in t.members
            }
            folded = {m.membership: m.status for m in questions.members(known.on(day), batch) if m.active}
            assert shown == folded, (batch, day, known_at)


def everybody_is_in_one_place(known: Facts) -> None:
    """H1, on every day."""
    for batch in batches(known):
        for day in turning_days(known, batch):
            active = Counter(
                m.person for each in batches(known) for m in questions.members(known.on(day), each) if m.active
            )
            assert max(active.values(), default=0) <= 1, (day, active)


def no_seat_over_the_target_is_uncovered(known: Facts) -> None:
    """Every one more on any day has been judged, with what that asked for."""
    covered: dict[str, int] = {}
    for recorded in _standing_bodies(known):
        for judgement in recorded.body.judgements:
            if judgement.rule.endswith(".places") and not judgement.missing():
                covered[judgement.clause] = max(covered.get(judgement.clause, 0), int(judgement.value))
    for batch in batches(known):
        for day in [d for d in turning_days(known, batch) if known.on(d).one(batch, PlanPublished)]:
            facts = known.on(day)
            for code, tier in questions.plan_in_force(facts, batch).tiers.items():
                taken = questions.taken(facts, batch, code)
                assert taken <= max(tier.target, covered.get(tier.clause, 0)), (day, code, taken)


def _standing_bodies(known: Facts) -> Iterator[Recorded]:
    return (recorded for recorded in known.log() if not known.withdrawn(recorded.position))


def nothing_stands_after_an_end(known: Facts) -> None:
    """H2: what is dated after the end of a membership, or within a suspension, is what may be there.

    A leaving may be told after what it overtakes (S5), and who came back may be selected anew.
    """
    for recorded in known.log():
        standing = known.standing(recorded.position)
        if standing is None or not hasattr(standing.event, "batch") or standing.event.batch == standing.stream:
            continue
        facts = known.on(standing.day)
        held = [m for m in questions.members(facts, standing.stream) if m.batch == standing.event.batch]
        if not held or held[-1].status_since == standing.day:
            assert held or not standing.event.NEEDS_MEMBERSHIP, (standing.position, standing.event.KIND)
            continue
        ended, suspended = held[-1].status is Status.ENDED, held[-1].status is Status.SUSPENDED
        left = held[-1].cause is EndCause.LEFT_SCHOOL
        told_later = left and held[-1].source > standing.position
        came_back = left and not facts.one(standing.stream, PersonLeft) and not standing.event.NEEDS_MEMBERSHIP
        assert not ended or standing.event.AFTER_END or told_later or came_back, (
            standing.position,
            standing.event.KIND,
            standing.day,
        )
        assert not suspended or standing.event.WHILE_SUSPENDED, (standing.position, standing.event.KIND, standing.day)


def nothing_names_what_is_gone(known: Facts) -> None:
    """H3: whatever a standing event names was made by an event that stands."""
    for recorded in known.log():
        standing = known.standing(recorded.position)
        for kind, key in standing.event.mentions() if standing else ():
            assert key == INITIAL_ROUND or known.maker(kind, key), (recorded.position, recorded.event.KIND, kind, key)


def nothing_is_dated_after_it_was_recorded(log: Log) -> None:
    """H4."""
    assert all(recorded.day <= (recorded.body.recorded_at + timedelta(hours=8)).date() for recorded in log.scan())


def decided_again_nothing_is_uncovered(known: Facts, since: int) -> None:
    """Whatever was recorded after a position, decided again as it was recorded, departs from no rule."""
    ago = Facts()
    for recorded in (r for r in known.log() if r.position <= since):
        ago.apply(recorded)
    for bundle, again in replay((r for r in known.log() if r.position > since), ago):
        assert not again.deviations, (bundle[0].position, bundle[0].event.KIND, again.deviations[0].zh)


def by_todays_knowledge_each_finding_names_what_turned_it(known: Facts) -> None:
    """As its corrections leave it, a history departs only where an input was corrected, anything told late, or one line
    of a list taken back (H3).
    """
    for found in outdated(known, {}):
        turned = [r for position in found.turned_by if (r := known.recorded(position))]
        inputs = [
            r
            for r in turned
            if _is_input(known, r) or _is_late(known, r, found.about) or _is_line(known, r, found.about)
        ]
        assert inputs, (found.about.position, found.about.event.KIND, found.zh, found.turned_by)


def _is_late(known: Facts, recorded: Recorded, about: Recorded) -> bool:
    """Whether it was recorded after a decision, for a day before it."""
    told, decision = known.standing(recorded.position), known.standing(about.position)
    return bool(told and decision and told.day < decision.day and recorded.position > about.position)


def _is_line(known: Facts, recorded: Recorded, about: Recorded) -> bool:
    """Whether it takes back one line of the list that a decision recorded."""
    target = known.recorded(getattr(recorded.event, "target", recorded.position))
    return bool(target and known.withdrawn(target.position) and target.body.correlation == about.body.correlation)


def _is_input(known: Facts, recorded: Recorded) -> bool:
    """Whether it is biography, or corrects it."""
    target = known.recorded(getattr(recorded.event, "target", recorded.position))
    return target is not None and target.event.BIOGRAPHY


def all_hold(log: Log, known: Facts, views: Views, known_at: int, checked: int = 0) -> None:
    positions_versions_and_times_run_on(log)
    a_fold_from_nothing_is_what_decisions_see(log, known)
    a_replay_is_what_readers_see(log, views)
    for position in {known_at, log.head()}:
        rosters_are_those_of_a_fold(log, views, position)
    everybody_is_in_one_place(known)
    no_seat_over_the_target_is_uncovered(known)
    nothing_stands_after_an_end(known)
    nothing_names_what_is_gone(known)
    nothing_is_dated_after_it_was_recorded(log)
    decided_again_nothing_is_uncovered(known, checked)
    by_todays_knowledge_each_finding_names_what_turned_it(known)
