"""What a batch has of each kind of document: every year, round and person, each once."""

from collections import defaultdict
from dataclasses import replace

import pytest

from api.main import App
from domain.events.vacancy import MotionRaised
from exports.documents import DOCUMENTS
from exports.documents.of_batch import Wanted, wanted
from projections.selection import selection
from projections.trainee import Trainee
from projections.yearly_review import yearly_review
from tests.support.story import BATCH

YEARS = (2024, 2025, 2026, 2027)  # the last is one member's, whose training was extended
Asks = dict[str, set[tuple[str | None, int | None, str | None]]]


@pytest.fixture(scope="module")
def of(opened: App) -> list[Wanted]:
    return wanted(opened.views.at(), BATCH)


@pytest.fixture(scope="module")
def asked(of: list[Wanted]) -> Asks:
    """By kind: the person, year and round of each."""
    found: Asks = defaultdict(set)
    for one in of:
        found[one.document.kind].add((one.person, one.year, one.round))
    return found


def test_each_stands_there_once_under_a_name_of_its_own(of: list[Wanted]) -> None:
    assert len({one.file for one in of}) == len(of)
    assert len({replace(one, file="") for one in of}) == len(of)
    assert {one.document.kind for one in of} == {kind for kind, one in DOCUMENTS.items() if one.in_batch}


def test_every_year_of_every_member(opened: App, asked: Asks) -> None:
    reviewed = [yearly_review(opened.views.at(), year, BATCH) for year in YEARS]
    assert asked["annual-review-summary"] == {(None, year, None) for year in YEARS}
    assert asked["annual-evaluation"] == {(one.person_id, r.year, None) for r in reviewed for one in r.members}


def test_every_round_and_every_candidate_of_it(opened: App, asked: Asks) -> None:
    moment = opened.views.at()
    rounds = selection(moment, BATCH).rounds
    motions = {row.key for row in moment.facts.all(BATCH, MotionRaised)}
    assert motions
    assert {turn for _, _, turn in asked["selection-proceedings"]} == {"initial"} | motions
    assert {turn for _, _, turn in asked["supplement-motion"]} == motions
    entered = {(one.person_id, None, r.round) for r in rounds for one in r.candidates}
    assert entered <= asked["comprehensive-assessment"]


def test_names_tell_the_tier_the_person_the_year_and_the_round(of: list[Wanted]) -> None:
    files = {one.file for one in of}
    assert "00-全批/04-民主推荐情况汇总表-第1轮（首轮选拔）.pdf" in files
    assert "00-全批/09-后备干部年度考核情况汇总表-2025年度.pdf" in files
    assert "00-全批/13-后备干部增补动议与审批表-第2轮（2024-09-02动议增补）.pdf" in files
    (dossier,) = [file for file in files if file.startswith("01-三梯队/单明远-") and file.endswith("培养档案.pdf")]
    assert dossier.count("/") == 2


def test_the_longest_name_and_the_oddest_still_make_a_folder(opened: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainee, "name", "单/\\:\n" * 200)
    folders = {part for one in wanted(opened.views.at(), BATCH) for part in one.file.split("/")}
    assert max(len(part.encode()) for part in folders) < 255
    assert not any(set(part) & set('\\:*?"<>|\n') for part in folders)
