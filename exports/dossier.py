"""The dossier as a document a committee can sign, with the dossier's JSON attached to it.

The layout is in templates/dossier/ and styles/; here a model becomes what those print.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
import segno
from markupsafe import Markup

from exports import glyphs, wording
from exports.errors import GlyphMissing
from exports.information_form import by_key, field_text, information_form
from exports.pdf import engine
from exports.pdf.manuscript import AttachedFile, Manuscript, Picture, Press
from exports.templating import fill
from exports.trail import told
from exports.training_register import sections

Model = Mapping[str, Any]

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def dossier_pdf(
    model: Model,
    press: Press,
    photo: bytes | None = None,
    language: str = "zh",
    proof: Sequence[AttachedFile] = (),
) -> bytes:
    """The dossier in print. A character that still cannot be drawn is reported with the field it stands in."""
    try:
        return press.render(dossier_manuscript(model, photo, language, proof))
    except GlyphMissing as problem:
        raise GlyphMissing(problem.character, field_with(problem.character, model)) from None


def dossier_manuscript(
    model: Model, photo: bytes | None = None, language: str = "zh", proof: Sequence[AttachedFile] = ()
) -> Manuscript:
    """What goes to press; `proof` is attached beside the dossier's own JSON."""
    say = wording.words(language)
    settled = settle(model)
    batch = model.get("batch") or {}
    return Manuscript(
        html=_html(settled, say, has_photo=photo is not None),
        styles=("document.css", "dossier.css"),
        title=" ".join(filter(None, (model.get("name"), say["archive"]))),
        author=batch.get("committee") or batch.get("school") or "",
        language=language,
        moment=_moment(model),
        pictures={"photo": Picture(photo, say["photo"])} if photo is not None else {},
        attachments=(AttachedFile("dossier.json", say["archive"], rfc8785.dumps(settled)), *proof),
    )


def settle(model: Model) -> dict[str, Any]:
    """The model at the last position it rests on, not at the head of the log: other records leave its print alone."""
    return dict(model) | {"position": model.get("rests_on") or model.get("position")}


def print_key(settled: Model, language: str, checkpoint: str, public_key: str) -> str:
    """Names a dossier's finished bytes without setting it: the content's hash stands for the content."""
    parts = [
        str(settled["hash"]),
        str(settled["position"]),
        language,
        checkpoint,
        public_key,
        engine.versions(),
        _code(),
    ]
    return sha256("\0".join(parts).encode()).hexdigest()


@cache
def _code() -> str:
    """A digest of everything here that prints: another template, another print."""
    folder = Path(__file__).parent
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _html(settled: Model, say: wording.Words, *, has_photo: bool) -> str:
    model, undrawn = glyphs.shown(settled)
    parts = model.get("parts") or {}
    fields = (parts.get("information_form") or {}).get("fields") or []
    return fill(
        "dossier/dossier.html",
        say.language,
        d=model,
        batch=model.get("batch") or {},
        parts=parts,
        cover=_on_cover(fields, say),
        provenance=_provenance(model, say),
        form=information_form(fields, say),
        measures=sections((parts.get("training_register") or {}).get("measures") or [], say),
        told=told(model.get("trail") or []),
        has_photo=has_photo,
        qr=_qr(qr_content(model)),
        undrawn=undrawn,
    )


def qr_content(model: Model) -> str:
    """What the cover's code says: which archive, how far, which content. Nothing about the person."""
    return f"tidui:{model.get('origin') or ''}/{model.get('position') or 0}/{short_hash(model)}"


def short_hash(model: Model) -> str:
    return str(model.get("hash") or "")[:16]


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


def _on_cover(fields: list[dict[str, Any]], say: wording.Words) -> dict[str, str]:
    known = by_key(fields)
    return {key: field_text(known.get(key) or {}, say) for key in ("subject", "current_posts")}


def _provenance(model: Model, say: wording.Words) -> str:
    """The foot of every page: which archive, the last record the document rests on, the times it answers for."""
    parts = [
        model.get("origin"),
        say.phrase("rests_on", position=model.get("position")),
        say.phrase("as_of", date=say.date(model.get("as_of"))),
        _known_at(model.get("known_at"), say),
        say.phrase("digest", digest=short_hash(model)),
    ]
    return " · ".join(filter(None, parts))


def _known_at(asked: str | None, say: wording.Words) -> str:
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
