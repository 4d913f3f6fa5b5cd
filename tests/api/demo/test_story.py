"""The demo's story: all that can happen does, and two tellings with one seed are one and the same archive."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from api.demo.command import START
from api.demo.narrator import Narrator, SetClock
from api.demo.story import Story
from api.replay import replay
from domain.archive import EvidenceStore, Log
from domain.events import EVENT_TYPES
from domain.events.signing import SigningKeyRotated
from domain.language import Verdict, today
from domain.office import Ids, Office
from domain.plan import shipped_plan
from projections.ledger.ledger import Ledger
from projections.reader import TableReader
from tests.support.rows import rows
from tests.support.story import SEED, at_its_end, tell_once


def dump(home: Path) -> list[str]:
    """The archive as SQLite writes it out, receipts and triggers included."""
    with closing(sqlite3.connect(home / "archive.sqlite")) as connection:
        return list(connection.iterdump())


def evidence(home: Path) -> dict[str, bytes]:
    folder = home / "evidence"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_two_tellings_with_one_seed_give_the_same_archive(
    story_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "is_due", lambda *_: False)  # what is recorded does not hang on what is signed
    again = tell_once(tmp_path / "again")
    assert dump(again) == dump(story_home)
    assert evidence(again) == evidence(story_home)
    assert (again / "story.json").read_bytes() == (story_home / "story.json").read_bytes()


def first_day(folder: Path, seed: str) -> list[tuple[Any, ...]]:
    """What the story records before the plan is published: everybody on file."""
    log, kept, clock = Log(folder / "archive.sqlite"), EvidenceStore(folder / "evidence"), SetClock(START)
    office = Office(log, kept, clock, Ids(f"{seed}/1"), "office_clerk")
    narrator = Narrator(office, clock, Random(seed), lambda *_: "")
    narrator.at(date(2024, 2, 26), Story(narrator, shipped_plan()).register)
    with office.together():
        narrator.tell()
    log.close()
    return rows(folder / "archive.sqlite")


def test_another_seed_is_another_school(story_home: Path, tmp_path: Path) -> None:
    (tmp_path / "same").mkdir()
    (tmp_path / "other").mkdir()
    same, other = first_day(tmp_path / "same", SEED), first_day(tmp_path / "other", "another")
    assert same == rows(story_home / "archive.sqlite")[: len(same)]
    assert not {row[1] for row in same} & {row[1] for row in other}, "no id in common"
    assert not {row[4] for row in same} & {row[4] for row in other}, "no event in common"


def test_every_type_of_event_happens(story_home: Path) -> None:
    happened = {row[3] for row in rows(story_home / "archive.sqlite")}
    assert set(EVENT_TYPES) - happened == {SigningKeyRotated.TOPIC}  # the demo keeps its key


def test_positions_versions_and_times_run_without_gaps_or_steps_back(story_home: Path) -> None:
    with at_its_end(story_home) as opened:
        log = list(opened.log.scan())
    assert [recorded.position for recorded in log] == list(range(1, len(log) + 1))
    versions: dict[str, int] = {}
    for recorded in log:
        assert recorded.version == versions.get(recorded.stream, 0) + 1
        versions[recorded.stream] = recorded.version
    times = [recorded.body.recorded_at for recorded in log]
    assert times == sorted(times)
    assert all(recorded.day <= today(recorded.body.recorded_at) for recorded in log), "H4"
    assert len({recorded.body.id for recorded in log}) == len(log)


def test_what_was_crossed_has_its_reason_and_only_a_shortlist_asks(story_home: Path) -> None:
    with at_its_end(story_home) as opened:
        log = list(opened.log.scan())
    crossed = [(r, judgement) for r in log for judgement in r.body.judgements if judgement.verdict is not Verdict.OK]
    assert {judgement.verdict for _, judgement in crossed} == {Verdict.CAUTION, Verdict.EXCEPTION}
    assert all(judgement.reason for _, judgement in crossed)
    open_questions = [r.event.KIND for r, judgement in crossed if judgement.missing()]
    assert set(open_questions) == {"candidate-shortlisted"}, "there an exception is asked for, and granted by the vote"


def test_a_replay_gives_the_same_views(story_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(story_home, tmp_path / "home"))
    with at_its_end(home) as opened:
        assert replay(opened)["same"]


@pytest.mark.slow
def test_the_views_table_says_what_a_fold_in_memory_says(story_home: Path, tmp_path: Path) -> None:
    """At several positions and days, for every subject and kind of fact."""
    home = Path(shutil.copytree(story_home, tmp_path / "home"))
    days = [date(2024, 3, 14), date(2025, 3, 13), date(2025, 6, 20), date(2026, 5, 1), date(2027, 3, 20)]
    with at_its_end(home) as opened:
        head, runner = opened.views.runner.catch_up(), opened.views.runner
        known = type(opened.office.known())()
        for recorded in opened.log.scan():
            known.apply(recorded)
            if recorded.position % 523 and recorded.position != head:
                continue
            for subject, kind in list(known._lines):
                for day in days:
                    table = TableReader(runner, day, recorded.position).all(subject, kind)
                    assert table == known.on(day).all(subject, kind), (recorded.position, day, subject, kind)
