"""What does not fit what was signed stands beside every answer, in no body; no paper is signed until it is settled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import settings
from api.demo.narrator import SetClock
from api.doctor import checks
from api.http.service import create
from api.integrity import last_result
from api.main import open_home
from domain.errors import Broken
from projections.ledger import fit
from projections.ledger.fit import Unsettled
from projections.ledger.held import Held
from tests.api.support import Tidui
from tests.projections.ledger import tampering
from tests.projections.ledger.tampering import EVENTS, START
from tests.support.command_line import command_line

pytestmark = pytest.mark.slow
PATHS = ("/v1/people", "/v1/events", "/v1/checkpoint", "/v1/commands", "/healthz", "/v1/nothing")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.made(tmp_path_factory.mktemp("sound") / "home")


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


@pytest.fixture
def tidui(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tidui:
    monkeypatch.setenv("TIDUI_HOME", str(home))
    return command_line(monkeypatch, capsys)


@contextmanager
def service(home: Path) -> Iterator[TestClient]:
    clock = SetClock(START + timedelta(days=EVENTS))
    with (
        open_home(home, settings.load(), clock) as opened,
        TestClient(create(opened), base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
    ):
        yield client


def lose_all_heads(home: Path, _: int) -> None:
    shutil.rmtree(home / "checkpoints")
    (home / "head").unlink()


def another_archives_head(home: Path, _: int) -> None:
    text = (home / "head").read_text(encoding="utf-8")
    for path in (home / "head", home / "checkpoints" / f"{EVENTS:012}"):
        path.write_text(text.replace("tidui-practice/", "tidui-practice/x"), encoding="utf-8")


AT_THE_END: dict[str, Callable[[Path, int], None]] = {
    "truncated": tampering.truncate,
    "rolled back": tampering.roll_back,
    "the last edited": tampering.edit,
    "the last replaced": tampering.replace,
    "the last deleted": tampering.delete,
    "the last broken": tampering.unform,
    "swapped at the end": tampering.swap,
    "all heads gone": lose_all_heads,
    "another's head": another_archives_head,
}


@pytest.mark.parametrize("attack", AT_THE_END)
def test_what_does_not_fit_at_the_logs_end_stands_beside_every_answer(home: Path, attack: str) -> None:
    AT_THE_END[attack](home, EVENTS)
    with service(home) as client:
        for path in PATHS:
            assert client.get(path).headers["Tidui-Misfit"] == "log", path
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert [one["name"] for one in ready.json()["checks"] if not one["ok"]][:1] == ["fit"]


@pytest.mark.parametrize("attack", AT_THE_END)
def test_and_on_the_command_line_and_in_doctor(home: Path, tidui: Tidui, attack: str) -> None:
    AT_THE_END[attack](home, EVENTS)
    code, _, err = tidui("people")
    assert "tidui verify" in err or "checkpoint" in err, (code, err)
    assert [one.name for one in checks(home, 0) if not one.ok and one.name == "fit"] == ["fit"]


@pytest.mark.parametrize("attack", [one for one in AT_THE_END if one not in ("the last broken", "the last deleted")])
def test_no_paper_is_signed_until_it_is_settled(home: Path, sound: Path, attack: str) -> None:
    AT_THE_END[attack](home, EVENTS)
    with open_home(home, settings.load()) as opened:
        with pytest.raises(Unsettled, match="Until that is settled no paper is signed"):
            opened.ledger.covered(1)
        with pytest.raises(Unsettled, match="Until that is settled no paper is signed"):
            opened.ledger.vouch("paper\n", 1)
    shutil.rmtree(home)
    shutil.copytree(sound, home)
    with open_home(home, settings.load()) as opened:
        opened.ledger.vouch("paper\n", opened.log.head())


def test_a_sound_archive_says_nothing(home: Path, tidui: Tidui) -> None:
    with service(home) as client:
        reply = client.get("/v1/people")
        assert "Tidui-Misfit" not in reply.headers
        assert reply.headers["Tidui-Verified"] == "never"
        looks = {look["name"]: (look["ok"], look["finding"]) for look in client.get("/readyz").json()["checks"]}
        assert looks["fit"] == (True, "ok")
        assert looks["verified"] == (True, "尚未校验过（tidui verify） / never verified (tidui verify)")
    assert "verif" not in tidui("people")[2]


def test_a_log_without_any_head_is_settled_by_signing_it_knowingly(home: Path, tidui: Tidui) -> None:
    lose_all_heads(home, 0)
    assert "no checkpoint at all" in tidui("people")[2]
    assert tidui("checkpoint")[0] == 0
    assert "no checkpoint" not in tidui("people")[2]


def test_an_altered_middle_is_seen_by_verify_and_its_result_stays_beside_every_answer(
    home: Path, tidui: Tidui, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "_END", 10)  # of thirty events the last ten are looked at in opening
    tampering.edit(home, 5)
    assert "✗" not in tidui("people")[2], "only verify sees it"
    assert tidui("verify")[0] == 1
    code, out, err = tidui("people", "--json")
    assert (code, "did not hold: " in err, "verif" in out) == (0, True, False)
    with service(home) as client:
        reply = client.get("/v1/people")
        assert reply.headers["Tidui-Misfit"] == "verify"
        assert reply.headers["Tidui-Verified"].startswith("failed; at=")
        assert client.get("/readyz").status_code == 503
    assert [one.name for one in checks(home, 0) if not one.ok and one.name in ("fit", "verified")] == ["verified"]


def test_a_result_that_held_is_told_with_its_age_and_changes_no_body_and_no_tag(home: Path, tidui: Tidui) -> None:
    with service(home) as client:
        before = client.get("/v1/people")
    assert tidui("verify")[0] == 0
    with service(home) as client:
        after = client.get("/v1/people")
        assert after.headers["Tidui-Verified"].startswith("ok; at=")
        assert "; age=" in after.headers["Tidui-Verified"]
        assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
        again = client.get("/v1/people", headers={"If-None-Match": before.headers["ETag"]})
        assert (again.status_code, "Tidui-Verified" in again.headers) == (304, True)
    assert any("最近一次校验成立：0 天前" in one.finding["zh"] for one in checks(home, 0))


def test_a_later_verify_that_holds_takes_the_warning_away(home: Path, sound: Path, tidui: Tidui) -> None:
    tampering.edit(home, 5)
    tidui("verify")
    for file in home.glob("archive.sqlite*"):
        file.unlink()
    shutil.copy(sound / "archive.sqlite", home / "archive.sqlite")
    assert "did not hold" in tidui("people")[2]
    assert tidui("verify")[0] == 0
    assert "did not hold" not in tidui("people")[2]


def test_what_somebody_else_holds_against_it_is_not_kept_as_its_own_result(home: Path, tidui: Tidui) -> None:
    assert tidui("verify", "--key", "nonsense")[0] == 1
    assert last_result(home / "verified.json") is None


@pytest.mark.parametrize("content", ["", "{}", "nonsense", '{"at": 1}'])
def test_a_result_that_cannot_be_read_is_none(home: Path, content: str, tidui: Tidui) -> None:
    (home / "verified.json").write_text(content)
    with service(home) as client:
        assert client.get("/v1/people").headers["Tidui-Verified"] == "never"
    assert tidui("people")[0] == 0


def test_what_is_recorded_meanwhile_stays_recorded_and_unsigned(home: Path) -> None:
    tampering.truncate(home, 20)
    tampering.recorded(home, 1, start=EVENTS, name="李")
    assert Held(home).sizes()[-1] == EVENTS
    with open_home(home, settings.load()) as opened:
        assert opened.log.head() == 20


def test_a_log_with_a_gap_is_opened_with_a_warning(home: Path) -> None:
    tampering.delete(home, 20)
    (home / "ledger.sqlite").unlink()
    with open_home(home, settings.load()) as opened:
        assert opened.ledger.misfit is not None
        with pytest.raises((Unsettled, Broken)):
            opened.ledger.covered(1)
