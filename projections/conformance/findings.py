"""检查结果: where the history departs from the plan as it stood, and what should have happened and did not.

All of the archive unless a batch is asked for. What is due is looked for until the day asked about, and no later
than anything was known. Limits that were crossed with support are no findings; they are listed when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.language import Departure, today
from projections.conformance.history import judged
from projections.conformance.lines import FindingLine, Told
from projections.conformance.missing import lacks
from projections.moment import Moment
from projections.shape import View, answered


class Findings(View):
    """The gravest first. `covered` is empty unless it is asked for.

    `departures` counts what was decided or recorded otherwise than by the rules, `due` what should be there and is not.
    """

    batch: str | None
    departures: int
    due: int
    findings: tuple[FindingLine, ...]
    covered: tuple[FindingLine, ...]


def findings(moment: Moment, batch: str | None = None, *, covered: bool = False) -> Findings:
    """Everything found at a moment, of one batch or of all."""
    if batch is not None:
        moment.batch(batch)
    history = judged(moment.views.log, moment.position)
    told = Told(history.known, moment.as_of)
    departures = [*history.deviations, *(history.covered if covered else ())]
    lines = [told.deviation(d) for d in departures if told.concerns(d, batch, moment.as_of)]
    day = of_the_known(moment)
    lines += [told.lack(lack) for one in ([batch] if batch else _batches(moment)) for lack in lacks(day, one)]
    lines.sort(key=lambda line: line.order)
    found = tuple(line for line in lines if line.departure is not Departure.COVERED)
    due = sum(line.departure is Departure.MISSING for line in found)
    return Findings(
        batch=batch,
        departures=len(found) - due,
        due=due,
        findings=found,
        covered=tuple(line for line in lines if line.departure is Departure.COVERED and covered),
        **answered(moment) | {"rests_on": moment.position},
    )


def of_the_known(moment: Moment) -> Moment:
    """The moment; of a past state of knowledge no later than the last day that it knows of."""
    if moment.known_at is None or not moment.position:
        return moment
    day = min(moment.as_of, today(moment.recorded(moment.position).body.recorded_at))
    return replace(moment, as_of=day, facts=moment.on(day))


def _batches(moment: Moment) -> Sequence[str]:
    return [row.key for row in moment.views.batches(moment.position)]
