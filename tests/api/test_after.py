"""What follows a record, binding and signing, makes no error of it: it is told, and made up for."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from api import doctor
from api.home import Home
from api.main import App, open_home
from api.own_log import error_output
from domain.facts import Facts
from projections.ledger.overdue import overdue
from tests.api.support import Post

PERSON = {"name": "王一", "gender": "female", "birth_date": "1985-03-02"}


def ready(client: TestClient) -> dict[str, Any]:
    return {look["name"]: look for look in client.get("/readyz").json()["checks"]}


def doctors(home: Path, name: str) -> doctor.Check:
    return next(check for check in doctor.checks(home, 0) if check.name == name)


@pytest.fixture
def unreadable_head(opened: App) -> Path:
    """Something lies at the head that is no file; nothing was recorded yet."""
    opened.home.held.head_file.mkdir()
    return opened.home.held.head_file


def test_a_record_whose_head_cannot_be_read_is_recorded(opened: App, post: Post, unreadable_head: Path) -> None:
    assert unreadable_head.is_dir()
    reply = post("register-person", PERSON)
    assert reply.status_code == 201
    assert reply.json()["position"] == opened.log.head() == 1


def test_a_warning_that_nobody_takes_makes_no_error_of_it_either(
    opened: App, post: Post, monkeypatch: pytest.MonkeyPatch, unreadable_head: Path
) -> None:
    assert unreadable_head.is_dir()
    gone = StringIO()
    gone.close()
    monkeypatch.setattr("sys.stderr", gone)
    with pytest.raises(ValueError, match="closed file"):
        gone.write("")
    structlog.configure(logger_factory=error_output)
    assert post("register-person", PERSON).status_code == 201
    assert "checkpoint_failed" in opened.after.troubles


@pytest.mark.parametrize("error", [RuntimeError("王一"), OSError(5, "Input/output error"), MemoryError()])
def test_nothing_that_happens_after_the_commit_makes_an_error_of_it(
    opened: App, post: Post, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails() -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(opened.ledger, "checkpoint", fails)
        assert post("register-person", PERSON).status_code == 201
    assert "王一" not in str(opened.after.troubles)


def test_facts_that_do_not_take_what_is_recorded_are_read_anew(
    opened: App, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = opened.office.known()

    def fails(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(known, "apply", fails)
    assert post("register-person", PERSON).status_code == 201
    assert isinstance(opened.office.known(), Facts)
    assert opened.office.known() is not known
    assert opened.office.known().position == 1


def test_it_is_told_by_readyz_and_by_doctor(opened: App, client: TestClient, post: Post, unreadable_head: Path) -> None:
    post("register-person", PERSON)
    assert not ready(client)["after_recording"]["ok"]
    assert str(unreadable_head) in ready(client)["after_recording"]["finding"]
    assert not doctors(opened.home.folder, "signed_in_time").ok


def test_it_is_made_up_for_with_the_next_record_though_that_asks_for_nothing(
    opened: App, client: TestClient, post: Post, unreadable_head: Path
) -> None:
    post("register-person", PERSON)
    unreadable_head.rmdir()
    post("register-person", PERSON | {"name": "王二"})
    assert opened.home.held.sizes() == [2]
    assert ready(client)["after_recording"]["ok"]
    assert doctors(opened.home.folder, "signed_in_time").ok


def test_what_another_program_owes_is_made_up_for_too(opened: App, post: Post, unreadable_head: Path) -> None:
    post("register-person", PERSON)
    unreadable_head.rmdir()
    with open_home(opened.home.folder, opened.settings) as other:
        other.after.catch_up()
    assert opened.home.held.sizes() == [1]


def test_a_day_whose_first_record_is_signed_owes_nothing(opened: App, client: TestClient, post: Post) -> None:
    for name in ("王一", "王二", "王三"):
        post("register-person", PERSON | {"name": name})
    assert opened.home.held.sizes() == [1]
    assert overdue(opened.log, Home(opened.home.folder).held) is None
    assert ready(client)["after_recording"]["ok"]
