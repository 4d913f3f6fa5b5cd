"""One person's dossier under three keys of a small archive, one after another."""

from pathlib import Path
from typing import NamedTuple

from api import dossiers, settings
from api.demo.narrator import SetClock
from api.main import App, init_home, open_home
from api.rotating import rotate
from domain.desk import Request
from domain.language import Capacity, today
from domain.plan import shipped_plan
from exports.paper import settle
from exports.proof import attachments
from projections.shape import canonical
from tests.projections.ledger.tampering import START
from tests.support.story import BATCH

Files = dict[str, bytes]


class Rotated(NamedTuple):
    """The public lines, what was handed out under each, and the first of it made again at the end."""

    lines: list[str]
    files: list[Files]
    again: Files


def handed_out(home: Path) -> Rotated:
    """Hand the dossier out, change the key, hand it out, twice over."""
    init_home(home, settings.load(), practice=True, seed="keys")
    with open_home(home, settings.load(), SetClock(START)) as opened:
        request = Request(occurred_on=today(START), capacity=Capacity.OFFICE_CLERK)
        opened.office.handle("publish-plan", {"toml": shipped_plan().decode()}, request)
        data = {"name": "单晓珺", "gender": "female", "birth_date": "1985-03-02"}
        person = opened.office.handle("register-person", data, request).events[0]["stream"]
        first = opened.views.at().position
        files = [_carried(opened, person, first)]
        files += [_carried(opened, person, rotate(opened, "经办人换岗").since) for _ in range(2)]
        lines = [str(turn.key) for turn in opened.ledger.keys().turns]
        return Rotated(lines, files, again=_carried(opened, person, first))


def _carried(opened: App, person: str, position: int) -> Files:
    note = opened.ledger.covered(position)
    found = dossiers.whole(opened, opened.views.at(known_at=f"@{position}"), person, BATCH)
    model = settle(found.model_dump(mode="json"))
    proof = opened.ledger.stream(person, note)
    attached = attachments(model, proof, lambda at: opened.ledger.under(at, note), "zh")
    return {"dossier.json": canonical(model)} | {file.name: file.content for file in attached}
