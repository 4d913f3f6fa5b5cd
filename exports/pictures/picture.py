"""What a picture is: the view it is drawn from, how it is drawn, what it tells, and whom it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from exports.paper import known_at
from exports.pictures.drawing import Drawing
from exports.wording import Words, words
from projections.shape import View

Told = Callable[[Any, Words], Iterable[str]]


@dataclass(frozen=True)
class Picture:
    """A kind of picture of a view. `ask` takes a moment, a batch, and by name what `asks` says; `tell` is its text."""

    kind: str
    of: type[View]
    ask: Callable[..., View]
    draw: Callable[[Drawing, Any, Words], None]
    tell: Told
    asks: frozenset[str] = frozenset()

    def title(self, language: str) -> str:
        return words(language)[f"picture_{self.kind}"]

    def svg(self, found: View, language: str) -> str:
        """The picture of a view. Where there is nothing to draw it says so."""
        say, title = words(language), self.title(language)
        told = "".join(self.tell(found, say))
        sheet = Drawing(title, told or say["nothing_to_draw"], language)
        sheet.head(title, _below(found, say))
        if told:
            self.draw(sheet, found, say)
        else:
            sheet.note(say["nothing_to_draw"])
        return sheet.svg()


def called(thing: Any, say: Words) -> str:
    """What the plan or the software calls something, in the language of the picture."""
    return str(thing.label if say.language == "zh" else thing.label_en)


def tier_called(tier: Any, say: Words) -> str:
    return say.phrase("tier_called", tier=called(tier, say))


def _below(found: Any, say: Words) -> str:
    """Of which batch, on which day, and as known when."""
    name = getattr(found, "name" if say.language == "zh" else "name_en", None) or found.batch or ""
    day = say.phrase("as_of", date=say.date(found.as_of.isoformat()))
    return "　".join(filter(None, (name, day, known_at(found.known_at, say))))
