"""To a paper is attached what it cites, no more; to a plain print nothing; and the verifiers say which it is."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from api import documents
from api.access import Act
from api.main import App
from api.proving import check_pdf
from api.registering import written_down
from domain.errors import Broken
from exports import verify
from exports.statement import emptied
from tests.exports.documents.conftest import DAY
from tests.exports.prints import text_of
from tests.support.story import BATCH

pytestmark = pytest.mark.slow

OF_PEOPLE = ["annual-evaluation", "cycle-appraisal", "training-register", "comprehensive-assessment"]


def export(opened: App, kind: str, person: str, **more: Any) -> bytes:
    document, plain = documents.named(kind), more.pop("plain", False)
    return documents.export(opened, document, opened.views.at(DAY), plain=plain, batch=BATCH, person=person, **more)


def evidence(pdf: bytes) -> dict[str, Any]:
    return dict(json.loads(verify.attachments(pdf)["evidence.json"]))


@pytest.fixture(scope="module")
def paired(opened: App) -> str:
    """Somebody with a mentor."""
    asked = {"batch": BATCH, "year": 2024}
    found = documents.content(opened, documents.named("pairing-agreement"), opened.views.at(DAY), **asked)
    return str(found.model_dump()["people"][0]["person_id"])


def test_a_pairing_agreement_carries_the_pairing_alone(opened: App, paired: str) -> None:
    pdf = export(opened, "pairing-agreement", paired, year=2024)
    types = [one["topic"].partition("/")[0] for one in evidence(pdf)["events"]]
    assert set(types) <= {"mentor-paired", "pairing-closed", "event-corrected"}
    assert 1 <= len(types) <= 3


def test_its_file_names_no_vote_and_no_birth(opened: App, paired: str) -> None:
    attached = b"".join(verify.attachments(export(opened, "pairing-agreement", paired, year=2024)).values()).decode()
    for word in ("birth_date", "resolution-reached", "abstain", "appeal"):
        assert word not in attached


@pytest.mark.parametrize("kind", OF_PEOPLE)
def test_a_form_carries_exactly_the_events_that_it_cites(opened: App, paired: str, kind: str) -> None:
    pdf = export(opened, kind, paired)
    files, carried = verify.attachments(pdf), evidence(pdf)
    there = {one["position"]: json.loads(one["state"]) for one in carried["events"]}
    cited = {one["position"] for one in carried["citations"]}
    cited |= {state["data"].get("target") for state in there.values()}
    named = set(positions(json.loads(files["dossier.json"])["people"]))
    assert set(there) <= cited | named
    assert "是本件所依据的，不是此人的全部" in "\n".join(verify.check(files))


def positions(value: Any) -> list[int]:
    if isinstance(value, dict):
        own = [value["source"]] if isinstance(value.get("source"), int) else []
        beside = [one for one in (value.get("sources") or {}).values() if isinstance(one, int)]
        return own + beside + [one for inner in value.values() for one in positions(inner)]
    return [one for inner in value for one in positions(inner)] if isinstance(value, list) else []


def test_the_whole_dossier_keeps_the_whole_trail(opened: App, paired: str) -> None:
    pdf = export(opened, "dossier", paired)
    carried = evidence(pdf)
    assert carried["format"] == verify.WHOLE
    assert [one["version"] for one in carried["events"]] == list(range(1, len(carried["events"]) + 1))
    assert "全部记录" in "\n".join(verify.check(verify.attachments(pdf)))


def test_a_dossier_cut_down_to_some_events_does_not_hold(opened: App, paired: str) -> None:
    files = verify.attachments(export(opened, "dossier", paired))
    cut = json.loads(files["evidence.json"]) | {"format": verify.CITED}
    with pytest.raises(verify.Failed, match="整册档案须附此人的全部记录"):
        verify.check(files | {"evidence.json": json.dumps(cut).encode()})


def test_a_head_that_was_altered_differs_from_its_event(opened: App, paired: str) -> None:
    files = verify.attachments(export(opened, "annual-evaluation", paired, year=2024))
    assert [
        one for one in json.loads(files["evidence.json"])["citations"] if one["field"] == "/people/0/about/birth_date"
    ]


@pytest.mark.parametrize("kind", ["dossier", "pairing-agreement"])
def test_to_a_plain_print_nothing_is_attached(opened: App, paired: str, kind: str, tmp_path: Path) -> None:
    pdf = export(opened, kind, paired, plain=True)
    path = tmp_path / "plain.pdf"
    path.write_bytes(pdf)
    assert verify.attachments(pdf) == {}
    with pikepdf.open(path) as document:
        assert list(document.attachments) == []
    text = text_of(path)
    assert "不附数据" in text
    assert "dossier.json" not in text


def test_a_plain_print_is_signed_too(
    opened: App, paired: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(export(opened, "pairing-agreement", paired, plain=True))
    report = check_pdf(path, None, opened)
    assert report.holds
    assert "各页以签署为凭" in "\n".join(report.lines)
    assert "由本库第" in "\n".join(report.lines)
    assert verify.main([str(path), "--key", str(opened.ledger.keys().latest)]) == 0
    assert "不附记录" in capsys.readouterr().out


def test_without_its_statement_a_plain_print_is_known_by_the_register_alone(
    opened: App, paired: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(emptied(export(opened, "pairing-agreement", paired, plain=True)))
    with pytest.raises(Broken, match="没有附带证明"):
        check_pdf(path, None, opened)
    assert verify.main([str(path)]) == 1
    assert "？ 无法核对" in capsys.readouterr().out
    written_down(opened, Act.EXPORT, "pairing-agreement", sha256=sha256(path.read_bytes()).hexdigest())
    report = check_pdf(path, None, opened)
    assert "由本库第" in report.lines[-1]
    assert "没有任何人签署" in report.lines[0]
    assert not report.holds


def test_a_plain_print_of_elsewhere_is_not_taken_for_ours(opened: App, paired: str, tmp_path: Path) -> None:
    path = tmp_path / "other.pdf"
    path.write_bytes(export(opened, "pairing-agreement", paired, plain=True) + b"\n% altered")
    with pytest.raises(Broken, match="文件末尾之后"):
        check_pdf(path, None, opened)


def test_a_paper_of_another_day_can_be_plain_too(opened: App, paired: str) -> None:
    document, moment = documents.named("information-form"), opened.views.at(date(2025, 1, 1))
    found = documents.content(opened, document, moment, batch=BATCH, person=paired)
    plain = documents.printed(opened, document, found, plain=True)
    assert plain != documents.printed(opened, document, found)
