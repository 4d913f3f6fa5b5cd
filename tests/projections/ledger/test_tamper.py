"""What is caught by what: every attack on the files, by what its maker can do, against the heads that are held."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api import settings
from api.home import Home
from api.main import open_home
from api.proving import check_archive, judged
from domain.errors import Broken
from projections.ledger.held import Fork, Held
from projections.ledger.report import Problem
from projections.people import people
from tests.projections.ledger import tampering
from tests.projections.ledger.tampering import ATTACKS, BESIDE, EARLY, EVENTS

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[3] / "docs" / "trust.md"
PLACES = (2, EARLY, EARLY + 1, 20, EVENTS)

# What whoever has attacked can do next, one after the other.
ABILITIES: dict[str, Callable[[Path], None]] = {
    "改数据库 / database only": lambda _: None,
    "并重建树 / and the tree": tampering.rebuild_tree,
    "并删检查点 / and drops heads": tampering.drop_heads,
    "并持有密钥 / and has the key": tampering.sign_again,
}
HELD = {"无 / none": (), f"@{EARLY}": (EARLY,), f"@{EVENTS}": (EVENTS,)}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.made(tmp_path_factory.mktemp("sound") / "home")


def found(home: Path, sound: Path, heads: tuple[int, ...] = ()) -> list[Problem]:
    held = [sound / "checkpoints" / f"{size:012}" for size in heads]
    return check_archive(Home(home), held)[1].problems


@contextmanager
def attacked(sound: Path, folder: Path, act: Callable[[Path, int], None], place: int) -> Iterator[Path]:
    home = Path(shutil.copytree(sound, folder / "home"))
    act(home, place)
    yield home
    shutil.rmtree(home)


def test_a_sound_archive_is_found_sound(sound: Path) -> None:
    charter, report = check_archive(Home(sound), [sound / "checkpoints" / f"{EARLY:012}"])
    assert (report.events, report.files, report.problems, charter.practice) == (EVENTS, EVENTS, [], True)
    assert report.checkpoints == len(Held(sound).sizes())


def caught(sound: Path, folder: Path, attack: Callable[[Path, int], None]) -> Counter[tuple[str, str]]:
    """At how many places an attack is found, by ability and the heads held; what shows shows with further heads too."""
    count: Counter[tuple[str, str]] = Counter()
    for place in PLACES:
        with attacked(sound, folder, attack, place) as home:
            for ability, step in ABILITIES.items():
                step(home)
                seen = False
                for held, heads in HELD.items():
                    seen = seen or bool(found(home, sound, heads))
                    count[ability, held] += seen
    return count


def test_the_table_of_what_is_caught(sound: Path, tmp_path: Path) -> None:
    lines = ["| 攻击 / attack | 能力 / ability | " + " | ".join(f"另存 {held}" for held in HELD) + " |"]
    lines.append("|" + "---|" * (2 + len(HELD)))
    for name, attack in ATTACKS.items():
        counts = caught(sound, tmp_path, attack)
        for ability in ABILITIES:
            cells = " | ".join(f"{counts[ability, held]}/{len(PLACES)}" for held in HELD)
            lines.append(f"| {name} | {ability} | {cells} |")
    stands_in_docs(lines)


def test_what_is_said_of_each_attack(sound: Path, tmp_path: Path) -> None:
    lines = [
        "| 攻击 / attack | 校验首先说 / what is said first | 树也被重建之后 / once the tree was made again too |",
        "|---|---|---|",
    ]
    for name, attack in ATTACKS.items():
        with attacked(sound, tmp_path, attack, 20) as home:
            said = first_words(home, sound)
            tampering.rebuild_tree(home)
            lines.append(f"| {name} | {said} | {first_words(home, sound)} |")
    stands_in_docs(lines)
    lines = ["| 攻击 / attack | 校验首先说 / what is said first |", "|---|---|"]
    for name, attack in BESIDE.items():
        with attacked(sound, tmp_path, attack, 20) as home:
            lines.append(f"| {name} | {first_words(home, sound)} |")
    stands_in_docs(lines)


def first_words(home: Path, sound: Path) -> str:
    first = found(home, sound)[0]
    return f"{first.zh}<br>{first.en}".replace(str(home), "…")


def stands_in_docs(lines: list[str]) -> None:
    table = "\n".join(lines)
    assert table in DOCS.read_text(encoding="utf-8"), f"docs/trust.md should hold:\n{table}"


@pytest.mark.parametrize("place", [1, 14, EVENTS])
@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (tampering.edit, "altered"),
        (tampering.replace, "replaced"),
        (tampering.skip, "renumbered"),
        (tampering.unform, "renumbered"),
    ],
)
def test_what_became_of_an_event_is_named_once_wherever_it_stands(
    sound: Path, tmp_path: Path, attack: Callable[[Path, int], None], code: str, place: int
) -> None:
    with attacked(sound, tmp_path, attack, place) as home:
        problems = found(home, sound)
    kinds = {"altered", "replaced", "renumbered", "moved", "removed", "inserted", "fork", "otherwise"}
    assert [(problem.code, problem.first) for problem in problems if problem.code in kinds] == [(code, place)]


def test_whoever_holds_the_key_and_a_head_of_each_history_is_shown_to_have_signed_two(
    sound: Path, tmp_path: Path
) -> None:
    with attacked(sound, tmp_path, tampering.edit, 20) as home:
        tampering.rebuild_tree(home)
        tampering.sign_again(home)
        problems = found(home, sound, (EARLY, EVENTS))
    assert [(problem.code, problem.first, problem.last) for problem in problems] == [("fork", EARLY + 1, EVENTS)]


def test_an_earlier_attestation_is_made_again_where_every_one_is_asked_for(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, tampering.attest_falsely_before, 20) as home:
        assert found(home, sound) == []
        (problem,) = check_archive(Home(home), [], every_attestation=True)[1].problems
    assert problem.en == "Attestation 20: 2024-second roster differs from its replay."
    assert check_archive(Home(sound), [], every_attestation=True)[1].problems == []


def test_a_withdrawal_of_nothing_is_named_and_stops_neither_views_nor_findings(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, tampering.withdraw_nothing, EVENTS) as home:
        (problem,) = found(home, sound)
        assert problem.en == (
            f"@{EVENTS + 1} corrects or withdraws @99, which is not the earlier event that it names; it has no effect."
        )
        with open_home(home, settings.load()) as opened:
            assert len(people(opened.views.at()).people) == EVENTS
        assert [(line.departure, line.positions) for line in judged(Home(home)).findings] == [
            ("refused", (EVENTS + 1,))
        ]


def test_a_database_that_cannot_be_read_on_says_from_where(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, lambda home, _: tampering.damage(home), 0) as home:
        [*_, problem] = [problem for problem in found(home, sound) if problem.code == "damaged"]
    assert "Restore it from a backup" in problem.en


def test_a_log_put_back_is_not_signed_over_by_a_tree_that_has_forgotten_nothing(sound: Path, tmp_path: Path) -> None:
    with (
        attacked(sound, tmp_path, tampering.roll_back, 0) as home,
        open_home(home, settings.load()) as opened,
        pytest.raises(Fork, match="30 events were signed, but the log has 10"),
    ):
        opened.ledger.checkpoint()


def test_a_fork_is_not_signed(sound: Path, tmp_path: Path) -> None:
    with (
        attacked(sound, tmp_path, tampering.fork, 20) as home,
        open_home(home, settings.load()) as opened,
        pytest.raises(Fork, match="does not continue what was signed"),
    ):
        opened.ledger.checkpoint()


def test_a_tree_that_was_damaged_is_grown_anew(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, tampering.alter_tree, 20) as home:
        with open_home(home, settings.load()) as opened:
            with pytest.raises(Fork, match="tidui rebuild"):
                opened.ledger.checkpoint()
            opened.ledger.nodes.rebuild()
            assert opened.ledger.checkpoint() == opened.ledger.last()
        assert found(home, sound) == []


def test_what_the_tree_knew_of_an_edit_outlives_a_rebuild(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, tampering.edit, 20) as home:
        with open_home(home, settings.load()) as opened:
            opened.ledger.nodes.rebuild()
        assert [(one.code, one.first) for one in found(home, sound)][:1] == [("altered", 20)]


def test_no_tree_is_made_of_a_row_that_sql_left_as_text(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, tampering.as_text, 20) as home:
        with open_home(home, settings.load()) as opened, pytest.raises(Broken, match="@20 has not the form"):
            opened.ledger.nodes.rebuild()
        assert [(one.code, one.first) for one in found(home, sound)][-1:] == [("form", 20)]


def test_a_head_that_was_lost_or_left_behind_is_put_in_its_place(sound: Path, tmp_path: Path) -> None:
    with attacked(sound, tmp_path, tampering.lose_head, 0) as home:
        held = Held(home)
        for lost in (lambda: None, lambda: held.head_file.write_text(str(held.checkpoint(EARLY)), encoding="utf-8")):
            lost()
            with open_home(home, settings.load()) as opened:
                opened.ledger.checkpoint()
            assert held.head() == held.checkpoint(EVENTS)
        assert found(home, sound) == []
