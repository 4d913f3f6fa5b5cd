"""Our files in programs that are not ours: PDFs before PDFBox's preflight, workbooks in LibreOffice."""

import csv
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from api.main import App
from exports.tables import PEOPLE, REVIEW, ROSTER, SELECTION, Table
from exports.wording import plain
from exports.workbook import Sheet, workbook
from projections.people import people
from projections.roster import roster
from projections.selection import selection
from projections.shape import View
from projections.yearly_review import yearly_review
from tests.exports.documents.conftest import Print
from tests.exports.test_workbook import HARMFUL
from tests.support.story import BATCH

_JARS = [
    Path("/usr/share/java", f"{name}.jar")
    for name in (
        "preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api",
    )
]  # fmt: skip
_INSTALL = "`./run test-readers` installs it and runs this"

pytestmark = pytest.mark.slow
with_preflight = pytest.mark.skipif(
    not (shutil.which("java") and all(jar.exists() for jar in _JARS)), reason=f"no PDFBox preflight: {_INSTALL}"
)
with_libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason=f"no LibreOffice: {_INSTALL}")


class Fault(NamedTuple):
    code: str
    words: str


# Preflight knows PDF/A-1 only. These are what PDF/A-3 allows and PDF/A-1 did not; what comes with them is a fault.
ALLOWED_SINCE = (
    Fault("1.2.7", "Filter specified in metadata dictionary"),
    Fault("1.2.9", "EmbeddedFile entry is present in a FileSpecification dictionary"),
    Fault("1.4", "cross reference streams are not allowed"),
    Fault("1.4.7", "EmbeddedFile entry is present in the Names dictionary"),
    Fault("2.2.1", "Group has a transparency S entry"),
    Fault("3.1.3", "invalid /Subtype /OpenType in /FontFile3 stream"),
    Fault("3.1.11", "The CIDSet entry is missing for the Composite Subset"),
)
SHOWN = ("dossier", "overview", "information-form-blank", "committee-materials-en")
DAY = date(2026, 2, 10)


@with_preflight
def test_preflight_finds_only_what_later_parts_of_the_standard_allow(prints: dict[str, Print], tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.write_text("\n".join(str(prints[name].path) for name in SHOWN), encoding="utf-8")
    validator = ["java", "-cp", ":".join(map(str, _JARS)), "org.apache.pdfbox.preflight.Validator_A1b"]
    subprocess.run([*validator, "xml", "group", files], capture_output=True, check=False)
    report = ET.parse(f"{files}.preflight.xml").getroot()
    assert {one.get("name") for one in report} == {f"{name}.pdf" for name in SHOWN}
    found = [Fault(str(one.findtext("code")), str(one.findtext("details"))) for one in report.iter("error")]
    assert [fault for fault in found if not _allowed(fault)] == []
    assert {fault.code for fault in found} == {fault.code for fault in ALLOWED_SINCE}


def _allowed(fault: Fault) -> bool:
    return any(fault.code == known.code and known.words in fault.words for known in ALLOWED_SINCE)


@with_libreoffice
def test_every_cell_of_a_workbook_reads_the_same_in_libreoffice(opened: App, tmp_path: Path) -> None:
    books = {
        table.kind: (table.sheet(found, "zh"), table.xlsx(found, {}, "", "zh")) for table, found in _tables(opened)
    }
    hard = Sheet("名册", ["值"], [[one] for one in (*HARMFUL, "张䶮𠮷", "好👍", "两\n行", DAY, 12, 2.5, "长" * 3000)])
    books["hard"] = (hard, workbook([hard]))
    for name, (_, content) in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    _convert([tmp_path / f"{name}.xlsx" for name in books], tmp_path)
    for name, (sheet, _) in books.items():
        header, *rows = _read(tmp_path / f"{name}-{sheet.title}.csv")
        assert header == list(sheet.columns)
        assert rows == [[str(plain(cell)) for cell in row] for row in sheet.rows]


def _tables(opened: App) -> Iterator[tuple[Table, View]]:
    moment = opened.views.at(DAY)
    yield ROSTER, roster(moment, BATCH)
    yield REVIEW, yearly_review(moment, 2025, BATCH)
    yield SELECTION, selection(moment, BATCH)
    yield PEOPLE, people(moment)


def _convert(books: list[Path], folder: Path) -> None:
    """Every sheet as a CSV of its own, each cell as it is shown."""
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = ["soffice", own, "--headless", "--convert-to", form, "--outdir", str(folder), *map(str, books)]
    subprocess.run(words, capture_output=True, check=True, timeout=120)


def _read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))
