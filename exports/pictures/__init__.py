"""Pictures for those who would rather look than read: each a pure function from a view to SVG.

The same SVG stands on the screen and in print. A new picture is a module here with its `PICTURE`, and a place below.
A document keeps a picture's content as `part` of its own, and prints what is `drawn` from it.
"""

from collections.abc import Container
from typing import Any

from markupsafe import Markup

from exports.pictures import ages, headcount, hours, timetable, ways
from exports.pictures.picture import Picture
from exports.wording import Words
from projections.shape import View

PICTURES: dict[str, Picture] = {
    module.PICTURE.kind: module.PICTURE for module in (headcount, ages, timetable, hours, ways)
}


def part(found: View, only: Container[str] | None = None) -> dict[str, Any]:
    """A picture's content without the head of the log: an unrelated record leaves it as it is.

    With `only`, nobody else stands in it.
    """
    content = found.model_dump(mode="json", exclude={"position"})
    if only is not None:
        for tier in content["tiers"]:
            tier["people"] = [one for one in tier["people"] if one["person_id"] in only]
    return content


def drawn(kind: str, content: dict[str, Any], say: Words) -> Markup:
    """The picture of such a content."""
    picture = PICTURES[kind]
    found = picture.of.model_validate(content | {"position": content["rests_on"]})
    return Markup(picture.svg(found, say.language))  # noqa: S704 - made of elements, its text escaped


__all__ = ["PICTURES", "Picture", "drawn", "part"]
