"""What is caught by what: every attack on the files, by what its maker can do, against the heads that are held."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.home import Home
from api.proving import check_archive
from tests.projections.ledger import tampering
from tests.projections.ledger.tampering import ATTACKS, EARLY, EVENTS

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[3] / "docs" / "trust.md"
PLACES = (5, 20, EVENTS)

Steps = tuple[Callable[[Path], None], ...]
ABILITIES: dict[str, Steps] = {
    "改数据库 / database only": (),
    "并重建树 / and the tree": (tampering.rebuild_tree,),
    "并删检查点 / and drops heads": (tampering.rebuild_tree, tampering.drop_heads),
    "并持有密钥 / and has the key": (tampering.rebuild_tree, tampering.sign_again),
}
HELD = {"无 / none": (), f"@{EARLY}": (EARLY,), f"@{EVENTS}": (EVENTS,)}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.made(tmp_path_factory.mktemp("sound") / "home")


def is_caught(home: Path, sound: Path, heads: tuple[int, ...]) -> bool:
    held = [sound / "checkpoints" / f"{size:012}" for size in heads]
    return bool(check_archive(Home(home), held)[1].problems)


def test_a_sound_archive_is_found_sound(sound: Path) -> None:
    charter, report = check_archive(Home(sound), [sound / "checkpoints" / f"{EARLY:012}"])
    assert (report.events, report.problems, charter.practice) == (EVENTS, [], True)


def test_the_table_of_what_is_caught(sound: Path, tmp_path: Path) -> None:
    lines = ["| 攻击 / attack | 能力 / ability | " + " | ".join(f"另存 {held}" for held in HELD) + " |"]
    lines.append("|" + "---|" * (2 + len(HELD)))
    for attack, act in ATTACKS.items():
        for ability, further in ABILITIES.items():
            caught = dict.fromkeys(HELD, 0)
            for place in PLACES:
                home = Path(shutil.copytree(sound, tmp_path / "home"))
                act(home, place)
                for step in further:
                    step(home)
                for name, heads in HELD.items():
                    caught[name] += is_caught(home, sound, heads)
                shutil.rmtree(home)
            cells = " | ".join(f"{count}/{len(PLACES)}" for count in caught.values())
            lines.append(f"| {attack} | {ability} | {cells} |")
    table = "\n".join(lines)
    assert table in DOCS.read_text(encoding="utf-8"), f"docs/trust.md should hold:\n{table}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", [tampering.edit, tampering.replace])
def test_an_altered_event_is_named(
    sound: Path, tmp_path: Path, attack: Callable[[Path, int], None], place: int
) -> None:
    home = Path(shutil.copytree(sound, tmp_path / "home"))
    attack(home, place)
    problems = check_archive(Home(home), [])[1].problems
    assert [problem.first for problem in problems if problem.code == "altered"] == [place]
