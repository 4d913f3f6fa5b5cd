"""Every paper bears a statement by the archive's key: one of each kind, a blank, a plain one, and a kept one too."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api import documents, dossiers, settings
from api.demo.narrator import SetClock
from api.main import App, init_home, open_home
from api.proving import check_pdf
from api.rotating import rotate
from domain.desk import Request
from domain.errors import TiduiError
from domain.language import Capacity, today
from domain.plan import shipped_plan
from exports import statement, verify
from exports.documents import DOCUMENTS, Scope
from exports.paper import settle
from exports.pdf.manuscript import Manuscript
from exports.statement import HANDOVERS, emptied
from projections.ledger.note import PrivateKey
from projections.shape import canonical
from tests.exports.documents.conftest import DAY
from tests.exports.forged import pdf_of
from tests.exports.forging import pasted, restated, said_in
from tests.exports.prints import text_of
from tests.projections.ledger.tampering import START
from tests.support.story import BATCH

pytestmark = pytest.mark.slow


def least(manuscript: Manuscript) -> bytes:
    """The least that carries the same and ends like a PDF."""
    files = pdf_of({one.name: one.content for one in manuscript.attachments})
    return files + b"%% %b\nstartxref\n9\n%%%%EOF\n" % manuscript.key.encode()


@pytest.fixture
def drawn(opened: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of what is set from now on, at no cost, and kept in a folder of its own."""
    keys: list[str] = []

    def render(manuscript: Manuscript) -> bytes:
        keys.append(manuscript.key)
        return least(manuscript)

    monkeypatch.setattr(opened.workers, "render", render)
    monkeypatch.setattr(opened.press, "_folder", tmp_path / "kept")
    return keys


def copy_of(opened: App, kind: str, *, plain: bool = False, **more: Any) -> documents.Copy:
    document = DOCUMENTS[kind]
    asked: dict[str, Any] = {"batch": BATCH} | more
    if document.scope is Scope.PERSON and not more:
        asked["tier"] = "three"
    if "year" in document.asks and not more.get("blank"):
        asked["year"] = 2024
    found = documents.content(opened, document, opened.views.at(DAY), **asked)
    return documents.copy_of(opened, document, found, plain=plain)


@pytest.fixture
def person(opened: App) -> str:
    found = documents.content(
        opened, DOCUMENTS["pairing-agreement"], opened.views.at(DAY), batch=BATCH, year=2024
    ).model_dump()
    return str(found["people"][0]["person_id"])


def papers(opened: App, kind: str, person: str) -> Iterator[documents.Copy]:
    document = DOCUMENTS[kind]
    about = {"person": person} if kind == "dossier" else {}
    for plain in (False, True):
        yield copy_of(opened, kind, plain=plain, **about)
    if document.has_blank:
        yield copy_of(opened, kind, blank=True)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_paper_of_each_kind_is_signed_blank_and_plain_ones_too(
    opened: App, drawn: list[str], person: str, kind: str
) -> None:
    assert drawn == []
    for copy in papers(opened, kind, person):
        content = documents.from_press(opened, copy).content
        said = verify.read_paper(content).statement
        assert said
        model = settle(copy.model)
        told = (said.kind, said.origin, said.position, said.as_of, said.print_key)
        assert told == (kind, opened.charter.origin, model["position"], model["as_of"], copy.key)
        assert said.model == sha256(canonical(model)).hexdigest()
        assert verify.check_paper(content, str(opened.ledger.keys().latest))[1]
        assert documents.from_press(opened, copy).content == content


def test_there_are_seventeen_kinds() -> None:
    assert len(DOCUMENTS) == 17


@pytest.mark.parametrize("known_at", [None, "@1200", "2024-06-30T12:00:00+08:00"])
def test_the_two_times_are_signed(opened: App, drawn: list[str], known_at: str | None) -> None:
    assert drawn == []
    found = documents.content(opened, DOCUMENTS["overview"], opened.views.at(DAY, known_at), batch=BATCH)
    said = verify.read_paper(documents.printed(opened, DOCUMENTS["overview"], found)).statement
    assert said
    assert said.known_at == (found.model_dump(mode="json")["known_at"] or "-")


def test_what_is_kept_goes_out_as_long_as_it_is_signed_as_this_very_print(opened: App, drawn: list[str]) -> None:
    copy = copy_of(opened, "overview")
    made = documents.from_press(opened, copy)
    assert documents.from_press(opened, copy) == made
    assert len(drawn) == 1


def another_print(opened: App, content: bytes) -> bytes:
    del content
    return documents.from_press(opened, copy_of(opened, "result-announcement")).content


def signed_by_another(opened: App, content: bytes) -> bytes:
    thief = PrivateKey(opened.charter.origin, bytes(32))
    copy = copy_of(opened, "overview")
    assert copy.signing
    return replace(copy, signing=statement.Signing(thief.public, (), thief.note)).signed(content)


KEPT: dict[str, Any] = {
    "altered": lambda _, content: content.replace(b"%PDF-1.7", b"%PDF-1.6"),
    "without its statement": lambda _, content: emptied(content),
    "another print": another_print,
    "another print with this one's statement": lambda opened, content: pasted(another_print(opened, content), content),
    "signed by another key": signed_by_another,
    "more behind it": lambda _, content: content + b"\n",
    "nothing": lambda *_: b"x",
}


@pytest.mark.parametrize("how", KEPT)
def test_what_was_put_among_the_kept_prints_is_neither_handed_out_nor_registered(
    opened: App, drawn: list[str], how: str
) -> None:
    copy = copy_of(opened, "overview")
    made = documents.from_press(opened, copy)
    opened.press.keep(copy.key, KEPT[how](opened, made.content))
    before = len(drawn)
    moment = opened.views.at(DAY)
    assert documents.export(opened, DOCUMENTS["overview"], moment, batch=BATCH) == made.content
    assert len(drawn) == before + 1
    assert opened.access.entries()[-1].sha256 == made.digest.hex()


class Small(NamedTuple):
    opened: App
    person: str

    @property
    def lines(self) -> list[str]:
        return [str(turn.key) for turn in self.opened.ledger.keys().turns]

    def drawn(self, position: int) -> bytes:
        """The dossier as of a position of the log, set anew."""
        shutil.rmtree(self.opened.home.kept, ignore_errors=True)
        moment = self.opened.views.at(known_at=f"@{position}")
        return dossiers.printed(self.opened, dossiers.whole(self.opened, moment, self.person, BATCH))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Small]:
    """An archive of a plan and a person, whose press costs nothing."""
    init_home(tmp_path / "home", settings.load(), practice=True, seed="papers")
    with open_home(tmp_path / "home", settings.load(), SetClock(START)) as opened:
        monkeypatch.setattr(opened.workers, "render", least)
        request = Request(occurred_on=today(START), capacity=Capacity.OFFICE_CLERK)
        opened.office.handle("publish-plan", {"toml": shipped_plan().decode()}, request)
        data = {"name": "单晓珺", "gender": "female", "birth_date": "1985-03-02"}
        yield Small(opened, opened.office.handle("register-person", data, request).events[0]["stream"])


def test_after_a_change_of_key_only_the_statement_differs_and_every_key_of_before_proves_it(small: Small) -> None:
    position = small.opened.views.at().position
    after = before = small.drawn(position)
    for number in range(1, HANDOVERS + 1):
        rotate(small.opened, "经办人换岗")
        after = small.drawn(position)
        assert emptied(after) == emptied(before)
        assert len(said_in(after)["handovers"]) == number
        assert small.drawn(position) == after
    for line in small.lines:
        assert verify.check_paper(after, line)[1]
    assert verify.check_paper(before, small.lines[0])[1]


def test_after_more_changes_than_the_place_has_room_for_the_proof_is_made_anew(small: Small) -> None:
    position = small.opened.views.at().position
    before = small.drawn(position)
    for _ in range(HANDOVERS + 2):
        rotate(small.opened, "经办人换岗")
    after = small.drawn(position)
    assert emptied(after) != emptied(before)
    for line in small.lines:
        assert verify.check_paper(after, line)[1]


def test_what_a_key_of_before_signs_convinces_nobody_who_knows_a_later_one(small: Small, tmp_path: Path) -> None:
    old = small.opened.ledger.key()
    position = small.opened.views.at().position
    rotate(small.opened, "经办人换岗")
    paper = small.drawn(position)
    model = json.loads(verify.attachments(paper)["dossier.json"])
    stolen = statement.signed(paper, model, "zh", "0" * 64, statement.Signing(old.public, (), old.note))
    assert verify.check_paper(stolen, small.lines[0])[1]
    with pytest.raises(verify.Failed, match="不是您给的那一个"):
        verify.check_paper(stolen, small.lines[1])
    (tmp_path / "stolen.pdf").write_bytes(stolen)
    with suppress(TiduiError):
        assert not check_pdf(tmp_path / "stolen.pdf", None, small.opened).holds


def test_a_statement_without_its_handovers_does_not_hold(small: Small) -> None:
    position = small.opened.views.at().position
    small.drawn(position)
    rotate(small.opened, "经办人换岗")
    paper = small.drawn(position)
    with pytest.raises(verify.Failed, match="不相承接"):
        verify.check_paper(restated(paper, said_in(paper) | {"handovers": []}))


def test_without_its_key_the_archive_says_that_the_paper_is_unsigned(
    opened: App, person: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened.ledger.held, "key_file", tmp_path / "none")
    monkeypatch.setattr(opened.press, "_folder", tmp_path / "kept")
    copy = copy_of(opened, "pairing-agreement", person=person, year=2024)
    content = documents.from_press(opened, copy).content
    (tmp_path / "unsigned.pdf").write_bytes(content)
    assert "本件未签署" in text_of(tmp_path / "unsigned.pdf")
    lines, holds = verify.check_paper(content)
    assert (lines[0], holds) == (verify.UNSIGNED, False)
    assert not (tmp_path / "kept").exists()


def test_a_text_that_reads_like_a_statement_cannot_stand_in_a_file_bare(opened: App, person: str) -> None:
    """All that a document says is in streams that are packed."""
    copy = copy_of(opened, "pairing-agreement", person=person, year=2024)
    model = dict(copy.model) | {"title": "%tidui-statement/1 x", "name": "%tidui-statement/1 y"}
    content = documents._set(opened, replace(copy, model=model))
    assert content.count(verify.MARK) == 1
