"""Commands for auditors: why a field says what it says, and what changed between two moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from api.cli.app import (
    AsOfOption,
    BatchOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
)
from api.cli.screen_words import EMPTY
from api.cli.show import find_person
from api.cli.speech import localize, say
from api.registering import viewed
from domain.language import today
from projections.cause import Cause
from projections.diff import Axis, Change, Diff, diff_of_batch, diff_of_person, span
from projections.explain import Explained, ExplainedRoster, explain, explain_roster
from projections.history import HistoryEntry

_FIELDS = ("项目", "路径", "内容", "出处", "自何时已知")
_CAUSES = ("出处", "发生", "记录", "经办身份", "条款", "事项", "后来")


@app.command("explain")
def explain_(
    person: Annotated[str | None, typer.Argument(help="A person's id or name; without one, the roster")] = None,
    field: Annotated[str | None, typer.Argument(help="A path, a label, or @POSITION; without one, all")] = None,
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    json_: JsonOption = False,
) -> None:
    """Why a field says what it says: the event, who recorded it, when, by which clause, and what it said before."""
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        if person is None:
            told = explain_roster(moment, batch)
            viewed(opened, "explain", told, moment)
            _show_roster(localize(moment, told) if not json_ else told, as_json=json_)
            return
        who = find_person(opened, person)
        found = explain(moment, who, field, batch)
        viewed(opened, "explain", found, moment)
        if json_:
            print_json(found)
            return
        found = localize(moment, found)
        rows = [row for one in found.fields for row in _said(one)]
        print_table(f"\n{found.name}　{say('由来', 'sources')}", _FIELDS, rows, "judged")
        print_causes(found.events)


def _show_roster(found: ExplainedRoster, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [(member.name, *row) for member in found.members for one in member.fields for row in _said(one)]
    title = f"\n{say('名册的由来', 'Sources of the roster')}　{found.batch or ''}"
    print_table(title, ("姓名", *_FIELDS), rows, "roster")
    print_causes(found.events)


def _said(field: Explained) -> Iterator[tuple[object, ...]]:
    """What a field says, then what it said before, each with the event that it rests on."""
    for number, one in enumerate(field.said):
        content = say("（没有）", "(nothing)") if one.source is None else one.text or one.value
        source = f"@{one.source}" if one.source else ""
        if number == 0:
            yield field.label, field.field, content, source, f"@{one.known_from}"
        else:
            yield say("　先前", "  before"), "", content, source, f"@{one.known_from}"


def print_causes(causes: Sequence[Cause]) -> None:
    """The events named, each with what became of it."""
    rows = [(*_told(cause.event), _later(cause)) for cause in causes]
    print_table(say("记录", "Records"), _CAUSES, rows, "causes")


def _told(event: HistoryEntry) -> tuple[object, ...]:
    recorded = f"{today(event.recorded_at)} {event.recorded_by_label}"
    return f"@{event.position}", event.occurred_on, recorded, event.capacity_label, event.clause, event.sentence


def _later(cause: Cause) -> str:
    marks = [f"{entry.label}@{entry.position}" for entry in cause.course[1:]]
    return " ".join(([say("补录", "late")] if cause.event.late else []) + marks)


@app.command("diff")
def diff_(
    from_: Annotated[str, typer.Argument(metavar="FROM", help="A day; along known_at also a time or @POSITION")],
    to: Annotated[str, typer.Argument(metavar="TO", help="The later end, written alike")],
    home: HomeOption = None,
    along: Annotated[Axis, typer.Option(help="Which time moves: what happened, what was known")] = Axis.AS_OF,
    person: Annotated[str | None, typer.Option(help="One person's dossier, by id or name")] = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    json_: JsonOption = False,
) -> None:
    """What changed between two moments, from what to what, by which events: in one dossier, or in a batch."""
    with archive(home) as opened:
        between = span(opened.views, along, from_, to, as_of=day(as_of), known_at=known_at)
        who = find_person(opened, person) if person else None
        found = diff_of_person(between, who, batch) if who else diff_of_batch(between, batch)
        viewed(opened, "diff", found, between.last)
        if json_:
            print_json(found)
        else:
            _show(localize(between.last, found))


def _show(found: Diff) -> None:
    if not (found.changes or found.parts):
        out.print(say(*EMPTY["changes"]))
        return
    rows = [
        (one.name, one.label, one.field, _value(one, "before"), _value(one, "after"), _positions(one.events))
        for one in found.changes
    ]
    print_table(f"\n{found.from_} → {found.to}", ("姓名", "项目", "路径", "先前", "现在", "记录"), rows)
    if found.parts:
        parts = [(part.name, part.label, part.fields, _positions(part.events)) for part in found.parts]
        print_table(
            say("各人档案的变化（内容用 --person 看）", "Changes of dossiers (see --person)"),
            ("姓名", "部分", "项数", "记录"),
            parts,
        )
    print_causes(found.events)


def _value(change: Change, side: str) -> object:
    text, value = getattr(change, f"{side}_text"), getattr(change, side)
    return text if text is not None else value


def _positions(events: Sequence[int]) -> str:
    return " ".join(f"@{position}" for position in events) or say("时日推移", "time passing")
