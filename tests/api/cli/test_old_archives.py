"""Archives recorded by the code before grounds were looked up again: they open, and what they hold is found.

`demo-before-grounds` is that code's `demo --once`, its log alone. `recorded-before-grounds` was told with that code's
`tests.support.stages`, a committee of three, in this order: members of 三 and 四; an exception granted for age is
withdrawn, and the admission cites the resolution `r-000000` (@36); a vote of 1:2 is corrected to `passed` (@45) and
admits; a ballot's count is corrected to 99,999 returned (@52); the member of 四 leaves; the plan is corrected to an age
limit of 60 (@66); on 10 October a man of 54 goes through the first round, announced in March, and is admitted (@76).
"""

import json
import lzma
from pathlib import Path

import pytest

from tests.api.support import Tidui

DATA = Path(__file__).parents[2] / "data"
WORDS = ("roster", "vacancies", "gaps", "exceptions", "selection", "timetable", "people", "history", "review")


def opened(name: str, tidui: Tidui, home: Path) -> Path:
    """A home with the log of an old archive."""
    tidui("init", "--practice", home=home)
    (home / "archive.sqlite").write_bytes(lzma.decompress((DATA / f"{name}.sqlite.xz").read_bytes()))
    return home


@pytest.mark.parametrize("name", ["recorded-before-grounds", "demo-before-grounds"])
def test_it_opens_replays_and_every_view_answers(name: str, tidui: Tidui, tmp_path: Path) -> None:
    home = opened(name, tidui, tmp_path / "old")
    assert tidui("replay", home=home)[0] == 0
    for word in WORDS:
        code, _, err = tidui(
            word, *(["2024", "--batch", "2024-second"] if word == "review" else []), "--json", home=home
        )
        assert code == 0, (word, err)


def test_it_is_signed_and_verifies(tidui: Tidui, tmp_path: Path) -> None:
    home = opened("recorded-before-grounds", tidui, tmp_path / "old")
    assert tidui("checkpoint", home=home)[0] == 0
    assert "✗" not in tidui("verify", home=home)[1]


def test_what_a_ground_would_have_refused_is_found(tidui: Tidui, tmp_path: Path) -> None:
    home = opened("recorded-before-grounds", tidui, tmp_path / "old")
    code, out, _ = tidui("findings", "--json", "--as-of", "2024-11-01", home=home)
    found = json.loads(out)
    lines = {(line["departure"], line["clause"], tuple(line["positions"])) for line in found["findings"]}
    assert code == 1
    assert {
        ("refused", "R4", (36,)),
        ("refused", "H3", (45,)),
        ("refused", "R2", (52,)),
        ("refused", "R1", (66,)),
        ("refused", "D3", (76,)),
        ("uncovered", "T1", (73,)),
    } <= lines
    turned = {tuple(line["positions"]): line["turned_by"] for line in found["findings"]}
    assert (turned[(44,)], turned[(50, 51)]) == ([45], [52])
    assert found["departures"] + found["due"] == len(found["findings"])
