"""What an archive looked like at a checkpoint: the hash of every view, and the heads of all streams.

An attestation is a signed note beside its checkpoint, not an event: an event would change what it attests.
It can be made again from the log alone, by the same version of the software, and must come out the same. What it
binds beside the log (the charter, the checkpoint before, the register of accesses) stands in those of version 2.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import projections
from domain.language import today
from projections.coverage import coverage
from projections.exceptions import exceptions
from projections.ledger import tree
from projections.ledger.checkpoint import Checkpoint, number
from projections.ledger.note import BadNote, Note, base64_strict
from projections.moment import Moment, Views
from projections.roster import roster
from projections.runner import made_by
from projections.selection import selection
from projections.shape import View, canonical
from projections.timetable import timetable
from projections.vacancies import vacancies
from projections.yearly_review import yearly_review

_TITLE, _BINDING = "tidui-attestation/1", "tidui-attestation/2"
_STREAM = "tidui-stream/1"
_BOUND = 3  # lines of a binding

# The views of a batch that are attested, by the name they are asked for.
VIEWS: dict[str, Callable[[Moment, str], View]] = {
    "roster": roster,
    "vacancies": vacancies,
    "timetable": timetable,
    "gaps": coverage,
    "exceptions": exceptions,
    "selection": selection,
}


class StreamHead(NamedTuple):
    """How many events a stream has."""

    stream: str
    version: int

    def leaf(self) -> bytes:
        """The head as a leaf of the tree of heads."""
        return f"{_STREAM}\n{self.stream}\n{self.version}\n".encode()


class RegisterHead(NamedTuple):
    """How many lines the register of accesses has, and the last hash of its chain."""

    lines: int
    head: bytes


class Binding(NamedTuple):
    """What stands beside the log and is bound to it: the SHA-256 of the charter's canonical JSON, the size and root of
    the checkpoint before (0 and the empty root for the first), and the register of accesses.
    """

    charter: str
    before: int
    root: bytes
    register: RegisterHead

    def lines(self) -> list[str]:
        """As the note has it."""
        return [
            f"charter {self.charter}",
            f"before {self.before} {base64.b64encode(self.root).decode()}",
            f"register {self.register.lines} {base64.b64encode(self.register.head).decode()}",
        ]


class Attestation(NamedTuple):
    """What is attested. `views` maps `batch view` to the SHA-256 of its canonical JSON (RFC 8785). One of version 1
    binds nothing.
    """

    checkpoint: Checkpoint
    as_of: date
    code: str
    streams: int
    heads: bytes
    views: dict[str, str]
    binding: Binding | None = None

    def text(self) -> str:
        """The note's text."""
        return "\n".join(
            [
                _BINDING if self.binding else _TITLE,
                *self.checkpoint.text().splitlines(),
                f"as-of {self.as_of}",
                f"code {self.code}",
                f"streams {self.streams} {base64.b64encode(self.heads).decode()}",
                *(self.binding.lines() if self.binding else ()),
                *(f"view {name} {digest}" for name, digest in self.views.items()),
                "",
            ]
        )


def attest(
    views: Views, heads: Sequence[StreamHead], checkpoint: Checkpoint, binding: Binding | None = None
) -> Attestation:
    """The attestation of a checkpoint, for the day of the last event that it covers."""
    day = today(views.recorded(checkpoint.size).body.recorded_at)
    return Attestation(
        checkpoint=checkpoint,
        as_of=day,
        code=code(),
        streams=len(heads),
        heads=root_of(heads),
        views=dict(_hashes(views, day, f"@{checkpoint.size}")),
        binding=binding,
    )


def parse_attestation(note: Note) -> Attestation:
    """What a note says as an attestation. Raises BadNote where it is none."""
    lines = note.text[:-1].split("\n")
    try:
        title, origin, size, root, as_of, code_, streams, *shown = lines
        binding = _binding(shown[:_BOUND]) if title == _BINDING else None
        shown = shown[_BOUND:] if binding else shown
        count, heads = streams.removeprefix("streams ").split(" ")
        found = Attestation(
            checkpoint=Checkpoint(origin, number(size), base64_strict(root)),
            as_of=date.fromisoformat(as_of.removeprefix("as-of ")),
            code=code_.removeprefix("code "),
            streams=number(count),
            heads=base64_strict(heads),
            views=dict(line.removeprefix("view ").rsplit(" ", 1) for line in shown),
            binding=binding,
        )
    except ValueError:
        found = None
    if found is None or found.text() != note.text:
        raise BadNote("这不是存证文件。", "This is not an attestation.")
    return found


def _binding(lines: Sequence[str]) -> Binding:
    charter, before, register = lines
    size, root = before.removeprefix("before ").split(" ")
    count, head = register.removeprefix("register ").split(" ")
    return Binding(
        charter.removeprefix("charter "),
        number(size),
        base64_strict(root),
        RegisterHead(number(count), base64_strict(head)),
    )


def root_of(heads: Sequence[StreamHead]) -> bytes:
    """The root of the tree over stream heads, which stand in the order of their ids."""
    return tree.root(len(heads), tree.nodes_of([tree.leaf_hash(head.leaf()) for head in heads]))


def proof_of(heads: Sequence[StreamHead], stream: str) -> tuple[int, list[bytes]]:
    """Where a stream stands among the heads, and the proof of it. Raises ValueError when it is not there."""
    index = [head.stream for head in heads].index(stream)
    leaves = [tree.leaf_hash(head.leaf()) for head in heads]
    return index, tree.inclusion(index, len(leaves), tree.nodes_of(leaves))


@cache
def code() -> str:
    """A digest of the code that draws views from events: another version may show the same events otherwise."""
    folder = Path(next(iter(projections.__path__)))
    sources = (
        file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".py", ".toml"} and file.parent.name != "ledger"
    )
    return hashlib.sha256(made_by().encode() + b"".join(sources)).hexdigest()


def _hashes(views: Views, day: date, known_at: str) -> Iterator[tuple[str, str]]:
    moment = views.at(day, known_at)
    for batch in sorted(row.key for row in views.batches(moment.position)):
        answers = moment.answers()
        for name, view in VIEWS.items():
            yield f"{batch} {name}", digest(view(next(answers), batch))
        plan = next(answers).plan(batch)
        if plan and (year := plan.year_of(day)) in plan.years(day):  # earlier years stand in earlier attestations
            yield f"{batch} review-{year}", digest(yearly_review(next(answers), year, batch))


def digest(view: View) -> str:
    """SHA-256 of a view's canonical JSON."""
    return hashlib.sha256(canonical(view.model_dump(mode="json"))).hexdigest()
