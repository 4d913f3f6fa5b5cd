"""What every document in print shares: its sheet, the foot of its pages, its code, its attached content, the name of
its finished bytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

import rfc8785
import segno
from markupsafe import Markup

from exports import glyphs, wording
from exports.english import in_english
from exports.errors import GlyphMissing, TextTooLong
from exports.pdf import engine
from exports.pdf.manuscript import AttachedFile, Manuscript, Picture, Press
from exports.statement import with_place
from exports.templating import fill
from exports.wording import Words

Model = Mapping[str, Any]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_FOOT_SIZE, _FOOT_ROOM, _NARROW = 7.0, 366, 0.58  # points; a narrow character, of a wide one
_LONGEST = 20_000  # characters; no field of the archive takes more than a tenth of it


@dataclass(frozen=True)
class Layout:
    """How a kind of document is set: a sheet for each of the model's `pieces`.
    `values` is what the template prints beside a piece itself.
    """

    template: str
    styles: tuple[str, ...]
    attached: str
    title: Callable[[Model, Words], str]
    values: Callable[[Model, Words], Mapping[str, Any]]
    pieces: Callable[[Model], Sequence[Model]]
    is_dossier: bool = False


def manuscript(
    layout: Layout,
    model: Model,
    language: str,
    photos: Mapping[str, bytes] | None = None,
    proof: Sequence[AttachedFile] = (),
    *,
    plain: bool = False,
    unsigned: bool = False,
) -> Manuscript:
    """What goes to press: the settled model in its layout. `photos` are by person; `proof` is attached beside the
    model's own JSON, which then goes by the name that the verifier looks for. To a plain print nothing is attached.
    One that nobody will sign says so at its foot.
    """
    say, settled, photos = wording.words(language), settle(model), photos or {}
    _refuse_too_long(settled)
    batch, title = model.get("batch") or {}, layout.title(model, say)
    names = {piece.get("person_id"): piece.get("name") for piece in layout.pieces(model)}
    return Manuscript(
        html=_html(layout, settled, say, title, frozenset(photos), plain=plain, unsigned=unsigned),
        styles=layout.styles,
        title=title,
        author=batch.get("committee") or batch.get("school") or "",
        language=language,
        moment=_moment(model),
        pictures={who: Picture(photo, say.phrase("photo_of", name=names[who])) for who, photo in photos.items()},
        attachments=()
        if plain
        else (AttachedFile("dossier.json" if proof else layout.attached, title, rfc8785.dumps(settled)), *proof),
    )


def pressed(made: Manuscript, model: Model, press: Press) -> bytes:
    """The finished bytes, with an empty place for a statement. A character that still cannot be drawn is reported with
    the field it stands in.
    """
    try:
        return with_place(press.render(made))
    except GlyphMissing as problem:
        raise GlyphMissing(problem.character, field_with(problem.character, model)) from None


def settle(model: Model) -> dict[str, Any]:
    """The model at the last position it rests on, not at the head of the log: other records leave its print alone."""
    return dict(model) | {"position": model.get("rests_on") or model.get("position")}


def print_key(settled: Model, *more: str) -> str:
    """Names a document's finished bytes without setting it: the content's hash stands for the content."""
    parts = [str(settled["hash"]), str(settled["position"]), *more, engine.versions()]
    return sha256("\0".join(parts).encode()).hexdigest()


def _html(
    layout: Layout,
    settled: Model,
    say: Words,
    title: str,
    pictured: frozenset[str],
    *,
    plain: bool = False,
    unsigned: bool = False,
) -> str:
    model, undrawn = glyphs.shown(settled if say.language == "zh" else in_english(settled))
    foot = _provenance(model, say, plain=plain, unsigned=unsigned)
    return fill(
        "parts/sheet.html",
        say.language,
        body=layout.template,
        title=title,
        in_dossier=layout.is_dossier,
        d=model,
        batch=model.get("batch") or {},
        blank=bool(model.get("blank")),
        provenance=foot,
        foot_size=_foot_size(foot),
        plain=plain,
        pictured=pictured,
        qr=_qr(qr_content(model)),
        undrawn=undrawn,
        pieces=[{**piece, **layout.values(piece, say)} for piece in layout.pieces(model)],
    )


def qr_content(model: Model) -> str:
    """What the code says: which archive, how far, which content. Nothing about the person."""
    return f"tidui:{model.get('origin') or ''}/{model.get('position') or 0}/{short_hash(model)}"


def short_hash(model: Model) -> str:
    return str(model.get("hash") or "")[:16]


def _refuse_too_long(model: Model) -> None:
    for field, text in _texts(model, ""):
        if len(text) > _LONGEST:
            raise TextTooLong(field, len(text))


def field_with(character: str, model: object, path: str = "") -> str | None:
    """Where in a model a character stands, as `parts.materials[3].title`."""
    return next((place for place, text in _texts(model, path) if character in text), None)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{index}]")


def _provenance(model: Model, say: Words, *, plain: bool = False, unsigned: bool = False) -> str:
    """The foot of every page: which archive, the last record the document rests on, the times it answers for."""
    parts = [
        model.get("origin"),
        *([say["blank_form"]] if model.get("blank") else _told(model, say)),
        say["plain_print"] if plain and not model.get("blank") else None,
        say["unsigned_paper"] if unsigned else None,
    ]
    return " · ".join(filter(None, parts))


def _told(model: Model, say: Words) -> Iterator[str]:
    yield say.phrase("rests_on", position=model.get("position"))
    yield say.phrase("as_of", date=say.date(model.get("as_of")))
    yield known_at(model.get("known_at"), say)
    yield say.phrase("digest", digest=short_hash(model))


def _foot_size(foot: str) -> float:
    """The size in points at which the foot is a single line; the measure leaves room for the code beside it."""
    ems = sum(1 if east_asian_width(character) in "WF" else _NARROW for character in foot)
    return min(_FOOT_SIZE, round(_FOOT_ROOM / ems, 1))


def known_at(asked: str | None, say: Words) -> str:
    """Nothing where nobody asked for an earlier state of knowledge: the document then tells all that is recorded."""
    if asked is None:
        return ""
    if asked.startswith("@"):
        return say.phrase("known_position", position=asked[1:])
    return say.phrase("known_at", date=say.date(asked))


@lru_cache(maxsize=256)
def _qr(content: str) -> Markup:
    code = segno.make(content, error="m", micro=False)
    return Markup(code.svg_inline(border=0, omitsize=True))  # noqa: S704 - drawn by segno: paths, no text


def _moment(model: Model) -> datetime:
    """The time the document answers for, the same at every print: `known_at` when it is one, else `as_of`."""
    for name in ("known_at", "as_of"):
        try:
            moment = datetime.fromisoformat(str(model.get(name)))
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)).astimezone(UTC)
    return datetime(1970, 1, 1, tzinfo=UTC)
