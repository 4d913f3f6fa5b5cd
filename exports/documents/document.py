"""What a document is: a plain model made of views, set by a template of its own.

A personal document is a sheet for each person asked about: one, or the members of a tier or a batch. One of records
is a sheet for each pairing, placement or case of theirs. A collective one tells of a batch, or of one tier of it.
Any can be had empty, as a form to fill in by hand.

Each sheet has a day of its own, which its kind declares: a yearly form that of the grade, an approval that of the
decision. Who somebody was in its head (name, age, posts, title, tier) is of that day, as known at the moment asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from domain.errors import Malformed, Unknown
from domain.language import Capacity
from domain.plan import Plan
from exports.paper import Layout, Model
from exports.wording import Words
from projections.dossier import Batch, batch_of, content_hash
from projections.moment import Moment
from projections.names import Order
from projections.parts.information_form import information_form
from projections.roster import roster
from projections.shape import View, answered
from projections.trainee import Trainee, trainee, trainees

Content = Mapping[str, Any]
Values = Callable[[Model, Words], Mapping[str, Any]]

_INTRODUCED = ("gender", "birth_date", "age", "subject", "title", "current_posts")

STYLES = ("document.css", "forms.css")


class Scope(StrEnum):
    """Whom a document is about."""

    PERSON = "person"
    RECORD = "record"
    BATCH = "batch"


class Access(Protocol):
    """An entry of the access log, as the archive that keeps one hands it over."""

    @property
    def at(self) -> datetime: ...
    @property
    def who(self) -> str: ...
    @property
    def capacity(self) -> Capacity: ...
    @property
    def act(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def position(self) -> int | None: ...
    @property
    def sha256(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a document is asked for, at which moment, of which archive."""

    moment: Moment
    batch: str | None = None
    tier: str | None = None
    person: str | None = None
    year: int | None = None
    round: str | None = None
    meeting: str | None = None
    order: Order = Order.STROKES
    blank: bool = False
    origin: str | None = None
    practice: bool = False
    accesses: Callable[[str], Sequence[Access]] = lambda _: ()

    def plan(self) -> Plan | None:
        """The plan of the batch asked about; None before any is published."""
        batch = self.moment.batch(self.batch)
        return self.moment.plan(batch) if batch else None

    def standing_plan(self) -> Plan:
        """The same where a document cannot do without one."""
        plan = self.plan()
        if plan is None:
            raise Unknown("当日还没有公布任何培养方案。", "No plan had been published by that day.")
        return plan


class Paper(View):
    """What a document says. `people` are the sheets of a personal one, `content` is a collective one's."""

    kind: str
    title: str
    clause: str
    batch: Batch | None
    tier: str | None
    tier_label: str | None
    person_id: str | None
    name: str | None
    origin: str | None
    practice: bool
    order: Order
    blank: bool
    hash: str
    people: list[dict[str, Any]]
    content: dict[str, Any]


class Sheet(NamedTuple):
    """What a personal document says of somebody, and the day that it is of: its head is of that day."""

    content: Content
    day: date
    introduced: bool = False  # whether its head also tells age, posts and title


@dataclass(frozen=True)
class Document:
    """A kind of document: its titles, the clause that asks for it, what it says, how it is set."""

    kind: str
    zh: str
    en: str
    clause: str
    scope: Scope
    layout: Layout
    make: Callable[[Asked], View]
    asks: frozenset[str] = frozenset()
    has_blank: bool = True
    in_batch: bool = True  # handed out with all the others; not one that each handing out changes


def personal(
    kind: str,
    zh: str,
    en: str,
    clause: str,
    sheet: Callable[[Trainee, Asked], Sheet],
    values: Values = lambda _, __: {},
    asks: Sequence[str] = (),
    everybody: Callable[[Asked], list[Trainee]] | None = None,
    form: Callable[[Plan], Content] = lambda _: {},
) -> Document:
    """A document with a sheet for each person: `sheet` gathers one, `values` is what its template prints beside it,
    `everybody` finds whom it is about where that is not the roster, `form` is what a blank one takes from the plan.
    """

    def sheets(trainee: Trainee, asked: Asked) -> Iterable[Sheet]:
        yield sheet(trainee, asked)

    found = everybody or asked_about
    return _of_people(kind, zh, en, clause, Scope.PERSON, sheets, found, values, asks, form)


def of_records(
    kind: str,
    zh: str,
    en: str,
    clause: str,
    sheets: Callable[[Trainee, Asked], Iterable[Sheet]],
    values: Values = lambda _, __: {},
    asks: Sequence[str] = (),
) -> Document:
    """A document with a sheet for each record of a kind: of one person, or of all who ever had a place in the tier
    or the batch.
    """
    return _of_people(kind, zh, en, clause, Scope.RECORD, sheets, ever_members, values, asks)


def collective(
    kind: str,
    zh: str,
    en: str,
    clause: str,
    content: Callable[[Asked], Content],
    values: Values = lambda _, __: {},
    asks: Sequence[str] = (),
) -> Document:
    """A document about a batch or one of its tiers: `content` gathers it; who is named in it stands in `people`."""

    def make(asked: Asked) -> Paper:
        return _sealed(kind, zh, clause, asked, content={} if asked.blank else content(asked))

    layout = _layout(kind, zh, en, values, lambda model: [model["content"]])
    return Document(kind, zh, en, clause, Scope.BATCH, layout, make, frozenset(asks))


def asked_about(asked: Asked) -> list[Trainee]:
    """The person asked about, else the members of the tier or the batch on the day."""
    if asked.person:
        return [trainee(asked.moment, asked.person, asked.batch)]
    found = roster(asked.moment, asked.batch, asked.tier, asked.order)
    members = [one.person_id for tier in found.tiers for one in tier.members]
    if not members:
        raise Unknown(
            f"{asked.moment.as_of} 没有在培对象。请写明 person，或换一天（as_of）。",
            f"There are no trainees on {asked.moment.as_of}. Name a person, or ask for another day (as_of).",
        )
    return [trainee(asked.moment, person, found.batch) for person in members]


def ever_members(asked: Asked) -> list[Trainee]:
    """The person asked about, else everybody who has or had a place in the tier or the batch, by tier and name."""
    plan = asked.standing_plan()
    if asked.person:
        return [trainee(asked.moment, asked.person, plan.batch)]
    tiers = [asked.tier] if asked.tier else list(plan.tiers)
    found = [one for one in trainees(asked.moment, plan.batch) if one.member and one.member.tier in tiers]
    return sorted(found, key=lambda one: (tiers.index(one.member.tier) if one.member else 0, asked.order.key(one.name)))


def model_of(document: Document, asked: Asked) -> View:
    """What the document says. Malformed when it is asked for something that it does not tell."""
    for name in ("year", "round", "meeting"):
        if getattr(asked, name) is not None and name not in document.asks:
            raise Malformed(f"{document.zh}不分 {name}，请去掉。", f"{document.en} takes no {name}: leave it out.")
    if asked.person and document.scope is Scope.BATCH:
        raise Malformed(f"{document.zh}不是个人文件，请去掉 person。", f"{document.en} is not about one person.")
    if asked.blank and not document.has_blank:
        raise Malformed(f"{document.zh}没有空白表式。", f"{document.en} cannot be had blank.")
    if asked.blank and (asked.person or asked.tier):
        raise Malformed(
            "空白表式不写人，请去掉 person 和 tier。", "A blank form names nobody: leave person and tier out."
        )
    if asked.tier:
        asked.standing_plan().tier(asked.tier)  # or it is said which there are
    return document.make(asked)


def _of_people(
    kind: str,
    zh: str,
    en: str,
    clause: str,
    scope: Scope,
    sheets: Callable[[Trainee, Asked], Iterable[Sheet]],
    found: Callable[[Asked], list[Trainee]],
    values: Values,
    asks: Sequence[str],
    form: Callable[[Plan], Content] = lambda _: {},
) -> Document:
    def make(asked: Asked) -> Paper:
        if asked.blank:
            plan = asked.plan()
            return _sealed(kind, zh, clause, asked, people=[form(plan) if plan else {}])
        people = [_sheet(one, sheet) for one in found(asked) for sheet in sheets(one, asked)]
        if not people:
            raise Unknown(
                f"所问范围内没有可列入{zh}的记录。请换一人（person）或另一天（as_of）。",
                f"Nothing is on record for a document of this kind ({en}). Ask for another person or day (as_of).",
            )
        return _sealed(kind, zh, clause, asked, people=people)

    layout = _layout(kind, zh, en, values, lambda model: model["people"])
    return Document(kind, zh, en, clause, scope, layout, make, frozenset(asks))


def _sheet(of: Trainee, sheet: Sheet) -> Content:
    day = min(sheet.day, of.as_of)
    head = of.moment.back_on(day, lambda then: _head(trainee(then, of.person, of.batch), of, sheet))
    return {"person_id": of.person, "day": day.isoformat(), **head, **sheet.content}


def _head(then: Trainee, now: Trainee, sheet: Sheet) -> Content:
    """Who somebody was on the sheet's day; the tier of who joined only later is the one joined."""
    member = then.member or now.member
    head: dict[str, Any] = {
        "name": then.name,
        "tier": member.tier if member else None,
        "tier_label": now.plan.tier(member.tier).label if member else None,
        "photo": then.registered["photo"].value,
    }
    return head | {"about": introduction(then)} if sheet.introduced else head


def introduction(of: Trainee) -> dict[str, Any]:
    """What introduces somebody at the head of a sheet or in a row: each field as it reads."""
    fields = [field for field in information_form(of).fields if field.key in _INTRODUCED]
    source = of.registered["name"].source
    return {
        **{field.key: field.text for field in fields},
        "source": source,
        "sources": {field.key: field.source for field in fields if field.source != source},
    }


def _sealed(
    kind: str, title: str, clause: str, asked: Asked, people: Sequence[Content] = (), content: Content | None = None
) -> Paper:
    """The model with its hash. Of a document about one person the person is named at its head."""
    plan = asked.plan()
    one = people[0] if asked.person else {}
    whole = Paper(
        kind=kind,
        title=title,
        clause=clause,
        batch=batch_of(plan) if plan else None,
        tier=asked.tier,
        tier_label=plan.tier(asked.tier).label if plan and asked.tier else None,
        person_id=one.get("person_id"),
        name=one.get("name"),
        origin=asked.origin,
        practice=asked.practice,
        order=asked.order,
        blank=asked.blank,
        hash="",
        people=[dict(piece) for piece in people],
        content=dict(content or {}),
        **answered(asked.moment),
    )
    return whole.model_copy(update={"hash": content_hash(whole.model_dump(mode="json"))})


def _layout(kind: str, zh: str, en: str, values: Values, pieces: Callable[[Model], Sequence[Model]]) -> Layout:
    """By convention the template goes by the document's own name."""

    def heading(say: Words) -> str:
        return zh if say.language == "zh" else en

    return Layout(
        template=f"documents/{kind.replace('-', '_')}.html",
        styles=STYLES,
        attached=f"{kind}.json",
        title=lambda model, say: " ".join(filter(None, (model.get("name"), heading(say)))),
        values=lambda piece, say: {"heading": heading(say), **values(piece, say)},
        pieces=pieces,
    )
