"""Large archives: many batches at once, each the whole story with its own staff, by the same commands as ever."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

from api.demo.cast import Part
from api.demo.narrator import Narrator, SetClock
from api.demo.staff import some_name
from api.demo.story import ROLES, Story
from domain.archive import EvidenceStore
from domain.office import Office
from domain.plan import shipped_plan

FIRST = "2024-second"
STAFF_NUMBERS = 200  # for each batch, more than it has people


def tell_batches(office: Office, evidence: EvidenceStore, clock: SetClock, seed: str, batches: int) -> Narrator:
    """Live through the story with so many batches, day by day, many decisions to a transaction."""

    @cache
    def kept(name: str) -> str:
        """One file for all papers of a name: a large archive is large by its events."""
        return evidence.put(f"{name}\n".encode(), name=name, media_type="text/plain").sha256

    rng = Random(seed)  # noqa: S311 - a story, not a secret
    narrator = Narrator(office, clock, rng, lambda name, _: kept(name), pace=batches)
    for number in range(1, batches + 1):
        _story(narrator, number).plan_ahead(continued=number == 1)
    with office.together():
        narrator.tell()
    return narrator


def _story(narrator: Narrator, number: int) -> Story:
    """The first batch as it is always told; every other under a key of its own, with other people."""
    if number == 1:
        return Story(narrator, shipped_plan())
    batch = f"2024-b{number:03d}"
    return Story(
        narrator,
        shipped_plan().replace(FIRST.encode(), batch.encode()),
        batch,
        first_number=1 + STAFF_NUMBERS * (number - 1),
        cast=tuple(_somebody_else(narrator.rng, part) for part in ROLES),
    )


def _somebody_else(rng: Random, part: Part) -> Part:
    return replace(part, name=some_name(rng, part.gender))
