"""Causes and changes as an auditor meets them on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import keep
from domain.archive import Log
from domain.events.base import Recorded
from tests.api.support import Tidui


def test_a_field_is_told_with_its_event_and_what_it_said_before(tidui: Tidui, story_home: Path) -> None:
    asked = ("explain", "曾志远", "training_register.membership.status", "--as-of", "2025-06-30")
    code, out, _ = tidui(*asked, home=story_home)
    assert code == 0
    assert ["在培" in out, "已结束" in out, out.count("先前")] == [True, True, 2]
    assert "党政办经办人" in out


def test_the_roster_is_told_for_whoever_asks_for_nobody(tidui: Tidui, story_home: Path) -> None:
    _, out, _ = tidui("explain", "--as-of", "2025-06-30", "--json", home=story_home)
    told = json.loads(out)
    _, listed, _ = tidui("roster", "--as-of", "2025-06-30", "--json", home=story_home)
    members = [member["person_id"] for tier in json.loads(listed)["tiers"] for member in tier["members"]]
    assert [member["person_id"] for member in told["members"]] == members


def test_changes_of_a_batch_and_of_a_person(tidui: Tidui, story_home: Path) -> None:
    along = ("--along", "known_at", "--as-of", "2025-06-30")
    _, out, _ = tidui("diff", "2025-06-15", "2025-07-30", *along, home=story_home)
    assert "各人档案的变化" in out
    _, out, _ = tidui("diff", "2025-06-15", "2025-07-30", *along, "--person", "曾志远", home=story_home)
    assert ["专业水平" in out, "True" in out, "['" in out, "…" in out] == [True, False, False, False]
    _, out, _ = tidui("diff", "2025-06-15", "2025-07-30", *along, "--person", "曾志远", "--json", home=story_home)
    changed = {one["field"] for one in json.loads(out)["changes"]}
    assert "training_register.membership.status" in changed
    _, out, _ = tidui("diff", "2025-06-30", "2025-06-30", home=story_home)
    assert "没有变化" in out


def test_ends_the_wrong_way_round_are_refused_in_a_sentence(tidui: Tidui, story_home: Path) -> None:
    code, _, err = tidui("diff", "2025-06-30", "2024-06-30", home=story_home)
    assert code == 1
    assert "请对调" in err


def test_events_by_clause_and_person(tidui: Tidui, story_home: Path) -> None:
    _, out, _ = tidui("events", "--person", "曾志远", "--clause", "D1", "--jsonl", home=story_home)
    found = [json.loads(line) for line in out.splitlines()]
    assert found
    assert {event["basis"] for event in found} == {"D1"}
    _, every, _ = tidui("events", "--person", "曾志远", "--jsonl", home=story_home)
    assert len(found) == sum(json.loads(line)["basis"] == "D1" for line in every.splitlines())


def test_the_log_as_lines_is_read_a_page_at_a_time(
    tidui: Tidui, story_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[int] = []

    def some(log: Log, positions: list[int], whole: Callable[..., list[Recorded]] = Log.some) -> list[Recorded]:
        pages.append(len(positions))
        return whole(log, positions)

    monkeypatch.setattr(keep, "PAGE", 20)
    monkeypatch.setattr(Log, "some", some)
    _, out, _ = tidui("events", "--type", "grade-confirmed", "--jsonl", home=story_home)
    found = [json.loads(line) for line in out.splitlines()]
    assert pages == [20, len(found) - 20, 0]
    places = [event["position"] for event in found]
    assert (places, {event["type"] for event in found}) == (sorted(set(places)), {"grade-confirmed"})
