"""材料: what was filed, and what is due and was not (D1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.events.training import DocumentAccepted, DocumentFiled, DocumentReturned
from domain.facts import Row
from projections.parts.field import Field, label, named_in, sources
from projections.shape import Shape
from projections.trainee import Trainee

PRESENT, MISSING, RETURNED = "present", "missing", "returned"


class File(Shape):
    """A file as it lies in the archive under its SHA-256."""

    sha256: str
    size: int
    media_type: str
    file_name: str


class Material(Field):
    """A form of the plan; `value` is its state. What is missing rests on the membership that makes it due."""

    form: str
    title: str | None
    year: int | None
    on: date | None
    due_on: date | None
    state: str
    state_label: str
    comment: str | None
    sha256: str | None
    size: int | None
    media_type: str | None
    file_name: str | None
    files: list[File]


class Due(NamedTuple):
    """A form that the plan asks of the trainee: once after joining (no year), or for a training year."""

    form: str
    year: int | None
    due_on: date


def materials(trainee: Trainee, year: int | None = None) -> list[Material]:
    """Everything filed, or that of one training year, in its order, then what is missing."""
    due = {(one.form, one.year): one for one in due_forms(trainee)}
    rows = [row for row in trainee.of_batch(DocumentFiled) if year in (None, row.value.year)]
    filed = {row.source: _slot(trainee, row.value) for row in rows}
    late = [one for slot, one in due.items() if one.due_on < trainee.as_of and slot not in filed.values()]
    return [
        *(_filed(trainee, row, due.get(filed[row.source])) for row in rows),
        *(_missing(trainee, one) for one in late if year in (None, one.year)),
    ]


def due_forms(trainee: Trainee) -> Iterator[Due]:
    """What falls due while the membership lasts, for the years that have begun."""
    if trainee.member is None:
        return
    for code, form in trainee.plan.forms.items():
        if form.within_days is not None:
            found = [Due(code, None, trainee.member.since + timedelta(days=form.within_days))]
        else:
            found = [Due(code, year, trainee.plan.year_bounds(year)[1]) for year in trainee.years]
        yield from (due for due in found if due.due_on <= trainee.last_day)


def _slot(trainee: Trainee, filed: DocumentFiled) -> tuple[str, int | None]:
    """What it was filed for: once, or for its year."""
    form = trainee.plan.forms.get(filed.form)
    return filed.form, filed.year if form and form.due == "year" else None


def _filed(trainee: Trainee, row: Row[DocumentFiled], due: Due | None) -> Material:
    returned = trainee.facts.one(trainee.person, DocumentReturned, row.key)
    accepted = trainee.facts.one(trainee.person, DocumentAccepted, row.key)
    files = [
        File(sha256=e.sha256, size=e.size, media_type=e.media_type, file_name=e.name)
        for e in trainee.envelope(row).body.evidence
    ]
    state = RETURNED if returned else PRESENT
    judged = returned or accepted
    return Material(
        value=state,
        label=named_in(trainee.plan.forms, row.value.form),
        form=row.value.form,
        title=row.value.title,
        year=row.value.year,
        on=row.since,
        due_on=due.due_on if due else None,
        state=state,
        state_label=label("material", state),
        comment=returned.value.text if returned else None,
        files=files,
        **_first(files),
        source=row.source,
        sources=sources(state=judged.source if judged else None, comment=returned.source if returned else None),
    )


def _missing(trainee: Trainee, due: Due) -> Material:
    assert trainee.member is not None
    named = trainee.plan.forms[due.form].label
    return Material(
        value=MISSING,
        label=named,
        form=due.form,
        title=f"{due.year}年度{named}" if due.year else named,
        year=due.year,
        on=None,
        due_on=due.due_on,
        state=MISSING,
        state_label=label("material", MISSING),
        comment=None,
        files=[],
        **_first([]),
        source=trainee.member.started_source,
    )


def _first(files: list[File]) -> dict[str, Any]:
    return files[0].model_dump() if files else dict.fromkeys(File.model_fields)
