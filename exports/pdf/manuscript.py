"""What goes to press: plain data, complete in itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from exports.pdf import engine
from exports.pdf.fonts import FACES

STYLES = Path(__file__).parents[1] / "styles"


@dataclass(frozen=True)
class Picture:
    """An image as it was handed in; `field` is what an error calls it."""

    content: bytes
    field: str


@dataclass(frozen=True)
class AttachedFile:
    name: str
    description: str
    content: bytes


@dataclass(frozen=True)
class Manuscript:
    """One document. `moment` is the time it answers for: a print has no clock of its own.

    HTML refers to a picture as `picture:NAME`; `styles` names files of exports/styles.
    """

    html: str
    styles: tuple[str, ...]
    title: str
    author: str
    language: str
    moment: datetime
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    attachments: tuple[AttachedFile, ...] = ()

    @property
    def key(self) -> str:
        """Names the finished bytes: everything that can change one of them is in it."""
        parts = [self.html, self.title, self.author, self.language, self.moment.isoformat(), engine.versions()]
        parts += [style + (STYLES / style).read_text(encoding="utf-8") for style in self.styles]
        parts += [face.rule + face.sha256 for face in FACES]
        parts += [name + sha256(picture.content).hexdigest() for name, picture in sorted(self.pictures.items())]
        for attached in self.attachments:
            parts += [attached.name, attached.description, sha256(attached.content).hexdigest()]
        return sha256("\0".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


class Press(Protocol):
    """Whatever turns a manuscript into finished bytes."""

    def render(self, manuscript: Manuscript) -> bytes: ...
