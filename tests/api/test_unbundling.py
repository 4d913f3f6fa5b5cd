"""A bundle becomes an archive again that verifies and answers as the first one did; what does not hold makes none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from api import settings
from api.bundling import Kept, bundle
from api.home import Home
from api.main import open_home
from api.proving import check_archive
from api.unbundling import unbundle
from domain.errors import Broken, Malformed
from projections.ledger.held import NoKey
from projections.roster import roster
from tests.support.bundles import BATCH, files_of


def test_it_verifies_and_answers_as_the_first_one(bundled: Path, tmp_path: Path) -> None:
    found = unbundle(bundled / "one.zip", tmp_path / "again")
    charter, report = check_archive(Home(tmp_path / "again"), [bundled / "home" / "head"])
    assert (report.problems, report.events, report.files) == ([], found.events, 2)
    assert charter == Home(bundled / "home").read_charter()
    assert [one.witness for one in report.cosigned] == ["bureau"]
    told = json.loads(files_of(bundled / "folder")[f"data/rosters/{BATCH}-2024.json"])
    with open_home(tmp_path / "again", settings.load()) as opened:
        moment = opened.views.at(date.fromisoformat(told["as_of"]), told["known_at"])
        assert roster(moment, BATCH).model_dump(mode="json") == told
        assert opened.evidence.describe(opened.log.get(2).body.evidence[0].sha256).name == "户口簿.txt"
        with pytest.raises(NoKey):
            bundle(opened, tmp_path / "no.zip")


def test_what_does_not_hold_makes_no_archive(bundled: Path, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="another key"):
        unbundle(bundled / "one.zip", tmp_path / "again", Kept("x"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Malformed, match="choose another name"):
        unbundle(bundled / "one.zip", tmp_path)
