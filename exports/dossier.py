"""The dossier as a document a committee can sign, with the dossier's JSON attached to it.

The layout is in templates/dossier/ and styles/; here a model becomes what those print.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from exports.information_form import by_key, field_text, information_form
from exports.paper import Layout, Model, manuscript, pressed
from exports.pdf.manuscript import AttachedFile, Manuscript, Press
from exports.trail import told
from exports.training_register import sections
from exports.wording import Words


def dossier_pdf(
    model: Model,
    press: Press,
    photo: bytes | None = None,
    language: str = "zh",
    proof: Sequence[AttachedFile] = (),
) -> bytes:
    """The dossier in print; `proof` is attached beside its own JSON."""
    return pressed(dossier_manuscript(model, photo, language, proof), model, press)


def dossier_manuscript(
    model: Model, photo: bytes | None = None, language: str = "zh", proof: Sequence[AttachedFile] = ()
) -> Manuscript:
    """What goes to press."""
    photos = {model["person_id"]: photo} if photo is not None else {}
    return manuscript(LAYOUT, model, language, photos, proof)


def _title(model: Model, say: Words) -> str:
    return " ".join(filter(None, (model.get("name"), say["archive"])))


def _values(model: Model, say: Words) -> Mapping[str, Any]:
    parts = model.get("parts") or {}
    fields = (parts.get("information_form") or {}).get("fields") or []
    return {
        "parts": parts,
        "cover": _on_cover(fields, say),
        "form": information_form(fields, say),
        "measures": sections((parts.get("training_register") or {}).get("measures") or [], say),
        "told": told(model.get("trail") or []),
    }


def _on_cover(fields: list[dict[str, Any]], say: Words) -> dict[str, str]:
    known = by_key(fields)
    return {key: field_text(known.get(key) or {}, say) for key in ("subject", "current_posts")}


LAYOUT = Layout(
    template="dossier/dossier.html",
    styles=("document.css", "dossier.css"),
    attached="dossier.json",
    title=_title,
    values=_values,
    pieces=lambda model: [model],
    is_dossier=True,
)
