"""One press for all tests of the folder, and one print of each dossier."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from exports.dossier import dossier_pdf
from exports.pdf.workers import Workers
from tests.exports import dossiers
from tests.exports.rotated import Rotated, handed_out
from tests.support.press import SharedPress


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Processes of their own, for what is hostile; all else is set by the press."""
    with Workers(processes=1) as pool:
        yield pool


@pytest.fixture(scope="session")
def press(shared: Path) -> SharedPress:
    return SharedPress(shared / "press")


@pytest.fixture(scope="session")
def printed(press: SharedPress, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("printed")
    models = {"rich": dossiers.rich_dossier(), "empty": dossiers.empty_dossier(), "ugly": dossiers.ugly_dossier()}
    for name, model in models.items():
        (folder / f"{name}.pdf").write_bytes(dossier_pdf(model, press))
    (folder / "english.pdf").write_bytes(dossier_pdf(models["rich"], press, language="en"))
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="session")
def photo() -> bytes:
    written = BytesIO()
    Image.new("RGB", (295, 413), "#3b74c4").save(written, "PNG")
    return written.getvalue()


@pytest.fixture(scope="session")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> Rotated:
    return handed_out(tmp_path_factory.mktemp("rotated") / "home")
