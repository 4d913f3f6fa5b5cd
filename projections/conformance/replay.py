"""Every record decided again on the facts as they stood before it, and what comes out otherwise than it stands.

Nothing here knows a rule. A command is put together again from what it recorded, the same decision is taken, and
the answer is held against the record: a refusal, a support that is lacking, a judgement or an event that differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from domain.commands.consequences import check
from domain.desk import Bundle, Happening
from domain.errors import Refusal, TiduiError, Unsupported
from domain.events.base import Event, Recorded
from domain.events.committee import ResolutionReached
from domain.events.membership import MembershipStarted
from domain.events.selection import EligibilityAssessed
from domain.events.training import AttendanceRecorded
from domain.facts import Facts
from domain.reconstruct import bundles
from domain.redecision import Joint, Redecision, decide_again
from domain.rules import Judgement
from projections.conformance import deviation
from projections.conformance.deviation import Deviation

_JUDGED = (EligibilityAssessed, ResolutionReached, MembershipStarted)


class Again(NamedTuple):
    """What deciding again came to: `deviations` from the record, and the limits crossed with what covers that."""

    happenings: list[Happening]
    deviations: list[Deviation]
    covered: list[Deviation]


Standing = Callable[[Bundle, Again], Iterable[Recorded]]


def as_recorded(bundle: Bundle, again: Again) -> Iterable[Recorded]:
    """What is taken as so for everything later: the records, whatever the rules come to."""
    del again
    return bundle


def replay(
    events: Iterable[Recorded], known: Facts, standing: Standing = as_recorded
) -> Iterator[tuple[Bundle, Again]]:
    """Decide the history again, command by command, folding it into `known` on the way."""
    following = bundles(events)
    for bundle in following:
        if end := getattr(bundle[0].event, "judged_at", None):
            yield from _replay_together(bundle, following, known, end)
            continue
        again = compared(bundle, lambda records: decide_again(records, known))
        yield bundle, again
        for recorded in standing(bundle, again):
            known.apply(recorded)


def _replay_together(
    first: Bundle, following: Iterator[list[Recorded]], known: Facts, end: int
) -> Iterator[tuple[Bundle, Again]]:
    """What was sent together from its first amendment on: the amendments are judged by the state at its end."""
    joint, sent = Joint(known.copy(), end, []), []
    for bundle in chain([first], following):
        sent.append((bundle, decide_again(bundle, known, joint=joint)))
        for recorded in bundle:
            known.apply(recorded)
        if bundle[-1].position >= end:
            break
    error = _refused_at_the_end(joint, known)
    for bundle, decision in sent:
        own = error if error and error.place == bundle[0].position else decision.error
        again = decision._replace(error=own)
        yield bundle, Again(decision.happenings, *_deviations(bundle, again))


def _refused_at_the_end(joint: Joint, known: Facts) -> TiduiError | None:
    try:
        if joint.deferred:
            check(joint.before, known, joint.deferred)
    except TiduiError as error:
        return error
    return None


def compared(bundle: Bundle, decide: Callable[[Bundle], Redecision]) -> Again:
    """What one command recorded against its decision. In a list of attendance each line is answered for by itself."""
    again = _compared_whole(bundle, decide)
    if again.deviations and len(bundle) > 1 and all(isinstance(r.event, AttendanceRecorded) for r in bundle):
        alone = [_compared_whole([recorded], decide) for recorded in bundle]
        return again._replace(deviations=[d for each in alone for d in each.deviations] or again.deviations)
    return again


def _compared_whole(bundle: Bundle, decide: Callable[[Bundle], Redecision]) -> Again:
    decision = decide(bundle)
    return Again(decision.happenings, *_deviations(bundle, decision))


def _deviations(bundle: Bundle, decision: Redecision) -> tuple[list[Deviation], list[Deviation]]:
    """What departs, and the limits that were crossed with support."""
    error = decision.error
    if decision.baseless:
        return [deviation.baseless(recorded) for recorded in bundle], []
    if isinstance(error, Unsupported):
        return [deviation.unsupported(bundle, judgement) for judgement in error.judgements], []
    if error is not None:
        clause = error.clause if isinstance(error, Refusal) else type(bundle[0].event).CLAUSE
        return [deviation.refused(bundle, clause, error)], []
    found = list(_compared(bundle, decision.happenings, decision.judgements))
    return found, [deviation.covered(bundle, judgement) for judgement in decision.judgements]


def _compared(bundle: Bundle, happenings: list[Happening], judgements: list[Judgement]) -> Iterator[Deviation]:
    if not happenings:
        yield deviation.repeated(bundle)
        return
    yield from _judgements(bundle, judgements)
    left = list(happenings)
    for recorded in bundle:
        alike = (h for h in left if (h.stream, type(h.event)) == (recorded.stream, type(recorded.event)))
        match = next(alike, None)
        if match is None:
            yield deviation.baseless(recorded)
        else:
            left.remove(match)
            yield from _contents(bundle, recorded, match)
    for happening in left:
        yield deviation.omitted(bundle, happening)


def _judgements(bundle: Bundle, judgements: list[Judgement]) -> Iterator[Deviation]:
    """The judgements in the envelopes against those that are made again."""
    stood = {j.rule: j for recorded in bundle for j in recorded.body.judgements}
    made = {j.rule: j for j in judgements}
    for rule in stood | made:
        if not _alike(stood.get(rule), made.get(rule)):
            yield deviation.misjudged(bundle, stood.get(rule), made.get(rule))


def _alike(one: Judgement | None, other: Judgement | None) -> bool:
    """Whether they say the same of the same value; what was given for it is not the rule's."""
    if one is None or other is None:
        return one is other
    return (one.verdict, one.value, one.limit, one.on) == (other.verdict, other.value, other.limit, other.on)


def _contents(bundle: Bundle, recorded: Recorded, match: Happening) -> Iterator[Deviation]:
    """One record against the event that the decision comes to."""
    first = bundle[0].body
    if recorded.event != (event := _as_far_as_told(recorded.event, match.event)):
        match = match._replace(event=event)
        results = list(_results(recorded, match))
        yield from results
        if not results or not isinstance(recorded.event, EligibilityAssessed):
            yield from _fields(recorded, match)
    if recorded.body.reason != (reason := match.reason or first.reason):
        yield deviation.other_content(recorded, "reason", recorded.body.reason, reason)
    if recorded.day != first.occurred_on:
        yield deviation.other_content(recorded, "occurred_on", recorded.day, first.occurred_on)


def _as_far_as_told(stood: Event, made: Event) -> Event:
    """The event without the results that records of its time did not keep yet."""
    if _kept(stood) or not isinstance(made, _JUDGED):
        return made
    return made.model_copy(update={"results": ()})


def _kept(event: Event) -> Sequence[Judgement]:
    """What an event keeps of what the rules said."""
    return event.results if isinstance(event, _JUDGED) else ()


def _results(recorded: Recorded, match: Happening) -> Iterator[Deviation]:
    """The results of an assessment, a vote or an admission, rule by rule, in the order of a forecast's days."""
    stood, made = (_by_rule(_kept(event)) for event in (recorded.event, match.event))
    for key in stood | made:
        if not _alike(stood.get(key), made.get(key)):
            yield deviation.other_result(recorded, stood.get(key), made.get(key))


def _by_rule(results: Sequence[Judgement]) -> dict[tuple[str, int], Judgement]:
    count = Counter[str]()
    found = {}
    for judgement in results:
        found[judgement.rule, count[judgement.rule]] = judgement
        count[judgement.rule] += 1
    return found


def _fields(recorded: Recorded, match: Happening) -> Iterator[Deviation]:
    stands, comes_to = deviation.content(recorded.event), deviation.content(match.event)
    for name in (name for name in stands if name != "results" and stands[name] != comes_to[name]):
        yield deviation.other_content(recorded, name, stands[name], comes_to[name])
