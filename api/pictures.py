"""Every picture as this archive shows it: which there are, and any one of them."""

from typing import Any

from api.main import App
from api.registering import viewed
from domain.errors import Malformed, Unknown
from exports.pictures import PICTURES, Picture
from projections.moment import Moment
from projections.shape import View


def named(kind: str) -> Picture:
    """The picture of that kind."""
    if kind not in PICTURES:
        known = ", ".join(PICTURES)
        raise Unknown(f"没有“{kind}”这种图。可用的有：{known}。", f"There is no picture {kind}. There are: {known}.")
    return PICTURES[kind]


def listed() -> list[dict[str, Any]]:
    """Every kind with its titles, and what else it can be asked."""
    return [
        {"kind": one.kind, "label": one.title("zh"), "label_en": one.title("en"), "asks": sorted(one.asks)}
        for one in PICTURES.values()
    ]


def view(opened: App, picture: Picture, moment: Moment, batch: str | None = None, **asked: Any) -> View:
    """What a picture is drawn from; the reading is written down first."""
    given = {name: value for name, value in asked.items() if value is not None}
    if foreign := ", ".join(sorted(given.keys() - picture.asks)):
        zh, en = picture.title("zh"), picture.title("en")
        raise Malformed(f"“{zh}”不分 {foreign}，请去掉。", f"“{en}” takes no {foreign}: leave it out.")
    found = picture.ask(moment, batch, **given)
    viewed(opened, f"picture-{picture.kind}", found, moment)
    return found
