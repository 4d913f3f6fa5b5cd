"""The training register (培养登记表): measures by section, each a table of the columns that have something to say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exports.wording import Words

Measure = Mapping[str, Any]

# Section, the word over its first column, and the kinds of measures in it.
_SECTIONS = (
    ("placement", "unit_and_post", ("placement",)),
    ("mentoring", "mentor", ("mentoring",)),
    ("self_development", "item", ("requirement", "guide", "practice")),
    ("talk", "item", ("talk",)),
)
_LATER = "other_measures"  # kinds that came later print under their own names
_WIDTH, _YEAR, _TITLE, _PERIOD = 156, 11, 42, 27  # mm


@dataclass(frozen=True)
class Row:
    year: int
    title: str
    text: str
    start: str
    end: str | None
    source: int


@dataclass(frozen=True)
class Section:
    heading: str
    labels: list[str]
    widths: list[int]
    has_text: bool
    rows: list[Row]


def sections(measures: Iterable[Measure], say: Words) -> list[Section]:
    """The four sections of the plan, empty or not, and one more where other kinds were recorded."""
    given = list(measures)
    known = {kind for _, _, kinds in _SECTIONS for kind in kinds}
    found = [
        _section(section, first, [one for one in given if one.get("kind") in kinds], say, named=len(kinds) > 1)
        for section, first, kinds in _SECTIONS
    ]
    later = [one for one in given if one.get("kind") not in known]
    return [*found, _section(_LATER, "item", later, say, named=True)] if later else found


def _section(heading: str, first: str, measures: list[Measure], say: Words, *, named: bool) -> Section:
    """One table; `named` puts the kind before the title, where a section holds several."""
    texts, appraisals = (not measures or any(one.get(key) for one in measures) for key in ("text", "appraisal"))
    over = "text_and_appraisal" if texts and appraisals else "appraisal" if appraisals else "what_was_done"
    when = "from_to" if not measures or any(one.get("end") for one in measures) else "on_day"
    free = _WIDTH - _YEAR - _PERIOD
    filled = texts or appraisals
    return Section(
        heading=say[heading],
        labels=[say[word] for word in ("year", first, *([over] if filled else []), when)],
        widths=[_YEAR, *((_TITLE, free - _TITLE) if filled else (free,)), _PERIOD],
        has_text=filled,
        rows=[_row(one, say, named=named, marked=texts) for one in measures],
    )


def _row(measure: Measure, say: Words, *, named: bool, marked: bool) -> Row:
    title, kind = measure.get("title") or "", measure.get("label") or measure.get("kind") or ""
    if named and title != kind:
        title = f"{kind}{say['colon']}{title}"
    text, appraisal = measure.get("text") or "", measure.get("appraisal") or ""
    if appraisal and marked:
        appraisal = say.phrase("appraised", text=appraisal)
    return Row(
        year=measure["year"],
        title=title,
        text=text + appraisal,
        start=measure["start"],
        end=measure.get("end"),
        source=measure["source"],
    )
