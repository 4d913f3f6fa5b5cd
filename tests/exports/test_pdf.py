"""The engine: archival structure, the same bytes everywhere, nothing from outside, limits that hold."""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from exports.errors import (
    AddressRefused,
    EngineMissing,
    FontAltered,
    FontMissing,
    GlyphMissing,
    LayoutLost,
    LimitPassed,
)
from exports.pdf import engine, fonts, pictures
from exports.pdf.kept import KeptDocuments
from exports.pdf.manuscript import AttachedFile, Picture
from exports.pdf.workers import Limits, Workers
from tests.exports.prints import sheet

pytestmark = pytest.mark.slow

_ALONE = """
from pathlib import Path
import sys
from exports.dossier import dossier_pdf
from exports.pdf.workers import Workers
from tests.exports.dossiers import rich_dossier
with Workers(1) as workers:
    Path(sys.argv[1]).write_bytes(dossier_pdf(rich_dossier(), workers))
"""


@pytest.mark.parametrize("name", ["rich", "empty", "ugly", "english"])
def test_the_file_is_sound(printed: dict[str, Path], name: str) -> None:
    done = subprocess.run(["qpdf", "--check", printed[name]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_file_is_built_as_pdf_a_3u_asks(printed: dict[str, Path]) -> None:
    with pikepdf.open(printed["rich"]) as pdf:
        root = pdf.Root
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "U"
            assert metadata["dc:title"] == "顾晓玥 后备干部培养档案"
            assert "pango" in metadata["xmp:CreatorTool"]
            assert "harfbuzz" in metadata["xmp:CreatorTool"]
        assert [file.AFRelationship for file in root.AF] == ["/Source"]
        assert root.Lang == "zh"
        assert not [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Interpolate")]
        assert not [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/JS")]


def test_only_our_faces_are_used_and_all_are_embedded(printed: dict[str, Path]) -> None:
    with pikepdf.open(printed["rich"]) as pdf:
        faces = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        names = {str(face.FontName).split("+")[1] for face in faces}
        assert names == {"Tidui-Song", "Tidui-Song-Bold", "Tidui-Hei", "Tidui-Kai"}
        assert all("/FontFile3" in face or "/FontFile2" in face for face in faces)


def test_other_processes_places_and_locales_give_the_same_bytes(printed: dict[str, Path], tmp_path: Path) -> None:
    elsewhere = {
        "PYTHONHASHSEED": "77",
        "TZ": "America/New_York",
        "LC_ALL": "C",
        "FONTCONFIG_FILE": "/dev/null",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    made = tmp_path / "again.pdf"
    subprocess.run([sys.executable, "-c", _ALONE, made], check=True, env=os.environ | elsewhere)
    assert made.read_bytes() == printed["rich"].read_bytes()


def test_a_strangers_module_in_the_current_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("html", "base64", "weasyprint"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Workers(1) as workers:
        assert workers.render(sheet("<p>x")).startswith(b"%PDF")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "body",
    [
        "<img src='file:///etc/passwd'>",
        "<img src='http://127.0.0.1:1/x.png'>",
        "<style>@import url(file:///etc/passwd)</style>",
        "<p style='background: url(data:text/plain,x)'>x",
        "<link rel=stylesheet href='http://127.0.0.1:1/x.css'>",
        "<link rel=attachment href='file:///etc/passwd'>",
        "<object data='file:///etc/passwd'></object>",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd' width=9 height=9 /></svg>",
    ],
)
def test_nothing_outside_the_manuscript_is_read(workers: Workers, body: str) -> None:
    with pytest.raises(AddressRefused):
        workers.render(sheet(body))


def test_a_hostile_layout_is_stopped_the_next_document_is_made_and_nothing_is_left_lying_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Workers(processes=1, limits=Limits(cpu_seconds=1)) as workers:
        with pytest.raises(LimitPassed, match="1 s of CPU"):
            workers.render(sheet("<table><tr><td colspan=100000>x"))
        assert workers.render(sheet("x")).startswith(b"%PDF")
        assert list(tmp_path.iterdir())
        left = workers._idle.queue[0]
        assert left is not None
        left._pipe.close()  # as when whoever started it is killed
        left.process.wait(30)
        assert not list(tmp_path.iterdir())


def test_time_on_the_wall_is_limited_too() -> None:
    with Workers(processes=1, limits=Limits(wall_seconds=0.5)) as workers:
        workers.render(sheet("x"))
        with pytest.raises(LimitPassed, match=r"0\.5 s"):
            workers.render(sheet("<table><tr><td colspan=100000>x"))


def test_memory_is_limited() -> None:
    with Workers(processes=1, limits=Limits(memory_bytes=2**30)) as workers:
        workers.render(sheet("x"))
        with pytest.raises(LimitPassed):
            workers.render(sheet("x" * 2**28))
        assert workers.render(sheet("x")).startswith(b"%PDF")


def test_nesting_without_end_is_refused(workers: Workers) -> None:
    with pytest.raises(LimitPassed):
        workers.render(sheet("<div>" * 3000))


def test_a_glyph_no_face_has_is_refused(workers: Workers) -> None:
    with pytest.raises(GlyphMissing) as caught:
        workers.render(sheet("<p>👍"))
    assert caught.value.character == "👍"


@pytest.mark.parametrize(
    "body",
    [
        "<style>div { page: cover } p { position: absolute }</style><div>正文<p>上面<p>下面</div>",
        "<p style='position: absolute; top: 400mm'>在纸外</p>",
    ],
)
def test_what_would_be_lost_or_overprinted_is_refused(workers: Workers, body: str) -> None:
    with pytest.raises(LayoutLost, match="放不下"):
        workers.render(sheet(body))


def test_a_missing_or_altered_font_says_its_cure(tmp_path: Path) -> None:
    face = replace(fonts.FACES[0], path=tmp_path / "gone.ttc")
    with pytest.raises(FontMissing, match="apt-get install fonts-noto-cjk"):
        fonts.load(face)
    face.path.write_bytes(b"something else")
    with pytest.raises(FontAltered, match="--reinstall fonts-noto-cjk"):
        fonts.load(face)


def test_missing_packages_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert engine.missing_packages() == []
    monkeypatch.setattr(engine, "_LIBRARIES", {"libnone.so.0": "libharfbuzz-subset0"})
    monkeypatch.setattr(engine, "FACES", (replace(fonts.FACES[3], path=tmp_path / "gone.ttf"),))
    with pytest.raises(EngineMissing, match="apt-get install libharfbuzz-subset0 fonts-lxgw-wenkai"):
        engine.require()


def test_a_photo_is_written_anew(photo: bytes) -> None:
    with Image.open(BytesIO(pictures.reencode(Picture(photo, "照片")))) as written:
        assert written.format == "JPEG"
        assert written.getexif() == {}


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(40), b"<svg xmlns='x'/>"])
def test_a_remark_stands_in_the_place_of_what_is_no_picture(content: bytes) -> None:
    assert pictures.reencode(Picture(content, "照片")) == pictures.remark()


def test_a_remark_stands_in_the_place_of_a_picture_that_would_not_fit_in_memory(photo: bytes) -> None:
    bomb = BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert pictures.reencode(Picture(bomb.getvalue(), "照片")) == pictures.remark()
    assert pictures.reencode(Picture(photo, "照片")) != pictures.remark()


class Press:
    """Counts what it is asked to make."""

    made = 0

    def render(self, manuscript: object) -> bytes:
        del manuscript
        self.made += 1
        return b"%PDF made"


def test_what_was_made_once_is_kept(tmp_path: Path) -> None:
    press = Press()
    kept = KeptDocuments(tmp_path, press)
    assert kept.render(sheet("一")) == kept.render(sheet("一"))
    assert press.made == 1
    kept.render(sheet("二"))
    assert press.made == 2


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 60])
def test_damaged_bytes_are_made_again(tmp_path: Path, damage: bytes) -> None:
    press = Press()
    kept = KeptDocuments(tmp_path, press)
    kept.render(sheet("一"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert kept.render(sheet("一")) == b"%PDF made"
    assert press.made == 2
    assert file.read_bytes() != damage


def test_every_part_of_a_manuscript_is_in_its_key() -> None:
    one = sheet("一")
    others = [
        replace(one, html="二"),
        replace(one, styles=("document.css",)),
        replace(one, title="二"),
        replace(one, author="二"),
        replace(one, language="en"),
        replace(one, moment=datetime(2025, 1, 1, tzinfo=UTC)),
        replace(one, pictures={"photo": Picture(b"x", "照片")}),
        replace(one, attachments=(AttachedFile("a", "b", b"c"),)),
    ]
    assert len({one.key, *(other.key for other in others)}) == 1 + len(others)
