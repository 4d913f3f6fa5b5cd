"""A large archive is replayed in a process of its own while it is read; what is found is the same."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.home import Home
from api.proving import check_archive
from projections.ledger import fsck
from projections.ledger.report import Problem
from tests.projections.ledger import tampering

pytestmark = pytest.mark.slow


def found(home: Path) -> list[Problem]:
    return check_archive(Home(home), [])[1].problems


def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tampering.made(tmp_path / "home")
    sound = found(home)
    tampering.alter_views(home, tampering.EARLY)
    altered = found(home)
    monkeypatch.setattr(fsck, "_LARGE", 0)
    assert [problem.code for problem in altered] == ["views"]
    assert found(home) == altered
    (home / "views.sqlite").unlink()
    assert found(home) == sound == []


def test_views_that_nobody_can_read_are_told_apart_from_the_attestation(story_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(story_home, tmp_path / "home"))
    with closing(sqlite3.connect(home / "views.sqlite")) as views:
        views.execute("UPDATE facts SET value = '{'")
        views.commit()
    assert [problem.code for problem in found(home)] == ["views"]


def test_what_others_record_meanwhile_is_no_problem(tmp_path: Path) -> None:
    home = tampering.made(tmp_path / "home")
    others = iter([tampering.recorded])

    def meanwhile(*_: int) -> None:
        for record in others:
            record(home, 1, start=tampering.EVENTS)

    report = check_archive(Home(home), [], meanwhile)[1]
    assert (report.events, report.problems) == (tampering.EVENTS + 1, [])
