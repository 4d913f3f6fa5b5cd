"""The information form (信息表): which field stands in which cell of the sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exports.wording import Words, shared_source

_BESIDE_PHOTO = (
    ("name", "gender"),
    ("birth_date", "ethnicity"),
    ("native_place", "party_status"),
    ("party_joined_on", "work_started_on"),
)
_BELOW_PHOTO = (("education", "degree"), ("graduated_from", "title"), ("subject", "staff_number"))
_ACROSS = ("branch", "current_posts")
_PLACED = {key for row in (*_BESIDE_PHOTO, *_BELOW_PHOTO) for key in row} | {*_ACROSS, "age"}
_SHORT = 40  # characters a cell in a shared row holds; a longer text gets a row of its own

Fields = dict[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Cell:
    label: str
    text: str
    source: int | None


@dataclass(frozen=True)
class InformationForm:
    """The cells of the sheet. `source` is what most of them rest on; only the others name their own."""

    source: int | None
    beside_photo: list[list[Cell]]
    below_photo: list[list[Cell]]
    across: list[Cell]


def by_key(fields: Iterable[Mapping[str, Any]]) -> Fields:
    return {field.get("key") or field.get("label") or "": field for field in fields}


def information_form(fields: Iterable[Mapping[str, Any]], say: Words) -> InformationForm:
    """Every field has a place: known ones where the sheet has them, others in rows below, in their order."""
    known = by_key(fields)
    source = shared_source(known.values())
    cells = {key: _cell(key, known, say, source) for key in (*_PLACED, *known)}
    long = [key for row in (*_BESIDE_PHOTO, *_BELOW_PHOTO) for key in row if len(cells[key].text) > _SHORT]
    shown = cells | {key: Cell(cells[key].label, say["see_below"], None) for key in long}
    later = [key for key in known if key not in _PLACED]
    return InformationForm(
        source=source,
        beside_photo=[[shown[key] for key in row] for row in _BESIDE_PHOTO],
        below_photo=[[shown[key] for key in row] for row in _BELOW_PHOTO],
        across=[cells[key] for key in (*_ACROSS, *long, *later)],
    )


def _cell(key: str, known: Fields, say: Words, shared: int | None) -> Cell:
    field = known.get(key) or {}
    text = field_text(field, say)
    age = (known.get("age") or {}).get("value")
    if key == "birth_date" and age is not None:
        text += say["pause"] + say.phrase("years_old", age=age)
    source = field.get("source")
    return Cell(say.get(key) or field.get("label") or key, text, source if source != shared else None)


def field_text(field: Mapping[str, Any], say: Words) -> str:
    """What a field reads in print: its own text, else its value; a list item by item."""
    shown = field.get("text")
    if shown is None or shown == "":
        shown = field.get("value")
    if isinstance(shown, list):
        return say["semicolon"].join(say.date(item) for item in shown)
    return say.date(shown)
